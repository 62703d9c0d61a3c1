"""What a panel shows at one setting: the metric's table, its chart and sentence, and the accounts behind."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import plotly.graph_objects as go

import workahead
from workahead.book.book import Book


@dataclass(frozen=True)
class Written:
    """An argument, and how a line of Python writes it: what a person has under a name of their own."""

    value: Any
    text: str


@dataclass(frozen=True)
class Call:
    """A metric with its arguments: the table of a panel, and the line of Python that gives it again.

    >>> Call("retention", {"end": pd.Timestamp("2026-10-31"), "by": "segment"}).line({"csm": ["Ana"]})
    'wa.retention(book.where(csm=["Ana"]), end="2026-10-31", by="segment")'
    """

    metric: str
    arguments: Mapping[str, Any]

    def table(self, book: Book) -> pd.DataFrame:
        """The metric's answer for a book."""
        given = {n: one.value if isinstance(one, Written) else one for n, one in self.arguments.items()}
        answer: pd.DataFrame = getattr(workahead, self.metric)(book, **given)
        return answer

    def line(self, where: Mapping[str, Any], book: str = "book") -> str:
        """The call as Python, for a cell in which ``wa`` and ``book`` are known."""
        given = ", ".join(f"{name}={_python(value)}" for name, value in self.arguments.items())
        return f"wa.{self.metric}({filtered(where, book)}{', ' if given else ''}{given})"


@dataclass(frozen=True)
class Report:
    """A report and the parameters that show on a page what the panel shows.

    >>> print(Report("monthly", {"by": "segment", "period": "2026-10"}).command({"csm": ["Ana"]}))
    workahead report monthly --period 2026-10 --set by=segment --set 'where={"csm": ["Ana"]}'
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def command(self, where: Mapping[str, Any]) -> str:
        """The command that makes the page."""
        given = {**self.parameters, **({"where": dict(where)} if where else {})}
        period = f" --period {given.pop('period')}" if "period" in given else ""
        settings = (
            f"--set {shlex.quote(f'{name}={value if isinstance(value, str) else json.dumps(value, default=str)}')}"
            for name, value in given.items()
        )
        return " ".join([f"workahead report {self.name}{period}", *settings])


@dataclass(frozen=True)
class Point:
    """Where a chart was clicked: the trace's number and name, the point's place in it, and its coordinates."""

    trace: int
    name: str | None
    index: Any
    x: Any
    y: Any


@dataclass(frozen=True)
class View:
    """A panel's answer at one setting.

    ``parts`` are what the chart is made of, by the name a reader sees (a group, a month, a cell): the accounts of one
    are what ``accounts`` returns for its key. ``picked`` says which key a click on the chart means, None where none;
    ``unit`` what a row of those accounts is; ``unreported`` why there is no report of it.
    """

    call: Call
    table: pd.DataFrame
    figure: go.Figure
    finding: str
    parts: Mapping[str, Any] = field(default_factory=dict)
    picked: Callable[[Point], Any] = lambda _: None
    accounts: Callable[[Any], pd.DataFrame] = lambda _: pd.DataFrame()
    report: Report | None = None
    unit: str = "account"
    unreported: str = ""


def filtered(where: Mapping[str, Any], book: str = "book") -> str:
    """A filter as Python.

    >>> filtered({"Account Owner": ["Bo"]})
    'book.where(**{"Account Owner": ["Bo"]})'
    """
    if not where:
        return book
    if all(column.isidentifier() for column in where):
        return f"{book}.where({', '.join(f'{column}={_python(value)}' for column, value in where.items())})"
    return f"{book}.where(**{_python(dict(where))})"


def _python(value: Any) -> str:
    """A value as Python's source, texts in double quotes."""
    if isinstance(value, Written):
        return value.text
    if isinstance(value, pd.Timestamp):
        return f'"{value:%Y-%m-%d}"'
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        inner = ", ".join(map(_python, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_python(k)}: {_python(v)}" for k, v in value.items()) + "}"
    return repr(value)
