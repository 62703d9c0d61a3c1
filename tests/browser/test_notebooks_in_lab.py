"""Every notebook in a real JupyterLab, opened and run in a real Chromium, over the sample company as a user has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from in_lab import ROOT, Lab, assert_well, opened, project, shown, started

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
