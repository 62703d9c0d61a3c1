"""Filters of a panel: for any column a searchable field that takes many values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ipywidgets as widgets
import narwhals as nw

from workahead.book import engines
from workahead.book.book import Book
from workahead.book.tables import NOT_SET
from workahead.errors import UnknownName
from workahead.explore.controls import NATURAL, choice, heading
from workahead.words.numbers import count

MOST_OFFERED = 500
"""More values than these are not offered while typing; any can still be typed."""
MOST_ADDED = 20
"""What is typed adds all values that contain it, up to so many."""


class Filters(widgets.VBox):
    """One row a column; what they hold is ``where``, as ``book.where`` takes it."""

    children: Any

    def __init__(self, book: Book, where: Mapping[str, Any], changed: Callable[[], None]) -> None:
        self._book, self._changed = book, changed
        self._rows: dict[str, Values] = {}
        self._adds = choice(
            "Filter by", {"Choose a column": "", **{heading(c): c for c in columns_of(book)}}, ""
        )
        self._adds.observe(self._add, "value")
        super().__init__([self._adds])
        self.add_class("wa-filters")
        for column, values in where.items():
            self.put(column, values)

    @property
    def where(self) -> dict[str, list[str]]:
        """The filter that is set: values by column."""
        return {column: list(row.chosen) for column, row in self._rows.items() if row.chosen}

    def put(self, column: str, values: Any) -> None:
        """Set the values of a column; without any its row stays, and filters nothing. Raises UnknownName."""
        if column not in columns_of(self._book):
            raise UnknownName("column", column, columns_of(self._book))
        if column not in self._rows:
            self._row(column)
        wanted = [str(v) for v in values] if isinstance(values, list | tuple | set) else [str(values)]
        self._rows[column].put(wanted)

    def _add(self, change: Any) -> None:
        if change["new"]:
            if change["new"] not in self._rows:
                self._row(change["new"])
            self._adds.value = ""

    def _row(self, column: str) -> None:
        row = Values(column, values_of(self._book, column), self._changed, self._remove)
        self._rows[column] = row
        self.children = (*self.children, row)

    def _remove(self, column: str) -> None:
        row = self._rows.pop(column)
        self.children = tuple(child for child in self.children if child is not row)
        if row.chosen:
            self._changed()


class Values(widgets.Box):
    """A column's filter: what is typed adds the value of that name, else those like it (``containing``)."""

    def __init__(
        self, column: str, known: list[str], changed: Callable[[], None], remove: Callable[[str], None]
    ) -> None:
        self.chosen: list[str] = []
        self._column, self._known, self._changed = column, known, changed
        self._typed = widgets.Combobox(
            options=tuple(known[:MOST_OFFERED]),
            description=heading(column),
            placeholder=f"type to search {count(len(known), 'value')}",
            continuous_update=False,
            style=NATURAL,
            layout={"width": "24em"},
        )
        self._typed.observe(self._type, "value")
        self._said, self._tags = widgets.Label(), widgets.Box(layout={"flex_flow": "row wrap"})
        away = widgets.Button(description="Remove filter", layout={"width": "auto"})
        away.on_click(lambda _: remove(column))
        super().__init__([self._typed, self._tags, self._said, away], layout={"flex_flow": "row wrap"})

    def put(self, values: list[str]) -> None:
        """These values, and no others. Raises UnknownName for one that is not there."""
        for value in values:
            if value not in self._known:
                raise UnknownName(self._column, value, self._known)
        self.chosen = list(dict.fromkeys(values))
        self._tags.children = tuple(map(self._tag, self.chosen))
        self._changed()

    def _tag(self, value: str) -> widgets.Button:
        tag = widgets.Button(
            description=value, icon="times", tooltip=f"Take out {value}", layout={"width": "auto"}
        )
        tag.on_click(lambda _: self.put([one for one in self.chosen if one != value]))
        return tag

    def _type(self, change: Any) -> None:
        typed = str(change["new"]).strip()
        if not typed:
            return
        found = [typed] if typed in self._known else containing(typed, self._known)
        few = 0 < len(found) <= MOST_ADDED
        self._said.value = "" if few else f"{count(len(found), 'value')} with {typed!r} in it"
        if few:
            self._typed.value = ""
            self.put([*self.chosen, *found])


def containing(typed: str, known: Iterable[str]) -> list[str]:
    """The values in which a word begins with what was typed, in any case; else those that contain it.

    >>> containing("ana", ["Ana", "Kenji Watanabe", "Jo Anand"]), containing("tana", ["Ana", "Kenji Watanabe"])
    (['Ana', 'Jo Anand'], ['Kenji Watanabe'])
    """
    inside = [value for value in known if typed.casefold() in value.casefold()]
    begins = re.compile(rf"\b{re.escape(typed)}", re.IGNORECASE)
    return [value for value in inside if begins.search(value)] or inside


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
