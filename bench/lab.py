"""Opening ``retention`` in JupyterLab, from the command to the first chart that a person sees: seconds by part."""

from __future__ import annotations

import itertools
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "tests"))
import in_lab  # noqa: E402 the server and the browser's page are those of the tests

RUNS = 3
NOTEBOOK = "retention"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
IMPORTS = "\n".join(
    ("import pandas, workahead", "from workahead import charts, show, words", "workahead.retention")
)
PARTS = (
    "`workahead lab` until the server answers",
    "the page of JupyterLab, until it can be used",
    "the notebook opened, its kernel started",
    "imports",
    "the book opened (the first two cells)",
    "key figures and what changed",
    "the first chart: its cell, until it is drawn",
)

# Cells are run one after another, as Shift+Enter does, until a chart has been painted.
UNTIL = """async (enough) => {
  const {panel} = window, {content} = panel;
  const drawn = () => panel.node.querySelector(".jp-OutputArea .js-plotly-plot .main-svg path");
  const done = enough === "chart" ? () => drawn() : () => content.widgets.slice(0, content.activeCellIndex)
    .filter((cell) => cell.model.type === "code").length >= enough;
  while (!done()) {
    const before = content.activeCellIndex;
    await window.jupyterapp.commands.execute("notebook:run-cell-and-select-next");
    if (enough === "chart") await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    if (content.activeCellIndex === before) break;
  }
}"""


@dataclass(frozen=True)
class Opening:
    """Wall seconds by part, medians; ``whole`` is that of the runs, not the sum of the medians."""

    parts: dict[str, float]
    whole: float


def run(tell: Callable[[str], None]) -> Opening:
    """A server, a browser's page and a kernel of their own each time."""
    from playwright.sync_api import sync_playwright

    path = next(found for name in BROWSERS if (found := shutil.which(name)))
    taken = []
    with tempfile.TemporaryDirectory() as desk, sync_playwright() as playwright:
        root = in_lab.project(Path(desk) / "project")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for turn in range(RUNS + 1):
            seconds = _once(browser, root, Path(desk) / f"home{turn}")
            taken += [seconds] if turn else []  # the first compiles bytecode and fills the disk's cache
            tell("   ".join(f"{value:.2f}" for value in seconds) + f"   in all {sum(seconds):.2f} s")
        browser.close()
    medians = [statistics.median(column) for column in zip(*taken, strict=True)]
    return Opening(dict(zip(PARTS, medians, strict=True)), statistics.median(map(sum, taken)))


def _once(browser: Any, root: Path, home: Path) -> list[float]:
    at = [time.perf_counter()]
    with in_lab.started(root, home) as lab:
        at.append(time.perf_counter())
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        page = context.new_page()
        page.set_default_timeout(120_000)
        in_lab.shown(page, lab)
        at.append(time.perf_counter())
        page.evaluate(in_lab.OPEN, f"notebooks/{NOTEBOOK}.ipynb")
        at.append(time.perf_counter())
        page.evaluate("window.panel.content.activeCellIndex = 0")
        for step, given in ((in_lab.EXECUTE, IMPORTS), (UNTIL, 2), (UNTIL, 4), (UNTIL, "chart")):
            page.evaluate(step, given)
            at.append(time.perf_counter())
        page.locator(".jp-OutputArea .js-plotly-plot").first.wait_for(state="attached")
        context.close()
    return [later - earlier for earlier, later in itertools.pairwise(at)]
