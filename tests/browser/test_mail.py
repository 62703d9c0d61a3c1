"""A mail's HTML in a real browser: hostile names are text, nothing is fetched, and it fits a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from delivering import card, report, write_page
from handmade import make, notebook
from workahead.reports.deliver.attached import WITH_TABLES, alone
from workahead.reports.deliver.digest import digest
from workahead.reports.deliver.message import message
from workahead.reports.page import csvs
from workahead.reports.page.bundle import bundle
from workahead.reports.page.page import story

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


@pytest.mark.browser
def test_a_page_that_was_mailed_alone_gives_its_tables_and_leads_nowhere(
    tmp_path: Path, open_page: Any
) -> None:
    published = make(tmp_path / "published", bundle(tmp_path)).parent
    csvs.write(story(notebook()).tables, published / "csv")
    mailed = alone(published, "mailed.html", None)
    assert mailed is not None
    assert len(mailed.content) < WITH_TABLES
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / mailed.name).write_bytes(mailed.content)
    opened = open_page(tmp_path / "inbox" / mailed.name)
    page = opened.page
    assert page.locator("a[href^='..'], a[href^='csv/']").count() == 0
    for fold in page.locator("details.wa-table").all():
        fold.evaluate("fold => { fold.open = true; }")
    assert (
        page.get_by_role("cell", name="Birch").or_(page.get_by_role("rowheader", name="Birch")).count() == 1
    )
    with page.expect_download() as waiting:
        page.get_by_role("link", name="accounts.csv").click()
    assert waiting.value.suggested_filename == "accounts.csv"
    assert Path(waiting.value.path()).read_bytes() == (published / "csv" / "accounts.csv").read_bytes()
    assert (opened.requests, opened.complaints) == ([], [])
