"""What many readers' pages learn from the whole book: made once, before their kernels are forked."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import TYPE_CHECKING

import workahead
from workahead.book.once import WHOLE
from workahead.errors import WorkaheadError

if TYPE_CHECKING:
    from workahead.book.book import Book


def learn(book: Book, names: Iterable[str]) -> None:
    """Make all that the named functions of ``workahead`` remember of a whole book (:mod:`workahead.book.once`).

    >>> import pandas as pd
    >>> book = workahead.Book.from_frames("2026-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "arr": [100.0]}))
    >>> learn(book, ["expected_renewals", "words"])
    """
    book.ledger()
    known = [getattr(workahead, name) for name in names if name in workahead._HOME]
    for module in _reached(one.__module__ for one in known):
        for one in list(vars(module).values()):
            if getattr(one, WHOLE, False) and one.__module__ == module.__name__:
                with contextlib.suppress(WorkaheadError):  # a table that is missing: the notebook will say so
                    one(book)


def _reached(names: Iterable[str]) -> list[ModuleType]:
    """The modules of metrics that these lead to by what they import."""
    coming, found = list(names), dict[str, ModuleType]()
    while coming:
        name = coming.pop()
        if name.startswith("workahead.metrics") and name not in found:
            found[name] = sys.modules[name]
            coming += [_home(one) for one in vars(found[name]).values()]
    return list(found.values())


def _home(one: object) -> str:
    return one.__name__ if isinstance(one, ModuleType) else str(getattr(one, "__module__", ""))
