"""Books whose renewals a person can follow: many alike that are over, and some that are still to come."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import workahead as wa
from contracts import Contract, contracts
from workahead.metrics.projection.model import BASE, INTERCEPT, PRIOR

AS_OF = "2026-06-30"
START, END = AS_OF, "2026-09-30"
DUE = "2026-08-01"


def unseen() -> float:
    """The log-odds of a renewal of a book without history: the most likely z under PRIOR made-up renewals, of which a
    share BASE renewed, and z ~ N(0, INTERCEPT). The slope, PRIOR (BASE - p) - z / INTERCEPT², is zero there.
    """
    low, high = 0.0, 4.0
    for _ in range(60):
        z = (low + high) / 2
        low, high = (z, high) if PRIOR * (BASE - odds(z)) > z / INTERCEPT**2 else (low, z)
    return low


def odds(z: float) -> float:
    return float(1 / (1 + np.exp(-z)))


KEPT = 1 - 0.25 * 26 / 256
"""One in ten keeps three quarters: the first 26 of 256 steps, whose middles lie below 0.1."""


def ahead(count: int, arr: float = 100.0, first: int = 0) -> list[Contract]:
    """Contracts due on 1 August 2026, one an account."""
    return [
        (f"O{n}", f"O{n}", "2025-08-01", "2026-07-31", arr, None, "Core", "active")
        for n in range(first, first + count)
    ]


def past(renewed: int, lost: int, keeps: float = 1.0, name: str = "P") -> list[Contract]:
    """Contracts of 100 that came due on 1 January 2026; those renewed run on without an end."""
    rows: list[Contract] = []
    for n in range(renewed + lost):
        who = f"{name}{n}"
        rows.append((who, who, "2025-01-01", "2025-12-31", 100.0, None, "Core", "active"))
        if n < renewed:
            rows.append((f"{who}+", who, "2026-01-01", None, 100.0 * keeps, who, "Core", "active"))
    return rows


def book_of(rows: list[Contract], as_of: str = AS_OF, **tables: Any) -> wa.Book:
    return wa.Book.from_frames(as_of, contracts(*rows), **tables)


def calls(
    rows: list[Contract], by: str, category: str, on: str = "2025-11-01", share: float = 1.0
) -> pd.DataFrame:
    """A call on each of these contracts that has an end."""
    due = [row for row in rows if row[3] is not None]
    return pd.DataFrame(
        {
            "account_id": [row[1] for row in due],
            "subscription_id": [row[0] for row in due],
            "renewal_date": [pd.Timestamp(row[3]) + pd.Timedelta(days=1) for row in due],
            "called_on": on,
            "called_by": by,
            "category": category,
            "forecast_arr": [row[4] * share for row in due],
        }
    )


def width(table: pd.DataFrame, rate: str = "grr") -> float:
    return float((table[f"{rate}_high"] - table[f"{rate}_low"]).iloc[0])
