"""Expansion that is booked: what customers of the period's start have gained, in service or signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.metrics.positions import By, standing
from workahead.metrics.renewals import events
from workahead.metrics.upcoming import cents, with_columns

if TYPE_CHECKING:
    from workahead.book.book import Book


def booked(book: Book, start: pd.Timestamp, end: pd.Timestamp, by: By = None) -> pd.DataFrame:
    """A row per customer with ARR at ``start`` (and group): customer_id, account_id, the ``by`` columns, starting and
    booked (cents). Booked is what its ARR at ``end``, as far as it is known at the as-of date, exceeds starting by.

    Known is what is in service at the as-of date and what is signed to begin by ``end``: the growth of a contract
    renewed ahead, and the whole of one that renews nothing.
    """
    names = book.by(by)
    today = book.as_of
    keys = list(dict.fromkeys(["customer_id", *names]))
    served = engines.pandas(standing(book, [(min(start, today), min(end, today))], by))
    served = served[list(dict.fromkeys([*keys, "account_id", "starting", "ending"]))]
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
    """What contracts that begin after the as-of date, up to ``end``, add: starts, cents, customer_id, account_id and
    the ``names``. None where there are none, and by subscription, where what is signed belongs to nobody yet.
    """
    have = book.columns("subscriptions")
    columns = ["subscription_id", "account_id", "product", "replaces", "start_date", "arr"]
    later = book.frame("subscriptions").filter(
        (nw.col("start_date") > engines.day(book.as_of, book.engine))
        & (nw.col("start_date") <= engines.day(end, book.engine))
    )
    coming = engines.pandas(later.select([name for name in columns if name in have])).reindex(columns=columns)
    if coming.empty or book.definitions.grain == "subscription":
        return None
    renewed = events(book)
    renewed = renewed[(renewed["renewed_on"] > book.as_of) & (renewed["renewed_on"] <= end)]
    growth = cents(renewed["net_renewed_arr"]) - cents(renewed["due_arr"])
    renewed = renewed.assign(starts=renewed["renewed_on"], cents=growth)
    coming = coming.assign(starts=coming["start_date"], cents=cents(coming["arr"]))
    kept = ["subscription_id", "account_id", "product", "starts", "cents"]
    parts = pd.concat([renewed[kept], coming[_adds(coming, renewed)][kept]], ignore_index=True)
    parts = parts.astype({"starts": "datetime64[us]", "cents": "int64", "account_id": "str"})
    table = with_columns(parts if "product" in names else parts.drop(columns="product"), book, names)
    return table.assign(account_id=table["owner"])


def _adds(coming: pd.DataFrame, renewed: pd.DataFrame) -> pd.Series:
    """Which of the contracts to come renew nothing: not linked, no successor, nor beside one of account and product."""
    lines = pd.MultiIndex.from_frame(coming[["account_id", "product"]].fillna("").astype("str"))
    taken = pd.MultiIndex.from_frame(renewed[["account_id", "product"]].fillna("").astype("str"))
    successor = coming["subscription_id"].isin(set(renewed["successor_id"]))
    return coming["replaces"].isna() & ~successor & ~pd.Series(lines.isin(taken), index=coming.index)
