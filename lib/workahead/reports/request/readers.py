"""Who gets a page of their own: the values of ``for_each`` that have rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workahead.book import engines
from workahead.errors import UnknownName
from workahead.reports.publish import slug

if TYPE_CHECKING:
    from workahead.book.book import Book
    from workahead.reports.request.definition import Report

ACCOUNT = "account_id"


@dataclass(frozen=True)
class Reader:
    """``value`` is that of the column, by which folders know it; ``label`` names it to people: an account's name, else
    the value itself."""

    value: str
    label: str

    @property
    def slug(self) -> str:
        """The reader's folder."""
        return slug(self.value)


def readers(report: Report, book: Book) -> list[Reader]:
    """The readers of a report, in the order of their labels; none of a report without ``for_each``.

    ``book`` is the whole one. A missing value is nobody. Raises UnknownName where the book lacks a column of
    ``for_each`` or the audience, or a value that the audience names.

    >>> import pandas as pd
    >>> from workahead.book.book import Book
    >>> from workahead.reports.request.definition import Report
    >>> book = Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "arr": [1.0]}),
    ...     accounts=pd.DataFrame({"account_id": ["A", "B"], "csm": ["Bo", "Ana"]}))
    >>> [one.value for one in readers(Report(name="r", title="R", notebook="r.ipynb", for_each="csm"), book)]
    ['Ana', 'Bo']
    """
    audience = report.audience_of(None)
    if audience is not None:
        audience.check(book)
        book = audience.model_copy(update={"hide": ()}).apply(book)
    column = report.for_each
    if column is None:
        return []
    book.by(column)
    table = "accounts" if column in book.columns("accounts") else "subscriptions"
    named = column == ACCOUNT and "name" in book.columns("accounts")
    rows = engines.pandas(book.frame(table).select(column, *(["name"] if named else [])).unique())
    rows = rows.dropna(subset=[column]).astype({column: "str"})
    labels = rows["name"].fillna(rows[column]) if named else rows[column]
    found = {Reader(value, label) for value, label in zip(rows[column], labels, strict=True) if value.strip()}
    return sorted(found, key=lambda one: (one.label.casefold(), one.value))


def value_of(reader: Reader | None) -> str | None:
    """A reader as folders know them; None for the page of all."""
    return reader.value if reader else None


def chosen(known: Sequence[Reader], only: Iterable[str]) -> list[Reader]:
    """Those asked for, by value or by label, each once; all where nobody is named. Raises UnknownName."""
    found: list[Reader] = []
    for text in only:
        these = [one for one in known if one.value == text] or [one for one in known if one.label == text]
        if not these:
            labels = [one.label for one in known]
            raise UnknownName("reader", text, labels or ["nobody"])
        found += these
    return list(dict.fromkeys(found)) or list(known)
