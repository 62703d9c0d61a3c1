"""Open expansion opportunities, and how much of such has been won before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.once import once
from workahead.book.periods import shift_months
from workahead.book.tables import NOT_SET
from workahead.metrics.renewals.upcoming import cents, with_columns

if TYPE_CHECKING:
    from workahead.book.book import Book

PRIOR = 10
"""Closed opportunities that what is known of the whole weighs, where a part has a record of its own."""
COLUMNS = ["opportunity_id", "account_id", "stage", "amount", "close_date", "is_closed", "is_won"]
RECORD_MONTHS = 12


@once
def expansions(book: Book, names: tuple[str, ...]) -> pd.DataFrame:
    """The book's expansion opportunities: COLUMNS, cents, the owning account (``owner``) and the ``names`` to group by.

    None without opportunities, or where these have no type, amount or close date. A column of contracts that
    opportunities lack is NOT_SET.
    """
    have, of_accounts = book.columns("opportunities"), book.columns("accounts")
    if not {"type", "amount", "close_date"} <= set(have):
        table = pd.DataFrame(columns=COLUMNS)
    else:
        rows = book.frame("opportunities").filter(nw.col("type") == "expansion")
        own = [name for name in names if name in have and name not in (*COLUMNS, *of_accounts)]
        table = engines.pandas(rows.select(*COLUMNS, *own))
    lines = [n for n in names if n not in (*table.columns, *of_accounts)]
    table = table.assign(subscription_id="", **dict.fromkeys(lines, NOT_SET))
    kinds = {**dict.fromkeys(["opportunity_id", "account_id", "stage", "subscription_id"], "str")}
    table = table.astype({**kinds, "close_date": "datetime64[us]", "amount": "float64"})
    table = table.astype({"is_closed": "bool", "is_won": "bool"})
    return with_columns(table, book, names).assign(cents=cents(table["amount"]))


@dataclass(frozen=True)
class Record:
    """What became of expansion opportunities: ``rate`` is the whole book's close rate, ``usual`` the mean amount
    (cents), ``share`` the share won by count. NaN where none has been closed.
    """

    rate: float
    usual: float
    share: float

    def close_rate(self, won: float, closed: float) -> float:
        """Won of closed (cents) of a part of the book, drawn towards the whole where the part has closed little."""
        if math.isnan(self.rate):
            return math.nan
        return (won + PRIOR * self.usual * self.rate) / (closed + PRIOR * self.usual)


@once
def record(book: Book) -> Record:
    """What became of all that is closed by the as-of date; by ARR of the last 12 months, drawn towards all of it."""
    every = expansions(book._base, ())
    closed = every[every["is_closed"] & (every["close_date"] <= book.as_of)]
    total = float(closed["cents"].sum())
    if not total:
        return Record(math.nan, math.nan, math.nan)
    share = (int(closed["is_won"].sum()) + 1) / (len(closed) + 2)
    usual = total / len(closed)
    before = Record(share, usual, share)
    won, decided = recent(book, every)
    return Record(before.close_rate(float(won.sum()), float(decided.sum())), usual, share)


def recent(book: Book, every: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Cents won, and cents closed, of each opportunity in the 12 months to the as-of date; zero for all others."""
    since = shift_months(book.as_of, -RECORD_MONTHS)
    inside = every["is_closed"] & (every["close_date"] > since) & (every["close_date"] <= book.as_of)
    return every["cents"].where(inside & every["is_won"], 0), every["cents"].where(inside, 0)


@once
def stage_rates(book: Book) -> dict[str, float]:
    """By stage: of the opportunities closed by the as-of date that ever stood in it, the share won, drawn towards the
    share of all. Empty without stage_history: then the share of all holds for each.
    """
    if "stage_history" not in book.tables:
        return {}
    every = expansions(book._base, ())
    closed = every[every["is_closed"] & (every["close_date"] <= book.as_of)]
    stood = engines.pandas(book.frame("stage_history").select("opportunity_id", "stage").unique())
    stood = stood.merge(closed[["opportunity_id", "is_won"]], on="opportunity_id")
    sums = stood.groupby("stage")["is_won"].agg(["sum", "size"])
    rates = (sums["sum"] + PRIOR * record(book).share) / (sums["size"] + PRIOR)
    return {str(stage): float(rate) for stage, rate in rates.items()}
