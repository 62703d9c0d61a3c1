"""The index over reports, readers and runs: what stands on it, in which order, and what it compares."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from workahead.reports.index import index_page
from workahead.reports.page.sparkline import sparkline
from workahead.reports.publish import failed_place, place, read_runs, write_run


def run(month: int, nrr: float, status: str = "published", fingerprint: str = "aaa") -> dict[str, Any]:
    return {
        "report": "monthly",
        "title": "Monthly <b>review</b>",
        "company": "Grove",
        "period": {
            "text": f"2026-{month:02d}",
            "label": f"Month {month}",
            "start": f"2026-{month - 1:02d}-28",
            "end": f"2026-{month:02d}-28",
            "kind": "month",
        },
        "status": status,
        "finished_at": f"2026-{month + 1:02d}-01T08:00:00+00:00",
        "parameters": {"period": f"2026-{month:02d}", "snapshot": "s", "by": "segment"},
        "data": {"as_of": "2026-10-31", "fingerprint": fingerprint},
        "key_figures": [
            {
                "label": "NRR", "value": nrr, "change": None, "kind": "percent", "good": "up", "note": None,
                "text": f"{nrr:.1%}", "way": None, "change_text": "", "mood": None,
            }
        ],
        "findings": [f"NRR is {nrr:.0%}."],
        "failure": {"error": "ValueError", "message": "<i>no</i>"} if status == "failed" else None,
    }  # fmt: skip


def published(tmp_path: Path, *runs: dict[str, Any]) -> str:
    for one in runs:
        where = failed_place if one["status"] == "failed" else place
        folder = where(tmp_path, one["report"], one["period"]["text"], one.get("reader"))
        folder.mkdir(parents=True)
        write_run(folder, one)
    return index_page(read_runs(tmp_path))


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_newest_first_with_the_change_against_the_period_before(tmp_path: Path) -> None:
    html = published(tmp_path, run(8, 1.00), run(9, 1.05), run(10, 1.02))
    newest, earlier = html.split("<article>")[1].split("</article>")
    assert "Month 10" in newest
    assert "3.0 points" in newest
    assert "wa-move bad" in newest
    assert "Change against Month 9" in newest
    september, august = re.findall(r"<tr><th scope=.row.>(.*?)</tr>", earlier)
    assert text(september).startswith("Month 9 105.0% ▲ up 5.0 points")
    assert "wa-move good" in september
    assert text(august).startswith("Month 8 100.0% 2026-10-31")
    assert "3 pages" in html


def test_only_what_is_comparable_is_compared(tmp_path: Path) -> None:
    other = run(9, 1.05)
    other["parameters"]["by"] = "region"
    html = published(tmp_path, other, run(10, 1.02))
    assert "wa-move" not in html.split("<article>")[1]
    assert "wa-spark" not in html.split("<main>")[1]


def test_it_says_when_the_data_were_others(tmp_path: Path) -> None:
    html = published(tmp_path, run(9, 1.05, fingerprint="bbb"), run(10, 1.02))
    assert "the one before was made from other data, bbb" in html


def test_failures_stand_on_top_and_are_escaped(tmp_path: Path) -> None:
    html = published(tmp_path, run(9, 1.05), run(10, 1.02, status="failed"))
    assert 'href="monthly/2026-10.failed/index.html"' in html
    assert "ValueError: &lt;i&gt;no&lt;/i&gt;" in html
    assert "Monthly &lt;b&gt;review&lt;/b&gt;" in html
    assert "1 page," in html
    assert html.index("1 failed run") < html.index("Month 9")
    assert "<script" not in html


def of_reader(name: str, *args: Any, **more: Any) -> dict[str, Any]:
    return {**run(*args, **more), "report": "csm_book", "title": "My book", "for_each": "csm", "reader": name}


def test_readers_have_a_row_each_with_their_newest_page_and_the_way_to_it(tmp_path: Path) -> None:
    html = published(
        tmp_path,
        of_reader("Bo <i>", 9, 0.98),
        of_reader("Bo <i>", 10, 1.01),
        of_reader("Ana", 9, 0.90),
        of_reader("Ana", 10, 0.95, status="failed"),
    )
    ana, bo = re.findall(r"<tr><th scope=.row.>(.*?)</tr>", html)
    assert text(ana) == "Ana Month 9 Failed 90.0%"
    assert 'href="csm_book/ana/2026-10.failed/index.html"' in ana
    assert text(bo) == "Bo &lt;i&gt; Month 10 1 earlier Month 9 Published 101.0%"
    assert 'aria-label="NRR over 2 pages: from 98.0% to 101.0%, lowest 98.0%, highest 101.0%"' in bo
    assert "My book, Ana, Month 10" in html
    assert "<script" not in html, "two readers need no box to find them"


def test_what_is_for_everybody_stands_before_the_pages_of_people_and_accounts(tmp_path: Path) -> None:
    account = {
        **of_reader("0014", 10, 1.0),
        "report": "account_review",
        "title": "Account",
        "for_each": "account_id",
    }
    account["label"] = "Birch & Co"
    account["key_figures"] = [{**card, "label": "ARR"} for card in account["key_figures"]]
    html = published(tmp_path, account, *(of_reader("Ana", month, 0.9) for month in (9, 10)), run(10, 1.02))
    titles = re.findall("<h2>(.*?)</h2>", html)
    assert titles == ["Monthly &lt;b&gt;review&lt;/b&gt;", "My book", "Account"]
    rows = re.findall(r"<tr><th scope=.row.>(.*?)</tr>", html)
    assert text(rows[-1]) == "Birch &amp; Co (0014) Month 10 Published 100.0%"
    assert "NRR over time" in html.split("Account</h2>")[0]
    assert "over time" not in html.split("Account</h2>")[1]
    html = published(tmp_path / "new", of_reader("Ana", 10, 0.9))
    assert "over time" not in html, "one page makes no line"


def test_many_readers_have_a_box_that_finds_them(tmp_path: Path) -> None:
    html = published(tmp_path, *(of_reader(f"Reader {n}", 10, 1.0) for n in range(8)))
    assert html.count("<script>") == 1
    assert 'aria-label="Reader of My book"' in html


def test_a_line_runs_through_its_values_and_breaks_where_one_is_missing() -> None:
    """Room for 84 x 18 less 2 on each side: the lowest value lies at 16, the highest at 2, half way at 9."""
    line = sparkline("NRR", [1.0, 1.5, 2.0])
    assert '<path d="M2.0 16.0L42.0 9.0L82.0 2.0"/>' in line
    assert '<circle cx="82.0" cy="2.0" r="2"/>' in line
    assert '<path d="M2.0 16.0M82.0 2.0"/>' in sparkline("NRR", [1.0, None, 2.0])
    assert 'd="M2.0 9.0L82.0 9.0"' in sparkline("NRR", [1.0, 1.0])
    assert sparkline("NRR", [None, 1.0]) == ""
