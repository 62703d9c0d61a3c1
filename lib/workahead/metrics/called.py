"""Which forecast call stood for which renewal, a number of days before it was due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.errors import ConfigError
from workahead.metrics.call_history import call_history
from workahead.metrics.renewals import events

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["called_on", "called_by", "category", "forecast_arr", "unit"]


def called_events(book: Book, horizon_days: int) -> pd.DataFrame:
    """The renewal events (see :mod:`workahead.metrics.renewals`), each with the last call made by ``horizon_days``
    before its renewal date; missing where nobody had called by then.

    | column | meaning |
    |---|---|
    | called_on, called_by, category | the call |
    | forecast_arr | what it expected to renew; of a call for a whole account, this contract's share by ARR due |
    | unit | what the call was about: the contract, or all of the account that come due that day |

    Which call belongs to which contract: :mod:`workahead.metrics.call_history`. Raises MissingTable without
    forecast_calls, ConfigError.
    """
    if horizon_days < 0:
        raise ConfigError(f"horizon_days counts back from the renewal date: at least 0, not {horizon_days}")
    book["forecast_calls"]  # MissingTable says what to add
    table = events(book)
    calls = call_history(book, table).dropna(subset=["forecast_arr"])
    calls = calls.merge(table[["subscription_id", "account_id", "renewal_date"]], on="subscription_id")
    by_then = calls["called_on"] <= calls["renewal_date"] - pd.Timedelta(days=horizon_days)
    last = calls[by_then].drop_duplicates("subscription_id", keep="last")
    account = last["account_id"] + "@" + last["renewal_date"].dt.strftime("%Y-%m-%d")
    last = last.assign(unit=last["subscription_id"].where(_names_one(book, last), account))
    return table.merge(last[["subscription_id", *COLUMNS]], on="subscription_id", how="left")


def _names_one(book: Book, last: pd.DataFrame) -> pd.Series:
    """Whether a last call names its contract: of two on one day, the one that does comes last."""
    if "subscription_id" not in book.columns("forecast_calls"):
        return pd.Series(False, index=last.index)
    named = engines.pandas(
        book.frame("forecast_calls")
        .filter(~nw.col("subscription_id").is_null())
        .select("subscription_id", "called_on")
        .unique()
    ).astype({"called_on": "datetime64[us]"})
    keys = pd.MultiIndex.from_frame(last[["subscription_id", "called_on"]])
    return pd.Series(keys.isin(pd.MultiIndex.from_frame(named)), index=last.index)
