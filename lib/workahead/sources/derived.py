"""Columns that follow from others: a last day from a term, ARR from another amount, won and closed from the stage."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workahead.sources.columns import same
from workahead.sources.mapping import standard
from workahead.sources.part import Part

MONTH = 365.25 / 12
PER_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1, "annu": 1}
NEAR = 0.2
"""A term this near to whole months (six days) is whole months: contracts are written in months, not in days."""


def derive(part: Part) -> None:
    """Fill what follows from other columns, and drop those that served for nothing else."""
    if part.monthly:
        part.frame = part.frame.rename(columns={"month": "start_date"})
        part.headers["start_date"], part.parsed["start_date"] = part.header("month"), part.parsed["month"]
    if part.export.table == "subscriptions":
        if part.export.end_date == "exclusive" and "end_date" in part.frame:
            part.frame["end_date"] -= pd.Timedelta(days=1)
        part.frame = _contracts(part.frame).drop(columns="month", errors="ignore")
    if part.monthly:  # a blank month is one without ARR; what can't be read is marked already
        bad = part.parsed["mrr" if "mrr" in part.parsed else "arr"].bad
        part.frame["arr"] = part.frame["arr"].mask(part.frame["arr"].isna() & ~bad, 0.0)
    if part.export.table == "opportunities" and "stage" in part.texts:
        usual = standard(part.export.kind).get("opportunities", {})
        won = {same(one) for one in (part.export.won or usual.get("won", ["Closed Won"]))}
        lost = {same(one) for one in (part.export.lost or usual.get("lost", ["Closed Lost"]))}
        stage = part.texts["stage"].fillna("").map(same)
        for name, stages in (("is_won", won), ("is_closed", won | lost)):
            told = stage.isin(stages).astype("boolean")
            part.frame[name] = part.frame[name].fillna(told) if name in part.frame else told
    part.frame = part.frame.drop(columns="from_stage", errors="ignore")


def _contracts(frame: pd.DataFrame) -> pd.DataFrame:
    """Contracts with their last day and ARR."""
    blank = pd.Series(np.nan, index=frame.index)
    if "term_months" in frame:
        ends = last_day(frame["start_date"], frame["term_months"])
        frame["end_date"] = frame["end_date"].fillna(ends) if "end_date" in frame else ends
    units = frame.get("quantity", blank).fillna(1) * frame.get("interval", blank).map(_per_year)
    for form in ("", "_original"):
        found = frame.get(f"arr{form}", blank).fillna(frame.get(f"mrr{form}", blank).mul(12).round(2))
        if f"total_value{form}" in frame and "end_date" in frame:
            total = frame[f"total_value{form}"]
            found = found.fillna(annual_value(total, frame["start_date"], frame["end_date"]))
        priced = (frame.get(f"price{form}", blank) * units).round(2)
        frame[f"arr{form}"] = found.fillna(priced)
    used = [f"{one}{form}" for one in ("mrr", "total_value", "price") for form in ("", "_original")]
    used += ["term_months", "quantity", "interval"]
    return frame.drop(columns=used, errors="ignore")


def _per_year(interval: object) -> float:
    """How many billing intervals a year has; missing for words that are none."""
    return PER_YEAR.get(same(str(interval)).removesuffix("ly").removesuffix("al").removesuffix("s"), np.nan)


def last_day(starts: pd.Series, months: pd.Series) -> pd.Series:
    """The last day of service of a term that begins on `starts` and runs so many whole months.

    >>> starts = pd.Series(pd.to_datetime(["2026-03-01", "2026-03-15"]))
    >>> last_day(starts, pd.Series([12, 1])).dt.strftime("%Y-%m-%d").tolist()
    ['2027-02-28', '2026-04-14']
    """
    after = [
        start + pd.DateOffset(months=int(term)) if pd.notna(start) and pd.notna(term) and term > 0 else pd.NaT
        for start, term in zip(starts, months, strict=True)
    ]
    return pd.Series(after, index=starts.index, dtype="datetime64[us]") - pd.Timedelta(days=1)


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
