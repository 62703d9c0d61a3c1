"""One measurement in a process of its own: CPU seconds of all its threads, wall seconds, peak memory.

CPU and wall are those of the job, without starting Python and importing the engine; peak memory is the whole
process's. ``python -m bench.measure JOB ENGINE FOLDER RESULTS``
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Measured:
    """One run of one job."""

    cpu: float
    wall: float
    peak_gb: float


def measure(job: str, engine: str, folder: Path, results: Path) -> Measured:
    """Run a job in a fresh process; the tables it makes are left in ``results``."""
    for kept in folder.glob("ledger-*") if job == "ledger" else ():
        kept.unlink()
    command = [sys.executable, "-m", "bench.measure", job, engine, str(folder), str(results)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def main(job: str, engine: str, folder: str, results: str) -> None:
    """Do it here, and print what it took."""
    from bench.jobs import JOBS

    for module in (
        "pandas",
        "pyarrow.parquet",
        engine,
        "workahead.metrics.retention.cohorts",
        "workahead.metrics.retention.retention",
        "workahead.metrics.projection.projection",
    ):
        importlib.import_module(module)
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    tables = JOBS[job](Path(folder), engine)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    unit = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss counts in
    Path(results).mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_parquet(Path(results) / f"{name}.{job}.{engine}.parquet", index=False)
    print(json.dumps({"cpu": cpu, "wall": wall, "peak_gb": after.ru_maxrss * unit / 1e9}))


if __name__ == "__main__":
    main(*sys.argv[1:])
