"""How fast customers grow between their renewals: the pace that NRR is projected with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workahead.metrics.positions import By
from workahead.metrics.renewal_rate import with_groups
from workahead.metrics.renewals import events
from workahead.metrics.retention import retention_trend

if TYPE_CHECKING:
    from workahead.book.book import Book

MONTHS = 24
"""How far back the pace is measured."""
SHRINK = 50.0
"""Customers of a group at which its own pace weighs as much as the whole book's."""
DAYS = 30.4375
"""An average month."""


def growth(book: Book, first: pd.Timestamp, last: pd.Timestamp, by: By) -> pd.DataFrame:
    """*by*, mean and spread (standard deviation) of what customers grow by between their renewals, as a share of their
    ARR, from the close of one day to the close of another.

    Each of the last months gives a pace: what was retained with growth, less what was retained without, less the growth
    of contracts renewed in it. A group's pace is mixed with the whole book's, by its customers.
    """
    names = book.by(by)
    months = max((last - first).days, 0) / DAYS
    total = _paces(book, None)
    paces = _paces(book, by) if names else total
    groups = paces.groupby(names or np.zeros(len(paces), dtype="int64"), sort=False, dropna=False)
    overall, over = _weighted(total), len(total["pace"].dropna())
    rows = []
    for group, own in groups:
        customers = own["starting_customers"].mean()
        trust = customers / (customers + SHRINK) if names else 1.0
        pace = trust * np.nan_to_num(_weighted(own), nan=overall) + (1 - trust) * overall
        swing = own["pace"].std() if over > 2 else np.nan
        swing = pace if np.isnan(swing) else swing  # too little history: anything up to twice the pace
        labels = group if isinstance(group, tuple) else (group,)
        spread = swing * np.sqrt(months + months**2 / max(len(own["pace"].dropna()), 1))
        rows.append([*(labels if names else ()), pace * months, spread])
    table = pd.DataFrame(rows, columns=[*names, "mean", "spread"])
    return table.astype({"mean": "float64", "spread": "float64"}).fillna({"mean": 0.0, "spread": 0.0})


def _paces(book: Book, by: By) -> pd.DataFrame:
    """*by*, starting_arr, starting_customers and the pace of each month that began with customers."""
    names = book.by(by)
    trend = retention_trend(book, months=1, periods=MONTHS, by=by)
    every = with_groups(events(book), book, by)
    grown = every["net_renewed_arr"] - every["renewed_arr"]
    month = every["renewed_on"].dt.to_period("M").dt.to_timestamp("M").dt.normalize()
    renewed = every.assign(grown=grown, period_end=month.astype("datetime64[us]"))
    renewed = renewed.groupby([*names, "period_end"], as_index=False)[["grown"]].sum()
    trend = trend.merge(renewed, on=[*names, "period_end"], how="left")
    between = trend["retained_net_arr"] - trend["retained_gross_arr"] - trend["grown"].fillna(0)
    trend["pace"] = (between / trend["starting_arr"].where(trend["starting_arr"] > 0)).clip(lower=0)
    return trend[[*names, "starting_arr", "starting_customers", "pace"]]


def _weighted(paces: pd.DataFrame) -> float:
    known = paces.dropna(subset=["pace"])
    weight = known["starting_arr"].sum()
    return float((known["pace"] * known["starting_arr"]).sum() / weight) if weight > 0 else 0.0
