"""The index in a real browser: a reader is found by name, hostile names are text, and nothing is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from workahead.reports.index import index_page

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror=alert(1)>"


def run(reader: str | None, month: int, status: str = "published") -> dict[str, Any]:
    figures = [
        {"label": name, "value": value, "kind": "percent", "good": "up", "text": f"{value:.1%}", "way": None,
         "change_text": "", "mood": None, "note": None}
        for name, value in (("NRR", 1 + month / 100), ("GRR", 0.9))
    ]  # fmt: skip
    report = "csm_book" if reader else "monthly"
    return {
        "report": report, "title": f"{report} {HOSTILE}", "company": HOSTILE, "status": status,
        "reader": reader, "for_each": "csm" if reader else None, "folder": f"{report}/{month}",
        "period": {"text": f"2026-{month:02d}", "label": f"Month {month}", "start": f"2026-{month - 1:02d}-28",
                   "end": f"2026-{month:02d}-28", "kind": "month"},
        "finished_at": "2026-11-01T08:00:00+00:00", "parameters": {}, "findings": [HOSTILE],
        "data": {"as_of": "2026-10-31", "fingerprint": "abc"}, "key_figures": figures,
        "failure": {"error": "ValueError", "message": HOSTILE} if status == "failed" else None,
    }  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    readers = ["Ana Lima", "Bo Berg", HOSTILE, *(f"Reader {n:03d}" for n in range(97))]
    runs = [run(name, month) for name in readers for month in range(2, 11)]
    runs += [run(None, month) for month in range(2, 11)] + [run("Bo Berg", 11, "failed")]
    path = tmp_path_factory.mktemp("index") / "index.html"
    path.write_text(index_page(runs), encoding="utf-8")
    return path


@pytest.mark.parametrize(("width", "dark"), [(1400, False), (390, True)])
def test_a_reader_is_found_among_a_hundred(index: Path, open_page: Any, width: int, dark: bool) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened = open_page(index, width, dark)
    page = opened.page
    page.set_default_timeout(10_000)
    shown = page.locator(".wa-readers tbody tr:visible")
    assert shown.count() == 100
    page.get_by_role("searchbox").fill("bERG")
    page.locator("[role=status]", has_text="1 of 100").wait_for()
    assert shown.locator("th").all_inner_texts() == ["Bo Berg"]
    assert shown.get_by_role("link", name="Failed").count() == 1
    page.get_by_role("searchbox").fill("onerror")
    assert shown.locator("th").all_inner_texts() == [HOSTILE]
    assert shown.get_by_role("img", name="NRR over 9 pages: from 102.0% to 110.0%").count() == 1
    page.get_by_role("searchbox").fill("")
    assert shown.count() == 100
    assert page.locator("h2").first.inner_text() == "1 failed run"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    assert opened.requests == opened.complaints == opened.dialogs == []
    assert page.locator("img[onerror]").count() == 0
    assert index.stat().st_size < 400_000
