"""Reading workbench.yml: strictly, every fault named at once with its line and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workahead.book.tables import QUALIFICATION, TABLES
from workahead.errors import ConfigError, did_you_mean
from workahead.sources.checked import faults_of, read_yaml
from workahead.sources.places import Place, line_of, listing, repeated, where
from workahead.sources.workbench import Workbench, mappable


def read_workbench(path: Path | str) -> Workbench:
    """workbench.yml, checked. ConfigError names every fault with its line, and the key that was probably meant."""
    path = Path(path)
    absent = "Go to the folder that holds workbench.yml, or name it with --workbench."
    root, document = read_yaml(path, "keys such as company, currency and exports", absent)
    if twice := sorted(repeated(root)):
        raise ConfigError(listing(path, twice))
    exports, origins = _listed(document.get("exports"))
    faults: list[tuple[Place, str]] = []
    workbench, given = None, document if exports is None else {**document, "exports": exports}
    try:
        workbench = Workbench.model_validate(given, context={"folder": path.parent})
    except ValidationError as error:
        faults += faults_of(Workbench, error)
    if workbench is not None:
        faults += _misnamed(workbench)
    if faults or workbench is None:
        real = [(_origin(place, origins), said) for place, said in faults]
        raise ConfigError(listing(path, [(line_of(root, at), where(at) + said) for at, said in real]))
    return workbench


def _listed(exports: Any) -> tuple[list[Any] | None, list[Place]]:
    """`exports:` may be a list, or a mapping from table to one entry or several: as a list, and where each stands."""
    if not isinstance(exports, dict):
        return None, []
    entries: list[Any] = []
    origins: list[Place] = []
    for table, ones in exports.items():
        for n, one in enumerate(ones if isinstance(ones, list) else [ones]):
            entries.append({"table": table, **one} if isinstance(one, dict) else one)
            origins.append(("exports", table, n) if isinstance(ones, list) else ("exports", table))
    return entries, origins


def _origin(place: Place, origins: list[Place]) -> Place:
    """The place in the file of a place in the list of exports."""
    if origins and place[:1] == ("exports",) and len(place) > 1:
        return origins[int(place[1])] + place[2:]
    return place


def _misnamed(workbench: Workbench) -> Iterator[tuple[Place, str]]:
    """Names that the tables do not have: columns and values of each export."""
    for n, export in enumerate(workbench.exports):
        known, columns = mappable(export.table), TABLES[export.table].columns
        for part in ("columns", "values", "constant"):
            for name in getattr(export, part):
                rides = part == "values" and name in export.keep
                if name not in known and not name.startswith(QUALIFICATION) and not rides:
                    yield (
                        ("exports", n, part, name),
                        f"the table {export.table} has no column {name!r}.{did_you_mean(name, known)} "
                        "There are: "
                        f"{', '.join(known)}. Other columns ride along under `keep:`.",
                    )
        for name, pairs in export.values.items():
            allowed = columns[name].values if name in columns else ()
            for theirs, ours in pairs.items():
                if allowed and ours not in allowed:
                    yield (
                        ("exports", n, "values", name, theirs),
                        f"{ours!r} is no value of {name}.{did_you_mean(ours, allowed)} "
                        f"There are: {', '.join(allowed)}.",
                    )
        for name in export.keep:
            if name in columns:
                yield (
                    ("exports", n, "keep", name),
                    f"{name} is a column of {export.table}: name it under `columns:`.",
                )
