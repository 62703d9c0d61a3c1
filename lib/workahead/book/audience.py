"""What one reader may see: whose accounts, which tables and columns. Decided before a notebook runs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import narwhals as nw
from pydantic import Field, ValidationError, field_validator

from workahead.book import engines
from workahead.book.definitions import Strict
from workahead.book.tables import NOT_SET, TABLES
from workahead.errors import ConfigError, UnknownName, did_you_mean

if TYPE_CHECKING:
    from workahead.book.book import Book
    from workahead.book.engines import Frame

VARIABLE = "WORKAHEAD_AUDIENCE"
"""The environment variable that holds the audience of a kernel, as JSON."""
PERSON = "csm"
REFERENCES = {
    ("accounts", "parent_id"): ("accounts", "account_id"),
    ("subscriptions", "replaces"): ("subscriptions", "subscription_id"),
    ("opportunities", "renews"): ("subscriptions", "subscription_id"),
    ("forecast_calls", "subscription_id"): ("subscriptions", "subscription_id"),
    ("activities", "contact_id"): ("contacts", "contact_id"),
}
"""Columns that may name rows of somebody else's: where they do, the name goes."""
ABOUT = ("opportunities", "forecast_calls")
"""Here the row goes with it: a call on somebody else's contract, or its renewal, is theirs."""


class Audience(Strict):
    """``where``: whose accounts or subscriptions may be seen; ``hide``: what of all tables may not; ``who``: whose pay
    may.

    >>> Audience(where={"csm": "Ana"}, hide=["accounts.industry"]).where
    {'csm': ('Ana',)}
    """

    where: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="column: value, or a list of values"
    )
    hide: tuple[str, ...] = Field(
        (), description="columns (table.column) and whole tables that the reader's book lacks"
    )
    who: str | None = Field(None, description="the person who reads it; left out: nobody's pay is seen")

    @field_validator("where", mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        """One value as a list of one; all as text, as the book's values are compared."""
        if not isinstance(given, Mapping):
            return given
        lists = {name: one if isinstance(one, list | tuple) else [one] for name, one in given.items()}
        for name, values in lists.items():
            if not values:
                raise ValueError(f"{name}: no value; leave the key out to let all be seen")
        return {str(name): tuple(str(one) for one in values) for name, values in lists.items()}

    @field_validator("hide")
    @classmethod
    def _hideable(cls, hide: tuple[str, ...]) -> tuple[str, ...]:
        """Raises ValueError with everything that can't be hidden."""
        said = [fault for one in hide if (fault := _unhideable(one))]
        if said:
            raise ValueError("; ".join(said))
        return hide

    def json_text(self) -> str:
        """For the environment of a kernel."""
        return json.dumps(self.model_dump(), ensure_ascii=False, sort_keys=True)

    def check(self, book: Book) -> None:
        """Raises UnknownName where the book lacks a column, or a value of ``where``: a slip would show nothing."""
        for column, texts in self.where.items():
            known = _values_of(book, column)
            for text in texts:
                if text not in known:
                    raise UnknownName(column, text, sorted(known))
        for table, dot, column in (one.partition(".") for one in self.hide):
            if dot and table in book.tables and column not in {*TABLES[table].columns, *book.columns(table)}:
                raise UnknownName(f"column of {table}", column, book.columns(table))

    def apply(self, book: Book) -> Book:
        """The book as this reader may see it; of values that it lacks there are no rows. Raises UnknownName where it
        lacks a column of ``where``.

        All tables hold the rows of the reader's own accounts (the targets: theirs and the team's), and no id of any
        other. What is learned from the whole book (renewal probabilities, close rates) is still learned from it.
        """
        chosen = book.where(**{column: _chosen(book, column, texts) for column, texts in self.where.items()})
        tables = dict(chosen.tables)
        if chosen._lines_chosen:
            _with_lines(chosen, tables)
        for (table, column), (other, key) in REFERENCES.items():
            if column in chosen.columns(table) and other in tables:
                strange = _strange(book, tables, table, column, other, key)
                if strange:
                    tables[table] = _without(tables[table], column, strange, table in ABOUT)
        if "stage_history" in tables:
            tables["stage_history"] = _of_opportunities(chosen, tables)
        if "targets" in tables and {"scope", "who"} & set(chosen.columns("targets")):
            tables["targets"] = self._targets(chosen)
        for table, dot, column in (one.partition(".") for one in self.hide):
            if not dot:
                tables.pop(table, None)
            elif table in tables and column in chosen.columns(table):
                tables[table] = engines.lazy(tables[table]).drop(column).to_native()
        # findings give examples, which are anybody's rows
        seen = chosen._like(tables, manifest={**book.manifest, "findings": []})
        seen._base, seen.audience = chosen._base, self
        return within(seen)

    def _targets(self, book: Book) -> Any:
        """The reader's own targets and the team's."""
        have = book.columns("targets")
        names = {
            *self.where.get(PERSON, ()),
            *self.where.get("segment", ()),
            *((self.who,) if self.who else ()),
        }
        team = nw.lit(True)
        if "who" in have:
            team = nw.col("who").is_null()
        if "scope" in have:
            team = team & (nw.col("scope").is_null() | (nw.col("scope") == "team"))
        mine = nw.col("who").is_in(sorted(names)) if "who" in have and names else nw.lit(False)
        return book.frame("targets").filter(team | mine).to_native()


def from_environment() -> Audience | None:
    """The audience that this process runs for; None: all may be seen. Raises ConfigError where it is garbled."""
    text = os.environ.get(VARIABLE)
    if not text:
        return None
    try:
        return Audience.model_validate_json(text)
    except ValidationError as error:
        raise ConfigError(f"the environment variable {VARIABLE} holds no audience: {error}") from error


def seen(book: Book) -> Book:
    """The book as this process may see it."""
    audience = from_environment()
    return book if audience is None else audience.apply(book)


def _unhideable(name: str) -> str:
    """Why a column or table can't be hidden; empty where it can."""
    table, dot, column = name.partition(".")
    if table not in TABLES:
        hint = f"{did_you_mean(table, TABLES)} Write table.column, or a table of: {', '.join(TABLES)}"
        return f"{name!r}: unknown table {table!r}.{hint}"
    if not dot and table in ("accounts", "subscriptions"):
        return f"{name!r}: no book is without its {table}; write table.column"
    if column in TABLES[table].columns and TABLES[table].columns[column].required:
        return f"{name!r}: {table} need {column}, it can't be hidden"
    return ""


def _chosen(book: Book, column: str, texts: tuple[str, ...]) -> Any:
    """The texts of a definition as the values that the book's column has; one alone as itself."""
    known = _values_of(book, column)
    values = [known[text] for text in texts if text in known]
    return values[0] if len(values) == 1 else values


def _values_of(book: Book, column: str) -> dict[str, Any]:
    """The values of a column of accounts or subscriptions by their text. Raises UnknownName."""
    table = "accounts" if column in book.columns("accounts") else "subscriptions"
    if column not in book.columns(table):
        raise UnknownName("column", column, sorted({*book.columns("accounts"), *book.columns(table)}))
    held = engines.pandas(book.frame(table).select(column).unique())[column]
    return {str(value): value for value in held.dropna()} | ({NOT_SET: NOT_SET} if held.isna().any() else {})


def within(book: Book) -> Book:
    """Customers of a reader's book are their own accounts: where a customer is an ultimate parent, links to parents
    that the reader may not see are cut, also for what is learned from the whole.
    """
    if book.definitions.grain != "parent" or "parent_id" not in book.columns("accounts"):
        return book
    tables, base = dict(book._base.tables), book._base
    mine = book.frame("accounts").select("account_id", nw.lit(True).alias("_mine"))
    above = mine.rename({"account_id": "parent_id", "_mine": "_above"})
    order = base.columns("accounts")
    linked = (
        base.frame("accounts").join(mine, on="account_id", how="left").join(above, on="parent_id", how="left")
    )
    cut = ~nw.col("_mine").is_null() & nw.col("_above").is_null()
    tables["accounts"] = engines.keep(
        linked.with_columns(parent_id=nw.when(~cut).then(nw.col("parent_id"))).select(*order), book.engine
    ).to_native()
    book._base = base._like(tables)
    return book


def _with_lines(book: Book, tables: dict[str, Any]) -> None:
    """Lines were chosen: no account without one, and no row in any table of an account that was not."""
    ids = engines.lazy(tables["subscriptions"]).select("account_id").unique()
    for name in tables:
        if name != "subscriptions" and "account_id" in book.columns(name):
            tables[name] = engines.lazy(tables[name]).join(ids, on="account_id", how="semi").to_native()


def _of_opportunities(book: Book, tables: Mapping[str, Any]) -> Any:
    """The stages of those opportunities that the reader's book has."""
    history = book.frame("stage_history")
    if "opportunities" not in tables:
        return history.head(0).to_native()
    known = engines.lazy(tables["opportunities"]).select("opportunity_id").unique()
    return history.join(known, on="opportunity_id", how="semi").to_native()


def _strange(
    book: Book, tables: Mapping[str, Any], table: str, column: str, other: str, key: str
) -> dict[str, str | None]:
    """Cells that name rows which the book has and this reader may not see, and what is left of each (one cell may
    name several, by ``;``).
    """
    cells = engines.pandas(engines.lazy(tables[table]).select(column).unique())[column].dropna()
    named = {cell: [part.strip() for part in cell.split(";")] for cell in cells.astype("str")}
    mine = set(engines.pandas(engines.lazy(tables[other]).select(key))[key])
    theirs = {part for parts in named.values() for part in parts} - mine
    if theirs:
        asked = book._base.frame(other).filter(nw.col(key).is_in(sorted(theirs))).select(key)
        theirs = set(engines.pandas(asked)[key])
    return {
        cell: ";".join(part for part in parts if part not in theirs) or None
        for cell, parts in named.items()
        if theirs.intersection(parts)
    }


def _without(native: Any, column: str, strange: Mapping[str, str | None], rows: bool) -> Any:
    """The frame without these cells, or without their rows where nothing is left of the cell."""
    frame: Frame = engines.lazy(native)
    gone = [cell for cell, left in strange.items() if left is None]
    if gone:
        bare = nw.col(column).is_null() | ~nw.col(column).is_in(gone)
        frame = (
            frame.filter(bare)
            if rows
            else frame.with_columns(nw.when(bare).then(nw.col(column)).alias(column))
        )
    for cell, left in strange.items():
        if left is not None:
            other = nw.when(nw.col(column) == cell).then(nw.lit(left)).otherwise(nw.col(column))
            frame = frame.with_columns(other.alias(column))
    return frame.to_native()
