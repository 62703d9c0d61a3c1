"""What loading saw that is no error: handed on to the findings of the data check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Weight = Literal["high", "medium", "low"]


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
