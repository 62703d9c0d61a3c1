"""What the team set out to reach: targets by period, for the team or for one person or segment."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from workahead.book import engines
from workahead.book.periods import period as period_of
from workahead.errors import PeriodError

if TYPE_CHECKING:
    from workahead.book.book import Book
    from workahead.book.periods import Period


def target(
    book: Book, metric: str, period: str | None = None, who: str | None = None, otherwise: float = math.nan
) -> float:
    """The target for a metric and a period: a fraction for a rate, reporting currency for an amount.

    ``period`` is a name such as 2026-Q4 or 2026 and is met by a target for just these days; without one, the target
    whose period ends last. ``who`` is a CSM or a segment; without one, the team. ``otherwise`` is the answer where the
    book has no such target, or no targets.

    >>> import pandas as pd, workahead as wa
    >>> contracts = {"subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "arr": [1.0]}
    >>> goals = pd.DataFrame({"period": ["2026-Q4", "2026-Q4"], "metric": ["nrr", "nrr"], "target": [1.08, 1.1],
    ...                       "scope": ["team", "csm"], "who": [None, "Ana"]})
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame(contracts), targets=goals)
    >>> target(book, "nrr", "2026-Q4"), target(book, "nrr", "2026-Q4", who="Ana"), target(book, "nrr", "2027")
    (1.08, 1.1, nan)
    """
    if "targets" not in book.tables:
        return otherwise
    table = engines.pandas(book.frame("targets")).reindex(
        columns=["period", "scope", "who", "metric", "target"]
    )
    table = table[table["metric"].str.strip().str.casefold() == metric.strip().casefold()]
    table = table[table["who"].isna() if who is None else table["who"] == who]
    if who is None:  # a target whose name was lost is not the team's
        table = table[table["scope"].isna() | (table["scope"] == "team")]
    asked = _days(period, book) if period is not None else None
    best: tuple[Period | None, float] = (None, otherwise)
    for text, value in zip(table["period"], table["target"].astype("float64"), strict=True):
        found = _days(text, book)
        if found is None or (period is not None and (asked is None or _span(found) != _span(asked))):
            continue
        if best[0] is None or found.end > best[0].end:
            best = (found, float(value))
    return best[1]


def own_csm(book: Book) -> str | None:
    """The one CSM whose book this is, by its filter; None where it is that of several, or of all.

    >>> import pandas as pd, workahead as wa
    >>> contracts = {"subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "arr": [1.0]}
    >>> accounts = pd.DataFrame({"account_id": ["A"], "csm": ["Ana"]})
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame(contracts), accounts=accounts)
    >>> own_csm(book), own_csm(book.where(csm="Ana"))
    (None, 'Ana')
    """
    held = book.filters.get("csm", ())
    names = [held] if isinstance(held, str) else list(held or ())
    return str(names[0]) if len(names) == 1 else None


def _days(text: str, book: Book) -> Period | None:
    """The days of a period by its name; a name that is none fits nothing."""
    try:
        return period_of(text, book, ahead=True)
    except PeriodError:
        return None


def _span(of: Period) -> tuple[object, object]:
    return of.start, of.end
