"""Each account as its CSM should know it: what it is worth, has due and has at risk, and the attention it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.plays import Plays
from workahead.metrics.positions import money
from workahead.metrics.renewals.base import of_accounts, spoken
from workahead.metrics.renewals.gaps import unknown_needs
from workahead.metrics.renewals.upcoming import cents, upcoming
from workahead.metrics.retention.arr import arr

if TYPE_CHECKING:
    from workahead.book.book import Book

TALKS = ("call", "meeting")
TOUCHES = (*TALKS, "email")
_AMOUNTS = ["arr", "arr_due", "at_risk_arr"]


def attended(book: Book, months: int, plays: Plays) -> pd.DataFrame:
    """The accounts with ARR, or with renewals overdue or ahead: what is known of them, and what they have.

    account_id and its columns, arr, arr_due, at_risk_arr, next_renewal, at_risk, days_since_touch,
    days_since_decision_maker, open_expansion_arr; and touch, decision_maker, plan, expansion: whether it has what it
    should by the plays, missing where the book can't tell.
    """
    by_account = book if book.definitions.grain == "account" else book.redefine(grain="account")
    now = arr(by_account, by="account_id")[["account_id", "arr"]].astype({"account_id": "str"})
    table = of_accounts(book).merge(now, on="account_id", how="left")
    table = table.merge(_due(book, months), on="account_id", how="left")
    table[_AMOUNTS] = table[_AMOUNTS].fillna(0.0)
    table["at_risk"] = table["at_risk_arr"] > 0
    table = table[(table["arr"] > 0) | (table["arr_due"] > 0)]
    for found in (_touched(book), spoken(book), _expansion(book)):
        table = table.merge(found, on="account_id", how="left")
    for name, day in (("days_since_touch", "touched_on"), ("days_since_decision_maker", "spoken_on")):
        table[name] = (book.as_of - table[day]).dt.days.astype("Int64")
    unknown = unknown_needs(book)
    known = {
        "touch": "activities" in book.tables,
        "decision_maker": "decision_maker" not in unknown,
        "plan": "planned" not in unknown,
        "expansion": "type" in book.columns("opportunities"),
    }
    holds = {
        "touch": table["days_since_touch"] <= plays.decision_maker_days,
        "decision_maker": table["days_since_decision_maker"] <= plays.decision_maker_days,
        "plan": (book.as_of - table["plan_updated_date"]).dt.days <= plays.plan_days,
        "expansion": table["opportunities"] > 0,
    }
    for need, held in holds.items():
        told = held.fillna(False) if known[need] else pd.Series(pd.NA, index=table.index)
        table[need] = told.astype("boolean")
    if known["expansion"] and "amount" in book.columns("opportunities"):
        table["open_expansion_arr"] = table["open_expansion_arr"].fillna(0.0)
    return table.reset_index(drop=True)


def _due(book: Book, months: int) -> pd.DataFrame:
    """By account: arr_due, at_risk_arr and next_renewal of the renewals ahead."""
    ahead = upcoming(book, months)
    ahead = ahead.assign(arr_due=cents(ahead["due_arr"]), at_risk_arr=cents(ahead["at_risk_arr"]))
    sums = ahead.groupby("account_id", as_index=False).agg(
        arr_due=("arr_due", "sum"), at_risk_arr=("at_risk_arr", "sum"), next_renewal=("renewal_date", "min")
    )
    return sums.assign(arr_due=money(sums["arr_due"]), at_risk_arr=money(sums["at_risk_arr"]))


def _touched(book: Book) -> pd.DataFrame:
    """account_id, touched_on: the last call, meeting or email."""
    last = pd.DataFrame(columns=["account_id", "touched_on"])
    if "activities" in book.tables:
        made = nw.col("kind").is_in(TOUCHES) & (nw.col("date") <= engines.day(book.as_of, book.engine))
        rows = book.frame("activities").filter(made)
        last = engines.pandas(rows.group_by("account_id").agg(touched_on=nw.col("date").max()))
    return last.astype({"account_id": "str", "touched_on": "datetime64[us]"})


def _expansion(book: Book) -> pd.DataFrame:
    """account_id, opportunities, open_expansion_arr: expansion that is neither won nor lost."""
    have = book.columns("opportunities")
    sums = pd.DataFrame(columns=["account_id", "opportunities", "open_expansion_arr"])
    if "type" in have:
        ahead = (nw.col("type") == "expansion") & ~nw.col("is_closed")
        names = [name for name in ("account_id", "amount") if name in have]
        rows = engines.pandas(book.frame("opportunities").filter(ahead).select(*names))
        rows = rows.assign(cents=cents(rows["amount"]) if "amount" in have else 0)
        sums = rows.groupby("account_id", as_index=False).agg(
            opportunities=("cents", "size"), open_expansion_arr=("cents", "sum")
        )
        sums["open_expansion_arr"] = money(sums["open_expansion_arr"]) if "amount" in have else float("nan")
    kinds = {"account_id": "str", "opportunities": "float64", "open_expansion_arr": "float64"}
    return sums.astype(kinds)
