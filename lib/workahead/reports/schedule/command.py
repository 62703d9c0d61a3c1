"""workahead schedule: install, list, remove and show, and run, which the schedulers call."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workahead.reports.start import project_root

if TYPE_CHECKING:
    from workahead.reports.schedule.once import Record

app = typer.Typer(
    help="Let reports run by themselves, by the `schedule:` of their definitions.", no_args_is_help=True
)


class Kind(StrEnum):
    """What can run reports."""

    CRON = "cron"
    SYSTEMD = "systemd"
    GITHUB = "github-actions"
    AIRFLOW = "airflow"


AS = Annotated[Kind, typer.Option("--as", help="What is to run them.")]
NAMES = Annotated[list[str] | None, typer.Argument(help="Reports. Default: all that have a schedule.")]


@app.command()
def install(kind: AS, names: NAMES = None) -> None:
    """Write the schedule of reports; without names all of them, and those that have none any more go."""
    from workahead.reports.schedule.job import jobs
    from workahead.reports.schedule.once import begin
    from workahead.reports.schedule.places import PLACES

    root = project_root()
    place, found = PLACES[kind], jobs(root, names or ())
    drop = [] if names else sorted(set(place.installed(root)) - {job.name for job in found})
    if not found and not drop:
        raise _no_schedule()
    for job in found:
        begin(job.state, _now())
    for line in place.install(root, found, drop):
        typer.echo(line)
    _forget(root, drop)
    for job in found:
        typer.echo(f"{job.name}: {job.said}, next {_local(*job.next(_now(), 1))}")


@app.command()
def show(kind: AS, names: NAMES = None) -> None:
    """Print what install would write, and where; write nothing."""
    from workahead.reports.schedule.job import jobs
    from workahead.reports.schedule.places import PLACES

    root = project_root()
    found = jobs(root, names or ())
    if not found:
        raise _no_schedule()
    for where, text in PLACES[kind].shown(root, found):
        typer.secho(f"--- {where}", err=True)
        typer.echo(text, nl=False)


@app.command()
def remove(
    names: Annotated[
        list[str] | None, typer.Argument(help="Reports. Default: all that are installed.")
    ] = None,
    kind: Annotated[Kind | None, typer.Option("--as", help="From where. Default: from everywhere.")] = None,
) -> None:
    """Take schedules out again, and leave nothing of them."""
    from workahead.errors import UnknownName
    from workahead.reports.schedule.places import PLACES, installed

    root = project_root()
    there = {one: held for one, held in installed(root).items() if kind in (None, one)}
    known = sorted({name for held in there.values() for name in held})
    for name in names or ():
        if name not in known:
            raise UnknownName("installed report", name, known or ["none"])
    for one, held in there.items():
        for line in (
            PLACES[one].remove(root, [name for name in held if not names or name in names]) if held else ()
        ):
            typer.echo(line)
    _forget(root, known)
    if not known:
        typer.echo("nothing is installed")


@app.command("list")
def list_() -> None:
    """Reports with a schedule: when they run, where that is installed, how the last run ended."""
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from workahead.reports.schedule.job import jobs
    from workahead.reports.schedule.once import record
    from workahead.reports.schedule.places import installed

    root = project_root()
    found, there = jobs(root), installed(root)
    known = {job.name for job in found}
    left = sorted({name for held in there.values() for name in held} - known)
    if not found and not left:
        raise _no_schedule()
    table = Table(
        box=box.SIMPLE_HEAD, caption="next and last run: by this machine's clock", caption_justify="left"
    )
    for head in ("report", "runs", "next", "installed in", "last run"):
        table.add_column(head, no_wrap=head in ("report", "next"), overflow="fold")
    for job in found:
        places = ", ".join(one for one, held in there.items() if job.name in held) or "nowhere"
        coming = "\n".join(_local(one) for one in job.next(_now(), 2))
        table.add_row(
            job.name, escape(job.said.replace(" (", "\n(")), coming, places, _last(record(job.state))
        )
    for name in left:
        places = ", ".join(one for one, held in there.items() if name in held)
        table.add_row(name, "has no schedule any more", "", places, "")
    Console().print(table)


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="A report with a schedule.")],
    project: Annotated[
        Path | None, typer.Option(help="The project's folder. Default: the current one.")
    ] = None,
    fired: Annotated[
        str | None,
        typer.Option(help="For GitHub Actions: the cron line that has come by; empty: started by hand."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Run also where nothing is due.")] = False,
) -> None:
    """Run a report where it is due and has not run for it: once, however many times were missed. Schedulers call this.

    It loads the exports and makes the period that was complete at the due time. It is silent where all goes well, and
    ends with the exit code of the report.
    """
    from workahead.reports.schedule import once
    from workahead.reports.schedule.job import jobs

    job, now = jobs(project.resolve() if project else project_root(), [name])[0], _now()
    by_hand = again or fired == ""
    due = job.due(now) if by_hand else once.fired(job, fired, now) if fired else once.owed(job, now)
    if due is None:
        if fired:
            typer.echo(f"{name} is not due: {job.said}, next {_local(*job.next(now, 1))}")
        return
    code, said = once.run(job, due, once.secrets(), again=by_hand)
    if code or by_hand or fired:
        typer.echo(said)
    raise typer.Exit(code)


def _forget(root: Path, names: list[str]) -> None:
    """Remove the records of those that are installed nowhere any more."""
    from workahead.reports.schedule.job import state_of
    from workahead.reports.schedule.once import forget
    from workahead.reports.schedule.places import installed

    left = {name for held in installed(root).values() for name in held}
    for name in set(names) - left:
        forget(state_of(root, name))


def _last(held: Record) -> str:
    if held.started_at is None:
        return "none yet"
    made = f"{_local(dt.datetime.fromisoformat(held.started_at))}" + (
        f", for {held.period}" if held.period else ""
    )
    ends = {None: "cut off, or under way", 0: "well", 1: "the run failed", 2: "refused"}
    return f"{made}: {ends.get(held.exit, f'exit code {held.exit}')}"


def _no_schedule() -> Exception:
    from workahead.errors import ConfigError

    return ConfigError("no report has a schedule. Add to reports/NAME.yml: schedule: {monthly: 2 at 07:00}")


def _local(moment: dt.datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
