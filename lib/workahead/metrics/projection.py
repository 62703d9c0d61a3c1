"""Where retention will land: what is sure, what each renewal ahead will probably bring, and how far that may be off."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workahead.book import engines
from workahead.book.book import Book
from workahead.book.customers import customers
from workahead.book.periods import Day, day, month_ends
from workahead.errors import ConfigError, PeriodError
from workahead.metrics.call_history import call_history
from workahead.metrics.growth import growth
from workahead.metrics.positions import By, complete, money, ordered, rate, standing
from workahead.metrics.renewal_model import Floats, probability
from workahead.metrics.renewal_outlook import KEPT, Outlook, outlook
from workahead.metrics.renewal_rate import added, cents, with_groups
from workahead.metrics.renewals import events
from workahead.metrics.simulation import futures

COLUMNS = [
    "starting_arr", "due_arr", "expected_renewed_arr", "grr_low", "grr", "grr_high", "called_share",
    "nrr_low", "nrr", "nrr_high", "renewals", "open_arr",
]  # fmt: skip
RATES = ["grr_low", "grr", "grr_high", "nrr_low", "nrr", "nrr_high"]
SIMULATIONS = 10_000
ROUNDING = 1e-5
"""Of a customer's ARR, what is left of it by rounding when all of it is lost."""


def project_retention(
    book: Book,
    start: Day,
    end: Day,
    by: By = None,
    interval: float = 0.8,
    seed: int = 0,
    simulations: int = SIMULATIONS,
) -> pd.DataFrame:
    """GRR and NRR of a period that is still to come, or half over.

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
    New customers change neither rate and are not projected. Raises PeriodError, UnknownName, ConfigError.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [100.0, 300.0],
    ...     "start_date": ["2025-03-01", "2025-09-01"], "end_date": ["2026-02-28", "2026-08-31"]}))
    >>> project_retention(book, "2025-12-31", "2026-03-31")[["starting_arr", "due_arr", "grr", "grr_high"]].round(2)
       starting_arr  due_arr   grr  grr_high
    0         400.0    100.0  0.95       1.0
    """
    first, last = checked(book, start, end, interval, simulations)
    table = projected(book, first, last, by, interval, seed, simulations)
    due = due_in(book, first, last, by)
    table = table.merge(due, on=book.by(by), how="outer") if book.by(by) else pd.concat([table, due], axis=1)
    nothing = dict.fromkeys(["starting_arr", "due_arr", "expected_renewed_arr", "open_arr", "renewals"], 0)
    table = table.fillna(nothing).astype({"renewals": "int64"})
    return ordered(table, book.by(by))[[*book.by(by), *COLUMNS]]


def projection_path(
    book: Book, start: Day, end: Day, interval: float = 0.8, seed: int = 0, simulations: int = 2_000
) -> pd.DataFrame:
    """GRR and NRR from ``start`` to each month-end on the way to ``end``: a fan for what lies ahead.

    | column | meaning |
    |---|---|
    | period_end | the month-end (the last one: ``end``) |
    | grr_low .. nrr_high | as in :func:`project_retention`, since ``start`` |
    | known | whether that day is over: low, middle and high are the same |

    Raises PeriodError, ConfigError.
    """
    first, last = checked(book, start, end, interval, simulations)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    days = sorted({*(d for d in month_ends(last, months) if d > first), last})
    rows = [
        projected(book, first, at, None, interval, seed, simulations).assign(period_end=at) for at in days
    ]
    path = pd.concat(rows, ignore_index=True)
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


def open_in(book: Book, last: pd.Timestamp) -> tuple[Outlook | None, pd.DataFrame]:
    """The outlook, and its open renewals of this book that come due up to a day; none where that day is over."""
    if last <= book.as_of:
        return None, pd.DataFrame(columns=["subscription_id"])
    made = outlook(book)
    rows = made.open[made.open["renewal_date"] <= last]
    if book._base is not book:
        shown = engines.pandas(book.frame("subscriptions").select("subscription_id"))["subscription_id"]
        rows = rows[rows["subscription_id"].isin(shown)]
    return made, rows


def projected(
    book: Book,
    first: pd.Timestamp,
    last: pd.Timestamp,
    by: By,
    interval: float,
    seed: int,
    simulations: int,
    growing: bool = True,
) -> pd.DataFrame:
    """*by*, starting_arr and the RATES; without ``growing`` NRR has no growth between renewals."""
    names = book.by(by)
    made, rows = open_in(book, last)
    flat = as_if_renewed(book, rows["subscription_id"], last)
    table = ordered(engines.pandas(standing(flat, [(first, last)], by)), [*names, "customer_id"])
    groups = _groups(book, table, by)
    if made is None:
        sure = _sums(table, groups)
        grr, nrr = (sure[:, place] / np.where(sure[:, 0] > 0, sure[:, 0], np.nan) for place in (1, 2))
        return _ranged(groups[names], sure[:, 0], grr[:, None], nrr[:, None], interval)
    lines = _lines(flat, rows["subscription_id"], names)
    keys = [*names, "customer_id"]
    rows = rows.merge(lines.merge(table[keys].reset_index(), on=keys)[["index", "subscription_id"]])
    rows = rows.sort_values(["index", "subscription_id"], kind="stable").reset_index(drop=True)
    started, gross, net = _drawn(made, rows, table, groups, book.as_of, first, last, simulations, seed)
    base = np.where(started > 0, started, np.nan)
    nrr = net / base
    if growing:
        pace = growth(book, max(first, book.as_of), last, by)
        if names:  # a product that is sold but has not begun has no pace yet
            pace = groups[names].merge(pace, on=names, how="left").fillna({"mean": 0.0, "spread": 0.0})
        draw = np.random.default_rng([seed, 1]).standard_normal(started.shape[1])
        nrr += np.maximum(pace["mean"].to_numpy()[:, None] + pace["spread"].to_numpy()[:, None] * draw, 0)
    return _ranged(groups[names], started.mean(axis=1), gross / base, nrr, interval)


def _ranged(
    groups: pd.DataFrame, starting: Floats, grr: Floats, nrr: Floats, interval: float
) -> pd.DataFrame:
    """The groups with starting_arr, and mean and range of each rate over its futures."""
    table = groups.assign(starting_arr=money(pd.Series(starting, index=groups.index).round()))
    for name, drawn in (("grr", grr), ("nrr", nrr)):
        ranges = np.array([_range(row[~np.isnan(row)], interval) for row in drawn]).reshape(-1, 3)
        table[f"{name}_low"], table[name], table[f"{name}_high"] = ranges.T
    return table


def _range(drawn: Floats, interval: float) -> tuple[float, float, float]:
    """Low, mean and high of a rate over the futures that have one: where all is lost before the start, none has. The
    mean is always inside: with one renewal of 95%, four futures in five all end alike.
    """
    if not len(drawn):
        return np.nan, np.nan, np.nan
    mean = float(np.clip(drawn.mean(), drawn.min(), drawn.max()))
    low, high = np.quantile(drawn, [(1 - interval) / 2, (1 + interval) / 2])
    return min(low, mean), mean, max(high, mean)


def as_if_renewed(book: Book, contracts: pd.Series, last: pd.Timestamp) -> Book:
    """The book at a day to come, as if these open contracts simply went on and nothing but what is known happened."""
    if last <= book.as_of:
        return book
    base = book._base
    tables = dict(base.tables)
    lines = base.frame("subscriptions")
    if len(contracts):
        goes_on = nw.col("subscription_id").is_in(contracts.tolist())
        lines = lines.with_columns(end_date=nw.when(~goes_on).then(nw.col("end_date")))
    tables["subscriptions"] = lines.to_native()
    ahead = Book(tables, as_of=last, definitions=book.definitions, engine=book.engine, manifest=base.manifest)
    return ahead.where(**book.filters)


def _groups(book: Book, table: pd.DataFrame, by: By) -> pd.DataFrame:
    """Every group of the book (one without ``by``), with the place of its first row in the table."""
    names = book.by(by)
    groups = complete(pd.DataFrame(columns=[*names, "rows"]).astype({"rows": "int64"}), book, by)
    if not names:
        return groups.assign(rows=len(table))
    both = pd.concat([groups, table[names].assign(rows=1)])
    return ordered(both.groupby(names, as_index=False, dropna=False)[["rows"]].sum(), names)


def _sums(table: pd.DataFrame, groups: pd.DataFrame) -> Floats:
    """Each group's ARR at the start (cents), what is left of it, and the same with growth."""
    start, end = (table[name].to_numpy(dtype="float64") for name in ("starting", "ending"))
    values = np.column_stack([start, np.minimum(start, end), np.where(start > 0, end, 0)])
    return _by_group(values, groups)


def _by_group(values: Floats, groups: pd.DataFrame) -> Floats:
    """Sums of rows that are in order of their groups."""
    rows = groups["rows"].to_numpy()
    sums = np.zeros((len(rows), values.shape[1]))
    if len(values):  # each group for itself: differences of running sums would lose a small one's cents
        sums[rows > 0] = np.add.reduceat(values, (np.cumsum(rows) - rows)[rows > 0], axis=0)
    return sums


def _lines(flat: Book, contracts: pd.Series, names: list[str]) -> pd.DataFrame:
    """subscription_id, customer_id and the columns to group by, of open contracts."""
    keys = tuple(name for name in names if name not in flat.columns("accounts"))
    lines = customers(flat.service(keys), dict(flat._base.tables), flat.definitions, flat.engine)
    lines = flat.labelled(lines.filter(nw.col("subscription_id").is_in(contracts.tolist())), names)
    return engines.pandas(lines.select(*dict.fromkeys(["subscription_id", "customer_id", *names])))


def _drawn(
    made: Outlook,
    rows: pd.DataFrame,
    table: pd.DataFrame,
    groups: pd.DataFrame,
    as_of: pd.Timestamp,
    first: pd.Timestamp,
    last: pd.Timestamp,
    simulations: int,
    seed: int,
) -> tuple[Floats, Floats, Floats]:
    """Starting ARR, what is left of it, and the same with growth: an array (group, future) each, in cents."""
    moved = rows["index"].to_numpy()
    touched, begins = np.unique(moved, return_index=True)
    calm = table.drop(index=touched.tolist())
    of_row = np.repeat(np.arange(len(groups)), groups["rows"].to_numpy())
    still = groups.assign(rows=np.bincount(of_row[calm.index], minlength=len(groups)))
    alive = groups.assign(rows=np.bincount(of_row[touched], minlength=len(groups)))
    settled = _sums(calm, still)
    if not len(rows):
        return settled[:, [0]], settled[:, [1]], settled[:, [2]]
    due = (rows["due_arr"].to_numpy() * 100).round().astype("float32")[:, None]
    start, end = (
        table.loc[touched, name].to_numpy(dtype="float32")[:, None] for name in ("starting", "ending")
    )
    moments = [_times(rows, first, as_of), _times(rows, last, as_of)]
    parts = []
    for left in futures(made, rows, moments, simulations, seed):
        started, ended = (
            level + np.add.reduceat(due * (share - 1), begins, axis=0)
            for level, share in zip((start, end), left, strict=True)
        )
        started *= started > start * ROUNDING
        ended *= (ended > end * ROUNDING) & (started > 0)
        sums = [_by_group(part, alive) for part in (started, np.minimum(started, ended), ended)]
        parts.append([one + settled[:, [place]] for place, one in enumerate(sums)])
    started, gross, net = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
    return started, gross, net


def _times(rows: pd.DataFrame, until: pd.Timestamp, as_of: pd.Timestamp) -> NDArray[np.int64]:
    """How often each contract comes due up to a day that lies ahead, its renewals being as long as it is."""
    if until <= as_of:
        return np.zeros(len(rows), dtype="int64")
    ahead = (until - rows["renewal_date"]).dt.days
    return np.where(ahead >= 0, 1 + ahead // rows["term"].clip(lower=1), 0).astype("int64")


def due_in(book: Book, first: pd.Timestamp, last: pd.Timestamp, by: By) -> pd.DataFrame:
    """*by*, due_arr, expected_renewed_arr, called_share, renewals, open_arr of a period."""
    every = events(book)
    inside = every["renewal_date"].between(first, last, inclusive="right")
    overdue = every["outcome"].eq("overdue") & (every["renewal_date"] <= last)
    table = with_groups(every[inside | overdue], book, by)
    _, rows = open_in(book, last)
    kept = pd.Series(0.0, index=rows["subscription_id"])
    if len(rows):
        kept[:] = probability(rows["log_odds"].to_numpy()) * rows["gross_share"].to_numpy()
    calls = call_history(book, every)["subscription_id"]
    is_open = table["subscription_id"].isin(kept.index)
    expected = table["due_arr"] * table["subscription_id"].map(kept).astype("float64")
    table = table.assign(
        renewals=1,
        expected_renewed_arr=expected.where(is_open, table["renewed_arr"]),
        called_arr=table["due_arr"].where(table["subscription_id"].isin(calls), 0),
        open_arr=table["due_arr"].where(table["outcome"].isin(KEPT), 0),
    )
    amounts = ["due_arr", "expected_renewed_arr", "called_arr", "open_arr"]
    sums = added(cents(table, amounts), book, by, [*amounts, "renewals"])
    sums["called_share"] = rate(sums["called_arr"], sums["due_arr"])
    for name in amounts:
        sums[name] = money(sums[name])
    return sums.drop(columns="called_arr")
