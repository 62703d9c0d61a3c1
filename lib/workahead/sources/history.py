"""Stage histories as the CRMs give them, as rows of opportunity, stage and day.

HubSpot has a column a stage with the day it was entered; Salesforce a row a change (Opportunity History, where rows
with equal stages are edits of the amount) or a row a field (Field History, where the first stage is known only as
the first change's old value).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workahead.sources.columns import parse_days
from workahead.sources.layout import plain
from workahead.sources.mapping import FIELD_HISTORY
from workahead.sources.reading import Table


def from_columns(
    texts: dict[str, pd.Series],
    table: Table,
    columns: Mapping[int, str],
    inside: np.ndarray,
    names: tuple[str, str],
) -> tuple[dict[str, pd.Series], np.ndarray, int]:
    """A row for each filled cell of some columns ('Date entered ...', or a column a month), by line. ``names``: of what
    the column stands for, and of what the cell holds.

    Returns texts, their rows in the file, and how many filled cells stand in rows that are not of this table.
    """
    parts, rows, outside = [], [], 0
    for place, stands_for in columns.items():
        cells = table.columns[place]
        filled = cells.notna().to_numpy()
        outside += int((filled & ~inside).sum())
        filled = filled & inside
        same = {name: one[filled] for name, one in texts.items()}
        parts.append(pd.DataFrame({**same, names[0]: stands_for, names[1]: cells[filled]}))
        rows.append(np.flatnonzero(filled))
    row = np.concatenate(rows)
    order = np.argsort(row, kind="stable")
    frame = pd.concat(parts).iloc[order].reset_index(drop=True).astype("str")
    return {str(name): one for name, one in frame.items()}, row[order], outside


def from_field_history(
    ids: pd.Series, table: Table, inside: np.ndarray, date_format: str | None
) -> tuple[dict[str, pd.Series], np.ndarray, int]:
    """A row for each change of the stage, and one for the stage an opportunity was created in.

    Returns texts, their rows in the file, and how many rows of it are about other fields.
    """
    at = {plain(one): n for n, one in reversed(list(enumerate(table.header)))}
    event, old, new, edited = (table.columns[at[name]] for name in FIELD_HISTORY)
    kind = event.fillna("").str.strip(" .").str.casefold()
    changes = kind.isin(["stage", "stage name"]).to_numpy() & inside
    created = (kind == "created").to_numpy() & inside
    born = ids[created].map(_first_stages(ids[changes], old[changes], edited[changes], date_format))
    if "stage" in at:
        born = born.fillna(table.columns[at["stage"]][created])
    rows = changes | created
    frame = pd.DataFrame(
        {
            "opportunity_id": ids[rows],
            "stage": new.where(pd.Series(changes))[rows].fillna(born),
            "entered_date": edited[rows],
        }
    )
    frame = frame.reset_index(drop=True).astype("str")
    return {str(name): one for name, one in frame.items()}, np.flatnonzero(rows), int((~rows).sum())


def _first_stages(ids: pd.Series, old: pd.Series, edited: pd.Series, date_format: str | None) -> pd.Series:
    """The stage that each opportunity's first change left. Reports may run newest first: the days decide."""
    days = parse_days(edited, date_format, None, None).values
    known = days.dropna()
    if len(known) and known.iloc[-1] < known.iloc[0]:
        ids, old, days = ids[::-1], old[::-1], days[::-1]
    order = np.argsort(days.to_numpy(), kind="stable")
    first = pd.Series(old.to_numpy()[order], index=ids.to_numpy()[order])
    return first[~first.index.duplicated()]
