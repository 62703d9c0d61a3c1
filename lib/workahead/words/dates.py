"""Dates and periods as prose writes them, in English whatever the machine's locale."""

from __future__ import annotations

import pandas as pd

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def month(at: object, short: bool = False) -> str:
    """The month of a date.

    >>> month("2026-10-31"), month("2026-10-31", short=True)
    ('October 2026', 'Oct 2026')
    """
    when = pd.Timestamp(at)  # type: ignore[arg-type]
    name = MONTHS[when.month - 1]
    return f"{name[:3] if short else name} {when.year}"


def day(at: object) -> str:
    """A day.

    >>> day("2026-10-31")
    '31 October 2026'
    """
    when = pd.Timestamp(at)  # type: ignore[arg-type]
    return f"{when.day} {month(when)}"


def span(start: object, end: object, short: bool = False) -> str:
    """The days between two closing days: ``start`` is the close before the first of them.

    >>> span("2026-09-30", "2026-10-31"), span("2025-10-31", "2026-10-31")
    ('October 2026', 'November 2025 to October 2026')
    >>> span("2025-10-31", "2026-10-31", short=True)
    'Nov 2025 to Oct 2026'
    >>> span("2025-12-31", "2026-12-31"), span("2026-10-10", "2026-10-20")
    ('2026', '11 October 2026 to 20 October 2026')
    """
    first = pd.Timestamp(start) + pd.Timedelta(days=1)  # type: ignore[arg-type]
    last = pd.Timestamp(end)  # type: ignore[arg-type]
    if first.day != 1 or not last.is_month_end:
        return f"{day(first)} to {day(last)}" if first < last else day(last)
    if (first.year, first.month) == (last.year, last.month):
        return month(last)
    if first.year == last.year and (first.month, last.month) == (1, 12):
        return str(last.year)
    return f"{month(first, short)} to {month(last, short)}"


def cohort(first: object, freq: str = "month") -> str:
    """A cohort's name, from the first day of its period.

    >>> cohort("2026-01-01"), cohort("2026-04-01", "quarter"), cohort("2026-01-01", "year")
    ('Jan 2026', 'Q2 2026', '2026')
    >>> cohort("2026-02-01", "quarter"), cohort("2026-02-01", "year")
    ('from Feb 2026', 'from Feb 2026')
    """
    when = pd.Timestamp(first)  # type: ignore[arg-type]
    if freq == "month":
        return month(when, short=True)
    if freq == "quarter" and when.month % 3 == 1:
        return f"Q{when.month // 3 + 1} {when.year}"
    if freq == "year" and when.month == 1:
        return str(when.year)
    return f"from {month(when, short=True)}"
