"""A notebook run by papermill on a kernel that is there already."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from workahead.errors import WorkaheadError
from workahead.reports.kernels.kernel import Kernel
from workahead.reports.masked import masked

LARGEST = 20_000_000
"""Bytes of an executed notebook; a page of it would be larger still."""
ADDED = {"injected-parameters", "papermill-error-cell-tag"}
"""Tags of the cells that papermill puts in."""

Progress = Callable[[str, int, int], None]
"""Told what is going on, and how many of how many cells are done."""


class StoppedError(WorkaheadError, RuntimeError):
    """A notebook that did not come to its end for a reason of its own; ``cell`` counts from 1, as people see them."""

    def __init__(self, text: str, cell: int | None = None, source: str = "") -> None:
        self.cell, self.source = cell, source
        super().__init__(text)


class KernelError(StoppedError):
    """The notebook's process ended in the middle of a cell, usually for want of memory."""


class TimeLimitError(StoppedError):
    """The run took longer than its definition allows."""


class SizeLimitError(StoppedError):
    """The notebook has put out more than a page could hold."""


def execute(
    notebook: Path,
    executed: Path,
    given: Mapping[str, Any],
    kernel: Kernel,
    progress: Progress,
    environment: Mapping[str, str] | None = None,
    seconds: float = 1800,
) -> Any:
    """Run the notebook, at most so many seconds; the executed notebook is written also where it fails.

    Raises papermill's error for a cell that raises, else a StoppedError.
    """
    import nbformat
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill import execute_notebook

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what goes wrong is told once, by us
    read = nbformat.read(notebook, as_version=4)
    cells = sum(cell.cell_type == "code" for cell in read.cells) + bool(given)
    until, done, begun = time.monotonic() + seconds, 0, list[Any]()

    def count(**_: Any) -> None:
        nonlocal done
        done += 1
        progress("running the notebook", min(done, cells), cells)

    def left(_: Any) -> float:
        return max(until - time.monotonic(), 0.1)

    progress("running the notebook", 0, cells)
    try:
        result = execute_notebook(
            str(notebook),
            str(executed),
            parameters=dict(given),
            progress_bar=False,
            request_save_on_cell_execute=False,
            timeout_func=left,
            km=kernel.manager(environment),
            on_cell_start=lambda cell, **_: begun.append(cell),
            on_cell_executed=count,
        )
    except (DeadKernelError, CellTimeoutError) as error:
        number = sum(not ADDED & set(cell.metadata.get("tags", [])) for cell in begun) or None
        source = str(begun[-1].source) if begun else ""
        nbformat.write(nbformat.from_dict({**read, "cells": begun}), executed)
        if isinstance(error, CellTimeoutError):
            limit = f"{seconds / 60:g} minutes" if seconds >= 120 else f"{seconds:g} seconds"
            said = f"the run took longer than the {limit} it may take (timeout_minutes in the report's definition)"
            raise TimeLimitError(said, number, source) from error
        said = f"the process that ran the notebook {kernel.ended() or 'ended'}"
        said += "; was memory too short?" if "SIGKILL" in said else ""
        raise KernelError(said, number, source) from error
    finally:
        cleared = executed.is_file() and _clear(executed)
    if (size := executed.stat().st_size) > LARGEST:
        executed.unlink()
        raise SizeLimitError(
            f"the executed notebook has {size / 1e6:,.0f} MB, {LARGEST / 1e6:,.0f} MB at most make a page: "
            "show sums instead of rows, in charts too"
        )
    return nbformat.read(executed, as_version=4) if cleared else result


def _clear(executed: Path) -> bool:
    """Mask the secrets that a cell may have printed; whether there were any."""
    text = executed.read_text(encoding="utf-8")
    clean = masked(text)
    if clean != text:
        executed.write_text(clean, encoding="utf-8")
    return clean != text
