"""Rows beside their neighbours: the value before, the value after, the running sum, the first of a group.

SQL engines say this with window functions. pandas and Polars keep their rows in order, so there one sort serves all
of it: :func:`in_order` packs group and day of each row into one whole number, which sorts several times faster than
text does (bench/README.md). The others take frames that it has put in order, and keep them so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.engines import Frame

if TYPE_CHECKING:
    from workahead.book.engines import Engine

NONE: Mapping[str, str] = {}
AT = "__at"
"""Group and day of a row in one number: group x DAYS + day. Only pandas and Polars have it."""
DAYS = 2**22  # every day from the year 1 to 9999, counted from EARLY days before 1970
EARLY = 2**20
SQL = ("duckdb", "spark")


def coded(frame: Frame, column: str, engine: Engine) -> Frame:
    """The frame with a text column that is cheap to group and to move: in Polars, numbers with a dictionary."""
    if engine != "polars":
        return frame
    import polars as pl

    codes = pl.Categorical(pl.Categories.random())
    return engines.lazy(frame.to_native().with_columns(pl.col(column).cast(codes)))


def as_text(frame: Frame, column: str, engine: Engine) -> Frame:
    """What :func:`coded` has coded, as text again."""
    return frame.with_columns(nw.col(column).cast(nw.String)) if engine == "polars" else frame


def in_order(frame: Frame, keys: Sequence[str], day: str, engine: Engine) -> Frame:
    """The frame with its groups together, each in order of ``day``. Neither keys nor days are ever missing."""
    if engine in SQL:
        return frame
    rows = frame.collect()
    group = _numbers(rows[keys[0]])
    for key in keys[1:]:
        further = _numbers(rows[key])
        group = group * (int(further.max() or 0) + 1 if len(further) else 1) + further
    days = rows[day].cast(nw.Datetime("us")).dt.timestamp("ms") // 86_400_000
    return rows.with_columns((group * DAYS + days + EARLY).alias(AT)).sort(AT).lazy()


def netted(frame: Frame, keys: Sequence[str], day: str, amount: str, engine: Engine) -> Frame:
    """One row for each group and day on which ``amount`` does not add up to nothing; other columns hold one value
    a group.
    """
    if engine in SQL:
        others = [name for name in frame.collect_schema().names() if name not in (*keys, day, amount)]
        sums = frame.group_by(*keys, day).agg(nw.col(amount).sum(), *[nw.col(name).min() for name in others])
        return sums.filter(nw.col(amount) != 0)
    rows = frame.collect().with_columns(nw.col(amount).cum_sum())
    rows = rows.filter((nw.col(AT) != nw.col(AT).shift(-1)).fill_null(True))
    rows = rows.with_columns(nw.col(amount) - nw.col(amount).shift(1).fill_null(0))
    return rows.filter(nw.col(amount) != 0).lazy()


def beside(
    frame: Frame,
    keys: Sequence[str],
    day: str,
    engine: Engine,
    *,
    previous: Mapping[str, str] = NONE,
    following: Mapping[str, str] = NONE,
    running: Mapping[str, str] = NONE,
    first: Mapping[str, str] = NONE,
) -> Frame:
    """The frame with new columns, each named after what it is made of: within ``keys``, by ``day``, the value of
    the row before (``previous``) and after (``following``), the sum up to and with this row (``running``), and the
    first row's value (``first``, of columns that rise by day).
    """
    if engine in SQL:
        return frame.with_columns(
            **{new: nw.col(old).shift(1).over(*keys, order_by=day) for new, old in previous.items()},
            **{new: nw.col(old).shift(-1).over(*keys, order_by=day) for new, old in following.items()},
            **{
                new: nw.col(old).cum_sum().over(*keys, order_by=day).cast(nw.Int64)
                for new, old in running.items()
            },
            **{new: nw.col(old).min().over(*keys) for new, old in first.items()},
        )
    rows = frame.collect().with_columns(__first=_differs(1), __last=_differs(-1))
    rows = rows.with_columns(
        **{new: nw.when(~nw.col("__first")).then(nw.col(old).shift(1)) for new, old in previous.items()},
        **{new: nw.when(~nw.col("__last")).then(nw.col(old).shift(-1)) for new, old in following.items()},
        **{new: nw.col(old).cum_sum() for new, old in running.items()},
        **{
            new: nw.when(nw.col("__first")).then(nw.col(old)).fill_null(strategy="forward")
            for new, old in first.items()
        },
    )
    for new, old in running.items():
        before = nw.when(nw.col("__first")).then(nw.col(new) - nw.col(old)).fill_null(strategy="forward")
        rows = rows.with_columns((nw.col(new) - before).cast(nw.Int64).alias(new))
    return rows.drop("__first", "__last").lazy()


def first_of(
    frame: Frame,
    keys: Sequence[str],
    day: str,
    engine: Engine,
    where: nw.Expr,
    columns: Mapping[str, str],
    within: str | None = None,
) -> Frame:
    """The frame with, on every row of a group, what its first row that fits ``where`` holds; missing where none does.

    ``within`` is a column of whole numbers, rising by ``day``, that cuts the groups into parts. A day stands once in
    a group.
    """
    if engine in SQL:
        groups = [*keys, within] if within else keys
        marked = frame.with_columns(__on=nw.when(where).then(nw.col(day)).min().over(*groups))
        on = nw.when(nw.col(day) == nw.col("__on"))
        return marked.with_columns(
            **{new: on.then(nw.col(old)).max().over(*groups) for new, old in columns.items()}
        ).drop("__on")
    begins = _differs(1)
    if within:
        begins = begins | (nw.col(within) != nw.col(within).shift(1)).fill_null(True)
    rows = frame.collect().with_columns(__first=begins, __fits=where)
    rows = rows.with_columns(__group=nw.col("__first").cast(nw.Int64).cum_sum())
    rows = rows.with_columns(__source=nw.when(nw.col("__fits")).then(nw.col("__group")))
    found = nw.col("__source").fill_null(strategy="backward") == nw.col("__group")
    picked = {
        new: nw.when(nw.col("__fits")).then(nw.col(old)).fill_null(strategy="backward")
        for new, old in columns.items()
    }
    rows = rows.with_columns(
        __found=nw.when(nw.col("__first")).then(found.fill_null(False)).fill_null(strategy="forward"),
        **{
            new: nw.when(nw.col("__first")).then(expr).fill_null(strategy="forward")
            for new, expr in picked.items()
        },
    )
    kept = {new: nw.when(nw.col("__found")).then(nw.col(new)) for new in columns}
    return rows.with_columns(**kept).drop("__first", "__fits", "__group", "__source", "__found").lazy()


def _differs(step: int) -> nw.Expr:
    """Whether the neighbour belongs to another group, or is not there."""
    group = nw.col(AT) // DAYS
    return (group != group.shift(step)).fill_null(True)


def _numbers(values: nw.Series[Any]) -> nw.Series[Any]:
    """A whole number for each value, the same for the same."""
    native = values.to_native()
    if values.dtype.is_integer():
        return values.cast(nw.Int64)
    if isinstance(native, pd.Series):
        return nw.from_native(
            pd.Series(pd.factorize(native)[0], index=native.index, dtype="int64"), series_only=True
        )
    import polars as pl

    coded = (
        native
        if isinstance(native.dtype, pl.Categorical)
        else native.cast(pl.Categorical(pl.Categories.random()))
    )
    return nw.from_native(coded.to_physical().cast(pl.Int64), series_only=True)
