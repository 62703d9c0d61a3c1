"""CRM text for a CSV that a spreadsheet will open: nothing in it may begin a formula."""

from __future__ import annotations

import re

FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"\s*[-+][\d.,]+")


def harmless(text: object) -> object:
    """A value for a CSV that a spreadsheet will open: it must not begin a formula. Numbers stay numbers.

    >>> harmless("=2+5"), harmless(" =HYPERLINK(1)"), harmless("-500.00"), harmless("Plus"), harmless(-5.0)
    ("'=2+5", "' =HYPERLINK(1)", '-500.00', 'Plus', -5.0)
    """
    if isinstance(text, str) and text.lstrip(" \n").startswith(FORMULA) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
