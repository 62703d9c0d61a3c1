"""Contract terms: the last day of a term in months, and the annual value of a total."""

from __future__ import annotations

import pandas as pd

MONTH = 365.25 / 12
NEAR = 0.2
"""A term this near to whole months (six days) is whole months: contracts are written in months, not in
days."""


def last_day(starts: pd.Series, months: pd.Series) -> pd.Series:
    """The last day of service of a term that begins on `starts` and runs so many whole months.

    >>> starts = pd.Series(pd.to_datetime(["2026-03-01", "2026-03-15"]))
    >>> last_day(starts, pd.Series([12, 1])).dt.strftime("%Y-%m-%d").tolist()
    ['2027-02-28', '2026-04-14']
    """
    day_after = [
        start + pd.DateOffset(months=int(term)) if pd.notna(start) and pd.notna(term) and term > 0 else pd.NaT
        for start, term in zip(starts, months, strict=True)
    ]
    return pd.Series(
        pd.to_datetime(pd.Series(day_after, index=starts.index, dtype="datetime64[us]"))
        - pd.Timedelta(days=1)
    )


def annual_value(total: pd.Series, starts: pd.Series, ends: pd.Series) -> pd.Series:
    """ARR of a total contract value: total / months x 12. Both days are days of service.

    >>> days = pd.to_datetime
    >>> start, end = pd.Series(days(["2024-06-01"])), pd.Series(days(["2024-08-31"]))
    >>> annual_value(pd.Series([150_000.0]), start, end).tolist()
    [600000.0]
    """
    months = ((ends - starts).dt.days + 1) / MONTH
    whole = months.round()
    months = months.where((months - whole).abs() > NEAR, whole)
    return (total / months.where(months > 0) * 12).round(2)
