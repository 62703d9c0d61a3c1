"""What `workahead load` and `workahead check` print: reconciliation, findings and rows set aside, as Rich
tables."""

from __future__ import annotations

from typing import Any

import pandas as pd
from rich import box
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from workahead.book.book import Book

COLOURS = {"high": "bold red", "medium": "yellow", "low": "dim"}
REASONS = 4


def reconciliation_table(book: Book) -> Table:
    """Rows read, kept, set aside and why, ARR read and kept: a line a file and table, and the sum."""
    rows = pd.DataFrame(book.manifest.get("sources", []))
    table = _table(
        f"What was read, as of {book.as_of:%Y-%m-%d} (ARR in {book.currency})", show_footer=len(rows) > 1
    )
    table.add_column("file → table", footer="all", overflow="fold", ratio=1)
    for name in ("rows_read", "kept", "set_aside", "arr_read", "arr_kept"):
        total = rows[name].sum() if len(rows) else 0
        header = name.replace("_", " ").replace("arr", "ARR")
        table.add_column(header, justify="right", footer=f"{total:,.0f}", no_wrap=True)
    aside = book.set_aside
    for row in rows.to_dict("records"):
        mine = aside[(aside["file"] == row["file"]) & (aside["table"] == row["table"])]
        cell = Text(f"{row['file']} → {row['table']}")
        cell.append(f"\n{_facts(row)}", style="dim")
        if len(mine):
            cell.append(f"\nset aside: {why(mine)}", style="yellow")
        numbers = [_number(row[name]) for name in ("rows_read", "kept", "set_aside", "arr_read", "arr_kept")]
        table.add_row(cell, *numbers)
    return table


def _table(title: str, show_footer: bool = False) -> Table:
    return Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_footer=show_footer,
        expand=True,
        pad_edge=False,
    )


def _facts(row: dict[Any, Any]) -> str:
    """How the file was read: encoding, delimiter, and what in it is no row of this table."""
    delimiter = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "sheet": "sheet"}.get(
        row["delimiter"], row["delimiter"]
    )
    facts = [fact for fact in (row["encoding"], delimiter) if fact]
    if row["header_line"] > 1:
        facts.append(f"header on line {row['header_line']}")
    if row["dropped_as_footer"]:
        facts.append(f"{row['dropped_as_footer']} footer lines dropped")
    if row["left_out"]:
        facts.append(f"{row['left_out']:,} rows are not of this table")
    return ", ".join(facts)


def why(aside: pd.DataFrame) -> str:
    """The reasons of rows set aside with their counts: `2 end before they start; 1 without id`."""
    kinds = (
        aside["reason"]
        .astype(str)
        .str.replace(r"(?: line \d+| into [^,;]+).*$", "", regex=True)
        .value_counts()
    )
    said = [f"{count:,} × {reason}" for reason, count in kinds.head(REASONS).items()]
    return "; ".join(said) + (f"; and {len(kinds) - REASONS} other reasons" if len(kinds) > REASONS else "")


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
