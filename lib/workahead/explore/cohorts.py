"""Cohorts by age, as cells, curves or a line a group; behind each point what its customers had and have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import pandas as pd

from workahead import charts, words
from workahead.book.book import Book
from workahead.book.periods import MONTHS, Freq
from workahead.errors import ConfigError, did_you_mean
from workahead.explore.controls import choice, group
from workahead.explore.filters import groups_of
from workahead.explore.panel import Panel
from workahead.explore.view import Call, Point, Report, View
from workahead.metrics.retention.cohorts import Measure, added_up, cohort_accounts
from workahead.words.dates import cohort as cohort_name

MOST_CELLS = 5000
"""Of more cells than these, whole years of age are offered by name."""
MEASURES = {"net": "ARR, with growth", "gross": "ARR, without growth", "logos": "customers"}
SHOWN = {"cells": "Cells", "curves": "Curves"}

Cell = tuple[Any, int]
"""A cohort's first day (or a group, or None for all together) and an age."""


def cohorts(
    book: Book,
    freq: Freq = "quarter",
    measure: Measure = "net",
    by: str | None = None,
    show: str = "cells",
    where: Mapping[str, Any] | None = None,
) -> Panel:
    """What is left of those who came in the same month, quarter or year, by age; behind each point its customers.

    The arguments are where the controls stand at first. Without ``by`` the line is ``wa.cohorts``'s, as cells or curves
    (``show``); with it ``wa.cohort_total``'s, a line a group.
    """
    for name, value, known in (
        ("freq", freq, [*MONTHS]),
        ("measure", measure, [*get_args(Measure)]),
        ("show", show, [*SHOWN]),
    ):
        if value not in known:
            hint = did_you_mean(value, known)
            raise ConfigError(f"unknown {name} {value!r}.{hint} There are: {', '.join(known)}")
    settings = {
        "freq": choice("Cohorts by", [*MONTHS], freq),
        "measure": choice("Measure", {said: one for one, said in MEASURES.items()}, measure),
        "by": group(book, by, groups_of(book)),
        "show": choice("Show", {said: one for one, said in SHOWN.items()}, show),
    }

    def fitting(_: Any = None) -> None:
        """A control without effect can't be set."""
        settings["show"].disabled = bool(settings["by"].value)

    settings["by"].observe(fitting, "value")
    fitting()
    return Panel(book, "Cohorts", _view, settings, where)


def _view(book: Book, freq: Freq, measure: Measure, by: str, show: str) -> View:
    if by:
        return _groups(book, freq, measure, by)
    call = Call("cohorts", {"freq": freq, "measure": measure})
    table = call.table(book)
    total = added_up(table, [])
    drawn = (
        charts.cohort_heatmap(table, measure, freq)
        if show == "cells"
        else charts.cohort_curves(table, total, measure, freq)
    )
    parts: dict[str, Any] = {f"All cohorts, {freq} {age}": (None, int(age)) for age in total["age"]}
    cells = table if len(table) <= MOST_CELLS else table[table["age"] % (12 // MONTHS[freq]) == 0]
    firsts = {first: cohort_name(first, freq) for first in table["cohort"].unique()}
    for first, ages in cells.groupby("cohort")["age"]:
        parts |= {f"{firsts[first]}, {freq} {age}": (first, age) for age in ages.tolist()}
    rows = sorted(firsts)

    def picked(point: Point) -> Cell | None:
        if show == "cells":
            return rows[int(point.y)], int(point.x)
        return _along(table)[point.index] if point.trace == 0 else (None, int(point.x))

    def accounts(cell: Cell) -> pd.DataFrame:
        first, age = cell
        return _shown(cohort_accounts(book, age, first, freq), measure, freq)

    finding = words.cohort_sentence(table, total, measure, freq)
    report = Report("cohorts", {"freq": freq})
    return View(call, table, drawn, finding, parts, picked, accounts, report, unit="customer")


def _along(table: pd.DataFrame) -> list[Cell | None]:
    """The cells in the order in which the curves hold them, with a gap after each cohort."""
    done = table[table["complete"]].sort_values(["cohort", "age"])
    return [
        cell
        for first, one in done.groupby("cohort", sort=True)
        for cell in [*((first, int(age)) for age in one["age"]), None]
    ]


def _groups(book: Book, freq: Freq, measure: Measure, by: str) -> View:
    call = Call("cohort_total", {"freq": freq, "measure": measure, "by": by})
    table = call.table(book)
    figure = charts.cohort_groups(table, by, measure, freq)
    parts = {
        f"{name}, {freq} {age}": (str(name), int(age))
        for name, age in zip(table[by], table["age"], strict=True)
    }

    def picked(point: Point) -> Cell:
        return figure.layout.meta["groups"][point.trace], int(point.x)

    def accounts(cell: Cell) -> pd.DataFrame:
        name, age = cell
        rows = cohort_accounts(book, age, freq=freq, by=by)
        return _shown(rows[rows[by].astype("str").eq(name)], measure, freq)

    finding = words.cohort_group_sentence(table, by, measure, freq)
    return View(call, table, figure, finding, parts, picked, accounts, unit="customer")


def _shown(rows: pd.DataFrame, measure: Measure, freq: Freq) -> pd.DataFrame:
    """The customers by name, with the amounts that add up to what is shown."""
    rows = rows.assign(cohort=[cohort_name(first, freq) for first in rows["cohort"]])
    amounts = ["first_arr", "kept_arr" if measure == "gross" else "arr", "change"]
    columns = ["name", "cohort", *amounts, "csm", "segment", "customer_id"]
    return rows[[name for name in columns if name in rows]].reset_index(drop=True)
