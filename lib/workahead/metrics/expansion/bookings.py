"""When bookings come in a period: the share of its won amount by the end of each week."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np
import pandas as pd

from workahead.book import engines
from workahead.book.periods import Freq, bin_number, last_day, shift_months
from workahead.errors import ConfigError
from workahead.metrics.expansion.holding import everybody
from workahead.metrics.expansion.opportunities import opportunities
from workahead.metrics.positions import Window

if TYPE_CHECKING:
    from workahead.book.book import Book

FEWEST = 3
"""Past periods with bookings that make a record."""
RECORD, STRAIGHT = "record", "straight line"
COLUMNS = ["week", "share", "share_low", "share_high", "week_share", "basis", "periods"]
Type = str | Sequence[str] | None


def booking_curve(book: Book, freq: Freq = "quarter", history: int = 8, type: Type = None) -> pd.DataFrame:
    """The cumulative share of a period's bookings by the end of each week, from the last complete periods.

    | column | meaning |
    |---|---|
    | week | 1 to 13 of a quarter, 4 of a month, 52 of a year; the last takes the days that remain |
    | share | median over the periods of what was won by then / won in the period; 1 in the last week |
    | share_low, share_high | the lowest and the highest |
    | week_share | what the week adds to share: they add up to 1 |
    | basis, periods | ``record``, or ``straight line`` where fewer than three periods had bookings; how many had |

    ``history`` is how many complete fiscal periods are looked at; those without a booking have no shape and are left
    out. ``type`` chooses new, renewal or expansion (or several); by default all that was won counts. A book filtered by
    CSM or account manager has everybody's curve: one person's few bookings have no shape. Raises MissingTable,
    ConfigError.

    >>> import workahead as wa
    >>> days = ["2025-01-10", "2025-03-30", "2025-04-10", "2025-06-30", "2025-07-10", "2025-09-30"]
    >>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "arr": [1.0]}),
    ...     opportunities=pd.DataFrame({"opportunity_id": list("abcdef"), "account_id": "A", "stage": "Won",
    ...         "amount": [20.0, 80.0, 30.0, 70.0, 25.0, 75.0], "created_date": "2024-12-01", "close_date": days,
    ...         "is_closed": True, "is_won": True}))
    >>> booking_curve(book)[["share", "share_low", "share_high"]].iloc[[0, 1, 12]]
        share  share_low  share_high
    0    0.00        0.0         0.0
    1    0.25        0.2         0.3
    12   1.00        1.0         1.0
    """
    if isinstance(history, bool) or not isinstance(history, int) or history < 1:
        raise ConfigError(f"history={history!r}: write a whole number of periods, 1 or more")
    cut = freq, book.definitions.fiscal_year_start
    number = bin_number(book.as_of, *cut)
    number -= int(last_day(number, *cut) > book.as_of)
    ends = [last_day(n, *cut) for n in range(number - history, number + 1)]
    windows = list(pairwise(ends))
    table = curve(won(everybody(book), windows[0][0], windows[-1][1], type), windows, weeks_in(*windows[-1]))
    return table if len(engines.pandas(book.ledger().head(1))) else table.head(0)


def won(book: Book, start: pd.Timestamp, end: pd.Timestamp, type: Type = None) -> pd.DataFrame:
    """The opportunities won between two closing days: close_date, cents, account_id."""
    after, upto = (engines.day(moment, book.engine) for moment in (start, end))
    only = nw.col("is_won") & (nw.col("close_date") > after) & (nw.col("close_date") <= upto)
    return _of(book, only, type)


def _of(book: Book, only: nw.Expr, type: Type) -> pd.DataFrame:
    have = book.columns("opportunities")
    dated = "close_date" in have or "opportunities" not in book.tables  # without the table, let it say so
    if type is not None:
        kinds = [type] if isinstance(type, str) else list(type)
        only = only & (nw.col("type").is_in(kinds) if "type" in have else nw.lit(False))
    return opportunities(book, only=only if dated else nw.col("opportunity_id").is_null())


def to_come(
    book: Book, at: pd.Timestamp, start: pd.Timestamp, end: pd.Timestamp, type: Type = None
) -> pd.DataFrame:
    """What was open at the close of a day and is set to close after it, between two closing days."""
    today, after, upto = (engines.day(moment, book.engine) for moment in (at, max(at, start), end))
    ahead = (nw.col("close_date") > after) & (nw.col("close_date") <= upto)
    return _of(book, ahead & ~nw.col("is_closed") & (nw.col("created_date") <= today), type)


def weeks_in(start: pd.Timestamp, end: pd.Timestamp) -> int:
    """How many weeks a period has: the days that remain belong to the last.

    >>> weeks_in(pd.Timestamp("2025-12-31"), pd.Timestamp("2026-03-31")), weeks_in(
    ...     *pd.to_datetime(["2026-01-31", "2026-02-28"]))
    (13, 4)
    """
    return max(1, round((end - start).days / 7))


def week_of(days: pd.Series, start: pd.Timestamp, weeks: int) -> np.ndarray:
    """The number (from 0) of the week of a period in which each day lies."""
    return (((days - start).dt.days - 1) // 7).clip(upper=weeks - 1).to_numpy().astype("int64")


def past_windows(start: pd.Timestamp, end: pd.Timestamp, history: int) -> list[Window]:
    """The ``history`` periods of the same length before a period; none where it is not of whole months."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months < 1 or shift_months(start, months) != end:
        return []
    ends = [shift_months(start, -months * back) for back in range(history, -1, -1)]
    return list(pairwise(ends))


def curve(bookings: pd.DataFrame, windows: Sequence[Window], weeks: int) -> pd.DataFrame:
    """The booking curve of these periods: see :func:`booking_curve`."""
    shares = []
    for start, end in windows:
        mine = bookings[(bookings["close_date"] > start) & (bookings["close_date"] <= end)]
        weekly = np.bincount(week_of(mine["close_date"], start, weeks), mine["cents"], minlength=weeks)
        if weekly.sum() > 0:
            shares.append(weekly.cumsum() / weekly.sum())
    line = np.arange(1, weeks + 1) / weeks
    record = len(shares) >= FEWEST
    every = np.array(shares) if record else np.full((1, weeks), np.nan)
    share = np.median(every, axis=0) if record else line
    return pd.DataFrame(
        {
            "week": np.arange(1, weeks + 1),
            "share": share,
            "share_low": every.min(axis=0),
            "share_high": every.max(axis=0),
            "week_share": np.diff(share, prepend=0.0),
            "basis": RECORD if record else STRAIGHT,
            "periods": len(shares),
        }
    ).astype({"basis": "str", "week": "int64", "periods": "int64"})
