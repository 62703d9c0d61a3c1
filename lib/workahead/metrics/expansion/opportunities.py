"""Opportunities as a table: what each is worth, whose account it is, and when sales accepted it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

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
        ids = book.frame("opportunities").select("opportunity_id")
        rows = book.frame("stage_history").join(ids, on="opportunity_id", how="semi")
        entered = engines.pandas(rows.select(*entered.columns))
    entered = entered[entered["opportunity_id"].isin(table["opportunity_id"])]
    there = entered[_reached(entered["stage"].astype("str"), wanted)]
    first = there.groupby("opportunity_id")["entered_date"].min().astype("datetime64[us]")
    when = first.reindex(table["opportunity_id"]).set_axis(table.index)
    told = table["opportunity_id"].isin(entered["opportunity_id"])
    stands = _reached(table["stage"], wanted) & ~told
    accepted = table["is_won"] | when.notna() | stands
    return table.assign(accepted=accepted, accepted_on=when, unknown=table["is_closed"] & ~accepted & ~told)


def _reached(stages: pd.Series, wanted: str) -> pd.Series:
    """Which stages are the wanted one or, where stages are numbered, a later one of the same name."""
    same = stages == wanted
    numbered = re.match(r"(\D*)(\d+)", wanted)
    if numbered is None or stages.empty:
        return same
    parts = stages.astype("object").str.extract(r"^(\D*)(\d+)")
    return same | ((parts[0] == numbered[1]) & (pd.to_numeric(parts[1]) >= int(numbered[2])))
