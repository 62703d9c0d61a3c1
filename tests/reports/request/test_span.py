"""Periods of a report by their names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from workahead.errors import PeriodError
from workahead.reports.request.span import span


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
    root = Path(__file__).parents[3]
    manual = (root / "docs" / "reports.md").read_text(encoding="utf-8")
    missing = [path.stem for path in (root / "reports").glob("*.yml") if f"| `{path.stem}` |" not in manual]
    assert missing == []


@pytest.mark.parametrize(
    ("as_of", "kind", "ahead", "found"),
    [
        ("2026-10-31", "month", False, "2026-10"),  # the day is over
        ("2026-10-30", "month", False, "2026-09"),
        ("2026-10-31", "quarter", False, "2026-Q3"),
        ("2026-09-30", "quarter", False, "2026-Q3"),
        ("2026-10-31", "year", False, "2025"),
        ("2026-12-31", "year", False, "2026"),
        ("2026-10-31", "quarter", True, "2026-Q4"),
        ("2026-10-31", "month", True, "2026-11"),
        ("2026-12-31", "year", True, "2027"),
    ],
)
def test_the_latest_of_one_kind(as_of: str, kind: str, ahead: bool, found: str, snapshot: Path) -> None:
    manifest = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    assert span("latest", {**manifest, "as_of": as_of}, snapshot, kind=kind, ahead=ahead).text == found


def test_fiscal_quarters_and_years_are_named_after_the_year_in_which_they_end(snapshot: Path) -> None:
    """With a year that begins in February, 2026-10-31 is the last day of the third quarter of fiscal 2027."""
    manifest = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    fiscal = {**manifest, "definitions": {**manifest["definitions"], "fiscal_year_start": 2}}
    quarter, year = (span("latest", fiscal, snapshot, kind=kind) for kind in ("quarter", "year"))
    assert (quarter.text, quarter.start, quarter.end) == ("2027-Q3", "2026-07-31", "2026-10-31")
    assert (year.text, year.start, year.end) == ("2026", "2025-01-31", "2026-01-31")


def test_a_weekly_page_is_filed_under_the_week_of_its_data(snapshot: Path) -> None:
    """31 October 2026 is the Saturday of week 44; 1 January 2027 lies in week 53 of 2026."""
    manifest = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    week = span("latest", manifest, snapshot, dated=False, kind="week")
    assert (week.text, week.label) == ("2026-W44", "Week 44 of 2026")
    assert (week.start, week.end, week.kind) == ("2026-10-25", "2026-10-31", "week")
    later = span("2026-W53", {**manifest, "as_of": "2027-01-01"}, snapshot, dated=False, kind="week")
    assert (later.text, later.start, later.end) == ("2026-W53", "2026-12-27", "2027-01-01")
    with pytest.raises(PeriodError, match="no period of a week"):
        span("latest", manifest, snapshot, kind="week")


def test_a_report_of_one_kind_refuses_the_others_with_an_example(snapshot: Path) -> None:
    manifest = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    with pytest.raises(
        PeriodError, match="'2026-10' is a month, this report is for a quarter: write it as 2026-Q3"
    ):
        span("2026-10", manifest, snapshot, kind="quarter")
