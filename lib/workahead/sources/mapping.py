"""Which column of an export is which canonical column: the company's own mapping first, then the CRM's
standard names."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from workahead.book.tables import TABLES, Kind
from workahead.errors import SourceError, did_you_mean, some
from workahead.sources.dates import month_of
from workahead.sources.layout import plain
from workahead.sources.workbench import Export, mappable

DATE_ENTERED = re.compile(
    r"""date entered ["'“](?P<stage>.+)["'”](?:\s*\((?P<pipeline>[^()]*)\))?""", re.IGNORECASE
)
"""HubSpot's stage columns: Date entered "Demo (Sales Pipeline)"."""

MONTH_COLUMN = re.compile(r".*\d{2}.*")
"""Headers that may be a month."""

INSTEAD: dict[str, dict[str, tuple[str, ...]]] = {
    "subscriptions": {
        "arr": ("mrr", "total_value", "price"),
        "start_date": ("month",),
        "subscription_id": ("month",),
    },
    "opportunities": {"is_closed": ("stage",), "is_won": ("stage",)},
}
"""Required columns that the loader can work out from others."""

HEADERS = 40
"""So many of a file's headers are listed where one is not found."""

FIELD_HISTORY = ("field / event", "old value", "new value", "edit date")


@dataclass(frozen=True)
class Mapping:
    """Where each column of one canonical table comes from: places in the header (several are joined by a space)."""

    columns: dict[str, tuple[int, ...]]
    kinds: dict[str, Kind]
    headers: dict[str, str]
    where: dict[str, int]
    currencies: dict[str, int]
    converted: dict[str, tuple[int, int | None]]
    stages: dict[int, str]  # HubSpot's columns of stage dates
    months: dict[int, str]  # a sheet's columns of months
    monthly: bool  # a row, or a cell, is a customer's month
    field_history: bool  # Salesforce's report of field changes
    twice: tuple[str, ...]  # headers that stand more than once


@cache
def standard(kind: str) -> dict[str, Any]:
    """The CRM's standard names, from the data file beside this module."""
    if kind == "table":
        return {}
    text = resources.files("workahead.sources").joinpath(f"{kind}.yml").read_text(encoding="utf-8")
    # BaseLoader makes text and nothing else, so that no name turns into a truth value
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    return loaded


def candidates(export: Export) -> dict[str, list[str]]:
    """Headers to look for, by canonical column, best first. The canonical name itself always counts."""
    usual = standard(export.kind).get(export.table, {}).get("columns", {})
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys([*mappable(export.table), *usual, *export.columns]):
        if name in export.columns:
            header = export.columns[name]
            found[name] = [header] if header else []
        elif name in export.constant:
            found[name] = []
        else:
            found[name] = [*usual.get(name, []), name]
    return found


def wanted_headers(export: Export) -> set[str]:
    """Every header that this export may need, as `plain` compares them: so that only those columns are read."""
    headers = {
        header
        for names in candidates(export).values()
        for one in names
        for header in (one, *one.split(" + "))
    }
    headers |= {one.header for one in export.keep.values()} | set(export.where)
    headers = {re.sub(r"#\d+$", "", header) for header in headers}
    money = {f"{header} Currency" for header in headers} | {f"{header} (converted)" for header in headers}
    money |= {f"{header} (converted) Currency" for header in headers}
    extra = {*FIELD_HISTORY, "stage", "created date"} if export.table == "stage_history" else set()
    return {plain(header) for header in headers | money} | extra


def map_columns(export: Export, header: list[str]) -> Mapping:
    """The mapping of this export onto the header that its file has.

    SourceError names every column that is missing, with the headers there are and the lines to add.
    """
    places: dict[str, list[int]] = {}
    for n, one in enumerate(header):
        places.setdefault(plain(one), []).append(n)
    twice: dict[str, None] = {}
    problems: list[str] = []

    def place(name: str) -> int | None:
        """Where a header stands: the first of several, or `Industry#2` the second."""
        bare, _, nth = name.rpartition("#")
        if plain(name) not in places and bare and nth.isdigit() and plain(bare) in places:
            there = places[plain(bare)]
            return there[int(nth) - 1] if 0 < int(nth) <= len(there) else None
        there = places.get(plain(name), [])
        if len(there) > 1:
            twice[name] = None
        return there[0] if there else None

    def joined(name: str) -> tuple[int, ...] | None:
        whole = place(name)
        parts = [place(part) for part in name.split(" + ")] if whole is None else [whole]
        return None if None in parts else tuple(part for part in parts if part is not None)

    def lacks(name: str, named: str) -> None:
        problems.append(f"no column {name!r} ({named}).{did_you_mean(name, header)}")

    kinds: dict[str, Kind] = dict(mappable(export.table))
    columns: dict[str, tuple[int, ...]] = {}
    for name, names in candidates(export).items():
        kinds.setdefault(name, "text")
        found = next((at for one in names if (at := joined(one)) is not None), None)
        if found is not None:
            columns[name] = found
        elif stated := export.columns.get(name):
            lacks(stated, f"mapped to {name}")
    if export.table == "subscriptions":
        for name in _idle(columns, export):
            del columns[name]
    where: dict[str, int] = {}
    for name in export.where:
        if (column := place(name)) is None:
            lacks(name, "named under `where:`")
        else:
            where[name] = column
    for name, kept in export.keep.items():
        if (found := joined(kept.header)) is None:
            lacks(kept.header, "named under `keep:`")
        else:
            columns[name], kinds[name] = found, kept.kind
    stages = _stages(export, header)
    changes = export.table == "stage_history" and "from_stage" not in columns
    changes = changes and all(name in places for name in FIELD_HISTORY)
    known = {*columns, *export.constant, *({"stage", "entered_date"} if stages or changes else ())}
    months = _months(export, header, problems) if export.months else {}
    known |= {"month", str(export.months)} if months else set()
    monthly = (
        export.table == "subscriptions" and "month" in known and (bool(months) or "start_date" not in known)
    )
    problems += _lacking(export, header, known)
    if problems:
        listed = "\n".join(f"    {one}" for one in problems)
        raise SourceError(
            f"{export.file} does not hold what {export.table} needs:\n{listed}\n    Its headers are: "
            f"{some(filter(None, header), HEADERS)}."
        )
    headers = {name: " + ".join(header[n] for n in at) for name, at in columns.items()}
    currencies, converted = {}, {}
    for name in (one for one in columns if kinds[one] == "money"):
        if (beside := place(f"{headers[name]} Currency")) is not None:
            currencies[name] = beside
        if (other := place(f"{headers[name]} (converted)")) is not None:
            converted[name] = (other, place(f"{headers[name]} (converted) Currency"))
    used = {plain(header[n]) for at in columns.values() for n in at}
    doubled = tuple(name for name in twice if plain(name) in used)
    return Mapping(
        columns, kinds, headers, where, currencies, converted, stages, months, monthly, changes, doubled
    )


def _idle(columns: Collection[str], export: Export) -> set[str]:
    """Columns of a contract that only happen to have a name of ours: nothing is worked out from them."""
    by_month = "month" in columns and ("month" in export.columns or "start_date" not in columns)
    idle = {"start_date", "end_date", "term_months"} if export.months or by_month else {"month"}
    if export.months or not {"arr", "mrr", "total_value"}.isdisjoint(columns):
        idle |= {"price", "quantity", "interval"} - set(export.columns)
    return idle & set(columns)


def _lacking(export: Export, header: list[str], known: set[str]) -> list[str]:
    """The columns that the table needs and that neither the file nor others of its columns give, with lines to add."""
    lines = []
    for name, shape in TABLES[export.table].columns.items():
        instead = INSTEAD.get(export.table, {}).get(name, ())
        if shape.required and name not in known and known.isdisjoint(instead):
            row = "month, where a row is a customer's month (then no id)" if name == "start_date" else ""
            hint = row or ", ".join(one for one in instead if one != "month")
            lines.append(f"{name}: <header>" + (f"   # or {hint}" if hint else ""))
    if "price" in known and "interval" not in known:
        lines.append("interval: <header>   # how often the price is paid; or `constant: {interval: month}`")
    if not lines:
        return []
    named, listed = ", ".join(one.partition(":")[0] for one in lines), "\n          ".join(lines)
    said = [
        f"no column for {named}. Add to its entry in workbench.yml:\n        columns:\n          {listed}"
    ]
    months = [one for one in header if month_of(one)]
    if export.table == "subscriptions" and len(months) > 1:
        said.append(
            f"{len(months)} columns are headed by months: `months: mrr` (or arr) in its entry reads them"
        )
    return said


def _months(export: Export, header: list[str], problems: list[str]) -> dict[int, str]:
    """A sheet's columns that are headed by a month: place in the header, first day of the month."""
    found: dict[int, str] = {}
    for n, one in enumerate(header):
        bare = re.sub(rf"\b{export.months}\b", "", one, flags=re.IGNORECASE).strip(" -_:")
        if (day := month_of(bare)) is not None:
            if day.isoformat() in found.values():
                problems.append(
                    f"the month of column {one!r} stands twice: take out the one that is not meant"
                )
            found[n] = day.isoformat()
    if (days := list(found.values())) not in (sorted(days), sorted(days, reverse=True)):
        problems.append(
            f"the columns' months are in no order: {some(header[n] for n in found)}. Write them as 2026-10"
        )
    if not found:
        problems.append(
            f"no column is headed by a month (2026-10, Oct 2026), as `months: {export.months}` says"
        )
    return found


def _stages(export: Export, header: list[str]) -> dict[int, str]:
    """HubSpot's columns of stage dates: place in the header, name of the stage without its pipeline."""
    if export.table != "stage_history" or export.kind != "hubspot":
        return {}
    found = {}
    for n, one in enumerate(header):
        if match := DATE_ENTERED.fullmatch(one.strip()):
            stage = match["stage"]
            found[n] = stage if match["pipeline"] else re.sub(r"\s*\([^()]*\)$", "", stage)
    return found
