"""The renewals ahead: open ones by months to renewal, overdue ones, each with the last call made on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workahead.book import engines
from workahead.book.customers import parents
from workahead.book.periods import shift_months
from workahead.book.plays import OVERDUE
from workahead.book.tables import NOT_SET
from workahead.errors import ConfigError
from workahead.metrics.renewals.call_history import COLUMNS as CALL
from workahead.metrics.renewals.call_history import last_said
from workahead.metrics.renewals.events import events

if TYPE_CHECKING:
    from workahead.book.book import Book

BEFORE = -1
"""The months to renewal of what is overdue."""


def upcoming(book: Book, months: int) -> pd.DataFrame:
    """Contracts whose renewal is overdue, or due in fewer than ``months`` calendar months from the as-of date.

    A row a contract: subscription_id, account_id, product, due_arr, renewal_date, months (whole months to renewal;
    BEFORE where overdue) and the columns of its last call (see :mod:`workahead.metrics.renewals.call_history`).
    """
    if isinstance(months, bool) or not isinstance(months, int) or months < 1:
        raise ConfigError(f"months={months!r}: write a whole number of months, 1 or more")
    every = events(book)
    limits = [shift_months(book.as_of, count) for count in range(months + 1)]
    reached = np.searchsorted(
        np.array(limits, dtype="datetime64[us]"),
        every["renewal_date"].to_numpy().astype("datetime64[us]"),
        side="right",
    )
    overdue = every["outcome"].eq(OVERDUE)
    ahead = every["outcome"].eq("open") & (reached <= months)
    found = every.assign(months=pd.Series(reached - 1, index=every.index).mask(overdue, BEFORE))
    found = found[overdue | ahead]
    last = last_said(book, every)
    columns = ["subscription_id", "account_id", "product", "due_arr", "renewal_date", "months"]
    return found[columns].merge(last[["subscription_id", *CALL]], on="subscription_id", how="left")


def window_name(first: int, last: int) -> str:
    """How a half-open window of months is called."""
    return f"{first}-{last}"


def with_columns(table: pd.DataFrame, book: Book, names: Sequence[str]) -> pd.DataFrame:
    """The contracts with customer_id (by the book's grain) and the columns to group by; a missing value is NOT_SET.

    As everywhere: a column of accounts is that of the customer's account, the others are the contract's.
    """
    table = table.assign(customer_id=table["account_id"], owner=table["account_id"])
    if book.definitions.grain == "subscription":
        table["customer_id"] = table["subscription_id"]
    elif book.definitions.grain == "parent":
        roots = parents(dict(book._base.tables), book.engine)
        if roots is not None:
            root = engines.pandas(roots).set_index("account_id")["root"]
            table["owner"] = table["account_id"].map(root).fillna(table["account_id"])
            table["customer_id"] = table["owner"]
    for source, key, column in (
        ("accounts", "owner", "account_id"),
        ("subscriptions",) + ("subscription_id",) * 2,
    ):
        lacking = [name for name in names if name not in table.columns and name in book.columns(source)]
        if lacking:
            held = engines.pandas(book._base.frame(source).select(column, *lacking))
            table = table.merge(held.rename(columns={column: key}), on=key, how="left")
    texts = [name for name in names if pd.api.types.is_string_dtype(table[name])]
    return table.assign(**{name: table[name].fillna(NOT_SET) for name in texts})


def cents(amounts: pd.Series) -> pd.Series:
    """Whole cents, nothing where there is none."""
    return (amounts.fillna(0) * 100).round().astype("int64")
