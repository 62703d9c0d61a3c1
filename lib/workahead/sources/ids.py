"""Record ids: text, exact, and Salesforce's 15-character form made 18, so that files join."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_FIFTEEN = re.compile(r"[0-9A-Za-z]{15}")
_WHOLE_FLOAT = re.compile(r"\d+\.0")


def to_18(record_id: str) -> str:
    """The 18-character form of a 15-character Salesforce id; anything else as it is.

    15-character ids differ by case alone. The three letters added spell, five characters each, which of them
    are upper case, so that the long form survives tools that ignore case.

    >>> to_18("001C000000o4OOI")
    '001C000000o4OOIIA2'
    >>> to_18("001C000000o4OOIIA2")
    '001C000000o4OOIIA2'
    >>> to_18("40100000")
    '40100000'
    """
    if not _FIFTEEN.fullmatch(record_id):
        return record_id
    return record_id + _check(record_id[:5]) + _check(record_id[5:10]) + _check(record_id[10:])


@lru_cache(maxsize=65_536)  # ids share their prefixes
def _check(five: str) -> str:
    return _SUFFIX[sum(1 << place for place, letter in enumerate(five) if "A" <= letter <= "Z")]


def split_ids(cell: str) -> list[str]:
    """The ids of a cell that joins several with ``;``, blanks dropped, order kept.

    >>> split_ids("7001; 7002;")
    ['7001', '7002']
    """
    return [part for part in (piece.strip() for piece in cell.split(";")) if part]


def were_floats(ids: Iterable[str]) -> bool:
    """Whether a spreadsheet turned a column of numeric ids into floats (a blank cell does it): 4 became 4.0.

    >>> were_floats(["4.0", "17.0"]), were_floats(["4", "17.0"])
    (True, False)
    """
    seen = False
    for one in ids:
        if not _WHOLE_FLOAT.fullmatch(one):
            return False
        seen = True
    return seen
