"""What comes due in a period: what of it has been called, what is still open, and what will probably be renewed."""

from __future__ import annotations

import pandas as pd

from workahead.book.book import Book
from workahead.book.once import once
from workahead.metrics.positions import By, money, rate
from workahead.metrics.projection.ahead import open_in
from workahead.metrics.projection.outlook import KEPT
from workahead.metrics.projection.what_if import WhatIf, assumed, share_kept
from workahead.metrics.renewals.call_history import call_history
from workahead.metrics.renewals.events import among, events
from workahead.metrics.renewals.rate import added, cents, with_groups

AMOUNTS = ["due_arr", "expected_renewed_arr", "called_arr", "open_arr"]


def due_in(book: Book, first: pd.Timestamp, last: pd.Timestamp, by: By, given: WhatIf) -> pd.DataFrame:
    """*by*, due_arr, expected_renewed_arr, called_share, renewals, open_arr of a period."""
    table = _due(book, first, last, tuple(book.by(by)))
    _, rows = open_in(book, last)
    kept = pd.Series(0.0, index=rows["subscription_id"])
    if len(rows):
        kept[:] = share_kept(assumed(rows, given))
    expected = table["due_arr"] * table["subscription_id"].map(kept).astype("float64")
    is_open = among(table["subscription_id"], kept.index)
    table = table.assign(expected_renewed_arr=expected.where(is_open, table["renewed_arr"]))
    sums = added(cents(table, AMOUNTS), book, by, [*AMOUNTS, "renewals"])
    sums["called_share"] = rate(sums["called_arr"], sums["due_arr"])
    for name in AMOUNTS:
        sums[name] = money(sums[name])
    return sums.drop(columns="called_arr")


@once
def _due(book: Book, first: pd.Timestamp, last: pd.Timestamp, by: tuple[str, ...]) -> pd.DataFrame:
    """The contracts of the period, and what is overdue: what does not hang on any probability."""
    every = events(book)
    inside = every["renewal_date"].between(first, last, inclusive="right")
    overdue = every["outcome"].eq("overdue") & (every["renewal_date"] <= last)
    table = with_groups(every[inside | overdue], book, by)
    called = call_history(book, table)["subscription_id"]
    return table.assign(
        renewals=1,
        called_arr=table["due_arr"].where(among(table["subscription_id"], called), 0),
        open_arr=table["due_arr"].where(table["outcome"].isin(KEPT), 0),
    )
