"""Made once of the whole book, and of a filtered one chosen from that: a panel filters again and again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workahead.book import engines
from workahead.book.book import Book
from workahead.book.once import once

Asked = ParamSpec("Asked")
Table = Callable[Concatenate[Book, Asked], pd.DataFrame]
_HELD_BY = {"account_id": "accounts", "subscription_id": "subscriptions"}


def whole(book: Book) -> Book:
    """The book without its filters; for one reader alone it is their own, which holds no row of anybody else's."""
    return book._base if book.audience is None else book


def of_accounts(book: Book) -> bool:
    """Whether a filtered book's customers are some of the whole book's, each as it is there."""
    return whole(book) is not book and book.definitions.grain == "account" and not book._lines_chosen


def rows_of(book: Book, table: pd.DataFrame, key: str) -> pd.DataFrame:
    """Those rows of accounts (account_id) or contracts (subscription_id) that a book has."""
    return table[among(table[key], _ids(book, key))].reset_index(drop=True)


def chosen_by(key: str) -> Callable[[Table[Asked]], Table[Asked]]:
    """Of a filtered book the function's table is the whole book's, without the rows of other accounts or contracts.

    For tables whose rows do not hang on one another. Who changes one changes what the next one gets: copy first.
    """

    def choosing(make: Table[Asked]) -> Table[Asked]:
        made = once(make)

        @wraps(make)
        def choose(book: Book, /, *asked: Asked.args, **named: Asked.kwargs) -> pd.DataFrame:
            table = made(whole(book), *asked, **named)
            return table if whole(book) is book else rows_of(book, table, key)

        return choose

    return choosing


def among(ids: pd.Series, wanted: pd.Series | pd.Index) -> NDArray[np.bool_]:
    """Whether each id is one of those wanted (``isin`` takes Arrow's text through Python, eight times as slow)."""
    places: NDArray[np.intp] = pd.Index(wanted).unique().get_indexer(pd.Index(ids))
    return places >= 0


@once
def _ids(book: Book, key: str) -> pd.Index:
    held: pd.Index = pd.Index(engines.pandas(book.frame(_HELD_BY[key]).select(key))[key])
    return held
