"""Write the sample's exports: the same bytes every time."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

Columns = list[tuple[str, list[str]]]
"""Headers (they may repeat) and their cells."""


def write_csv(
    path: Path,
    columns: Columns,
    *,
    order: Sequence[int] | None = None,
    encoding: str = "utf-8",
    delimiter: str = ",",
    quote_all: bool = True,
    line_end: str = "\n",
    footer: Sequence[str] = (),
) -> None:
    """Write columns as a delimited file; ``order`` picks and repeats rows."""
    out = io.StringIO(newline="")
    quoting: Literal[0, 1] = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerow([header for header, _ in columns])
    rows = list(zip(*(cells for _, cells in columns), strict=True))
    writer.writerows(rows if order is None else [rows[i] for i in order])
    if footer:
        out.write(line_end * 2)
        writer.writerows([line] for line in footer)
    data = out.getvalue().encode(encoding)
    path.write_bytes(b"\xff\xfe" + data if encoding == "utf-16-le" else data)
