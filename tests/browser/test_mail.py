"""A mail's HTML in a real browser: hostile names are text, nothing is fetched, and it fits a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from delivering import card, report, write_page
from workahead.reports.deliver.digest import digest
from workahead.reports.deliver.message import message

NAMES = (
    '<script>alert(1)</script> "><img src=http://127.0.0.1:9/x onerror=alert(2)> =HYPERLINK("http://x") 👩‍💼'
)


@pytest.mark.browser
@pytest.mark.parametrize("width", [800, 390])
def test_hostile_names_are_text_in_a_mail(tmp_path: Path, open_page: Any, width: int) -> None:
    name = f"{NAMES} {'A' * 300}"
    figures, chart = [card("NRR", "92.0%")], {"name": name, "title": name, "alt": name}
    names = {"reader": name, "company": name, "title": name, "findings": [name], "charts": [chart]}
    _, run = write_page(tmp_path, **names, key_figures=figures)
    mail = message(digest(run, report(), None), run["run"], "reports@grove.example", "ana@example.com")
    body = mail.get_body(("html",))
    assert body is not None
    (tmp_path / "mail.html").write_text(body.get_content(), encoding="utf-8")
    opened = open_page(tmp_path / "mail.html", width=width)
    assert (opened.requests, opened.complaints, opened.dialogs) == ([], [], [])
    assert opened.page.locator("h1").inner_text() == name
    assert opened.page.locator("script, img").count() == 0
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
