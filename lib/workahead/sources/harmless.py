"""CRM text for a CSV that a spreadsheet will open: nothing in it may begin a formula."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: object) -> object:
    """A value for a CSV that a spreadsheet will open: it must not begin a formula. Numbers stay numbers.

    >>> harmless("=2+5"), harmless("-500.00"), harmless("Plus")
    ("'=2+5", '-500.00', 'Plus')
    """
    if isinstance(text, str) and text.startswith(FORMULA):
        try:
            float(text.replace(",", ""))
        except ValueError:
            return f"'{text}"
    return text
