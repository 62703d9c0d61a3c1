"""Filters of a panel: for any column a searchable field that takes many values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
import narwhals as nw

from workahead.book import engines
from workahead.book.book import Book
from workahead.book.tables import NOT_SET
from workahead.errors import UnknownName
from workahead.explore.controls import heading

MOST_OFFERED = 500
"""More values than these are not offered while typing; any can still be typed."""


class Filters(widgets.VBox):
    """One row a column; what they hold is ``where``, as ``book.where`` takes it."""

    def __init__(self, book: Book, where: Mapping[str, Any], changed: Callable[[], None]) -> None:
        self._book, self._changed = book, changed
        self._rows: dict[str, widgets.TagsInput] = {}
        columns = columns_of(book)
        self._adds = widgets.Dropdown(
            options=[("Choose a column", None), *((heading(column), column) for column in columns)],
            description="Filter by",
            style={"description_width": "initial"},
        )
        self._adds.observe(self._add, "value")
        super().__init__([self._adds])
        self.add_class("wa-filters")
        for column, values in where.items():
            self.put(column, values)

    @property
    def where(self) -> dict[str, list[str]]:
        """The filter that is set: values by column."""
        return {column: list(row.value) for column, row in self._rows.items() if row.value}

    def put(self, column: str, values: Any) -> None:
        """Set the values of a column; without any its row stays, and filters nothing."""
        wanted = [str(v) for v in values] if isinstance(values, list | tuple | set) else [str(values)]
        if column not in columns_of(self._book):
            raise UnknownName("column", column, columns_of(self._book))
        if column not in self._rows:
            self._row(column)
        offered = self._rows[column].allowed_tags
        unknown = [value for value in wanted if offered and value not in offered]
        if unknown:
            raise UnknownName(column, unknown[0], offered)
        self._rows[column].value = wanted

    def _add(self, change: Any) -> None:
        column = change["new"]
        if column is not None:
            self._adds.value = None
            if column not in self._rows:
                self._row(column)

    def _row(self, column: str) -> None:
        values = values_of(self._book, column)
        offered = {"allowed_tags": values} if len(values) <= MOST_OFFERED else {}
        field = widgets.TagsInput(allow_duplicates=False, placeholder="type to search", **offered)
        field.layout.width = "26em"
        name = widgets.Label(heading(column), layout={"width": "9em"})
        away = widgets.Button(description="Remove", tooltip=f"Remove the filter by {heading(column)}")
        away.layout.width = "6em"
        row: Any = widgets.HBox([name, field, away])

        def remove(_: Any) -> None:
            del self._rows[column]
            self.children = tuple(child for child in self.children if child is not row)
            if field.value:
                self._changed()

        field.observe(lambda _: self._changed(), "value")
        away.on_click(remove)
        self._rows[column] = field
        self.children = (*self.children, row)


def columns_of(book: Book) -> list[str]:
    """The columns that can be filtered by: texts of accounts, then those of subscriptions that describe a contract."""
    found = []
    for table in ("accounts", "subscriptions"):
        schema = book.frame(table).collect_schema()
        found += [name for name, kind in schema.items() if kind in (nw.String, nw.Boolean)]
    return [name for name in dict.fromkeys(found) if name not in ("subscription_id", "replaces")]


def values_of(book: Book, column: str) -> list[str]:
    """A column's values in order, with "(not set)" where one is missing."""
    table = "accounts" if column in book.columns("accounts") else "subscriptions"
    found = engines.pandas(book.frame(table).select(column).unique())[column]
    named = sorted(map(str, found.dropna()), key=str.casefold)
    return [*named, NOT_SET] if found.isna().any() else named


def groups_of(book: Book, most: int = 50) -> list[str]:
    """The columns worth a line or bar for each value: those with two to ``most`` of them."""
    found = []
    for column in columns_of(book):
        table = "accounts" if column in book.columns("accounts") else "subscriptions"
        many = engines.pandas(book.frame(table).select(nw.col(column).n_unique()))[column].iloc[0]
        if 2 <= many <= most:
            found.append(column)
    return found
