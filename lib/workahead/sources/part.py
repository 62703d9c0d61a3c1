"""One export on its way to rows of one canonical table: picked, parsed, and what was seen on the way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from workahead.book.tables import TABLES
from workahead.errors import SourceError, some
from workahead.sources import columns as read
from workahead.sources.history import from_columns, from_field_history
from workahead.sources.mapping import Mapping, standard
from workahead.sources.observed import Observation, Weight
from workahead.sources.reading import Table
from workahead.sources.workbench import Condition, Export, Workbench

ASIDE = ["file", "line", "table", "column", "value", "reason", "arr"]

SEVERAL = {"replaces", "renews", "merged_ids", "replaced_by"}
"""Columns that may hold several ids, joined by `;`."""


class Part:
    """What one export gives its table. `frame`: one row a record; `rows`, `lines`: where it stands in the file.

    Questions are gathered, so that all are asked at once; rows that can't be kept are marked with every reason.
    """

    def __init__(
        self, export: Export, table: Table, mapping: Mapping, workbench: Workbench, salesforce: bool
    ) -> None:
        self.export, self.table, self.mapping, self.workbench = export, table, mapping, workbench
        self.headers = dict(mapping.headers)
        self.questions: list[str] = []
        self.observations: list[Observation] = []
        self.notes: list[str] = []
        self.left_out = 0
        self.monthly = mapping.monthly
        self.texts, self.rows = self._picked()
        self.lines = table.lines[self.rows]
        self.texts |= {
            name: pd.Series([text] * len(self.rows), dtype="str") for name, text in export.constant.items()
        }
        self.parsed = {name: self._parsed(name, one, salesforce) for name, one in self.texts.items()}
        self.frame = pd.DataFrame(
            {name: one.values for name, one in self.parsed.items()}, index=pd.RangeIndex(len(self.rows))
        )
        self._reason, self._column, self._value = (
            np.full(len(self.rows), "", dtype=object) for _ in range(3)
        )

    def at(self, place: int) -> pd.Series:
        """A column of the file, for the rows of the frame."""
        return self.table.columns[place].iloc[self.rows].reset_index(drop=True)

    def header(self, name: str) -> str:
        """What the file calls a canonical column."""
        return self.headers.get(name, name)

    # what is picked and parsed

    def _picked(self) -> tuple[dict[str, pd.Series], np.ndarray]:
        """The texts of the mapped columns, of the rows that belong to this table."""
        export, table, mapping = self.export, self.table, self.mapping
        inside = self._belonging()
        texts = {name: self._joined(at) for name, at in mapping.columns.items()}
        if mapping.stages:
            self.headers |= {"stage": "Date entered ...", "entered_date": "Date entered ..."}
            ids, names = {"opportunity_id": texts["opportunity_id"]}, ("stage", "entered_date")
            texts, rows, self.left_out = from_columns(ids, table, mapping.stages, inside, names)
            return texts, rows
        if mapping.months and export.months:
            self.headers |= {"month": "header of the month", export.months: "a month's column"}
            names = ("month", export.months)
            texts, rows, self.left_out = from_columns(texts, table, mapping.months, inside, names)
            return texts, rows
        if mapping.field_history:
            stated = self._date_format("entered_date")
            self.headers |= {"stage": "New Value", "entered_date": "Edit Date"}
            texts, rows, self.left_out = from_field_history(texts["opportunity_id"], table, inside, stated)
            return texts, rows
        if "from_stage" in texts:
            edits = (texts["from_stage"].notna() & (texts["from_stage"] == texts["stage"])).to_numpy()
            inside &= ~edits
            if edits.any():
                self.notes.append(
                    f"{export.file}: {int(edits.sum()):,} rows edit a deal without moving its stage: no "
                    "stage entry"
                )
        self.left_out = int((~inside).sum())
        return {n: one[inside].reset_index(drop=True) for n, one in texts.items()}, np.flatnonzero(inside)

    def _joined(self, places: tuple[int, ...]) -> pd.Series:
        first, *others = (self.table.columns[n] for n in places)
        for other in others:
            first = first.str.cat(other, sep=" ", na_rep="").str.strip()
            first = first.where(first != "")
        return first

    def _belonging(self) -> np.ndarray:
        """The rows that meet every condition of `where:`. SourceError where no row does: values were renamed."""
        export, inside = self.export, np.ones(self.table.rows, dtype=bool)
        for header, condition in export.where.items():
            texts = self.table.columns[self.mapping.where[header]]
            met = _met(texts, condition)
            if len(met) and not met.any():
                there = texts.dropna().unique()
                raise SourceError(
                    f"{export.file}: no row meets `where: {header}` for {export.table}. "
                    f"The column's values are: {some(there) if len(there) else 'all blank'}. Correct the "
                    "condition in workbench.yml."
                )
            inside &= met
        if len(inside) and not inside.any():
            raise SourceError(
                f"{export.file}: no row meets all of `where: {', '.join(export.where)}` for {export.table}, "
                "though each is met by some. Correct the conditions in workbench.yml."
            )
        return inside

    def _date_format(self, name: str) -> str | None:
        """What the entry says about one column, by its header or its canonical name, or about all."""
        stated = self.export.date_format
        if not isinstance(stated, dict):
            return stated
        return stated.get(self.header(name), stated.get(name))

    def _parsed(self, name: str, texts: pd.Series, salesforce: bool) -> read.Parsed:
        """One column by its kind; questions name it."""
        kind, export, zone = self.mapping.kinds[name], self.export, self.workbench.time_zone
        if kind == "id":
            result = read.parse_ids(texts, salesforce=salesforce, several=name in SEVERAL)
        elif kind in ("money", "number"):
            result = read.parse_money(texts, export.decimal, shares=kind == "number")
        elif kind == "date":
            texts = read.first_days(texts) if name == "month" else texts
            result = read.parse_days(texts, self._date_format(name), export.time_zone or zone, zone)
        elif kind == "bool":
            result = read.parse_flags(texts)
        else:
            column = TABLES[export.table].columns.get(name)
            usual = standard(export.kind).get(export.table, {}).get("values", {}).get(name, {})
            values = {**usual, **export.values.get(name, {})}
            result = read.translate(texts, values, column.values if column else ())
        if result.question:
            self.ask(name, f": {result.question} to its entry in workbench.yml.")
        return result

    # what is said about it

    def ask(self, name: str, question: str) -> None:
        """Ask what the file leaves open about a column."""
        self.questions.append(f"{self.export.file}, column {self.header(name)!r} ({name}){question}")

    def saw(self, weight: Weight, finding: str, rows: int | None = None, **more: Any) -> None:
        """Tell what is no error."""
        self.observations.append(Observation(weight, self.export.table, finding, rows, **more))

    def mark(self, rows: Iterable[int], name: str, reason: str) -> None:
        """Rows that can't be kept, for the text of a column; a row keeps its first column, and every reason."""
        texts = self.texts.get(name)
        for row in rows:
            if not self._reason[row]:
                text = texts.iloc[row] if texts is not None else None
                self._column[row] = self.header(name)
                self._value[row] = "" if text is None or pd.isna(text) else str(text)
            self._reason[row] += f"; {reason}" if self._reason[row] else reason

    # what comes of it

    @property
    def money(self) -> pd.Series:
        """ARR of each row of subscriptions (in a table of months, the last month's); of others nothing is known."""
        known = self.export.table == "subscriptions"
        if self.monthly:
            months = self.frame["start_date"].dt.to_period("M")
            return self.frame["arr"].where(months == months.max(), 0.0)
        return self.frame["arr"] if known else pd.Series(np.nan, index=self.frame.index)

    @property
    def kept(self) -> pd.DataFrame:
        """The rows with nothing against them."""
        good: pd.DataFrame = self.frame.loc[self._reason == ""]
        return good

    @property
    def aside(self) -> pd.DataFrame:
        """The rows with something against them, and lines that are no row, in their order."""
        marked = {"line": self.lines, "column": self._column, "value": self._value, "reason": self._reason}
        aside = pd.DataFrame({**marked, "arr": self.money}).query("reason != ''")
        ragged = [(one.line, "", one.text, one.reason, np.nan) for one in self.table.ragged]
        if ragged:
            aside = pd.concat([aside, pd.DataFrame(ragged, columns=aside.columns)])
        aside = aside.assign(file=self.export.file, table=self.export.table)[ASIDE]
        return aside.sort_values("line", kind="stable")


def _met(texts: pd.Series, condition: Condition) -> np.ndarray:
    if condition.blank is not None:
        return np.asarray(texts.isna() if condition.blank else texts.notna())
    codes, uniques = pd.factorize(texts)
    listed = {read.same(one) for one in (*condition.one_of, *condition.none_of)}
    hits = np.array([read.same(str(one)) in listed for one in uniques] + ["" in listed])
    met = hits[codes]
    return ~met if condition.none_of else met
