"""How long customers stay, or their first ARR; behind each point those who had left by that age."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workahead import charts, words
from workahead.book.book import Book
from workahead.errors import ConfigError, did_you_mean
from workahead.explore.controls import choice, group
from workahead.explore.filters import groups_of
from workahead.explore.panel import Panel
from workahead.explore.view import Call, Point, View
from workahead.metrics.retention.survival import lost_customers, survival_difference

MEASURES = {"logos": "customers", "arr": "their first ARR"}


def survival(
    book: Book, by: str | None = None, measure: str = "logos", where: Mapping[str, Any] | None = None
) -> Panel:
    """The share still there at each month of age, with its band; behind each point those who had left by then.

    The arguments are where the controls stand at first. The line is ``wa.survival``'s; with ``by`` it is said whether
    the groups differ by more than chance would make them.
    """
    if measure not in MEASURES:
        hint = did_you_mean(measure, MEASURES)
        raise ConfigError(f"unknown measure {measure!r}.{hint} There are: {', '.join(MEASURES)}")
    settings = {
        "by": group(book, by, groups_of(book)),
        "measure": choice("Measure", {said: one for one, said in MEASURES.items()}, measure),
    }
    return Panel(book, "How long customers stay", _view, settings, where)


def _view(book: Book, by: str, measure: str) -> View:
    column = by or None
    call = Call(
        "survival", {**({"by": by} if by else {}), **({"measure": measure} if measure != "logos" else {})}
    )
    table = call.table(book)
    figure = charts.survival_curves(table, column, measure)
    ages = table[table["age_months"] > 0]
    groups = ages[by].astype("str") if by else [""] * len(ages)
    parts = {
        f"{name + ', l' if name else 'L'}eft by month {age}": (name, int(age))
        for name, age in zip(groups, ages["age_months"], strict=True)
    }
    drawn = (figure.layout.meta or {}).get("groups", [])

    def picked(point: Point) -> Any:
        return drawn[point.trace % len(drawn)] if by else "", int(point.x)

    def accounts(key: Any) -> pd.DataFrame:
        name, age = key
        lost = lost_customers(book, age, column)
        rows = lost[lost[by].astype("str").eq(name)] if by else lost
        columns = ["name", "age_months", "lost_on", "first_arr", "csm", "segment", "customer_id"]
        return rows[[one for one in columns if one in rows]].reset_index(drop=True)

    difference = survival_difference(book, by) if by else None
    finding = words.survival_sentence(table, difference, column, measure)
    return View(call, table, figure, finding, parts, picked, accounts, unit="customer")
