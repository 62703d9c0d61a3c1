"""What was to be reached between two days: the targets of the periods between them, by the days of each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from workahead.book import engines
from workahead.book.periods import Day, day
from workahead.book.periods import period as period_of
from workahead.errors import PeriodError

if TYPE_CHECKING:
    from workahead.book.book import Book

SCOPES = ("csm", "segment")


def target_between(book: Book, metric: str, start: Day, end: Day, by: str | None = None) -> pd.Series:
    """The target of an amount between two closing days: one number for the team (index None), or one for each CSM or
    segment (``by``).

    A target for just these days is taken as it is; else those of the shortest periods that reach into them are added
    up, each for the share of its days. A book filtered to CSMs or segments has the sum of theirs. Empty where the
    book has none, or none for this filter.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "arr": [1.0]}),
    ...     targets=pd.DataFrame({"period": ["2026-Q3", "2026-Q4"], "metric": ["csql_arr"] * 2, "target": [9.2, 9.2]}))
    >>> target_between(book, "csql_arr", "2026-06-30", "2026-10-31").round(2).tolist()  # and 31 days of 92
    [12.3]
    """
    filters = {
        name: [one] if isinstance(one, str) else list(one) for name, one in book.filters.items() if one
    }
    scope = by or (next(iter(filters)) if len(filters) == 1 else None)
    empty = pd.Series(dtype="float64")
    if "targets" not in book.tables or (scope is not None and scope not in SCOPES):
        return empty
    if set(filters) - {scope}:
        return empty
    table = engines.pandas(book.frame("targets")).reindex(
        columns=["period", "scope", "who", "metric", "target"]
    )
    table = table[table["metric"].str.strip().str.casefold() == metric.casefold()]
    if scope is None:
        table = table[table["who"].isna() & (table["scope"].isna() | (table["scope"] == "team"))]
    else:
        table = table[(table["scope"] == scope) & table["who"].notna()]
        table = table[table["who"].isin(filters[scope])] if scope in filters else table
    if table.empty:
        return empty
    first, last = day(start), day(end)
    table = table.assign(**_spans(table["period"], book)).dropna(subset=["from"])
    exact = table[(table["from"] == first) & (table["to"] == last)]
    if len(exact):
        table = exact.assign(share=1.0)
    else:
        inside = table["to"].where(table["to"] < last, last) - table["from"].where(
            table["from"] > first, first
        )
        days = table["to"] - table["from"]
        table = table.assign(share=inside / days, days=days)[inside > pd.Timedelta(0)]
        table = table[table["days"] <= table["days"].min() * 1.2] if len(table) else table
    amounts = (table["target"].astype("float64") * table["share"]).groupby(table["who"], dropna=False).sum()
    if scope is not None and by is None and len(amounts):
        return pd.Series([float(amounts.sum())], index=[None])
    return amounts


def team_target(book: Book, metric: str, start: Day, end: Day, otherwise: float = math.nan) -> float:
    """:func:`target_between` for the whole of a book, as one number; ``otherwise`` where there is none."""
    found = target_between(book, metric, start, end)
    return float(found.iloc[0]) if len(found) else otherwise


def _spans(periods: pd.Series, book: Book) -> dict[str, pd.Series]:
    """The closing days of periods by name; missing for a name that is none."""
    known: dict[str, tuple[pd.Timestamp, pd.Timestamp]] = {}
    for name in periods.unique():
        try:
            found = period_of(name, book, ahead=True)
        except PeriodError:
            continue
        known[name] = (found.start, found.end)
    return {
        side: periods.map({name: span[place] for name, span in known.items()}).astype("datetime64[us]")
        for place, side in enumerate(("from", "to"))
    }
