"""From a file's columns to the texts of one canonical table, each parsed by its kind."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workahead.book.tables import TABLES
from workahead.sources import columns as read
from workahead.sources.history import from_field_history, from_stage_columns, is_field_history
from workahead.sources.mapping import Mapping, standard
from workahead.sources.observed import Observation
from workahead.sources.reading import Table
from workahead.sources.where import belonging
from workahead.sources.workbench import Export, Workbench

SEVERAL = {"replaces", "renews", "merged_ids", "replaced_by"}
"""Columns that may hold several ids, joined by `;`."""


class Picked:
    """The texts of one export that its table needs. Questions are gathered, so that all are asked at once."""

    def __init__(
        self, export: Export, table: Table, mapping: Mapping, workbench: Workbench, salesforce: bool
    ) -> None:
        self.export, self.table, self.mapping, self.workbench = export, table, mapping, workbench
        self.salesforce = salesforce
        self.questions: list[str] = []
        self.observations: list[Observation] = []
        self.notes: list[str] = []
        self.headers = dict(mapping.headers)
        self.left_out = 0

    def texts(self) -> tuple[dict[str, pd.Series], np.ndarray]:
        """The texts of the mapped columns, of the rows that belong to this table, with their lines."""
        export, table, mapping = self.export, self.table, self.mapping
        inside = belonging(
            export, {name: table.columns[at] for name, at in mapping.where.items()}, table.rows
        )
        texts = {name: self._joined(at) for name, at in mapping.columns.items()}
        if mapping.stages:
            texts, lines, self.left_out = from_stage_columns(
                texts["opportunity_id"], table, mapping.stages, inside
            )
            self.headers |= {"stage": "Date entered ...", "entered_date": "Date entered ..."}
            return texts, lines
        if export.table == "stage_history" and "from_stage" not in texts and is_field_history(table):
            texts, lines, self.left_out = from_field_history(
                texts["opportunity_id"], table, inside, self._date_format("entered_date")
            )
            self.headers |= {"stage": "New Value", "entered_date": "Edit Date"}
            return texts, lines
        if "from_stage" in texts:
            edits = (texts["from_stage"].notna() & (texts["from_stage"] == texts["stage"])).to_numpy()
            inside &= ~edits
            if edits.any():
                self.notes.append(
                    f"{export.file}: {int(edits.sum()):,} rows edit a deal without moving its stage: no "
                    "stage entry"
                )
        self.left_out = int((~inside).sum())
        if not inside.all():
            texts = {name: one[inside].reset_index(drop=True) for name, one in texts.items()}
        return texts, table.lines[inside]

    def _joined(self, places: tuple[int, ...]) -> pd.Series:
        first, *others = (self.table.columns[n] for n in places)
        for other in others:
            first = first.str.cat(other, sep=" ", na_rep="").str.strip()
            first = first.where(first != "")
        return first

    def _date_format(self, name: str) -> str | None:
        """What the entry says about one column, by its header or its canonical name, or about all."""
        stated = self.export.date_format
        if not isinstance(stated, dict):
            return stated
        return stated.get(self.headers.get(name, name), stated.get(name))

    def parsed(self, name: str, texts: pd.Series) -> read.Parsed:
        """One column by its kind; questions name it."""
        kind, export, header = self.mapping.kinds[name], self.export, self.headers.get(name, name)
        if kind == "id":
            result = read.parse_ids(texts, salesforce=self.salesforce, several=name in SEVERAL)
        elif kind in ("money", "number"):
            result = read.parse_money(texts, export.decimal, shares=kind == "number")
        elif kind == "date":
            result = read.parse_days(
                texts,
                self._date_format(name),
                export.time_zone or self.workbench.time_zone,
                self.workbench.time_zone,
            )
        elif kind == "bool":
            result = read.parse_flags(texts)
        else:
            column = TABLES[export.table].columns.get(name)
            usual = standard(export.kind).get(export.table, {}).get("values", {}).get(name, {})
            result = read.translate(
                texts, {**usual, **export.values.get(name, {})}, column.values if column else ()
            )
        if result.question:
            self.questions.append(
                f"{export.file}, column {header!r} ({name}): {result.question} to its entry in workbench.yml."
            )
        return result
