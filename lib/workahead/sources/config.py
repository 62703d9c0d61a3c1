"""Reading workbench.yml: strictly, every fault named at once with its line and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workahead.book.definitions import Definitions
from workahead.book.tables import QUALIFICATION, TABLES
from workahead.errors import ConfigError, did_you_mean
from workahead.sources.checked import read_yaml
from workahead.sources.places import Place, line_of, listing, repeated, where
from workahead.sources.workbench import Export, Workbench, mappable


def read_workbench(path: Path | str) -> Workbench:
    """workbench.yml, checked. ConfigError names every fault with its line, and the key that was probably
    meant."""
    path = Path(path)
    absent = "Go to the folder that holds workbench.yml, or name it with --workbench."
    root, document = read_yaml(path, "keys such as company, currency and exports", absent)
    if twice := sorted(repeated(root)):
        raise ConfigError(listing(path, twice))
    exports, origins = _listed(document.get("exports"))
    faults: list[tuple[Place, str]] = []
    if "folder" in document:  # a field of the record, no key of the file
        faults.append((("folder",), _unknown((), "folder")))
    workbench = None
    try:
        given = {**document, "folder": path.parent}
        workbench = Workbench.model_validate(given if exports is None else {**given, "exports": exports})
    except ValidationError as error:
        inner = any(len(one["loc"]) > 1 for one in error.errors())  # then `exports` is not really empty
        kept = [one for one in error.errors() if not (inner and one["type"] == "too_short")]
        faults += [_sentence(tuple(one["loc"]), one) for one in kept]
    if workbench is not None:
        faults += _misnamed(workbench)
    if faults or workbench is None:
        real = [(_origin(place, origins), said) for place, said in faults]
        raise ConfigError(listing(path, [(line_of(root, at), where(at) + said) for at, said in real]))
    return workbench


def _listed(exports: Any) -> tuple[list[Any] | None, list[Place]]:
    """`exports:` may be a list, or a mapping from table to one entry or several: as a list, and where
    each stands."""
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


def _unknown(place: Place, key: object) -> str:
    """An unknown key, with the keys that may stand there."""
    known: list[str] = []
    if not place:
        known = [name for name in Workbench.model_fields if name != "folder"]
    elif place == ("definitions",):
        known = list(Definitions.model_fields)
    elif place[0] == "exports" and len(place) == 2:
        known = list(Export.model_fields)
    listed = f" There are: {', '.join(known)}." if known else ""
    return f"unknown key {key!r}.{did_you_mean(str(key), known)}{listed}"


def _sentence(place: Place, error: Any) -> tuple[Place, str]:
    """One of Pydantic's faults in our words, and where it is."""
    if error["type"] == "extra_forbidden":
        return place, _unknown(place[:-1], place[-1])
    if error["type"] == "missing":
        return place, "this key is missing"
    text = str(error["msg"]).removeprefix("Value error, ")
    given = error.get("input")
    known = not isinstance(given, str | int | float) or repr(given) in text
    return place, text[0].lower() + text[1:] + ("" if known else f" (it says {given!r})")
