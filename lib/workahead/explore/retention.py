"""Net and gross retention: over time, or by group, on any basis; behind each point the accounts that moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import pandas as pd

from workahead import charts, words
from workahead.book.book import Book
from workahead.book.periods import Day, shift_months
from workahead.explore.controls import choice, closing_day, group, slider
from workahead.explore.filters import groups_of
from workahead.explore.panel import Panel
from workahead.explore.view import Call, Point, Report, View
from workahead.metrics.benchmarks import benchmarks
from workahead.metrics.retention.movements import movement_detail
from workahead.metrics.retention.retention import Basis
from workahead.words.dates import month

WINDOWS = (3, 6, 12, 24)
PERIODS = 24


def retention(
    book: Book,
    by: str | None = None,
    months: int = 12,
    end: Day | None = None,
    basis: str = "cohort",
    where: Mapping[str, Any] | None = None,
) -> Panel:
    """NRR and GRR over time, or by group; behind each the customers that moved, with what each gained or lost.

    The arguments are where the controls stand at first. Without ``by`` the line is ``wa.retention_trend``'s, with it
    ``wa.retention``'s.
    """
    settings = {
        "by": group(book, by, groups_of(book)),
        "months": slider("Months", sorted({*WINDOWS, months}), months, width="16em"),
        "end": closing_day(book, end),
        "basis": choice("Basis", get_args(Basis), basis),
    }
    return Panel(book, "Retention", _view, settings, where)


def _view(book: Book, by: str, months: int, end: pd.Timestamp, basis: Any) -> View:
    given = {} if basis == "cohort" else {"basis": basis}
    until = {} if end == book.as_of else {"end": end}
    report = Report("retention", {**({"by": by} if by else {}), "months": months, "period": f"{end:%Y-%m}"})
    if not by:
        call = Call("retention_trend", {"months": months, "periods": PERIODS, **given, **until})
        table = call.table(book)
        parts: dict[str, Any] = {month(day): day for day in table["period_end"].dropna()[::-1]}
        figure = charts.retention_trend(table, benchmarks(book, months), months)
        return View(
            call, table, figure, words.trend_sentence(table), parts,
            picked=lambda point: pd.Timestamp(point.x), accounts=lambda day: _moved(book, months, day), report=report,
        )  # fmt: skip
    call = Call("retention", {**until, "months": months, "by": by, **given})
    table = call.table(book)
    figure = charts.retention_by(table, by, months)
    drawn = list(figure.layout.yaxis.ticktext or ())

    def picked(point: Point) -> Any:
        return drawn[int(point.y)] if point.y is not None and int(point.y) < len(drawn) else None

    groups = {str(name): str(name) for name in table[by]}
    return View(
        call, table, figure, words.group_sentence(table, by), groups, picked,
        accounts=lambda name: _moved(book.where(**{by: [name]}), months, end), report=report,
    )  # fmt: skip


def _moved(book: Book, months: int, end: pd.Timestamp) -> pd.DataFrame:
    """The customers that were there at the window's start and moved since, the largest change first."""
    detail = movement_detail(book, shift_months(end, -months), end)
    there = detail[detail["starting"] > 0]
    order = there["change"].abs().sort_values(ascending=False, kind="stable").index
    return there.loc[order].reset_index(drop=True)
