"""One export to rows of one canonical table: picked, parsed, converted; what can't be kept is set aside."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workahead.book.tables import TABLES
from workahead.errors import SourceError
from workahead.sources.conversion import convert_money
from workahead.sources.derived import derive, impossible
from workahead.sources.mapping import Mapping
from workahead.sources.observed import Observation
from workahead.sources.picking import Picked
from workahead.sources.reading import Table
from workahead.sources.unreadable import Marks, observe, unreadable
from workahead.sources.workbench import Export, Workbench

LINE, ENTRY = "__line", "__entry"
FATAL = {"subscriptions": ("end_date", "arr", "mrr", "total_value", "start_date")}
"""Optional columns whose unreadable values set the row aside: a contract without its end would never end."""


@dataclass
class Part:
    """Rows of one table from one export, with their lines; rows set aside; what else was seen."""

    export: Export
    table: Table
    frame: pd.DataFrame
    aside: pd.DataFrame
    rows_read: int
    left_out: int
    arr_read: float
    headers: dict[str, str]
    observations: list[Observation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def table_name(self) -> str:
        return self.export.table


def build_part(
    export: Export, table: Table, mapping: Mapping, workbench: Workbench, salesforce: bool
) -> Part:
    """The canonical rows of one export. SourceError asks everything that the file leaves open, at once."""
    picked = Picked(export, table, mapping, workbench, salesforce)
    texts, lines = picked.texts()
    rows = len(lines)
    for name, text in export.constant.items():
        texts[name] = pd.Series([text] * rows, dtype="str")
    parsed = {name: picked.parsed(name, one) for name, one in texts.items()}
    frame = pd.DataFrame({name: one.values for name, one in parsed.items()}, index=pd.RangeIndex(rows))
    convert_money(picked, frame, texts, parsed, lines)
    if picked.questions:
        raise SourceError("\n".join(picked.questions))
    marks = Marks(rows)
    fatal = {name for name, column in TABLES[export.table].columns.items() if column.required} | set(
        FATAL.get(export.table, ())
    )
    for name, one in parsed.items():
        if one.bad.any():
            unreadable(picked, marks, name, one, texts[name], name in fatal, frame, lines)
    observe(picked, parsed)
    frame = derive(picked, frame, texts)
    known_arr = frame["arr"] if export.table == "subscriptions" else pd.Series(np.nan, index=frame.index)
    for name in fatal & set(TABLES[export.table].columns):
        if name in frame and TABLES[export.table].columns[name].required:
            bad = parsed[name].bad if name in parsed else np.zeros(rows, dtype=bool)
            marks.mark(
                frame[name].isna().to_numpy() & ~bad,
                picked.headers.get(name, name),
                texts.get(name),
                f"{name} is blank",
            )
    if export.table == "subscriptions":
        impossible(picked, marks, frame, texts)
    kept = marks.reason == ""
    aside = pd.DataFrame(
        {
            "line": lines[~kept],
            "column": marks.column[~kept],
            "value": marks.value[~kept],
            "reason": marks.reason[~kept],
            "arr": known_arr[~kept],
        }
    )
    ragged = pd.DataFrame(
        [
            {"line": one.line, "column": "", "value": one.text, "reason": one.reason, "arr": np.nan}
            for one in table.ragged
        ]
    )
    aside = pd.concat([aside, ragged], ignore_index=True) if len(ragged) else aside
    frame = frame[kept].reset_index(drop=True)
    frame[LINE] = lines[kept]
    return Part(
        export,
        table,
        frame,
        aside,
        rows + len(table.ragged),
        picked.left_out,
        float(known_arr.sum()),
        picked.headers,
        picked.observations,
        picked.notes,
    )
