"""Expansion that is booked: what customers of the period's start have gained, in service or signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workahead.book import engines
from workahead.book.once import once
from workahead.metrics.chosen import among, of_accounts, rows_of
from workahead.metrics.positions import levels
from workahead.metrics.renewals.upcoming import cents, with_columns

if TYPE_CHECKING:
    from workahead.book.book import Book


@once
def booked(book: Book, start: pd.Timestamp, end: pd.Timestamp, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """A row per customer with ARR at ``start`` (and group): customer_id, account_id, the ``by`` columns, starting and
    booked (cents). Booked is what its ARR at ``end``, as far as it is known at the as-of date, exceeds starting by.

    Known is what is in service at the as-of date and what is signed to begin by ``end``: the growth of a contract
    renewed ahead, and the whole of one that renews nothing.
    """
    if of_accounts(book):
        return rows_of(book, booked(book._base, start, end, by), "account_id")
    names, today = list(by), book.as_of
    keys = list(dict.fromkeys(["customer_id", *names]))
    served = levels(book, (min(start, today), min(end, today)), by)
    served = served.rename(columns={0: "starting", 1: "ending"})
    signed = _signed(book, end, names) if end > today else None
    if signed is not None and len(signed):
        then = signed["cents"].where(signed["starts"] <= start, 0)
        ahead = signed.assign(starting=then, ending=signed["cents"])[served.columns]
        each = pd.concat([served, ahead], ignore_index=True).groupby(keys, as_index=False, dropna=False)
        account = {} if "account_id" in keys else {"account_id": ("account_id", "first")}
        served = each.agg(**account, starting=("starting", "sum"), ending=("ending", "sum"))
    served = served[served["starting"] > 0].reset_index(drop=True)
    return served.assign(booked=(served["ending"] - served["starting"]).clip(lower=0)).drop(columns="ending")


def _signed(book: Book, end: pd.Timestamp, names: list[str]) -> pd.DataFrame | None:
    """What contracts that begin after the as-of date, up to ``end``, add, and what ends for them, as rows: starts,
    cents, customer_id, account_id and the ``names``. None where there are none, and by subscription, where what is
    signed has no customer yet.
    """
    coming = _coming(book, end)
    if coming.empty or book.definitions.grain == "subscription":
        return None
    ending = _ending(book, end)
    ending = ending[_replaced(ending, coming)]
    product = [c for c in names if c == "product" and c in coming]
    kept = ["subscription_id", "account_id", *product, "starts", "cents"]
    parts = pd.concat([coming[kept], ending[kept]], ignore_index=True)
    table = with_columns(parts.astype({"starts": "datetime64[us]", "account_id": "str"}), book, names)
    return table.assign(account_id=table["owner"])


def _coming(book: Book, end: pd.Timestamp) -> pd.DataFrame:
    """The contracts that begin after the as-of date, up to ``end``."""
    today, limit = (engines.day(day, book.engine) for day in (book.as_of, end))
    starts = nw.col("start_date")
    said = [c for c in ("product", "replaces") if c in book.columns("subscriptions")]
    frame = book.frame("subscriptions").filter((starts > today) & (starts <= limit) & (nw.col("arr") > 0))
    coming = engines.pandas(frame.select("subscription_id", "account_id", "arr", *said, starts="start_date"))
    return coming.assign(cents=cents(coming["arr"]))


def _ending(book: Book, end: pd.Timestamp) -> pd.DataFrame:
    """The lines of service that end between the as-of date and ``end``, with what that takes away."""
    today, limit = (engines.day(day, book.engine) for day in (book.as_of, end))
    stop = nw.col("stop")
    lines = book.service().filter((stop > today) & (stop <= limit))
    lines = lines.select("subscription_id", "account_id", starts="stop", cents=0 - nw.col("cents"))
    if "product" in book.columns("subscriptions"):
        products = book.frame("subscriptions").select("subscription_id", "product")
        lines = lines.join(products, on="subscription_id", how="left")
    return engines.pandas(lines)


def _replaced(ending: pd.DataFrame, coming: pd.DataFrame) -> pd.Series | NDArray[np.bool_]:
    """Which of the lines that end do so for a contract to come: one that names them, or of their account and product
    (of their account, where they have none).
    """
    named = coming.get("replaces", pd.Series(dtype="str")).dropna().str.split(";").explode().str.strip()
    linked = among(ending["subscription_id"], named)
    if "product" not in ending:
        return linked | among(ending["account_id"], coming["account_id"])
    bare = ending["product"].isna() & among(ending["account_id"], coming["account_id"])
    lines, begun = (table["account_id"] + "\0" + table["product"] for table in (ending, coming))
    return linked | bare | among(lines, begun.dropna())
