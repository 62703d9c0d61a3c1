"""What can go wrong, said so that the reader knows what to do.

Every error is also the builtin that a Python person would catch.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

SHOWN = 5


def some(names: Iterable[object], shown: int = SHOWN) -> str:
    """The first (five) names, and how many more there are."""
    listed = [str(name) for name in names]
    more = len(listed) - shown
    return ", ".join(listed[:shown]) + (f" and {more} more" if more > 0 else "")


def did_you_mean(name: str, known: Iterable[object]) -> str:
    """A hint for a mistyped name: ``" Did you mean 'segment'?"``, or nothing where none is close."""
    close = difflib.get_close_matches(str(name), [str(k) for k in known], n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


class WorkaheadError(Exception):
    """Anything that Workahead refuses. The CLI prints its text and exits with 2."""


class ConfigError(WorkaheadError, ValueError):
    """A file that people edit (workbench.yml, a report definition) holds a fault, or a parameter does."""


class MissingFile(ConfigError):  # noqa: N818
    """A file that people edit is not there: which, and how to make one."""

    def __init__(self, path: Path, absent: str) -> None:
        self.path = path
        super().__init__(f"there is no file {path}. {absent}")


class SourceError(WorkaheadError, ValueError):
    """An export can't be read as it is: which file, what is wrong, what to do."""


class SnapshotError(WorkaheadError, FileNotFoundError):
    """There is no snapshot where one was expected, or it is not whole."""

    def _render_traceback_(self) -> list[str]:
        """In a notebook: the message, which says what to do. The way to it would tell nobody anything."""
        return [str(self)]


class UnknownName(WorkaheadError, KeyError):  # noqa: N818
    """A column or value that the book does not have."""

    def __init__(self, what: str, name: object, known: Sequence[object], advice: str = "") -> None:
        self.name, self.known = name, list(known)
        hint = advice or did_you_mean(str(name), known)
        super().__init__(f"unknown {what} {name!r}.{hint} There are: {some(known)}")

    def __str__(self) -> str:  # KeyError would show the repr
        return str(self.args[0])


class PeriodError(WorkaheadError, ValueError):
    """A period that is empty, runs backwards, or ends after the book's as-of date."""


class MissingTable(WorkaheadError, LookupError):  # noqa: N818
    """The book lacks a table that a metric needs: which, where it usually comes from, what to add."""

    def __init__(self, table: str, holder: str, lines: str) -> None:
        self.table = table
        super().__init__(
            f"this needs the table {table!r}, which the book does not have. It usually comes from {holder}. "
            f"Add to workbench.yml:\n{lines}"
        )


class DataError(WorkaheadError, ValueError):
    """Tables that can't make a book. ``problems`` lists all of them: table, row, column, value, problem."""

    def __init__(self, problems: pd.DataFrame) -> None:
        self.problems = problems
        first = [
            f"  {p.table} row {p.row}, {p.column} = {p.value!r}: {p.problem}"
            for p in problems.head(SHOWN).itertuples(index=False)
        ]
        more = len(problems) - SHOWN
        if more > 0:
            first.append(f"  and {more} more (see .problems)")
        super().__init__(f"{len(problems)} problem(s) in the tables:\n" + "\n".join(first))
