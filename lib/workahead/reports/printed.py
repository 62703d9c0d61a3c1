"""A run as the terminal shows it: one bar over the cells, then the path of the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from workahead.reports.kernel import Kernel
from workahead.reports.run import Clock, Request, run


def run_and_print(
    kernel: Kernel,
    root: Path,
    name: str,
    period: str,
    settings: Sequence[str],
    snapshot: str | None,
    out: Path | None,
) -> bool:
    """Run a report; the page's path is the only line on stdout. True where the run failed."""
    asked = Request(name, root, period, settings, snapshot, out.resolve() if out else None)
    notes = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=notes, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        outcome = run(
            asked,
            kernel,
            lambda doing, done, cells: bar.update(
                task, description=doing, completed=done, total=cells or None
            ),
            Clock(),
        )
    if outcome.failure:
        notes.print(
            f"the report failed in {outcome.failure.sentence()}", style="red", markup=False, highlight=False
        )
        notes.print("the page that says why:", highlight=False)
    else:
        notes.print(f"published in {outcome.seconds:.1f} s", highlight=False)
    print(_near(outcome.page))  # noqa: T201 - what scripts read
    return outcome.failure is not None


def _near(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
