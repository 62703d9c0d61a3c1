"""What `workahead load` and `workahead check` print: reconciliation, findings and rows set aside, as Rich
tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from rich import box
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from workahead.book.asides import alike
from workahead.book.book import Book
from workahead.sources.observed import many

COLOURS = {"high": "bold red", "medium": "yellow", "low": "dim"}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
COUNTED = ("rows_read", "kept", "set_aside", "arr_read", "arr_kept")


def reconciliation_table(book: Book) -> Table:
    """Rows read, kept and set aside, ARR read and kept: a line a file and table, and the sum."""
    rows = pd.DataFrame(book.manifest.get("sources", []))
    table = _table(
        f"What was read, as of {book.as_of:%Y-%m-%d} (ARR in {book.currency})", len(rows) > 1, expand=False
    )
    table.add_column("file → table", footer="all", overflow="fold", min_width=16)
    for name in COUNTED:
        total = rows[name].sum() if len(rows) else 0
        header = name.replace("_", " ").replace("arr", "ARR")
        table.add_column(header, justify="right", footer=f"{total:,.0f}", no_wrap=True)
    for row in rows.to_dict("records"):
        cell = Text(f"{Path(row['file']).name} → {row['table']}")
        table.add_row(cell, *[_number(row[name]) for name in COUNTED])
    return table


def remarks(book: Book) -> Text:
    """How each file was read, why rows were set aside, and what loading decided."""
    said = Text()
    aside = book.set_aside
    for row in book.manifest.get("sources", []):
        said.append(f"{row['file']} → {row['table']}: {_facts(row)}\n", style="dim")
        mine = aside[(aside["file"] == row["file"]) & (aside["table"] == row["table"])]
        for count, reason in why(mine):
            said.append(f"  set aside {count:,}: {reason}\n", style="yellow")
    for note in book.manifest.get("notes", []):
        said.append(f"{note}\n", style="dim")
    return said


def _table(title: str, show_footer: bool = False, expand: bool = True) -> Table:
    return Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_footer=show_footer,
        expand=expand,
        pad_edge=False,
        collapse_padding=True,
    )


def _facts(row: dict[Any, Any]) -> str:
    """How the file was read: encoding, delimiter, and what in it is no row of this table."""
    delimiter = DELIMITERS.get(row["delimiter"], row["delimiter"])
    facts = [fact for fact in (row["encoding"], delimiter) if fact]
    if row["header_line"] > 1:
        facts.append(f"header on line {row['header_line']}")
    if row["dropped_as_footer"]:
        facts.append(f"{many(row['dropped_as_footer'], 'footer line')} dropped")
    if row["left_out"]:
        facts.append(f"{many(row['left_out'], 'row')} not of this table")
    return ", ".join(facts)


def why(aside: pd.DataFrame) -> list[tuple[int, str]]:
    """The reasons of rows set aside with their counts, most frequent first, without the ids and lines in them."""
    return [(int(count), str(reason)) for reason, count in alike(aside["reason"]).value_counts().items()]


def findings_table(book: Book) -> Table:
    """Findings, heaviest first, with what to do."""
    table = _table(f"Findings as of {book.as_of:%Y-%m-%d} (ARR in {book.currency})")
    table.add_column("weight", no_wrap=True)
    table.add_column("finding", overflow="fold", ratio=1)
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("ARR", justify="right", no_wrap=True)
    for row in book.findings.to_dict("records"):
        cell = Text(f"{row['table']}: {row['finding']}")
        if example := _text(row["example"]):
            cell.append(f"\nfor example {example}", style="dim")
        if advice := _text(row["advice"]):
            cell.append(f"\n→ {advice}", style="cyan")
        table.add_row(
            Text(row["weight"], style=COLOURS.get(row["weight"], "")),
            cell,
            _number(row["rows"]),
            _number(row["arr"]),
        )
    return table


def set_aside_table(book: Book, limit: int = 20) -> Table:
    """The rows set aside: file and line, column and value, reason, ARR."""
    rows = book.set_aside
    more = (
        f", the first {limit} of {len(rows):,}: all are in {book.folder}/set_aside.csv"
        if len(rows) > limit
        else ""
    )
    table = _table(f"Rows set aside{more}")
    table.add_column("where", overflow="fold", ratio=2)
    table.add_column("reason", overflow="fold", ratio=3)
    table.add_column("ARR", justify="right", no_wrap=True)
    for row in rows.head(limit).to_dict("records"):
        value = _text(row["value"])[:60]
        said = Text(str(row["reason"]))
        if column := _text(row["column"]):
            said.append(f"\n{column} = {value!r}", style="dim")
        table.add_row(Text(f"{row['file']} line {row['line']}"), said, _number(row["arr"]))
    return table


def filed(book: Book) -> str:
    """Where the snapshot lies and how it is called, for the last line of the load."""
    fingerprint = book.manifest.get("fingerprint", "")
    return f"snapshot [bold]{escape(str(book.folder))}[/bold], fingerprint {fingerprint}"


def _number(value: Any) -> str:
    return "" if value is None or pd.isna(value) else f"{float(value):,.0f}"


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)
