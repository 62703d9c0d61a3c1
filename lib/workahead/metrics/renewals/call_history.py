"""Every forecast call beside the renewal it was made on, and the last word on each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.once import once
from workahead.metrics.chosen import among
from workahead.metrics.renewals.events import events

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["called_on", "called_by", "category", "forecast_arr", "at_risk_arr", "root_cause", "would_renew"]
AMOUNTS = ["forecast_arr", "at_risk_arr"]
_DAYS = ["renewal_date", "called_on"]


def call_history(book: Book, due: pd.DataFrame) -> pd.DataFrame:
    """Every call made by the as-of date on these renewals, oldest first: subscription_id, the call's columns, and
    due_on, the renewal date that it names.

    ``due``: subscription_id, account_id, renewal_date, due_arr. A call belongs to the contract it names; one that names
    none of the book's belongs to all contracts of its account with its renewal date, and its amounts are shared out by
    their due ARR (``named`` is False). Of two on one day the one that names it comes last, of such the lower forecast.
    What the export does not have is missing; without the table there are no calls.
    """
    rows = _rows(book)
    named = rows[among(rows["subscription_id"], due["subscription_id"])]
    others = rows[~among(rows["subscription_id"], _contracts(book))].drop(columns="subscription_id")
    shared = rows.iloc[:0]
    if len(others):
        every = due if book._base is book else events(book._base)  # what a filter leaves out has its share
        shared = _shared_out(others, every)
        shared = shared[shared["subscription_id"].isin(due["subscription_id"])]
    found = pd.concat([named.assign(named=True), shared.assign(named=False)], ignore_index=True)
    order = ["subscription_id", "called_on", "named", "forecast_arr", "category", "called_by"]
    rising = [name != "forecast_arr" for name in order]
    found = found.sort_values(order, ascending=rising, kind="stable")
    found = found.rename(columns={"renewal_date": "due_on"})
    return found[["subscription_id", *COLUMNS, "due_on", "named"]].reset_index(drop=True)


def last_calls(history: pd.DataFrame) -> pd.DataFrame:
    """The last call on each contract; ``would_renew`` is the last answer that any of its calls holds."""
    last = history.drop_duplicates("subscription_id", keep="last").drop(columns="would_renew")
    answered = history.dropna(subset=["would_renew"]).drop_duplicates("subscription_id", keep="last")
    return last.merge(answered[["subscription_id", "would_renew"]], on="subscription_id", how="left")


def last_said(book: Book, due: pd.DataFrame) -> pd.DataFrame:
    """:func:`last_calls` on these renewals of a book."""
    if book.audience is not None:  # the whole book may hold what its reader must not see
        return last_calls(call_history(book, due))
    said = _last_said(book._base)
    return said[among(said["subscription_id"], due["subscription_id"])]


@once
def _last_said(book: Book) -> pd.DataFrame:
    """The last calls on all renewals of the whole book: a filter chooses among them."""
    return last_calls(call_history(book, events(book)))


def _rows(book: Book) -> pd.DataFrame:
    """The calls as pandas, with all columns there are."""
    have = book.columns("forecast_calls")
    wanted = ["account_id", "subscription_id", "renewal_date", *COLUMNS]
    rows = pd.DataFrame(columns=wanted)
    if have:
        made = nw.col("called_on") <= engines.day(book.as_of, book.engine)
        frame = book.frame("forecast_calls").filter(made).select(*[name for name in wanted if name in have])
        rows = engines.pandas(frame).reindex(columns=wanted)
    texts = [name for name in wanted if name not in _DAYS + AMOUNTS]
    kinds = {
        **dict.fromkeys(texts, "str"),
        **dict.fromkeys(AMOUNTS, "float64"),
        **dict.fromkeys(_DAYS, "datetime64[us]"),
    }
    return rows.astype(kinds)


def _contracts(book: Book) -> pd.Series:
    """The ids of all contracts, also of those that a filter leaves out: a call on one of them is on no other."""
    return engines.pandas(book._base.frame("subscriptions").select("subscription_id"))["subscription_id"]


def _shared_out(found: pd.DataFrame, due: pd.DataFrame) -> pd.DataFrame:
    """Amounts of a call on several contracts in proportion to their due ARR, to the cent: the parts add up."""
    shares = due[["subscription_id", "account_id", "renewal_date", "due_arr"]]
    found = found.assign(number=range(len(found)))
    matched = found.merge(shares, on=["account_id", "renewal_date"], how="inner")
    due_cents = (matched["due_arr"] * 100).round()
    upto = due_cents.groupby(matched["number"]).cumsum()
    whole = due_cents.groupby(matched["number"]).transform("sum")
    for name in AMOUNTS:
        cents = matched[name] * 100
        parts = (cents * upto / whole).round() - (cents * (upto - due_cents) / whole).round()
        matched[name] = parts / 100
    return matched.drop(columns=["due_arr", "number"])
