"""What a page is made from: whatever of it changes, the page is made again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from workahead.reports.request.edition import Request, edition


def test_what_a_snapshot_files_beside_its_tables_makes_another_page(small_project: Path) -> None:
    made = edition(Request("monthly", small_project, "2026-10"))
    again = edition(Request("monthly", small_project, "2026-10"))
    assert made.input(None) == again.input(None)
    for name in ("plays", "benchmarks"):
        other = replace(made, manifest={**made.manifest, name: []})
        assert other.input(None) != made.input(None), name
