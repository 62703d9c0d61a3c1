"""Where the records are in an exported file: delimiter, header row, and the footer that is no record."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Sequence

DELIMITERS = (",", ";", "\t", "|")
HEAD = 40
"""Title and filter rows are looked for in so many rows from the top, footers in so many from the bottom."""

_FOOTER = re.compile(
    r"""grand\ totals?\b(\s*\(.*\))?\s*:?$ | (sub)?totals?(\s*\([\d.,\ ]+\ records?\))?\s*:?$ | total\
    records?\b
    | copyright\ (\(c\)|©)?.*salesforce | .*\bsalesforce\.com,?\ inc
    | confidential\ information\s*[-–—] | .*\bdo\ not\ distribute\b
    | (report\ )?generated\ (by|on|at)\s*: | exported\ (by|on)\s*: | report\ run\ (by|on)\s*:""",
    re.IGNORECASE | re.VERBOSE,
)


def plain(header: str) -> str:
    """A header as it is compared: case, spaces at the ends and doubled spaces do not count.

    >>> plain("  Account   Name ")
    'account name'
    """
    return " ".join(header.split()).casefold()


def matches(row: Sequence[str], known: Collection[str]) -> int:
    """How many cells of a row are known headers."""
    return sum(1 for cell in {plain(cell) for cell in row if cell} if cell in known)


def header_row(rows: Sequence[Sequence[str]], known: Collection[str]) -> int:
    """Which of the first rows is the header: the one with most known headers, else the widest; the first of equals."""

    def fit(n: int) -> tuple[int, int]:
        return matches(rows[n], known), sum(1 for cell in rows[n] if cell.strip())

    return max(range(len(rows)), key=fit, default=0)


def find_delimiter(text: str, known: Collection[str]) -> str:
    """The delimiter under which a row of the top holds most known headers; else the one that splits most evenly."""
    lines = text[:200_000].splitlines(keepends=True)[:HEAD]

    def fits(delimiter: str) -> tuple[int, int]:
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            return (0, 0)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        best: int = max((matches(row, known) for row in rows), default=0)
        return best, max(widths.values(), default=0)

    return max(DELIMITERS, key=fits)


def footer_start(tail: Sequence[Sequence[str]], width: int) -> int:
    """Where the footer begins among the last rows of a file: their number, where there is none.

    Lines are known by their content. The report's and the company's name say nothing of themselves: they
    belong to the
    footer where they stand in one block of single cells with a line that does.

    >>> footer_start([["1", "a"], [], ["My report"], ["Confidential Information - Do Not Distribute"]], 2)
    2
    >>> footer_start([["1", "a"], ["2", "b"]], 2)
    2
    """
    filled = [[cell for cell in row if cell.strip()] for row in tail]
    known = [bool(cells) and _FOOTER.match(cells[0].strip()) is not None for cells in filled]
    sparse = [
        len(cells) <= 1 and (not cells or bool(row[0].strip()))
        for cells, row in zip(filled, tail, strict=True)
    ]
    block = len(tail)
    while block and (sparse[block - 1] or known[block - 1]):
        block -= 1
    first = next((n for n in range(block, len(tail)) if known[n]), None)
    if first is None:
        return len(tail)
    start = first
    while start > block:  # lines before the first known one: short lines, or lines after a blank one
        short = width > 1 and len(tail[start - 1]) == 1
        after_blank = any(not filled[n] for n in range(block, start - 1))
        if not filled[start - 1] or not (short or after_blank):
            break
        start -= 1
    return start
