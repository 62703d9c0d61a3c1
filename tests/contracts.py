"""Small books that a person can add up in the head."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import pandas as pd
import workahead as wa

Contract = tuple[Any, ...]


def contracts(*rows: Contract) -> pd.DataFrame:
    """(subscription, account, first day, last day or None, ARR[, replaces[, product[, status]]])"""
    names = [
        "subscription_id",
        "account_id",
        "start_date",
        "end_date",
        "arr",
        "replaces",
        "product",
        "status",
    ]
    width = max((len(row) for row in rows), default=5)
    padded = [(*row, *[None] * (width - len(row))) for row in rows]
    frame = pd.DataFrame(padded, columns=names[:width])
    for name in ("start_date", "end_date"):
        frame[name] = pd.to_datetime(frame[name])
    return frame.astype({"arr": "float64"})


def book(
    as_of: str | dt.date, *rows: Contract, accounts: pd.DataFrame | None = None, **definitions: Any
) -> wa.Book:
    """A book of such contracts."""
    tables = {} if accounts is None else {"accounts": accounts}
    return wa.Book.from_frames(as_of, contracts(*rows), definitions=wa.Definitions(**definitions), **tables)


def segments(**of: str | None) -> pd.DataFrame:
    """An accounts table: segments(A="Enterprise", B="SMB")."""
    return pd.DataFrame({"account_id": list(of), "segment": list(of.values())})


def bridge(table: pd.DataFrame) -> dict[str, float]:
    """The movements of a one-row bridge that are not zero, with starting and ending."""
    row = table.iloc[0]
    kinds = ("new", "reactivation", "expansion", "contraction", "churn")
    return {"starting": row["starting"], **{k: row[k] for k in kinds if row[k]}, "ending": row["ending"]}


def shared(make: Callable[..., wa.Book]) -> Callable[..., wa.Book]:
    """The function, whose book is made once where it is asked for as it comes: a book does not change."""
    plain = cache(lambda: make())

    @wraps(make)
    def book(*args: Any, **changes: Any) -> wa.Book:
        return make(*args, **changes) if args or changes else plain()

    return book
