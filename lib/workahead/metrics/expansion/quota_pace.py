"""Where a quota period should stand, where it stands, and what each week to come must bring."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workahead.book import engines
from workahead.book.periods import Day, closing, day
from workahead.errors import ConfigError, PeriodError
from workahead.metrics.expansion.bookings import Type, curve, past_windows, to_come, week_of, weeks_in, won
from workahead.metrics.expansion.holding import everybody

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = [
    "week", "week_start", "expected", "actual", "needed", "week_end", "expected_low", "expected_high", "week_actual",
    "pipeline_open", "basis",
]  # fmt: skip


def quota_pace(
    book: Book,
    quota: float,
    start: Day,
    end: Day,
    at: Day | None = None,
    type: Type = None,
    history: int = 8,
) -> pd.DataFrame:
    """The plan of a quota period, week by week: it runs from the close of ``start`` to the close of ``end``.

    | column | meaning |
    |---|---|
    | week, week_start, week_end | its number, first and last day; the last takes the days that remain |
    | expected | quota x the median share of past periods that was won by the week's end |
    | actual | won by the week's end, in a week that is running so far; missing in weeks to come |
    | needed | what a week to come must bring of what is left, in the curve's proportions; 0 once it is met |
    | expected_low, expected_high | the quota by the lowest and the highest of the past periods |
    | week_actual | won in the week itself |
    | pipeline_open | what is open and set to close in the week |
    | basis | ``record``, or ``straight line`` where fewer than three of the ``history`` periods before had bookings |

    As of the close of ``at`` (default: the as-of date). The curve is of the periods of the same length before this
    one; in a book filtered by CSM or account manager, everybody's: one person's few bookings have no shape. What a
    running week still brings counts for the weeks after it; in the last week, what is left is its own. ``actual`` at
    ``at`` plus all of ``needed`` is the quota, to the cent, unless it is exceeded. Raises MissingTable, PeriodError,
    ConfigError.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-02-18", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "arr": [1.0]}),
    ...     opportunities=pd.DataFrame({"opportunity_id": ["a"], "account_id": "A", "stage": "Won", "amount": [40.0],
    ...         "created_date": "2026-01-01", "close_date": ["2026-02-03"], "is_closed": True, "is_won": True}))
    >>> quota_pace(book, 100, "2026-01-31", "2026-02-28")[["week", "expected", "actual", "needed"]]
       week  expected  actual  needed
    0     1      25.0    40.0     NaN
    1     2      50.0    40.0     NaN
    2     3      75.0    40.0     NaN
    3     4     100.0     NaN    60.0
    """
    first, last = day(start), day(end)
    if first >= last:
        raise PeriodError(f"the period runs from {first:%Y-%m-%d} to {last:%Y-%m-%d}: end must be later")
    if not 0 <= quota < math.inf and not math.isnan(quota):
        raise ConfigError(f"quota={quota!r}: write an amount, 0 or more")
    today = closing(book, at)
    weeks = weeks_in(first, last)
    past = past_windows(first, last, history)
    since = past[0][0] if past else first
    shape = curve(won(everybody(book), since, first, type), past, weeks)
    mine = won(book, first, min(last, today), type)
    starts = first + pd.to_timedelta(np.arange(weeks) * 7 + 1, unit="D")
    begun = starts <= today
    weekly = np.bincount(week_of(mine["close_date"], first, weeks), mine["cents"], minlength=weeks)
    ahead = to_come(book, today, first, last, type)
    set_to = np.bincount(week_of(ahead["close_date"], first, weeks), ahead["cents"], minlength=weeks)
    coming = ~begun
    if begun.all() and today < last:
        coming[-1] = True
    table = pd.DataFrame(
        {
            "week": np.arange(1, weeks + 1),
            "week_start": starts,
            "week_end": [*(starts[1:] - pd.Timedelta(days=1)), last],
            "expected": (shape["share"] * quota).round(2),
            "expected_low": (shape["share_low"] * quota).round(2),
            "expected_high": (shape["share_high"] * quota).round(2),
            "actual": np.where(begun, weekly.cumsum() / 100, np.nan),
            "week_actual": np.where(begun, weekly / 100, np.nan),
            "needed": _needed(
                round(quota * 100) - weekly.sum() if quota == quota else math.nan,
                shape["week_share"].to_numpy(),
                coming,
            ),
            "pipeline_open": set_to / 100,
            "basis": shape["basis"],
        }
    )[COLUMNS].astype({"week_start": "datetime64[us]", "week_end": "datetime64[us]"})
    return table if len(engines.pandas(book.ledger().head(1))) else table.head(0)


def _needed(left: float, shares: np.ndarray, coming: np.ndarray) -> np.ndarray:
    """What is left (cents) over the weeks to come, in proportion to their shares; they add up to it, to the cent."""
    parts = np.where(coming, shares, 0.0)
    if not parts.sum():
        parts = coming.astype("float64")  # the curve expects nothing more: week by week alike
    upto = np.round(max(left, 0.0) * parts.cumsum() / (parts.sum() or 1.0))
    return np.where(coming, np.diff(upto, prepend=0.0) / 100, np.nan)
