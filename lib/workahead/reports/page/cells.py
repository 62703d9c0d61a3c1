"""Which cells of an executed notebook make its page, in which order, and what each of them shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from workahead.reports.page.csvs import unused
from workahead.reports.page.figures import PLOTLY
from workahead.show.shown import MIME

HIDDEN_TAGS = {"parameters", "injected-parameters", "hide", "remove-cell"}
CHANGED_TAG = "what-changed"
CHANGED_TITLE = "What changed since the last report"


def shown(notebook: Any) -> list[Any]:
    """The cells that are not hidden."""
    return [cell for cell in notebook.cells if not HIDDEN_TAGS & set(cell.metadata.get("tags", []))]


def prepared(notebook: Any, *, titled: bool) -> Any:
    """A copy for the page: without hidden cells, the header's cell and the title; sections marked.

    ``titled`` says that the page's header has a title, so that the first heading gives way to it. A section whose code
    shows nothing is left out with its heading, and so is an empty table beside something else. The cell tagged
    what-changed moves up: after the key figures, before the first section that follows them.
    """
    import nbformat

    cells: list[Any] = []
    silent: list[Any] = []
    changed: list[Any] = []
    taken: list[str] = []
    for cell in shown(notebook):
        cell = nbformat.from_dict({**cell, "metadata": dict(cell.metadata)})
        if cell.cell_type == "code":
            kept = [one for one in cell.outputs if MIME.format("book") not in one.get("data", {})]
            kept = [_own_name(one, taken) for one in kept]
            # an empty table is in its CSV; beside a sentence that says so it is one frame too many
            cell.outputs = _with_rows([one for one in kept if not _empty(one)] or kept)
            if not cell.outputs:
                silent += cells[-1:]
                continue
        if cell.cell_type == "markdown":
            if titled and re.match(r"\s*# ", cell.source):
                cell.source, titled = re.sub(r"\A\s*# .*\n*", "", cell.source), False
            if re.match(r"\s*## ", cell.source):
                cell.metadata["workahead"] = {"section": True}
            if not cell.source.strip():
                continue
        (changed if CHANGED_TAG in cell.metadata.get("tags", []) else cells).append(cell)
    cells = _without_silent(cells, silent)
    if changed:
        heading = nbformat.v4.new_markdown_cell(
            f"## {CHANGED_TITLE}", metadata={"workahead": {"section": True}}
        )
        at = _before_first_section(cells)
        cells[at:at] = [heading, *changed]
    return nbformat.from_dict({**notebook, "cells": cells})


def _without_silent(cells: Sequence[Any], silent: Sequence[Any]) -> list[Any]:
    """The cells without those headings of sections that stand alone because their code has shown nothing."""

    def heads(cell: Any) -> bool:
        return cell is None or "workahead" in cell.metadata

    return [
        cell
        for cell, following in zip(cells, [*cells[1:], None], strict=True)
        if not (heads(cell) and heads(following) and any(cell is one for one in silent))
    ]


def _before_first_section(cells: Sequence[Any]) -> int:
    """The place of the first section after the first cards; of the first of all where there are no cards."""
    cards = (
        i for i, cell in enumerate(cells) if any(_shows(one, "cards") for one in cell.get("outputs", []))
    )
    after = next(cards, 0)
    found = (i for i, cell in enumerate(cells) if i >= after and "workahead" in cell.metadata)
    return next(found, len(cells))


def _shows(output: Any, kind: str) -> bool:
    return MIME.format(kind) in output.get("data", {})


def _empty(output: Any) -> bool:
    return _shows(output, "table") and not output["data"][MIME.format("table")]["rows"]


def _own_name(output: Any, taken: list[str]) -> Any:
    """Of two tables with one name, the second has the name of the file that csvs.write gives it."""
    if not _shows(output, "table"):
        return output
    table = output["data"][MIME.format("table")]
    old, new = str(table["name"]), unused(str(table["name"]), taken)
    taken.append(new)
    html = output["data"]["text/html"]
    for was in ('id="table-{}"', '<a href="csv/{0}.csv" download>{0}.csv</a>'):
        html = html.replace(was.format(old), was.format(new), 1)
    data = {**output["data"], "text/html": html, MIME.format("table"): {**table, "name": new}}
    return type(output)({**output, "data": data})


def _with_rows(outputs: list[Any]) -> list[Any]:
    """Each chart that does not say where its rows are gets the table that follows it in the same cell."""
    done, rows = list[Any](), None
    for output in reversed(outputs):
        if _shows(output, "table"):
            rows = str(output["data"][MIME.format("table")]["name"])
        if rows and PLOTLY in output.get("data", {}):
            held = output["data"][PLOTLY]
            layout = dict(held.get("layout", {}))
            meta = layout.get("meta")
            layout["meta"] = {"rows": rows, **(meta if isinstance(meta, dict) else {})}
            chart = {**held, "layout": layout}
            output = type(output)({**output, "data": {**output["data"], PLOTLY: chart}})
        done.append(output)
    return done[::-1]
