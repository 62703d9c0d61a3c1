"""A page that is mailed alone: its tables come along, and nothing on it leads nowhere."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from workahead.reports.deliver import attached
from workahead.reports.deliver.attached import alone
from workahead.reports.page.failure import Failure, failure_page

CSV = '<span class="wa-csv">All values: <a href="csv/movers.csv" download>movers.csv</a></span>'
ACCOUNT = '<a href="../../account_review/a1/latest/index.html">Birch &amp; Co</a>'
ROWS = '<a class="wa-rows" href="#table-movers">The rows behind it</a> <a href="#section-1">First</a>'
LINK = "https://reports.example/nrr/monthly/2026-10/index.html"
HELD = "name,arr\nÅlder,1\n".encode()


def sent(place: Path, html: str, link: str | None = None) -> str:
    (place / "csv").mkdir(exist_ok=True)
    (place / "csv" / "movers.csv").write_bytes(HELD)
    (place / "index.html").write_text(html, encoding="utf-8")
    page = alone(place, "page.html", link)
    assert page is not None
    return page.content.decode()


def test_tables_come_along_and_places_on_the_page_stay(tmp_path: Path) -> None:
    html = sent(tmp_path, f"<p>{CSV} {ROWS}</p>")
    (held,) = re.findall(r'<a href="data:text/csv;base64,(.*?)" download="movers.csv">movers.csv</a>', html)
    assert base64.b64decode(held) == HELD
    assert ROWS in html


def test_where_pages_are_not_served_the_words_of_a_link_remain(tmp_path: Path) -> None:
    assert sent(tmp_path, f"<td>{ACCOUNT}</td>") == "<td>Birch &amp; Co</td>"
    assert sent(tmp_path, CSV.replace("movers", "gone")) == ""


def test_where_pages_are_served_links_lead_there(tmp_path: Path) -> None:
    assert sent(tmp_path, ACCOUNT, LINK) == (
        '<a href="https://reports.example/nrr/account_review/a1/latest/index.html">Birch &amp; Co</a>'
    )


def test_a_table_for_which_there_is_no_room_stays_behind(tmp_path: Path) -> None:
    full = "x" * (attached.WITH_TABLES - 20)
    assert sent(tmp_path, f"{CSV}{full}") == full
    assert 'href="https://reports.example/nrr/monthly/2026-10/csv/movers.csv"' in sent(
        tmp_path, CSV + full, LINK
    )


def test_a_failed_runs_page_leads_nowhere_either(tmp_path: Path) -> None:
    links = {"The notebook as far as it ran": "notebook.ipynb"}
    html = failure_page("Monthly", "October", Failure("ValueError", "no"), [], "../2026-09/index.html", links)
    assert "notebook.ipynb" in html
    page = sent(tmp_path, html)
    assert "The last good page is untouched." in page
    assert "as far as it ran" not in page
    assert re.findall(r'href="(?!data:)', page) == []


def test_what_can_not_stand_alone_is_not_attached(tmp_path: Path) -> None:
    for html in ('<script nonce="x" src="../../assets/plotly.js"></script>', "x" * (attached.LARGEST + 1)):
        (tmp_path / "index.html").write_text(html, encoding="utf-8")
        assert alone(tmp_path, "page.html", LINK) is None
