"""What every retention metric starts from: who has how much ARR at a closing day, and how a result becomes a table.

ARR "at a day" is what counts at the close of that day: the last change on or before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workahead.book import engines
from workahead.book.engines import Frame
from workahead.book.once import once
from workahead.book.ordered import SQL
from workahead.book.tables import NOT_SET
from workahead.metrics.chosen import of_accounts, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workahead.book.book import Book

By = str | list[str] | tuple[str, ...] | None
OF_ACCOUNT = ("name", "segment", "region", "csm", "tier")
Window = tuple[pd.Timestamp, pd.Timestamp]
"""Two closing days."""
PAIRS = 500_000
"""Ledger rows and windows are paired at once up to so many: ten times faster than one window after another, which
takes less memory."""


def live(at: pd.Timestamp, book: Book) -> nw.Expr:
    """Whether a ledger row is the customer's standing at the close of a day."""
    return _live(engines.day(at, book.engine))


def _live(today: nw.Expr) -> nw.Expr:
    return (nw.col("date") <= today) & (nw.col("next_date").is_null() | (nw.col("next_date") > today))


def standing(book: Book, windows: Sequence[Window], by: By) -> Frame:
    """A row per window (its number) and customer (and group) with ARR at its start or end: starting, ending (cents),
    account_id, life_start.
    """
    rows = book.grouped_ledger(by)
    zero = nw.lit(0, dtype=nw.Int64)
    # Values are made first and only then added up: inside agg(), Narwhals 2.29 on pandas confuses two of one column.
    marked = _seen(rows, windows, book).with_columns(
        starting=nw.when(nw.col("at_start")).then(nw.col("arr_after")).otherwise(zero),
        ending=nw.when(nw.col("at_end")).then(nw.col("arr_after")).otherwise(zero),
        life_start=nw.when(nw.col("at_end")).then(nw.col("life_start")),
    )
    keys = list(dict.fromkeys(["window", "customer_id", *book.by(by)]))
    account = [] if "account_id" in keys else [nw.col("account_id").min()]
    sums = [nw.col("starting").sum(), nw.col("ending").sum(), nw.col("life_start").max()]
    return marked.group_by(*keys).agg(*account, *sums)


def _seen(rows: Frame, windows: Sequence[Window], book: Book) -> Frame:
    """The ledger rows that are a standing at the start or the end of a window, with its number, at_start and at_end."""
    seen = nw.col("at_start") | nw.col("at_end")
    few = PAIRS // max(len(windows), 1)
    if book.engine not in SQL and len(windows) > 1 and len(rows.head(few + 1).collect()) <= few:
        starts, ends = zip(*windows, strict=True)
        numbered = {"window": list(range(len(windows))), "__start": list(starts), "__end": list(ends)}
        every = nw.from_dict(
            numbered, backend="polars" if book.engine == "polars" else "pandas"
        ).with_columns(nw.col("__start", "__end").cast(engines.day_type(book.engine)))
        pairs = rows.join(every.lazy(), how="cross")
        marked = pairs.with_columns(at_start=_live(nw.col("__start")), at_end=_live(nw.col("__end")))
        return marked.filter(seen).drop("__start", "__end")
    parts = []
    for number, (start, end) in enumerate(windows):
        part = rows.with_columns(at_start=live(start, book), at_end=live(end, book))
        parts.append(part.filter(seen).with_columns(window=nw.lit(number, dtype=nw.Int64)))
    return engines.union(parts)


@once
def levels(book: Book, days: tuple[pd.Timestamp, ...], by: tuple[str, ...]) -> pd.DataFrame:
    """A row per customer (and group) of all times, in their order: customer_id, account_id, the ``by`` columns, and by
    number of the days (0, 1, ...) its ARR (cents) at their close.
    """
    if of_accounts(book):
        return rows_of(book, levels(book._base, days, by), "account_id")
    keys, zero = list(dict.fromkeys([*by, "customer_id"])), nw.lit(0, dtype=nw.Int64)
    held = {
        str(n): nw.when(live(day, book)).then(nw.col("arr_after")).otherwise(zero)
        for n, day in enumerate(days)
    }
    account = [] if "account_id" in keys else [nw.col("account_id").min()]
    sums = [nw.col(name).sum() for name in held]
    each = book.grouped_ledger(list(by)).with_columns(**held).group_by(*keys).agg(*account, *sums)
    return ordered(engines.pandas(each).rename(columns={str(n): n for n in range(len(days))}), keys)


def grouped(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The groups of a table that is in their order, and how many ``rows`` each has; without ``by`` it is one group."""
    if not by:
        return pd.DataFrame({"rows": [len(table)] if len(table) else []}, dtype="int64")
    return (
        table.groupby(list(by), as_index=False, dropna=False, sort=False)
        .size()
        .rename(columns={"size": "rows"})
    )


def by_group(values: NDArray[Any], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sums of rows that are in order of their groups, which have so many each."""
    if len(rows) == 1:
        return np.asarray(values.sum(axis=0, keepdims=True), dtype="float64")
    from scipy.sparse import csr_array  # six times as fast as numpy's reduceat

    places = (np.ones(len(values)), np.arange(len(values)), np.concatenate([[0], np.cumsum(rows)]))
    sums: NDArray[np.float64] = csr_array(places, (len(rows), len(values))) @ values
    return sums


def described(table: pd.DataFrame, book: Book) -> pd.DataFrame:
    """Rows of accounts (account_id) with name, segment, region, csm and tier beside them, where the book has them."""
    known = [name for name in OF_ACCOUNT if name in book.columns("accounts") and name not in table]
    if not known:
        return table
    accounts = engines.pandas(book._base.frame("accounts").select("account_id", *known))
    return table.merge(accounts, on="account_id", how="left")


def summed(frame: Frame, keys: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """The sums of ``columns`` by ``keys``, as pandas with whole numbers; without keys, one row over everything."""
    names = list(keys)
    if not names:
        frame, names = frame.with_columns(__all=nw.lit(0)), ["__all"]
    result = engines.pandas(frame.group_by(*names).agg(*[nw.col(column).sum() for column in columns]))
    result = result.drop(columns="__all", errors="ignore").astype(dict.fromkeys(columns, "int64"))
    return ordered(result, names)


def complete(table: pd.DataFrame, book: Book, by: By, periods: pd.DataFrame | None = None) -> pd.DataFrame:
    """With a row for each group of the book (and each period): zeros where the table has none.

    ``periods`` holds their number, under a name that the table has too, and whatever else belongs to them. A book
    without a single customer has no group, so its tables are empty.
    """
    names = book.by(by)
    groups, keys = _groups(book, tuple(names)), names
    if periods is not None:
        groups = groups.merge(periods, how="cross")
        keys = [*names, *(column for column in periods.columns if column in table.columns)]
    counted = [column for column in table.columns if column not in keys]
    if keys:
        merged = groups.merge(table, on=keys, how="left").drop(columns="__all", errors="ignore")
    elif table.empty:
        merged = groups.assign(**dict.fromkeys(counted, 0))[counted]
    else:
        merged = table.head(len(groups))
    return merged.fillna(dict.fromkeys(counted, 0)).astype(dict.fromkeys(counted, "int64"))


@once
def _groups(book: Book, names: tuple[str, ...]) -> pd.DataFrame:
    """The groups of a book in their order; without names one, if it has a customer at all."""
    frame = book.grouped_ledger(names)
    if not names:
        return engines.pandas(frame.select(__all="customer_id").head(1))
    return ordered(engines.pandas(frame.select(*names).unique()), names)


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
