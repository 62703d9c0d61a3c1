"""Periods of a report by their names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from workahead.errors import PeriodError
from workahead.reports.span import span


@pytest.fixture
def snapshot(small_project: Path) -> Path:
    return small_project / "data" / "snapshots" / "2026-10-31"


@pytest.mark.parametrize(
    ("text", "folder", "label", "start", "end", "kind"),
    [
        ("2026-10", "2026-10", "October 2026", "2026-09-30", "2026-10-31", "month"),
        ("latest", "2026-10", "October 2026", "2026-09-30", "2026-10-31", "month"),
        ("2026-q3", "2026-Q3", "Q3 2026", "2026-06-30", "2026-09-30", "quarter"),
        ("2025", "2025", "2025", "2024-12-31", "2025-12-31", "year"),
        ("2026", "2026", "2026, to 31 October 2026", "2025-12-31", "2026-10-31", "year"),
    ],
)
def test_periods(text: str, folder: str, label: str, start: str, end: str, kind: str, snapshot: Path) -> None:
    manifest = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    found = span(text, manifest, snapshot)
    assert (found.text, found.label, found.start, found.end, found.kind) == (folder, label, start, end, kind)


@pytest.mark.parametrize(
    ("text", "folder", "label", "end"),
    [
        ("latest", "2026-Q4", "Q4 2026", "2026-12-31"),  # the data ends on 31 October
        ("2027-Q1", "2027-Q1", "Q1 2027", "2027-03-31"),
        ("2026", "2026", "2026", "2026-12-31"),  # not cut at the data's day
    ],
)
def test_a_report_that_looks_ahead(text: str, folder: str, label: str, end: str, snapshot: Path) -> None:
    manifest = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    found = span(text, manifest, snapshot, ahead=True)
    assert (found.text, found.label, found.end) == (folder, label, end)


@pytest.mark.parametrize("text", ["latest", "2026-10"])
def test_a_page_without_periods_is_filed_under_the_month_of_its_data(text: str, snapshot: Path) -> None:
    manifest = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    assert span(text, manifest, snapshot, dated=False).label == "October 2026"
    found = span("latest", {**manifest, "as_of": "2026-11-22"}, snapshot, dated=False)
    assert (found.text, found.label) == ("2026-11", "November 2026, to 22 November 2026")


def test_a_page_without_periods_refuses_one(snapshot: Path) -> None:
    manifest = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    with pytest.raises(PeriodError, match="takes no period: it stands at the day of the data, 31 October"):
        span("2026-09", manifest, snapshot, dated=False)


def test_a_period_before_the_first_contract_is_refused(snapshot: Path) -> None:
    manifest = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    assert span("2022-01", manifest, snapshot).end == "2022-01-31"  # the first contract starts on the 1st
    with pytest.raises(PeriodError, match="the first contract starts on 1 January 2022"):
        span("2021-12", manifest, snapshot)


def test_the_manual_names_every_report() -> None:
    root = Path(__file__).parents[2]
    manual = (root / "docs" / "reports.md").read_text(encoding="utf-8")
    missing = [path.stem for path in (root / "reports").glob("*.yml") if f"| `{path.stem}` |" not in manual]
    assert missing == []
