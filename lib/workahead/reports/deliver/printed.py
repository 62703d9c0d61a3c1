"""``workahead deliver`` as the terminal shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workahead.errors import ConfigError, PeriodError, UnknownName, some
from workahead.reports import publish
from workahead.reports.deliver.digest import one_line
from workahead.reports.deliver.sending import Job, Pace, Page, deliver, jobs, line, ready
from workahead.reports.request import definition

if TYPE_CHECKING:
    from workahead.reports.request.edition import Edition

STATES = ("new", "failed", "nobody")
AGAIN = (*STATES, "unknown", "sent")
SETTLED = ("sent", "nobody")


def pages(name: str, root: Path, out: Path, period: str, only: Sequence[str]) -> list[Page]:
    """The published and the failed pages of a report for a period; ``latest``: the newest that has any.

    Raises UnknownName, PeriodError.
    """
    report = definition.read(name, root)
    runs = [run for run in publish.read_runs(out) if run["report"] == name and run.get("run")]
    readers = sorted({str(run["reader"]) for run in runs if run.get("reader") is not None})
    for one in only:
        if one not in readers:
            raise UnknownName("reader", one, readers)
    held = sorted({(run["period"]["end"], run["period"]["text"]) for run in runs})
    texts = [text for _, text in held]
    if not texts or period not in ("latest", *texts):
        there = f"There are: {some(reversed(texts))}" if texts else f"Publish it: workahead report {name}"
        raise PeriodError(f"no page of {name} is published for {period}. {there}")
    wanted = texts[-1] if period == "latest" else period
    return [
        Page(out / run["folder"], run, report, root)
        for run in runs
        if run["period"]["text"] == wanted and (not only or run.get("reader") in only)
    ]


def deliver_and_print(found: Sequence[Page], again: bool, dry_run: bool) -> bool:
    """Deliver, or say what would be; one line each on stdout. True where something did not arrive."""
    if found and not found[0].report.deliver:
        _print(f"reports/{found[0].report.name}.yml has no deliver: nobody gets it")
        return False
    states = AGAIN if again else STATES
    if dry_run:
        for job in jobs(found):
            _print(_would(job, states))
        return False
    sent = deliver(found, states, _print)
    if not sent:
        _print("nothing to deliver: all of it has gone (--again sends it once more)")
    return any(job.record.state not in SETTLED for job in sent)


def deliver_made(about: Edition, pages: Iterable[Path], resume: bool, say: Callable[[str], None]) -> bool:
    """After a report's run: what it has newly made; with ``resume`` also what failed to arrive. True: all arrived."""
    found = [
        Page(place, run, about.report, about.root)
        for place in pages
        if (run := publish.read_run(place)) is not None and run.get("run")
    ]
    sent = deliver(found, STATES if resume else ("new",), lambda text: say(one_line(text, 1000)))
    return all(job.record.state in SETTLED for job in sent)


def _would(job: Job, states: Sequence[str]) -> str:
    if job.state != "new" and job.state not in states:
        return f"{line(job)}; not again"
    if job.target.fault and job.target.name:
        return job.target.fault
    who = line(job).partition(": ")[0]
    try:
        ready(job, Pace())
    except (ConfigError, OSError) as error:
        return f"{who}: would fail: {error}"
    return f"{who}: would go" + ("" if job.record.kind == "folder" else f": {job.says().subject}")


def _print(text: str) -> None:
    print(one_line(text, 1000))  # noqa: T201 - what scripts read
