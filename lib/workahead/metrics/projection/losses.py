"""Who will probably lose how much: the projection's losses, customer by customer, adding up to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from workahead.book.book import Book
from workahead.book.periods import Day
from workahead.metrics.positions import described, money
from workahead.metrics.projection.ahead import ahead
from workahead.metrics.projection.model import Floats
from workahead.metrics.projection.projection import SIMULATIONS, batches, checked, if_so
from workahead.metrics.projection.what_if import what_if


def projected_losses(
    book: Book,
    start: Day,
    end: Day,
    seed: int = 0,
    simulations: int = SIMULATIONS,
    probabilities: Mapping[str, float] | None = None,
    saved: Collection[str] | None = None,
) -> pd.DataFrame:
    """The customers that have lost ARR since ``start``, or may by ``end``, most first: customer_id, account_id and what
    is known of it, starting, lost_arr (expected, without growth).

    What is lost adds up, to the cent, to starting_arr x (1 - grr) of :func:`workahead.project_retention` with the same
    arguments, where ``start`` is not ahead. Raises PeriodError, UnknownName, ConfigError.
    """
    first, last = checked(book, start, end, 0.8, simulations)
    begins = if_so(ahead(book, first, (last,), ()), what_if(book, probabilities, saved))
    table = begins.customers
    starting = table["starting"].to_numpy(dtype="float64")
    kept = np.minimum(starting, table["ending_0"].to_numpy(dtype="float64"))
    if begins.made is not None and len(begins.open):
        touched = np.unique(begins.open["customer"].to_numpy())
        each, total = np.ones(len(touched), dtype="int64"), np.zeros(len(touched))
        for count, ends in batches(begins, book.as_of, first, [last], simulations, seed, each):
            for _, gross, _ in ends:
                total += gross.mean(axis=1) * count
        kept[touched] = total / simulations
    rows = table[["customer_id"]].assign(
        starting=money(table["starting"]), lost_arr=whole_cents(starting - kept) / 100
    )
    if book.definitions.grain == "account":
        rows = described(rows.assign(account_id=rows["customer_id"]), book)
    rows = rows[rows["lost_arr"] > 0].sort_values("lost_arr", ascending=False, kind="stable")
    return rows.reset_index(drop=True)


def whole_cents(amounts: Floats) -> Floats:
    """Each as whole cents, so that they add up to the sum in whole cents."""
    upto = np.concatenate([[0.0], np.rint(np.cumsum(amounts))])
    return np.asarray(np.diff(upto), dtype="float64")
