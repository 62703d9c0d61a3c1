"""Record ids: text, exact, and Salesforce's 15-character form made 18, so that files join."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

_SUFFIX = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)
_FIFTEEN = re.compile(r"[0-9A-Za-z]{15}")


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
    return all_to_18([record_id])[0]


def all_to_18(ids: Sequence[str]) -> list[str]:
    """`to_18` of many ids at once.

    >>> all_to_18(["0014000000Lmabc", "40100000"])
    ['0014000000LmabcAAB', '40100000']
    """
    longer = list(ids)
    short = [n for n, one in enumerate(longer) if len(one) == 15 and _FIFTEEN.fullmatch(one)]
    if not short:
        return longer
    letters = np.frombuffer("".join([longer[n] for n in short]).encode("ascii"), dtype=np.uint8).reshape(
        -1, 3, 5
    )
    capital = (letters >= ord("A")) & (letters <= ord("Z"))
    checks = _SUFFIX[capital @ np.array([1, 2, 4, 8, 16])].tobytes().decode("ascii")
    for place, n in enumerate(short):
        longer[n] += checks[3 * place : 3 * place + 3]
    return longer
