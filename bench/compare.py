"""Whether all ways come to the same tables, to the cent."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

MOVES = ["new", "reactivation", "expansion", "contraction", "churn"]
AMOUNTS = [
    "starting_arr",
    "retained_net_arr",
    "retained_gross_arr",
    "starting_customers",
    "retained_customers",
]


def check_equal(results: Path) -> list[str]:
    """The names of the ways that were compared; AssertionError names the table that differs."""
    found = {(path.name.split(".")[0], path.name.split(".")[1], path.name.split(".")[2]): path for path in
             sorted(results.glob("*.parquet"))}  # fmt: skip
    ways: dict[str, dict[str, pd.DataFrame]] = {}
    for (table, job, engine), path in found.items():
        ours = job in ("cohorts", "movements", "retention")
        way = f"Workahead on {engine}" if ours else f"{job} ({engine})"
        frame = pd.read_parquet(path)
        name = table.split()[0]
        plain = _TABLES[name](frame, table.split()[-1]) if ours else frame
        held = ways.setdefault(way, {})
        held[name] = plain if name not in held else held[name].merge(plain, on=["born", "age"], how="outer")
    reference, *others = ways
    for other in others:
        for name, frame in ways[other].items():
            same = ways[reference][name]
            sort = [column for column in ("born", "age", "month") if column in same]
            one, two = (f.sort_values(sort)[list(same)] if sort else f[list(same)] for f in (same, frame))
            pd.testing.assert_frame_equal(
                one.reset_index(drop=True),
                two.reset_index(drop=True).astype("int64"),
                obj=f"{name}: {other} against {reference}",
                check_exact=True,
            )
    return list(ways)


def _cohorts(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Cells with anything in them, in whole cents: a spine has no row for what is gone."""
    value = table["value"] if measure == "logos" else table["value"] * 100
    born = table["cohort"].dt.year * 12 + table["cohort"].dt.month - 1
    cells = pd.DataFrame({"born": born, "age": table["age"], measure: value.round()})
    return cells[cells[measure] > 0].astype("int64")


def _movements(table: pd.DataFrame, _: str) -> pd.DataFrame:
    cents = (table[MOVES] * 100).round()
    cents.insert(0, "month", table["period_end"].dt.year * 12 + table["period_end"].dt.month - 1)
    return cents.astype("int64")


def _retention(table: pd.DataFrame, _: str) -> pd.DataFrame:
    row = table[AMOUNTS].copy()
    money = [name for name in AMOUNTS if name.endswith("arr")]
    row[money] = (row[money] * 100).round()
    return row.astype("int64")


_TABLES = {"cohorts": _cohorts, "movements": _movements, "retention": _retention}
