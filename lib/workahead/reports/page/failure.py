"""The page of a run that failed: which cell, which error, the traceback, and where the last good page is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workahead.reports.page.scripts import shell
from workahead.show.shown import escaped

_ADDED = {"injected-parameters", "papermill-error-cell-tag"}  # what papermill puts in
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Failure:
    """Why a run failed; ``cell`` counts the notebook's cells from 1 and is None where no cell is to blame."""

    error: str
    message: str
    cell: int | None = None
    source: str = ""
    traceback: str = ""

    def sentence(self) -> str:
        """For the terminal and the index."""
        where = f"cell {self.cell}: " if self.cell else ""
        return f"{where}{self.error}: {self.message}"

    def data(self) -> dict[str, Any]:
        """For run.json."""
        return {"error": self.error, "message": self.message, "cell": self.cell, "traceback": self.traceback}


def of_notebook(notebook: Any) -> Failure | None:
    """The first error among a notebook's outputs; its cell is counted as in the notebook that people edit."""
    own = [cell for cell in notebook.cells if not _ADDED & set(cell.metadata.get("tags", []))]
    for number, cell in enumerate(own, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                lines = "\n".join(output.traceback)
                return Failure(
                    output.ename, output.evalue, number, cell.source, _ANSI.sub("", lines) or output.evalue
                )
    return None


def failure_page(
    title: str,
    period: str,
    failure: Failure,
    about: Sequence[tuple[str, str]],
    good: str | None,
    links: Mapping[str, str] | None = None,
) -> str:
    """The page that stands beside the last good one; ``good`` is a link to that."""
    where = f"Cell {failure.cell} of the notebook stopped the run. " if failure.cell else ""
    last = (
        f'The <a href="{escaped(good)}">last good page</a> is untouched.'
        if good
        else "There is no good page yet."
    )
    parts = [
        f'<header class="wa-header"><h1>{escaped(title)}</h1>',
        f'<p class="wa-period">{escaped(period)}</p></header>',
        f'<main><section><div class="wa-failed"><strong>This run failed.</strong> {where}{last}</div>',
        f'<p class="wa-finding">{escaped(failure.error)}: {escaped(failure.message)}</p>',
    ]
    for heading, text in (("The cell", failure.source), ("Traceback", failure.traceback)):
        if text:
            parts.append(
                f'<h2>{heading}</h2><pre class="wa-out" tabindex="0" role="region" aria-label="{heading}">'
                f"{escaped(text)}</pre>"
            )
    for text, link in (links or {}).items():
        parts.append(f'<p class="wa-note wa-beside"><a href="{escaped(link)}">{escaped(text)}</a></p>')
    lines = "".join(f"<dt>{escaped(name)}</dt><dd>{escaped(value)}</dd>" for name, value in about if value)
    parts.append(
        f'</section></main><footer class="wa-footer"><h2>About this run</h2><dl>{lines}</dl></footer>'
    )
    return shell(f"Failed: {title}, {period}", "".join(parts))
