"""What is made of a book once and then remembered: a book does not change."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from workahead.book.book import Book

Asked = ParamSpec("Asked")
Made = TypeVar("Made")

WHOLE = "_of_a_whole_book"
"""Marks what is asked of nothing but a book: it may be made before anybody asks."""


def once(make: Callable[Concatenate[Book, Asked], Made]) -> Callable[Concatenate[Book, Asked], Made]:
    """The function, made once for each book and whatever else it is asked (hashable); gone with the book.

    Who changes what it returns changes what the next one gets: copy first.
    """
    found: WeakKeyDictionary[Book, dict[object, Made]] = WeakKeyDictionary()

    @wraps(make)
    def remembered(book: Book, /, *asked: Asked.args, **named: Asked.kwargs) -> Made:
        kept, key = found.setdefault(book, {}), (asked, tuple(sorted(named.items())))
        if key not in kept:
            kept[key] = make(book, *asked, **named)
        return kept[key]

    remembered.__dict__[WHOLE] = len(signature(make).parameters) == 1
    return remembered
