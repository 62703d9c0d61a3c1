"""What changed in the forecast between two dates, by account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.book.periods import Day, closing, window
from workahead.metrics.accuracy.call_calibration import CATEGORIES
from workahead.metrics.accuracy.called import record
from workahead.metrics.positions import money
from workahead.metrics.renewals.base import of_accounts
from workahead.metrics.renewals.call_history import last_calls
from workahead.metrics.renewals.events import RENEWED, decided_on
from workahead.metrics.renewals.upcoming import cents

if TYPE_CHECKING:
    from workahead.book.book import Book

CHANGES = (
    "new", "upgraded", "pulled_in", "pushed_out", "downgraded", "lost", "renewed", "unchanged",
)  # fmt: skip
COLUMNS = [
    "account_id", "name", "segment", "csm", "change", "renewals", "forecast_before", "forecast_after", "difference",
    "renewal_date_before", "renewal_date_after", "category_before", "category_after",
]  # fmt: skip
_CALL = ["forecast_arr", "category", "due_on"]


def forecast_changes(book: Book, since: Day, until: Day | None = None) -> pd.DataFrame:
    """What became of the forecast between the close of two days (until: default the as-of date), largest change first.

    The forecast at a day is the sum of the last calls made by then on the renewals not decided by then: a renewal is
    decided when it is signed, a loss ``late_renewal_days`` after its date. Each renewal in the forecast
    of either day has one change; a row is an account and a change.

    | column | meaning |
    |---|---|
    | account_id, name, segment, csm | the account |
    | change | new, renewed, lost, pulled_in, pushed_out, upgraded, downgraded or unchanged: see below |
    | renewals | contracts that changed so |
    | forecast_before, forecast_after, difference | of those, at the two days; differences add up to the whole change |
    | renewal_date_before, renewal_date_after | the first of the dates that the calls name |
    | category_before, category_after | of the last calls; where they differ, that of the largest contract |

    | change | when |
    |---|---|
    | new | first called in between |
    | renewed, lost | decided in between: it has left the forecast, which was forecast_before |
    | pulled_in, pushed_out | the last call names an earlier, a later renewal date, whatever its amount |
    | upgraded, downgraded | a higher, a lower forecast; where it is the same, a better, a worse category |
    | unchanged | the same date, forecast and category |

    Raises MissingTable without forecast_calls, PeriodError.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "arr": [300.0],
    ...     "start_date": ["2026-03-01"], "end_date": ["2027-02-28"]}), forecast_calls=pd.DataFrame({
    ...     "account_id": ["A", "A"], "renewal_date": ["2027-03-01"] * 2, "called_on": ["2026-09-01", "2026-10-15"],
    ...     "category": ["commit", "at_risk"], "forecast_arr": [300.0, 200.0]}))
    >>> forecast_changes(book, "2026-09-30")[["change", "forecast_before", "forecast_after", "difference"]]
           change  forecast_before  forecast_after  difference
    0  downgraded            300.0           200.0      -100.0
    """
    last = closing(book, until)
    first = window(book, since, last)[0]
    table, calls = record(book)
    table["decided_on"] = decided_on(table, book)
    for suffix, at in (("_before", first), ("_after", last)):
        said = last_calls(calls[calls["called_on"] <= at])[["subscription_id", *_CALL]]
        ahead = table.loc[~(table["decided_on"] <= at), ["subscription_id"]].merge(said, on="subscription_id")
        ahead = ahead.set_index("subscription_id").add_suffix(suffix)
        table = table.join(ahead, on="subscription_id")
    there = table["due_on_before"].notna() | table["due_on_after"].notna()
    table = table[there].assign(
        forecast_before=cents(table["forecast_arr_before"]), forecast_after=cents(table["forecast_arr_after"])
    )
    table["change"] = _change(table)
    rows = table.sort_values(["due_arr", "subscription_id"], ascending=[False, True], kind="stable")
    rows = rows.groupby(["account_id", "change"], as_index=False).agg(
        renewals=("change", "size"),
        forecast_before=("forecast_before", "sum"),
        forecast_after=("forecast_after", "sum"),
        renewal_date_before=("due_on_before", "min"),
        renewal_date_after=("due_on_after", "min"),
        category_before=("category_before", "first"),
        category_after=("category_after", "first"),
    )
    rows = rows.assign(difference=rows["forecast_after"] - rows["forecast_before"])
    rows = rows.merge(of_accounts(book), on="account_id", how="left")
    rows = rows.assign(size=rows["difference"].abs(), order=rows["change"].map(CHANGES.index))
    rows = rows.sort_values(["size", "order", "account_id"], ascending=[False, True, True], ignore_index=True)
    for column in ("forecast_before", "forecast_after", "difference"):
        rows[column] = money(rows[column])
    return rows[COLUMNS]


def _change(table: pd.DataFrame) -> pd.Series:
    """The one change of each renewal: the first that holds."""
    rank = {category: place for place, category in enumerate(reversed(CATEGORIES))}
    better = table["category_after"].map(rank) - table["category_before"].map(rank)
    more = table["forecast_after"] - table["forecast_before"]
    later = (table["due_on_after"] - table["due_on_before"]).dt.days
    way = more.where(more != 0, better)
    renewed = table["outcome"].isin(RENEWED)
    gone = table["due_on_after"].isna()
    change = pd.Series("unchanged", index=table.index, dtype="str")
    for holds, name in (
        (way < 0, "downgraded"),
        (way > 0, "upgraded"),
        (later > 0, "pushed_out"),
        (later < 0, "pulled_in"),
        (gone & ~renewed, "lost"),
        (gone & renewed, "renewed"),
        (table["due_on_before"].isna(), "new"),
    ):
        change = change.mask(holds, name)
    return change
