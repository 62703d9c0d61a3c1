"""One export to rows of one canonical table: texts picked, parsed, converted; what can't be kept is marked."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workahead.book.tables import TABLES
from workahead.errors import SourceError
from workahead.sources import columns as read
from workahead.sources.history import from_field_history, from_stage_columns, is_field_history
from workahead.sources.mapping import Mapping, standard
from workahead.sources.observed import Observation
from workahead.sources.rates import convert, currency_of_rows, without_rate
from workahead.sources.reading import Table
from workahead.sources.terms import annual_value, last_day
from workahead.sources.where import belonging
from workahead.sources.workbench import Export, Workbench

FILE, LINE, ENTRY = "__file", "__line", "__entry"
SEVERAL = {"replaces", "renews", "merged_ids", "replaced_by"}
FATAL = {"subscriptions": ("end_date", "arr", "mrr", "total_value", "start_date")}
"""Optional columns whose unreadable values set the row aside: a contract without its end would never end."""
ENDLESS = pd.Timestamp("2200-01-01")


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
    headers: Dict[str, str]
    observations: list[Observation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def table_name(self) -> str:
        return self.export.table


class _Marks:
    """The rows that can't be kept: for each the first column at fault, its text, and every reason."""

    def __init__(self, rows: int) -> None:
        self.reason, self.column, self.value = (np.full(rows, "", dtype=object) for _ in range(3))

    def mark(self, at: np.ndarray, column: str, texts: pd.Series | None, reason: str) -> None:
        for row in np.flatnonzero(at):
            if not self.reason[row]:
                text = texts.iloc[row] if texts is not None else None
                self.column[row], self.value[row] = column, "" if text is None or pd.isna(text) else str(text)
            self.reason[row] += f"; {reason}" if self.reason[row] else reason


class _Reader:
    """Works one export through. Questions are gathered, so that all of them are asked at once."""

    def __init__(self, export: Export, table: Table, mapping: Mapping, workbench: Workbench, salesforce: bool) -> None:
        self.export, self.table, self.mapping, self.workbench = export, table, mapping, workbench
        self.salesforce = salesforce
        self.questions: list[str] = []
        self.observations: list[Observation] = []
        self.notes: list[str] = []
        self.headers = dict(mapping.headers)
        self.left_out = 0

    def picked(self) -> tuple[dict[str, pd.Series], np.ndarray]:
        """The texts of the mapped columns, of the rows that belong to this table, with their lines."""
        export, table, mapping = self.export, self.table, self.mapping
        inside = belonging(export, {name: table.columns[at] for name, at in mapping.where.items()}, table.rows)
        texts = {name: self._joined(at) for name, at in mapping.columns.items()}
        if mapping.stages:
            texts, lines, _ = from_stage_columns(texts["opportunity_id"], table, mapping.stages, inside)
            self.headers |= {"stage": "Date entered ...", "entered_date": "Date entered ..."}
            return texts, lines
        if export.table == "stage_history" and "from_stage" not in texts and is_field_history(table):
            texts, lines, self.left_out = from_field_history(texts["opportunity_id"], table)
            self.headers |= {"stage": "New Value", "entered_date": "Edit Date"}
            return texts, lines
        if "from_stage" in texts:
            edits = (texts["from_stage"].notna() & (texts["from_stage"] == texts["stage"])).to_numpy()
            inside &= ~edits
            if edits.any():
                self.notes.append(f"{export.file}: {int(edits.sum()):,} rows edit a deal without moving its stage: no stage entry")
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

    def parsed(self, name: str, texts: pd.Series) -> read.Parsed:
        """One column by its kind; questions name it."""
        kind, export, header = self.mapping.kinds[name], self.export, self.headers.get(name, name)
        if kind == "id":
            result = read.parse_ids(texts, salesforce=self.salesforce, several=name in SEVERAL)
        elif kind in ("money", "number"):
            result = read.parse_money(texts, export.decimal)
        elif kind == "date":
            stated = export.date_format
            one = stated.get(header, stated.get(name)) if isinstance(stated, dict) else stated
            result = read.parse_days(texts, one, export.time_zone or self.workbench.time_zone, self.workbench.time_zone)
        elif kind == "bool":
            result = read.parse_flags(texts)
        else:
            column = TABLES[export.table].columns.get(name)
            usual = standard(export.kind).get(export.table, {}).get("values", {}).get(name, {})
            result = read.translate(texts, {**usual, **export.values.get(name, {})}, column.values if column else ())
        if result.question:
            self.questions.append(f"{export.file}, column {header!r} ({name}): {result.question} to its entry in workbench.yml.")
        return result


def build_part(export: Export, table: Table, mapping: Mapping, workbench: Workbench, salesforce: bool) -> Part:
    """The canonical rows of one export. SourceError asks everything that the file leaves open, at once."""
    reader = _Reader(export, table, mapping, workbench, salesforce)
    texts, lines = reader.picked()
    rows = len(lines)
    for name, text in export.constant.items():
        texts[name] = pd.Series([text] * rows, dtype="str")
    parsed = {name: reader.parsed(name, one) for name, one in texts.items()}
    frame = pd.DataFrame({name: one.values for name, one in parsed.items()}, index=pd.RangeIndex(rows))
    _convert_money(reader, frame, texts, parsed, lines)
    if reader.questions:
        raise SourceError("\n".join(reader.questions))
    marks = _Marks(rows)
    fatal = {name for name, column in TABLES[export.table].columns.items() if column.required} | set(FATAL.get(export.table, ()))
    for name, one in parsed.items():
        if one.bad.any():
            _unreadable(reader, marks, name, one, texts[name], name in fatal, frame, lines)
        _observe(reader, name, one)
    _derive(reader, frame, texts)
    known_arr = frame["arr"] if export.table == "subscriptions" else pd.Series(np.nan, index=frame.index)
    for name in fatal & set(TABLES[export.table].columns):
        if name in frame and TABLES[export.table].columns[name].required:
            bad = parsed[name].bad if name in parsed else np.zeros(rows, dtype=bool)
            marks.mark(frame[name].isna().to_numpy() & ~bad, reader.headers.get(name, name), texts.get(name), f"{name} is blank")
    if export.table == "subscriptions":
        _impossible(reader, marks, frame, texts)
    kept = marks.reason == ""
    aside = pd.DataFrame(
        {
            "line": lines[~kept], "column": marks.column[~kept], "value": marks.value[~kept],
            "reason": marks.reason[~kept], "arr": known_arr[~kept],
        }
    )  # fmt: skip
    ragged = pd.DataFrame([{"line": one.line, "column": "", "value": one.text, "reason": one.reason, "arr": np.nan} for one in table.ragged])
    aside = pd.concat([aside, ragged], ignore_index=True) if len(ragged) else aside
    frame = frame[kept].reset_index(drop=True)
    frame[LINE] = lines[kept]
    return Part(
        export, table, frame, aside, rows + len(table.ragged), reader.left_out, float(known_arr.sum()),
        reader.headers, reader.observations, reader.notes,
    )  # fmt: skip


def _convert_money(
    reader: _Reader, frame: pd.DataFrame, texts: dict[str, pd.Series], parsed: dict[str, read.Parsed], lines: np.ndarray
) -> None:
    """Every money column into the reporting currency; of the main one the original amount and currency stay beside."""
    workbench, mapping, export = reader.workbench, reader.mapping, reader.export
    main = {"subscriptions": ("arr", "mrr", "total_value"), "opportunities": ("amount",)}.get(export.table, ())
    row_lines = pd.Series(np.arange(reader.table.rows), index=reader.table.lines)
    for name in [one for one in parsed if mapping.kinds[one] == "money"]:
        in_cell = parsed[name].currencies
        assert in_cell is not None  # parse_money always gives them
        beside = texts.get("currency")
        if name in mapping.currencies:
            beside = reader.table.columns[mapping.currencies[name]].iloc[row_lines[lines].to_numpy()].reset_index(drop=True)
        currency, blank = currency_of_rows(in_cell, beside, workbench.currency)
        for code, rows, total in without_rate(frame[name], currency, workbench.rates, workbench.currency):
            hint = _implied(reader, name, frame[name], currency == code, row_lines[lines].to_numpy())
            reader.questions.append(
                f"{export.file}, column {reader.headers[name]!r} ({name}): {rows:,} rows are in {code} ({total:,.2f} {code}) and "
                f"workbench.yml gives no rate for it. Add what one {code} is worth in {workbench.currency}:\n"
                f"    rates:\n      {code}: {hint or '<rate>'}"
            )
        original = frame[name].copy()
        frame[name] = convert(original, currency, workbench.rates, workbench.currency)
        if name in main:
            frame[f"{name}_original"], frame["currency"] = original, currency
            missing = blank and int((currency.notna() & beside.isna() & in_cell.isna() & original.notna()).sum()) if beside is not None else 0
            if missing:
                reader.observations.append(
                    Observation("medium", export.table, f"{missing:,} rows of {export.file} name no currency: taken as {workbench.currency}",
                                missing, advice="fill the currency in the CRM")
                )  # fmt: skip


def _implied(reader: _Reader, name: str, amounts: pd.Series, at: pd.Series, rows: np.ndarray) -> str | None:
    """The rate that Salesforce's own converted column shows, as a suggestion; it is never used unasked."""
    if name not in reader.mapping.converted:
        return None
    place, currency_place = reader.mapping.converted[name]
    converted = read.parse_money(reader.table.columns[place].iloc[rows].reset_index(drop=True), reader.export.decimal).values
    if currency_place is not None:
        into = reader.table.columns[currency_place].iloc[rows].reset_index(drop=True)
        converted = converted.where(into == reader.workbench.currency)
    rate = (converted / amounts)[at & (amounts > 0)].median()
    return None if pd.isna(rate) else f"{rate:.6g}   # as in the export's column {reader.table.header[place]!r}"


def _unreadable(
    reader: _Reader, marks: _Marks, name: str, one: read.Parsed, texts: pd.Series, fatal: bool, frame: pd.DataFrame, lines: np.ndarray
) -> None:
    """Texts that can't be read: the row is set aside where it needs the value, else the value is left blank and told."""
    export, header, kind = reader.export, reader.headers.get(name, name), reader.mapping.kinds[name]
    bad = texts[one.bad]
    if kind == "text":  # a picklist value without a meaning
        money = frame.get({"subscriptions": "arr", "opportunities": "amount", "forecast_calls": "forecast_arr"}.get(export.table, ""))
        fallback = "other" if name == "kind" else None
        for value, group in bad.groupby(bad):
            reader.observations.append(
                Observation(
                    "high" if fatal and not fallback else "medium", export.table,
                    f"{header!r} = {str(value)!r} in {export.file} has no meaning yet ({name}): "
                    + (f"taken as {fallback}" if fallback else "the rows are set aside" if fatal else "left blank"),
                    len(group), float(money[group.index].sum()) if money is not None else None, f"line {lines[group.index[0]]}",
                    f"say what it means under `values: {name}:` ({', '.join(TABLES[export.table].columns[name].values)})",
                    tuple(frame.loc[group.index, "account_id"].dropna()) if name != "account_id" and "account_id" in frame and money is None else (),
                )
            )  # fmt: skip
        if fallback:
            frame[name] = frame[name].mask(pd.Series(one.bad, index=frame.index), fallback)
        elif fatal:
            marks.mark(one.bad, header, texts, f"{name} has a value without a meaning")
        return
    what = {"date": "date", "bool": "yes or no"}.get(kind, "number")
    if fatal:
        marks.mark(one.bad, header, texts, f"{name} is no {what}")
        return
    reader.observations.append(
        Observation(
            "medium", export.table, f"{len(bad):,} values of {header!r} in {export.file} are no {what}: left blank ({name})",
            len(bad), None, f"line {lines[bad.index[0]]}: {bad.iloc[0]!r}", "correct them in the CRM",
        )
    )  # fmt: skip


def _observe(reader: _Reader, name: str, one: read.Parsed) -> None:
    """What parsing decided that a reader should know."""
    export, header, notes = reader.export, reader.headers.get(name, name), one.notes
    if notes.get("several"):
        reader.observations.append(
            Observation("low", export.table, f"{notes['several']:,} different cells of {header!r} in {export.file} join several ids: the first is used ({name})",
                        notes["several"], advice="check that the first is the primary one")
        )  # fmt: skip
    if notes.get("floats"):
        reader.notes.append(f"{export.file}: {header!r} held ids as decimals (4.0): read as whole numbers")
    if notes.get("timed"):
        zone = export.time_zone or reader.workbench.time_zone
        said = f"in {zone}" if zone else "as they are written (no time_zone stated)"
        reader.notes.append(f"{export.file}: {header!r} holds times, taken {said}")
        if not zone and notes.get("zoned"):
            reader.observations.append(
                Observation("low", export.table, f"{header!r} in {export.file} holds times with a zone, and workbench.yml states none: days are UTC's or the export's own",
                            advice="add `time_zone: Europe/Berlin` (yours) to workbench.yml")
            )  # fmt: skip
    if notes.get("order"):
        reader.notes.append(f"{export.file}: {header!r} read as {'day/month' if notes['order'] == 'dmy' else 'month/day'}")


def _derive(reader: _Reader, frame: pd.DataFrame, texts: dict[str, pd.Series]) -> None:
    """Columns that follow from others: last day from a term, ARR from monthly or total value, won and closed from the stage."""
    export = reader.export
    if export.table == "subscriptions":
        if "term_months" in frame:
            ends = frame["end_date"] if "end_date" in frame else pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
            frame["end_date"] = ends.fillna(last_day(frame["start_date"], frame["term_months"]))
        for name in ("arr", "arr_original"):
            suffix = name.removeprefix("arr")
            found = frame[name] if name in frame else pd.Series(np.nan, index=frame.index)
            if f"mrr{suffix}" in frame:
                found = found.fillna((frame[f"mrr{suffix}"] * 12).round(2))
            if f"total_value{suffix}" in frame and "end_date" in frame:
                found = found.fillna(annual_value(frame[f"total_value{suffix}"], frame["start_date"], frame["end_date"]))
            frame[name] = found
        drop = [one for one in ("mrr", "total_value", "mrr_original", "total_value_original", "term_months") if one in frame]
        frame.drop(columns=drop, inplace=True)
    if export.table == "opportunities" and "stage" in texts:
        usual = standard(export.kind).get("opportunities", {})
        won = {read.same(one) for one in (export.won or usual.get("won", ["Closed Won"]))}
        lost = {read.same(one) for one in (export.lost or usual.get("lost", ["Closed Lost"]))}
        stage = texts["stage"].fillna("").map(read.same)
        if "is_won" not in frame:
            frame["is_won"] = stage.isin(won).astype("boolean")
        if "is_closed" not in frame:
            frame["is_closed"] = stage.isin(won | lost).astype("boolean")
    if export.table == "stage_history" and "from_stage" in frame:
        frame.drop(columns="from_stage", inplace=True)


def _impossible(reader: _Reader, marks: _Marks, frame: pd.DataFrame, texts: dict[str, pd.Series]) -> None:
    """Contracts that can't be: an end before the start, ARR below zero. An end in the year 9999 means open-ended."""
    if "end_date" in frame:
        backwards = (frame["end_date"] < frame["start_date"]).to_numpy()
        marks.mark(backwards, reader.headers.get("end_date", "end_date"), texts.get("end_date"), "the contract ends before it starts")
        endless = frame["end_date"] >= ENDLESS
        if endless.any():
            reader.notes.append(f"{reader.export.file}: {int(endless.sum()):,} contracts end after the year 2200: taken as open-ended")
            frame["end_date"] = frame["end_date"].mask(endless)
    negative = (frame["arr"] < 0).to_numpy()
    marks.mark(negative, reader.headers.get("arr", "arr"), texts.get("arr"), "ARR below zero: a credit is no contract")
