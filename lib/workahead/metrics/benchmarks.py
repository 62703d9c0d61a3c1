"""Which published benchmarks a book may be held against: those whose companies are like it, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from workahead.metrics.retention.arr import arr
from workahead.sources.benchmarks import Fits, filed_benchmarks

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["metric", "value", "about", "cut", "source", "year", "link"]


def benchmarks(book: Book, months: int = 12) -> pd.DataFrame:
    """The published benchmarks that fit this book: reference lines, never targets.

    | column | meaning |
    |---|---|
    | metric | nrr or grr |
    | value | the published number, a fraction; ``about``: given roughly |
    | cut | of which companies, and of which year |
    | source, year, link | who published it, when, where |

    They are the shipped ones and those of the project's ``benchmarks.yml``, as they were when the book's snapshot was
    filed (:func:`workahead.load` names every fault of the file); of a book of frames the shipped ones. One fits by its
    window of ``months``, by the book's ARR, and by the part of a book that it is about: the whole, unless it says
    which. Where none fits there is no row.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "arr": [1_000_000.0]}))
    >>> benchmarks(book)[["metric", "value", "source", "year"]]
      metric  value       source  year
    0    nrr   1.01  Benchmarkit  2025
    """
    amount, part = float(arr(book)["arr"].sum()), _part(book.filters)
    fitting = [
        one.model_dump(include=set(COLUMNS))
        for one in filed_benchmarks(book.manifest)
        if one.fits.months == months and _part(one.fits.where) == part and _within(amount, one.fits, book)
    ]
    table = pd.DataFrame(fitting, columns=COLUMNS)
    texts = dict.fromkeys(["metric", "cut", "source", "link"], "str")
    return table.astype({**texts, "value": "float64", "about": "bool", "year": "int64"})


def _part(where: Mapping[str, Any]) -> dict[str, list[str]]:
    """A filter, with its values in order."""
    return {
        column: sorted(map(str, held if isinstance(held, list | tuple | set | frozenset) else [held]))
        for column, held in where.items()
    }


def _within(amount: float, fits: Fits, book: Book) -> bool:
    """Whether the ARR lies between the bounds; not where they can't be told in the book's currency."""
    if fits.arr_from is None and fits.arr_to is None:
        return True
    rates: Mapping[str, Any] = book.manifest.get("rates") or {}
    rate = 1.0 if fits.currency == book.currency else float(rates.get(fits.currency, "nan"))
    least = (fits.arr_from or 0) * rate
    return least <= amount and (fits.arr_to is None or amount < fits.arr_to * rate)
