"""The page of the period before, and the cell that says what has changed since."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from pprint import pformat
from typing import Any

from workahead.reports.page.cells import CHANGED_TAG

Run = Mapping[str, Any]
MONTHS = 12


def run_before(run: Run, runs: Iterable[Run]) -> Run | None:
    """The published run of the period that ends where this one starts, for the same reader, of the same parameters."""
    found = (one for one in runs if one["status"] == "published" and one.get("reader") == run.get("reader"))
    return next(
        (one for one in found if one["period"]["end"] == run["period"]["start"] and comparable(one, run)),
        None,
    )


def comparable(one: Run, other: Run) -> bool:
    """Whether two runs are of the same kind of period and the same parameters."""
    return bool(one["period"]["kind"] == other["period"]["kind"] and _settings(one) == _settings(other))


def _settings(run: Run) -> dict[str, Any]:
    """The parameters as run.json holds them, without those that differ from one period to the next."""
    held = {name: value for name, value in run["parameters"].items() if name not in ("period", "snapshot")}
    return dict(json.loads(json.dumps(held, default=str)))


def cell(previous: Run | None, period: Mapping[str, str]) -> str | None:
    """The source of the cell that compares a page's key figures with those of the run before; None without one."""
    if previous is None or not previous["key_figures"]:
        return None
    months = previous["parameters"].get("months")
    told = {
        **{name: previous["period"][name] for name in ("label", "kind", "start", "end")},
        "now": {"start": period["start"], "end": period["end"]},
        "run": previous.get("run"),
        "months": months if isinstance(months, int) and months > 0 else MONTHS,
        "figures": [
            {name: figure[name] for name in ("label", "kind", "value")} for figure in previous["key_figures"]
        ],
        "snapshot": previous["parameters"].get("snapshot"),
        "fingerprint": previous["data"]["fingerprint"],
    }
    known = pformat(told, sort_dicts=False)
    return f"from workahead import show\n\nbefore = {known}\ndisplay(*show.changed(book, before))"


def with_cell(notebook: Path, source: str | None, desk: Path) -> Path:
    """The notebook with that cell at its end, as a copy on the desk; as it is without one, or where it has no book."""
    import nbformat

    if source is None:
        return notebook
    read = nbformat.read(notebook, as_version=4)
    if not any(
        re.search(r"^book = ", one.source, re.MULTILINE) for one in read.cells if one.cell_type == "code"
    ):
        return notebook
    read.cells.append(nbformat.v4.new_code_cell(source, metadata={"tags": [CHANGED_TAG]}))
    copy = desk / "to_run.ipynb"
    nbformat.write(read, copy)
    return copy


def input_of(previous: Run | None) -> str:
    """What of the run before goes into this one's page."""
    return (
        ""
        if previous is None
        else str(previous.get("input") or previous.get("run") or previous["finished_at"])
    )
