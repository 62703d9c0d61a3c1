"""The key figures on top of a page: ARR, NRR, GRR and logo retention, with their change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.metrics.retention.arr import arr
from workahead.metrics.retention.retention import retention
from workahead.words.dates import day, month

if TYPE_CHECKING:
    from workahead.book.book import Book

RATES = {"nrr": "NRR", "grr": "GRR", "logo_retention": "Logo retention"}


def key_figures(book: Book, start: pd.Timestamp, end: pd.Timestamp, months: int = 12) -> pd.DataFrame:
    """ARR at ``end``, retention over the ``months`` up to it, and the change since ``start``.

    | column | meaning |
    |---|---|
    | label | ARR, NRR, GRR, Logo retention |
    | value | amount or fraction; missing where there is no base |
    | change | value less the same at ``start``, in the same unit |
    | kind | money or percent |
    | good | up: more is good news |
    | note | since when |
    | how | the metric, for the note that says how it is computed |
    | rows_behind | customers it is counted over |

    Each row makes one ``show.Card``. Raises PeriodError.
    """
    at, at_start = arr(book, at=end), arr(book, at=start)
    now, before = retention(book, end=end, months=months), retention(book, end=start, months=months)
    rows = [("ARR", float(at["arr"].sum()), float(at_start["arr"].sum()), "money")]
    # the mean of one row is its value, and of none, missing
    rows += [(name, float(now[c].mean()), float(before[c].mean()), "percent") for c, name in RATES.items()]
    table = pd.DataFrame(rows, columns=["label", "value", "before", "kind"])
    table["change"] = table["value"] - table["before"]
    table["how"], table["rows_behind"] = ["arr", *RATES], int(now["starting_customers"].sum())
    table.loc[0, "rows_behind"] = int(at["customers"].sum())
    since = month(start, short=True) if start.is_month_end else day(start)
    if end - start < pd.Timedelta(days=300):
        since = since.rsplit(" ", 1)[0]  # the year goes without saying
    return table.assign(good="up", note=f"since {since}")[
        ["label", "value", "change", "kind", "good", "note", "how", "rows_behind"]
    ]
