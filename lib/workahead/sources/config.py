"""Reading workbench.yml: strictly, every fault named at once with its line and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from workahead.book.definitions import Definitions
from workahead.book.tables import QUALIFICATION, TABLES
from workahead.errors import ConfigError, did_you_mean
from workahead.sources.workbench import Export, Workbench, mappable


def read_workbench(path: Path | str) -> Workbench:
    """workbench.yml, checked. ConfigError names every fault with its line, and the key that was probably
    meant."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"there is no file {path}. Go to the folder that holds workbench.yml, or name it with "
            "--workbench."
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
        raise ConfigError(
            _listing(
                path,
                [(_line(root, ("folder",)), f"unknown key 'folder'.{did_you_mean('folder', _keys(()))}")],
            )
        )
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
                if (
                    name in known
                    or name.startswith(QUALIFICATION)
                    or (part == "values" and name in export.keep)
                ):
                    continue
                faults.append(
                    (
                        ("exports", n, part, name),
                        f"{_where(('exports', n, part))}the table {export.table} has no column {name!r}."
                        f"{did_you_mean(name, known)} There are: {', '.join(known)}. Other columns ride "
                        "along under `keep:`.",
                    )
                )
        for name, pairs in export.values.items():
            allowed = (
                TABLES[export.table].columns[name].values if name in TABLES[export.table].columns else ()
            )
            for theirs, ours in pairs.items():
                if allowed and ours not in allowed:
                    faults.append(
                        (
                            ("exports", n, "values", name, theirs),
                            f"{_where(('exports', n, 'values', name))}{ours!r} is no value of {name}."
                            f"{did_you_mean(ours, allowed)} There are: {', '.join(allowed)}.",
                        )
                    )
        if taken := [name for name in export.keep if name in TABLES[export.table].columns]:
            faults.append(
                (
                    ("exports", n, "keep"),
                    f"{_where(('exports', n, 'keep'))}{', '.join(taken)} is a column of {export.table}; "
                    "name it under `columns:`.",
                )
            )
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
    shown = (
        f" (it says {given!r})" if isinstance(given, str | int | float) and repr(given) not in text else ""
    )
    return f"{_where(place)}{text[0].lower() + text[1:]}{shown}"


def _where(place: tuple[str | int, ...]) -> str:
    names = [
        f"[{part + 1}]" if isinstance(part, int) else f".{part}"
        for part in place
        if part not in ("Header", "str")
    ]
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


def _repeated(node: Any) -> Iterator[tuple[int, str]]:
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
