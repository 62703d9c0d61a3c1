"""What a newer load has changed in each table: rows added, removed and changed, and the ARR in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workahead.book import engines
from workahead.book.tables import TABLES
from workahead.metrics.positions import money

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = [
    "table", "rows_then", "rows_now", "added", "removed", "changed", "arr_added", "arr_removed", "arr_changed",
]  # fmt: skip


def table_changes(old: Book, new: Book) -> pd.DataFrame:
    """How the tables of two books differ, a row a table that either has.

    | column | meaning |
    |---|---|
    | table | its name |
    | rows_then, rows_now | rows in the older and in the newer book |
    | added, removed, changed | rows that only the newer, only the older has, that differ in a column of both |
    | arr_added, arr_removed, arr_changed | the ARR of those, the last now less then; missing in tables without ARR |

    ``rows_then + added - removed = rows_now``. Rows are told apart by the table's key; of those that share one, the
    first is compared with the first.

    >>> import workahead as wa
    >>> contract = {"account_id": ["A", "B"], "start_date": ["2025-01-01"] * 2, "end_date": [None] * 2}
    >>> old, new = (wa.Book.from_frames("2026-01-31", pd.DataFrame(
    ...     {"subscription_id": ["S1", last], "arr": [first, 50.0], **contract}))
    ...     for last, first in (("S2", 100.0), ("S3", 90.0)))
    >>> table_changes(old, new).loc[1, ["added", "removed", "changed", "arr_changed"]].to_list()
    [1.0, 1.0, 1.0, -10.0]
    """
    names = [name for name in TABLES if name in {**old.tables, **new.tables}]
    rows = [_changes(name, old, new) for name in names]
    return pd.DataFrame(rows, columns=COLUMNS)


def _changes(name: str, old: Book, new: Book) -> dict[str, object]:
    there, here = old.columns(name), new.columns(name)
    key = [column for column in TABLES[name].key if column in there or column in here]
    shared = [column for column in there if column in here and column not in key]
    before, after = (_rows(book, name, key) for book in (old, new))
    both = before.merge(after, on=[*key, "nth"], how="outer", suffixes=("_then", "_now"), indicator="side")
    differs = pd.Series(False, index=both.index)
    for column in shared:
        was, reads = both[f"{column}_then"], both[f"{column}_now"]
        differs |= (was != reads) & ~(was.isna() & reads.isna())
    kinds = {
        "added": both["side"] == "right_only",
        "removed": both["side"] == "left_only",
        "changed": (both["side"] == "both") & differs,
    }
    found: dict[str, object] = {"table": name, "rows_then": len(before), "rows_now": len(after)}
    found |= {kind: int(rows.sum()) for kind, rows in kinds.items()}
    if "arr" in shared:
        then, now = (
            (both[f"arr_{mark}"].astype("float64").fillna(0) * 100).round() for mark in ("then", "now")
        )
        cents = {"added": now, "removed": then, "changed": now - then}
        sums = pd.Series({kind: cents[kind][rows].sum() for kind, rows in kinds.items()})
        return found | {f"arr_{kind}": float(amount) for kind, amount in money(sums).items()}
    return found | dict.fromkeys(COLUMNS[-3:], np.nan)


def _rows(book: Book, name: str, key: list[str]) -> pd.DataFrame:
    """A table as plain values, each row with its place among those of the same key."""
    if name not in book.tables:
        return pd.DataFrame(columns=[*key, "nth"])
    held = engines.pandas(book.frame(name)).astype("object")
    held = held.reindex(columns=list(dict.fromkeys([*key, *held.columns])))
    return held.assign(nth=held.groupby(key, dropna=False).cumcount())
