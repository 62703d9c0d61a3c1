"""What loading saw that is no error: handed on to the findings of the data check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Weight = Literal["high", "medium", "low"]


def many(count: int, thing: str, verb: str = "") -> str:
    """Number and noun, and a verb that agrees: `1 row names`, `3 rows name`."""
    one = count == 1
    return f"{count:,} {thing}{'' if one else 's'} {verb + 's' if verb and one else verb}".strip()


@dataclass(frozen=True)
class Observation:
    """A sentence about the data with its weight, how many rows and how much ARR it is about, and what to do.

    arr: in the reporting currency, None where it can't be told; accounts: whose ARR it then is.
    """

    weight: Weight
    table: str
    finding: str
    rows: int | None = None
    arr: float | None = None
    example: str = ""
    advice: str = ""
    accounts: tuple[str, ...] = ()
