"""A section of a page that needs a table which the book may not have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workahead.book.tables import TABLES
from workahead.errors import MissingTable
from workahead.show.text import finding


@contextmanager
def section() -> Iterator[None]:
    """What is shown inside; where the book lacks a table for it, a sentence that says so, and the page goes on.

    Anything else that goes wrong stops the page, as everywhere.
    """
    try:
        yield
    except MissingTable as missing:
        from IPython.display import display  # only in a notebook

        name, holder = missing.table.replace("_", " "), TABLES[missing.table].holder
        said = finding(f"This needs {name}, which this book does not have. They usually come from {holder}.")
        display(said)  # type: ignore[no-untyped-call]
