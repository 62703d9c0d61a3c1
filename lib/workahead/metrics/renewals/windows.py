"""The window board: what comes due when, and how much of it has been called."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from workahead.book import engines
from workahead.book.plays import OVERDUE
from workahead.errors import ConfigError
from workahead.metrics.positions import By, money, ordered
from workahead.metrics.renewals.upcoming import BEFORE, cents, upcoming, window_name, with_columns

if TYPE_CHECKING:
    from workahead.book.book import Book

AMOUNTS = ["arr_due", "called_arr", "forecast_arr", "at_risk_arr", "uncovered_arr"]
COLUMNS = ["window", "contracts", "customers", *AMOUNTS]


def renewal_windows(book: Book, edges: Sequence[int] = (0, 3, 6, 9, 12), by: By = None) -> pd.DataFrame:
    """The renewals ahead by months to renewal: overdue first, then every window, empty ones too.

    | column | meaning |
    |---|---|
    | *by* | the group |
    | window | overdue, or months from the as-of date: 3-6 is from three months ahead up to, not including, six |
    | contracts, customers | how many come due; a customer counts in each of its windows |
    | arr_due | their ARR |
    | called_arr | of it, contracts on which a forecast call has been made |
    | forecast_arr, at_risk_arr | what the last calls expect to renew, and see at risk |
    | uncovered_arr | arr_due without a call |

    Raises ConfigError for edges that do not rise, UnknownName for an unknown column.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [1200.0, 600.0],
    ...     "start_date": ["2025-11-01", "2026-03-01"], "end_date": ["2026-10-20", "2027-02-28"]}))
    >>> renewal_windows(book, edges=(0, 3, 6))[["window", "contracts", "customers", "arr_due", "uncovered_arr"]]
        window  contracts  customers  arr_due  uncovered_arr
    0  overdue          1          1   1200.0         1200.0
    1      0-3          0          0      0.0            0.0
    2      3-6          1          1    600.0          600.0
    """
    limits = _checked(edges)
    names = book.by(by)
    table = with_columns(upcoming(book, limits[-1]), book, names)
    spans = list(itertools.pairwise(limits))
    table["number"] = pd.Series(pd.NA, index=table.index, dtype="Int64")
    for number, (first, last) in enumerate(spans, start=1):
        table["number"] = table["number"].mask(table["months"].between(first, last - 1), number)
    table["number"] = table["number"].mask(table["months"] == BEFORE, 0)
    table = table.dropna(subset=["number"]).astype({"number": "int64"})
    called = table["called_on"].notna()
    arr = cents(table["due_arr"])
    table = table.assign(
        arr_due=arr,
        called_arr=arr.where(called, 0),
        forecast_arr=cents(table["forecast_arr"]),
        at_risk_arr=cents(table["at_risk_arr"]),
        uncovered_arr=arr.where(~called, 0),
    )
    keys = [*names, "number"]
    sums = {"contracts": ("customer_id", "size"), "customers": ("customer_id", "nunique")}
    counted = table.groupby(keys, as_index=False).agg(**sums, **{name: (name, "sum") for name in AMOUNTS})
    windows = pd.DataFrame({"number": range(len(limits))})
    windows["window"] = [OVERDUE, *(window_name(*span) for span in spans)]
    board = groups(book, names, counted).merge(windows, how="cross").merge(counted, on=keys, how="left")
    figures = COLUMNS[1:]
    board[figures] = board[figures].fillna(0).astype("int64")
    board[AMOUNTS] = board[AMOUNTS].apply(money)
    return ordered(board, keys)[[*names, *COLUMNS]]


def _checked(edges: Sequence[int]) -> list[int]:
    limits = list(edges)
    whole = all(isinstance(edge, int) and not isinstance(edge, bool) for edge in limits)
    if not whole or len(limits) < 2 or limits[0] < 0 or limits != sorted(set(limits)):
        raise ConfigError(
            f"edges={edges!r}: write whole months that rise, from 0 or later, such as (0, 3, 6, 9, 12)"
        )
    return limits


def groups(book: Book, names: list[str], counted: pd.DataFrame) -> pd.DataFrame:
    """Every group of the book, also those with nothing due, and those that have signed but not begun."""
    frame = book.grouped_ledger(names)
    if names:
        known = engines.pandas(frame.select(*names).unique())
        return ordered(pd.concat([known, counted[names]]).drop_duplicates(), names)
    there = len(counted) or len(engines.pandas(frame.select("customer_id").head(1)))
    return pd.DataFrame(index=range(1 if there else 0))
