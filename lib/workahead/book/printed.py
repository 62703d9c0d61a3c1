"""What `workahead load` and `workahead check` print: reconciliation, findings and rows set aside, as Rich tables."""

from __future__ import annotations

import pandas as pd
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from workahead.book.book import Book

COLOURS = {"high": "bold red", "medium": "yellow", "low": "dim"}
REASONS = 4


def reconciliation_table(book: Book) -> Table:
    """Rows read, kept, set aside and why, ARR read and kept: a line a file and table, and the sum."""
    rows = pd.DataFrame(book.manifest.get("sources", []))
    table = Table(title=f"What was read, as of {book.as_of:%Y-%m-%d} (ARR in {book.currency})", show_footer=len(rows) > 1)
    money = rows["arr_read"].sum() if len(rows) else 0.0
    kept = rows["arr_kept"].sum() if len(rows) else 0.0
    table.add_column("file", footer="all", overflow="fold")
    table.add_column("table")
    for name in ("rows_read", "kept", "set_aside"):
        table.add_column(name.replace("_", " "), justify="right", footer=f"{int(rows[name].sum()):,}" if len(rows) else "")
    table.add_column("why set aside", overflow="fold")
    table.add_column("not of this table", justify="right")
    table.add_column("footer lines", justify="right")
    table.add_column("ARR read", justify="right", footer=f"{money:,.2f}")
    table.add_column("ARR kept", justify="right", footer=f"{kept:,.2f}")
    table.add_column("encoding")
    aside = book.set_aside
    for row in rows.to_dict("records"):
        mine = aside[(aside["file"] == row["file"]) & (aside["table"] == row["table"])]
        table.add_row(
            Text(str(row["file"])), row["table"], _count(row["rows_read"]), _count(row["kept"]), _count(row["set_aside"]),
            Text(why(mine)), _count(row["left_out"]), _count(row["dropped_as_footer"]),
            _money(row["arr_read"]), _money(row["arr_kept"]), str(row["encoding"]),
        )  # fmt: skip
    return table


def why(aside: pd.DataFrame) -> str:
    """The reasons of rows set aside with their counts: `2 end before they start; 1 without id`."""
    kinds = aside["reason"].astype(str).str.replace(r"(?: line \d+| into [^,;]+).*$", "", regex=True).value_counts()
    said = [f"{count:,} × {reason}" for reason, count in kinds.head(REASONS).items()]
    return "; ".join(said) + (f"; and {len(kinds) - REASONS} other reasons" if len(kinds) > REASONS else "")


def findings_table(book: Book) -> Table:
    """Findings, heaviest first, with what to do."""
    table = Table(title=f"Findings as of {book.as_of:%Y-%m-%d} (ARR in {book.currency})", show_lines=True)
    table.add_column("weight")
    table.add_column("table")
    table.add_column("finding", overflow="fold")
    table.add_column("rows", justify="right")
    table.add_column("ARR", justify="right")
    table.add_column("for example", overflow="fold")
    table.add_column("what to do", overflow="fold")
    for row in book.findings.to_dict("records"):
        table.add_row(
            Text(row["weight"], style=COLOURS.get(row["weight"], "")), row["table"], Text(str(row["finding"])), _count(row["rows"]),
            _money(row["arr"]), Text(_text(row["example"])), Text(_text(row["advice"])),
        )  # fmt: skip
    return table


def set_aside_table(book: Book, limit: int = 20) -> Table:
    """The rows set aside: file, line, column, value, reason, ARR."""
    rows = book.set_aside
    more = f", the first {limit} of {len(rows):,}" if len(rows) > limit else ""
    table = Table(title=f"Rows set aside{more}")
    for name, side in (("file", "left"), ("line", "right"), ("column", "left"), ("value", "left"), ("reason", "left"), ("ARR", "right")):
        table.add_column(name, justify="right" if side == "right" else "left", overflow="fold")
    for row in rows.head(limit).to_dict("records"):
        table.add_row(
            Text(str(row["file"])), str(row["line"]), Text(_text(row["column"])), Text(_text(row["value"])[:60]),
            Text(str(row["reason"])), _money(row["arr"]),
        )  # fmt: skip
    return table


def filed(book: Book) -> str:
    """Where the snapshot lies and how it is called, for the last line of the load."""
    return f"snapshot [bold]{escape(str(book.folder))}[/bold], fingerprint {book.manifest.get('fingerprint', '')}"


def _count(value: object) -> str:
    return "" if value is None or pd.isna(value) else f"{int(str(value).removesuffix('.0')):,}"  # type: ignore[call-overload]


def _money(value: object) -> str:
    return "" if value is None or pd.isna(value) else f"{float(str(value)):,.2f}"  # type: ignore[call-overload]


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]
