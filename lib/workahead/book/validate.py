"""Frames of any engine into canonical tables: kinds made uniform, and every problem found at once.

Pandera checks pandas, Polars and PySpark, each through a backend of its own, and DuckDB not at all; the handful of
rules that a Book rests on are therefore Narwhals expressions, the same on all four engines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.tables import TABLES, Column
from workahead.errors import ConfigError, DataError, did_you_mean

if TYPE_CHECKING:
    from workahead.book.engines import Engine

PROBLEMS = ["table", "row", "column", "value", "problem"]
ROW = "__row"
Rule = tuple[str, nw.Expr, str]
"""A column, which rows are at fault, and how that is said."""
LISTED = 1000
"""Of one kind of problem at most so many rows are listed; the last of them says how many there are."""


def validate(frames: dict[str, Any], engine: Engine) -> dict[str, Any]:
    """Native frames with the canonical kinds, or DataError with all problems of all tables."""
    for name in frames:
        if name not in TABLES:
            raise ConfigError(
                f"unknown table {name!r}.{did_you_mean(name, TABLES)} There are: {', '.join(TABLES)}"
            )
    if "subscriptions" not in frames:
        raise ConfigError("a book needs the table 'subscriptions': the contracts with their ARR")
    problems: list[pd.DataFrame] = []
    sound = {name: _table(name, native, engine, problems) for name, native in frames.items()}
    found = [p for p in problems if len(p)]
    if found:
        raise DataError(pd.concat(found, ignore_index=True)[PROBLEMS])
    return sound


def _table(name: str, native: Any, engine: Engine, problems: list[pd.DataFrame]) -> Any:
    spec = TABLES[name]
    frame = _numbered(native, engine, [c for c, column in spec.columns.items() if column.kind == "date"])
    have = engines.columns(frame)
    for missing in (c for c, column in spec.columns.items() if column.required and c not in have):
        hint = did_you_mean(missing, have)
        problems.append(_problems(name, missing, [None], [None], [f"the required column is missing.{hint}"]))
    schema = frame.collect_schema()
    rules: list[Rule] = []
    casts: dict[str, nw.Expr] = {}
    for column in (c for c in spec.columns if c in have):
        cast, faulty = _cast(column, spec.columns[column], schema[column], engine)
        casts[column] = cast
        if faulty is not None:
            rules.append((column, *faulty))
    typed = frame.with_columns(**{f"__{column}": expr for column, expr in casts.items()})
    problems += [_rows(typed, name, *rule) for rule in _broken(typed, rules)]
    typed = typed.with_columns(*[nw.col(f"__{column}").alias(column) for column in casts]).drop(
        *[f"__{column}" for column in casts]
    )
    problems += [_rows(typed, name, *rule) for rule in _broken(typed, _rules(name, casts, have))]
    if len(spec.key) == 1 and spec.key[0] in have and _repeats(typed, key := spec.key[0]):
        twice = (
            typed.filter(~nw.col(key).is_null()).group_by(key).agg(times=nw.len()).filter(nw.col("times") > 1)
        )
        again = typed.join(twice, on=key, how="inner")
        problems.append(_rows(again, name, key, ~nw.col(key).is_null(), "the key stands more than once"))
    if name == "subscriptions" and "end_date" not in have:  # every contract open-ended
        typed = typed.with_columns(end_date=nw.lit(None, dtype=engines.day_type(engine)))
    return typed.drop(ROW).to_native()


def _numbered(native: Any, engine: Engine, days: list[str]) -> engines.Frame:
    """With the position of each row where the engine keeps an order, to name faulty rows by.

    Python's own dates, which pandas holds as objects, are written out, to be read like any text.
    """
    if engine == "pandas":
        native = native.reset_index(drop=True)
        written = {
            name: native[name].astype("str")
            for name in days
            if name in native and native[name].dtype == object
        }
        return engines.lazy(native.assign(**written, **{ROW: native.index.astype("int64")}))
    if engine == "polars":
        return engines.lazy(native.lazy().with_row_index(ROW))
    return engines.lazy(native).with_columns(nw.lit(None, dtype=nw.Int64).alias(ROW))


def _cast(name: str, column: Column, have: Any, engine: Engine) -> tuple[nw.Expr, tuple[nw.Expr, str] | None]:
    """The column as its kind, and which of its values could not become that."""
    value = nw.col(name)
    after = nw.col(f"__{name}")
    if column.kind == "date":
        if have == nw.String:
            written = value.str.contains(r"^\s*\d{4}-\d{2}-\d{2}")
            parsed = (
                nw.when(written)
                .then(value.str.strip_chars().str.slice(0, 10))
                .str.to_datetime(format="%Y-%m-%d")
            )
            day = parsed if engine == "pandas" else parsed.cast(nw.Date)
            return day, (
                ~value.is_null() & (value != "") & after.is_null(),
                "not a date; write it as 2026-10-31",
            )
        if isinstance(have, nw.Datetime) or have == nw.Date:
            if engine == "pandas":
                return value.cast(nw.Datetime("us")).dt.truncate("1d"), None
            return value.cast(nw.Date), None
        return nw.lit(None, dtype=engines.day_type(engine)), (
            ~value.is_null(),
            "not a date; write it as 2026-10-31",
        )
    if column.kind in ("money", "number"):
        if have.is_numeric():
            number = value.cast(nw.Float64)
            sound = ~value.is_null() & ~number.is_nan() & (number.abs() < 1e13)
            kept = nw.when(sound).then(number)
            return (kept.round(2) if column.kind == "money" else kept), None
        return nw.lit(None, dtype=nw.Float64), (~value.is_null(), "not a number")
    if column.kind == "bool":
        if have == nw.Boolean:
            return value, None
        return nw.lit(None, dtype=nw.Boolean), (~value.is_null(), "neither true nor false")
    if have == nw.Object:  # pandas' own text before Arrow, None among it
        return value.cast(nw.String), None
    text = value if have == nw.String else value.cast(nw.String)
    return nw.when(text.str.strip_chars() != "").then(text), None


def _rules(name: str, casts: dict[str, nw.Expr], have: list[str]) -> list[Rule]:
    """What must hold in a table: column, which rows break it, how that is said."""
    spec = TABLES[name]
    rules = [
        (column, nw.col(column).is_null(), "a required value is missing")
        for column in casts
        if spec.columns[column].required
    ]
    if name == "subscriptions" and {"start_date", "end_date"} <= set(have):
        rules.append(
            ("end_date", nw.col("end_date") < nw.col("start_date"), "the contract ends before it starts")
        )
    if name == "subscriptions" and "arr" in have:
        rules.append(("arr", nw.col("arr") < 0, "ARR below zero"))
    return rules


def _broken(frame: engines.Frame, rules: list[Rule]) -> list[Rule]:
    """Those of the rules that any row breaks: nearly always none, so one pass looks for all of them."""
    if not rules:
        return []
    any_row = {f"{number}": rule.any() for number, (_, rule, _) in enumerate(rules)}
    found = engines.pandas(frame.select(**any_row)).iloc[0]
    return [rule for rule, broken in zip(rules, found, strict=True) if pd.notna(broken) and broken]


def _repeats(frame: engines.Frame, key: str) -> bool:
    """Whether any key stands more than once."""
    keys = frame.filter(~nw.col(key).is_null()).select(key)
    count = engines.pandas(keys.select(rows=nw.len(), kinds=nw.col(key).n_unique()))
    return bool((count["rows"] > count["kinds"].fillna(0)).iloc[0])


def _rows(frame: engines.Frame, table: str, column: str, rule: nw.Expr, text: str) -> pd.DataFrame:
    """The rows that break a rule."""
    keys = [key for key in TABLES[table].key if key in engines.columns(frame)]
    wanted = list(dict.fromkeys([ROW, column, *keys]))
    broken = engines.pandas(frame.filter(rule).select(*wanted).head(LISTED))
    if broken.empty:
        return pd.DataFrame(columns=PROBLEMS)
    said = [text] * len(broken)
    if broken[ROW].isna().all():
        names = broken[keys].astype(str).agg("/".join, axis=1)
        said = [f"{text} ({'/'.join(keys)} {key})" for key in names]
    return _problems(table, column, broken[ROW], broken[column], said)


def _problems(table: str, column: str, row: Any, value: Any, said: list[str]) -> pd.DataFrame:
    """Problems of one column as :class:`DataError` lists them."""
    frame = pd.DataFrame({"row": pd.Series(row, dtype="Int64"), "value": pd.Series(value, dtype=object)})
    return frame.assign(table=table, column=column, problem=said)[PROBLEMS]
