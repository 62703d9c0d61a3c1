"""Numbers as prose writes them: 1.2M, 95.3%, 1.4 points. Exact amounts belong in tables and on hover.

Rounding is half up on the decimal as it is printed, so that 999,950 is 1.0M and never 1,000.0k.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

MISSING = "n/a"
MINUS = "−"
_SCALES = (("", 0), ("k", 3), ("M", 6), ("B", 9), ("T", 12))


def _decimal(x: Any) -> Decimal | None:
    """The number as it would be printed, or None where there is none (None, NaN, NaT, an infinity)."""
    if x is None or x != x:
        return None
    value = float(x)
    return Decimal(repr(value)) if math.isfinite(value) else None


def _round(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _sign(rounded: Decimal, sign: bool) -> str:
    """A minus sign, a plus where asked for, and never "−0"."""
    if rounded < 0:
        return MINUS
    return "+" if sign and rounded > 0 else ""


def _scaled(value: Decimal) -> tuple[str, Decimal]:
    """The scale at which the rounded amount has at most three digits before the point."""
    for letter, power in _SCALES:
        rounded = _round(value.scaleb(-power), 1 if power else 0)
        if abs(rounded) < 1000:
            return letter, rounded
    return letter, rounded


def money(x: Any, currency: str | None = None, *, sign: bool = False) -> str:
    """An amount, short enough for a sentence.

    >>> money(1_234_567.89), money(999_950, "USD"), money(-1500), money(950), money(float("nan"))
    ('1.2M', 'USD 1.0M', '−1.5k', '950', 'n/a')
    >>> money(1500, sign=True)
    '+1.5k'
    """
    value = _decimal(x)
    if value is None:
        return MISSING
    letter, rounded = _scaled(value)
    before = f"{currency} " if currency else ""
    return f"{_sign(rounded, sign)}{before}{abs(rounded):,}{letter}"


def exact(x: Any) -> str:
    """An amount to the cent, for hover and notes.

    >>> exact(1234567.891), exact(-2)
    ('1,234,567.89', '−2.00')
    """
    value = _decimal(x)
    if value is None:
        return MISSING
    rounded = _round(value, 2)
    return f"{_sign(rounded, False)}{abs(rounded):,}"


def percent(x: Any, digits: int = 1, *, sign: bool = False) -> str:
    """A fraction as a percentage.

    >>> percent(0.953), percent(1.0325, 0), percent(None)
    ('95.3%', '103%', 'n/a')
    """
    value = _decimal(x)
    if value is None:
        return MISSING
    rounded = _round(value * 100, digits)
    return f"{_sign(rounded, sign)}{abs(rounded):,}%"


def points(x: Any, digits: int = 1, *, sign: bool = False) -> str:
    """A difference of two fractions, in percentage points.

    >>> points(0.014), points(-0.014), points(0.014, sign=True)
    ('1.4 points', '−1.4 points', '+1.4 points')
    """
    value = _decimal(x)
    if value is None:
        return MISSING
    rounded = _round(value * 100, digits)
    return (
        f"{_sign(rounded, sign)}{abs(rounded):,} {'point' if abs(rounded) == 1 and not digits else 'points'}"
    )


def count(n: Any, one: str | None = None, many: str | None = None) -> str:
    """A whole number, with its noun where one is given.

    >>> count(1234), count(1, "account"), count(0, "account"), count(3, "company", "companies")
    ('1,234', '1 account', '0 accounts', '3 companies')
    """
    value = _decimal(n)
    if value is None:
        return MISSING
    rounded = _round(value, 0)
    text = f"{_sign(rounded, False)}{abs(rounded):,}"
    if one is None:
        return text
    return f"{text} {one if rounded == 1 else many or one + 's'}"


_SMALL = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def spelled(n: int) -> str:
    """Small counts as words, as prose writes them.

    >>> spelled(2), spelled(13), spelled(0)
    ('two', '13', 'no')
    """
    return _SMALL[n] if 0 <= n < len(_SMALL) else count(n)
