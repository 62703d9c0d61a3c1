"""workahead: the command line. Thin: each command calls one function of the library and prints what it returns."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from workahead.reports.schedule.command import app as schedule

app = typer.Typer(
    name="workahead",
    help="CRM exports in, net revenue retention out: load, check, report.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)
app.add_typer(schedule, name="schedule")

WORKBENCH = Annotated[Path, typer.Option("--workbench", "-w", help="The file that names the exports.")]


def _load(workbench: Path, as_of: str | None = None, force: bool = False) -> Path | None:
    """Load, and say what was read; the snapshot's folder."""
    from rich.console import Console
    from rich.markup import escape

    from workahead.book.load import load as load_book
    from workahead.book.printed import filed, reconciliation_table, remarks

    console, notes = Console(), Console(stderr=True)
    with notes.status("reading") as status:
        book = load_book(workbench, as_of, force=force, progress=lambda step: status.update(escape(step)))
    console.print(reconciliation_table(book))
    console.print(remarks(book))
    found = book.findings["weight"].value_counts()
    listed = ", ".join(f"{found[one]} {one}" for one in ("high", "medium", "low") if one in found)
    console.print(f"findings: {listed or 'none'} (workahead check shows them)")
    console.print(filed(book), soft_wrap=True)
    return book.folder


@app.command()
def load(
    workbench: WORKBENCH = Path("workbench.yml"),
    as_of: Annotated[
        str | None, typer.Option(help="The day of the snapshot; default: workbench.yml's, else today.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Read everything again, even where nothing has changed.")
    ] = False,
) -> None:
    """Read the exports that workbench.yml names, print the reconciliation, file a dated snapshot."""
    _load(workbench, as_of, force)


@app.command()
def check(
    workbench: WORKBENCH = Path("workbench.yml"),
    rows: Annotated[int, typer.Option(help="How many of the rows set aside to print.")] = 20,
) -> None:
    """Show the findings of the newest snapshot by weight, the rows that loading set aside, and faults of plan.yml."""
    from rich.console import Console

    from workahead.book.book import Book
    from workahead.book.load import workbench_path
    from workahead.book.printed import filed, findings_table, set_aside_table
    from workahead.book.snapshot import newest
    from workahead.sources.comp_plan import FILE as PLAN
    from workahead.sources.comp_plan import comp_plan
    from workahead.sources.config import read_workbench

    console, path = Console(), workbench_path(workbench)
    book = Book.open(newest(read_workbench(path).snapshot_folder))
    console.print(findings_table(book) if len(book.findings) else "no findings")
    console.print(set_aside_table(book, rows) if len(book.set_aside) else "no rows set aside")
    console.print(filed(book), soft_wrap=True)
    if (path.parent / PLAN).is_file():
        plan = comp_plan(path.parent / PLAN)
        whose = "" if plan.of(book).people else ", none of them a CSM in this book: is it yours?"
        counts = f"{len(plan.metrics)} metrics, {len(plan.people)} people"
        console.print(f"{PLAN}: no faults; {counts}{whose}", soft_wrap=True)


@app.command()
def report(
    name: Annotated[
        str,
        typer.Argument(
            help="A report of reports/*.yml, for instance monthly, renewals or csm_book; or status: which reports "
            "and readers have a good page, and what failed last."
        ),
    ],
    period: Annotated[
        str,
        typer.Option(
            help="A week, month (2026-10), quarter (2026-Q3) or year, as the report asks. Default: the last one that "
            "is over; for a report that may look ahead (forecast), the one under way."
        ),
    ] = "latest",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", "-p", help="A parameter of the notebook: --set by=region. Repeatable."),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Make the page of this reader alone: --only Ana. Repeatable.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Make only pages that are missing or whose last run failed.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Make pages again though nothing has changed for them.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="How many notebooks run at a time. Default: one a core.")
    ] = None,
    warm: Annotated[
        bool,
        typer.Option(
            "--warm/--no-warm",
            help="Fork the kernels from one process that holds the book (Linux), or start each anew.",
        ),
    ] = True,
    shared_assets: Annotated[
        bool,
        typer.Option("--shared-assets", help="Pages load one script file beside them: small, but not alone."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show which pages would be made.")] = False,
    snapshot: Annotated[str | None, typer.Option(help="A snapshot's folder. Default: the newest.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where pages go. Default: reports/published.")] = None,
    load: Annotated[
        bool, typer.Option("--load", help="First load the exports of workbench.yml, where they have changed.")
    ] = False,
) -> None:
    """Run a report's notebook and publish it as HTML, a page or one for each reader, with the index of all runs."""
    from workahead.reports.start import lean, project_root

    lean()  # before anything of Jupyter is imported
    root = project_root()
    if name == "status":
        from workahead.reports.status import print_status

        raise typer.Exit(print_status(root, out.resolve() if out else None))
    from workahead.reports.kernels.warm import kernels

    with kernels(
        root, warm
    ) as ready:  # they import their libraries while this process loads and imports others
        if load:
            snapshot = str(_load(root / "workbench.yml"))
        from workahead.reports.printed import run_and_print
        from workahead.reports.request.edition import Request

        place = out.resolve() if out else None
        asked = Request(name, root, period, settings or [], snapshot, place, shared_assets)
        failed = run_and_print(ready, asked, only or [], resume, force, jobs, dry_run)
    if failed:
        raise typer.Exit(1)


@app.command()
def deliver(
    name: Annotated[str, typer.Argument(help="A report of reports/*.yml that has been published.")],
    period: Annotated[str, typer.Option(help="Which page: 2026-10. Default: the newest.")] = "latest",
    only: Annotated[
        list[str] | None, typer.Option("--only", help="One reader's page alone. Repeatable.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say who would get what, and send nothing.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also what has gone already, or may have: it arrives twice.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Where pages are. Default: reports/published.")] = None,
) -> None:
    """Send a published report to those whom its definition names: what failed, or was never sent."""
    from workahead.reports.deliver.printed import deliver_and_print, pages
    from workahead.reports.start import project_root

    root = project_root()
    folder = (out or root / "reports" / "published").resolve()
    if deliver_and_print(pages(name, root, folder, period, only or []), again, dry_run):
        raise typer.Exit(1)


@app.command()
def diff(
    old: Annotated[
        str | None,
        typer.Argument(help="The older snapshot: a day (2026-09-30) or a folder. Default: the last but one."),
    ] = None,
    new: Annotated[str | None, typer.Argument(help="The newer one. Default: the newest.")] = None,
    months: Annotated[int, typer.Option(min=1, help="How many month-ends to compare.")] = 24,
    by: Annotated[str | None, typer.Option(help="Compare by a column: segment, csm, product.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="A .csv or .xlsx for all accounts of all months that read otherwise.")
    ] = None,
) -> None:
    """Compare two snapshots: what the load changed by table, which past months read otherwise, and why."""
    from rich.console import Console

    from workahead.reports.diff import check, compare, snapshots, write
    from workahead.reports.diff_printed import show
    from workahead.reports.start import project_root

    check(out)
    notes = Console(stderr=True)
    with notes.status("comparing"):
        found = compare(*snapshots(project_root(), old, new), months, by)
    show(found, Console())
    if out:
        write(found.accounts, out)
        typer.echo(out)


@app.command()
def lab(
    port: Annotated[int, typer.Option(help="Where JupyterLab listens.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,
) -> None:
    """Open JupyterLab on the start notebook: what is loaded, what each notebook answers, a panel to try."""
    from workahead.lab import run

    raise typer.Exit(run(port, browser))


@app.command()
def sample(
    folder: Annotated[Path, typer.Option(help="Where the two forms go.")] = Path("data/sample"),
    seed: Annotated[int, typer.Option(help="Another seed is another company.")] = 20261031,
    accounts: Annotated[int, typer.Option(min=8, help="How many accounts it ever had.")] = 600,
) -> None:
    """Write the made-up company's exports, in Salesforce form and in HubSpot form."""
    from workahead.sample import write

    write(folder, seed, accounts)
    typer.echo(f"{folder}/salesforce and {folder}/hubspot (docs/sample.md says what is in them)")


def main() -> None:
    """Run a command; what Workahead refuses is one clear message and exit code 2, never a bare traceback."""
    from workahead.errors import WorkaheadError

    try:
        app(standalone_mode=True)
    except WorkaheadError as error:
        typer.secho(f"workahead: {error}", err=True, fg=typer.colors.RED)
        sys.exit(2)


if __name__ == "__main__":
    main()
