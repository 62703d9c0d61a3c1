"""How good the forecast was: what was called, a while before the renewals, against what renewed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workahead.book.periods import Day, Freq, bin_number, last_day
from workahead.book.tables import NOT_SET
from workahead.errors import ConfigError
from workahead.metrics.accuracy.called import CALLER, by_then, due_between, record, span
from workahead.metrics.positions import By, money, ordered, rate
from workahead.metrics.renewals.events import UNDECIDED
from workahead.metrics.renewals.rate import cents, with_groups
from workahead.metrics.renewals.windows import groups
from workahead.metrics.retention.movements import periods

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = [
    "renewals", "due_arr", "called_arr", "coverage", "forecast_arr", "actual_arr", "wape", "accuracy",
    "aggregate_accuracy", "bias", "overdue_arr", "compared",
]  # fmt: skip
_AMOUNTS = ["due_arr", "called_arr", "forecast_arr", "actual_arr", "error", "overdue_arr"]
_SUMS = ["renewals", "compared", *_AMOUNTS]


def forecast_accuracy(
    book: Book,
    horizon_days: int = 90,
    start: Day | None = None,
    end: Day | None = None,
    by: By = None,
    freq: Freq | None = None,
) -> pd.DataFrame:
    """The last calls made by ``horizon_days`` before the renewal date, against what renewed.

    Of the renewals that came due after ``start`` (default: all), up to ``end`` (default: the as-of date).

    | column | meaning |
    |---|---|
    | *by* | the group; ``called_by`` is who made that call, and NOT_SET who was not called |
    | period_start, period_end | with ``freq`` (month, quarter, year: fiscal): closing days, by renewal date |
    | renewals, due_arr | contracts that came due, and their ARR |
    | called_arr, coverage | due_arr of those called by then, and its share |
    | forecast_arr, actual_arr | of the called ones, where decided: ARR expected, ARR renewed (at most what was due) |
    | wape | sum of the absolute errors / actual_arr: errors do not offset one another |
    | accuracy | 1 - wape, at least 0 |
    | aggregate_accuracy | 1 - abs(forecast_arr - actual_arr) / actual_arr, at least 0: errors offset one another |
    | bias | (forecast_arr - actual_arr) / actual_arr: above 0 is too hopeful |
    | overdue_arr | of due_arr, not decided yet: in the coverage, not in the errors |
    | compared | contracts called and decided: so many make the errors |

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
    table = _measured(book, [horizon_days], start, end, by, freq)
    return table.drop(columns="horizon_days")


def accuracy_by_horizon(
    book: Book,
    horizons: Sequence[int] = (180, 90, 60, 30),
    start: Day | None = None,
    end: Day | None = None,
    by: By = None,
) -> pd.DataFrame:
    """:func:`forecast_accuracy` at several horizons, a row per group and horizon: how early the calls were any good.

    After the *by* columns stands ``horizon_days``, in the order given, then the same columns. The renewals are the
    same at each horizon; what had been called is not, which is why ``coverage`` stands beside ``accuracy``.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "A"], "arr": [1000.0, 900.0],
    ...     "start_date": ["2025-01-01", "2026-01-01"], "end_date": ["2025-12-31", "2026-12-31"]}),
    ...     forecast_calls=pd.DataFrame({"account_id": ["A"], "renewal_date": ["2026-01-01"],
    ...     "called_on": ["2025-09-30"], "category": ["commit"], "forecast_arr": [1000.0]}))
    >>> accuracy_by_horizon(book, (180, 90))[["horizon_days", "coverage", "accuracy"]].round(3)
       horizon_days  coverage  accuracy
    0           180       0.0       NaN
    1            90       1.0     0.889
    """
    if not horizons:
        raise ConfigError(
            "horizons: write at least one, in days before the renewal date, such as (180, 90, 60, 30)"
        )
    return _measured(book, horizons, start, end, by, None)


def _measured(
    book: Book, horizons: Sequence[int], start: Day | None, end: Day | None, by: By, freq: Freq | None
) -> pd.DataFrame:
    """Every group, period and horizon."""
    names = [] if by is None else [by] if isinstance(by, str) else list(by)
    held = book.by([name for name in names if name != CALLER])
    first, last = span(book, start, end)
    table, calls = record(book)
    table = due_between(table, first, last)
    if first is None:  # the first period is the one in which the first renewal came due
        cut = freq or "year", book.definitions.fiscal_year_start
        first = last_day(bin_number(table["renewal_date"].min() if len(table) else last, *cut) - 1, *cut)
    spans = periods(book, first, last, freq)
    table["bin"] = spans["bin"].iloc[0] + np.searchsorted(spans["period_end"], table["renewal_date"])
    table = with_groups(table, book, held)
    # Of the three only what was called differs by horizon.
    parts = [_errors(by_then(table, calls, days), names).assign(order=n) for n, days in enumerate(horizons)]
    keys = [*names, "bin", "order"]
    sums = pd.concat(parts).groupby(keys, as_index=False)[_SUMS].sum()
    rows = ordered(sums[names].drop_duplicates(), names) if CALLER in names else groups(book, held, sums)
    order = pd.DataFrame({"order": range(len(horizons)), "horizon_days": list(horizons)})
    sums = rows.merge(spans, how="cross").merge(order, how="cross").merge(sums, on=keys, how="left")
    sums = sums.fillna(dict.fromkeys(_SUMS, 0)).astype(dict.fromkeys(_SUMS, "int64"))
    days = [] if freq is None else ["period_start", "period_end"]
    return _rates(sums)[[*names, *days, "horizon_days", *COLUMNS]]


def _errors(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The amounts (cents) of each renewal; the error of a call on several is on the first of them."""
    called, overdue = table["called_on"].notna(), table["outcome"].isin(UNDECIDED)
    compared = called & ~overdue
    table = table.assign(
        **{CALLER: table[CALLER].fillna(NOT_SET)},
        renewals=1,
        compared=compared.astype("int64"),
        called_arr=table["due_arr"].where(called, 0),
        forecast_arr=table["forecast_arr"].where(compared, 0),
        actual_arr=table["renewed_arr"].where(compared, 0),
        overdue_arr=table["due_arr"].where(overdue, 0),
        error=0.0,
    )
    table = cents(table, _AMOUNTS)
    about = table[compared]
    keys = list(dict.fromkeys([*names, "unit"]))
    sums = about.groupby(keys)[["forecast_arr", "actual_arr"]].transform("sum")
    error = (sums["forecast_arr"] - sums["actual_arr"]).abs().where(~about[keys].duplicated(), 0)
    return table.assign(error=error.reindex(table.index).fillna(0))


def _rates(sums: pd.DataFrame) -> pd.DataFrame:
    """Amounts and rates from cents."""
    off = rate(sums["forecast_arr"] - sums["actual_arr"], sums["actual_arr"])
    wape = rate(sums["error"], sums["actual_arr"])
    return sums.assign(
        coverage=rate(sums["called_arr"], sums["due_arr"]),
        wape=wape,
        accuracy=(1 - wape).clip(lower=0),
        aggregate_accuracy=(1 - off.abs()).clip(lower=0),
        bias=off,
        **{column: money(sums[column]) for column in _AMOUNTS},
    )
