"""A notebook run by papermill on a kernel that is there already."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from workahead.errors import WorkaheadError
from workahead.reports.kernel import Kernel

CELL_SECONDS = 1800  # a cell that takes longer hangs

Progress = Callable[[str, int, int], None]
"""Told what is going on, and how many of how many cells are done."""


class KernelError(WorkaheadError, RuntimeError):
    """The notebook's process ended in the middle of a cell, usually for want of memory."""

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(
            "the process that ran the notebook ended in the middle of a cell; was memory too short?"
        )


def execute(
    notebook: Path, executed: Path, given: Mapping[str, Any], kernel: Kernel, progress: Progress
) -> Any:
    """Run the notebook by papermill on the kernel that is there already."""
    import nbformat
    from nbclient.exceptions import DeadKernelError
    from papermill import execute_notebook

    logging.getLogger("papermill").setLevel(logging.ERROR)
    cells = sum(cell.cell_type == "code" for cell in nbformat.read(notebook, as_version=4).cells) + bool(
        given
    )
    done, source = 0, ""

    def count(**_: Any) -> None:
        nonlocal done
        done += 1
        progress("running the notebook", min(done, cells), cells)

    def begin(cell: Any, **_: Any) -> None:
        nonlocal source
        source = str(cell.source)

    progress("running the notebook", 0, cells)
    try:
        return execute_notebook(
            str(notebook),
            str(executed),
            parameters=dict(given),
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=CELL_SECONDS,
            km=kernel.manager(),
            on_cell_start=begin,
            on_cell_executed=count,
        )
    except DeadKernelError as error:
        raise KernelError(source) from error
