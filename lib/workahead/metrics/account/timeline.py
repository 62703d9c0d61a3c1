"""The contracts of an account over time, and the ARR that they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workahead.book import engines
from workahead.metrics.positions import money
from workahead.metrics.renewals.base import of_accounts
from workahead.metrics.renewals.events import events
from workahead.metrics.renewals.upcoming import cents

if TYPE_CHECKING:
    from workahead.book.book import Book

LINE = ["subscription_id", "account_id", "product", "start_date", "end_date", "arr"]
COLUMNS = [
    "subscription_id", "account_id", "name", "product", "state", "start_date", "until", "arr", "renewal_date",
    "outcome",
]  # fmt: skip


def account_timeline(book: Book) -> pd.DataFrame:
    """Every contract with ARR and when it counts: those of one account make its history, from the first on.

    | column | meaning |
    |---|---|
    | subscription_id, account_id, name, product | the contract and its account |
    | state | past, running, overdue (it ran out, its renewal is awaited) or signed (it begins after the as-of date) |
    | start_date, until | the first and the last day of its ARR: renewed early, the day before its successor; overdue, |
    | | the as-of date; missing where no end is known |
    | arr | its ARR, in reporting currency |
    | renewal_date, outcome | the day it comes due, and how that ended (see
    | | :mod:`workahead.metrics.renewals.events`); missing where it has no renewal |

    Contracts that never served (replaced from their first day) are left out.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2", "S3"], "account_id": "A", "arr": [900.0, 950.0, 1000.0],
    ...     "start_date": ["2025-01-01", "2026-01-01", "2027-01-01"],
    ...     "end_date": ["2025-12-31", "2026-12-31", None]}))
    >>> account_timeline(book)[["subscription_id", "state", "until", "arr", "outcome"]]
      subscription_id    state      until     arr  outcome
    0              S1     past 2025-12-31   900.0  on_time
    1              S2  running 2026-12-31   950.0  on_time
    2              S3   signed        NaT  1000.0      NaN
    """
    have = [name for name in LINE if name in book.columns("subscriptions")]
    lines = engines.pandas(book.frame("subscriptions").select(*have)).reindex(columns=LINE)
    lines = lines.astype({"product": "str", **dict.fromkeys(["start_date", "end_date"], "datetime64[us]")})
    served = engines.pandas(book.service().select("subscription_id", "stop", "overdue"))
    lines = lines.merge(served, on="subscription_id", how="left")
    begun = lines["start_date"] <= book.as_of
    lines = lines[(lines["overdue"].notna() | ~begun) & (cents(lines["arr"]) > 0)]
    due = events(book)[["subscription_id", "renewal_date", "outcome"]]
    lines = lines.merge(due, on="subscription_id", how="left")
    late, day = lines["overdue"].eq(True), pd.Timedelta(days=1)
    stopped = (lines["stop"] - day).astype("datetime64[us]")
    until = stopped.fillna(lines["end_date"]).mask(late, book.as_of)
    state = np.select(
        [lines["start_date"] > book.as_of, late, until < book.as_of], ["signed", "overdue", "past"], "running"
    )
    table = lines.assign(until=until, state=pd.Series(state, index=lines.index, dtype="str"))
    table = table.merge(of_accounts(book)[["account_id", "name"]], on="account_id", how="left")
    order = ["start_date", "product", "subscription_id"]
    return table.sort_values(order, kind="stable")[COLUMNS].reset_index(drop=True)


def arr_steps(timeline: pd.DataFrame) -> pd.DataFrame:
    """``date``, ``arr``: the ARR that the contracts of :func:`account_timeline` add up to from each day on which it
    changes; what runs on without a known end simply goes on.

    >>> lines = pd.DataFrame({"start_date": pd.to_datetime(["2025-01-01", "2025-07-01"]), "arr": [900.0, 100.0],
    ...                       "until": pd.to_datetime(["2025-12-31", None])})
    >>> arr_steps(lines)
            date     arr
    0 2025-01-01   900.0
    1 2025-07-01  1000.0
    2 2026-01-01   100.0
    """
    amounts = cents(timeline["arr"])
    ends = timeline["until"] + pd.Timedelta(days=1)
    changes = pd.concat(
        [pd.Series(amounts.to_numpy(), timeline["start_date"]), pd.Series(-amounts.to_numpy(), ends)]
    )
    changes = changes[changes.index.notna()].groupby(level=0).sum().sort_index()
    levels = money(changes.cumsum())[changes != 0]
    return pd.DataFrame({"date": levels.index.astype("datetime64[us]"), "arr": levels.to_numpy()})
