"""A panel: controls and filters on top, then the finding, the chart, the accounts behind it, and the line of code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go

from workahead.book.book import Book
from workahead.book.quick import quick
from workahead.errors import UnknownName, WorkaheadError
from workahead.explore.accounts import Accounts
from workahead.explore.chart import Chart, drawn
from workahead.explore.code import Code
from workahead.explore.controls import NATURAL
from workahead.explore.filters import Filters
from workahead.explore.view import Point, View
from workahead.show.shown import escaped

BOOKS_KEPT = 8
"""Filtered books that a panel remembers: a slider that moves does not filter again."""


class Panel(widgets.VBox):
    """One question with its settings. ``view(book, **settings)`` answers it; ``settings`` are controls by name.

    | attribute | meaning |
    |---|---|
    | book | the book after the filters |
    | table | the metric's table, as the line of Python gives it |
    | line, command | that line; the command that makes a report of it |
    | figure | the chart |
    | message | why there is no answer at this setting; empty where there is one |

    :meth:`set` and :meth:`filter` do from Python what the controls do. Where the notebook is run as a report, the chart
    stands there as a figure.
    """

    def __init__(
        self,
        book: Book,
        title: str,
        view: Callable[..., View],
        settings: Mapping[str, Any],
        where: Mapping[str, Any] | None = None,
    ) -> None:
        self._whole, self._answer, self._settings, self._still = quick(book), view, dict(settings), True
        self._view: View | None = None
        self._filtered = lru_cache(BOOKS_KEPT)(lambda key: self._whole.where(**{c: list(v) for c, v in key}))
        self.message = ""
        self.filters = Filters(self._whole, where or {}, self.draw)
        self.behind = widgets.Dropdown(description="Accounts behind", style=NATURAL, layout={"width": "30em"})
        self.accounts, self.code = Accounts(), Code()
        self._finding = widgets.HTML()
        self._chart = Chart(self._clicked)
        for control in self._settings.values():
            control.observe(lambda _: self.draw(), "value")
            control.layout.margin = "2px 16px 2px 2px"
        self.behind.observe(self._open, "value")
        controls = widgets.Box([*self._settings.values()], layout={"flex_flow": "row wrap"})
        super().__init__(
            [
                widgets.HTML(f"<h3>{escaped(title)}</h3>"), controls, self.filters, self._finding,
                self._chart, self.behind, self.accounts, self.code,
            ]
        )  # fmt: skip
        self.add_class("wa-panel")
        self._still = False
        self.draw()

    @property
    def book(self) -> Book:
        """The book after the filters."""
        where = self.filters.where
        key = tuple((column, tuple(values)) for column, values in where.items())
        chosen: Book = self._filtered(key)
        return chosen

    @property
    def table(self) -> pd.DataFrame:
        """The metric's table at this setting; empty where there is none."""
        return pd.DataFrame() if self._view is None else self._view.table

    @property
    def figure(self) -> go.Figure:
        """The chart at this setting; an empty one where there is no answer."""
        return self._view.figure if self._view else go.Figure()

    @property
    def line(self) -> str:
        """The line of Python that gives :attr:`table` again."""
        return str(self.code.line)

    @property
    def command(self) -> str:
        """The command that makes a report of it."""
        return str(self.code.command)

    def set(self, **values: Any) -> None:
        """Set controls by name: ``panel.set(months=6, by="region")``."""
        unknown = [name for name in values if name not in self._settings]
        if unknown:
            raise UnknownName("setting", unknown[0], list(self._settings))
        self._still = True
        try:
            for name, value in values.items():
                self._settings[name].value = "" if value is None else value
        finally:
            self._still = False
        self.draw()

    def filter(self, **where: Any) -> None:
        """Set filters: ``panel.filter(segment=["Enterprise"])``; an empty list takes a filter back."""
        self._still = True
        try:
            for column, values in where.items():
                self.filters.put(column, values)
        finally:
            self._still = False
        self.draw()

    def draw(self) -> None:
        """Answer anew. What the library refuses is said in its place; the controls stay."""
        if self._still:
            return
        where = self.filters.where
        try:
            view = self._answer(
                self.book, **{name: control.value for name, control in self._settings.items()}
            )
        except WorkaheadError as refused:
            self._view, self.message = None, str(refused)
            self._finding.value = f'<div role="alert">{escaped(refused).replace(chr(10), "<br>")}</div>'
            self._chart.draw(None)
            self.behind.options = []
            self.code.line = self.code.command = self.code.unreported = ""
            return
        self._view, self.message = view, ""
        self._finding.value = f'<p class="wa-finding">{escaped(view.finding)}</p>'
        self._chart.draw(view.figure)
        opened = self.behind.label
        self.behind.options = [("Choose, or click on the chart", ""), *view.parts.items()]
        self.behind.index = 0  # and what was open is opened anew
        if opened in view.parts:
            self.behind.label = opened
        self.behind.layout.display = None if view.parts else "none"
        self.code.line = view.call.line(where)
        self.code.command = view.report.command(where) if view.report else ""
        self.code.unreported = "" if view.report else view.unreported

    def _clicked(self, point: Point) -> None:
        key = self._view.picked(point) if self._view else None
        if self._view and key in self._view.parts.values():
            self.behind.value = key

    def _open(self, change: Any) -> None:
        key = change["new"]
        if self._view is None or key == "" or key is None:
            self.accounts.clear()
            return
        self.accounts.show(str(self.behind.label), self._view.accounts(key), self._view.unit)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """The panel for Lab, and its chart for a page, where no widget lives."""
        bundle: dict[str, Any] = dict(super()._repr_mimebundle_(**kwargs))
        bundle["text/plain"] = self._view.finding if self._view else self.message
        if self._view is not None:
            bundle |= drawn(self._view.figure)
        return bundle
