"""Write the sample's exports: the same bytes every time."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

Columns = list[tuple[str, list[str]]]
"""Headers (they may repeat) and their cells."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FIXED = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def write_csv(
    path: Path,
    columns: Columns,
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    quote_all: bool = True,
    line_end: str = "\n",
    footer: Sequence[str] = (),
) -> None:
    """Write columns as a delimited file."""
    out = io.StringIO(newline="")
    quoting: Literal[0, 1] = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerow([header for header, _ in columns])
    writer.writerows(zip(*(cells for _, cells in columns), strict=True))
    if footer:
        out.write(line_end * 2)
        writer.writerows([line] for line in footer)
    data = out.getvalue().encode(encoding)
    path.write_bytes(b"\xff\xfe" + data if encoding == "utf-16-le" else data)


def write_sheet(path: Path, sheet: str, rows: list[list[str | float | None]]) -> None:
    """Write rows of text, numbers and empty cells as a workbook of one sheet."""
    workbook = (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
        f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    body = "".join(
        f'<row r="{r}">' + "".join(_cell(value, r, c) for c, value in enumerate(row)) + "</row>"
        for r, row in enumerate(rows, 1)
        if row
    )
    content = f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'
    parts = {**_FIXED, "xl/workbook.xml": workbook, "xl/worksheets/sheet1.xml": content}
    # stored, not deflated: compressed bytes differ between versions of zlib
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)


def _cell(value: str | float | None, row: int, column: int) -> str:
    at = f"{chr(ord('A') + column)}{row}"
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{at}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    short = f"{value:g}"  # which has six digits: not all of 12345.67
    return f'<c r="{at}"><v>{short if abs(value) < 1e5 and float(short) == value else f"{value:.2f}"}</v></c>'
