"""What comes up for renewal: by window, month or cause of risk; behind each part its contracts and next steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import pandas as pd

from workahead import charts, words
from workahead.book.book import Book
from workahead.book.periods import shift_months
from workahead.book.plays import OVERDUE
from workahead.book.tables import NOT_SET
from workahead.charts.risk import UNSTATED
from workahead.errors import ConfigError, did_you_mean
from workahead.explore.controls import choice, group, slider
from workahead.explore.filters import groups_of
from workahead.explore.panel import Panel
from workahead.explore.view import Call, Point, Report, View
from workahead.metrics.renewals.base import WIDTH, renewal_base
from workahead.metrics.renewals.upcoming import window_name, with_columns
from workahead.words.dates import month
from workahead.words.grammar import capital
from workahead.words.numbers import count

AHEAD = (3, 6, 9, 12, 18, 24)
WIDTHS = (1, 3, 6)
SHOWN = {"windows": "Windows", "calendar": "Calendar", "risk": "Causes of risk"}
COLUMNS = [
    "name", "csm", "arr", "renewal_date", "category", "called_on", "forecast_arr", "at_risk_arr",
    "root_cause", "would_renew", "next_step", "product", "account_id", "subscription_id",
]  # fmt: skip

_SUMS = ["renewals", "at_risk_arr", "addressable_arr", "unstated_arr"]

Chosen = Callable[[pd.DataFrame], pd.Series]
"""Which contracts of the renewal base make a part."""
Behind = Callable[[Any], pd.DataFrame]
"""The contracts of a part, by its key."""


def renewals(
    book: Book,
    show: str = "windows",
    by: str | None = None,
    months: int = 12,
    width: int = WIDTH,
    where: Mapping[str, Any] | None = None,
) -> Panel:
    """What comes up for renewal in so many months; behind each part the contracts, with call, risk and next step.

    The arguments are where the controls stand at first. ``show``: windows (of ``width`` months), calendar (by month and
    last call), or risk (by root cause). ``by`` divides windows and risk. The lines are ``wa.renewal_windows``'s,
    ``wa.renewal_base``'s and ``wa.risk``'s.
    """
    if show not in SHOWN:
        raise ConfigError(f"unknown show {show!r}.{did_you_mean(show, SHOWN)} There are: {', '.join(SHOWN)}")
    settings = {
        "show": choice("Show", {said: name for name, said in SHOWN.items()}, show),
        "by": group(book, by, groups_of(book)),
        "months": slider("Months ahead", sorted({*AHEAD, months}), months, width="20em"),
        "width": choice("Windows of", {count(n, "month"): n for n in sorted({*WIDTHS, width})}, width),
    }
    panel = Panel(book, "Renewals", _view, settings, where)

    def fitting(_: Any = None) -> None:
        """A control without effect can't be set."""
        settings["by"].disabled = settings["show"].value == "calendar"
        settings["width"].disabled = settings["show"].value != "windows"

    settings["show"].observe(fitting, "value")
    fitting()
    return panel


def _view(book: Book, show: str, by: str, months: int, width: int) -> View:
    if show == "calendar":
        return _calendar(book, months)
    return _risk(book, by or None, months) if show == "risk" else _windows(book, by or None, months, width)


def _windows(book: Book, by: str | None, months: int, width: int) -> View:
    edges = (*range(0, months, width), months)
    call = Call("renewal_windows", {"edges": edges, **({"by": by} if by else {})})
    table = call.table(book)
    spans = {window_name(*span): span for span in pairwise(edges)}

    def inside(window: str) -> Chosen:
        if window == OVERDUE:
            return lambda base: base["window"].eq(OVERDUE)
        first, last = (shift_months(book.as_of, count) for count in spans[window])
        return lambda base: (
            base["window"].ne(OVERDUE) & base["renewal_date"].ge(first) & base["renewal_date"].lt(last)
        )

    parts: dict[str, Any] = {}
    due = table[table["contracts"] > 0]
    for row in due.to_dict("records"):
        window, name = row["window"], capital(words.window_name(row["window"]))
        if by:
            parts[f"{row[by]}, {words.window_name(window)}"] = (window, row[by])
            continue
        parts[name] = (window, "due")
        if row["at_risk_arr"]:
            parts[f"{name}, at risk"] = (window, "at risk")
        if 0 < row["uncovered_arr"] < row["arr_due"]:
            parts[f"{name}, not called"] = (window, "not called")
    figure = charts.window_grid(table, by, book.currency) if by else charts.window_board(table, book.currency)
    windows = list(dict.fromkeys(table["window"]))

    def picked(point: Point) -> Any:
        if by:
            return windows[int(point.x)], figure.layout.meta["groups"][int(point.y)]
        part = {"Called, at risk": "at risk", "Not called": "not called"}.get(str(point.name), "due")
        key = (windows[int(point.x)], part)
        return key if key in parts.values() else (key[0], "due")

    def accounts(key: Any) -> pd.DataFrame:
        window, part = key
        rows = _base(book, months, inside(window))
        if by:
            return rows[_groups(rows, book, by).eq(part)]
        if part == "at risk":
            return rows[rows["at_risk_arr"] > 0]
        return rows[rows["called_on"].isna()] if part == "not called" else rows

    whole = table.groupby("window", sort=False, as_index=False).sum(numeric_only=True) if by else table
    finding = words.window_sentence(whole, book.currency)
    return View(call, table, figure, finding, parts, picked, _shown(accounts), _report(by, months), "renewal")


def _calendar(book: Book, months: int) -> View:
    call = Call("renewal_base", {"months": months})
    table = call.table(book)
    figure = charts.renewal_calendar(table, currency=book.currency)
    overdue = table["window"].eq(OVERDUE)
    due = table["renewal_date"].dt.to_period("M").where(~overdue)
    ahead = sorted(due.dropna().unique())
    parts: dict[str, Any] = {"Overdue": OVERDUE} if overdue.any() else {}
    parts |= {month(one.start_time): one for one in ahead}
    first = int(overdue.any())

    def picked(point: Point) -> Any:
        at = int(point.x) - first
        return OVERDUE if at < 0 else ahead[0] + at

    def accounts(key: Any) -> pd.DataFrame:
        return table[overdue if isinstance(key, str) else due.eq(key)]

    finding = words.uncalled_sentence(table, currency=book.currency)
    report = _report(None, months)
    return View(call, table, figure, finding, parts, picked, _shown(accounts), report, "renewal")


def _risk(book: Book, by: str | None, months: int) -> View:
    call = Call("risk", {"months": months, **({"by": [by, "root_cause"]} if by else {})})
    table = call.table(book)
    column = by or "root_cause"
    drawn = table.groupby(column, sort=False)["at_risk_arr"].sum().sort_values(ascending=False, kind="stable")
    names = list(drawn.index)
    parts = {str(name if by or name != NOT_SET else UNSTATED): name for name in names}
    figure = charts.risk_causes(table, book.currency, by)

    def accounts(name: Any) -> pd.DataFrame:
        rows = _base(book, months, lambda base: base["at_risk_arr"] > 0)
        of = _groups(rows, book, by) if by else rows["root_cause"].fillna(NOT_SET)
        return rows[of.eq(name)]

    causes = table.groupby("root_cause", as_index=False)[_SUMS].sum()
    causes = causes.sort_values("at_risk_arr", ascending=False, ignore_index=True)
    causes["share"] = causes["at_risk_arr"] / causes["at_risk_arr"].sum()
    finding = words.risk_sentence(causes if by else table, book.currency)
    report = _report(by, months)

    def picked(point: Point) -> Any:
        return names[int(point.y)]

    return View(call, table, figure, finding, parts, picked, _shown(accounts), report, "renewal")


def _base(book: Book, months: int, chosen: Chosen) -> pd.DataFrame:
    base = renewal_base(book, months)
    return base[chosen(base)]


def _groups(rows: pd.DataFrame, book: Book, by: str) -> pd.Series:
    """The group of each contract, as metrics by this column have it."""
    return with_columns(rows[["subscription_id", "account_id"]], book, [by])[by].set_axis(rows.index)


def _shown(accounts: Behind) -> Behind:
    """The contracts with the columns that a person works with, the largest first."""

    def chosen(key: Any) -> pd.DataFrame:
        rows = accounts(key).sort_values("arr", ascending=False, kind="stable")
        return rows[COLUMNS].dropna(axis="columns", how="all").reset_index(drop=True)

    return chosen


def _report(by: str | None, months: int) -> Report | None:
    """The page's windows are of three months."""
    return None if months % WIDTH else Report("renewals", {**({"by": by} if by else {}), "months": months})
