"""The NRR plan: what expansion a target asks for, what of it is booked and open, and what is still missing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from workahead.book.periods import Day, Freq, day
from workahead.errors import ConfigError, PeriodError
from workahead.metrics.positions import By, money, ordered, rate
from workahead.metrics.projection.expansion_booked import booked
from workahead.metrics.projection.expansion_pipeline import expansions, recent, record, stage_rates
from workahead.metrics.projection.projection import project_retention
from workahead.metrics.retention.movements import periods

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = [
    "period_start", "period_end", "starting_arr", "target", "projected_gross_arr", "expansion_booked",
    "expansion_weighted", "expansion_needed", "close_rate", "pipeline_needed", "pipeline_open", "gap",
]  # fmt: skip
_COUNTED = ["starting", "grr", "booked", "weighted", "open", "won", "closed", "own"]


def nrr_plan(
    book: Book, target: float, start: Day, end: Day, by: By = None, freq: Freq | None = None
) -> pd.DataFrame:
    """What expansion must still close for NRR between two closing days to reach ``target`` (1.08 is 108%).

    | column | meaning |
    |---|---|
    | *by* | the group |
    | period_start, period_end | the closing days |
    | starting_arr, target | ARR at the start, and the NRR to reach |
    | projected_gross_arr | what is expected to be left of it, without growth; of a period that is over, what is left |
    | expansion_booked | growth of those customers so far: in service, or signed to begin by the end |
    | expansion_weighted | their open expansion that closes by the end, times the close rate of its stage |
    | expansion_needed | target x starting_arr - projected_gross_arr, at least 0 |
    | close_rate | won / (won + lost) by ARR of the expansion closed in the last 12 months, shrunk where thin |
    | pipeline_needed | what must be open for what is needed beyond the booked to close, at the close rate |
    | pipeline_open | what is open, unweighted |
    | gap | expansion_needed less booked and weighted, at least 0: still short by |

    Groups add up to the whole in all amounts but expansion_needed, pipeline_needed and gap, where a group that is ahead
    makes up for no other. With ``freq`` there is a row up to the end of each month, quarter or year: each counts from
    ``start``, with a target on the straight line from 100% to the whole period's. Without expansion opportunities
    nothing is open and there is no close rate. Raises PeriodError, ConfigError, UnknownName.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2", "S3"], "account_id": ["A", "B", "A"], "arr": [900.0, 100.0, 150.0],
    ...     "start_date": ["2024-01-01", "2024-01-01", "2025-07-01"], "end_date": [None, "2025-06-30", None]}))
    >>> plan = nrr_plan(book, 1.1, "2024-12-31", "2025-12-31")
    >>> plan[["starting_arr", "projected_gross_arr", "expansion_booked", "expansion_needed", "gap"]]
       starting_arr  projected_gross_arr  expansion_booked  expansion_needed   gap
    0        1000.0                900.0             150.0             200.0  50.0
    """
    first, last = day(start), day(end)
    if first >= last:
        raise PeriodError(f"the plan runs from {first:%Y-%m-%d} to {last:%Y-%m-%d}: end must be later")
    if target < 0 or math.isinf(target):
        raise ConfigError(f"target={target!r}: write the NRR to reach as a fraction, 1.08 for 108%")
    names = book.by(by)
    spans = periods(book, first, last, freq)
    parts = []
    for number, until in enumerate(spans["period_end"]):
        on_course = 1 + (target - 1) * ((until - first) / (last - first))
        part = _plan(book, on_course, first, until, by, names)
        parts.append(part.assign(period_start=first, period_end=until, number=number))
    table = pd.concat(parts, ignore_index=True)
    table = ordered(table, [*names, "number"]).astype(dict.fromkeys(COLUMNS[:2], "datetime64[us]"))
    return table[[*names, *COLUMNS]]


def _plan(
    book: Book, target: float, start: pd.Timestamp, end: pd.Timestamp, by: By, names: list[str]
) -> pd.DataFrame:
    """The plan up to one day."""
    projected = project_retention(book, start, end, by=by)
    customers = booked(book, start, end, by)
    starting = (projected["starting_arr"] * 100).round()
    projected = projected[names].assign(grr=projected["grr"], own=1)
    if start > book.as_of:
        customers, projected = customers.assign(starting=0), projected.assign(starting=starting)
    known = expansions(book._base, [])
    whole = record(book, known)
    deals = _deals(book, max(book.as_of, start), end, names, set(customers["account_id"]))
    weight = deals["stage"].map(stage_rates(book, known, whole)).astype("float64").fillna(whole.share)
    deals["weighted"] = (deals["open"] * weight).fillna(0).round()
    parts = [
        projected,
        customers[[*names, "starting", "booked"]],
        deals[[*names, "weighted", "open", "won", "closed"]],
    ]
    every = pd.concat(parts, ignore_index=True).fillna(dict.fromkeys(_COUNTED, 0.0)).assign(all="")
    sums = every.groupby(names or "all", as_index=False, dropna=False)[_COUNTED].sum()
    sums = sums[(sums["own"] > 0) | (sums["open"] > 0)]
    gross = (sums["grr"] * sums["starting"]).round()
    needed = (target * sums["starting"] - gross).clip(lower=0).round()
    if names or book is not book._base:
        rates = [whole.close_rate(won, all_) for won, all_ in zip(sums["won"], sums["closed"], strict=True)]
    else:
        rates = [whole.rate] * len(sums)
    table: pd.DataFrame = sums[names].assign(
        starting_arr=money(sums["starting"]),
        target=target,
        projected_gross_arr=money(gross),
        expansion_booked=money(sums["booked"]),
        expansion_weighted=money(sums["weighted"]),
        expansion_needed=money(needed),
        close_rate=pd.Series(rates, index=sums.index, dtype="float64"),
        pipeline_open=money(sums["open"]),
        gap=money((needed - sums["booked"] - sums["weighted"]).clip(lower=0)),
    )
    short = (needed - sums["booked"]).clip(lower=0)
    return table.assign(pipeline_needed=money(rate(short, table["close_rate"]).round()))


def _deals(
    book: Book, after: pd.Timestamp, end: pd.Timestamp, names: list[str], customers: set[str]
) -> pd.DataFrame:
    """The expansion opportunities with what each is open, won lately and closed lately (cents)."""
    table = expansions(book, names)
    ahead = ~table["is_closed"] & (table["close_date"] > after) & (table["close_date"] <= end)
    won, closed = recent(book, table)
    opened = table["cents"].where(ahead & table["owner"].isin(customers), 0)
    return table.assign(open=opened, won=won, closed=closed)
