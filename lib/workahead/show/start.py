"""The start notebook: what is loaded, and what each notebook answers."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from workahead.book.snapshot import project_root
from workahead.book.tables import TABLES
from workahead.metrics.retention.arr import arr
from workahead.show.cards import Card, cards
from workahead.show.shown import Shown, escaped
from workahead.show.tables import table
from workahead.show.text import finding, note
from workahead.words.checks import check_sentence

if TYPE_CHECKING:
    from workahead.book.book import Book

START = "start.ipynb"


def loaded(book: Book) -> list[Shown]:
    """What a book holds, for ``display(*show.loaded(book))``: key figures, what loading found, and its tables."""
    now, found, aside = arr(book), book.findings, book.set_aside
    figures = [
        Card("Accounts", book.rows("accounts"), kind="count"),
        Card("With ARR", now["customers"].sum(), kind="count", note="customers, today"),
        Card("ARR", now["arr"].sum(), kind="money", how="arr"),
        Card(
            "Findings", len(found), kind="count", note=f"{(found['weight'] == 'high').sum()} of high weight"
        ),
        Card("Rows set aside", len(aside), kind="count", how="rows_set_aside"),
    ]
    held = pd.DataFrame(
        [(name.replace("_", " "), _rows(book, name), spec.holder) for name, spec in TABLES.items()],
        columns=["table", "rows", "holder"],
    )
    absent = int(held["rows"].isna().sum())
    title = (
        f"The tables of this book; {absent} of {len(held)} not loaded"
        if absent
        else "The tables of this book"
    )
    return [
        cards(figures, book.currency),
        finding(check_sentence(book.reconciliation, found, book.currency)),
        note(
            "More in a terminal: workahead check lists every finding and row; workahead load reads new exports."
        ),
        table(held, title, "tables", {"table": "Table", "rows": "Rows", "holder": "Usually comes from"}),
    ]


def contents(folder: Path | None = None) -> Shown:
    """What each notebook of a folder answers, by its own first cell, with a link that opens it in JupyterLab.

    Without ``folder`` they are the project's. One added is listed as well: nobody keeps this list.
    """
    held = folder or project_root() / "notebooks"
    found = [_told(path) for path in sorted(held.glob("*.ipynb")) if path.name != START]
    found.sort(key=lambda one: one["title"].casefold())
    if not found:
        return note(f"There is no notebook in {held}.")
    rows = "".join(
        f'<tr><th scope="row"><a href="{escaped(one["href"])}">{escaped(one["title"])}</a></th>'
        f'<td class="gt_left">{_code(one["answers"])}</td></tr>'
        for one in found
    )
    head = '<tr><th scope="col">Notebook</th><th scope="col">What it answers</th></tr>'
    html = f'<div class="wa-contents"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'
    text = "\n".join(f"{one['title']} ({one['file']}): {one['answers']}" for one in found)
    return Shown("contents", html, text, {"notebooks": found})


def _rows(book: Book, name: str) -> float:
    return float(book.rows(name)) if name in book.tables else float("nan")


def _told(path: Path) -> dict[str, str]:
    """A notebook's title and its first sentence; its name alone, where it has neither."""
    href = quote(Path(os.path.relpath(path)).as_posix())
    told = {"file": path.name, "href": href, "title": path.stem.replace("_", " ").capitalize(), "answers": ""}
    title, _, prose = next(_prose(path), "").strip().partition("\n")
    if heading := re.match(r"#+\s+(\S.*)", title):
        told["title"] = heading[1].strip()
    first = " ".join(prose.strip().partition("\n\n")[0].split())
    told["answers"] = re.split(r"(?<=[.?!])\s(?=[A-Z])", first)[0]
    return told


def _prose(path: Path) -> Iterator[str]:
    """The text cells of a notebook; none of a file that is no notebook."""
    try:
        cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    for cell in cells:
        if cell.get("cell_type") == "markdown":
            yield "".join(cell.get("source", []))


def _code(text: str) -> str:
    """Escaped, with Markdown's `code` and *emphasis* as such."""
    set_in = re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped(text))
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", set_in)
