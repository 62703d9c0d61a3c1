"""Readers and accounts of hostile names: folders, pages and CSVs are safe and say the names as they are."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from commands import workahead
from workahead.reports.publish import read_runs, slug

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
NAMES = [
    "../../etc/x",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x")',
    "🦄 Zoë 👩‍🚀",
    "N" * 299 + "!",
    "latest",
    "</title><img src=//x onerror=alert(1)>",
    "{{7*7}}${7*7}`x`",
]
"""Each is a CSM, and the name of the CSM's one account."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose CSMs and accounts have these names, with a page for each of them."""
    from workahead.book.definitions import Definitions
    from workahead.book.snapshot import write_snapshot

    root = tmp_path_factory.mktemp("above") / "project"
    for folder in ("notebooks", "reports"):
        (root / folder).mkdir(parents=True)
    shutil.copy(ROOT / "notebooks" / "csm_book.ipynb", root / "notebooks")
    shutil.copy(ROOT / "reports" / "csm_book.yml", root / "reports")
    (root / "workbench.yml").write_text(
        "currency: USD\nexports: [{table: subscriptions, file: contracts.csv, kind: table}]\n",
        encoding="utf-8",
    )
    ids = [f"A{number}" for number in range(len(NAMES))]
    contracts = pd.DataFrame(
        {"account_id": ids, "subscription_id": [f"S{one}" for one in ids], "product": NAMES}
    )
    calls = pd.DataFrame({"account_id": ids, "called_by": NAMES, "root_cause": NAMES, "would_renew": None})
    write_snapshot(
        root / "data" / "snapshots",
        {
            "accounts": pd.DataFrame({"account_id": ids, "name": NAMES, "csm": NAMES, "segment": NAMES}),
            "subscriptions": contracts.assign(start_date="2025-01-01", end_date="2026-12-31", arr=1200.0),
            "forecast_calls": calls.assign(
                renewal_date="2027-01-01", called_on="2026-09-30", category="at_risk", forecast_arr=600.0,
                at_risk_arr=600.0,
            ),
        },
        as_of="2026-10-31",
        definitions=Definitions(),
        currency="USD",
        company=NAMES[1],
    )  # fmt: skip
    done = workahead(root, "report", "csm_book", "--period", "2026-10")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def pages(project: Path) -> dict[str, Path]:
    """The folder of each reader's page, by the name that run.json has."""
    out = project / "reports" / "published"
    return {run["reader"]: out / run["folder"] for run in read_runs(out)}


def test_every_reader_has_a_folder_of_their_own_and_nothing_lies_outside(
    project: Path, pages: dict[str, Path]
) -> None:
    home = project / "reports" / "published" / "csm_book"
    assert set(pages) == set(NAMES)
    assert {folder.parent.parent for folder in pages.values()} == {home}
    assert len({folder.parent.name.casefold() for folder in pages.values()}) == len(NAMES)
    for name, folder in pages.items():
        assert folder.parent.name == slug(name)
        assert re.fullmatch(r"[a-z0-9-]{1,69}", folder.parent.name)
        assert (home / slug(name) / "latest" / "index.html").is_file()
    assert sorted(path.name for path in project.parent.iterdir()) == ["project"]
    assert sorted(path.name for path in project.iterdir()) == [
        "data",
        "notebooks",
        "reports",
        "workbench.yml",
    ]


@pytest.mark.parametrize("name", NAMES, ids=slug)
def test_a_page_says_the_name_and_runs_nothing(name: str, pages: dict[str, Path], open_page: Any) -> None:
    opened = open_page(pages[name] / "index.html")
    page = opened.page
    assert (opened.requests, opened.dialogs, opened.complaints) == ([], [], [])
    assert name in page.title()
    assert name in page.locator("h1").inner_text()
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert any(name in text for text in page.locator("table").all_inner_texts())
    assert page.locator("img:not([src^='data:']), iframe, object, embed, link[href^='http']").count() == 0
    added = "[...document.scripts].filter((one) => one.textContent.includes('alert(1)')).length"
    assert page.evaluate(added) == 0
    page.evaluate("document.querySelectorAll('script').forEach((one) => one.remove())")
    shown = page.content()
    assert [other for other in NAMES if other not in (name, "latest") and other in shown] == []


@pytest.mark.parametrize("name", NAMES, ids=slug)
def test_a_spreadsheet_runs_nothing(name: str, pages: dict[str, Path]) -> None:
    cells = set[str]()
    for path in (pages[name] / "csv").glob("*.csv"):
        assert re.fullmatch(r"[a-z0-9-]+\.csv", path.name)
        with path.open(encoding="utf-8", newline="") as file:
            cells |= {cell for line in csv.reader(file) for cell in line}
    numbers = {cell for cell in cells if re.fullmatch(r"-?[\d.]+(e-?\d+)?", cell)}
    assert {cell for cell in cells - numbers if cell.lstrip().startswith(("=", "+", "-", "@"))} == set()
    assert (f"'{name}" if name.startswith("=") else name) in cells


def test_the_index_leads_to_every_page_and_runs_nothing(
    project: Path, pages: dict[str, Path], open_page: Any
) -> None:
    out = project / "reports" / "published"
    opened = open_page(out / "index.html")
    assert (opened.requests, opened.dialogs, opened.complaints) == ([], [], [])
    shown = opened.page.locator("main").inner_text()
    assert [name for name in NAMES if name not in shown] == []
    links = opened.page.eval_on_selector_all("a[href]", "all => all.map((one) => one.getAttribute('href'))")
    led = {(out / unquote(link)).resolve() for link in links if not link.startswith("#")}
    assert {folder.resolve() / "index.html" for folder in pages.values()} <= led
    assert [path for path in led if not path.is_file()] == []
    assert opened.page.locator("img, iframe, object, embed").count() == 0


def test_what_a_machine_reads_has_the_names_as_they_are(pages: dict[str, Path]) -> None:
    for name, folder in pages.items():
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        assert (run["reader"], run["for_each"], run["status"]) == (name, "csm", "published")
