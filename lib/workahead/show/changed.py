"""What changed since the last report: key figures then and now, the accounts behind, and what reads otherwise now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from workahead.errors import PeriodError
from workahead.show.cards import latest
from workahead.show.shown import Shown, escaped
from workahead.show.tables import table
from workahead.words.movements import names
from workahead.words.numbers import count, points
from workahead.words.restated import (
    REASON_NAMES,
    changes_sentence,
    last_report,
    restated_sentence,
    value,
)

if TYPE_CHECKING:
    from workahead.book.book import Book

TOP = 8
LEFT = "Accounts that are no longer in this book"
_CENT, _HAIR = 0.005, 1e-9


def changed(book: Book, before: Mapping[str, Any]) -> list[Shown]:
    """What to show after the key figures that were shown last; nothing where none of them was in the last report.

    ``before`` is what ``workahead report`` knows of that report: its period (label, kind, start, end), its key figures
    (label, kind, value), months, the snapshot and the fingerprint of its data; and ``now``, the period of this one.
    """
    figures = _compared(before)
    if not figures:
        return []
    old, causes = None, None
    own = _recounted(book, before["now"], before["months"])
    same = [one for one in figures if _equal(one["now"], own.get(one["label"]), one["kind"])]
    for one in same:
        one["reads"] = one["then"]
    if same and book.manifest.get("fingerprint") != before["fingerprint"]:
        reads = _recounted(book, before, before["months"])
        for one in same:
            again = reads.get(one["label"])
            one["reads"] = one["then"] if _equal(one["then"], again, one["kind"]) else again
    restated = [one for one in same if one["reads"] != one["then"]]
    if restated and (old := _older(book, before)) is not None:
        causes = _causes(old, book, before, restated)
    arr = next((one for one in same if (one["label"], one["kind"]) == ("ARR", "money")), None)
    behind = _behind(book, before, arr) if arr else None
    said = [changes_sentence(same or figures, before["label"], book.currency)]
    if restated:
        said.append(restated_sentence(restated, before["label"], before["kind"], causes, book.currency))
    causes = None if causes is None else _pooled(causes, book)
    told = {
        "against": {name: before[name] for name in ("label", "kind", "start", "end", "run", "fingerprint")},
        "figures": figures,
        "sentences": said,
        "accounts": _records(behind),
        "restated": _records(causes),
    }
    shown = [_first(figures, said, before, book.currency, told)]
    if behind is not None and len(behind):
        title = f"Accounts behind the change of ARR since {before['label']}"
        shown.append(
            table(behind, title, name="what-changed", labels={"customer": "Account"}, account="account_id")
        )
    if causes is not None and len(causes):
        title = f"Why {before['label']} reads otherwise than in {last_report(before['kind'])}"
        listed = _listed(causes)
        shown.append(table(listed, title, name="restated", labels=_HEADS, kinds=_KINDS, account="account_id"))
    return shown


_HEADS = {"name": "Account", "at": "At", "then": "ARR read", "now": "Reads now", "reason": "Why"}
_KINDS = {"at": "date", "then": "money", "now": "money"}


def _compared(before: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The key figures that stand in both reports."""
    now = {(card["label"], card["kind"]): card for card in latest()}
    figures = []
    for was in before["figures"]:
        card = now.get((was["label"], was["kind"]))
        if card is None or card["value"] is None or was["value"] is None:
            continue
        figures.append({
            "label": was["label"],
            "kind": was["kind"],
            "good": card["good"],
            "then": was["value"],
            "now": card["value"],
            "reads": None,  # where the book does not give it again
        })  # fmt: skip
    return figures


def _equal(one: float, other: float | None, kind: str) -> bool:
    return other is not None and abs(one - other) < (_HAIR if kind == "percent" else _CENT)


def _recounted(book: Book, span: Mapping[str, Any], months: int) -> dict[str, float]:
    """The key figures that every book has, counted for a period from this one."""
    from workahead.words import key_figures

    try:
        table = key_figures(book, pd.Timestamp(span["start"]), pd.Timestamp(span["end"]), months)
    except PeriodError:  # the report looks ahead
        return {}
    known = table.dropna(subset=["value"])
    return dict(zip(known["label"], known["value"].astype("float64"), strict=True))


def _older(book: Book, before: Mapping[str, Any]) -> Book | None:
    """The book that the last report was made from, for the same readers and filters; None where it is gone."""
    from workahead.book.snapshot import open_snapshot

    if not before["snapshot"]:
        return None
    try:
        old = open_snapshot(before["snapshot"], book.engine)
        if old.manifest.get("fingerprint") != before["fingerprint"]:
            return None  # loaded anew since
        return old.where(**{k: v for k, v in book.filters.items() if k not in old.filters})
    # gone, not whole, or without these readers: this page can do without it
    except (OSError, ValueError, KeyError):
        return None


def _causes(old: Book, new: Book, before: Mapping[str, Any], restated: list[dict[str, Any]]) -> pd.DataFrame:
    """The accounts behind it: at the period's end and, where a rate reads otherwise, at the start of its window."""
    from workahead.book.periods import shift_months
    from workahead.metrics.differences.restated import restated_causes

    days = [pd.Timestamp(before["end"])]
    if any(one["kind"] == "percent" for one in restated):
        days.append(shift_months(days[0], -int(before["months"])))
    return restated_causes(old, new, days)


def _pooled(causes: pd.DataFrame, book: Book) -> pd.DataFrame:
    """With the accounts that this book does not hold, and its reader may not see, in one row without a name."""
    from workahead.book import engines

    mine = set(engines.pandas(book.frame("accounts").select("account_id"))["account_id"])
    gone = ~causes["account_id"].isin(mine)
    amounts = ["then", "now", "difference"]
    sums = causes[gone].groupby(["at", "reason"])[amounts].sum().round(2).reset_index()
    nameless = pd.DataFrame({"account_id": None, "name": LEFT, "detail": "", "causes": [()] * len(sums)})
    pooled = pd.concat([sums, nameless], axis=1)
    return pd.concat([causes[~gone], pooled], ignore_index=True) if len(sums) else causes


def _behind(book: Book, before: Mapping[str, Any], arr: Mapping[str, Any]) -> pd.DataFrame:
    """Who moved between the two period ends, the largest first, the others in one row; and what is restated: it all
    adds up to the change of ARR.
    """
    from workahead.metrics.retention.movements import movement_detail

    detail = movement_detail(book, before["end"], before["now"]["end"])
    rows = detail.assign(customer=names(detail), why=detail["movement"].str.capitalize())
    rows = rows[["account_id", "customer", "why", "change"]]
    top, rest = rows.head(TOP), rows.iloc[TOP:]
    more = []
    if len(rest):
        more.append(
            (None, f"{count(len(rest), 'other customer')}", "", round(float(rest["change"].sum()), 2))
        )
    if arr["reads"] != arr["then"]:
        why = f"{before['label']} reads otherwise now"
        more.append((None, why, "Restated", round(arr["reads"] - arr["then"], 2)))
    return pd.concat([top, pd.DataFrame(more, columns=rows.columns)], ignore_index=True) if more else top


def _listed(causes: pd.DataFrame) -> pd.DataFrame:
    """The table of what is restated, as a page prints it."""
    named = causes["name"].where(causes["name"].notna(), causes["account_id"])
    return causes.assign(name=named, reason=causes["reason"].map(REASON_NAMES))[
        ["account_id", "name", "difference", "reason", "at", "then", "now", "detail"]  # phones show the first
    ]


def _first(
    figures: list[dict[str, Any]],
    said: list[str],
    before: Mapping[str, Any],
    currency: str,
    told: dict[str, Any],
) -> Shown:
    """The sentences, and the key figures then and now."""
    again = any(one["reads"] not in (None, one["then"]) for one in figures)
    heads = [
        "Key figure",
        f"{before['label']}, as reported",
        *(["As it reads now"] if again else []),
        "Now",
        "Change",
    ]
    rows = []
    for one in figures:
        values = [one["then"], *([one["reads"]] if again else []), one["now"]]
        rows.append([one["label"], *[value(x, one["kind"], currency) for x in values], _change(one)])
    head = "".join(f'<th scope="col" class="{_side(i)}">{escaped(text)}</th>' for i, text in enumerate(heads))
    body = "".join(
        f'<tr><th scope="row" class="gt_left">{escaped(row[0])}</th>'
        + "".join(f'<td class="gt_right">{escaped(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    html = "".join(f'<p class="wa-finding">{escaped(text)}</p>' for text in said)
    if again:
        since = f"The changes beside the key figures are counted from {before['label']} as it reads now."
        html += f'<p class="wa-note">{escaped(since)}</p>'
    html += (
        '<div class="wa-scroll" tabindex="0" role="region" aria-label="Key figures then and now"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    return Shown("changes", html, "\n".join(said), told)


def _side(column: int) -> str:
    return "gt_right" if column else "gt_left"


def _change(one: Mapping[str, Any]) -> str:
    change = one["now"] - one["then"]
    if one["kind"] == "percent":
        return points(change, sign=True)
    text = value(change, one["kind"])
    return f"+{text}" if change > 0 and text != value(0, one["kind"]) else text


def _records(rows: pd.DataFrame | None) -> list[dict[str, Any]] | None:
    """A table for run.json."""
    if rows is None:
        return None
    plain = rows.assign(at=rows["at"].dt.strftime("%Y-%m-%d")) if "at" in rows else rows
    plain = plain.astype("object").where(plain.notna(), None)
    return [{str(name): cell for name, cell in row.items()} for row in plain.to_dict("records")]
