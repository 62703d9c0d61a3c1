"""An exported file as text columns, each record with the line it stands on: CSV, XLSX or Parquet."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import math
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from workahead.errors import SourceError, some
from workahead.sources.amounts import parse_amounts
from workahead.sources.encodings import decode
from workahead.sources.layout import HEAD, find_delimiter, footer_start, header_row, matches, plain

CHUNK = 50_000
NOTHING = ("", "#N/A", "-", "--", "---", "–", "—")
"""What stands in a cell that holds nothing."""
csv.field_size_limit(16_000_000)  # whole e-mails stand in cells


@dataclass(frozen=True)
class Ragged:
    """A line that has not as many cells as the header."""

    line: int
    text: str
    reason: str


@dataclass
class Table:
    """A file as it is: headers, the wanted columns as text (by place in the header), the line of each record."""

    name: str
    header: list[str]
    columns: dict[int, pd.Series]
    lines: np.ndarray
    header_line: int
    encoding: str
    delimiter: str
    sha256: str
    footer: int = 0
    ragged: list[Ragged] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.lines)


def read_table(
    path: Path,
    name: str,
    known: Collection[str],
    pattern: re.Pattern[str] | None = None,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Table:
    """Read the columns of `path` whose headers are in `known` (as `plain` compares them) or fit `pattern`.

    SourceError: the file is missing, empty, broken, or no export at all.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        there = (
            sorted(one.name for one in path.parent.iterdir() if one.is_file()) if path.parent.is_dir() else []
        )
        beside = (
            f" In that folder there are: {some(there)}."
            if there
            else f" There is no folder {Path(name).parent}, either."
        )
        raise SourceError(
            f"{name}: there is no such file.{beside} Put the export there, or correct `file:` in "
            "workbench.yml."
        ) from None
    except OSError as error:
        raise SourceError(f"{name} can't be read: {error.strerror or error}.") from None
    sha256 = hashlib.sha256(data).hexdigest()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            raise SourceError(f"{name} is a broken gzip file. Export it again.") from None
    if data[:4] == b"PK\x03\x04":
        data = _unpacked(data, name)
    if not data.strip(b"\0 \r\n\t"):
        raise SourceError(
            f"{name} is empty ({len(data)} bytes). Export it again, or take its entry out of workbench.yml."
        )
    if data[:4] == b"PAR1":
        table = _parquet(data, name, known, sha256)
    elif (
        data[:4] == b"PK\x03\x04"
        or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        or path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".xlsb")
    ):
        rows, one = _sheet(data, name, known, sheet)
        table = _collect(rows, name, known, pattern, sha256, "", f"sheet {one!r}")
    else:
        text, found = decode(data, name, encoding)
        if text.lstrip()[:200].lower().startswith(("<html", "<!doctype", "<?xml")):
            raise SourceError(
                f"{name} holds a web page, not records: the session had probably run out. Export it again."
            )
        mark = delimiter or find_delimiter(text, known)
        table = _collect(_csv(text, mark, name), name, known, pattern, sha256, found, mark)
    return table


def _unpacked(data: bytes, name: str) -> bytes:
    """The one export in a zip archive (HubSpot sends large ones so); a workbook is a zip, too, and stays as it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [
                one for one in archive.namelist() if not one.endswith("/") and not one.startswith("__MACOSX")
            ]
            if "[Content_Types].xml" in names:
                return data
            if len(names) != 1:
                raise SourceError(
                    f"{name} is a zip archive of {len(names)} files ({some(names)}). Unpack it, and name one."
                )
            return archive.read(names[0])
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error):
        return data  # a broken workbook, said so where workbooks are read


def _csv(text: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the physical line each begins on: quoted cells may hold line ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(
            f"{name} line {begins}: {error}. A quote is probably never closed; export the file again."
        ) from None


def _collect(
    records: Iterator[tuple[int, list[str]]],
    name: str,
    known: Collection[str],
    pattern: re.Pattern[str] | None,
    sha256: str,
    encoding: str,
    delimiter: str,
) -> Table:
    head = list(islice(records, HEAD))
    at = header_row([row for _, row in head], known)
    header_line, header = head[at]
    header = [cell.strip().removeprefix("\ufeff") for cell in header]
    while header and not header[-1]:
        header.pop()
    first = next(
        (n for n, cell in enumerate(header) if cell), 0
    )  # formatted exports leave the first column empty
    wanted = [
        n for n, cell in enumerate(header) if plain(cell) in known or (pattern and pattern.fullmatch(cell))
    ]
    width = len(header)
    table = Table(name, header, {}, np.empty(0, dtype=np.int64), header_line, encoding, delimiter, sha256)
    chunks: dict[int, list[pa.Array]] = {n: [] for n in wanted}
    lines: list[np.ndarray] = []
    pending: list[tuple[int, list[str]]] = head[at + 1 :]

    def flush(rows: Sequence[tuple[int, list[str]]]) -> None:
        good: list[list[str]] = []
        places: list[int] = []
        for line, row in rows:
            if not any(row):
                continue  # a blank line, or a sheet's blank row
            if len(row) == width or _fits(row, width):
                good.append(row)
                places.append(line)
            elif any(cell.strip() for cell in row):
                table.ragged.append(_ragged(line, row, width))
        lines.append(np.asarray(places, dtype=np.int64))
        for n in wanted:
            chunks[n].append(pa.array([row[n] for row in good], type=pa.large_string()))

    while more := list(islice(records, CHUNK)):
        pending += more
        if len(pending) > HEAD:
            flush(pending[:-HEAD])
            del pending[:-HEAD]
    start = max(len(pending) - HEAD, 0)
    tail = [row[first:] for _, row in pending[start:]]
    end = start + footer_start(tail, width - first)
    table.footer = sum(1 for _, row in pending[end:] if any(cell.strip() for cell in row))
    flush(pending[:end])
    table.lines = np.concatenate(lines)
    table.columns = {
        n: text_column(pa.chunked_array(parts, type=pa.large_string())) for n, parts in chunks.items()
    }
    return table


def _fits(row: list[str], width: int) -> bool:
    """Longer than the header by empty cells only: a formatted sheet's margin."""
    return len(row) > width and not any(cell.strip() for cell in row[width:])


def _ragged(line: int, row: list[str], width: int) -> Ragged:
    more = "more" if len(row) > width else "fewer"
    why = "an unquoted delimiter in a cell?" if len(row) > width else "the line is cut?"
    return Ragged(
        line, " | ".join(row)[:200], f"the line has {len(row)} cells, {more} than the header's {width}: {why}"
    )


def text_column(values: pa.ChunkedArray) -> pd.Series:
    """Trimmed text; only an empty cell, one of dashes and `#N/A` are missing: "NA", "None" and "null" are
    somebody's words."""
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(values)
    blank = pc.is_in(trimmed, pa.array(NOTHING, pa.large_string()))
    cleaned = pc.if_else(pc.fill_null(blank, True), pa.scalar(None, pa.large_string()), trimmed)
    return pd.Series(cleaned.to_pandas(), dtype="str").reset_index(drop=True)


def _sheet(
    data: bytes, name: str, known: Collection[str], sheet: str | None
) -> tuple[Iterator[tuple[int, list[str]]], str]:
    """The rows of a workbook's sheet and its name: the one named, else the one with most known headers."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, XmlError, ZipError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise SourceError(f"{name} has no sheet {sheet!r}. There are: {some(names)}.")
        best: list[list[str]] = []
        score, which = (-1, -1), ""
        for one in [sheet] if sheet is not None else names:
            there = book.get_sheet_by_name(one)
            rows = [[_cell(cell) for cell in row] for row in there.to_python(skip_empty_area=False)]
            _spread(rows, there.merged_cell_ranges or ())
            fit = (max((matches(row, known) for row in rows[:HEAD]), default=-1), len(rows))
            if fit[0] > score[0]:
                best, score, which = rows, fit, one
    except PasswordError:
        raise SourceError(f"{name} is protected by a password. Save it without one.") from None
    except (CalamineError, ZipError, XmlError, OSError, ValueError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(
            f"{name} is no readable workbook ({error}): it is broken or half downloaded. Export it again, "
            "or save it as CSV."
        ) from None
    if not any(any(row) for row in best):
        raise SourceError(f"{name} is empty: its sheet holds no cell. Export it again.")
    return iter(enumerate(best, start=1)), which


def _spread(rows: list[list[str]], merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """A name in a merged cell is that of all its rows; an amount counts once."""
    for (top, left), (bottom, _) in merged:
        inside = [row for row in rows[top : bottom + 1] if left < len(row)]
        name = inside[0][left] if inside else ""
        if re.search(r"[^\W\d_]", name) and math.isnan(parse_amounts([name]).values[0]):
            for row in inside[1:]:
                row[left] = name


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return (
            value.date().isoformat()
            if value.time() == time()
            else value.isoformat(sep=" ", timespec="seconds")
        )
    return value.isoformat() if isinstance(value, date) else str(value)


def _parquet(data: bytes, name: str, known: Collection[str], sha256: str) -> Table:
    """A warehouse table: typed columns become the text that the same parsing then reads."""
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        header = list(file.schema_arrow.names)
        wanted = [n for n, one in enumerate(header) if plain(one) in known]
        frame = file.read(columns=[header[n] for n in wanted])
        columns = {n: text_column(frame.column(header[n]).cast(pa.large_string())) for n in wanted}
    except (pa.ArrowException, OSError) as error:
        raise SourceError(
            f"{name} is no readable Parquet file ({str(error).splitlines()[0]}). Export it again."
        ) from None
    lines = np.arange(1, frame.num_rows + 1, dtype=np.int64)
    return Table(name, header, columns, lines, 0, "Parquet", "", sha256)
