"""ARR and customers at the close of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.customers import customers
from workahead.book.periods import Day, closing
from workahead.metrics.positions import By, complete, live, money, summed

if TYPE_CHECKING:
    from workahead.book.book import Book


def arr(book: Book, at: Day | None = None, by: By = None) -> pd.DataFrame:
    """Annual recurring revenue and customers at the close of a day (default: the as-of date), by group.

    | column | meaning |
    |---|---|
    | *by* | the group |
    | arr | ARR that counts at the close of the day, in reporting currency |
    | customers | customers with ARR |
    | overdue_arr | of it, contracts that ran out up to ``late_renewal_days`` ago, with no successor and not lost |

    A group whose customers have all left stands with zero. Raises PeriodError for a day after the as-of date,
    UnknownName for an unknown column.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [1200.0, 600.0],
    ...     "start_date": ["2025-01-01", "2025-07-01"], "end_date": ["2025-12-31", "2026-06-30"]}))
    >>> arr(book, at="2025-08-01")
          arr  customers  overdue_arr
    0  1800.0          2          0.0
    """
    moment = closing(book, at)
    names = book.by(by)
    rows = book.grouped_ledger(by).filter(live(moment, book) & (nw.col("arr_after") > 0))
    counted = rows.with_columns(arr="arr_after", customers=nw.lit(1))
    table = complete(summed(counted, names, ["arr", "customers"]), book, by)
    late = complete(overdue(book, moment, names), book, by)
    return table.assign(arr=money(table["arr"]), overdue_arr=money(late["overdue_arr"]))[
        [*names, "arr", "customers", "overdue_arr"]
    ]


def overdue(book: Book, at: pd.Timestamp, names: list[str]) -> pd.DataFrame:
    """Cents of ARR, by group, that count only because a renewal is awaited."""
    keys = tuple(name for name in names if name not in book.columns("accounts"))
    lines = book.overdue(keys).filter(nw.col("end_date") < engines.day(at, book.engine))
    lines = customers(lines, dict(book._base.tables), book.definitions, book.engine)
    labelled = book.labelled(lines, names).with_columns(overdue_arr="cents")
    return summed(labelled, names, ["overdue_arr"])
