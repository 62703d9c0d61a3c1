"""Opportunities that are open: where each stands, for how long, and what is not known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.tables import QUALIFICATION
from workahead.metrics.expansion.opportunities import opportunities
from workahead.metrics.positions import money
from workahead.metrics.renewals.base import of_accounts

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = [
    "opportunity_id", "account_id", "name", "type", "source", "stage", "days_in_stage", "amount", "created_date",
    "close_date", "owner", "not_known",
]  # fmt: skip


def open_opportunities(book: Book, type: str | None = None, source: str | None = None) -> pd.DataFrame:
    """The opportunities that are neither won nor lost, the soonest to close first.

    | column | meaning |
    |---|---|
    | opportunity_id, account_id, name | the opportunity and its account |
    | type, source, owner | new, renewal or expansion; where it came from (csql, ...); who works it |
    | stage, days_in_stage | where it stands, and for how many days; missing without a stage history |
    | amount | in reporting currency |
    | created_date, close_date | the day it was created, and the day it is set to close |
    | not_known | parts of the qualification that are not filled; empty where all are, or where the book has none |

    ``type`` and ``source`` choose some of them. Raises MissingTable without opportunities.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "arr": [1000.0]}),
    ...     opportunities=pd.DataFrame({"opportunity_id": ["O1", "O2"], "account_id": "A", "source": "csql",
    ...         "stage": ["Won", "S2"], "amount": [150.0, 80.0], "created_date": "2026-01-10",
    ...         "is_closed": [True, False], "is_won": [True, False], "qualification_pain": [None, "Manual work"],
    ...         "qualification_impact": [None, None]}),
    ...     stage_history=pd.DataFrame({"opportunity_id": ["O2"], "stage": ["S2"], "entered_date": ["2026-03-01"]}))
    >>> open_opportunities(book)[["opportunity_id", "stage", "days_in_stage", "amount", "not_known"]]
      opportunity_id stage  days_in_stage  amount not_known
    0             O2    S2             30    80.0    impact
    """
    have, only = book.columns("opportunities"), ~nw.col("is_closed") & ~nw.col("is_won")
    for column, wanted in (("type", type), ("source", source)):
        if wanted is not None:
            only = only & ((nw.col(column) == wanted) if column in have else nw.lit(False))
    table = opportunities(book, only=only).drop(columns="owner")  # the account's own, to group by
    if "owner" in have:
        who = engines.pandas(book.frame("opportunities").filter(only).select("opportunity_id", "owner"))
        table = table.merge(who, on="opportunity_id", how="left")
    table = table.merge(of_accounts(book)[["account_id", "name"]], on="account_id", how="left")
    table = table.merge(_entered(book), on=["opportunity_id", "stage"], how="left")
    parts = [name for name in table.columns if name.startswith(QUALIFICATION)]
    lacks = pd.Series("", index=table.index, dtype="str")
    for part in parts:
        word = part.removeprefix(QUALIFICATION).replace("_", " ")
        blank = table[part].isna()
        lacks = lacks.mask(blank & (lacks != ""), lacks + ", " + word).mask(blank & (lacks == ""), word)
    table = table.assign(
        not_known=lacks,
        amount=money(table["cents"]),
        days_in_stage=(book.as_of - table["entered_date"]).dt.days.astype("Int64"),
    ).reindex(columns=COLUMNS)
    table["owner"] = table["owner"].astype("str")
    order = ["close_date", "amount", "opportunity_id"]
    table = table.sort_values(order, ascending=[True, False, True], kind="stable")
    return table.reset_index(drop=True)


def _entered(book: Book) -> pd.DataFrame:
    """opportunity_id, stage, entered_date: when each last entered a stage, by the as-of date."""
    names = ["opportunity_id", "stage", "entered_date"]
    last = pd.DataFrame(columns=names)
    if "stage_history" in book.tables:
        entered = nw.col("entered_date") <= engines.day(book.as_of, book.engine)
        rows = book.frame("stage_history").filter(entered)
        last = engines.pandas(rows.group_by(*names[:2]).agg(nw.col("entered_date").max()))
    return last.astype({"opportunity_id": "str", "stage": "str", "entered_date": "datetime64[us]"})
