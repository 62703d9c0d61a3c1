"""The ids that each CRM would have given to the simulation's records."""

from __future__ import annotations

import string
from functools import cache

from workahead.sources.ids import to_18

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SALESFORCE = {"A": "001", "C": "800", "O": "006", "P": "003", "T": "00T", "F": "a0R"}
_HUBSPOT = {
    "A": (9_100_000_000, 41),
    "O": (17_200_000_000, 37),
    "P": (2_100_000, 51),
    "T": (60_400_000_000, 13),
    "F": (33_000_000_000, 19),
}


@cache
def salesforce_15(plain: str) -> str:
    """The 15-character id of a record: case-sensitive, so that some differ by case alone.

    >>> salesforce_15("A00037"), salesforce_15("A00063")
    ('0014W000001HimD', '0014W000001Himd')
    """
    number = int(plain[1:]) + 19_000_000
    digits = ""
    for _ in range(5):
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    return f"{_SALESFORCE[plain[0]]}4W00000{digits}"


@cache
def salesforce_18(plain: str) -> str:
    """The same id in 18 characters."""
    return to_18(salesforce_15(plain))


@cache
def hubspot(plain: str) -> str:
    """The Record ID of a record.

    >>> hubspot("A00001")
    '9100000041'
    """
    base, step = _HUBSPOT[plain[0]]
    return str(base + step * int(plain[1:]))
