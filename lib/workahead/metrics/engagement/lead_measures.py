"""Which lead measures have in fact gone before renewals and bookings in this book's own history."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workahead.book import engines
from workahead.book.periods import bin_number, last_day
from workahead.book.plays import Measure
from workahead.errors import ConfigError
from workahead.metrics.accuracy.call_calibration import wilson
from workahead.metrics.engagement.attended import TALKS, TOUCHES
from workahead.metrics.engagement.lead_events import lead_events
from workahead.metrics.engagement.touches import activities
from workahead.metrics.projection.signals import Log
from workahead.metrics.renewals.events import RENEWED, UNDECIDED, decided_on, events
from workahead.metrics.retention.arr import arr

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["outcome", "measure", "cases_with", "cases_without", "rate_with", "rate_without", "difference",
           "low", "high", "finding"]  # fmt: skip
BACK = {
    "csqls": 180,
    "decision_makers": 90,
    "asked": 180,
    "talks": 90,
    "quiet_support": 180,
    "calls_on_time": 365,
}
"""How many days before the outcome's vantage a measure looks back."""
LOUD = 3
"""Support requests in half a year, where they are also twice as many as in the half-year before: it is not quiet."""
FEWEST = 10
"""Cases on each side, below which nothing is compared."""

Days = NDArray[np.int64]


def lead_measures(
    book: Book, horizon_days: int = 60, quarters: int = 8, interval: float = 0.95
) -> pd.DataFrame:
    """How often renewals were made, and expansion was won, with and without each lead measure before.

    | column | meaning |
    |---|---|
    | outcome | renewed: a contract that came due was renewed; expanded: a customer bought more within a quarter |
    | measure | of the scoreboard, or talks (a call or meeting), quiet_support (see below) |
    | cases_with, cases_without | contracts, or customers and quarters, with and without it |
    | rate_with, rate_without, difference | the share of each that was renewed, or bought more |
    | low, high | within which the difference lies, at the ``interval`` (Newcombe's hybrid score interval) |
    | finding | more often, less often; open, where the interval holds zero; too few, with fewer than 10 on a side |

    A measure counts only before ``horizon_days`` before the renewal date, or before the first day of the quarter; what
    was decided by then is left out, as is what lies before the export's first record. Looked back at: 180 days for
    csqls, asked and quiet_support, 90 for the talks. Support is quiet unless there were three requests or more, and
    twice as many as in the 180 days before. calls_on_time is of contracts whose call had come due. This says what has
    gone with what, not what caused it: healthy customers take calls. Several contracts of one customer are not
    independent, so the truth is wider than the range. Measures that the book can't tell have no row. Raises
    ConfigError.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "arr": [1200.0], "start_date": ["2026-03-01"]}))
    >>> lead_measures(book).empty
    True
    """
    if not 0 < interval < 1:
        raise ConfigError(f"interval is the share of cases that it covers, between 0 and 1, not {interval}")
    for name, number in (("horizon_days", horizon_days), ("quarters", quarters)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise ConfigError(f"{name}={number!r}: write a whole number, 1 or more")
    logs = _logs(book)
    cases = [("renewed", _renewals(book, horizon_days)), ("expanded", _customers(book, quarters))]
    rows = [
        [outcome, measure, *_compared(table, _held(log, measure, table), interval)]
        for outcome, table in cases
        if table is not None
        for measure, log in logs.items()
        if measure != "calls_on_time" or outcome == "renewed"
    ]
    counts = dict.fromkeys(["cases_with", "cases_without"], "int64")
    kinds = {**dict.fromkeys(["outcome", "measure", "finding"], "str"), **counts}
    return pd.DataFrame(rows, columns=COLUMNS).astype({**dict.fromkeys(COLUMNS[4:9], "float64"), **kinds})


@dataclass(frozen=True)
class _Done:
    """What was done, and all that was written down of its kind: before that begins nobody can say."""

    log: Log
    first: int
    due: Log | None = None  # of contracts: all that should have been done


def _logs(book: Book) -> dict[str, _Done]:
    """Each measure that the book can tell."""
    found: dict[str, _Done] = {}
    measures: tuple[Measure, ...] = ("csqls", "calls_on_time", "decision_makers", "asked")
    for measure in measures:
        rows = lead_events(book, measure, [], book.plays)
        done = rows[rows["done"]]
        key = "unit" if measure == "calls_on_time" else "account_id"
        if len(done):
            log = Log.of(done[key], done["date"])
            due = Log.of(rows[key], rows["date"]) if key == "unit" else None
            found[measure] = _Done(log, log.first, due)
    made = activities(book, (*TOUCHES, "support"))
    if len(made):
        reach = Log.of(made["account_id"], made["date"]).first
        for measure_, kinds in (("talks", TALKS), ("quiet_support", ("support",))):
            some = made[made["kind"].isin(kinds)]
            found[measure_] = _Done(Log.of(some["account_id"], some["date"]), reach)
    return found


def _renewals(book: Book, horizon_days: int) -> pd.DataFrame:
    """Contracts that came due and are decided, but were not yet so many days before: vantage, happened."""
    table = events(book)
    table["vantage"] = table["renewal_date"] - pd.Timedelta(days=horizon_days)
    over = ~table["outcome"].isin(UNDECIDED) & (table["renewal_date"] <= book.as_of)
    table = table[over & ~(decided_on(table, book) <= table["vantage"])]
    return table.assign(happened=table["outcome"].isin(RENEWED))


def _customers(book: Book, quarters: int) -> pd.DataFrame | None:
    """The customers at the start of each of the last quarters that are over: vantage, happened."""
    have = book.columns("opportunities")
    if not {"type", "close_date"} <= set(have):
        return None
    by_account = book if book.definitions.grain == "account" else book.redefine(grain="account")
    won = nw.col("is_won") & (nw.col("type") == "expansion")
    bought = engines.pandas(book.frame("opportunities").filter(won).select("account_id", "close_date"))
    start_month = book.definitions.fiscal_year_start
    current = bin_number(book.as_of + pd.Timedelta(days=1), "quarter", start_month)
    parts = []
    for number in range(current - quarters, current):
        first, last = (last_day(n, "quarter", start_month) for n in (number - 1, number))
        held = arr(by_account, at=first, by="account_id")
        inside = bought[(bought["close_date"] > first) & (bought["close_date"] <= last)]
        some = held.loc[held["arr"] > 0, ["account_id"]].astype("str")
        happened = some["account_id"].isin(inside["account_id"])
        parts.append(some.assign(vantage=first, happened=happened, subscription_id=""))
    return pd.concat(parts, ignore_index=True)


def _held(done: _Done, measure: str, table: pd.DataFrame) -> pd.Series:
    """Whether the measure held before each case; missing where nobody can say."""
    key = table["account_id" if done.due is None else "subscription_id"]
    days = table["vantage"].to_numpy().astype("datetime64[D]").astype("int64")
    back = BACK[measure]
    count = done.log.within(key, days, back)
    held, known = count > 0, days - back >= done.first - 1
    if measure == "quiet_support":
        before = done.log.within(key, days - back, back)
        held, known = (count < LOUD) | (count < 2 * before), days - 2 * back >= done.first - 1
    if done.due is not None:
        known = known & (done.due.within(key, days, back) > 0)
    return pd.Series(held, index=table.index, dtype="boolean").where(known)


def _compared(table: pd.DataFrame, held: pd.Series, interval: float) -> list[object]:
    """The two groups beside each other."""
    happened = table["happened"]
    groups = [happened[held.eq(value).fillna(False).astype(bool)] for value in (True, False)]
    sizes = [len(group) for group in groups]
    rates = [float(group.mean()) if len(group) else math.nan for group in groups]
    if min(sizes) < FEWEST:
        return [*sizes, *rates, math.nan, math.nan, math.nan, "too few"]
    low, high = newcombe(rates[0], sizes[0], rates[1], sizes[1], interval)
    finding = "more often" if low > 0 else "less often" if high < 0 else "open"
    return [*sizes, *rates, rates[0] - rates[1], low, high, finding]


def newcombe(p: float, m: float, q: float, n: float, interval: float) -> tuple[float, float]:
    """The hybrid score interval of p - q, shares of m and n cases (R. G. Newcombe, 1998, method 10).

    >>> tuple(round(bound, 4) for bound in newcombe(56 / 70, 70, 48 / 80, 80, 0.95))  # his example
    (0.0524, 0.3339)
    """
    (low_p, high_p), (low_q, high_q) = wilson(p, m, interval), wilson(q, n, interval)
    return (
        p - q - math.hypot(p - low_p, high_q - q),
        p - q + math.hypot(high_p - p, q - low_q),
    )
