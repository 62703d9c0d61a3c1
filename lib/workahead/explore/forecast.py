"""Where retention will land, and where it would if renewals went otherwise; behind it the renewals that decide it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workahead import charts, words
from workahead.book.book import Book
from workahead.book.periods import Day, shift_months
from workahead.explore.controls import group
from workahead.explore.filters import groups_of
from workahead.explore.panel import Panel
from workahead.explore.view import Call, Point, View
from workahead.explore.what_ifs import (
    SIMULATIONS,
    Probabilities,
    Saved,
    called,
    forecast_report,
    quarter_ends,
    renewals_if,
    what_if_of,
)
from workahead.metrics.projection.ahead import open_in
from workahead.metrics.projection.what_if import CATEGORIES, UNCALLED

MONTHS = 12
WHOLE = "All accounts"


def forecast(
    book: Book,
    by: str | None = None,
    end: Day | None = None,
    probabilities: Mapping[str, float] | None = None,
    saved: Sequence[str] = (),
    where: Mapping[str, Any] | None = None,
) -> Panel:
    """GRR of the twelve months up to the end of a quarter ahead, with its range: as forecast, and with other
    probabilities of renewal or accounts counted as saved. Behind each group are its open renewals.

    The arguments are where the controls stand at first. The line is ``wa.project_retention``'s.
    """
    settings = {
        "end": quarter_ends(book, end),
        "by": group(book, by, groups_of(book)),
        "probabilities": Probabilities(book, probabilities),
        "saved": Saved(book, saved),
    }
    return Panel(book, "Where GRR will land", _view, settings, where)


def _view(
    book: Book, end: pd.Timestamp, by: str, probabilities: Mapping[str, float], saved: Sequence[str]
) -> View:
    start = shift_months(end, -MONTHS)
    given = what_if_of(probabilities, saved)
    asked = {"start": start, "end": end, **({"by": by} if by else {}), "simulations": SIMULATIONS}
    call = Call("project_retention", {**asked, **given})
    table, before = call.table(book), Call("project_retention", asked).table(book) if given else None
    figure = _figure(table, before, by)
    made, due = open_in(book, end)

    def chosen(key: Any) -> pd.DataFrame:
        kind, name = key
        rows = renewals_if(book.where(**{by: [name]}) if kind == "group" else book, start, end, given)
        return rows[rows["category"].eq(name)].reset_index(drop=True) if kind == "call" else rows

    def picked(point: Point) -> Any:
        row = round(point.y) if point.y is not None else 0
        groups = figure.layout.meta.get("groups", [])
        return ("group", groups[row]) if by and row < len(groups) else ("all", "")

    if by:
        parts = {str(name): ("group", str(name)) for name in table[by]}
    else:
        there = set(due["category"].fillna(UNCALLED)) if made else set()
        parts = {"All open renewals": ("all", "")} if there else {}
        parts |= {called(one): ("call", one) for one in CATEGORIES if one in there}
    finding = words.what_if_sentence(table, before)
    report = forecast_report(end, given, **({"by": by} if by else {}))
    return View(call, table, figure, finding, parts, picked, chosen, report, "renewal")


def _figure(table: pd.DataFrame, before: pd.DataFrame | None, by: str) -> Any:
    if by:
        return charts.projection_by(table, by, before=before)
    figure = charts.projection_by(
        table.assign(scope=WHOLE), "scope", before=None if before is None else before.assign(scope=WHOLE)
    )
    meta = figure.layout.meta
    alt = meta["alt"].replace("Projected GRR by scope", "Projected GRR")
    return figure.update_layout(title={"text": "<b>Projected GRR</b>"}, meta={**meta, "alt": alt})
