"""The projection on many simulated companies whose truth is known: the judge of ranges, errors and probabilities.

Each company is backtested as ``wa.backtest`` does it: eight quarters, each seen 90 days before it began. *Truth* is a
projection with the probabilities that the simulation drew from, which nobody can know: they hold what happens between
the forecast and the renewal. It is the least error that chance leaves.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

COMPANIES, ACCOUNTS, FIRST_SEED = 200, 200, 9_000
WITHOUT_CALLS = 50
"""Companies that are looked at again without their forecast calls."""
QUARTERS, HORIZON, INTERVAL = 8, 90, 0.8


@dataclass(frozen=True)
class Study:
    """Errors, a row per company, quarter and way; and sums of squared errors of single renewals, a row per company."""

    errors: pd.DataFrame  # seed, calls, first, model, error, inside (the range held it), width
    squares: pd.DataFrame  # seed, renewals, ours, truth, segment


def run(tell: Callable[[str], None], companies: int = COMPANIES) -> Study:
    """Simulate, backtest, collect."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"  # small matrices: threads would only wait for one another
    asked = [(FIRST_SEED + n, True) for n in range(companies)]
    asked += [(FIRST_SEED + n, False) for n in range(min(WITHOUT_CALLS, companies))]
    errors, squares = [], []
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for number, (error, square) in enumerate(workers.map(company, asked), start=1):
            errors.append(error)
            squares.append(square)
            if number % 20 == 0:
                tell(f"  {number} of {len(asked)}")
    return Study(pd.concat(errors, ignore_index=True), pd.concat(squares, ignore_index=True))


def company(asked: tuple[int, bool]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One simulated company, with or without its forecast calls."""
    import workahead as wa
    from workahead.metrics.projection.backtest import simpler, stands, with_shares
    from workahead.metrics.projection.model import probability
    from workahead.metrics.projection.projection import projected
    from workahead.metrics.renewals.events import events
    from workahead.sample import Parameters, simulate

    seed, calls = asked
    made = simulate(Parameters(accounts=ACCOUNTS), seed=seed)
    tables = {name: table for name, table in made.tables.items() if calls or name != "forecast_calls"}
    book = wa.Book.from_frames(made.parameters.end, **tables)
    drawn = made.truth.contracts.set_index("subscription_id")
    in_time = drawn["probability"] * (
        1 - made.parameters.very_late
    )  # a renewal that comes too late is a loss
    in_time = in_time[~in_time.index.duplicated()]
    outcome = events(book).set_index("subscription_id")["outcome"]
    rows, sums = [], np.zeros(4)
    for stand in stands(book, QUARTERS, HORIZON):
        ours = projected(stand.book, stand.start, stand.first, [stand.last], INTERVAL, 0, 4_000)[0].iloc[0]
        inside = ours["grr_low"] <= stand.actual <= ours["grr_high"]
        width = ours["grr_high"] - ours["grr_low"]
        rows.append(("workahead", ours["grr"] - stand.actual, inside, width))
        for model, said in simpler(stand).items():
            rows.append((model, said - stand.actual, False, np.nan))
        due = stand.start.open
        chance = probability(due["log_odds"].to_numpy(dtype="float64"))
        truth = due["subscription_id"].map(in_time)
        shares = truth.fillna(pd.Series(chance, index=due.index)) * due["gross_share"]
        rows.append(
            ("truth", with_shares(stand, shares.to_numpy(dtype="float64")) - stand.actual, False, np.nan)
        )
        due = due.assign(chance=chance, truth=truth, renewed=due["subscription_id"].map(outcome) != "lost")
        due = due[(due["renewal_date"] > stand.first) & due["truth"].notna()]
        past = stand.start.made.decided if stand.start.made else due.iloc[:0]
        share = (past["outcome"] != "lost").groupby(past["segment"]).mean()
        flat = due["segment"].map(share).fillna((past["outcome"] != "lost").mean())
        sums += [len(due), *(((p - due["renewed"]) ** 2).sum() for p in (due["chance"], due["truth"], flat))]
    error = pd.DataFrame(rows, columns=["model", "error", "inside", "width"]).assign(seed=seed, calls=calls)
    square = pd.DataFrame(
        [[seed, calls, *sums]], columns=["seed", "calls", "renewals", "ours", "truth", "segment"]
    )
    return error, square
