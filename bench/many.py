"""Many pages by one command: those of the sample's CSMs against the stock commands, and of 100 CSMs of a large book."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from bench.data import HERE

ROOT = Path(__file__).parent.parent
PERIOD = "2026-10"
REPORT, NOTEBOOK = "csm_book", "notebooks/csm_book.ipynb"
RUNS = 3
CSMS, ACCOUNTS = 100, 20_000


@dataclass(frozen=True)
class Run:
    """One command: wall and CPU seconds, and the most memory that all its processes held at a time, in GB."""

    wall: float
    cpu: float
    peak_gb: float


@dataclass(frozen=True)
class Many:
    """``ours`` and ``alone`` (``--no-warm``) make all pages of the sample; ``papermill`` and ``nbconvert`` the same."""

    pages: int
    ours: Run
    alone: Run
    papermill: Run
    nbconvert: Run
    large: Run
    large_pages: int


def run(tell: Callable[[str], None], large: bool = True) -> Many:
    """Alternate the ways, so that a busy minute hits all."""
    taken: dict[str, list[Run]] = {"ours": [], "alone": [], "papermill": [], "nbconvert": []}
    with tempfile.TemporaryDirectory() as desk:
        out, executed = Path(desk) / "out", str(Path(desk) / "executed.ipynb")
        _report(ROOT, out)  # the snapshot's ledger, bytecode: made once
        readers = _readers(out)
        for _ in range(RUNS):
            taken["ours"].append(_report(ROOT, out))
            taken["alone"].append(_report(ROOT, out, "--no-warm"))
            stock: dict[str, list[Run]] = {"papermill": [], "nbconvert": []}
            for settings, audience in readers:
                environment = {"WORKAHEAD_AUDIENCE": audience}
                command = ["papermill", NOTEBOOK, executed, "--no-progress-bar", "-y", settings]
                stock["papermill"].append(_measured(command, ROOT, environment))
                command = ["jupyter", "nbconvert", "--to", "html", executed]
                stock["nbconvert"].append(_measured(command, ROOT, environment))
            for name, runs in stock.items():
                taken[name].append(_sum(runs))
            tell("   ".join(f"{name} {runs[-1].wall:.1f} s" for name, runs in taken.items()))
    found = {name: _median(runs) for name, runs in taken.items()}
    nothing = Run(0, 0, 0)
    return Many(
        len(readers), **found, large=_large(tell) if large else nothing, large_pages=CSMS if large else 0
    )


def _large(tell: Callable[[str], None]) -> Run:
    root = prepared(tell)
    with tempfile.TemporaryDirectory() as desk:
        made = _report(root, Path(desk))
        count = len(list(Path(desk).glob(f"{REPORT}/*/{PERIOD}/index.html")))
        if count != CSMS:
            raise RuntimeError(f"{count} pages instead of {CSMS}")
    tell(f"{CSMS} pages {made.wall:.1f} s, {made.peak_gb:.2f} GB")
    return made


def prepared(tell: Callable[[str], None]) -> Path:
    """A project of 20,000 accounts and 100 CSMs: the sample's simulation, larger; made once."""
    root = HERE / "many"
    if (root / "done").exists():
        return _with_today(root)
    from workahead.sample import salesforce
    from workahead.sample.parameters import CSMS as REAL
    from workahead.sample.parameters import Parameters
    from workahead.sample.simulation import simulate

    tell(f"simulating {ACCOUNTS:,} accounts of {CSMS} CSMs")
    shutil.rmtree(root, ignore_errors=True)
    people = tuple(replace(REAL[n % len(REAL)], name=f"Csm {n:03}", joined=None) for n in range(CSMS))
    salesforce.write(simulate(Parameters(accounts=ACCOUNTS, csms=people), 7), root / "data/sample/salesforce")
    _with_today(root)
    tell("loading them")
    subprocess.run([_bin("workahead"), "load"], cwd=root, check=True, stdout=subprocess.DEVNULL)
    (root / "done").touch()
    return root


def _with_today(root: Path) -> Path:
    """With the notebook and the definitions as they are now."""
    files = ("workbench.yml", "plan.yml", "plays.yml", NOTEBOOK, f"reports/{REPORT}.yml")
    for name in files:
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    return root


def _report(root: Path, out: Path, *more: str) -> Run:
    command = ["workahead", "report", REPORT, "--period", PERIOD, "--force", "--out", str(out), *more]
    return _measured(command, root, {})


def _readers(out: Path) -> list[tuple[str, str]]:
    """The parameters of each page, and its reader's audience."""
    from workahead.reports.publish import read_runs
    from workahead.reports.request import definition

    report = definition.read(REPORT, ROOT)
    runs = [run for run in read_runs(out) if run["report"] == REPORT]
    audiences = [report.audience_of(run["reader"]) for run in runs]
    return [
        (json.dumps(run["parameters"]), audience.json_text() if audience else "")
        for run, audience in zip(runs, audiences, strict=True)
    ]


def _measured(command: list[str], cwd: Path, environment: dict[str, str]) -> Run:
    """Memory is looked at ten times a second: what processes share (a fork's) counts once, as Linux' PSS has it."""
    inherited = {name: value for name, value in os.environ.items() if name != "PLOTLY_RENDERER"}
    before, began = os.times(), time.perf_counter()
    done = subprocess.Popen(
        [_bin(command[0]), *command[1:]],
        cwd=cwd,
        env={**inherited, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    peak = 0
    while done.poll() is None:
        peak = max(peak, _held(done.pid))
        time.sleep(0.1)
    wall, after = time.perf_counter() - began, os.times()
    if done.returncode:
        said = done.stderr.read() if done.stderr else ""
        raise RuntimeError(f"{' '.join(command[:3])} ... failed:\n{said[-2000:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall, cpu, peak / 1e9)


def _held(pid: int) -> int:
    """The bytes of a process and all that it has started."""
    total = 0
    try:
        processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return 0
    for process in processes:
        try:
            total += process.memory_full_info().pss
        except (psutil.Error, AttributeError):
            continue
    return total


def _bin(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _sum(runs: list[Run]) -> Run:
    return Run(sum(r.wall for r in runs), sum(r.cpu for r in runs), max(r.peak_gb for r in runs))


def _median(runs: list[Run]) -> Run:
    return Run(
        statistics.median(r.wall for r in runs),
        statistics.median(r.cpu for r in runs),
        max(r.peak_gb for r in runs),
    )
