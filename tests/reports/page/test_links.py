"""Links on a page: to the rows behind a number, to an account's own page, and to a script that pages share."""

from __future__ import annotations

import base64
import gzip
import re
from pathlib import Path

from handmade import make
from workahead.reports.page.bundle import Bundle
from workahead.reports.page.links import account_pages, no_account_pages, resolved
from workahead.reports.publish import home

HOSTILE = '"><img src=x onerror=alert(1)>'
CODE = b"window.Plotly = {};"
SMALL = Bundle(
    version="1.2.3",
    packed=base64.b64encode(gzip.compress(CODE)).decode(),
    sha256="sha256-x",
    traces=frozenset({"bar", "heatmap", "scatter"}),
)


def review(out: Path, account: str) -> Path:
    page = home(out, "account_review", account) / "latest" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("whole", encoding="utf-8")
    return page


def test_an_account_has_a_link_only_where_its_page_is(tmp_path: Path) -> None:
    review(tmp_path, "A1")
    for folder, way in (("monthly/2026-10", "../.."), ("csm_book/ana/2026-10", "../../..")):
        page_of = account_pages(tmp_path, tmp_path / folder)
        assert page_of("A1") == f"{way}/account_review/a1/latest/index.html"
        assert page_of("A2") is None
    body = '<td><a data-account="A1">Birch</a></td><td><a data-account="A2">Cedar</a></td>'
    assert resolved(body, page_of) == (
        '<td><a href="../../../account_review/a1/latest/index.html">Birch</a></td><td>Cedar</td>'
    )
    assert resolved(body, no_account_pages) == "<td>Birch</td><td>Cedar</td>"


def test_hostile_ids_lead_where_a_name_as_a_folder_leads(tmp_path: Path) -> None:
    page = review(tmp_path, HOSTILE)
    page_of = account_pages(tmp_path, tmp_path / "monthly" / "2026-10")
    html = resolved('<a data-account="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;">&lt;img&gt;</a>', page_of)
    (link,) = re.findall(r'^<a href="([^"]*)">&lt;img&gt;</a>$', html)
    assert (tmp_path / "monthly" / "2026-10" / link).resolve() == page.resolve()


def test_without_reviews_no_account_is_looked_for(tmp_path: Path) -> None:
    assert account_pages(tmp_path, tmp_path / "monthly" / "2026-10") is no_account_pages


def test_rows_that_are_not_on_the_page_have_no_link() -> None:
    there = '<a class="wa-rows" href="#table-risk">The rows behind it</a>'
    body = f'<p>{there} <a class="wa-rows" href="#table-gone">The rows behind it</a></p><div id="table-risk">'
    assert resolved(body, no_account_pages) == f'<p>{there}</p><div id="table-risk">'


def test_a_chart_leads_to_the_table_that_follows_it_and_a_card_to_the_one_it_names(tmp_path: Path) -> None:
    html = make(tmp_path, SMALL).read_text(encoding="utf-8")
    first, second = re.findall(r"(?s)<figure.*?</figure>", html)
    assert 'href="#table-accounts"' in first
    assert "wa-rows" not in second
    nrr, arr = re.findall(r'(?s)<div class="wa-card">.*?</details></dd></div>', html)
    assert 'href="#table-accounts"' in nrr
    assert "wa-rows" not in arr


def test_what_changed_stands_between_the_key_figures_and_the_first_section(tmp_path: Path) -> None:
    html = make(tmp_path, SMALL).read_text(encoding="utf-8")
    order = ["NRR fell.", "What changed since the last report</h2>", "Birch has grown.", "First</h2>"]
    places = [html.index(part, html.index("<main>")) for part in order]
    assert places == sorted(places)
    assert html.count("Birch has grown.") == 1


def test_pages_that_share_a_script_hold_none_and_allow_that_one_alone(tmp_path: Path) -> None:
    page = make(tmp_path, SMALL, shared=True)
    html = page.read_text(encoding="utf-8")
    assert SMALL.packed not in html
    ((nonce, way),) = re.findall(r'<script nonce="([0-9a-f]{32})" src="([^"]*)">', html)
    (policy,) = re.findall(r"script-src ([^;]*);", html)
    assert f"'nonce-{nonce}'" in policy
    assert "self" not in policy
    assert SMALL.sha256 not in policy
    asset = (page.parent / way).resolve()
    assert asset.read_bytes() == CODE
    assert re.fullmatch(r"plotly-1\.2\.3-[0-9a-f]{12}\.js", asset.name)
    before = asset.stat().st_mtime_ns
    SMALL.share(tmp_path)
    assert asset.stat().st_mtime_ns == before, "written once"
    assert [one.name for one in asset.parent.iterdir()] == [asset.name]
