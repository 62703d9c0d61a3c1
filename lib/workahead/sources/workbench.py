"""What workbench.yml, the one file an analyst edits, may say."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    field_validator,
)

from workahead.book.definitions import Definitions, Strict
from workahead.book.tables import TABLES, Kind
from workahead.errors import did_you_mean
from workahead.sources.dates import stated_order

EXTRAS: dict[str, dict[str, Kind]] = {
    "accounts": {"merged_into": "id", "merged_ids": "id"},
    "subscriptions": {
        "mrr": "money",
        "total_value": "money",
        "term_months": "number",
        "replaced_by": "id",
        "month": "date",
        "price": "money",
        "quantity": "number",
        "interval": "text",
    },
    "opportunities": {"currency": "text"},
    "stage_history": {"from_stage": "text"},
    "forecast_calls": {"currency": "text"},
}
"""Columns that a mapping may name beside the canonical ones: the loader turns them into those."""


def mappable(table: str) -> dict[str, Kind]:
    """Every column that `columns:` of this table may name, with its kind."""
    return {name: column.kind for name, column in TABLES[table].columns.items()} | EXTRAS.get(table, {})


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _nothing(value: Any) -> Any:
    return None if value in ("", "~", "null") else value


def _known_table(value: str) -> str:
    if value not in TABLES:
        hint = did_you_mean(value, TABLES)
        raise ValueError(f"unknown table {value!r}.{hint} There are: {', '.join(TABLES)}")
    return value


def _known_zone(value: str | None) -> str | None:
    if value is not None:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone {value!r}; write one like Europe/Berlin or UTC") from error
    return value


def _known_format(value: str | dict[str, str] | None) -> str | dict[str, str] | None:
    for one in value.values() if isinstance(value, dict) else [value]:
        if one is not None and stated_order(one) is None:
            raise ValueError(f"{one!r} is no date format; write dd/mm/yyyy, mm/dd/yyyy or yyyy-mm-dd")
    return value


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Text = Annotated[str | None, BeforeValidator(_nothing)]
Zone = Annotated[Text, AfterValidator(_known_zone)]


class Condition(Strict):
    """One line of `where:`: `[Closed won]` (one of), `not: [Trial]`, `blank` or `not blank`."""

    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    blank: bool | None = None


def _condition(value: Any) -> Any:
    if isinstance(value, str) and value.strip().lower() in ("blank", "not blank"):
        return {"blank": value.strip().lower() == "blank"}
    if isinstance(value, dict) and set(value) == {"not"}:
        return {"none_of": _listed(value["not"])}
    return {"one_of": _listed(value)} if isinstance(value, str | list) else value


class Keep(Strict):
    """A column of the export that rides along under a name of its own."""

    header: str
    kind: Literal["text", "number", "money", "date", "bool", "id"] = "text"


class Export(Strict):
    """One file, read for one table."""

    file: str
    kind: Literal["salesforce", "hubspot", "table"]
    table: Annotated[str, AfterValidator(_known_table)]
    columns: dict[str, Text] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    where: dict[str, Annotated[Condition, BeforeValidator(_condition)]] = Field(default_factory=dict)
    keep: dict[str, Keep] = Field(default_factory=dict)
    constant: dict[str, str] = Field(default_factory=dict)
    end_date: Literal["inclusive", "exclusive"] = "inclusive"
    cents: bool = False
    months: Literal["mrr", "arr"] | None = None
    won: Texts = ()
    lost: Texts = ()
    date_format: Annotated[str | dict[str, str] | None, AfterValidator(_known_format)] = None
    decimal: Literal[".", ","] | None = None
    encoding: Text = None
    delimiter: str | None = None
    sheet: Text = None
    time_zone: Zone = None
    may_be_empty: bool = False

    @field_validator("keep", mode="before")
    @classmethod
    def _kept(cls, value: Any) -> Any:
        if isinstance(value, list):
            return {str(header): {"header": header} for header in value}
        if isinstance(value, dict):
            return {name: {"header": one} if isinstance(one, str) else one for name, one in value.items()}
        return value


class Workbench(Strict):
    """What workbench.yml says. Paths are relative to the file; `folder` is where it lies."""

    company: Text = None
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$")
    as_of: Annotated[date | None, BeforeValidator(_nothing)] = None
    snapshots: str = "data/snapshots"
    rates: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    time_zone: Zone = None
    definitions: Definitions = Field(default_factory=lambda: Definitions.model_validate({}))
    exports: tuple[Export, ...] = Field(min_length=1)
    _folder: Path = PrivateAttr(default=Path())

    def model_post_init(self, context: Any) -> None:
        self._folder = context["folder"] if context else Path()

    @property
    def folder(self) -> Path:
        """Where the file lies."""
        return self._folder

    @field_validator("definitions", mode="before")
    @classmethod
    def _blank_definitions(cls, value: Any) -> Any:
        return {name: _nothing(one) for name, one in value.items()} if isinstance(value, dict) else value

    @property
    def snapshot_folder(self) -> Path:
        """Where dated snapshots are filed."""
        return Path(os.path.normpath(self.folder / self.snapshots))
