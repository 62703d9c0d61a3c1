"""What is measured. A job gets a snapshot's folder and an engine, and returns the tables that it made.

Every job of Workahead is the public call that a notebook makes, over the snapshot on disk. ``plain pass`` is the
yardstick: the same lines, read once and grouped by account, written for its engine by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from bench.data import AS_OF, BEFORE

Tables = dict[str, pd.DataFrame]
MEASURES = ("logos", "net", "gross")


def plain_pass(folder: Path, engine: str) -> Tables:
    """ARR and first day of each account."""
    path = folder / "subscriptions.parquet"
    if engine == "pandas":
        lines = pd.read_parquet(path, columns=["account_id", "arr", "start_date"])
        lines.groupby("account_id").agg({"arr": "sum", "start_date": "min"})
    elif engine == "polars":
        import polars as pl

        pl.scan_parquet(path).group_by("account_id").agg(
            pl.col("arr").sum(), pl.col("start_date").min()
        ).collect()
    else:
        import duckdb

        query = f"select account_id, sum(arr), min(start_date) from '{path}' group by account_id"
        duckdb.connect().sql(query).to_arrow_table()
    return {}


def ledger(folder: Path, engine: str) -> Tables:
    """Build the ledger and keep it in the snapshot."""
    _book(folder, engine).ledger()
    return {}


def cohorts(folder: Path, engine: str) -> Tables:
    """The three cohort tables from the kept ledger."""
    import workahead as wa

    book = _book(folder, engine)
    tables = {measure: wa.cohorts(book, measure=measure) for measure in MEASURES}
    return {f"cohorts {measure}": table for measure, table in tables.items()}


def movements(folder: Path, engine: str) -> Tables:
    """The bridge of every month from the kept ledger."""
    import workahead as wa

    return {"movements": wa.movements(_book(folder, engine), BEFORE, AS_OF, freq="month")}


def retention(folder: Path, engine: str) -> Tables:
    """GRR, NRR and logo retention of the last 12 months from the kept ledger."""
    import workahead as wa

    return {"retention": wa.retention(_book(folder, engine))}


def _book(folder: Path, engine: str) -> Any:
    import workahead as wa

    return wa.Book.open(folder, engine)


def renewal_base(folder: Path, engine: str) -> Tables:
    """The renewal base of the coming year: calls, decision makers, next steps."""
    import workahead as wa

    return {"renewal base": wa.renewal_base(_book(folder, engine))}


def project_retention(folder: Path, engine: str) -> Tables:
    """GRR and NRR of the coming year in 10,000 futures."""
    import workahead as wa

    end = pd.Timestamp(AS_OF) + pd.DateOffset(years=1)
    return {"projection": wa.project_retention(_book(folder, engine), AS_OF, end, simulations=10_000)}


def spine(folder: Path, engine: str) -> Tables:
    """The month spine in DuckDB, and everything from it."""
    from bench.spine import tables

    return tables(folder)


def spine_cohorts(folder: Path, engine: str) -> Tables:
    """The month spine in DuckDB, and the three cohort tables from it."""
    from bench.spine import tables

    return tables(folder, cohorts_only=True)


def by_hand(folder: Path, engine: str) -> Tables:
    """The same in pandas, as an analyst writes it."""
    from bench.by_hand import tables

    return tables(folder)


def by_hand_cohorts(folder: Path, engine: str) -> Tables:
    """The cohort tables in pandas, as an analyst writes them."""
    from bench.by_hand import tables

    return tables(folder, cohorts_only=True)


JOBS: dict[str, Callable[[Path, str], Tables]] = {
    job.__name__: job
    for job in (
        plain_pass,
        ledger,
        cohorts,
        movements,
        retention,
        renewal_base,
        project_retention,
        spine,
        spine_cohorts,
        by_hand,
        by_hand_cohorts,
    )
}
