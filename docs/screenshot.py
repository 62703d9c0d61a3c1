"""The README's picture: the newest published monthly report as a browser shows it. Run by ``make screenshot``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WIDTH, HEIGHT = 960, 1105  # down to the end of the first chart


def main() -> int:
    """Write docs/report.png; 1 where there is no browser or no page."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    pages = sorted((ROOT / "reports" / "published" / "monthly").glob("*-??/index.html"))
    if path is None or not pages:
        lacking = "a Chromium (apt-get install chromium)" if path is None else "a page: make report"
        sys.stderr.write(f"the screenshot needs {lacking}\n")
        return 1
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1.5)
        page.goto(pages[-1].as_uri())
        page.wait_for_selector("html[data-charts=drawn]", state="attached", timeout=60_000)
        page.screenshot(path=ROOT / "docs" / "report.png")
        browser.close()
    sys.stdout.write("docs/report.png\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
