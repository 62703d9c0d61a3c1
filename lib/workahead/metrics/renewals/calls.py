"""What was said of each renewal ahead, call by call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.metrics.renewals.base import of_accounts
from workahead.metrics.renewals.call_history import COLUMNS as CALL
from workahead.metrics.renewals.call_history import call_history
from workahead.metrics.renewals.events import events
from workahead.metrics.renewals.risk import spelled
from workahead.metrics.renewals.upcoming import upcoming

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["subscription_id", "account_id", "name", "product", "renewal_date", "due_arr", *CALL]


def renewal_calls(book: Book, months: int = 12) -> pd.DataFrame:
    """Every forecast call on the renewals overdue or due in fewer than so many months: the history behind the last one.

    | column | meaning |
    |---|---|
    | subscription_id, account_id, name, product, renewal_date, due_arr | the contract and its account |
    | called_on, called_by, category, forecast_arr, at_risk_arr, root_cause, would_renew | the call |

    Soonest renewal first, then the oldest call. Raises MissingTable without forecast calls, ConfigError.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "arr": [300.0],
    ...     "start_date": ["2026-03-01"], "end_date": ["2027-02-28"]}), forecast_calls=pd.DataFrame({
    ...     "account_id": "A", "renewal_date": "2027-03-01", "called_on": ["2026-09-01", "2026-10-01"],
    ...     "category": ["commit", "at_risk"], "forecast_arr": [300.0, 200.0]}))
    >>> renewal_calls(book)[["renewal_date", "due_arr", "called_on", "category", "forecast_arr"]]
      renewal_date  due_arr  called_on category  forecast_arr
    0   2027-03-01    300.0 2026-09-01   commit         300.0
    1   2027-03-01    300.0 2026-10-01  at_risk         200.0
    """
    book["forecast_calls"]  # MissingTable says what to add
    ahead = upcoming(book, months)[["subscription_id", "account_id", "product", "renewal_date", "due_arr"]]
    calls = call_history(book, events(book))[["subscription_id", *CALL]]
    table = ahead.merge(calls, on="subscription_id")
    table = table.merge(of_accounts(book)[["account_id", "name"]], on="account_id", how="left")
    table["root_cause"] = spelled(table["root_cause"], book.plays)
    order = ["renewal_date", "subscription_id", "called_on"]
    return table.sort_values(order, kind="stable")[COLUMNS].reset_index(drop=True)
