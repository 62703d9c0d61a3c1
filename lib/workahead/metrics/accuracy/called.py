"""Which forecast call stood for which renewal, a number of days before it was due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.book.periods import Day, closing, window
from workahead.errors import ConfigError
from workahead.metrics.renewals.call_history import call_history, last_calls
from workahead.metrics.renewals.events import events

if TYPE_CHECKING:
    from workahead.book.book import Book

CALLER = "called_by"
COLUMNS = ["called_on", CALLER, "category", "forecast_arr", "would_renew", "due_on", "unit"]


def record(book: Book) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The renewal events (see :mod:`workahead.metrics.renewals.events`), and every call made on them, oldest first.

    Which call belongs to which contract: :mod:`workahead.metrics.renewals.call_history`; beside it stands
    ``days_ahead`` (of the renewal date) and ``unit``, what it was about: the contract, or all of the account that
    come due that day.
    Raises MissingTable without forecast_calls.
    """
    book["forecast_calls"]  # MissingTable says what to add
    table = events(book)
    calls = call_history(book, table).dropna(subset=["forecast_arr"])
    calls = calls.merge(table[["subscription_id", "account_id", "renewal_date"]], on="subscription_id")
    shared = calls.loc[~calls["named"].astype(bool)]
    account = shared["account_id"] + "@" + shared["renewal_date"].dt.strftime("%Y-%m-%d")
    calls["unit"] = calls["subscription_id"].where(calls["named"], account.reindex(calls.index))
    calls["days_ahead"] = (calls["renewal_date"] - calls["called_on"]).dt.days
    return table, calls


def by_then(table: pd.DataFrame, calls: pd.DataFrame, horizon_days: int) -> pd.DataFrame:
    """Each renewal with the last call made by ``horizon_days`` before its renewal date; missing where there is none.

    | column | meaning |
    |---|---|
    | called_on, called_by, category | the call |
    | forecast_arr | what it expected to renew; of a call for a whole account, this contract's share by ARR due |
    | would_renew | the last answer by then |
    | due_on, unit | the renewal date that the call names, and what it was about |

    Raises ConfigError.
    """
    if horizon_days < 0:
        raise ConfigError(f"horizon_days counts back from the renewal date: at least 0, not {horizon_days}")
    last = last_calls(calls[calls["days_ahead"] >= horizon_days])
    return table.merge(last[["subscription_id", *COLUMNS]], on="subscription_id", how="left")


def span(book: Book, start: Day | None, end: Day | None) -> tuple[pd.Timestamp | None, pd.Timestamp]:
    """Two closing days that the book knows: from the first renewal where there is no start, to the as-of date."""
    last = closing(book, end)
    return (None if start is None else window(book, start, last)[0]), last


def due_between(table: pd.DataFrame, first: pd.Timestamp | None, last: pd.Timestamp) -> pd.DataFrame:
    """The renewals that came due after one day (if any), up to another."""
    inside = table["renewal_date"] <= last
    return table[inside if first is None else inside & (table["renewal_date"] > first)].reset_index(drop=True)
