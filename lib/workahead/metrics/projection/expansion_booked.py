"""Expansion that is booked: what customers of the period's start have gained, in service or signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.once import once
from workahead.metrics.positions import standing
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
    names = list(by)
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
    """What contracts that begin after the as-of date, up to ``end``, add, and what ends for them, as rows: starts,
    cents, customer_id, account_id and the ``names``. None where there are none, and by subscription, where what is
    signed has no customer yet.
    """
    today, limit = (engines.day(day, book.engine) for day in (book.as_of, end))
    said = [c for c in ("product", "replaces") if c in book.columns("subscriptions")]
    frame = book.frame("subscriptions").select("subscription_id", "account_id", "start_date", "arr", *said)
    begins = frame.filter(
        (nw.col("start_date") > today) & (nw.col("start_date") <= limit) & (nw.col("arr") > 0)
    )
    coming = engines.pandas(begins)
    if coming.empty or book.definitions.grain == "subscription":
        return None
    lines = book.service().filter((nw.col("stop") > today) & (nw.col("stop") <= limit))
    product = [c for c in said if c == "product"]
    lines = lines.select("subscription_id", "account_id", "stop", "cents")
    ending = engines.pandas(
        lines.join(frame.select("subscription_id", *product), on="subscription_id", how="left")
    )
    coming = coming.assign(starts=coming["start_date"], cents=cents(coming["arr"]))
    ending = ending.assign(starts=ending["stop"], cents=-ending["cents"])[_replaced(ending, coming)]
    kept = ["subscription_id", "account_id", *(c for c in product if c in names), "starts", "cents"]
    parts = pd.concat([coming[kept], ending[kept]], ignore_index=True)
    table = with_columns(parts.astype({"starts": "datetime64[us]", "account_id": "str"}), book, names)
    return table.assign(account_id=table["owner"])


def _replaced(ending: pd.DataFrame, coming: pd.DataFrame) -> pd.Series:
    """Which of the lines that end do so for a contract to come: one that names them, or of their account and product
    (of their account, where they have none).
    """
    named = coming.get("replaces", pd.Series(dtype="str")).dropna().str.split(";").explode().str.strip()
    linked = ending["subscription_id"].isin(named)
    if "product" not in ending:
        return linked | ending["account_id"].isin(coming["account_id"])
    bare = ending["product"].isna() & ending["account_id"].isin(coming["account_id"])
    beside = pd.MultiIndex.from_frame(ending[["account_id", "product"]]).isin(
        pd.MultiIndex.from_frame(coming[["account_id", "product"]].dropna())
    )
    return linked | bare | beside
