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
from workahead.book.ordered import as_text, beside, coded, first_of, in_order, netted
from workahead.book.service import ACCOUNT

if TYPE_CHECKING:
    import pandas as pd

    from workahead.book.definitions import Definitions
    from workahead.book.engines import Engine

DEPENDS_ON = ("grain", "late_renewal_days", "reactivation_days", "early_renewal_days")
"""The definitions that a ledger depends on; the others leave it as it is."""


def ledger(
    lines: Frame,
    tables: dict[str, Any],
    as_of: pd.Timestamp,
    definitions: Definitions,
    engine: Engine,
    keys: tuple[str, ...] = (),
) -> Frame:
    """Build the ledger of service lines (see :mod:`workahead.book.service`); the tables say who one customer is. With
    ``keys`` (columns of subscriptions) each of their values is a ledger of its own: what a customer has of one product.
    """
    lines = customers(lines, tables, definitions, engine)
    customer = ["customer_id", *keys]
    one_account = definitions.grain == "account"
    kept = customer if one_account else [*customer, "account_id"]
    coded_account = nw.col(ACCOUNT).alias("customer_id")
    lines = lines.with_columns(coded_account) if one_account else coded(lines, "customer_id", engine)
    starts = lines.select(*kept, date="start_date", delta="cents")
    stops = lines.filter(nw.col("stop") <= engines.day(as_of, engine)).select(
        *kept, date="stop", delta=nw.lit(0, dtype=nw.Int64) - nw.col("cents")
    )
    deltas = in_order(engines.union([starts, stops]), customer, "date", engine)
    changes = beside(
        netted(deltas, customer, "date", "delta", engine),
        customer,
        "date",
        engine,
        previous={"previous_date": "date"},
        following={"next_date": "date"},
        running={"arr_after": "delta"},
        first={"life_start": "date"},
    ).with_columns(
        arr_before=(nw.col("arr_after") - nw.col("delta")).cast(nw.Int64),
        month=_month("date").cast(nw.Int32),
    )
    if definitions.reactivation_days is not None:
        changes = _lives(changes, customer, definitions.reactivation_days, engine)
    closes = (nw.col("arr_after") > 0) & (
        nw.col("next_date").is_null() | (_month("next_date") > nw.col("month"))
    )
    changes = first_of(
        changes, customer, "date", engine, closes, {"first_month": "month", "first_arr": "arr_after"}
    )
    return (
        as_text(changes, "customer_id", engine)
        .with_columns(
            account_id=nw.col("customer_id") if one_account else nw.col("account_id"),
            first_month=nw.col("first_month").fill_null(0).cast(nw.Int32),
            first_arr=nw.col("first_arr").fill_null(0).cast(nw.Int64),
        )
        .select(
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
    )


def _month(column: str) -> nw.Expr:
    """A day's month as year x 12 + month - 1."""
    day = nw.col(column)
    return day.dt.year() * 12 + day.dt.month() - 1


def _lives(changes: Frame, customer: list[str], reactivation_days: int, engine: Engine) -> Frame:
    """With the life_start of customers who have several lives, because a longer gap counts as new."""
    away_too_long = engines.plus_days(nw.col("previous_date"), reactivation_days, engine) < nw.col("date")
    begins = nw.col("previous_date").is_null() | ((nw.col("arr_before") == 0) & away_too_long)
    lives = changes.with_columns(begins=nw.when(begins).then(1).otherwise(0))
    lives = beside(lives, customer, "date", engine, running={"life": "begins"})
    return first_of(lives, customer, "date", engine, begins, {"life_start": "date"}, within="life")
