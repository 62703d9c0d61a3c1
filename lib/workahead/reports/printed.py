"""Runs as the terminal shows them: one bar over all pages, then the path of each page."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from workahead.errors import some
from workahead.reports import publish
from workahead.reports.kernels.warm import Cold, Warm
from workahead.reports.many import Plan, failures, make, plan
from workahead.reports.request.edition import Edition, Request, edition
from workahead.reports.request.readers import Reader, value_of
from workahead.reports.run import Clock, Outcome


class Board:
    """What runs, what is done, what has failed; the path of each page is the only thing on stdout."""

    def __init__(self, bar: Progress, name: str, pages: int) -> None:
        self._bar, self._name, self._pages = bar, name, pages
        self._task = bar.add_task("starting", total=None)
        self._lock = threading.Lock()
        self._running: dict[Reader | None, float] = {}
        self._done = self._failed = 0

    def step(self, reader: Reader | None, doing: str, done: int, cells: int) -> None:
        """The bar counts cells, so that it moves from the start."""
        with self._lock:
            self._running[reader] = done / cells if cells else 0
            self._show(doing)

    def done(self, reader: Reader | None, outcome: Outcome) -> None:
        """Its page, or the one that says why there is none."""
        with self._lock:
            self._running.pop(reader, None)
            self._done += 1
            self._failed += outcome.failure is not None
            self._show("")
        print(near(outcome.page), flush=True)  # noqa: T201 - what scripts read

    def _show(self, doing: str) -> None:
        said = doing
        if self._pages > 1:
            now = some(reader.label for reader in self._running if reader)
            said = f"{self._name}: {self._done} of {self._pages}" + (f", now {now}" if now else "")
            said += f", {self._failed} failed" if self._failed else ""
        at = self._done + sum(self._running.values())
        self._bar.update(self._task, description=said, completed=at, total=self._pages if at else None)


def run_and_print(
    kernels: Warm | Cold,
    asked: Request,
    only: list[str],
    resume: bool,
    force: bool,
    jobs: int | None,
    dry: bool,
) -> bool:
    """Make a report's pages and deliver them. True where a run has failed, or something did not arrive."""
    notes, clock = Console(stderr=True), Clock()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=notes, transient=True) as bar:
        start = bar.add_task("starting", total=None)
        about = edition(asked, lambda doing, *_: bar.update(start, description=doing))
        planned = plan(about, only, resume, force)
        clock.part("check")
        if not dry:
            bar.remove_task(start)
            board = Board(bar, asked.name, len(planned.todo) + len(planned.there))
            one = len(planned.todo) == 1
            outcomes = make(planned, kernels, jobs or cores(), board, clock if one else None)
    if dry:
        _print_plan(planned)
        return False
    _sum_up(notes, about, outcomes, clock)
    arrived = not about.report.deliver or _delivered(notes, about, outcomes, resume)
    return bool(failures(outcomes)) or not arrived


def _delivered(notes: Console, about: Edition, outcomes: list[Outcome], resume: bool) -> bool:
    from workahead.reports.deliver.printed import deliver_made

    with notes.status("delivering"):
        return deliver_made(
            about,
            [one.page.parent for one in outcomes if publish.read_run(one.page.parent)],
            resume,
            lambda text: notes.print(text, markup=False, highlight=False, soft_wrap=True),
        )


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _print_plan(planned: Plan) -> None:
    for readers, will in ((planned.todo, "to be made"), (planned.there, "there already")):
        for reader in readers:
            page = near(planned.edition.good(value_of(reader)) / "index.html")
            print(f"{will}: {page}" + (f"  ({reader.label})" if reader else ""))  # noqa: T201


def _sum_up(notes: Console, about: Edition, outcomes: list[Outcome], clock: Clock) -> None:
    failed, same = failures(outcomes), sum(one.unchanged for one in outcomes)
    made = len(outcomes) - len(failed) - same
    clock.part("pages")
    for one in failed:
        whose = f" for {one.reader.label}" if one.reader else ""
        said = f"the report{whose} failed in {one.failure.sentence()}" if one.failure else ""
        notes.print(said, style="red", markup=False, highlight=False)
    if failed and len(outcomes) == 1:
        notes.print("the page that says why:" if failed[0].page.is_file() else "", highlight=False)
    elif len(outcomes) == 1 and same:
        notes.print(
            "nothing has changed: the page is there already (--force makes it again)", highlight=False
        )
    else:
        words = [f"{made} published", *([f"{same} unchanged"] if same else [])]
        words += [f"{len(failed)} failed"] if failed else []
        said = ", ".join(words) if len(outcomes) > 1 else "published"
        notes.print(f"{said} in {clock.seconds()['total']:.1f} s", highlight=False)


def near(path: Path) -> Path:
    """The path as one types it from here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
