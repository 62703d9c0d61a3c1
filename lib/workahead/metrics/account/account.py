"""One account as a book of its own: by its name or id, or the one to look at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.book import engines
from workahead.errors import ConfigError, UnknownName, some
from workahead.metrics.renewals.upcoming import BEFORE, upcoming
from workahead.metrics.retention.arr import arr

if TYPE_CHECKING:
    from workahead.book.book import Book


def account(book: Book, which: str | None = None, months: int = 12) -> Book:
    """The book of one account, by its id or its name; without either, the one whose renewals are the largest in the
    nearest quarter that has any (else the one with most ARR).

    A book without accounts stays as it is. Raises UnknownName for an account that is not there, ConfigError for a name
    that several have.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [900.0, 600.0],
    ...     "start_date": ["2026-03-01", "2026-01-01"], "end_date": ["2027-02-28", "2026-12-31"]}))
    >>> account(book).filters["account_id"], account(book, "A").filters["account_id"]
    ('B', 'A')
    """
    have = [name for name in ("account_id", "name") if name in book.columns("accounts")]
    held = engines.pandas(book.frame("accounts").select(*have)).reindex(columns=["account_id", "name"])
    held = held.astype({"account_id": "str", "name": "str"})
    if which is not None:
        found = held.loc[held["account_id"] == which, "account_id"]
        if found.empty:
            found = held.loc[held["name"].str.strip() == which.strip(), "account_id"]
        if found.empty:
            raise UnknownName("account", which, [*held["name"].dropna(), *held["account_id"]])
        if len(found) > 1:
            raise ConfigError(f"several accounts are called {which!r}: write the id of one, {some(found)}")
        return book.where(account_id=found.iloc[0])
    chosen = None if len(held) else book
    if len(held) == 1:
        chosen = book.where(account_id=held["account_id"].iloc[0])
    return chosen or book.where(account_id=_first(book, held, months))


def _first(book: Book, held: pd.DataFrame, months: int) -> str:
    due = upcoming(book, months)
    due = due[due["months"] != BEFORE].assign(quarter=lambda rows: rows["months"] // 3)
    due = due[due["quarter"] == due["quarter"].min()].rename(columns={"due_arr": "arr"})
    worth = due if len(due) else arr(book, by="account_id")
    sums = worth.groupby("account_id")["arr"].sum().sort_index().sort_values(ascending=False, kind="stable")
    return str(sums.index[0]) if len(sums) else str(held["account_id"].min())


def account_name(book: Book) -> str:
    """What the account of a book of one is called: its name, else its id; *no account* where it holds none.

    A book of several is *n accounts*.
    """
    have = [name for name in ("account_id", "name") if name in book.columns("accounts")]
    held = engines.pandas(book.frame("accounts").select(*have)).reindex(columns=["account_id", "name"])
    if len(held) != 1:
        return f"{len(held):,} accounts" if len(held) else "no account"
    name = held["name"].iloc[0]
    return str(name) if isinstance(name, str) and name.strip() else str(held["account_id"].iloc[0])
