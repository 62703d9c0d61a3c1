"""``make report`` against the stock commands over the same notebook, period and snapshot; the environment is there."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PERIOD = "2026-10"
RUNS = 5
NOTEBOOK = "notebooks/monthly_review.ipynb"


@dataclass(frozen=True)
class Report:
    """Wall seconds, medians: ours by part, the stock commands one by one."""

    ours: float
    parts: dict[str, float]
    papermill: float
    nbconvert: float


def run(tell: Callable[[str], None]) -> Report:
    """Alternate the two ways, so that a busy minute hits both."""
    bin_folder = Path(sys.executable).parent
    make = ["make", "--no-print-directory", "report", f"PERIOD={PERIOD}"]
    run_json = ROOT / "reports" / "published" / "monthly" / PERIOD / "run.json"
    _seconds(make)  # the environment, the snapshot, the bundle of plotly.js: made once
    given = json.loads(run_json.read_text(encoding="utf-8"))["parameters"]
    settings = [
        part for name, value in given.items() if value is not None for part in ("-p", name, str(value))
    ]
    loads, ours, parts, papermill, nbconvert = [], [], [], [], []
    with tempfile.TemporaryDirectory() as desk:
        executed = str(Path(desk) / "executed.ipynb")
        for _ in range(RUNS):
            loads.append(_seconds([str(bin_folder / "workahead"), "load"]))
            ours.append(_seconds(make))
            parts.append(json.loads(run_json.read_text(encoding="utf-8"))["seconds"])
            stock = [str(bin_folder / "papermill"), NOTEBOOK, executed, "--no-progress-bar", *settings]
            papermill.append(_seconds(stock))
            html = [str(bin_folder / "jupyter"), "nbconvert", "--to", "html", executed]
            nbconvert.append(_seconds(html))
            tell(
                f"make report {ours[-1]:6.2f} s   papermill {papermill[-1]:6.2f} s   nbconvert {nbconvert[-1]:6.2f} s"
            )
    median = {name: statistics.median(one[name] for one in parts) for name in parts[0] if name != "total"}
    whole, load = statistics.median(ours), statistics.median(loads)
    rest = whole - load - sum(median.values())
    table = {"load": load, "start of processes and imports": rest, **median}
    return Report(whole, table, statistics.median(papermill), statistics.median(nbconvert))


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    environment = {name: value for name, value in os.environ.items() if name != "PLOTLY_RENDERER"}
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, **quiet)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} ... failed:\n{done.stderr[-2000:]}")
    return time.perf_counter() - began
