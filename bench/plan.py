"""Which jobs are run at which size, how often; medians of what came out."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.compare import check_equal
from bench.data import ENGINES, HERE, prepared
from bench.due import prepared as renewals_due
from bench.measure import Measured, measure

OURS = ("ledger", "cohorts", "movements", "retention")
RUNS = {
    "plain_pass": 5,
    "ledger": 3,
    "cohorts": 5,
    "movements": 3,
    "retention": 3,
    "spine_cohorts": 3,
    "spine": 1,
}
PEERS = [
    ("spine_cohorts", "duckdb"),
    ("spine", "duckdb"),
    ("by_hand_cohorts", "pandas"),
    ("by_hand", "pandas"),
]
JOBS = [*((job, engine) for engine in ENGINES for job in ("plain_pass", *OURS)), *PEERS]
BEARABLE = "1m"  # pandas by hand: beyond it, its months would not fit into memory


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
        for job, engine in JOBS:
            bearable = size == BEARABLE or not job.startswith("by_hand")
            if bearable and turn < RUNS.get(job, 3):
                one = _measured(job, engine, folder, results)
                taken.setdefault((job, engine), []).append(one)
                tell(f"{job:16s}{engine:8s}{one.cpu:8.2f} s CPU {one.wall:8.2f} s {one.peak_gb:6.2f} GB")
    return Size(size, {key: _median(runs) for key, runs in taken.items()}, check_equal(results))


def due(tell: Callable[[str], None]) -> dict[str, Measured]:
    """The renewals ahead: medians by job."""
    taken: dict[str, list[Measured]] = {"renewal_base": [], "project_retention": []}
    for _ in range(3):
        for job, size in (("renewal_base", "100k"), ("project_retention", "20k")):
            taken[job].append(measure(job, "pandas", renewals_due(size), HERE / "results"))
            tell(f"{job:24s}{taken[job][-1].cpu:8.2f} s CPU {taken[job][-1].wall:8.2f} s")
    return {job: _median(runs) for job, runs in taken.items()}


def _measured(job: str, engine: str, folder: Path, results: Path) -> Measured:
    """One run. Who edits the library meanwhile makes every ledger one of another version: then, once more."""
    kept = list((folder / engine).glob("ledger-*"))
    one = measure(job, engine, folder / engine, results)
    anew = job in OURS[1:] and list((folder / engine).glob("ledger-*")) != kept
    return measure(job, engine, folder / engine, results) if anew else one


def _median(runs: list[Measured]) -> Measured:
    return Measured(
        statistics.median(run.cpu for run in runs),
        statistics.median(run.wall for run in runs),
        max(run.peak_gb for run in runs),
    )
