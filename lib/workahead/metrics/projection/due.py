"""What comes due in a period: what of it has been called, what is still open, and what will probably be renewed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workahead.book.book import Book
from workahead.book.once import once
from workahead.metrics.chosen import among, chosen_by
from workahead.metrics.positions import By, money, rate
from workahead.metrics.projection.ahead import open_in
from workahead.metrics.projection.model import Floats
from workahead.metrics.projection.outlook import KEPT
from workahead.metrics.projection.what_if import WhatIf, assumed, share_kept
from workahead.metrics.renewals.call_history import call_history
from workahead.metrics.renewals.events import events
from workahead.metrics.renewals.rate import added, cents, with_groups

AMOUNTS = ["due_arr", "called_arr", "open_arr"]


@dataclass(frozen=True)
class _Due:
    """What does not hang on any probability. ``sums``: by group, in cents. Of each contract its ARR and what of it has
    been renewed, its group (its place in ``sums``) and its place among the open renewals; -1 where it has none.
    """

    sums: pd.DataFrame
    arr: Floats
    renewed: Floats
    group: NDArray[np.int64]
    open: NDArray[np.int64]


def due_in(book: Book, first: pd.Timestamp, last: pd.Timestamp, by: By, given: WhatIf) -> pd.DataFrame:
    """*by*, due_arr, expected_renewed_arr, called_share, renewals, open_arr of a period."""
    due, rows = _due(book, first, last, tuple(book.by(by))), open_in(book, last)[1]
    expected = due.renewed
    if len(rows):
        kept = share_kept(assumed(rows, given))[due.open]
        expected = np.where(due.open >= 0, due.arr * kept, expected)
    there = due.group >= 0
    whole = np.rint(expected[there] * 100)
    sums = due.sums.assign(called_share=rate(due.sums["called_arr"], due.sums["due_arr"]))
    sums["expected_renewed_arr"] = np.bincount(due.group[there], weights=whole, minlength=len(sums))
    for name in ("due_arr", "expected_renewed_arr", "open_arr"):
        sums[name] = money(sums[name])
    return sums.drop(columns="called_arr")


@once
def _due(book: Book, first: pd.Timestamp, last: pd.Timestamp, by: tuple[str, ...]) -> _Due:
    """The sums of a period, and what its contracts bring to them."""
    table, names = _contracts(book, first, last, by), list(by)
    sums = added(cents(table, AMOUNTS), book, by, [*AMOUNTS, "renewals"])
    group = pd.Series(0, index=table.index)
    if names:
        order = sums[names].assign(place=range(len(sums)))
        group = table[names].merge(order, on=names, how="left")["place"].set_axis(table.index)
        group = group.mask(table[names].isna().any(axis=1)).fillna(-1)
    ids = pd.Index(open_in(book, last)[1]["subscription_id"])
    arr, renewed = (table[name].to_numpy(dtype="float64") for name in ("due_arr", "renewed_arr"))
    place = ids.get_indexer(pd.Index(table["subscription_id"])).astype("int64")
    return _Due(sums, arr, renewed, np.asarray(group, dtype=np.int64), place)


@chosen_by("subscription_id")
def _contracts(book: Book, first: pd.Timestamp, last: pd.Timestamp, by: tuple[str, ...]) -> pd.DataFrame:
    """The contracts of the period, and what is overdue, with their groups."""
    every = events(book)
    inside = every["renewal_date"].between(first, last, inclusive="right")
    overdue = every["outcome"].eq("overdue") & (every["renewal_date"] <= last)
    due = every[inside | overdue]
    called_on = call_history(book, due)[
        "subscription_id"
    ]  # by their own accounts, not by those of their customers
    table = with_groups(due, book, by)
    called = among(table["subscription_id"], called_on)
    kept = table["outcome"].isin(KEPT)
    return table.assign(
        renewals=1, called_arr=table["due_arr"].where(called, 0), open_arr=table["due_arr"].where(kept, 0)
    )
