"""All exports that a workbench names, read into canonical tables with their reconciliation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from workahead.errors import SourceError
from workahead.sources.assemble import assemble
from workahead.sources.derived import derive
from workahead.sources.faulty import decided, impossible, unreadable
from workahead.sources.harmless import harmless
from workahead.sources.layout import plain
from workahead.sources.mapping import DATE_ENTERED, MONTH_COLUMN, map_columns, wanted_headers
from workahead.sources.money import convert_money
from workahead.sources.months import mark_totals
from workahead.sources.observed import Observation
from workahead.sources.part import ASIDE, Part
from workahead.sources.reading import Table, read_table
from workahead.sources.workbench import Export, Workbench


@dataclass(frozen=True)
class Loaded:
    """Canonical tables, and the account of how they came about.

    sources: a dict per export (file, table, rows_read, kept, set_aside, left_out, dropped_as_footer,
    arr_read, arr_kept, encoding, delimiter, header_line, sha256); rows_read = kept + set_aside. left_out:
    rows of the file that are not of this table (`where:`), or that are no entry of a history.
    """

    tables: dict[str, pd.DataFrame]
    sources: list[dict[str, Any]]
    set_aside: pd.DataFrame
    observations: list[Observation]
    notes: list[str] = field(default_factory=list)


def read_exports(workbench: Workbench, progress: Callable[[str], None] | None = None) -> Loaded:
    """Read, map, clean. SourceError lists what is wrong with every export, not with the first alone."""
    salesforce = any(one.kind == "salesforce" for one in workbench.exports)
    problems: list[str] = []
    parts: list[Part] = []
    for group in _by_file(workbench.exports):
        if progress:
            progress(group[0].file)
        try:
            table = _read(group, workbench.folder)
        except SourceError as error:
            problems.append(str(error))
            continue
        for export in group:
            try:
                parts.append(_part(export, table, workbench, salesforce))
            except SourceError as error:
                problems += str(error).split("\n\n")
    if problems:
        raise SourceError(problems[0] if len(problems) == 1 else _numbered(problems))
    order = {id(export): n for n, export in enumerate(workbench.exports)}
    parts.sort(key=lambda part: order[id(part.export)])
    tables, observations = assemble(parts)
    asides = [part.aside for part in parts if len(part.aside)]
    aside = pd.concat(asides, ignore_index=True) if asides else pd.DataFrame(columns=ASIDE)
    aside["value"] = aside["value"].map(harmless)
    notes = [note for part in parts for note in part.notes]
    return Loaded(tables, [_account(part) for part in parts], aside, observations, notes)


def _numbered(problems: list[str]) -> str:
    return f"{len(problems)} things stop the load:\n" + "\n".join(
        f"  {n}. {one}" for n, one in enumerate(problems, start=1)
    )


def _by_file(exports: tuple[Export, ...]) -> list[list[Export]]:
    """Entries of one file together: it is read once."""
    groups: dict[tuple[str | None, ...], list[Export]] = {}
    for one in exports:
        groups.setdefault((one.file, one.encoding, one.delimiter, one.sheet), []).append(one)
    return list(groups.values())


def _read(group: list[Export], folder: Path) -> Table:
    one = group[0]
    stages = any(export.table == "stage_history" and export.kind == "hubspot" for export in group)
    months = any(export.months for export in group)
    return read_table(
        folder / one.file,
        one.file,
        set().union(*(wanted_headers(export) for export in group)),
        MONTH_COLUMN if months else DATE_ENTERED if stages else None,
        encoding=one.encoding,
        delimiter=one.delimiter,
        sheet=one.sheet,
    )


def _part(export: Export, table: Table, workbench: Workbench, salesforce: bool) -> Part:
    """The canonical rows of one export. SourceError asks everything that the file leaves open, at once."""
    mapping = map_columns(export, table.header)
    if not table.rows and not table.ragged and not export.may_be_empty:
        raise SourceError(
            f"{export.file} holds a header (line {table.header_line}) and no record. Export it again; if "
            "there really is nothing, take its entry out of workbench.yml, or write `may_be_empty: true` there."
        )
    part = Part(export, table, mapping, workbench, salesforce)
    convert_money(part)
    if part.questions:
        raise SourceError("\n".join(part.questions))
    unreadable(part)
    decided(part)
    derive(part)
    impossible(part)
    mark_totals(part)
    for header in mapping.twice:
        places = [
            n for n, one in enumerate(table.header) if plain(one) == plain(header) and n in table.columns
        ]
        first, *others = (table.columns[n] for n in places)
        if any(not first.equals(other) and other.notna().any() for other in others):
            part.saw(
                "medium",
                f"the header {header!r} stands {len(places)} times in {export.file}: the first is read",
                advice=f"write `{header}#2` in workbench.yml for the second, or remove it from the export",
            )
    return part


def _account(part: Part) -> dict[str, Any]:
    """What was read, kept and set aside of one export."""
    kept, file = part.kept, part.table
    money = part.export.table == "subscriptions"
    rows = len(part.frame) + len(file.ragged)
    return {
        "file": part.export.file,
        "table": part.export.table,
        "rows_read": rows,
        "kept": len(kept),
        "set_aside": rows - len(kept),
        "left_out": part.left_out,
        "dropped_as_footer": file.footer,
        "arr_read": round(float(part.money.sum()), 2) if money else None,
        "arr_kept": round(float(part.money[kept.index].sum()), 2) if money else None,
        "encoding": file.encoding,
        "delimiter": file.delimiter,
        "header_line": file.header_line,
        "sha256": file.sha256,
    }
