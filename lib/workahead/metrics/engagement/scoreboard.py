"""The weekly scoreboard: whether the team is winning, and whether it does what comes before winning."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd

from workahead.book import engines
from workahead.book.periods import Day, Period, bin_number, closing, last_day, shift_months
from workahead.book.periods import period as period_of
from workahead.book.plays import GOALS, SHARES, Measure, Plays
from workahead.book.tables import NOT_SET
from workahead.errors import ConfigError, PeriodError, UnknownName
from workahead.metrics.engagement.lead_events import lacking, lead_events
from workahead.metrics.retention.arr import arr
from workahead.metrics.retention.retention import retained
from workahead.metrics.targets import target

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["measure", "scope", "who", "week_start", "week_end", "done", "of", "value", "goal"]
TEAM = "Team"
NRR = "nrr"
_KINDS = {
    **dict.fromkeys(["measure", "scope", "who"], "str"),
    **dict.fromkeys(["week_start", "week_end"], "datetime64[us]"),
    **dict.fromkeys(["done", "of", "value", "goal"], "float64"),
}


def scoreboard(
    book: Book,
    measures: Mapping[Measure, float] | Sequence[Measure] | None = None,
    at: Day | None = None,
    weeks: int = 8,
    plays: Plays | None = None,
) -> pd.DataFrame:
    """The one goal and the lead measures by week and person: seven days up to ``at``, and the weeks before.

    | column | meaning |
    |---|---|
    | measure | nrr, then the lead measures in their order |
    | scope, who | team first, then each CSM of a customer |
    | week_start, week_end | first and last day of the week; the last one ends at ``at`` (default: the as-of date) |
    | done, of | how often it was done, of how often it should have been (counts: missing) |
    | value | done, or done / of; of nrr, NRR up to week_end, counted from a year before the period's end |
    | goal | for the week: a count for each person (the team's is their sum), a share; of nrr, where it should be then |

    NRR's period is the one of the targets that contains ``at`` and ends first, else the fiscal quarter without a goal.
    It should be on the straight line from 100% to the target. ``measures`` are names, or names with goals; default
    are those of the plays' ``scoreboard``. What the book can't tell has no value. Raises ConfigError, UnknownName,
    PeriodError.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "arr": [1200.0], "start_date": ["2025-03-01"]}),
    ...     opportunities=pd.DataFrame({"opportunity_id": ["O1"], "account_id": ["A"], "source": ["csql"],
    ...     "stage": ["S1"], "created_date": ["2026-10-20"], "is_closed": [False], "is_won": [False]}))
    >>> scoreboard(book, {"csqls": 1}, weeks=2)[["measure", "who", "week_end", "value", "goal"]]
      measure   who   week_end  value  goal
    0     nrr  Team 2026-10-24    1.0   NaN
    1     nrr  Team 2026-10-31    1.0   NaN
    2   csqls  Team 2026-10-24    1.0   1.0
    3   csqls  Team 2026-10-31    0.0   1.0
    """
    if isinstance(weeks, bool) or not isinstance(weeks, int) or weeks < 1:
        raise ConfigError(f"weeks={weeks!r}: write a whole number of weeks, 1 or more")
    plays = plays or book.plays
    goals = _goals(measures, plays)
    moment = closing(book, at)
    ends = [moment - pd.Timedelta(days=7 * back) for back in range(weeks - 1, -1, -1)]
    holders = _holders(book)
    people = sorted(set(holders["who"]) - {NOT_SET}) if "csm" in book.columns("accounts") else []
    if holders.empty:
        return pd.DataFrame(columns=COLUMNS).astype(_KINDS)
    parts = [_nrr(book, people, moment, ends)]
    for measure, goal in goals.items():
        rows = lead_events(book, measure, ends, plays).merge(holders, on="account_id")
        part = _weekly(rows, measure, goal, people, ends)
        parts.append(
            part.assign(done=math.nan, of=math.nan, value=math.nan) if lacking(book, measure) else part
        )
    table = pd.concat(parts, ignore_index=True)
    table["week_start"] = table["week_end"] - pd.Timedelta(days=6)
    return table[COLUMNS].astype(_KINDS)


def _goals(
    measures: Mapping[Measure, float] | Sequence[Measure] | None, plays: Plays
) -> dict[Measure, float]:
    """The measures asked for, with their goals."""
    if measures is None:
        return dict(plays.scoreboard)
    for name in measures:
        if name not in get_args(Measure):
            raise UnknownName("measure", name, list(GOALS))
    given = measures if isinstance(measures, Mapping) else {}
    return {name: given.get(name, plays.scoreboard.get(name, GOALS[name])) for name in measures}


def _holders(book: Book) -> pd.DataFrame:
    """account_id, who: the CSM of each account of those that have customers (NOT_SET where an account has none)."""
    by_account = book if book.definitions.grain == "account" else book.redefine(grain="account")
    held = "csm" in book.columns("accounts")
    accounts = engines.pandas(book.frame("accounts").select("account_id", *(["csm"] if held else [])))
    accounts["who"] = accounts["csm"].fillna(NOT_SET) if held else NOT_SET
    now = arr(by_account, by="account_id")
    customers = accounts["account_id"].isin(now.loc[now["arr"] > 0, "account_id"])
    serving = accounts["who"].isin(accounts.loc[customers, "who"].unique())
    return accounts.loc[serving, ["account_id", "who"]].astype("str")


def _weekly(
    rows: pd.DataFrame, measure: Measure, goal: float, people: Sequence[str], ends: Sequence[pd.Timestamp]
) -> pd.DataFrame:
    """A measure of the team and of each person in each week."""
    share, weeks = measure in SHARES, len(ends)
    week = weeks - 1 - (ends[-1] - rows["date"]).dt.days // 7
    rows = rows.assign(week=week)[week.between(0, weeks - 1)].drop_duplicates(["account_id", "unit", "week"])
    done, of = np.zeros((2, 1 + len(people), weeks))
    cell = (
        pd.Index(list(people), dtype="str").get_indexer(pd.Index(rows["who"])) + 1,
        rows["week"].to_numpy(),
    )
    np.add.at(done, cell, rows["done"].to_numpy())
    np.add.at(of, cell, 1)
    done[0], of[0] = done.sum(axis=0), of.sum(axis=0)  # whose account has no CSM counts for the team alone
    return _by_person(people, ends).assign(
        measure=measure,
        done=done.ravel(),
        of=of.ravel() if share else math.nan,
        value=np.divide(done, of, out=np.full_like(of, math.nan), where=of > 0).ravel()
        if share
        else done.ravel(),
        goal=np.repeat([goal if share else goal * max(1, len(people)), *[goal] * len(people)], weeks),
    )


def _by_person(people: Sequence[str], ends: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """scope, who, week_end: a row for each week of the team, then of each person."""
    who, scope = [TEAM, *people], ["team", *["csm"] * len(people)]
    weeks = {"scope": np.repeat(scope, len(ends)), "who": np.repeat(who, len(ends))}
    return pd.DataFrame({**weeks, "week_end": list(ends) * len(who)})


def _nrr(book: Book, people: Sequence[str], at: pd.Timestamp, ends: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """NRR so far of the year that ends with the period, and where it should be."""
    during = _period(book, at)
    first = shift_months(during.end, -12)
    windows = [(first, end) for end in ends if end > first]
    goal = target(book, NRR, during.label) if during.label else math.nan
    nrr = pd.DataFrame(index=[TEAM, *people], columns=list(ends), dtype="float64")
    if windows:
        nrr.loc[TEAM, [end for _, end in windows]] = retained(book, windows, None, "cohort")["nrr"].to_numpy()
    if windows and people:
        each = retained(book, windows, "csm", "cohort").pivot(index="csm", columns="period_end", values="nrr")
        nrr.update(each)
    label = during.label
    wanted = [goal, *(target(book, NRR, label, who=who, otherwise=goal) if label else goal for who in people)]
    passed = [max(0.0, (end - first) / (during.end - first)) for end in ends]
    return _by_person(people, ends).assign(
        measure=NRR,
        value=nrr.to_numpy().ravel(),
        goal=[1 + (own - 1) * part for own in wanted for part in passed],
        done=math.nan,
        of=math.nan,
    )


def _period(book: Book, at: pd.Timestamp) -> Period:
    """The period of an NRR target that a day lies in, the one that ends first; else its fiscal quarter, unnamed."""
    if "targets" in book.tables:
        rows = engines.pandas(book.frame("targets").select("period", "metric"))
        names = rows.loc[rows["metric"].str.strip().str.casefold() == NRR, "period"].unique()
        found = [
            one for one in (_named(str(name), book) for name in names) if one and one.start < at <= one.end
        ]
        if found:
            return min(found, key=lambda one: one.end)
    number = bin_number(at, "quarter", book.definitions.fiscal_year_start)
    end = last_day(number, "quarter", book.definitions.fiscal_year_start)
    return Period(shift_months(end, -3), end, "")


def _named(text: str, book: Book) -> Period | None:
    try:
        return period_of(text, book, ahead=True)
    except PeriodError:
        return None
