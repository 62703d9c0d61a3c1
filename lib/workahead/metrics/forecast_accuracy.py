"""How good the forecast was: what was called, a while before the renewals, against what renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.book.periods import Day, closing, window
from workahead.metrics.called import called_events
from workahead.metrics.positions import By, money, rate
from workahead.metrics.renewal_rate import added, cents, with_groups

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = [
    "renewals", "due_arr", "called_arr", "coverage", "forecast_arr", "actual_arr", "wape", "accuracy",
    "aggregate_accuracy", "bias", "overdue_arr",
]  # fmt: skip
_SUMS = ["renewals", "due_arr", "called_arr", "forecast_arr", "actual_arr", "error", "overdue_arr"]


def forecast_accuracy(
    book: Book, horizon_days: int = 90, start: Day | None = None, end: Day | None = None, by: By = None
) -> pd.DataFrame:
    """The last calls made by ``horizon_days`` before the renewal date, against what renewed.

    Of the renewals that came due after ``start`` (default: all), up to ``end`` (default: the as-of date).

    | column | meaning |
    |---|---|
    | *by* | the group |
    | renewals, due_arr | contracts that came due, and their ARR |
    | called_arr, coverage | due_arr of those called by then, and its share |
    | forecast_arr, actual_arr | of the called ones, where decided: ARR expected, ARR renewed (at most what was due) |
    | wape | sum of the absolute errors / actual_arr: errors do not offset one another |
    | accuracy | 1 - wape, at least 0 |
    | aggregate_accuracy | 1 - abs(forecast_arr - actual_arr) / actual_arr, at least 0: errors offset one another |
    | bias | (forecast_arr - actual_arr) / actual_arr: above 0 is too hopeful |
    | overdue_arr | of due_arr, not decided yet: in the coverage, not in the errors |

    An error is of what the call was about: one contract, or all of an account on a day. Rates are missing where their
    base is zero. Raises MissingTable without forecast_calls, PeriodError, UnknownName, ConfigError.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "A"], "arr": [1000.0, 900.0],
    ...     "start_date": ["2025-01-01", "2026-01-01"], "end_date": ["2025-12-31", "2026-12-31"]}),
    ...     forecast_calls=pd.DataFrame({"account_id": ["A"], "renewal_date": ["2026-01-01"],
    ...     "called_on": ["2025-09-30"], "category": ["commit"], "forecast_arr": [1000.0]}))
    >>> forecast_accuracy(book)[["coverage", "accuracy", "bias"]].round(3)
       coverage  accuracy   bias
    0       1.0     0.889  0.111
    """
    last = closing(book, end)
    if start is not None:
        window(book, start, last)
    table = called_events(book, horizon_days)
    table = table[table["renewal_date"] <= last]
    if start is not None:
        table = table[table["renewal_date"] > pd.Timestamp(start)]
    table = with_groups(table, book, by)
    called = table["called_on"].notna()
    overdue = table["outcome"].isin(["overdue", "open"])
    compared = called & ~overdue
    table = table.assign(
        renewals=1,
        called_arr=table["due_arr"].where(called, 0),
        forecast_arr=table["forecast_arr"].where(compared, 0),
        actual_arr=table["renewed_arr"].where(compared, 0),
        overdue_arr=table["due_arr"].where(overdue, 0),
    )
    names = book.by(by)
    units = table[compared].groupby([*names, "unit"])[["forecast_arr", "actual_arr"]].transform("sum")
    error = (units["forecast_arr"] - units["actual_arr"]).abs()
    first = ~table.loc[compared, [*names, "unit"]].duplicated()
    table["error"] = error.where(first, 0).reindex(table.index).fillna(0)
    amounts = [column for column in _SUMS if column != "renewals"]
    sums = added(cents(table, amounts), book, by, _SUMS)
    off = rate(sums["forecast_arr"] - sums["actual_arr"], sums["actual_arr"])
    sums = sums.assign(
        coverage=rate(sums["called_arr"], sums["due_arr"]),
        wape=rate(sums["error"], sums["actual_arr"]),
        bias=off,
    )
    sums["accuracy"] = (1 - sums["wape"]).clip(lower=0)
    sums["aggregate_accuracy"] = (1 - off.abs()).clip(lower=0)
    for column in amounts:
        sums[column] = money(sums[column])
    return sums[[*names, *COLUMNS]]
