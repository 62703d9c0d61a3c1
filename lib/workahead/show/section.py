"""A section of a page that needs a table which the book may not have, or a file that the project may not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from workahead.book.tables import TABLES
from workahead.errors import MissingFile, MissingTable
from workahead.show.text import finding


@contextmanager
def section(hidden: bool = False) -> Iterator[None]:
    """What is shown inside; where a table or a file for it is missing, a sentence that says so, and the page goes on.

    ``hidden`` shows nothing of it: neither page, CSV nor executed notebook hold what it displays, and the page leaves
    out its heading. Anything else that goes wrong stops the page, as everywhere.
    """
    if hidden:
        from IPython.utils.capture import capture_output

        with capture_output(), suppress(MissingTable, MissingFile):
            yield
        return
    try:
        yield
    except MissingTable as missing:
        name, holder = missing.table.replace("_", " "), TABLES[missing.table].holder
        _say(f"This needs {name}, which this book does not have. They usually come from {holder}.")
    except MissingFile as missing:
        _say(f"This needs the file {missing.path.name}, which this project does not have.")


def _say(text: str) -> None:
    from IPython.display import display  # only in a notebook

    display(finding(text))  # type: ignore[no-untyped-call]
