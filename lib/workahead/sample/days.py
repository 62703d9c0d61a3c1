"""Days as whole numbers (since 1970-01-01), the way the simulation counts time."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

import pandas as pd

_EPOCH = dt.date(1970, 1, 1).toordinal()
NEVER = -(10**6)
"""Stands for a date that is not there, in arrays of days."""


def number(day: dt.date) -> int:
    """The number of a date.

    >>> number(dt.date(1970, 1, 2))
    1
    """
    return day.toordinal() - _EPOCH


def date(day: int) -> dt.date:
    """The date of a number."""
    return dt.date.fromordinal(day + _EPOCH)


def add_months(day: int, months: int) -> int:
    """The same day some months on, or the last of that month.

    >>> date(add_months(number(dt.date(2024, 2, 29)), 12))
    datetime.date(2025, 2, 28)
    """
    start = date(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return number(dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1])))


def quarter(day: int) -> tuple[int, int]:
    """First and last day of the calendar quarter that holds a day."""
    at = date(day)
    first = number(dt.date(at.year, 3 * ((at.month - 1) // 3) + 1, 1))
    return first, add_months(first, 3) - 1


def series(values: Any) -> pd.Series:
    """Day numbers as a column of dates; None and NEVER become missing."""
    numbers = pd.Series(list(values), dtype="float64")
    return pd.to_datetime(numbers.where(numbers != NEVER), unit="D").astype("datetime64[us]")
