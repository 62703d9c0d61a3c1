"""The four engines behind a Book: pandas, Polars, DuckDB, PySpark; everything above speaks Narwhals.

Only what no engine shares with another stands here: how a Parquet file is opened, how a result is kept so that it is
not computed twice, which type a calendar day has.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import narwhals as nw
import pandas as pd

from workahead.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from narwhals.dtypes import DType

Engine = Literal["pandas", "polars", "duckdb", "spark"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
Frame = nw.LazyFrame[Any]

_NAMES = {
    "pandas": "pandas",
    "polars": "polars",
    "duckdb": "duckdb",
    "pyspark": "spark",
    "pyspark[connect]": "spark",
}


def known(engine: str) -> Engine:
    """The engine of that name, or a clear refusal."""
    if engine not in ENGINES:
        raise ConfigError(
            f"unknown engine {engine!r}.{did_you_mean(engine, ENGINES)} There are: {', '.join(ENGINES)}"
        )
    return engine


def of(native: Any) -> Engine:
    """The engine that a native frame belongs to."""
    try:
        implementation = nw.from_native(native).implementation
    except TypeError:
        implementation = None
    name = str(implementation.value) if implementation else type(native).__name__
    if name not in _NAMES:
        raise ConfigError(
            f"frames of type {type(native).__module__}.{type(native).__name__} are not supported; "
            f"pass one of: {', '.join(ENGINES)}"
        )
    return known(_NAMES[name])


def lazy(native: Any) -> Frame:
    """The frame as Narwhals sees it, lazy for every engine."""
    frame: Frame = nw.from_native(native).lazy()
    return frame


def pandas(frame: Frame) -> pd.DataFrame:
    """Run the query and hand its result over as pandas."""
    result: pd.DataFrame = frame.collect("pandas").to_native()
    if result.empty:  # nothing to infer a kind from
        texts = [name for name, kind in frame.collect_schema().items() if kind == nw.String]
        result = result.astype(dict.fromkeys(texts, "str"))
    return result.reset_index(drop=True)


def day_type(engine: Engine) -> DType:
    """The type of a calendar day. NumPy-backed pandas knows no date: midnight stands for it."""
    return nw.Datetime("us") if engine == "pandas" else nw.Date()


def day(value: dt.date, engine: Engine) -> nw.Expr:
    """A literal day that compares with the engine's day columns."""
    moment = dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 a calendar day has no zone
    return nw.lit(moment if engine == "pandas" else moment.date(), dtype=day_type(engine))


def plus_days(expr: nw.Expr, days: int, engine: Engine) -> nw.Expr:
    """The day so many days later (SQL engines would make a timestamp of it)."""
    shifted = expr.dt.offset_by(f"{days}d")
    return shifted if engine == "pandas" else shifted.cast(nw.Date)


def adopt(natives: dict[str, Any], engine: Engine) -> dict[str, Any]:
    """Frames that may be joined with one another.

    DuckDB relations of different connections can't, so all are taken into one connection of the book's own.
    """
    if engine == "polars":
        return {name: native.lazy().collect().lazy() for name, native in natives.items()}
    if engine == "duckdb":
        import duckdb

        connection = duckdb.connect()
        return {name: connection.from_arrow(native.to_arrow_table()) for name, native in natives.items()}
    return dict(natives)


def open_parquet(paths: dict[str, Path], engine: Engine) -> dict[str, Any]:
    """Native frames over Parquet files; the lazy engines read only what a query needs."""
    if engine == "pandas":
        return {name: pd.read_parquet(path) for name, path in paths.items()}
    if engine == "polars":
        import polars as pl

        return {name: pl.scan_parquet(path) for name, path in paths.items()}
    if engine == "duckdb":
        import duckdb

        connection = duckdb.connect()
        return {name: connection.read_parquet(str(path)) for name, path in paths.items()}
    session = spark_session()
    return {name: session.read.parquet(str(path)) for name, path in paths.items()}


def like(native: Any, path: Path, engine: Engine) -> Any:
    """A Parquet file opened beside a frame, so that the two may be joined."""
    if engine == "duckdb":
        quoted = str(path).replace("'", "''")
        query = f"select * from read_parquet('{quoted}')"  # noqa: S608 the path is our own
        return native.query("beside", query)
    return open_parquet({"": path}, engine)[""]


def keep(frame: Frame, engine: Engine) -> Frame:
    """The result of a query, computed once and held by its engine."""
    native = frame.to_native()
    if engine == "polars":
        return lazy(native.collect().lazy())
    if engine == "duckdb":
        name = f"kept_{id(native)}_{dt.datetime.now().timestamp():.6f}".replace(".", "_")  # noqa: DTZ005
        native.create(name)
        return lazy(native.query("beside", f"select * from {name}"))  # noqa: S608
    if engine == "spark":
        return lazy(native.cache())
    return frame


def write_parquet(frame: Frame, path: Path, engine: Engine) -> None:
    """Write one Parquet file (Spark would write a folder, so its rows come over Arrow)."""
    if engine == "spark":
        import pyarrow.parquet as pq

        pq.write_table(frame.to_native().toArrow(), path)
    elif engine == "polars":  # its default packs a quarter smaller, for nearly twice the time
        frame.to_native().sink_parquet(path, compression="snappy")
    else:
        frame.sink_parquet(path)


@cache
def spark_session() -> Any:
    """The running Spark session, or a local one over all cores."""
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as missing:
        raise ConfigError("the spark engine needs PySpark: pip install 'workahead[spark]'") from missing
    return (
        SparkSession.builder.appName("workahead")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )


def columns(frame: Frame) -> list[str]:
    """The column names of a lazy frame."""
    return frame.collect_schema().names()


def split(frame: Frame, column: str, engine: Engine) -> Frame:
    """One row for each id of a ``;``-joined cell (Narwhals splits text in pandas only where Arrow backs it)."""
    if engine == "pandas":
        native: pd.DataFrame = frame.collect("pandas").to_native()
        one = native.assign(**{column: native[column].astype("string").str.split(";")}).explode(column)
        one[column] = one[column].astype("string").str.strip().astype("str")
        return lazy(one.reset_index(drop=True))
    return (
        frame.with_columns(nw.col(column).str.split(";"))
        .explode(column)
        .with_columns(nw.col(column).str.strip_chars())
    )


def union(frames: Iterable[Frame]) -> Frame:
    """One frame below the other."""
    return nw.concat(list(frames), how="vertical")
