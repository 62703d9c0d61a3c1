"""Key figures on top of a page: a label, a value, and the change beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workahead.show.how import how_html
from workahead.show.shown import Shown, escaped
from workahead.words.numbers import count, money, percent, points

Kind = Literal["percent", "money", "count"]

# A page compares its own key figures with those of the last report: here they are, by label, as they were shown last.
_latest: dict[str, dict[str, Any]] = {}


@dataclass(frozen=True)
class Card:
    """One key figure: ``value`` as a fraction (percent), an amount (money) or a number (count).

    ``change`` is in the value's own unit, a difference of fractions for a percentage. ``good`` says which way
    is good news: it picks the colour, the words say it all the same. ``note`` is small print, such as what
    the change is against; a missing value of a table is no note. ``how`` is the metric whose definition is
    folded away below it (``words.computed``), ``rows_behind`` how many customers, contracts or renewals are in
    it, and ``rows`` the name of a table on the same page that lists them.
    """

    label: str
    value: float
    change: float | None = None
    kind: Kind = "percent"
    good: Literal["up", "down"] | None = None
    note: str | None = None
    how: str | None = None
    rows_behind: float | None = None
    rows: str | None = None


def cards(figures: Sequence[Card], currency: str | None = None) -> Shown:
    """Key figures in one row, which wraps on a phone; they go to run.json and to the index as well.

    >>> cards([Card("NRR", 1.032, change=-0.014, good="up", note="than in September")])
    NRR 103.2%, down 1.4 points than in September
    """
    data = [_data(card, currency) for card in figures]
    _latest.update({card["label"]: card for card in data})
    html = "".join(_html(card) for card in data)
    lines = [_line(card) for card in data]
    columns = len(data) if len(data) < 5 else 3 if len(data) < 7 else 4  # no row with one card left over
    html = f'<dl class="wa-cards" style="--columns:{columns}">{html}</dl>'
    return Shown("cards", html, "\n".join(lines), {"cards": data})


def latest() -> list[dict[str, Any]]:
    """The key figures that this process has shown."""
    return list(_latest.values())


def change_text(change: float | None, kind: Kind) -> tuple[str | None, str]:
    """The way (up, down, level) and the size of a change in words; no way where no change is known.

    >>> change_text(-0.014, "percent"), change_text(0.0, "money"), change_text(None, "count")
    (('down', '1.4 points'), ('level', 'unchanged'), (None, ''))
    """
    if change is None or math.isnan(change):
        return None, ""
    size = points(abs(change)) if kind == "percent" else value_text(abs(change), kind)
    if size in (points(0), money(0), count(0)):
        return "level", "unchanged"
    return ("up" if change > 0 else "down"), size


def value_text(value: float | None, kind: Kind, currency: str | None = None) -> str:
    """A key figure as a card prints it.

    >>> value_text(0.953, "percent"), value_text(1_234_567, "money", "USD"), value_text(None, "count")
    ('95.3%', 'USD 1.2M', 'n/a')
    """
    number = math.nan if value is None else value
    if kind == "percent":
        return percent(number)
    return money(number, currency) if kind == "money" else count(number)


def _plain(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _said(text: str | None) -> str | None:
    """None also for the NaN that a table has where a text is missing."""
    return text if isinstance(text, str) else None


def _data(card: Card, currency: str | None) -> dict[str, Any]:
    way, size = change_text(card.change, card.kind)
    good = _said(card.good)
    mood = None if way in (None, "level") or good is None else ("good" if way == good else "bad")
    return {
        "label": card.label,
        "value": _plain(card.value),
        "change": _plain(card.change),
        "kind": card.kind,
        "good": good,
        "note": _said(card.note),
        "text": value_text(card.value, card.kind, currency),
        "way": way,
        "change_text": size,
        "mood": mood,
        "how": _said(card.how),
        "rows_behind": None if (behind := _plain(card.rows_behind)) is None else int(behind),
        "rows": _said(card.rows),
    }


_ARROWS = {"up": "▲", "down": "▼"}


def change_html(way: str | None, size: str, mood: str | None) -> str:
    """A change with its arrow; the arrow is read out as a word."""
    if way is None:
        return ""
    arrow = ""
    if way in _ARROWS:
        arrow = f'<span aria-hidden="true">{_ARROWS[way]}</span><span class="wa-sr">{way}</span> '
    return f'<span class="wa-move {mood or "plain"}">{arrow}{escaped(size)}</span>'


def _html(card: dict[str, Any]) -> str:
    change = change_html(card["way"], card["change_text"], card["mood"])
    note = f'<span class="wa-note">{escaped(card["note"])}</span>' if card["note"] else ""
    below = f'<dd class="wa-change">{change} {note}</dd>' if change or note else ""
    how = how_html(card["how"], card["rows_behind"], card["rows"], card["label"])
    below += f'<dd class="wa-behind">{how}</dd>' if how else ""
    return (
        f'<div class="wa-card"><dt class="wa-label">{escaped(card["label"])}</dt>'
        f'<dd class="wa-value">{escaped(card["text"])}</dd>{below}</div>'
    )


def _line(card: dict[str, Any]) -> str:
    way = f"{card['way']} " if card["way"] in _ARROWS else ""
    change = f", {way}{card['change_text']}" if card["way"] else ""
    return f"{card['label']} {card['text']}{change}" + (f" {card['note']}" if card["note"] else "")
