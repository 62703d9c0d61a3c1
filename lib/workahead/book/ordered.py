"""Rows beside their neighbours: the value before, the value after, the running sum, the first of a group.

SQL engines say this with window functions. pandas and Polars keep their rows in order, so there one sort serves all
of it: several times cheaper than a window each (bench/README.md), with the same result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import narwhals as nw

from workahead.book.engines import Frame

if TYPE_CHECKING:
    from workahead.book.engines import Engine

NONE: Mapping[str, str] = {}


def ordered(
    frame: Frame,
    keys: Sequence[str],
    order: Sequence[str],
    engine: Engine,
    *,
    previous: Mapping[str, str] = NONE,
    following: Mapping[str, str] = NONE,
    running: Mapping[str, str] = NONE,
) -> Frame:
    """The frame with new columns, each named after what it is made of: within ``keys``, by ``order``, the value of
    the row before (``previous``) and after (``following``), and the sum up to and with this row (``running``).
    """
    if engine in ("duckdb", "spark"):
        return frame.with_columns(
            **{new: nw.col(old).shift(1).over(*keys, order_by=order) for new, old in previous.items()},
            **{new: nw.col(old).shift(-1).over(*keys, order_by=order) for new, old in following.items()},
            **{
                new: nw.col(old).cum_sum().over(*keys, order_by=order).cast(nw.Int64)
                for new, old in running.items()
            },
        )
    rows = frame.collect().sort(*keys, *order)
    rows = rows.with_columns(__first=_differs(keys, 1), __last=_differs(keys, -1))
    sums = {new: nw.col(old).cum_sum() for new, old in running.items()}
    rows = rows.with_columns(
        **{new: nw.when(~nw.col("__first")).then(nw.col(old).shift(1)) for new, old in previous.items()},
        **{new: nw.when(~nw.col("__last")).then(nw.col(old).shift(-1)) for new, old in following.items()},
        **sums,
    )
    for new, old in running.items():
        before = nw.when(nw.col("__first")).then(nw.col(new) - nw.col(old)).fill_null(strategy="forward")
        rows = rows.with_columns((nw.col(new) - before).cast(nw.Int64).alias(new))
    return rows.drop("__first", "__last").lazy()


def first_of(
    frame: Frame, keys: Sequence[str], order: str, engine: Engine, where: nw.Expr, columns: Mapping[str, str]
) -> Frame:
    """The frame with, on every row of a group, what its first row (by ``order``) that fits ``where`` holds.

    ``frame`` comes from :func:`ordered` by the same keys and order, which is unique within them. A group without such
    a row has missing values.
    """
    if engine in ("duckdb", "spark"):
        marked = frame.with_columns(__at=nw.when(where).then(nw.col(order)).min().over(*keys))
        at = nw.when(nw.col(order) == nw.col("__at"))
        return marked.with_columns(
            **{new: at.then(nw.col(old)).max().over(*keys) for new, old in columns.items()}
        ).drop("__at")
    rows = frame.collect().with_columns(__first=_differs(keys, 1), __fits=where.cast(nw.Int64))
    rows = rows.with_columns(
        __group=nw.col("__first").cast(nw.Int64).cum_sum(), __seen=nw.col("__fits").cum_sum()
    )
    before = (
        nw.when(nw.col("__first")).then(nw.col("__seen") - nw.col("__fits")).fill_null(strategy="forward")
    )
    rows = rows.with_columns(__is=(nw.col("__fits") == 1) & (nw.col("__seen") - before == 1))
    picked = {f"__{new}": nw.when(nw.col("__is")).then(nw.col(old)) for new, old in columns.items()}
    rows = rows.with_columns(__source=nw.when(nw.col("__is")).then(nw.col("__group")), **picked)
    ahead = nw.col("__source").fill_null(strategy="forward") == nw.col("__group")
    behind = nw.col("__source").fill_null(strategy="backward") == nw.col("__group")
    return (
        rows.with_columns(
            **{
                new: nw.when(ahead)
                .then(nw.col(f"__{new}").fill_null(strategy="forward"))
                .when(behind)
                .then(nw.col(f"__{new}").fill_null(strategy="backward"))
                for new in columns
            }
        )
        .drop("__first", "__fits", "__group", "__seen", "__is", "__source", *picked)
        .lazy()
    )


def _differs(keys: Sequence[str], step: int) -> nw.Expr:
    """Whether the neighbour belongs to another group, or is not there. Keys are never missing."""
    same = nw.col(keys[0]) == nw.col(keys[0]).shift(step)
    for key in keys[1:]:
        same = same & (nw.col(key) == nw.col(key).shift(step))
    return ~same.fill_null(False)
