"""How fast ARR begins and grows between renewals: the paces that a projection goes on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workahead.book.once import once
from workahead.book.periods import month_ends
from workahead.metrics.chosen import chosen_by
from workahead.metrics.positions import by_group, grouped, levels
from workahead.metrics.projection.model import Floats
from workahead.metrics.renewals.events import events
from workahead.metrics.renewals.rate import with_groups
from workahead.metrics.retention.movements import movements

if TYPE_CHECKING:
    from workahead.book.book import Book

MONTHS = 24
"""How far back the pace is measured."""
SHRINK = 50.0
"""Customers of a group at which its own pace weighs as much as the whole book's."""
DAYS = 30.4375
"""An average month."""


@once
def growth(book: Book, by: tuple[str, ...]) -> pd.DataFrame:
    """*by*, pace (of a month, as a share of ARR), swing (its standard deviation from month to month) and months (of
    record): by how much customers grow between their renewals.

    Each of the last months gives a pace: what was retained with growth, less what was retained without, less the growth
    of contracts renewed in it. A group's pace is mixed with the whole book's, by its customers.
    """
    names = list(by)
    total = _paces(book, ())
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
        rows.append([*(labels if names else ()), pace, swing, max(len(own["pace"].dropna()), 1)])
    return pd.DataFrame(rows, columns=[*names, "pace", "swing", "months"])


def grown(groups: pd.DataFrame, pace: pd.DataFrame, days: int, luck: Floats) -> Floats:
    """What each group grows by in so many days: an array (group, future); ``luck``: a standard normal a future."""
    months = days / DAYS
    if len(groups.columns):  # a product that is sold but has not begun has no pace yet
        pace = groups.merge(pace, on=list(groups.columns), how="left")
    mean = pace["pace"].astype("float64").fillna(0).to_numpy() * months
    spread = pace["swing"].astype("float64").fillna(0).to_numpy()
    spread = spread * np.sqrt(months + months**2 / pace["months"].fillna(1).to_numpy(dtype="float64"))
    return np.maximum(mean[:, None] + spread[:, None] * luck, 0)


@once
def arrivals(book: Book, names: tuple[str, ...]) -> pd.DataFrame:
    """The names and ``a_day``: ARR (cents) that has begun on a day of the last twelve months: new and returned
    customers, and growth between renewals. Nothing for a group that had no ARR when they began: it is too young.
    """
    since = book.as_of - pd.DateOffset(years=1)
    year = movements(book, since, book.as_of, freq="month", by=names)
    begun = year.assign(cents=(year[["new", "reactivation", "expansion"]].sum(axis=1) * 100).round())
    begun["old"] = begun["starting"].where(begun["period_start"] == begun["period_start"].min(), 0) > 0
    table = begun.groupby(list(names) or (lambda _: 0), as_index=False, dropna=False).agg(
        {"cents": "sum", "old": "any"}
    )
    renewed = _grown_at_renewals(book, names)
    renewed = renewed[renewed["renewed_on"].between(since, book.as_of, inclusive="right")]
    if names:
        sums = renewed.groupby(list(names), as_index=False, dropna=False)[["grown"]].sum()
        grown = table.merge(sums, on=list(names), how="left")["grown"].fillna(0)
    else:
        grown = pd.Series(renewed["grown"].sum(), index=table.index)
    left = (table["cents"] - (grown * 100).round()).clip(lower=0)
    table["a_day"] = left.where(table["old"], 0) / (book.as_of - since).days
    return table[[*names, "a_day"]]


@chosen_by("subscription_id")
def _grown_at_renewals(book: Book, names: tuple[str, ...]) -> pd.DataFrame:
    """The events of renewal with ``grown``, by how much ARR they grew, and the ``period_end`` of their month."""
    every = with_groups(events(book), book, names)
    month = every["renewed_on"].dt.to_period("M").dt.to_timestamp("M").dt.normalize()
    grown = every["net_renewed_arr"] - every["renewed_arr"]
    return every.assign(grown=grown, period_end=month.astype("datetime64[us]"))


@once
def _paces(book: Book, names: tuple[str, ...]) -> pd.DataFrame:
    """The names, starting_arr, starting_customers and the pace of each month that began with customers."""
    ends = month_ends(book.as_of, MONTHS + 1)
    table = levels(book, tuple(ends), names)
    groups, held = grouped(table, names), table[list(range(len(ends)))].to_numpy()
    start, end = held[:, :-1], held[:, 1:]
    amounts = [start, np.minimum(start, end), np.where(start > 0, end, 0), 100 * (start > 0)]
    count = groups.pop("rows").to_numpy()
    began, gross, net, customers = (by_group(one, count).ravel() / 100 for one in amounts)
    trend = groups.merge(pd.DataFrame({"period_end": ends[1:]}, dtype="datetime64[us]"), how="cross")
    trend = trend.assign(starting_arr=began, starting_customers=customers)
    every = _grown_at_renewals(book, names)
    renewed = every.groupby([*names, "period_end"], as_index=False)[["grown"]].sum()
    trend = trend.merge(renewed, on=[*names, "period_end"], how="left")
    between = net - gross - trend["grown"].fillna(0)
    trend["pace"] = (between / trend["starting_arr"].where(trend["starting_arr"] > 0)).clip(lower=0)
    return trend[[*names, "starting_arr", "starting_customers", "pace"]]


def _weighted(paces: pd.DataFrame) -> float:
    known = paces.dropna(subset=["pace"])
    weight = known["starting_arr"].sum()
    return float((known["pace"] * known["starting_arr"]).sum() / weight) if weight > 0 else 0.0
