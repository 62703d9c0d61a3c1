"""Numbers as exports write them: groups, decimal commas, brackets, currencies in the cell.

A column is read as a whole: `1.234` alone may be a thousand or one and a bit; another value of the column
decides, else the reader is asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

_SYMBOLS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "R$": "BRL", "US$": "USD", "A$": "AUD",
    "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "$": "$",
}  # fmt: skip
_MARK = r"[A-Za-z]{3}|[A-Z]{0,2}\$|[€£¥₹₩]"
_NUMBER = re.compile(
    rf"(?P<sign>[-+]?)\s*(?P<pre>{_MARK})?\s*(?P<sign2>[-+]?)\s*(?P<body>[\d.,]+)\s*(?P<post>{_MARK})?\s*(?P<sign3>-?)"
)
_SCIENTIFIC = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][-+]?\d+")
_PLAIN = re.compile(r"-?\d+(?:\.(?:\d{1,2}|\d{4,}))?")
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f'\u2019 ]")


@dataclass(frozen=True)
class Amounts:
    """A column's distinct texts as numbers; NaN where a text is none. `ambiguous` texts are NaN, too."""

    values: list[float]
    currencies: list[str | None]
    ambiguous: list[str]


def parse_amounts(texts: Sequence[str], decimal: str | None = None) -> Amounts:
    """Numbers and the currencies named beside them, decided over all texts of a column.

    >>> parse_amounts(["(500.00)", "USD 10,000.00", "1,234"]).values
    [-500.0, 10000.0, 1234.0]
    >>> parse_amounts(["€1.234,50"]).values, parse_amounts(["€1.234,50"]).currencies
    ([1234.5], ['EUR'])
    >>> parse_amounts(["1.234"]).ambiguous
    ['1.234']
    """
    if decimal != "," and all(_PLAIN.fullmatch(text) for text in texts):
        return Amounts([float(text) for text in texts], [None] * len(texts), [])
    split = [_split(text) for text in texts]
    marks = [_decimal_mark(body) for _, body, _ in split]
    evidence = set(marks) & {".", ","}
    column_mark = decimal or (evidence.pop() if len(evidence) == 1 else None)
    values: list[float] = []
    ambiguous: list[str] = []
    for text, (sign, body, _), mark in zip(texts, split, marks, strict=True):
        if _SCIENTIFIC.fullmatch(body):
            values.append(sign * float(body.replace(",", ".")))
        elif mark == "bad":
            values.append(math.nan)
        elif mark == "?" and column_mark is None:
            ambiguous.append(text)
            values.append(math.nan)
        else:
            values.append(sign * _number(body, column_mark if mark == "?" else mark, decimal))
    return Amounts(values, [currency for _, _, currency in split], ambiguous)


def _split(text: str) -> tuple[int, str, str | None]:
    """Sign, digits with their separators, currency."""
    bare, sign = text.strip().replace("\u2212", "-"), 1
    if bare.startswith("(") and bare.endswith(")"):
        bare, sign = bare[1:-1].strip(), -1
    elif (inner := re.fullmatch(rf"({_MARK})\s*\((.+)\)", bare)) is not None:
        bare, sign = f"{inner[1]} {inner[2]}", -1
    if _SCIENTIFIC.fullmatch(bare):
        return sign, bare, None
    match = _NUMBER.fullmatch(_SPACES.sub("", bare))
    if match is None:
        return sign, "", None
    minus = [match["sign"], match["sign2"], match["sign3"]].count("-")
    if minus > 1 or (minus and sign < 0):
        return sign, "", None
    sign = -sign if minus else sign
    mark = match["pre"] or match["post"]
    currency = _SYMBOLS.get(mark.upper(), mark.upper()) if mark else None
    return sign, match["body"], currency


def _decimal_mark(body: str) -> str:
    """What the text itself says: the decimal mark, `` `` for none needed, ``?`` for undecided, ``bad``."""
    if not body or not any(letter.isdigit() for letter in body):
        return "bad"
    if _SCIENTIFIC.fullmatch(body):
        return ""
    points, commas = body.count("."), body.count(",")
    if not points and not commas:
        return ""
    if points and commas:
        mark = "." if body.rfind(".") > body.rfind(",") else ","
        group = "," if mark == "." else "."
        whole, _, _ = body.rpartition(mark)
        good = body.count(mark) == 1 and re.fullmatch(
            rf"\d{{1,3}}(?:\{group}\d{{2,3}})*\{group}\d{{3}}", whole
        )
        return mark if good else "bad"
    only = "." if points else ","
    if points + commas > 1:
        grouped = re.fullmatch(rf"\d{{1,3}}(?:\{only}\d{{2,3}})*\{only}\d{{3}}", body)
        return ("," if only == "." else ".") if grouped else "bad"
    before, _, after = body.partition(only)
    if len(after) != 3 or len(before) > 3 or before in ("", "0"):
        return only
    return "?"


def _number(body: str, mark: str | None, stated: str | None) -> float:
    if not mark:
        return float(body)
    group = "," if mark == "." else "."
    if stated and mark != stated and body.count(".") + body.count(",") == 1:
        return math.nan  # "12,5" in a column that is said to have decimal points
    return float(body.replace(group, "").replace(mark, "."))
