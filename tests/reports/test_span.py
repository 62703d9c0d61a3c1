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


def test_a_period_before_the_first_contract_is_refused(snapshot: Path) -> None:
    manifest = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    assert span("2022-01", manifest, snapshot).end == "2022-01-31"  # the first contract starts on the 1st
    with pytest.raises(PeriodError, match="the first contract starts on 1 January 2022"):
        span("2021-12", manifest, snapshot)
