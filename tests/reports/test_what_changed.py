"""A page names what changed since the page of the month before, through the command as people run it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
import workahead as wa
from commands import workahead
from workahead.reports.page import changes

v4 = nbformat.v4
CELLS = (
    (
        'snapshot: str = "data/snapshots/latest"  # the snapshot\nperiod: str = "latest"  # the month\n'
        "where: dict = {}  # a filter",
        ["parameters"],
    ),
    (
        "import workahead as wa\nfrom workahead import show, words\n"
        "\nbook = wa.open_snapshot(snapshot).where(**where)\n"
        "during = wa.period(period, book)\n"
        'show.book(book, title="Review", start=during.start, end=during.end, period=words.month(during.end))',
        [],
    ),
    (
        'figures = words.key_figures(book, during.start, during.end)[["label", "value", "kind"]]\n'
        'show.cards([show.Card(**figure) for figure in figures.to_dict("records")], book.currency)',
        [],
    ),
)

HEAD = "subscription_id,account_id,product,start_date,end_date,arr\n"
# September: Z has 1,000; A ran out on 20 June, of 1,100 a year before.
SEPTEMBER = "SZ,Z,Core,2025-01-01,,1000\nSA,A,Core,2025-06-21,2026-06-20,100\n"
# By the next load A's renewal from 10 July is entered, 120, and B has started in October with 200.
OCTOBER = f"{SEPTEMBER}SA2,A,Core,2026-07-10,2027-07-09,120\nSB,B,Core,2026-10-05,,200\n"


def project(root: Path) -> None:
    """A project of one export and one small report."""
    (root / "workbench.yml").write_text(
        "currency: USD\nexports: [{table: subscriptions, file: contracts.csv, kind: table}]\n",
        encoding="utf-8",
    )
    (root / "reports").mkdir()
    (root / "reports" / "review.yml").write_text("title: Review\nnotebook: review.ipynb\n", encoding="utf-8")
    cells = [v4.new_code_cell(source, metadata={"tags": tags}) for source, tags in CELLS]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(v4.new_notebook(cells=cells, metadata=kernel), root / "review.ipynb")


def published(root: Path, day: str, contracts: str, period: str) -> tuple[str, dict[str, Any]]:
    """Load the export as of a day and run the report: its page and its run.json."""
    (root / "contracts.csv").write_text(HEAD + contracts, encoding="utf-8")
    wa.load(root / "workbench.yml", as_of=day)
    done = workahead(root, "report", "review", "--period", period, "--no-warm")
    assert done.returncode == 0, done.stderr
    folder = root / "reports" / "published" / "review" / period
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return (folder / "index.html").read_text(encoding="utf-8"), run


def test_a_late_renewal_is_said_aloud_on_the_next_page(tmp_path: Path) -> None:
    project(tmp_path)
    page, run = published(tmp_path, "2026-09-30", SEPTEMBER, "2026-09")
    assert run["changes"] is None
    assert "What changed" not in page
    page, run = published(tmp_path, "2026-10-31", OCTOBER, "2026-10")
    told = run["changes"]
    arr = told["figures"][0]
    assert (arr["label"], arr["then"], arr["reads"], arr["now"]) == ("ARR", 1000, 1120, 1320)
    assert sum(row["change"] for row in told["accounts"]) == 320
    assert [(row["name"], row["reason"], row["at"], row["difference"]) for row in told["restated"]] == [
        ("A", "late_renewal", "2026-09-30", 120)
    ]
    # 1,000 of 1,100 was 90.9%; with A's 120 it is 1,120 of 1,100, and GRR all of it
    assert told["sentences"][1].startswith(
        "September 2026's ARR read USD 1.0k in last month's report and reads USD 1.1k now, NRR 90.9% (now 101.8%), "
        "GRR 90.9% (now 100.0%)"
    )
    assert told["sentences"][1].endswith(": 1 late renewal.")
    assert "What changed since the last report" in page
    assert "1 late renewal." in page
    listed = (tmp_path / "reports/published/review/2026-10/csv/restated.csv").read_text(encoding="utf-8")
    assert "120.0,Late renewal,2026-09-30,0.0,120.0" in listed


def run_of(period: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    return {
        "status": "published",
        "reader": None,
        "period": {"text": period, "label": period, "kind": "month", "start": start, "end": end},
        "parameters": {"by": "segment", "period": period, "snapshot": period},
        "key_figures": [{"label": "NRR", "kind": "percent", "value": 1.0, "text": "100%"}],
        "data": {"fingerprint": "f"},
        **more,
    }


SEPTEMBER_RUN = run_of("2026-09", "2026-08-31", "2026-09-30")
OCTOBER_RUN = run_of("2026-10", "2026-09-30", "2026-10-31")


@pytest.mark.parametrize(
    "other",
    [
        {"status": "failed"},
        {"reader": "Ana"},
        {"parameters": {"by": "region"}},
        {"period": {**SEPTEMBER_RUN["period"], "end": "2026-08-31"}},
        {"period": {**SEPTEMBER_RUN["period"], "kind": "quarter"}},
    ],
)
def test_the_run_before_is_of_the_same_report_reader_and_settings(other: dict[str, Any]) -> None:
    assert changes.run_before(OCTOBER_RUN, [OCTOBER_RUN, SEPTEMBER_RUN]) is SEPTEMBER_RUN
    assert changes.run_before(OCTOBER_RUN, [{**SEPTEMBER_RUN, **other}]) is None


def test_without_a_run_before_or_a_book_the_notebook_runs_as_it_is(tmp_path: Path) -> None:
    assert changes.cell(None, OCTOBER_RUN["period"]) is None
    source = changes.cell(SEPTEMBER_RUN, OCTOBER_RUN["period"])
    assert source
    assert source.endswith("display(*show.changed(book, before))")
    notebook = tmp_path / "n.ipynb"
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell("x = 1")]), notebook)
    assert changes.with_cell(notebook, None, tmp_path) == notebook
    assert changes.with_cell(notebook, source, tmp_path) == notebook
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell("book = 1")]), notebook)
    copy = changes.with_cell(notebook, source, tmp_path)
    assert copy != notebook
    assert nbformat.read(copy, 4).cells[-1].metadata["tags"] == ["what-changed"]
