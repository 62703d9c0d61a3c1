"""The renewal base: every contract due or overdue, what was called on it, and the next step that it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.plays import OVERDUE, Need, Play, Plays
from workahead.metrics.renewals.gaps import unknown_needs
from workahead.metrics.renewals.risk import spelled
from workahead.metrics.renewals.upcoming import BEFORE, upcoming, window_name

if TYPE_CHECKING:
    from workahead.book.book import Book
    from workahead.book.engines import Frame

COLUMNS = [
    "subscription_id", "account_id", "name", "product", "segment", "csm", "tier", "arr", "renewal_date",
    "days_to_renewal", "window", "call_due", "called_on", "category", "forecast_arr", "at_risk_arr", "root_cause",
    "would_renew", "days_since_decision_maker", "next_step", "lacks", "called_by", "plan_updated_date",
]  # fmt: skip
OF_ACCOUNT = ["name", "segment", "csm", "tier", "plan_updated_date"]
WIDTH = 3
"""Months of a window."""


def renewal_base(book: Book, months: int = 12, plays: Plays | None = None) -> pd.DataFrame:
    """Contracts overdue, or due in fewer than so many months, soonest first.

    | column | meaning |
    |---|---|
    | subscription_id, account_id, name, product, segment, csm, tier | the contract and its account |
    | arr | ARR due |
    | renewal_date | the day after the last day of service |
    | days_to_renewal | from the as-of date; zero or less where overdue |
    | window | overdue, or months to renewal: 0-3 is from the as-of date up to, not including, three months later |
    | call_due | when a forecast call is due: by segment, as the plays say |
    | called_on, called_by, category, forecast_arr, at_risk_arr, root_cause | of the last call on it |
    | would_renew | the last answer that a call on it holds |
    | days_since_decision_maker | since a decision maker of the account was last in a call or meeting |
    | next_step | what the first play says that is not met; missing where all are |
    | lacks | all that the plays ask for and is not there, in their order |
    | plan_updated_date | of the account's plan |

    What the book has no table for stays empty (see :func:`workahead.metrics.renewals.gaps.renewal_gaps`). ``plays``:
    default are the book's. Raises ConfigError for months that are no whole number.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [1200.0, 600.0],
    ...     "start_date": ["2025-11-01", "2026-03-01"], "end_date": ["2026-10-20", "2027-02-28"]}))
    >>> renewal_base(book)[["subscription_id", "renewal_date", "days_to_renewal", "window", "arr"]]
      subscription_id renewal_date  days_to_renewal   window     arr
    0              S1   2026-10-21              -10  overdue  1200.0
    1              S2   2027-03-01              121      3-6   600.0
    """
    plays = plays or book.plays
    table = upcoming(book, months).rename(columns={"due_arr": "arr"})
    table = table.merge(of_accounts(book), on="account_id", how="left")
    table = table.merge(spoken(book), on="account_id", how="left")
    table["days_to_renewal"] = (table["renewal_date"] - book.as_of).dt.days.astype("int64")
    table["days_since_decision_maker"] = (book.as_of - table["spoken_on"]).dt.days.astype("Int64")
    table["window"] = table["months"].map(_window).astype("str")
    table["call_due"] = call_due(table, plays)
    table["root_cause"] = spelled(table["root_cause"], plays)
    table = table.assign(**_steps(table, plays, _met(table, book, plays), unknown_needs(book)))
    order = ["renewal_date", "arr", "name", "product", "subscription_id"]
    table = table.sort_values(order, ascending=[True, False, True, True, True], kind="stable")
    return table[COLUMNS].reset_index(drop=True)


def of_accounts(book: Book) -> pd.DataFrame:
    """account_id and OF_ACCOUNT, each missing where the export does not have it."""
    have = [name for name in OF_ACCOUNT if name in book.columns("accounts")]
    held = engines.pandas(book.frame("accounts").select("account_id", *have))
    kinds = {**dict.fromkeys(OF_ACCOUNT, "str"), "plan_updated_date": "datetime64[us]"}
    return held.reindex(columns=["account_id", *OF_ACCOUNT]).astype(kinds)


def spoken(book: Book) -> pd.DataFrame:
    """account_id, spoken_on: the last call or meeting with a decision maker."""
    talks = decision_talks(book)
    if talks is None:
        empty = pd.DataFrame(columns=["account_id", "spoken_on"])
        return empty.astype({"account_id": "str", "spoken_on": "datetime64[us]"})
    last = engines.pandas(talks.group_by("account_id").agg(spoken_on=nw.col("date").max()))
    return last.astype({"spoken_on": "datetime64[us]"})


def decision_talks(book: Book) -> Frame | None:
    """account_id, contact_id, date: the calls and meetings with decision makers; None where the book can't tell."""
    if "decision_maker" in unknown_needs(book):
        return None
    talks = book.frame("activities").filter(
        nw.col("kind").is_in(["call", "meeting"])
        & (nw.col("date") <= engines.day(book.as_of, book.engine))
        & ~nw.col("contact_id").is_null()
    )
    talks = talks.select("account_id", "contact_id", "date")
    several = nw.col("contact_id").str.contains(";", literal=True)
    talks = engines.union(
        [talks.filter(~several), engines.split(talks.filter(several), "contact_id", book.engine)]
    )
    deciding = book.frame("contacts").filter(nw.col("is_decision_maker").fill_null(False))
    return talks.join(deciding.select("contact_id"), on="contact_id", how="semi")


def _window(months: int) -> str:
    first = months // WIDTH * WIDTH
    return OVERDUE if months == BEFORE else window_name(first, first + WIDTH)


def call_due(table: pd.DataFrame, plays: Plays) -> pd.Series:
    """So many calendar months before the renewal date, by segment."""
    ahead = table["segment"].map(plays.call_months)
    due = table["renewal_date"].copy()
    for count in ahead.unique():
        chosen = ahead == count
        due[chosen] = due[chosen] - pd.DateOffset(months=int(count))
    return due


def _met(table: pd.DataFrame, book: Book, plays: Plays) -> dict[Need, pd.Series]:
    """For each need, whether it is met."""
    plan_days = (book.as_of - table["plan_updated_date"]).dt.days
    known = [cause for cause, addressable in plays.root_causes.items() if addressable is not None]
    unstated = [cause for cause in plays.root_causes if cause not in known]
    stated = table["root_cause"].notna() & ~table["root_cause"].isin(unstated)
    spoken = table["days_since_decision_maker"] <= plays.decision_maker_days
    return {
        "settled": pd.Series(False, index=table.index),
        "called": table["called_on"].notna() | (table["call_due"] > book.as_of),
        "decision_maker": spoken.fillna(False).astype(bool),
        "answered": table["would_renew"].notna(),
        "planned": plan_days <= plays.plan_days,
        "cause_stated": ~(table["at_risk_arr"] > 0) | stated,
    }


def _steps(
    table: pd.DataFrame, plays: Plays, met: dict[Need, pd.Series], unknown: set[Need]
) -> dict[str, pd.Series]:
    """next_step and lacks, by the plays in their order; a need that can't be judged is not asked for."""
    step = pd.Series(pd.NA, index=table.index, dtype="str")
    lacks = pd.Series("", index=table.index, dtype="str")
    noted = {need: pd.Series(False, index=table.index) for need in met}
    for play in plays.plays:
        if play.must in unknown:
            continue
        missing = _for(table, play) & ~met[play.must]
        step = step.mask(missing & step.isna(), play.next_step)
        new = missing & ~noted[play.must]
        lacks = lacks.mask(new & (lacks == ""), play.must).mask(new & (lacks != ""), lacks + ", " + play.must)
        noted[play.must] = noted[play.must] | missing
    return {"next_step": step, "lacks": lacks}


def _for(table: pd.DataFrame, play: Play) -> pd.Series:
    """Whether a play is meant for a renewal."""
    months = play.months
    stage = table["months"] == BEFORE if months is None else table["months"].between(months[0], months[1] - 1)
    if play.segment:
        stage = stage & table["segment"].isin(play.segment)
    if play.tier:
        stage = stage & table["tier"].isin(play.tier)
    return stage
