"""Stage histories as the CRMs give them, as rows of opportunity, stage and day.

HubSpot has a column a stage with the day it was entered; Salesforce a row a change (Opportunity History,
where rows
with equal stages are edits of the amount) or a row a field (Field History, where the first stage is known
only as the
first change's old value).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workahead.sources.layout import plain
from workahead.sources.mapping import FIELD_HISTORY
from workahead.sources.reading import Table


def is_field_history(table: Table) -> bool:
    """Whether the file is a Salesforce field history report."""
    headers = {plain(one) for one in table.header}
    return all(name in headers for name in FIELD_HISTORY)


def from_stage_columns(
    ids: pd.Series, table: Table, stages: Mapping[int, str], inside: np.ndarray
) -> tuple[dict[str, pd.Series], np.ndarray, np.ndarray]:
    """A row for each filled cell of the columns 'Date entered ...': texts, lines, and the place of the
    column."""
    parts, lines, places = [], [], []
    for place, stage in stages.items():
        entered = table.columns[place]
        filled = entered.notna().to_numpy() & inside
        parts.append(
            pd.DataFrame({"opportunity_id": ids[filled], "stage": stage, "entered_date": entered[filled]})
        )
        lines.append(table.lines[filled])
        places.append(np.full(int(filled.sum()), place))
    frame = pd.concat(parts)
    line = np.concatenate(lines)
    order = np.lexsort((np.concatenate(places), line))
    frame = frame.iloc[order].reset_index(drop=True).astype("str")
    return {name: frame[name] for name in frame.columns}, line[order], np.concatenate(places)[order]


def from_field_history(ids: pd.Series, table: Table) -> tuple[dict[str, pd.Series], np.ndarray, int]:
    """A row for each change of the stage, and one for the stage an opportunity was created in.

    Returns texts, lines, and how many rows of the file are about other fields.
    """
    at = {plain(one): n for n, one in reversed(list(enumerate(table.header)))}
    event, old, new, edited = (table.columns[at[name]] for name in FIELD_HISTORY)
    stage_now = table.columns.get(at.get("stage", -1))
    kind = event.fillna("").str.strip(" .").str.casefold()
    changes, created = (kind.isin(["stage", "stage name"])).to_numpy(), (kind == "created").to_numpy()
    first_old = pd.Series(old[changes].to_numpy(), index=ids[changes].to_numpy())
    first_old = first_old[~first_old.index.duplicated()]
    born = ids[created].map(first_old)
    if stage_now is not None:
        born = born.fillna(stage_now[created])
    rows = changes | created
    stage = new.where(changes).fillna(born)
    frame = pd.DataFrame({"opportunity_id": ids[rows], "stage": stage[rows], "entered_date": edited[rows]})
    frame = frame.reset_index(drop=True).astype("str")
    return {name: frame[name] for name in frame.columns}, table.lines[rows], int((~rows).sum())
