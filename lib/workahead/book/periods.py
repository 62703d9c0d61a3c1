"""Calendar and fiscal periods as closing days: a period runs from the close of one day to the close of another."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import narwhals as nw
import pandas as pd

from workahead.errors import PeriodError

if TYPE_CHECKING:
    from workahead.book.book import Book

Freq = Literal["month", "quarter", "year"]
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}

Day = str | dt.date | pd.Timestamp


def day(value: Day) -> pd.Timestamp:
    """One calendar day.

    >>> day("2026-10-31")
    Timestamp('2026-10-31 00:00:00')
    """
    try:
        return pd.Timestamp(value).normalize()
    except (ValueError, TypeError) as error:
        raise PeriodError(f"{value!r} is not a day; write it as 2026-10-31") from error


def shift_months(value: Day, months: int) -> pd.Timestamp:
    """So many months later; a month-end stays a month-end.

    >>> shift_months("2025-02-28", -12)
    Timestamp('2024-02-29 00:00:00')
    """
    moment = day(value)
    if moment.is_month_end:
        return moment + pd.offsets.MonthEnd(months) if months else moment
    return moment + pd.DateOffset(months=months)


def month_ends(end: Day, periods: int) -> list[pd.Timestamp]:
    """The last ``periods`` month-ends up to ``end``, oldest first.

    >>> [str(m.date()) for m in month_ends("2026-03-15", 2)]
    ['2026-01-31', '2026-02-28']
    """
    last = day(end) + pd.Timedelta(days=1)
    last = last - pd.offsets.MonthEnd(1)
    return [last - pd.offsets.MonthEnd(k) if k else last for k in range(periods - 1, -1, -1)]


def bin_of(month: nw.Expr, freq: Freq, fiscal_year_start: int) -> nw.Expr:
    """The number of the period that a month (year x 12 + month - 1) lies in."""
    width = MONTHS[freq]
    if width == 1:
        return month
    return (month - (fiscal_year_start - 1)) // width


def bin_number(value: Day, freq: Freq, fiscal_year_start: int) -> int:
    """The number of the period that a day lies in."""
    moment = day(value)
    month = moment.year * 12 + moment.month - 1
    return month if freq == "month" else (month - (fiscal_year_start - 1)) // MONTHS[freq]


def first_day(number: int, freq: Freq, fiscal_year_start: int) -> pd.Timestamp:
    """The first day of a period by its number."""
    month = number if freq == "month" else number * MONTHS[freq] + fiscal_year_start - 1
    return pd.Timestamp(year=month // 12, month=month % 12 + 1, day=1)


def last_day(number: int, freq: Freq, fiscal_year_start: int) -> pd.Timestamp:
    """The last day of a period by its number."""
    return first_day(number + 1, freq, fiscal_year_start) - pd.Timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """From the close of ``start`` to the close of ``end``."""

    start: pd.Timestamp
    end: pd.Timestamp
    label: str

    @property
    def first_day(self) -> pd.Timestamp:
        """The first day inside the period."""
        return self.start + pd.Timedelta(days=1)


def period(text: str, book: Book, *, ahead: bool = False) -> Period:
    """A month, quarter or year by name, in the book's fiscal calendar; ``latest``: the last month that is over.

    ``2026-10`` is a month, ``2026-Q3`` a quarter and ``2026`` a year of the fiscal year named after the year in which
    it ends (with ``fiscal_year_start=1`` the calendar's own). Raises PeriodError for any other text, and for a
    period that begins after the book's as-of date; one still running is cut at that date. With ``ahead``, for what is
    projected, it may lie ahead and is never cut; ``latest`` is then the quarter of the day after the book's.
    """
    start_month = book.definitions.fiscal_year_start
    shift = 12 if start_month > 1 else 0
    name = text.strip()
    if name == "latest" and ahead:
        number = bin_number(book.as_of + pd.Timedelta(days=1), "quarter", start_month)
        name = f"{number // 4 + shift // 12}-Q{number % 4 + 1}"
    elif name == "latest":
        name = f"{month_ends(book.as_of, 1)[0]:%Y-%m}"
    if match := re.fullmatch(r"(\d{4})-(\d{2})", name):
        year, month = int(match[1]), int(match[2])
        if not 1 <= month <= 12:
            raise PeriodError(f"{text!r} is not a month: months run from 01 to 12")
        begin, width = pd.Timestamp(year, month, 1), 1
    elif match := re.fullmatch(r"(\d{4})-?Q([1-4])", name, re.IGNORECASE):
        year, quarter = int(match[1]), int(match[2])
        month0 = year * 12 - shift + (start_month - 1) + 3 * (quarter - 1)
        begin, width = pd.Timestamp(month0 // 12, month0 % 12 + 1, 1), 3
    elif match := re.fullmatch(r"(?:FY)?(\d{4})", name, re.IGNORECASE):
        month0 = int(match[1]) * 12 - shift + (start_month - 1)
        begin, width = pd.Timestamp(month0 // 12, month0 % 12 + 1, 1), 12
    else:
        raise PeriodError(
            f"{text!r} is not a period; write a month as 2026-10, a quarter as 2026-Q3, a year as 2026"
        )
    if begin > book.as_of and not ahead:
        raise PeriodError(
            f"{text} begins after the data ends: the book is as of {book.as_of:%Y-%m-%d}. "
            "Load newer exports, or choose an earlier period"
        )
    close = shift_months(begin - pd.Timedelta(days=1), width)
    return Period(begin - pd.Timedelta(days=1), close if ahead else min(close, book.as_of), name)


def whole_period(text: str, book: Book, freq: Freq) -> Period:
    """The month, quarter or year in which a named period ends, whole, also where it is still running.

    A period that runs on beyond the book's as-of date ends there, for this; ``latest`` is the last month that is over.
    Raises PeriodError as :func:`period`.

    >>> import pandas as pd, workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "arr": [1.0]}))
    >>> [whole_period(name, book, "quarter").label for name in ("2026-10", "2026-Q3", "2026")]
    ['2026-Q4', '2026-Q3', '2026-Q4']
    """
    named, start = period(text, book, ahead=text.strip() != "latest"), book.definitions.fiscal_year_start
    number = bin_number(min(named.end, max(book.as_of, named.first_day)), freq, start)
    first, last = first_day(number, freq, start), last_day(number, freq, start)
    year = number // 4 + (1 if start > 1 else 0)
    label = {"quarter": f"{year}-Q{number % 4 + 1}", "month": f"{first:%Y-%m}"}.get(freq, f"{last:%Y}")
    return Period(first - pd.Timedelta(days=1), last, label)


def window(book: Book, start: Day, end: Day) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Two closing days that make a period of this book, or PeriodError."""
    first, last = day(start), day(end)
    if first >= last:
        raise PeriodError(
            f"the period runs from the close of {first:%Y-%m-%d} to {last:%Y-%m-%d}: end must be later"
        )
    closing(book, last)
    return first, last


def closing(book: Book, value: Day | None) -> pd.Timestamp:
    """A closing day that the book knows (default: its as-of date), or PeriodError."""
    moment = book.as_of if value is None else day(value)
    if moment > book.as_of:
        raise PeriodError(
            f"{moment:%Y-%m-%d} lies after the book's as-of date {book.as_of:%Y-%m-%d}: what has not happened yet "
            "can't be measured"
        )
    return moment
