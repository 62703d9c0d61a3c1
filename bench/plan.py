"""Which jobs are run at which size, how often; medians of what came out."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.compare import check_equal
from bench.data import ENGINES, prepared
from bench.measure import Measured, measure

OURS = ("ledger", "cohorts", "movements", "retention")
RUNS = {"plain_pass": 5, "ledger": 3, "cohorts": 5, "movements": 3, "retention": 3}
PEERS = {"spine_cohorts": "duckdb", "spine": "duckdb", "by_hand_cohorts": "pandas", "by_hand": "pandas"}
BEARABLE = {"by_hand": ("1m",), "by_hand_cohorts": ("1m",)}  # elsewhere its months would not fit into memory


@dataclass(frozen=True)
class Size:
    """All measurements at one size: medians by (job, engine), and the ways whose tables were found equal."""

    name: str
    medians: dict[tuple[str, str], Measured]
    equal: list[str]


def run(size: str, tell: Callable[[str], None]) -> Size:
    """Measure one size; AssertionError where two ways come to different tables."""
    folder = prepared(size)
    results = folder / "results"
    shutil.rmtree(results, ignore_errors=True)
    taken: dict[tuple[str, str], list[Measured]] = {}
    for turn in range(max(RUNS.values())):  # in turns, so that a busy minute hits all alike
        for engine in ENGINES:
            for job in ("plain_pass", *OURS):
                if turn < RUNS[job]:
                    _add(taken, job, engine, folder, results, tell)
    for job, engine in PEERS.items():
        if size in BEARABLE.get(job, (size,)):
            for _ in range(1 if size == "10m" and job == "spine" else 3):
                _add(taken, job, engine, folder, results, tell)
    return Size(size, {key: _median(runs) for key, runs in taken.items()}, check_equal(results))


def _add(
    taken: dict[tuple[str, str], list[Measured]],
    job: str,
    engine: str,
    folder: Path,
    results: Path,
    tell: Callable[[str], None],
) -> None:
    one = measure(job, engine, folder / engine, results)
    taken.setdefault((job, engine), []).append(one)
    tell(f"{job:16s}{engine:8s}{one.cpu:8.2f} s CPU {one.wall:8.2f} s {one.peak_gb:6.2f} GB")


def _median(runs: list[Measured]) -> Measured:
    return Measured(
        statistics.median(run.cpu for run in runs),
        statistics.median(run.wall for run in runs),
        max(run.peak_gb for run in runs),
    )
