"""What every retention metric starts from: who has how much ARR at a closing day, and how a result becomes a table.

ARR "at a day" is what counts at the close of that day: the last change on or before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.engines import Frame
from workahead.book.tables import NOT_SET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workahead.book.book import Book

By = str | list[str] | tuple[str, ...] | None


def live(at: pd.Timestamp, book: Book) -> nw.Expr:
    """Whether a ledger row is the customer's standing at the close of a day."""
    today = engines.day(at, book.engine)
    return (nw.col("date") <= today) & (nw.col("next_date").is_null() | (nw.col("next_date") > today))


def total(column: str) -> nw.Expr:
    """A sum of whole cents or of counts, under the column's own name."""
    return nw.col(column).sum()


def standing(book: Book, start: pd.Timestamp, end: pd.Timestamp, by: By) -> tuple[Frame, list[str]]:
    """A row per customer (and group) with ARR ever up to ``end``: starting, ending (cents), account_id, life_start."""
    names = book.by(by)
    frame = book.grouped_ledger(by).filter(nw.col("date") <= engines.day(end, book.engine))
    keys = list(dict.fromkeys(["customer_id", *names]))
    extra = [] if "account_id" in keys else [nw.col("account_id").min()]
    rows = frame.with_columns(at_start=live(start, book), at_end=live(end, book)).filter(
        nw.col("at_start") | nw.col("at_end")
    )
    zero = nw.lit(0, dtype=nw.Int64)
    # Values are made first and only then added up: inside agg(), Narwhals 2.29 on pandas confuses two of one column.
    rows = rows.with_columns(
        starting=nw.when(nw.col("at_start")).then(nw.col("arr_after")).otherwise(zero),
        ending=nw.when(nw.col("at_end")).then(nw.col("arr_after")).otherwise(zero),
        life_start=nw.when(nw.col("at_end")).then(nw.col("life_start")),
    )
    return (
        rows.group_by(*keys).agg(
            *extra, nw.col("starting").sum(), nw.col("ending").sum(), nw.col("life_start").max()
        ),
        names,
    )


def summed(frame: Frame, names: Sequence[str], columns: Sequence[str], *more: str) -> pd.DataFrame:
    """The sums of ``columns`` by group, as pandas with whole numbers; without groups, one row over everything."""
    keys = [*names, *more]
    if not keys:
        frame, keys = frame.with_columns(__all=nw.lit(0)), ["__all"]
    result = engines.pandas(frame.group_by(*keys).agg(*[total(column) for column in columns]))
    result = result.drop(columns="__all", errors="ignore")
    result = result.astype(dict.fromkeys(columns, "int64"))
    return ordered(result, keys)


def complete(table: pd.DataFrame, book: Book, by: By) -> pd.DataFrame:
    """With a row of zeros for each group of the book that the table lacks, for every day the same rows."""
    names = book.by(by)
    frame = book.grouped_ledger(by)
    if not names:
        empty = table.empty and len(engines.pandas(frame.head(1))) > 0
        return pd.DataFrame({column: [0] for column in table.columns}) if empty else table
    groups = engines.pandas(frame.select(*names).unique())
    merged = groups.merge(table, on=names, how="left")
    counted = [column for column in table.columns if column not in names]
    merged[counted] = merged[counted].fillna(0).astype("int64")
    return ordered(merged, names)


def ordered(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Rows in the order of their keys, those without a value last, with a plain index."""
    present = [key for key in keys if key in table.columns]
    if not present:
        return table.reset_index(drop=True)
    marks = {f"__{key}": table[key].eq(NOT_SET).fillna(False) for key in present}
    order = [name for key in present for name in (f"__{key}", key)]
    return table.assign(**marks).sort_values(order, kind="stable")[list(table.columns)].reset_index(drop=True)


def money(cents: pd.Series) -> pd.Series:
    """Whole cents as an amount."""
    return cents.astype("float64") / 100


def rate(part: pd.Series, whole: pd.Series) -> pd.Series:
    """A fraction; missing where there is nothing to take it of."""
    return part.astype("float64") / whole.astype("float64").where(whole != 0)
