"""Risk over the calls: what was known to be at risk at each past month-end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.book.periods import month_ends, shift_months
from workahead.book.plays import Plays
from workahead.errors import ConfigError
from workahead.metrics.positions import money
from workahead.metrics.renewals.call_history import call_history, last_calls
from workahead.metrics.renewals.events import decided_on, events
from workahead.metrics.renewals.risk import spelled, unstated
from workahead.metrics.renewals.upcoming import cents

if TYPE_CHECKING:
    from workahead.book.book import Book

AMOUNTS = ["due_arr", "called_arr", "at_risk_arr", "addressable_arr", "fixed_arr", "unstated_arr"]
COLUMNS = ["period_end", "due_arr", "called_arr", "renewals", *AMOUNTS[2:]]


def risk_trend(book: Book, periods: int = 12, months: int = 12, plays: Plays | None = None) -> pd.DataFrame:
    """ARR at risk at each of the last ``periods`` month-ends, by the calls that had been made by then.

    | column | meaning |
    |---|---|
    | period_end | the month-end |
    | due_arr | ARR of the renewals then overdue, or due in fewer than ``months`` months, and not decided |
    | called_arr | of it, contracts on which a call had been made |
    | renewals, at_risk_arr | contracts with ARR at risk, and how much |
    | addressable_arr, fixed_arr | of it, with a cause that can be addressed, and with one that can't |
    | unstated_arr | of it, without a cause, or with an unknown one |

    A renewal is decided when it is signed (its first day, where the export does not say), a loss when it is written
    off: ``late_renewal_days`` after its date. At an as-of date that ends a month the last row is :func:`wa.risk`'s
    total. Without forecast calls nothing is at risk. Raises ConfigError for numbers below 1.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "arr": [300.0],
    ...     "start_date": ["2026-03-01"], "end_date": ["2027-02-28"]}), forecast_calls=pd.DataFrame({
    ...     "account_id": ["A"], "renewal_date": ["2027-03-01"], "called_on": ["2026-10-01"],
    ...     "category": ["at_risk"], "forecast_arr": [200.0], "at_risk_arr": [100.0]}))
    >>> risk_trend(book, periods=2)[["period_end", "due_arr", "called_arr", "renewals", "at_risk_arr"]]
      period_end  due_arr  called_arr  renewals  at_risk_arr
    0 2026-09-30    300.0         0.0         0          0.0
    1 2026-10-31    300.0       300.0         1        100.0
    """
    for name, number in (("periods", periods), ("months", months)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise ConfigError(f"{name}={number!r}: write a whole number, 1 or more")
    plays = plays or book.plays
    every = events(book)
    if every.empty:
        return pd.DataFrame(columns=COLUMNS).astype(_KINDS)
    every["decided_on"] = decided_on(every, book)
    calls = call_history(book, every)
    rows = [_standing(every, calls, at, months, plays) for at in month_ends(book.as_of, periods)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table[AMOUNTS] = table[AMOUNTS].apply(money)
    return table.astype(_KINDS)


_KINDS = {"period_end": "datetime64[us]", "renewals": "int64", **dict.fromkeys(AMOUNTS, "float64")}


def _standing(
    every: pd.DataFrame, calls: pd.DataFrame, at: pd.Timestamp, months: int, plays: Plays
) -> list[object]:
    """One row of the table, amounts in cents."""
    ahead = every[(every["renewal_date"] < shift_months(at, months)) & ~(every["decided_on"] <= at)]
    last = last_calls(calls[calls["called_on"] <= at])
    ahead = ahead.merge(last, on="subscription_id", how="left")
    due, at_risk = cents(ahead["due_arr"]), cents(ahead["at_risk_arr"])
    causes = spelled(ahead["root_cause"], plays)
    addressable = causes.map(dict(plays.root_causes))
    return [
        at,
        due.sum(),
        due[ahead["called_on"].notna()].sum(),
        (at_risk > 0).sum(),
        at_risk.sum(),
        at_risk[addressable.eq(True).fillna(False).astype(bool)].sum(),
        at_risk[addressable.eq(False).fillna(False).astype(bool)].sum(),
        at_risk[unstated(causes, plays)].sum(),
    ]
