"""What came before the bookings: conversations and CSQLs by week of a period, in the past and in this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np
import pandas as pd

from workahead.book import engines
from workahead.book.periods import Day, closing, day
from workahead.errors import PeriodError
from workahead.metrics.expansion.bookings import FEWEST, Type, past_windows, week_of, weeks_in, won
from workahead.metrics.expansion.csql import csqls
from workahead.metrics.positions import Window

if TYPE_CHECKING:
    from workahead.book.book import Book

KINDS = ("call", "meeting", "csql")
COLUMNS = ["activity", "week", "week_start", "usual", "goal", "actual", "before_bookings", "csms", "periods"]


def lead_activities(
    book: Book, start: Day, end: Day, at: Day | None = None, type: Type = None, history: int = 8
) -> pd.DataFrame:
    """How many calls, meetings and new CSQLs a CSM had in each week of past periods, and what to aim at in this one.

    | column | meaning |
    |---|---|
    | activity | call, meeting, csql (CSQLs created) |
    | week, week_start | of the period between the two closing days, as in ``wa.quota_pace`` |
    | usual | median, over the past periods with bookings, of the number per CSM in that week |
    | goal | the same over the half of them with the most bookings: what a week is to hold, per CSM |
    | actual | this period's number per CSM, in a running week so far; missing in weeks to come |
    | before_bookings | share of them, in the past, at accounts that booked later in the same period |
    | csms, periods | CSMs counted in this period; past periods that goal and usual rest on |

    CSMs are those of the accounts; in a period, those who made a call or held a meeting. Without accounts' CSMs all who
    did count. usual and goal are missing where fewer than three past periods had bookings. That better periods had
    more of something is no proof that it made them better. Raises MissingTable without activities or opportunities,
    PeriodError.
    """
    first, last = day(start), day(end)
    if first >= last:
        raise PeriodError(f"the period runs from {first:%Y-%m-%d} to {last:%Y-%m-%d}: end must be later")
    today = closing(book, at)
    weeks = weeks_in(first, last)
    past = past_windows(first, last, history)
    since, until = (past[0][0] if past else first), min(last, today)
    acts = _activities(book, since, until)
    booked = won(book, since, until, type)
    sums = {w: int(booked.loc[_inside(booked["close_date"], w), "cents"].sum()) for w in past}
    known = [w for w in past if sums[w] > 0]
    best = sorted(known, key=lambda w: sums[w], reverse=True)[: (len(known) + 1) // 2]
    starts = first + pd.to_timedelta(np.arange(weeks) * 7 + 1, unit="D")
    present = _counts(acts, (first, last), weeks)
    here = _people(acts, (first, last))
    enough = len(known) >= FEWEST
    parts = []
    for kind in KINDS:
        each = {w: _counts(acts, w, weeks)[kind] / (_people(acts, w) or np.nan) for w in known}
        led = _led(acts[acts["activity"] == kind], booked, known, weeks)
        blank = np.full(weeks, np.nan)
        parts.append(
            pd.DataFrame(
                {
                    "activity": kind,
                    "week": np.arange(1, weeks + 1),
                    "week_start": starts,
                    "usual": np.nanmedian([each[w] for w in known], axis=0) if enough else blank,
                    "goal": np.nanmedian([each[w] for w in best], axis=0) if enough else blank,
                    "actual": np.where(starts <= today, present[kind] / (here or np.nan), np.nan),
                    "before_bookings": led,
                    "csms": here,
                    "periods": len(known),
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)[COLUMNS]
    table = table.astype({"activity": "str", "week_start": "datetime64[us]"})
    return table if len(engines.pandas(book.ledger().head(1))) else table.head(0)


def _inside(days: pd.Series, window: Window) -> pd.Series:
    return (days > window[0]) & (days <= window[1])


def _activities(book: Book, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """activity, account_id, date, owner (missing for CSQLs) between two closing days, of the accounts' CSMs."""
    after, upto = (engines.day(moment, book.engine) for moment in (start, end))
    owned = "owner" in book.columns("activities")
    rows = book.frame("activities").filter(
        nw.col("kind").is_in(KINDS) & (nw.col("date") > after) & (nw.col("date") <= upto)
    )
    made = engines.pandas(rows.select("account_id", "kind", "date", *(["owner"] if owned else [])))
    made = made.rename(columns={"kind": "activity"}).reindex(
        columns=["account_id", "activity", "date", "owner"]
    )
    if "csm" in book.columns("accounts"):
        team = engines.pandas(book._base.frame("accounts").select("csm").unique())["csm"].dropna()
        made = made[made["owner"].isin(team)] if owned else made
    created = csqls(book, start, end, [])[["account_id", "created_date"]].rename(
        columns={"created_date": "date"}
    )
    every = pd.concat([made, created.assign(activity="csql")], ignore_index=True)
    return every.astype({"date": "datetime64[us]"})


def _counts(acts: pd.DataFrame, window: Window, weeks: int) -> dict[str, np.ndarray]:
    """How many of each kind in each week of a period."""
    mine = acts[_inside(acts["date"], window)]
    found = {}
    for kind in KINDS:
        these = mine.loc[mine["activity"] == kind, "date"]
        found[kind] = np.bincount(week_of(these, window[0], weeks), minlength=weeks).astype("float64")
    return found


def _people(acts: pd.DataFrame, window: Window) -> int:
    """Who called or met a customer in a period; one, where exports do not tell who did."""
    mine = acts[_inside(acts["date"], window) & (acts["activity"] != "csql")]
    return int(mine["owner"].nunique()) or int(len(mine) > 0)


def _led(acts: pd.DataFrame, booked: pd.DataFrame, known: list[Window], weeks: int) -> np.ndarray:
    """By week, over past periods: the share of activities at accounts that booked later in the same period."""
    led, every = np.zeros(weeks), np.zeros(weeks)
    for window in known:
        wins = booked[_inside(booked["close_date"], window)].groupby("account_id")["close_date"].max()
        mine = acts[_inside(acts["date"], window)]
        week = week_of(mine["date"], window[0], weeks)
        later = wins.reindex(mine["account_id"]).set_axis(mine.index) > mine["date"]
        every += np.bincount(week, minlength=weeks)
        led += np.bincount(week, later.astype("float64"), minlength=weeks)
    return led / np.where(every > 0, every, np.nan)
