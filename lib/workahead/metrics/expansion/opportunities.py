"""Opportunities as a table: what each is worth, whose account it is, and when sales accepted it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workahead.book import engines
from workahead.book.tables import NOT_SET, QUALIFICATION
from workahead.metrics.renewals.upcoming import cents, with_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    import narwhals as nw

    from workahead.book.book import Book

TEXTS = ["opportunity_id", "account_id", "type", "source", "stage", "loss_reason"]
DATES = ["created_date", "close_date"]


def opportunities(book: Book, names: Sequence[str] = (), only: nw.Expr | None = None) -> pd.DataFrame:
    """The opportunities that fit ``only``: TEXTS, DATES, is_closed, is_won, cents, their qualification and the
    ``names`` to group by (a column of contracts that opportunities lack is NOT_SET).

    A column that the book does not have is empty. Raises MissingTable.
    """
    frame, have, of_accounts = (
        book.frame("opportunities"),
        book.columns("opportunities"),
        book.columns("accounts"),
    )
    kept = [*TEXTS, *DATES, "is_closed", "is_won", "amount"]
    kept += [name for name in have if name.startswith(QUALIFICATION)]
    own = [name for name in names if name in have and name not in (*kept, *of_accounts)]
    table = engines.pandas(
        (frame if only is None else frame.filter(only)).select(*[n for n in kept if n in have], *own)
    )
    table = table.reindex(columns=[*kept, *own]).astype(dict.fromkeys(DATES, "datetime64[us]"))
    table = table.astype({**dict.fromkeys(TEXTS, "str"), "is_closed": "bool", "is_won": "bool"})
    lines = [name for name in names if name not in (*table.columns, *of_accounts)]
    table = table.assign(subscription_id="", **dict.fromkeys(lines, NOT_SET))
    amounts = cents(table.pop("amount").astype("float64"))
    return with_columns(table, book, names).assign(cents=amounts.to_numpy())


def with_acceptance(book: Book, table: pd.DataFrame) -> pd.DataFrame:
    """With ``accepted``, ``accepted_on`` and ``unknown``: lost, and nothing tells in which stages it stood.

    Accepted is what was won, or ever entered the accepted stage, or one after it (S3 after S2): a step back undoes
    nothing. Of an opportunity without stage history, the stage that it stands in decides.
    """
    wanted = book.definitions.accepted_stage
    entered = pd.DataFrame(columns=["opportunity_id", "stage", "entered_date"])
    if "stage_history" in book.tables:
        rows = book.frame("stage_history").select(*entered.columns)
        if book._base is not book:  # else all of them are the book's
            rows = rows.join(
                book.frame("opportunities").select("opportunity_id"), on="opportunity_id", how="semi"
            )
        entered = engines.pandas(rows)
    code, ids = pd.factorize(table["opportunity_id"])
    place = pd.Index(ids).get_indexer(pd.Index(entered["opportunity_id"].astype("str")))
    there = (place >= 0) & _reached(entered["stage"].astype("str"), wanted)
    first = entered["entered_date"].astype("datetime64[us]")[there].groupby(place[there]).min()
    when = first.reindex(code).set_axis(table.index)
    told = np.isin(code, place)
    accepted = table["is_won"] | when.notna() | (_reached(table["stage"], wanted) & ~told)
    return table.assign(accepted=accepted, accepted_on=when, unknown=table["is_closed"] & ~accepted & ~told)


def _reached(stages: pd.Series, wanted: str) -> NDArray[np.bool_]:
    """Which stages are the wanted one or, where stages are numbered, a later one of the same name."""
    code, names = pd.factorize(stages)  # a few names, however many rows
    numbered, reached = re.match(r"(\D*)(\d+)", wanted), [name == wanted for name in names]
    if numbered is not None:
        parts = [re.match(r"(\D*)(\d+)", name) for name in names]
        later = [p is not None and p[1] == numbered[1] and int(p[2]) >= int(numbered[2]) for p in parts]
        reached = [same or more for same, more in zip(reached, later, strict=True)]
    return np.array([*reached, False])[code]  # the last one: of no stage
