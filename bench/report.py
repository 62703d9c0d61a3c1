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
RUNS = 3
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
    make = ["make", "--no-print-directory", "report", f"PERIOD={PERIOD}", "ARGS=--force"]
    place = ROOT / "reports" / "published" / "monthly" / PERIOD
    _seconds(make)  # the environment, the snapshot, the bundle of plotly.js: made once
    given = json.loads((place / "run.json").read_text(encoding="utf-8"))["parameters"]
    settings = ["-y", json.dumps(given)]  # YAML reads JSON; -p would make text of {}
    ours, parts, papermill, nbconvert = [], [], [], []
    with tempfile.TemporaryDirectory() as desk:
        executed = str(Path(desk) / "executed.ipynb")
        stock = [str(bin_folder / "papermill"), NOTEBOOK, executed, "--no-progress-bar", *settings]
        html = [str(bin_folder / "jupyter"), "nbconvert", "--to", "html", executed]
        for _ in range(RUNS):
            ours.append(_seconds(make))
            parts.append(_parts(place))
            papermill.append(_seconds(stock))
            nbconvert.append(_seconds(html))
            tell(
                f"make report {ours[-1]:6.2f} s   papermill {papermill[-1]:6.2f} s   nbconvert {nbconvert[-1]:6.2f} s"
            )
    median = {name: statistics.median(one[name] for one in parts) for name in parts[0]}
    whole = statistics.median(ours)
    first = {"start of make, Python and the kernel, imports": whole - sum(median.values())}
    return Report(whole, {**first, **median}, statistics.median(papermill), statistics.median(nbconvert))


def _parts(place: Path) -> dict[str, float]:
    """The seconds in run.json, with the notebook's cells apart."""
    seconds = json.loads((place / "run.json").read_text(encoding="utf-8"))["seconds"]
    cells = json.loads((place / "notebook.ipynb").read_text(encoding="utf-8"))["cells"]
    running = sum(cell["metadata"].get("papermill", {}).get("duration") or 0 for cell in cells)
    return {
        "load: the snapshot is found up to date, check of the parameters": seconds["check"],
        "import of papermill, wait for the kernel": seconds["notebook"] - running,
        "cells of the notebook": running,
        "export of the page": seconds["page"],
        "publishing": seconds["publish"],
    }


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    environment = {name: value for name, value in os.environ.items() if name != "PLOTLY_RENDERER"}
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, **quiet)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} ... failed:\n{done.stderr[-2000:]}")
    return time.perf_counter() - began
