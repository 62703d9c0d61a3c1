"""Which reports and readers have a good page, how old it is, what failed last, and what did not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Column, Table

from workahead.errors import WorkaheadError
from workahead.reports import publish
from workahead.reports.request import definition
from workahead.reports.request.edition import PUBLISHED

if TYPE_CHECKING:
    from workahead.reports.deliver.record import Record

Run = Mapping[str, Any]


def runs_of(root: Path, out: Path) -> dict[tuple[str, str], list[Run]]:
    """The runs by report and reader, by their names; also of reports that are defined and have none."""
    found: dict[tuple[str, str], list[Run]] = {}
    for run in publish.read_runs(out):
        found.setdefault((run["report"], run.get("reader") or ""), []).append(run)
    for name in {*definition.names(root)} - {report for report, _ in found}:
        found[name, ""] = []
    return dict(sorted(found.items()))


def print_status(root: Path, out: Path | None = None) -> int:
    """The table, and below it what is wrong; 1 where a run has failed that nothing has healed since, something did not
    arrive, or a definition is faulty, else 0."""
    console, held, faults = Console(), out or root / PUBLISHED, _faults(root)
    table = Table(Column("Report", no_wrap=True), "Reader", "Last good", "Made", "Now", highlight=False)
    said, wrong = [], bool(faults)
    for (report, _), runs in runs_of(root, held).items():
        good, failed = _newest(runs, "published"), _newest(runs, "failed")
        late = not_arrived(held, good)
        lost = any(one.state != "nobody" for one in late)
        wrong |= lost or failed is not None
        who = publish.named(good or failed or {})
        now = "failed" if failed else "not arrived" if lost else "no mail" if late else ""
        last = (good["period"]["label"], _when(good)) if good else ("never", "")
        now = "faulty" if report in faults else now
        style = "red" if now not in ("", "no mail") else ""
        table.add_row(*map(_plain, (report, who, *last, now)), style=style)
        of = f"{report}, {who}" if who else report
        if failed:
            said.append(f"{of}, {failed['period']['label']}, failed {_when(failed)}: {_reason(failed)}")
        said += [f"{of}: {_line(one)}" for one in late]
    console.print(table)
    for line in [*said, *faults.values()]:
        console.print(_plain(line), soft_wrap=True)
    return int(wrong)


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
