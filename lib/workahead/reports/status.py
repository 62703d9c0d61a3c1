"""Which reports and readers have a good page, how old it is, what failed last, and what did not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from workahead.errors import WorkaheadError, some
from workahead.reports import definition, publish
from workahead.reports.edition import PUBLISHED

if TYPE_CHECKING:
    from workahead.reports.deliver.record import Record

Run = Mapping[str, Any]


@dataclass(frozen=True)
class State:
    """A report, or one of its readers: the newest good run, and the newest failed one that nothing has healed."""

    report: str
    reader: str | None
    good: Run | None
    failed: Run | None


def states(root: Path, out: Path) -> list[State]:
    """A row for each report that is defined or published, and for each of its readers who has a page."""
    found: dict[tuple[str, str | None], list[Run]] = {}
    for run in publish.read_runs(out):
        found.setdefault((run["report"], run.get("reader")), []).append(run)
    for name in definition.names(root):
        if not any(report == name for report, _ in found):
            found[name, None] = []
    return [
        State(
            report,
            reader,
            _newest(found[report, reader], "published"),
            _newest(found[report, reader], "failed"),
        )
        for report, reader in sorted(found, key=lambda one: (one[0], one[1] or ""))
    ]


def print_status(root: Path, out: Path | None = None) -> int:
    """The table; 1 where a run has failed that nothing has healed since, or something did not arrive, else 0."""
    console, held = Console(), out or root / PUBLISHED
    table = Table("Report", "Reader", "Last good", "Made", "Last failure", "Not arrived", highlight=False)
    rows, missing = states(root, held), False
    for one in rows:
        good = (one.good["period"]["label"], _when(one.good)) if one.good else ("never", "")
        failed = (
            f"{one.failed['period']['label']}, {_when(one.failed)}: {_reason(one.failed)}"
            if one.failed
            else ""
        )
        late = not_arrived(held, one.good)
        lost = any(record.state != "nobody" for record in late)
        missing |= lost
        style = "red" if one.failed or lost else ""
        cells = (
            one.report,
            publish.named(one.good or one.failed or {}),
            *good,
            failed,
            some(map(_line, late)),
        )
        table.add_row(*(_plain(cell) for cell in cells), style=style)
    faults = _faults(root)
    for name, fault in faults.items():
        table.add_row(name, "", "", "", _plain(fault), "", style="red")
    console.print(table)
    return int(missing or any(one.failed for one in rows) or bool(faults))


def not_arrived(out: Path, run: Run | None) -> list[Record]:
    """Who did not get a run's page, or may not have; also readers to whom no mail can go."""
    from workahead.reports.deliver.record import read

    if run is None or not run.get("run"):
        return []
    records = read(out / run["folder"], run["run"]).values()
    return [one for one in records if one.state != "sent"]


def _line(record: Record) -> str:
    if record.state == "nobody":
        return f"{record.error}"
    return f"{record.kind} to {record.to}: {record.state}"


def _newest(runs: list[Run], status: str) -> Run | None:
    kept = [run for run in runs if run["status"] == status]
    return max(kept, key=lambda run: (run["period"]["end"], run["finished_at"]), default=None)


def _faults(root: Path) -> dict[str, str]:
    """The definitions that can't be read: none of their reports can be made."""
    found = {}
    for name in definition.names(root):
        try:
            definition.read(name, root)
        except WorkaheadError as error:
            found[name] = str(error)
    return found


def _when(run: Run) -> str:
    return str(run["finished_at"])[:16].replace("T", " ") + " UTC"


def _reason(run: Run) -> str:
    failure = run["failure"]
    where = f"cell {failure['cell']}: " if failure["cell"] else ""
    return f"{where}{failure['error']}: {failure['message']}"


def _plain(text: str) -> Any:
    from rich.text import Text

    return Text("".join(one if one.isprintable() or one == "\n" else " " for one in text))
