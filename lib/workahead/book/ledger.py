"""The ledger: a row per customer and date at which its ARR changes. Every retention number is one group-by over it.

| column | meaning |
|---|---|
| customer_id | what the grain says one customer is |
| account_id | the account whose segment, CSM, ... the customer has |
| date | first day of the new ARR |
| month | its month, as year x 12 + month - 1 |
| arr_before, arr_after | whole cents, so that every engine adds up to the same figure |
| previous_date, next_date | the customer's change before and after; missing at the ends |
| life_start | first day of ARR, or of ARR since it came back after more than `reactivation_days` |
| first_month, first_arr | the first month at whose close the customer has ARR, and that ARR; 0 where there is none |

Changes after the as-of date are not in it: a contract that runs on is not churn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from workahead.book import engines
from workahead.book.customers import customers
from workahead.book.engines import Frame
from workahead.book.service import service

if TYPE_CHECKING:
    import pandas as pd

    from workahead.book.definitions import Definitions
    from workahead.book.engines import Engine

DEPENDS_ON = ("grain", "late_renewal_days", "reactivation_days", "early_renewal_days")
"""The definitions that a ledger depends on; the others leave it as it is."""


def ledger(
    tables: dict[str, Any],
    as_of: pd.Timestamp,
    definitions: Definitions,
    engine: Engine,
    keys: tuple[str, ...] = (),
) -> Frame:
    """Build the ledger of canonical tables; with ``keys`` (columns of subscriptions) each of their values is a ledger
    of its own: what a customer has of one product, say.
    """
    lines = customers(service(tables, as_of, definitions, engine, keys), tables, definitions, engine)
    customer = ["customer_id", *keys]
    deltas = (
        engines.union(
            [
                lines.select(*customer, "account_id", date="start_date", delta="cents"),
                lines.filter(nw.col("stop") <= engines.day(as_of, engine)).select(
                    *customer, "account_id", date="stop", delta=nw.lit(0, dtype=nw.Int64) - nw.col("cents")
                ),
            ]
        )
        .group_by(*customer, "date")
        .agg(account_id=nw.col("account_id").min(), delta=nw.col("delta").sum())
        .filter(nw.col("delta") != 0)
    )
    order = ["date"]
    changes = deltas.with_columns(
        arr_after=nw.col("delta").cum_sum().over(*customer, order_by=order).cast(nw.Int64),
        previous_date=nw.col("date").shift(1).over(*customer, order_by=order),
        next_date=nw.col("date").shift(-1).over(*customer, order_by=order),
        month=_month("date").cast(nw.Int32),
    ).with_columns(
        arr_before=(nw.col("arr_after") - nw.col("delta")).cast(nw.Int64),
        delta=nw.col("delta").cast(nw.Int64),
    )
    changes = _life(changes, customer, definitions.reactivation_days, engine)
    closes = (nw.col("arr_after") > 0) & (
        nw.col("next_date").is_null() | (_month("next_date") > nw.col("month"))
    )
    first = nw.when(closes).then(nw.col("date")).min().over(*customer)
    changes = changes.with_columns(first_close=first)
    at_first = nw.when(nw.col("date") == nw.col("first_close"))
    return changes.with_columns(
        first_month=_month("first_close").fill_null(0).cast(nw.Int32),
        first_arr=at_first.then(nw.col("arr_after")).max().over(*customer).fill_null(0).cast(nw.Int64),
    ).select(
        *customer,
        "account_id",
        "date",
        "month",
        "arr_before",
        "arr_after",
        "previous_date",
        "next_date",
        "life_start",
        "first_month",
        "first_arr",
    )


def _month(column: str) -> nw.Expr:
    """A day's month as year x 12 + month - 1."""
    day = nw.col(column)
    return day.dt.year() * 12 + day.dt.month() - 1


def _life(changes: Frame, customer: list[str], reactivation_days: int | None, engine: Engine) -> Frame:
    """Add life_start. A customer has one life, or several where a longer gap counts as new."""
    if reactivation_days is None:
        return changes.with_columns(life_start=nw.col("date").min().over(*customer))
    away_too_long = engines.plus_days(nw.col("previous_date"), reactivation_days, engine) < nw.col("date")
    begins = nw.col("previous_date").is_null() | ((nw.col("arr_before") == 0) & away_too_long)
    lives = changes.with_columns(begins=nw.when(begins).then(1).otherwise(0)).with_columns(
        life=nw.col("begins").cum_sum().over(*customer, order_by="date")
    )
    return lives.with_columns(life_start=nw.col("date").min().over(*customer, "life"))
