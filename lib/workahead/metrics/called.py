"""Which forecast call stood for which renewal, a number of days before it was due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.book import engines
from workahead.errors import ConfigError
from workahead.metrics.renewals import events

if TYPE_CHECKING:
    from workahead.book.book import Book

_TEXTS = ["subscription_id", "account_id", "called_by", "category"]
_DAYS = ["renewal_date", "called_on"]
COLUMNS = ["called_on", "called_by", "category", "forecast_arr", "unit"]


def called_events(book: Book, horizon_days: int) -> pd.DataFrame:
    """The renewal events (see :mod:`workahead.metrics.renewals`), each with the last call made by ``horizon_days``
    before its renewal date; missing where nobody had called by then.

    | column | meaning |
    |---|---|
    | called_on, called_by, category | the call |
    | forecast_arr | what it expected to renew; of a call for a whole account, this contract's share by ARR due |
    | unit | what the call was about: the contract, or all of the account that come due that day |

    A call that names a contract of the book is about that contract, whatever date it had then; any other is about the
    account's contracts of that renewal date. Raises MissingTable without forecast_calls, ConfigError.
    """
    if horizon_days < 0:
        raise ConfigError(f"horizon_days counts back from the renewal date: at least 0, not {horizon_days}")
    base = book._base
    table = events(base)
    calls = _calls(book, base)
    keys = ["account_id", "renewal_date"]
    table["due_cents"] = (table["due_arr"] * 100).round()
    share = table["due_cents"] / table.groupby(keys)["due_cents"].transform("sum")
    whole = table["account_id"] + "@" + table["renewal_date"].dt.strftime("%Y-%m-%d")
    renewals = table[["subscription_id", *keys]].assign(share=share, whole=whole)
    contracts = engines.pandas(base.frame("subscriptions").select("subscription_id"))["subscription_id"]
    names_one = calls["subscription_id"].isin(contracts)
    own = calls[names_one].drop(columns=keys)
    shared = calls[~names_one].drop(columns="subscription_id")
    one = renewals.merge(own, on="subscription_id").assign(share=1.0, unit=lambda t: t["subscription_id"])
    several = renewals.merge(shared, on=keys).assign(unit=lambda t: t["whole"])
    made = pd.concat([one, several], ignore_index=True)
    made = made[made["called_on"] <= made["renewal_date"] - pd.Timedelta(days=horizon_days)]
    made["forecast_arr"] = made["forecast_arr"] * made["share"]
    last = made.sort_values(["called_on", "order"], kind="stable").drop_duplicates(
        "subscription_id", keep="last"
    )
    table = table.drop(columns="due_cents").merge(
        last[["subscription_id", *COLUMNS]], on="subscription_id", how="left"
    )
    if base is not book:
        shown = engines.pandas(book.frame("subscriptions").select("subscription_id"))
        table = table[table["subscription_id"].isin(set(shown["subscription_id"]))].reset_index(drop=True)
    return table


def _calls(book: Book, base: Book) -> pd.DataFrame:
    """The calls, in an order that does not depend on the engine: of two on one day the lower forecast comes last."""
    book["forecast_calls"]  # MissingTable says what to add
    have = base.columns("forecast_calls")
    columns = [*_TEXTS, *_DAYS, "forecast_arr"]
    known = [column for column in columns if column in have]
    calls = engines.pandas(base.frame("forecast_calls").select(*known)).reindex(columns=columns)
    kinds = {
        **dict.fromkeys(_TEXTS, "str"),
        **dict.fromkeys(_DAYS, "datetime64[us]"),
        "forecast_arr": "float64",
    }
    calls = calls.astype(kinds)
    calls = calls[calls["called_on"] <= base.as_of]
    order = ["called_on", "forecast_arr", "category", "called_by"]
    calls = calls.sort_values(order, ascending=[True, False, True, True], kind="stable").reset_index(
        drop=True
    )
    return calls.assign(order=calls.index)
