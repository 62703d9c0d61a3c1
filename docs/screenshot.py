"""The pictures in README and docs: the newest published monthly report, and docs/explore.md's first panel in a Lab.

Run by ``make screenshot``.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
sys.path.append(str(ROOT / "tests"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main() -> int:
    """Write docs/report.png and docs/panel.png; 1 where there is no browser or no page."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    pages = sorted((ROOT / "reports" / "published" / "monthly").glob("*-??/index.html"))
    if path is None or not pages:
        lacking = "a Chromium (apt-get install chromium)" if path is None else "a page: make report"
        sys.stderr.write(f"the screenshot needs {lacking}\n")
        return 1
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as desk:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        report(browser, pages[-1])
        panel(browser, Path(desk))
        browser.close()
    return 0


def report(browser: Any, published: Path) -> None:
    """The report's page, down to the end of the first chart."""
    page = browser.new_page(viewport={"width": 960, "height": 1105}, device_scale_factor=1.5)
    page.goto(published.as_uri())
    page.wait_for_selector("html[data-charts=drawn]", state="attached", timeout=60_000)
    page.screenshot(path=DOCS / "report.png")
    sys.stdout.write("docs/report.png\n")


def panel(browser: Any, desk: Path) -> None:
    """The first example of docs/explore.md over the sample company, with the accounts behind its second part."""
    import in_lab
    import nbformat

    text = (DOCS / "explore.md").read_text(encoding="utf-8")
    cells = [nbformat.v4.new_code_cell(text.split("```python\n")[1].split("\n```")[0])]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    with in_lab.started(in_lab.project(desk / "project"), desk / "home") as lab:
        held = lab.root / "notebooks" / "picture.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), held)
        page = browser.new_page(viewport={"width": 1300, "height": 1800}, device_scale_factor=1.5)
        in_lab.shown(page, lab)
        with in_lab.opened(page, lab, held.stem) as notebook:
            notebook.run()
            shown = notebook.within(".wa-panel")
            shown.locator(".js-plotly-plot .main-svg text").first.wait_for(state="attached")
            shown.get_by_label("Accounts behind").select_option(index=2)
            shown.locator(".wa-accounts tbody tr").first.wait_for()
            shown.screenshot(path=DOCS / "panel.png", animations="disabled")
        page.close()
    sys.stdout.write("docs/panel.png\n")


if __name__ == "__main__":
    sys.exit(main())
