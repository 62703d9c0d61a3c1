"""Every notebook and every panel in a real JupyterLab, in a real Chromium, over the sample company as a user has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from in_lab import ROOT, Lab, Notebook, assert_well, opened, project, serious, shown, started, unreached
from workahead import explore

pytestmark = [pytest.mark.browser, pytest.mark.long]

NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def sample_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    place = tmp_path_factory.mktemp("sample")
    with started(project(place / "the project"), place / "home") as running:
        yield running


@pytest.fixture(scope="module")
def page(chromium: Any, sample_lab: Lab) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1400, "height": 3000})
    held = context.new_page()
    shown(held, sample_lab)
    yield held
    context.close()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_and_shows_all_that_it_made(sample_lab: Lab, page: Any, tmp_path: Path, name: str) -> None:
    """Should it fail, its picture is in the test's folder."""
    with opened(page, sample_lab, name) as notebook:
        try:
            notebook.run()
            assert_well(notebook)
        finally:
            page.screenshot(path=tmp_path / f"{name}.png")


@pytest.fixture(scope="module")
def panels(sample_lab: Lab, page: Any) -> Iterator[Notebook]:
    """A notebook with a cell for each panel, run."""
    setup = "import workahead as wa\nfrom workahead import explore\n\nbook = wa.open_snapshot()"
    cells = [nbformat.v4.new_code_cell(f"explore.{name}(book)") for name in explore.__all__]
    held = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(setup), *cells])
    held.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(held, sample_lab.root / "notebooks" / "panels.ipynb")
    with opened(page, sample_lab, "panels") as notebook:
        notebook.run()
        assert_well(notebook)
        yield notebook


@pytest.mark.parametrize("name", explore.__all__)
def test_each_panel_is_drawn_shows_the_accounts_behind_and_is_open_to_all(
    panels: Notebook, page: Any, tmp_path: Path, name: str
) -> None:
    panel = panels.within(".wa-panel").nth(explore.__all__.index(name))
    panel.evaluate("(one, name) => { one.id = `panel-${name}`; }", name)
    panel.scroll_into_view_if_needed()
    try:
        panel.locator(".js-plotly-plot .main-svg").first.wait_for()
        behind = panel.get_by_label("Accounts behind")
        behind.select_option(index=1)
        panel.locator(".wa-accounts tbody tr").or_(panel.get_by_text("No account.")).first.wait_for()
        assert unreached(page, f"#panel-{name}") == []
        assert serious(page, f"#panel-{name}") == []
        assert panels.complaints == []
    finally:
        page.screenshot(path=tmp_path / f"{name}.png")
