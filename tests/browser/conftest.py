"""Debian's or Google's Chromium, driven by Playwright. Without one these tests skip, except in CI, where they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from in_lab import Lab, Notebook, opened, shown, started

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running browser."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        reason = f"no Chromium here (looked for {', '.join(BROWSERS)})"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(f"{reason}, and CI=true: install one (apt-get install chromium)")
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page in the browser, and all that it did which it should not do."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def on_dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@contextmanager
def _opening(chromium: Any) -> Iterator[Callable[..., Opened]]:
    contexts = []

    def open_it(path: Path, width: int = 1400, dark: bool = False, media: str = "screen") -> Opened:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", offline=True
        )
        contexts.append(context)
        context.set_offline(True)
        opened = Opened(context.new_page())
        page = opened.page
        page.emulate_media(media=media, color_scheme="dark" if dark else "light")
        own = path.resolve().as_uri()
        page.on("request", lambda r: None if r.url.split("#")[0] == own else opened.requests.append(r.url))
        page.on(
            "console", lambda m: opened.complaints.append(m.text) if m.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("dialog", opened.on_dialog)
        page.goto(own)
        if page.locator("figure.wa-chart").count():
            # a selector, because a polled expression is an eval, which the page's policy forbids
            page.wait_for_selector("html[data-charts]", state="attached", timeout=60_000)
        return opened

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Opened]]:
    """Open a file with the network off: ``open_page(path, width=390, dark=True, media="print")``."""
    with _opening(chromium) as open_it:
        yield open_it


@pytest.fixture(scope="module")
def opened_once(chromium: Any, published: Path) -> Iterator[Opened]:
    """The published page, wide and light: for tests that leave it as they find it."""
    with _opening(chromium) as open_it:
        yield open_it(published / "index.html")


SETUP = "import workahead as wa\nfrom workahead import explore\n\nbook = wa.open_snapshot()"
PANEL = "panel = explore.retention(book, by='segment', months=12)\npanel"


@pytest.fixture(scope="module")
def lab_root(small_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-made project (tests/conftest.py) as a user has it, and a notebook that holds one panel."""
    root = tmp_path_factory.mktemp("lab") / "the project"
    for folder in ("notebooks", "data"):
        shutil.copytree(small_project / folder, root / folder)
    shutil.copy(small_project / "workbench.yml", root)
    (root / "reports").mkdir()
    (root / "reports" / "panel.yml").write_text(
        "title: A panel\nnotebook: notebooks/panel.ipynb\n", encoding="utf-8"
    )
    v4 = nbformat.v4
    cells = [v4.new_markdown_cell("# A panel"), *(v4.new_code_cell(source) for source in (SETUP, PANEL, ""))]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(v4.new_notebook(cells=cells, metadata=kernel), root / "notebooks" / "panel.ipynb")
    return root


@pytest.fixture(scope="module")
def lab(chromium: Any, lab_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """`workahead lab` in that project."""
    with started(lab_root, tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def lab_page(chromium: Any, lab: Lab) -> Iterator[Any]:
    """JupyterLab in the browser, as it opens the first time."""
    may = ["clipboard-read", "clipboard-write"]
    context = chromium.new_context(viewport={"width": 1400, "height": 1600}, permissions=may)
    page = context.new_page()
    shown(page, lab)
    yield page
    context.close()


@pytest.fixture
def run(lab_page: Any, lab: Lab, tmp_path: Path) -> Iterator[Any]:
    """Open a notebook and run all its cells; a picture is kept where the test fails before it ends."""
    with ExitStack() as stack:

        def run_it(name: str) -> Notebook:
            notebook = stack.enter_context(opened(lab_page, lab, name))
            try:
                notebook.run()
            finally:
                lab_page.screenshot(path=tmp_path / f"{name}.png")
            return notebook

        yield run_it
