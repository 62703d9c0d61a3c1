"""Every committed notebook, run by papermill over the cases that break reports; every chart it makes is on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from workahead.reports.kernels.kernel import Kernel
from workahead.reports.kernels.warm import Cold, Warm, kernels
from workahead.reports.page.bundling import TRACES
from workahead.reports.start import lean

NOTEBOOKS = sorted(path.stem for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
CASES: dict[str, dict[str, Any]] = {
    "defaults": {},
    "an empty segment": {"where": {"segment": ["Public Sector"]}},  # its one contract ended in 2022
    "one account": {"where": {"name": ["Cedar"]}},
    "a period with no data": {"period": "2019-03"},
}


@pytest.fixture(scope="module")
def ready(small_project: Path) -> Iterator[Warm | Cold]:
    """Where kernels come from."""
    lean()
    with kernels(small_project) as ready:
        yield ready


@pytest.fixture(scope="module", params=NOTEBOOKS)
def notebook_and_kernel(
    request: pytest.FixtureRequest, small_project: Path, ready: Warm | Cold
) -> Iterator[tuple[Path, Kernel]]:
    """A notebook and one kernel for its cases; with the defaults it has run in one of its own."""
    with ready.kernel() as kernel:
        yield small_project / "notebooks" / f"{request.param}.ipynb", kernel


@pytest.fixture(scope="module")
def plotly_js(small_project: Path) -> Any:
    from workahead.reports.page.bundle import bundle

    return bundle(small_project)


def ran(path: Path, case: dict[str, Any], kernel: Kernel, tmp_path: Path) -> Any:
    """The notebook as it is after a run with the parameters of a case, as far as it has them."""
    from papermill import execute_notebook
    from workahead.reports.request import parameters

    known = parameters.inspect(path)
    given = {**case, "snapshot": "data/snapshots/2026-10-31"}
    given = {name: value for name, value in given.items() if name in known}
    parameters.check(given, known, path.name)
    return execute_notebook(
        str(path),
        str(tmp_path / "run.ipynb"),
        given,
        progress_bar=False,
        km=kernel.manager(),
        request_save_on_cell_execute=False,
    )


@pytest.mark.parametrize("case", CASES)
def test_runs_and_every_chart_is_on_the_page(
    case: str, notebook_and_kernel: tuple[Path, Kernel], executed: Path, plotly_js: Any, tmp_path: Path
) -> None:
    from workahead.reports.page.page import page, story

    path, kernel = notebook_and_kernel
    run = (
        ran(path, CASES[case], kernel, tmp_path)
        if case != "defaults"
        else nbformat.read(executed / path.name, 4)
    )
    told = story(run)
    html = page(run, told, path.stem, plotly_js)
    made = sum(
        "application/vnd.plotly.v1+json" in output.get("data", {})
        for cell in run.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    assert made == len(told.charts) == html.count('<figure class="wa-chart"') == html.count('class="wa-data"')
    assert {kind for one in told.charts for kind in one.traces} <= set(TRACES), "make bundle builds these"
    assert told.book is not None
    assert told.findings
    visible = re.sub(r"(?s)<script.*?</script>|<style.*?</style>", "", html)
    assert not re.search(r"\b(?:nan|NaN|NaT|inf|None)\b", re.sub(r"<[^>]*>", " ", visible))
    assert len(html.encode()) <= 2_300_000
