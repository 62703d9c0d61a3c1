"""workahead: the command line. Thin: each command calls one function of the library and prints what it returns."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="workahead",
    help="CRM exports in, net revenue retention out: load, check, report.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)

WORKBENCH = Annotated[Path, typer.Option("--workbench", "-w", help="The file that names the exports.")]


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
