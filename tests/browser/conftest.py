"""Debian's or Google's Chromium, driven by Playwright. Without one these tests skip, except in CI, where they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Any]:
    """Open a file with the network off: ``open_page(path, width=390, dark=True, media="print")``."""
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
