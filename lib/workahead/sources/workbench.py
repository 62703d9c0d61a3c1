"""workbench.yml: the one file an analyst edits. Read strictly; every fault named at once, with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from workahead.book.definitions import Definitions
from workahead.book.tables import QUALIFICATION, TABLES, Kind
from workahead.errors import ConfigError, did_you_mean
from workahead.sources.dates import stated_order

EXTRAS: dict[str, dict[str, Kind]] = {
    "accounts": {"merged_into": "id", "merged_ids": "id"},
    "subscriptions": {"mrr": "money", "total_value": "money", "term_months": "number", "replaced_by": "id"},
    "opportunities": {"currency": "text"},
    "stage_history": {"from_stage": "text"},
    "forecast_calls": {"currency": "text"},
}
"""Columns that a mapping may name beside the canonical ones: the loader turns them into those."""


def mappable(table: str) -> dict[str, Kind]:
    """Every column that `columns:` of this table may name, with its kind."""
    return {name: column.kind for name, column in TABLES[table].columns.items()} | EXTRAS.get(table, {})


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _nothing(value: Any) -> Any:
    return None if value in ("", "~", "null") else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Header = Annotated[str | None, BeforeValidator(_nothing)]


class Condition(_Strict):
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


class Keep(_Strict):
    """A column of the export that rides along under a name of its own."""

    header: str
    kind: Literal["text", "number", "money", "date", "bool", "id"] = "text"


class Export(_Strict):
    """One file, read for one table."""

    file: str
    kind: Literal["salesforce", "hubspot", "table"]
    table: str
    columns: dict[str, Header] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    where: dict[str, Annotated[Condition, BeforeValidator(_condition)]] = Field(default_factory=dict)
    keep: dict[str, Keep] = Field(default_factory=dict)
    constant: dict[str, str] = Field(default_factory=dict)
    won: Texts = ()
    lost: Texts = ()
    date_format: str | dict[str, str] | None = None
    decimal: Literal[".", ","] | None = None
    encoding: Annotated[str | None, BeforeValidator(_nothing)] = None
    delimiter: str | None = None
    sheet: Annotated[str | None, BeforeValidator(_nothing)] = None
    time_zone: Annotated[str | None, BeforeValidator(_nothing)] = None
    may_be_empty: bool = False

    @field_validator("keep", mode="before")
    @classmethod
    def _kept(cls, value: Any) -> Any:
        if isinstance(value, list):
            return {str(header): {"header": header} for header in value}
        if isinstance(value, dict):
            return {name: {"header": one} if isinstance(one, str) else one for name, one in value.items()}
        return value

    @field_validator("table")
    @classmethod
    def _known_table(cls, value: str) -> str:
        if value not in TABLES:
            raise ValueError(f"unknown table {value!r}.{did_you_mean(value, TABLES)} There are: {', '.join(TABLES)}")
        return value

    @field_validator("date_format")
    @classmethod
    def _known_format(cls, value: str | dict[str, str] | None) -> str | dict[str, str] | None:
        for one in value.values() if isinstance(value, dict) else [value]:
            if one is not None and stated_order(one) is None:
                raise ValueError(f"{one!r} is no date format; write dd/mm/yyyy, mm/dd/yyyy or yyyy-mm-dd")
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        return _zone(value)


def _zone(value: str | None) -> str | None:
    if value is not None:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone {value!r}; write one like Europe/Berlin or UTC") from error
    return value


class Workbench(_Strict):
    """What workbench.yml says. Paths are relative to the file; `folder` is where it lies."""

    company: Annotated[str | None, BeforeValidator(_nothing)] = None
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$")
    as_of: Annotated[date | None, BeforeValidator(_nothing)] = None
    snapshots: str = "data/snapshots"
    rates: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    time_zone: Annotated[str | None, BeforeValidator(_nothing)] = None
    definitions: Definitions = Field(default_factory=lambda: Definitions.model_validate({}))
    exports: tuple[Export, ...] = Field(min_length=1)

    folder: Path = Field(default=Path("."), exclude=True)

    @field_validator("definitions", mode="before")
    @classmethod
    def _blank_definitions(cls, value: Any) -> Any:
        return {name: _nothing(one) for name, one in value.items()} if isinstance(value, dict) else value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        return _zone(value)

    @field_validator("exports", mode="before")
    @classmethod
    def _by_table(cls, value: Any) -> Any:
        """`exports:` may be a list, or a mapping from table to one entry or several."""
        if not isinstance(value, dict):
            return value
        entries = []
        for table, ones in value.items():
            for one in ones if isinstance(ones, list) else [ones]:
                entries.append({"table": table, **one} if isinstance(one, dict) else one)
        return entries

    @property
    def snapshot_folder(self) -> Path:
        return self.folder / self.snapshots


def read_workbench(path: Path | str) -> Workbench:
    """workbench.yml, checked. ConfigError names every fault with its line, and the key that was probably meant."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"there is no file {path}. Go to the folder that holds workbench.yml, or name it with --workbench."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read: {error}") from None
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        repeated = list(_repeated(root)) if root is not None else []
        document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  BaseLoader makes text and nothing else: NO stays "NO"
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is no valid YAML: {error}") from None
    if not isinstance(document, dict):
        raise ConfigError(f"{path} should hold keys such as company, currency and exports.")
    if repeated:
        raise ConfigError(_listing(path, repeated))
    if "folder" in document:
        raise ConfigError(_listing(path, [(_line(root, ("folder",)), f"unknown key 'folder'.{did_you_mean('folder', _keys(()))}")]))
    try:
        workbench = Workbench.model_validate({**document, "folder": path.parent})
    except ValidationError as error:
        errors = error.errors()
        inner = any(len(one["loc"]) > 1 for one in errors)  # then `exports` is not really empty
        kept = [one for one in errors if not (inner and one["type"] == "too_short")]
        faults = [(_line(root, one["loc"]), _sentence(one)) for one in kept]
        raise ConfigError(_listing(path, faults)) from None
    if faults := [(_line(root, place), text) for place, text in _misnamed(workbench)]:
        raise ConfigError(_listing(path, faults))
    return workbench


def _listing(path: Path, faults: list[tuple[int, str]]) -> str:
    lines = [f"  line {line}: {text}" for line, text in sorted(faults)]
    return f"{path} holds {len(faults)} fault{'s' if len(faults) > 1 else ''}:\n" + "\n".join(lines)


def _misnamed(workbench: Workbench) -> list[tuple[tuple[str | int, ...], str]]:
    """Names that the tables do not have: columns and values of each export."""
    faults: list[tuple[tuple[str | int, ...], str]] = []
    for n, export in enumerate(workbench.exports):
        known = mappable(export.table)
        for part in ("columns", "values", "constant"):
            for name in getattr(export, part):
                if name in known or name.startswith(QUALIFICATION) or (part == "values" and name in export.keep):
                    continue
                faults.append((
                    ("exports", n, part, name),
                    f"{_where(('exports', n, part))}the table {export.table} has no column {name!r}."
                    f"{did_you_mean(name, known)} There are: {', '.join(known)}. Other columns ride along under `keep:`.",
                ))  # fmt: skip
        for name, pairs in export.values.items():
            allowed = TABLES[export.table].columns[name].values if name in TABLES[export.table].columns else ()
            for theirs, ours in pairs.items():
                if allowed and ours not in allowed:
                    faults.append((
                        ("exports", n, "values", name, theirs),
                        f"{_where(('exports', n, 'values', name))}{ours!r} is no value of {name}."
                        f"{did_you_mean(ours, allowed)} There are: {', '.join(allowed)}.",
                    ))  # fmt: skip
        if taken := [name for name in export.keep if name in TABLES[export.table].columns]:
            faults.append((
                ("exports", n, "keep"),
                f"{_where(('exports', n, 'keep'))}{', '.join(taken)} is a column of {export.table}; name it under `columns:`.",
            ))  # fmt: skip
    return faults


def _keys(place: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand at a place of the file."""
    if place[:1] == ("exports",) and len(place) == 2:
        return list(Export.model_fields)
    if place[:1] == ("definitions",):
        return list(Definitions.model_fields)
    return [name for name in Workbench.model_fields if name != "folder"] if not place else []


def _sentence(error: Any) -> str:
    place = tuple(error["loc"])
    if error["type"] == "extra_forbidden":
        known = _keys(place[:-1])
        listed = f" There are: {', '.join(known)}." if known else ""
        return f"{_where(place[:-1])}unknown key {place[-1]!r}.{did_you_mean(str(place[-1]), known)}{listed}"
    if error["type"] == "missing":
        return f"{_where(place[:-1])}the key {place[-1]!r} is missing."
    text = str(error["msg"]).removeprefix("Value error, ")
    given = error.get("input")
    shown = f" (it says {given!r})" if isinstance(given, str | int | float) and repr(given) not in text else ""
    return f"{_where(place)}{text[0].lower() + text[1:]}{shown}"


def _where(place: tuple[str | int, ...]) -> str:
    names = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place if part not in ("Header", "str")]
    return f"{''.join(names).lstrip('.')}: " if names else ""


def _line(root: Any, place: tuple[Any, ...]) -> int:
    """The line of the file that a place stands on, as near as the file goes."""
    node, line = root, 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _repeated(node: Any) -> Any:
    """Keys that stand twice in one mapping: YAML would silently keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, f"the key {key.value!r} stands twice."
            seen.add(key.value)
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _repeated(one)


KINDS: tuple[str, ...] = get_args(Export.model_fields["kind"].annotation)
