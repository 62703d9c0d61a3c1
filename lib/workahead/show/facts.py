"""What a page says about itself: period, data date, rows and fingerprint on top, definitions at its foot."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from workahead.show.columns import label
from workahead.show.how import counts_as
from workahead.show.shown import Shown, escaped
from workahead.words.dates import day
from workahead.words.numbers import count

if TYPE_CHECKING:
    from workahead.book.book import Book
    from workahead.book.definitions import Definitions

_HEADLINE = ("accounts", "subscriptions")
_VERSIONS = ("workahead", "pandas", "plotly", "papermill", "nbconvert")


def book(
    book: Book,
    title: str,
    start: object = None,
    end: object = None,
    *,
    period: str | None = None,
    where: Mapping[str, object] | None = None,
    brief: bool = False,
) -> Shown:
    """The header and footer of a page: which book, which period, which rules.

    ``start`` and ``end`` are closing days; ``period`` is the label ("October 2026"), without which the days
    are printed. ``where`` is the filter that the page names, by default the book's; empty, it names none.
    ``brief`` is for readers outside the company: what the page was made from, and how, is left out.
    """
    counts_as(book.definitions)
    manifest: Mapping[str, Any] = getattr(book, "manifest", None) or {}
    first = _day(start)
    where = where if where is not None else getattr(book, "filters", None)
    data: dict[str, Any] = {
        "title": title,
        "company": book.company,
        "period": period,
        "start": first.isoformat() if first else None,
        "end": _iso(end),
        "days": _days(first, _day(end)),
        "as_of": _iso(book.as_of),
        "as_of_text": _long(_day(book.as_of)),
        "currency": book.currency,
        "rows": _rows(book, manifest, filtered=bool(where or getattr(book, "filters", None))),
        "where": where_in_words(where),
        "fingerprint": manifest.get("fingerprint"),
        "sources": [str(source.get("file")) for source in manifest.get("sources", [])],
        "loaded_at": str(manifest["created_at"]) if manifest.get("created_at") else None,
        "notes": [str(line) for line in manifest.get("notes", [])],
        "definitions": definitions_in_words(book.definitions),
        "money": money_in_words(book.currency, manifest),
        "versions": versions(),
    }
    if brief:
        data |= {key: [] for key in ("rows", "sources", "notes", "definitions")}
        data |= {"brief": True, "fingerprint": None, "loaded_at": None, "versions": {}}
    return Shown("book", header_html(data), _text(data), data)


def definitions_in_words(definitions: Definitions) -> list[str]:
    """How this book counts, a sentence a choice.

    >>> from workahead.book.definitions import Definitions
    >>> definitions_in_words(Definitions())[0]
    'A customer is an account.'
    """
    grain = {
        "account": "A customer is an account.",
        "subscription": "A customer is a subscription together with its renewals.",
        "parent": "A customer is an ultimate parent account, with everything below it.",
    }[definitions.grain]
    late = definitions.late_renewal_days
    back = definitions.reactivation_days
    early = count(definitions.early_renewal_days, "day")
    return [
        grain,
        "NRR is today's ARR of the customers of the period's start, divided by their ARR then. GRR counts "
        "each of them at no more than its ARR then, so growth of one never hides the loss of another.",
        f"A renewal that starts up to {count(late, 'day')} late leaves service continuous; a contract that "
        f"ran out within {count(late, 'day')} and has no successor is overdue, and kept in ARR."
        if late
        else "Contract dates are taken as they stand: a late renewal is a churn, then a return.",
        f"An unlinked contract of the same product that starts up to {early} before the renewal date is "
        "taken as the renewal.",
        "A customer who comes back counts as reactivated."
        if back is None
        else f"A customer who comes back within {count(back, 'day')} counts as reactivated, later as new.",
        "Working days are those of an account's country, without its public holidays; where none is known, "
        + (f"those of {definitions.country}." if definitions.country else "Monday to Friday."),
    ]


def money_in_words(currency: str | None, manifest: Mapping[str, Any]) -> str:
    """The currency of every amount, and how others were converted."""
    rates = manifest.get("rates") or manifest.get("exchange_rates")
    base = f"All amounts are in {currency or 'one currency'}, annual recurring revenue"
    if isinstance(rates, Mapping) and rates:
        listed = ", ".join(f"{code} at {rate}" for code, rate in sorted(rates.items()) if code != currency)
        return f"{base}. Other currencies are converted at one constant rate each ({listed}): none moves ARR."
    return f"{base}, at one constant rate for each currency: no movement is due to exchange rates."


def where_in_words(where: Mapping[str, object] | None) -> str | None:
    """A filter as a phrase.

    >>> where_in_words({"segment": ["Enterprise", "SMB"], "csm": "Ana"})
    'segment is Enterprise or SMB; CSM is Ana'
    """
    if not where:
        return None
    parts = []
    for column, values in where.items():
        several = values if isinstance(values, Sequence) and not isinstance(values, str) else [values]
        name = label(column)
        name = name if name[1:] != name[1:].lower() else name.lower()  # CSM stays, Segment is segment
        parts.append(f"{name} is {' or '.join(str(value) for value in several)}")
    return "; ".join(parts)


def versions() -> dict[str, str]:
    """What made the page: Python and the libraries whose numbers or pictures are on it."""
    found = {"python": platform.python_version()}
    for name in _VERSIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            from workahead import __version__

            found[name] = __version__ if name == "workahead" else "not installed"
    return found


def header_html(data: Mapping[str, Any]) -> str:
    """Company, title and the line of facts below it."""
    company = f'<p class="wa-company">{escaped(data["company"])}</p>' if data.get("company") else ""
    when = data.get("period") or data.get("days")
    subtitle = f'<p class="wa-period">{escaped(when)}</p>' if when else ""
    where = ""
    if data.get("where"):
        where = f'<p class="wa-where">Only accounts where {escaped(data["where"])}</p>'
    facts = " ".join(f"<span>{escaped(fact)}</span>" for fact in _facts(data))
    return (
        f'<header class="wa-header">{company}<h1>{escaped(data["title"])}</h1>{subtitle}{where}'
        f'<p class="wa-facts">{facts}</p></header>'
    )


def _facts(data: Mapping[str, Any]) -> list[str]:
    facts = []
    if data.get("period") and data.get("days"):
        facts.append(str(data["days"]))
    facts.append(f"Data as of {data['as_of_text']}")
    facts += [count(rows, name.rstrip("s"), name) for name, rows in data["rows"] if name in _HEADLINE]
    if data.get("fingerprint"):
        facts.append(f"Fingerprint {data['fingerprint']}")
    return facts


def _text(data: Mapping[str, Any]) -> str:
    lines = [data["company"], data["title"], data.get("period"), " · ".join(_facts(data))]
    return "\n".join(str(line) for line in lines if line)


def _rows(book: Book, manifest: Mapping[str, Any], filtered: bool) -> list[tuple[str, int]]:
    """Rows by table: the snapshot's own counts; counted where a filter or no snapshot is behind them."""
    held = manifest.get("tables") or {}
    if held and not filtered:
        counts = {name: int(entry["rows"]) for name, entry in held.items()}
    else:
        counts = {name: book.rows(name) for name in book.tables}
    first = [name for name in _HEADLINE if name in counts]
    return [(name, counts[name]) for name in [*first, *sorted(set(counts) - set(first))] if name != "ledger"]


def _day(value: object) -> dt.date | None:
    if value is None or value != value:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])


def _iso(value: object) -> str | None:
    day = _day(value)
    return day.isoformat() if day else None


def _long(at: dt.date | None) -> str:
    return day(at) if at else "n/a"


def _days(start: dt.date | None, end: dt.date | None) -> str | None:
    """The days of a period: it begins the day after the closing day before it."""
    if start is None or end is None:
        return None
    first = start + dt.timedelta(days=1)
    if first == end:
        return day(end)
    same = (first.year, first.month) == (end.year, end.month)
    return f"{first.day if same else day(first)} to {day(end)}"
