"""The tables of a page as CSV files beside it: exact values, and no text that a spreadsheet would run."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """Text as a spreadsheet shows it, never as it runs it; numbers stay numbers.

    >>> harmless("=HYPERLINK(1)"), harmless(-5.0), harmless("Acme"), harmless(None)
    ("'=HYPERLINK(1)", -5.0, 'Acme', '')
    """
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" \n").startswith(_FORMULA):
        return f"'{value}"
    return value


def write(tables: Sequence[Mapping[str, Any]], folder: Path) -> list[str]:
    """One file a table, named as ``show.table`` named it; two of one name get a number. Returns the names."""
    names: list[str] = []
    for table in tables:
        name = unused(str(table["name"]), names)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow([harmless(column) for column in table["columns"]])
            lines.writerows([harmless(value) for value in row] for row in table["rows"])
        names.append(name)
    return names


def unused(name: str, taken: Sequence[str]) -> str:
    """The name, with a number where it is taken.

    >>> unused("movers", ["movers"])
    'movers-2'
    """
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
