"""The NRR plan: what expansion a target asks for, what of it is booked and open, and what is still missing."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from workahead.book.once import once
from workahead.book.periods import Day, Freq, day
from workahead.errors import ConfigError, PeriodError
from workahead.metrics.chosen import among, of_accounts, rows_of, whole
from workahead.metrics.positions import By, money, ordered, rate
from workahead.metrics.projection.expansion_booked import booked
from workahead.metrics.projection.expansion_pipeline import Record, expansions, recent, record, stage_rates
from workahead.metrics.projection.projection import SIMULATIONS, project_retention
from workahead.metrics.retention.movements import periods

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = [
    "period_start", "period_end", "starting_arr", "target", "projected_gross_arr", "expansion_booked",
    "expansion_weighted", "expansion_needed", "close_rate", "pipeline_needed", "pipeline_open", "gap",
]  # fmt: skip
_COUNTED = ["starting", "grr", "booked", "weighted", "open", "won", "closed", "own"]


def nrr_plan(
    book: Book,
    target: float,
    start: Day,
    end: Day,
    by: By = None,
    freq: Freq | None = None,
    close_rate: float | None = None,
    probabilities: Mapping[str, float] | None = None,
    saved: Collection[str] | None = None,
    simulations: int = SIMULATIONS,
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
    nothing is open and there is no close rate.

    What if: with a ``close_rate`` (0.3 for 30%) that is the close rate, and what all open expansion counts by,
    whatever its stage; ``probabilities`` and ``saved`` change the losses, as :func:`workahead.project_retention` takes
    them. Raises PeriodError, ConfigError, UnknownName.

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
    if close_rate is not None and not 0 <= close_rate <= 1:
        raise ConfigError(f"close_rate={close_rate!r}: write the share that closes, from 0 to 1, 0.3 for 30%")
    names = book.by(by)
    asked: dict[str, Any] = {"probabilities": probabilities, "saved": saved, "simulations": simulations}
    spans = periods(book, first, last, freq)
    parts = []
    for number, until in enumerate(spans["period_end"]):
        on_course = 1 + (target - 1) * ((until - first) / (last - first))
        projected = project_retention(book, first, until, by, **asked)
        part = _plan(book, on_course, first, until, names, projected, close_rate)
        parts.append(part.assign(period_start=first, period_end=until, number=number))
    table = pd.concat(parts, ignore_index=True)
    table = ordered(table, [*names, "number"]).astype(dict.fromkeys(COLUMNS[:2], "datetime64[us]"))
    return table[[*names, *COLUMNS]]


def _plan(
    book: Book,
    target: float,
    start: pd.Timestamp,
    end: pd.Timestamp,
    names: list[str],
    projected: pd.DataFrame,
    close_rate: float | None,
) -> pd.DataFrame:
    """The plan up to one day."""
    known, learned = _known(book, start, end, tuple(names))
    groups = projected[names].assign(grr=projected["grr"], own=1)
    if start > book.as_of:
        known, groups = (
            known.assign(starting=0.0),
            groups.assign(starting=(projected["starting_arr"] * 100).round()),
        )
    every = pd.concat([groups, known], ignore_index=True).fillna(dict.fromkeys(_COUNTED, 0.0)).assign(all="")
    sums = every.groupby(names or "all", as_index=False, dropna=False)[_COUNTED].sum()
    sums = sums[(sums["own"] > 0) | (sums["open"] > 0)]
    gross = (sums["grr"] * sums["starting"]).round()
    needed = (target * sums["starting"] - gross).clip(lower=0).round()
    if close_rate is not None:
        sums["weighted"] = (sums["open"] * close_rate).round()
        rates = [close_rate] * len(sums)
    elif names or book is not book._base:
        rates = [learned.close_rate(won, all_) for won, all_ in zip(sums["won"], sums["closed"], strict=True)]
    else:
        rates = [learned.rate] * len(sums)
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


@once
def _known(
    book: Book, start: pd.Timestamp, end: pd.Timestamp, by: tuple[str, ...]
) -> tuple[pd.DataFrame, Record]:
    """What does not hang on the projection, by group: starting, booked, weighted, open, won, closed (cents)."""
    names = list(by)
    customers, deals, learned = booked(book, start, end, by), *plan_deals(book, start, end, by)
    parts = [customers[[*names, "starting", "booked"]], deals[[*names, "weighted", "open", "won", "closed"]]]
    every = pd.concat(parts, ignore_index=True).assign(all="")
    amounts = [name for name in _COUNTED if name in every]
    sums = every.fillna(dict.fromkeys(amounts, 0.0)).groupby(names or "all", as_index=False, dropna=False)
    return sums[amounts].sum().drop(columns="all", errors="ignore"), learned


@once
def plan_deals(
    book: Book, start: pd.Timestamp, end: pd.Timestamp, by: tuple[str, ...] = ()
) -> tuple[pd.DataFrame, Record]:
    """The expansion opportunities with what each is open and weighted by its stage, won lately and closed lately
    (cents); and the book's record.
    """
    if of_accounts(book):
        deals, learned = plan_deals(book._base, start, end, by)
        return rows_of(book, deals, "account_id"), learned
    table, after, learned = expansions(book, by), max(book.as_of, start), record(book._base)
    customers = booked(book, start, end, by)["account_id"]
    ahead = ~table["is_closed"] & (table["close_date"] > after) & (table["close_date"] <= end)
    won, closed = recent(book, table)
    opened = table["cents"].where(ahead & among(table["owner"], customers), 0)
    weight = table["stage"].map(stage_rates(whole(book))).astype("float64").fillna(learned.share)
    weighted = (opened * weight).fillna(0).round()
    return table.assign(open=opened, weighted=weighted, won=won, closed=closed), learned
