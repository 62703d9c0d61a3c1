"""The judge of the projection: what it would have said about past quarters, beside simpler ways, and what happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workahead.book import engines
from workahead.book.known import known
from workahead.book.periods import bin_number, last_day
from workahead.errors import ConfigError
from workahead.metrics.projection.ahead import Ahead, ahead
from workahead.metrics.projection.model import Floats
from workahead.metrics.projection.outlook import Outlook
from workahead.metrics.projection.projection import projected
from workahead.metrics.retention.retention import retained, retention

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["period_start", "period_end", "model", "projected", "low", "high", "actual", "error"]
FIXED = {"commit": 0.95, "best_case": 0.8, "at_risk": 0.5, "churn": 0.0}
"""Percentages as CRMs have them for the categories of a call."""


def backtest(
    book: Book,
    quarters: int = 8,
    horizon_days: int = 90,
    interval: float = 0.8,
    seed: int = 0,
    simulations: int = 4_000,
) -> pd.DataFrame:
    """GRR of each of the past quarters as it would have been projected ``horizon_days`` before the quarter began.

    | column | meaning |
    |---|---|
    | period_start, period_end | closing days of the (fiscal) quarter |
    | model | workahead, or a simpler way: see below |
    | projected | GRR as projected then |
    | low, high | the range that was to hold it in ``interval`` of cases; missing for the simpler ways |
    | actual | GRR as it came out |
    | error | projected - actual |

    Each projection is of the book as it was known on that day (:func:`workahead.known`). The simpler ways:
    ``last_year``, the GRR of the 12 months before, for a quarter's time; ``segment_rate``, what is due times the
    renewal rate of its segment so far; ``fixed_percent``, times a fixed percentage for the category of its call;
    ``csm_calls``, the ARR that the calls expect; without a call both take the segment's rate. What has no data is
    missing. Quarters before the first contract are left out. Raises ConfigError.
    """
    for name, value in (("quarters", quarters), ("horizon_days", horizon_days)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ConfigError(f"{name}={value!r}: write a whole number, 1 or more")
    rows = []
    for stand in stands(book, quarters, horizon_days):
        first, last, actual = stand.first, stand.last, stand.actual
        ours = projected(stand.book, stand.start, first, [last], interval, seed, simulations)[0]
        low, said, high = (float(ours[name].iloc[0]) for name in ("grr_low", "grr", "grr_high"))
        rows.append((first, last, "workahead", said, low, high, actual, said - actual))
        for model, other in simpler(stand).items():
            rows.append((first, last, model, other, np.nan, np.nan, actual, other - actual))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({"period_start": "datetime64[us]", "period_end": "datetime64[us]", "model": "str"})


@dataclass(frozen=True)
class Stand:
    """Where a projection of a past quarter stands: the book as known then, what it starts from, and what happened."""

    first: pd.Timestamp
    last: pd.Timestamp
    book: Book
    start: Ahead
    actual: float


def stands(book: Book, quarters: int, horizon_days: int) -> Iterator[Stand]:
    """Each of the past quarters as it was seen so many days before it began, oldest first."""
    since = engines.pandas(book.frame("subscriptions").select("start_date"))["start_date"].min()
    horizon = pd.Timedelta(days=horizon_days)
    spans = [(first, last) for first, last in _quarters(book, quarters) if since <= first - horizon]
    happened = retained(book, spans, None, "cohort")["grr"].tolist() if spans else []
    for (first, last), actual in zip(spans, happened, strict=True):
        earlier = known(book, first - horizon)
        start = ahead(earlier, first, (last,), ())
        if len(start.groups):
            yield Stand(first, last, earlier, start, actual)


def _quarters(book: Book, count: int) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Closing days of the last quarters that are over, oldest first."""
    year = book.definitions.fiscal_year_start
    running = bin_number(book.as_of + pd.Timedelta(days=1), "quarter", year)
    numbers = range(running - count, running)
    return [(last_day(n - 1, "quarter", year), last_day(n, "quarter", year)) for n in numbers]


def simpler(stand: Stand) -> dict[str, float]:
    """GRR of a coming period by the simpler ways."""
    past = retention(stand.book)["grr"]
    quarter = (stand.last - stand.first).days / 365
    said = {"last_year": float(past.iloc[0]) ** quarter if len(past) else np.nan}
    return said | {
        model: with_shares(stand, shares)
        for model, shares in _shares(stand.start.made, stand.start.open).items()
    }


def with_shares(stand: Stand, shares: Floats) -> float:
    """GRR if so much is kept of each open renewal."""
    starting, kept, _ = stand.start.sums(0)[0] / 100
    due, date = stand.start.open["due_arr"].to_numpy(), stand.start.open["renewal_date"]
    lost = due * (1 - shares)
    base = float(starting - lost[(date <= stand.first).to_numpy()].sum())
    return float(kept - lost.sum()) / base if base else float("nan")


def _shares(made: Outlook | None, rows: pd.DataFrame) -> dict[str, Floats]:
    """What each simpler way expects to be kept of the open renewals, as a share of what is due."""
    nothing = np.full(len(rows), np.nan)
    if made is None:
        return {"segment_rate": nothing, "fixed_percent": nothing, "csm_calls": nothing}
    done = made.decided
    overall = done["renewed_arr"].sum() / done["due_arr"].sum() if len(done) else np.nan
    sums = done.groupby("segment")[["renewed_arr", "due_arr"]].sum()
    flat = (
        rows["segment"].map(sums["renewed_arr"] / sums["due_arr"]).fillna(overall).to_numpy(dtype="float64")
    )
    if not made.open["category"].notna().any():
        return {"segment_rate": flat, "fixed_percent": nothing, "csm_calls": nothing}
    fixed = rows["category"].map(FIXED).to_numpy(dtype="float64", na_value=np.nan)
    said = rows["forecast_share"].to_numpy(dtype="float64", na_value=np.nan)
    return {
        "segment_rate": flat,
        "fixed_percent": np.where(np.isnan(fixed), flat, fixed),
        "csm_calls": np.where(np.isnan(said), flat, said),
    }
