"""What was known of a renewal at a moment before it: the call on it, the customer's record, and its signals.

Every number is as of a row's own vantage day, so that past renewals are seen as the coming ones are seen now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workahead.book import engines
from workahead.book.tables import NOT_SET
from workahead.metrics.renewals.call_history import call_history

if TYPE_CHECKING:
    from workahead.book.book import Book

CALLED = ["category", "called_by", "forecast_share", "answer"]
NUMBERS = ["size", "tenure", "lost_before", "touches", "decision_maker", "support", "champion_left",
           "champion_replaced"]  # fmt: skip
HALF_YEAR, YEAR, SPOKEN = 183, 365, 90
"""Days: touches and support requests are counted over half a year, champions who left over a year; a decision maker
has been spoken to lately within 90."""
ANSWERS = {"yes": 2.0, "leaning_yes": 1.0, "unsure": 0.0, "leaning_no": -1.0, "no": -2.0}
_NEVER = np.iinfo(np.int64).max // 4


@dataclass(frozen=True)
class Log:
    """Dated things of keys (accounts, contracts), to be counted up to a day: sorted by key and day."""

    keys: pd.Index
    marks: NDArray[np.int64]  # key number x span + day
    first: int  # the first day of anything: before it, nothing was written down

    SPAN = 1_000_000

    @classmethod
    def of(cls, keys: pd.Series, days: pd.Series) -> Log:
        """A log of dated keys; rows without a day are no entries."""
        there = days.notna() & keys.notna()
        numbers, index = pd.factorize(keys[there])
        dates = _days(days[there])
        marks = np.sort(numbers.astype("int64") * cls.SPAN + dates)
        return cls(pd.Index(index), marks, int(dates.min()) if len(dates) else _NEVER)

    def upto(self, keys: pd.Series, days: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many entries each key has up to a day."""
        numbers = self.keys.get_indexer(pd.Index(keys)).astype("int64")
        begin = np.searchsorted(self.marks, numbers * self.SPAN)
        reached = np.searchsorted(self.marks, numbers * self.SPAN + days, side="right")
        return np.where(numbers >= 0, np.maximum(reached - begin, 0), 0)

    def within(self, keys: pd.Series, days: NDArray[np.int64], back: int) -> NDArray[np.int64]:
        """How many entries each key has in so many days up to a day."""
        return self.upto(keys, days) - self.upto(keys, days - back)


def signals(book: Book, rows: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    """What was known of renewals at their vantage days.

    ``rows``: subscription_id, account_id, product, due_arr, renewal_date, vantage; ``every``: the book's renewal
    events. Returns, row by row: segment, product, category, called_by, forecast_arr, forecast_share (of due_arr),
    answer (of the last call by then; missing where nobody had called), calls_known (whether calls were being written
    down), and the NUMBERS. What the book has no table for, or what its table does not reach back to, is missing.
    """
    days = _days(rows["vantage"])
    found = pd.DataFrame(index=rows.index)
    found["segment"] = of_account(book, rows, "segment")
    found["product"] = rows["product"].fillna(NOT_SET)
    found["size"] = np.log(rows["due_arr"].clip(lower=1))
    found["tenure"] = _tenure(book, rows, days)
    found["lost_before"] = _lost_before(rows, every, days - book.definitions.late_renewal_days)
    found = found.join(_touched(book, rows["account_id"], days)).join(_left(book, rows["account_id"], days))
    return found.join(_called(book, rows, every, days))


def _days(dates: pd.Series) -> NDArray[np.int64]:
    return dates.to_numpy().astype("datetime64[D]").astype("int64")


def of_account(book: Book, rows: pd.DataFrame, column: str) -> pd.Series:
    """What a column of accounts says of each row's account; NOT_SET where it says nothing."""
    if column not in book.columns("accounts"):
        return pd.Series(NOT_SET, index=rows.index, dtype="str")
    held = engines.pandas(book.frame("accounts").select("account_id", column)).set_index("account_id")[column]
    return held.reindex(rows["account_id"]).set_axis(rows.index).fillna(NOT_SET)


def _tenure(book: Book, rows: pd.DataFrame, days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Years since the account's first contract, at most six."""
    firsts = book.frame("subscriptions").group_by("account_id").agg(since=nw.col("start_date").min())
    since = engines.pandas(firsts).set_index("account_id")["since"].reindex(rows["account_id"])
    years: NDArray[np.float64] = np.clip((days - _days(since)) / YEAR, 0, 6)
    return years


def _lost_before(rows: pd.DataFrame, every: pd.DataFrame, days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Whether a contract of the account was lost in the year before."""
    lost = every[every["outcome"] == "lost"]
    log = Log.of(lost["account_id"], lost["renewal_date"])
    return np.minimum(log.within(rows["account_id"], days, YEAR), 1).astype("float64")


def _touched(book: Book, accounts: pd.Series, days: NDArray[np.int64]) -> pd.DataFrame:
    """touches, support (log of one and their number), decision_maker (spoken to lately)."""
    found = pd.DataFrame(np.nan, index=accounts.index, columns=["touches", "support", "decision_maker"])
    if "activities" not in book.tables:
        return found
    have = [name for name in ("contact_id",) if name in book.columns("activities")]
    done = engines.pandas(book.frame("activities").select("account_id", "kind", "date", *have))
    reach = Log.of(done["account_id"], done["date"]).first
    for name, kinds in (("touches", ["call", "meeting", "email"]), ("support", ["support"])):
        some = done[done["kind"].isin(kinds)]
        count = Log.of(some["account_id"], some["date"]).within(accounts, days, HALF_YEAR)
        found[name] = np.where(days - HALF_YEAR < reach - 1, np.nan, np.log1p(count))
    deciding = _deciding(book)
    if have and deciding is not None:
        talks = done[done["kind"].isin(["call", "meeting"]) & done["contact_id"].notna()]
        talks = talks.assign(contact_id=talks["contact_id"].str.split(";")).explode("contact_id")
        talks = talks[talks["contact_id"].str.strip().isin(deciding)]
        count = Log.of(talks["account_id"], talks["date"]).within(accounts, days, SPOKEN)
        found["decision_maker"] = np.where(days - SPOKEN < reach - 1, np.nan, count > 0)
    return found


def _deciding(book: Book) -> pd.Series | None:
    if "is_decision_maker" not in book.columns("contacts"):
        return None
    deciding = book.frame("contacts").filter(nw.col("is_decision_maker").fill_null(False))
    return engines.pandas(deciding.select("contact_id"))["contact_id"]


def _left(book: Book, accounts: pd.Series, days: NDArray[np.int64]) -> pd.DataFrame:
    """champion_left: a champion (sponsor; without roles a decision maker) left in the year before and none has come;
    champion_replaced: one left and another is there.
    """
    names, have = ["champion_left", "champion_replaced"], book.columns("contacts")
    found = pd.DataFrame(np.nan, index=accounts.index, columns=names)
    if "left_date" not in have or not {"role", "is_decision_maker"} & {*have}:
        return found
    wanted = ["account_id", "left_date", *({"role", "is_decision_maker", "created_date"} & {*have})]
    people = engines.pandas(book.frame("contacts").select(*wanted))
    if "role" in have:
        people = people[people["role"].str.contains("champion|sponsor", case=False, na=False)]
    else:
        people = people[people["is_decision_maker"].eq(True)]
    log = Log.of(people["account_id"], people["left_date"])
    gone = log.upto(accounts, days)
    lately = gone - log.upto(accounts, days - YEAR) > 0
    came = people["created_date"] if "created_date" in have else pd.Series(pd.NaT, index=people.index)
    came = came.fillna(pd.Timestamp(1970, 1, 1))  # on no known day: there from the start
    there = Log.of(people["account_id"], came).upto(accounts, days) > gone
    found["champion_left"] = (lately & ~there).astype("float64")
    found["champion_replaced"] = (lately & there).astype("float64")
    return found


def _called(book: Book, rows: pd.DataFrame, every: pd.DataFrame, days: NDArray[np.int64]) -> pd.DataFrame:
    """The last call on each by its vantage day, and the last answer."""
    found = pd.DataFrame(index=rows.index)
    calls = call_history(book, every)
    log = Log.of(calls["subscription_id"], calls["called_on"])
    found["calls_known"] = days >= log.first
    position = _last(calls, rows["subscription_id"], days)
    there = position >= 0
    last = (
        calls.iloc[np.maximum(position, 0)].set_axis(rows.index) if len(calls) else calls.reindex(rows.index)
    )
    found["category"] = last["category"].where(there).astype("str")
    found["called_by"] = last["called_by"].where(there).astype("str")
    found["forecast_arr"] = last["forecast_arr"].where(there)
    found["forecast_share"] = (found["forecast_arr"] / rows["due_arr"]).clip(0, 1)
    answered = calls.dropna(subset=["would_renew"])
    position = _last(answered, rows["subscription_id"], days)
    answer = answered["would_renew"].map(ANSWERS).to_numpy(dtype="float64", na_value=np.nan)
    found["answer"] = (
        np.where(position >= 0, answer[np.maximum(position, 0)], np.nan) if len(answer) else np.nan
    )
    return found


def _last(calls: pd.DataFrame, contracts: pd.Series, days: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place in ``calls`` of the last one by a day; -1 where there is none. Calls are in order."""
    numbers, index = pd.factorize(calls["subscription_id"])
    marks = numbers.astype("int64") * Log.SPAN + _days(calls["called_on"])
    wanted = pd.Index(index).get_indexer(contracts).astype("int64")
    place = np.searchsorted(marks, wanted * Log.SPAN + days, side="right") - 1
    begin = np.searchsorted(marks, wanted * Log.SPAN)
    return np.where((wanted >= 0) & (place >= begin), place, -1)
