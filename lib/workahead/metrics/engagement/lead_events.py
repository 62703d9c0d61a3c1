"""What the team does before a renewal or a booking, as dated things of accounts that can be counted by week.

| measure | one of it | a share of |
|---|---|---|
| csqls | a CSQL created | |
| calls_on_time | a renewal whose call had been made when it came due | the calls that came due |
| decision_makers | a decision maker in a call or meeting, once a week | |
| asked | a renewal on which "would you renew today?" was answered, once a week | |
| at_risk_worked | an account with ARR at risk that had a call or meeting in the 30 days before | those accounts |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np
import pandas as pd

from workahead.book import engines
from workahead.book.periods import shift_months
from workahead.book.plays import Measure, Plays
from workahead.metrics.engagement.attended import TALKS
from workahead.metrics.engagement.touches import activities
from workahead.metrics.renewals.base import call_due, decision_talks, of_accounts
from workahead.metrics.renewals.call_history import call_history
from workahead.metrics.renewals.events import decided_on, events

if TYPE_CHECKING:
    from workahead.book.book import Book

NEEDS: dict[Measure, tuple[tuple[str, str], ...]] = {
    "csqls": (("opportunities", "source"),),
    "calls_on_time": (("forecast_calls", "called_on"),),
    "decision_makers": (("activities", "contact_id"), ("contacts", "is_decision_maker")),
    "asked": (("forecast_calls", "would_renew"),),
    "at_risk_worked": (("forecast_calls", "at_risk_arr"), ("activities", "kind")),
}
"""The columns without which a measure can't be told."""
COLUMNS = ["account_id", "unit", "date", "done"]
WORKED_DAYS = 30
"""How long a talk with an account at risk lasts."""
CSQL = "csql"


def lacking(book: Book, measure: Measure) -> list[str]:
    """The tables, or columns of tables, that a measure needs and the book does not have."""
    return [
        f"{table}.{column}" if table in book.tables else table
        for table, column in NEEDS[measure]
        if column not in book.columns(table)
    ]


def lead_events(book: Book, measure: Measure, ends: Sequence[pd.Timestamp], plays: Plays) -> pd.DataFrame:
    """The dated things of a measure: account_id, unit (what is counted once a week), date, done.

    ``ends`` are the days at which what is no event, but a state, is looked at. None where the book can't tell.
    """
    rows = pd.DataFrame(columns=COLUMNS)
    if not lacking(book, measure):
        rows = _FOUND[measure](book, ends, plays)
    kinds = {"account_id": "str", "unit": "str", "date": "datetime64[us]", "done": "bool"}
    rows = rows[COLUMNS].dropna(subset=["date"]).astype(kinds)
    return rows[rows["date"] <= book.as_of].reset_index(drop=True)


def _csqls(book: Book, ends: Sequence[pd.Timestamp], plays: Plays) -> pd.DataFrame:
    made = book.frame("opportunities").filter(nw.col("source").str.to_lowercase() == CSQL)
    rows = engines.pandas(made.select("account_id", "opportunity_id", "created_date"))
    return rows.rename(columns={"opportunity_id": "unit", "created_date": "date"}).assign(done=True)


def _calls_on_time(book: Book, ends: Sequence[pd.Timestamp], plays: Plays) -> pd.DataFrame:
    """Renewals by the day their call came due; those decided before it needed none."""
    every = events(book)
    every["decided_on"] = decided_on(every, book)
    every = every.merge(of_accounts(book)[["account_id", "segment"]], on="account_id", how="left")
    every["date"] = call_due(every, plays)
    first = call_history(book, every).groupby("subscription_id")["called_on"].min()
    every["called_on"] = every["subscription_id"].map(first).astype("datetime64[us]")
    done = every["called_on"] <= every["date"]
    needed = done | ~(every["decided_on"] <= every["date"])
    rows = every.rename(columns={"subscription_id": "unit"}).assign(done=done)
    return rows[needed]


def _decision_makers(book: Book, ends: Sequence[pd.Timestamp], plays: Plays) -> pd.DataFrame:
    talks = decision_talks(book)
    rows = pd.DataFrame(columns=COLUMNS) if talks is None else engines.pandas(talks)
    return rows.rename(columns={"contact_id": "unit"}).assign(done=True)


def _asked(book: Book, ends: Sequence[pd.Timestamp], plays: Plays) -> pd.DataFrame:
    every = events(book)
    rows = call_history(book, every).dropna(subset=["would_renew"])
    rows = rows.merge(every[["subscription_id", "account_id"]], on="subscription_id")
    return rows.rename(columns={"subscription_id": "unit", "called_on": "date"}).assign(done=True)


def _at_risk_worked(book: Book, ends: Sequence[pd.Timestamp], plays: Plays) -> pd.DataFrame:
    """At each of the days, the accounts with ARR at risk by the calls made by then in the twelve months ahead."""
    every = events(book)
    decided, calls = decided_on(every, book), call_history(book, every)
    contract = pd.Index(every["subscription_id"]).get_indexer(pd.Index(calls["subscription_id"]))
    at_risk, called_on = (calls["at_risk_arr"] > 0).to_numpy(), calls["called_on"]
    talks = activities(book, TALKS)[["account_id", "date"]]
    parts = [pd.DataFrame(columns=COLUMNS)]
    for at in ends:
        made, risky = (called_on <= at).to_numpy(), np.zeros(len(every), dtype=bool)
        risky[contract[made]] = at_risk[made]  # calls are in order: of several the last one stands
        ahead = (every["renewal_date"] < shift_months(at, 12)) & ~(decided <= at)
        some = every.loc[risky & ahead, "account_id"].drop_duplicates()
        lately = talks[(talks["date"] <= at) & (talks["date"] > at - pd.Timedelta(days=WORKED_DAYS))]
        worked = some.isin(lately["account_id"])
        parts.append(pd.DataFrame({"account_id": some, "unit": some, "date": at, "done": worked}))
    return pd.concat([part for part in parts if len(part)] or parts)


_FOUND: dict[Measure, Callable[[Book, Sequence[pd.Timestamp], Plays], pd.DataFrame]] = {
    "csqls": _csqls,
    "calls_on_time": _calls_on_time,
    "decision_makers": _decision_makers,
    "asked": _asked,
    "at_risk_worked": _at_risk_worked,
}
