"""The Book: validated tables at one as-of date, with the definitions they are read by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.definitions import Definitions
from workahead.book.ledger import ledger as build_ledger
from workahead.book.service import service
from workahead.book.tables import NOT_SET, TABLES, unmapped
from workahead.book.validate import validate
from workahead.errors import ConfigError, MissingTable, UnknownName

if TYPE_CHECKING:
    from workahead.book.audience import Audience
    from workahead.book.engines import Engine, Frame
    from workahead.book.plays import Plays

RECONCILIATION = [
    "file", "table", "rows_read", "kept", "set_aside", "dropped_as_footer", "arr_read", "arr_kept",
    "encoding", "delimiter", "header_line", "sha256",
]  # fmt: skip
SET_ASIDE = ["file", "line", "table", "column", "value", "reason", "arr"]
FINDINGS = ["weight", "table", "finding", "rows", "arr", "example", "advice"]


class Book:
    """A company's canonical tables as of one day. Immutable; filters and definitions give a new one.

    Make one with :meth:`from_frames` or :meth:`open`, or with :func:`workahead.load`.
    """

    def __init__(
        self,
        tables: Mapping[str, Any],
        *,
        as_of: pd.Timestamp,
        definitions: Definitions,
        engine: Engine,
        manifest: Mapping[str, Any] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.as_of = as_of
        self.tables: Mapping[str, Any] = MappingProxyType(dict(tables))
        self.definitions = definitions
        self.engine: Engine = engine
        self.manifest: Mapping[str, Any] = manifest or {}
        self.folder = folder
        self.filters: Mapping[str, Any] = MappingProxyType({})
        self.audience: Audience | None = None
        self._base = self
        self._lines_chosen = False
        self._ledgers: dict[tuple[str, ...], Frame] = {}
        self._grouped: dict[tuple[str, ...], Frame] = {}
        self._overdue: dict[tuple[str, ...], Frame] = {}
        self._columns: dict[str, list[str]] = {}

    @classmethod
    def from_frames(
        cls,
        as_of: str | dt.date | pd.Timestamp,
        subscriptions: Any,
        *,
        definitions: Definitions | None = None,
        currency: str = "USD",
        company: str | None = None,
        plays: Plays | None = None,
        **tables: Any,
    ) -> Book:
        """A book of frames in memory: pandas, Polars, DuckDB relations or Spark, all of one engine.

        ``subscriptions`` is required; any other canonical table may follow by its name. Raises DataError, whose
        ``problems`` lists every problem of every table.

        >>> import pandas as pd
        >>> contracts = pd.DataFrame({"subscription_id": ["S1"], "account_id": ["A"],
        ...                           "start_date": ["2025-01-01"], "end_date": [None], "arr": [1200.0]})
        >>> Book.from_frames(as_of="2025-12-31", subscriptions=contracts)
        Book as of 2025-12-31: 1 subscriptions, 1 accounts (pandas)
        """
        given = {"subscriptions": subscriptions, **{k: v for k, v in tables.items() if v is not None}}
        kinds = {name: engines.of(frame) for name, frame in given.items()}
        engine = kinds["subscriptions"]
        if len(set(kinds.values())) > 1:
            raise ConfigError(f"all tables of a book must be of one engine; these are: {kinds}")
        sound = engines.adopt(validate(engines.adopt(given, engine), engine), engine)
        manifest: dict[str, Any] = {"currency": currency, "company": company}
        if plays is not None:
            manifest["plays"] = plays.model_dump(mode="json")
        return cls(
            _with_accounts(sound),
            as_of=pd.Timestamp(as_of).normalize(),
            definitions=definitions or Definitions(),
            engine=engine,
            manifest=manifest,
        )

    @classmethod
    def open(
        cls, folder: str | Path, engine: str = "pandas", *, definitions: Definitions | None = None
    ) -> Book:
        """The book of a snapshot on disk, on the engine of your choice (pandas, polars, duckdb, spark).

        Where a report runs for one reader, it holds what that reader may see (:mod:`workahead.book.audience`).
        """
        from workahead.book.audience import seen
        from workahead.book.snapshot import read_snapshot

        return seen(read_snapshot(Path(folder), engines.known(engine), definitions))

    def __repr__(self) -> str:
        return (
            f"Book as of {self.as_of:%Y-%m-%d}: {self.rows('subscriptions'):,} subscriptions, "
            f"{self.rows('accounts'):,} accounts ({self.engine})"
        )

    def __getitem__(self, table: str) -> Any:
        """The native frame of a table; MissingTable says where an absent one usually comes from."""
        if table in self.tables:
            return self.tables[table]
        if table not in TABLES:
            raise UnknownName("table", table, list(TABLES))
        spec = TABLES[table]
        needed = [f"      {name}: <your header>" for name, column in spec.columns.items() if column.required]
        lines = [f"  - table: {table}", "    file: <your export>", "    columns:", *needed]
        raise MissingTable(table, spec.holder, "\n".join(lines))

    def frame(self, table: str) -> Frame:
        """A table as a Narwhals lazy frame, the same expressions on every engine."""
        return engines.lazy(self[table])

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        return int(engines.pandas(self.frame(table).select(rows=nw.len()))["rows"].iloc[0])

    def columns(self, table: str) -> list[str]:
        """A table's columns; none where the book does not have the table."""
        if table not in self._columns:
            self._columns[table] = engines.columns(self.frame(table)) if table in self.tables else []
        return self._columns[table]

    @property
    def currency(self) -> str:
        """The reporting currency of all money."""
        return str(self.manifest.get("currency", "USD"))

    @property
    def company(self) -> str | None:
        """Whose book this is."""
        return self.manifest.get("company")

    @property
    def plays(self) -> Plays:
        """What the team does ahead of a renewal: plays.yml when the snapshot was filed, else the default ones."""
        from workahead.book.plays import Plays, default_plays

        filed = self.manifest.get("plays")
        return default_plays() if filed is None else Plays.model_validate(filed)

    @property
    def reconciliation(self) -> pd.DataFrame:
        """What loading read, kept and set aside, a row per file and table (none for a book of frames)."""
        return pd.DataFrame(self.manifest.get("sources", []), columns=RECONCILIATION)

    @property
    def findings(self) -> pd.DataFrame:
        """What the data check found when the snapshot was filed, heaviest first."""
        return pd.DataFrame(self.manifest.get("findings", []), columns=FINDINGS)

    @property
    def set_aside(self) -> pd.DataFrame:
        """The rows that loading did not keep, each with file, line, column, value and reason."""
        path = self.folder / "set_aside.csv" if self.folder else None
        if path is None or not path.exists():
            return pd.DataFrame(columns=SET_ASIDE)
        return pd.read_csv(
            path, dtype={"value": "str", "column": "str"}, keep_default_na=False, na_values=[""]
        )

    def where(self, **conditions: Any) -> Book:
        """The book of the accounts that fit: ``book.where(segment="Enterprise", csm=["Ana", "Bo"])``.

        A column of accounts chooses accounts, with all their rows in every table; a column of subscriptions (product,
        say) chooses subscriptions. Raises UnknownName for a column or a value that is not there.
        """
        if not conditions:
            return self
        account_columns, subscription_columns = self.columns("accounts"), self.columns("subscriptions")
        chosen: Frame | None = None
        tables, lines_chosen = dict(self.tables), self._lines_chosen
        for column, wanted in conditions.items():
            values = list(wanted) if isinstance(wanted, list | tuple | set | frozenset) else [wanted]
            table = "accounts" if column in account_columns else "subscriptions"
            if table == "subscriptions" and column not in subscription_columns:
                raise UnknownName(
                    "column", column, sorted({*account_columns, *subscription_columns}), unmapped(column)
                )
            self._refuse_unknown(table, column, values)
            condition = _any_of(column, values)
            if table == "accounts":
                chosen = (self.frame("accounts") if chosen is None else chosen).filter(condition)
            else:
                lines_chosen = True
                tables["subscriptions"] = engines.lazy(tables["subscriptions"]).filter(condition).to_native()
        if chosen is not None:
            ids = chosen.select("account_id")
            tables["accounts"] = chosen.to_native()
            for name in tables:
                if name != "accounts" and "account_id" in self.columns(name):
                    frame = engines.lazy(tables[name])
                    tables[name] = frame.join(ids, on="account_id", how="semi").to_native()
        book = self._like(tables)
        book.filters = MappingProxyType({**self.filters, **conditions})
        book._base, book._lines_chosen = self._base, lines_chosen
        return book

    def _refuse_unknown(self, table: str, column: str, values: list[Any]) -> None:
        known = _known(self._base, table, column)
        for value in values:
            if not pd.isna(value) and str(value) not in known:
                # who may see a part is not told the rest
                there = known if self.audience is None else _known(self, table, column)
                raise UnknownName(f"{column}", value, there)

    def _like(self, tables: Mapping[str, Any], definitions: Definitions | None = None, **other: Any) -> Book:
        """Other tables, seen through the same filters by the same reader."""
        same = {"as_of": self.as_of, "engine": self.engine, "manifest": self.manifest}
        book = Book(tables, definitions=definitions or self.definitions, **(same | other))
        book.filters, book._lines_chosen, book.audience = self.filters, self._lines_chosen, self.audience
        return book

    def redefine(self, **changes: Any) -> Book:
        """The same data under other definitions: ``book.redefine(late_renewal_days=0)``."""
        book = self._like(self.tables, Definitions(**{**self.definitions.model_dump(), **changes}))
        if self._base is not self:
            book._base = self._base.redefine(**changes)
        else:
            book.folder = self.folder
        if self.audience is not None:
            from workahead.book.audience import within

            return within(book)
        return book

    def ledger(self, keys: tuple[str, ...] = ()) -> Frame:
        """The ledger (see :mod:`workahead.book.ledger`): built once, kept in the snapshot, used by every metric."""
        if keys not in self._ledgers:
            from workahead.book.snapshot import kept_ledger

            kept = kept_ledger(self) if not keys and self.folder is not None else None
            self._ledgers[keys] = kept if kept is not None else self._build(keys)
        return self._ledgers[keys]

    def _build(self, keys: tuple[str, ...]) -> Frame:
        if self._base is not self and self.definitions.grain == "account" and not self._lines_chosen:
            accounts = self.frame("accounts").select("account_id")
            chosen = self._base.ledger(keys).join(accounts, on="account_id", how="semi")
        else:
            lines, tables = self.service(keys), dict(self._base.tables)
            if self.engine == "pandas" and self._base is self:  # not lazy: the lines need not be made again
                self._overdue.setdefault(keys, lines.filter(nw.col("overdue")))
            chosen = build_ledger(lines, tables, self.as_of, self.definitions, self.engine, keys)
        return engines.keep(chosen, self.engine)

    def service(self, keys: tuple[str, ...] = ()) -> Frame:
        """When each subscription's ARR begins and ends (see :mod:`workahead.book.service`).

        A filter chooses among these lines: what replaces a contract does not depend on who looks at it.
        """
        lines = service(dict(self._base.tables), self.as_of, self.definitions, self.engine, keys)
        if self._base is self:
            return lines
        return lines.join(
            self.frame("subscriptions").select("subscription_id"), on="subscription_id", how="semi"
        )

    def overdue(self, keys: tuple[str, ...] = ()) -> Frame:
        """Those lines of :meth:`service` that count only because a renewal is awaited: few, so they are kept."""
        if self._base is not self:
            mine = self.frame("subscriptions").select("subscription_id")
            return self._base.overdue(keys).join(mine, on="subscription_id", how="semi")
        if keys not in self._overdue:
            self._overdue[keys] = engines.keep(self.service(keys).filter(nw.col("overdue")), self.engine)
        return self._overdue[keys]

    def by(self, by: str | list[str] | tuple[str, ...] | None) -> list[str]:
        """The grouping columns, or UnknownName with what there is."""
        names = [] if by is None else [by] if isinstance(by, str) else list(by)
        known = [*self.columns("accounts"), *self.columns("subscriptions")]
        for name in names:
            if name not in known:
                raise UnknownName("column", name, sorted(set(known)), unmapped(name))
        return names

    def grouped_ledger(self, by: str | list[str] | tuple[str, ...] | None) -> Frame:
        """The ledger with the ``by`` columns beside each customer.

        A column of accounts is looked up; for one of subscriptions (product) each of its values is a ledger of its
        own, so that its groups are what the book would be if it held nothing else.
        """
        names = self.by(by)
        of_accounts = [name for name in names if name in self.columns("accounts")]
        keys = tuple(name for name in names if name not in of_accounts)
        if tuple(names) not in self._grouped:
            self._grouped[tuple(names)] = self.labelled(self.ledger(keys), names)
        return self._grouped[tuple(names)]

    def labelled(self, frame: Frame, names: list[str]) -> Frame:
        """Rows of accounts with the grouping columns beside them; a group without a value is called NOT_SET."""
        have = engines.columns(frame)
        wanted = [name for name in names if name not in have]
        if wanted:
            attributes = self._base.frame("accounts").select("account_id", *wanted)
            frame = frame.join(attributes, on="account_id", how="left")
        schema = frame.collect_schema()
        texts = [name for name in names if schema[name] == nw.String]
        return frame.with_columns(*[nw.col(name).fill_null(NOT_SET) for name in texts]) if texts else frame


def _known(book: Book, table: str, column: str) -> list[str]:
    """The values of a column as text, NOT_SET where some are missing."""
    present = engines.pandas(book.frame(table).select(column).unique())[column]
    return [*sorted({str(value) for value in present.dropna()}), *([NOT_SET] if present.isna().any() else [])]


def _any_of(column: str, values: list[Any]) -> nw.Expr:
    """Rows whose column is one of the values; a missing value, or NOT_SET, asks for the missing ones."""
    missing = [value for value in values if pd.isna(value) or value == NOT_SET]
    named = [value for value in values if value not in missing]
    nothing = nw.col(column).is_null()
    condition = nw.col(column).is_in(named) if named else nothing & ~nothing  # no engine filters by a literal
    return condition | nothing if missing else condition


def _with_accounts(tables: dict[str, Any]) -> dict[str, Any]:
    """Without an accounts table, the accounts are those that the subscriptions name."""
    if "accounts" in tables:
        return tables
    ids = engines.lazy(tables["subscriptions"]).select("account_id").unique()
    return {**tables, "accounts": ids.with_columns(name=nw.col("account_id")).to_native()}
