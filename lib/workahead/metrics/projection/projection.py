"""Where retention will land: what is sure, what each renewal ahead will probably bring, and how far that may be off."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workahead.book.book import Book
from workahead.book.once import once
from workahead.book.periods import Day, day, month_ends
from workahead.errors import ConfigError, PeriodError
from workahead.metrics.positions import By, by_group, money, ordered
from workahead.metrics.projection.ahead import Ahead, ahead, times
from workahead.metrics.projection.due import due_in
from workahead.metrics.projection.growth import grown, growth
from workahead.metrics.projection.model import Floats
from workahead.metrics.projection.simulation import Rows, Shares, futures, places
from workahead.metrics.projection.what_if import WhatIf, assumed, what_if

COLUMNS = [
    "starting_arr", "due_arr", "expected_renewed_arr", "grr_low", "grr", "grr_high", "called_share",
    "nrr_low", "nrr", "nrr_high", "renewals", "open_arr",
]  # fmt: skip
RATES = ["grr_low", "grr", "grr_high", "nrr_low", "nrr", "nrr_high"]
SIMULATIONS = 10_000


def project_retention(
    book: Book,
    start: Day,
    end: Day,
    by: By = None,
    interval: float = 0.8,
    seed: int = 0,
    simulations: int = SIMULATIONS,
    probabilities: Mapping[str, float] | None = None,
    saved: Collection[str] | None = None,
) -> pd.DataFrame:
    """GRR and NRR of a period that is still to come, or half over; also as it would be if renewals went otherwise.

    | column | meaning |
    |---|---|
    | *by* | the group |
    | starting_arr | ARR at ``start``; where that lies ahead, today's, less what will probably be lost by then |
    | due_arr, renewals | contracts whose renewal date lies in the period (or that are overdue), and their ARR |
    | expected_renewed_arr | of due_arr: what has renewed, and what probably will (at most what is due) |
    | grr_low, grr, grr_high | expected GRR, and the range that holds it in ``interval`` of all futures |
    | nrr_low, nrr, nrr_high | the same for NRR: with growth at renewals, and growth in between at its usual pace |
    | called_share | of due_arr, contracts on which a forecast call has been made |
    | open_arr | of due_arr, not decided yet |

    Contracts not due are kept. Those due renew with the probability of :func:`workahead.renewal_probabilities`; the
    range comes from ``simulations`` futures in which the rates are uncertain, too. What has happened, has been signed
    or marked lost is taken as it is: for a period that is over the result is that of :func:`workahead.retention`,
    exactly.
    New customers change neither rate and are not projected.

    What if: with ``probabilities`` (of commit, best_case, at_risk, churn, uncalled: any of them) each open renewal
    whose last call is of that category renews with just that probability, which is then sure; the open renewals of
    accounts that are ``saved`` (by their ids) keep all that is due. Raises PeriodError, UnknownName, ConfigError.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [100.0, 300.0],
    ...     "start_date": ["2025-03-01", "2025-09-01"], "end_date": ["2026-02-28", "2026-08-31"]}))
    >>> project_retention(book, "2025-12-31", "2026-03-31")[["starting_arr", "due_arr", "grr", "grr_high"]].round(2)
       starting_arr  due_arr   grr  grr_high
    0         400.0    100.0  0.95       1.0
    >>> project_retention(book, "2025-12-31", "2026-03-31", saved=["A"])["grr"].tolist()
    [1.0]
    """
    first, last = checked(book, start, end, interval, simulations)
    given = what_if(book, probabilities, saved)
    return _projected(book, first, last, tuple(book.by(by)), interval, seed, simulations, given).copy()


@once
def _projected(
    book: Book,
    first: pd.Timestamp,
    last: pd.Timestamp,
    by: tuple[str, ...],
    interval: float,
    seed: int,
    simulations: int,
    given: WhatIf,
) -> pd.DataFrame:
    """One projection: a page asks for it again, for the plan beside it."""
    start_at = if_so(ahead(book, first, (last,), by), given)
    pace = growth(book, by) if last > book.as_of else None
    table = projected(book, start_at, first, [last], interval, seed, simulations, pace)[0]
    due = due_in(book, first, last, by, given)
    table = table.merge(due, on=book.by(by), how="outer") if book.by(by) else pd.concat([table, due], axis=1)
    nothing = dict.fromkeys(["starting_arr", "due_arr", "expected_renewed_arr", "open_arr", "renewals"], 0)
    table = table.fillna(nothing).astype({"renewals": "int64"})
    return ordered(table, book.by(by))[[*book.by(by), *COLUMNS]]


def if_so(start: Ahead, given: WhatIf) -> Ahead:
    """The same start, its open renewals as a what-if has them."""
    return replace(start, open=assumed(start.open, given)) if len(start.open) else start


def projection_path(
    book: Book,
    start: Day,
    end: Day,
    interval: float = 0.8,
    seed: int = 0,
    simulations: int = SIMULATIONS,
    probabilities: Mapping[str, float] | None = None,
    saved: Collection[str] | None = None,
) -> pd.DataFrame:
    """GRR and NRR from ``start`` to each month-end on the way to ``end``: a fan for what lies ahead.

    | column | meaning |
    |---|---|
    | period_end | the month-end (the last one: ``end``) |
    | grr_low .. nrr_high | as in :func:`project_retention`, since ``start`` |
    | known | whether that day is over: low, middle and high are the same |

    What if: ``probabilities`` and ``saved`` as :func:`project_retention` takes them. Raises PeriodError, UnknownName,
    ConfigError.
    """
    first, last = checked(book, start, end, interval, simulations)
    given = what_if(book, probabilities, saved)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    days = sorted({*(d for d in month_ends(last, months) if d > first), last})
    pace = growth(book, ()) if last > book.as_of else None
    start_at = if_so(ahead(book, first, tuple(days), ()), given)
    rows = projected(book, start_at, first, days, interval, seed, simulations, pace)
    path = pd.concat(
        [row.assign(period_end=at) for row, at in zip(rows, days, strict=True)], ignore_index=True
    )
    path["known"] = path["period_end"] <= book.as_of
    return path[["period_end", *RATES, "known"]].astype({"period_end": "datetime64[us]"})


def checked(
    book: Book, start: Day, end: Day, interval: float, simulations: int
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The closing days of a period that may lie ahead, or what is wrong."""
    first, last = day(start), day(end)
    if first >= last:
        raise PeriodError(
            f"the period runs from the close of {first:%Y-%m-%d} to {last:%Y-%m-%d}: end must be later"
        )
    if not 0 < interval < 1:
        raise ConfigError(
            f"interval is the share of futures that the range holds, between 0 and 1, not {interval}"
        )
    if isinstance(simulations, bool) or not isinstance(simulations, int) or simulations < 1:
        raise ConfigError(f"simulations={simulations!r}: write a whole number of futures, 1 or more")
    return first, last


def projected(
    book: Book,
    start: Ahead,
    first: pd.Timestamp,
    ends: list[pd.Timestamp],
    interval: float,
    seed: int,
    simulations: int,
    pace: pd.DataFrame | None = None,
) -> list[pd.DataFrame]:
    """*by*, starting_arr and the RATES of each period; without a ``pace`` NRR has no growth between renewals."""
    names = [name for name in start.groups if name != "rows"]
    drawn = _drawn(start, book.as_of, first, ends, simulations, seed)
    luck = np.random.default_rng([seed, 1]).standard_normal(simulations)
    tables = []
    for end, (started, gross, net) in zip(ends, drawn, strict=True):
        base = np.where(started > 0, started, np.nan)
        grr, nrr = gross / base, net / base
        days = (end - max(first, book.as_of)).days
        if pace is not None and days > 0:
            nrr = nrr + grown(start.groups[names], pace, days, luck)
        table = start.groups[names].assign(starting_arr=money(pd.Series(started.mean(axis=1)).round()))
        for name, rates in (("grr", grr), ("nrr", nrr)):
            ranges = np.array([_range(row[~np.isnan(row)], interval) for row in rates]).reshape(-1, 3)
            table[f"{name}_low"], table[name], table[f"{name}_high"] = ranges.T
        tables.append(table)
    return tables


def _range(drawn: Floats, interval: float) -> tuple[float, float, float]:
    """Low, mean and high of a rate over the futures that have one: where all is lost before the start, none has. The
    mean is always inside: with one renewal of 95%, four futures in five all end alike.
    """
    if not len(drawn):
        return np.nan, np.nan, np.nan
    mean = float(np.clip(drawn.mean(), drawn.min(), drawn.max()))
    low, high = np.quantile(drawn, [(1 - interval) / 2, (1 + interval) / 2])
    return min(low, mean), mean, max(high, mean)


def _drawn(
    start: Ahead,
    as_of: pd.Timestamp,
    first: pd.Timestamp,
    ends: list[pd.Timestamp],
    simulations: int,
    seed: int,
) -> list[tuple[Floats, Floats, Floats]]:
    """For each end: starting ARR, what is left of it, and the same with growth: an array (group, future) each (cents).
    One future stands for all where nothing is open.
    """
    rows = start.open
    if start.made is None or not len(rows):
        sure = [start.sums(number) for number in range(len(ends))]
        return [(one[:, [0]], one[:, [1]], one[:, [2]]) for one in sure]
    touched = np.unique(rows["customer"].to_numpy())
    calm = np.setdiff1d(np.arange(len(start.customers)), touched)
    parts: list[list[tuple[Floats, ...]]] = [[] for _ in ends]
    for _, batch in batches(start, as_of, first, ends, simulations, seed, start.rows_of(touched)):
        for number, sums in enumerate(batch):
            parts[number].append(sums)
    sure = [start.sums(number, calm) for number in range(len(ends))]
    drawn = []
    for found, one in zip(parts, sure, strict=True):
        columns = [np.concatenate(part, axis=1) for part in zip(*found, strict=True)]
        # where nothing has come due, one future stands for all
        begun, gross, net = (part if part.shape[1] == simulations else part[:, :1] for part in columns)
        drawn.append((begun + one[:, [0]], gross + one[:, [1]], net + one[:, [2]]))
    return drawn


def batches(
    start: Ahead,
    as_of: pd.Timestamp,
    first: pd.Timestamp,
    ends: list[pd.Timestamp],
    simulations: int,
    seed: int,
    groups: NDArray[np.int64],
) -> Iterator[tuple[int, Iterator[tuple[Floats, ...]]]]:
    """Some futures at a time: how many, and what :func:`_added_up` says of the customers with an open renewal, of whom
    each group has so many.
    """
    rows = start.open
    touched, whose = np.unique(rows["customer"].to_numpy(), return_inverse=True)
    due = (rows["due_arr"].to_numpy() * 100).round()[:, None]
    table = start.customers.iloc[touched]
    names = ["starting", *(f"ending_{number}" for number in range(len(ends)))]
    levels = [table[name].to_numpy(dtype="float64")[:, None] for name in names]
    moments = [times(rows, moment, as_of) for moment in (first, *ends)]
    for left in futures(start.made, rows, moments, simulations, seed) if start.made else ():
        yield left[0][1].shape[1], _added_up(levels, due, left, whose, groups)


def _added_up(
    levels: list[Floats],
    due: Floats,
    left: list[tuple[Rows | slice, Shares]],
    whose: NDArray[np.int64],
    groups: NDArray[np.int64],
) -> Iterator[tuple[Floats, ...]]:
    """For each end and of each group: starting ARR, what is left of it, and the same with growth, in some futures.

    ``levels`` are the customers' ARR at each moment if all goes on, ``groups`` says how many each group has. From one
    end to the next only those are added up again of whom something has come due, or who have another level.
    """
    size, group = np.bincount(whose), np.repeat(np.arange(len(groups)), groups)
    lost = np.zeros((len(due), left[0][1].shape[1]))
    came, before = False, np.full_like(levels[0], np.nan)
    begun, was, sums = levels[0], (levels[0], levels[0]), (levels[0], levels[0])
    for number, (level, (new, shares)) in enumerate(zip(levels, left, strict=True)):
        came = came or len(shares) > 0
        if number == 0 and not came:  # one future stands for all
            continue
        fell = (1 - shares) * due[new]
        if isinstance(new, slice):
            lost = fell
        else:
            lost[new] = fell
        again = (level != before)[:, 0]
        again[whose[new]] = True
        mine, who = places(again[whose]), places(again)
        after = level[who] - (lost[mine] if len(size) == len(due) else by_group(lost[mine], size[who]))
        np.maximum(after, 0, out=after)
        if number == 0:
            begun = after
            continue
        if not begun.all():
            after *= begun[who] > 0
        now = (np.minimum(begun[who], after), after)
        if isinstance(who, slice):
            was, sums = now, (by_group(now[0], groups), by_group(now[1], groups))
        else:
            rows = np.bincount(group[who], minlength=len(groups))
            gross, net = (by_group(one - old[who], rows) for one, old in zip(now, was, strict=True))
            sums = (sums[0] + gross, sums[1] + net)
            was[0][who], was[1][who] = now
        before = level
        yield by_group(begun, groups), *(one if came else one[:, :1] for one in sums)
