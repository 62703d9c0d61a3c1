"""A notebook's annotated parameters as a schema: what may be set, of which type; checked before it runs.

papermill itself takes an unknown name with a warning, and turns ``007`` into 7.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from workahead.errors import ConfigError, did_you_mean

TAG = "parameters"


@dataclass(frozen=True)
class Parameter:
    """One parameter as its notebook declares it; ``types`` are the builtins in its annotation (str, None)."""

    name: str
    types: tuple[str, ...]
    default: str
    help: str

    def line(self) -> str:
        """For the list of what there is."""
        about = f"  # {self.help}" if self.help else ""
        return f"  {self.name}: {' | '.join(self.types) or 'any'} = {self.default}{about}"

    def default_value(self) -> Any:
        """The default as a value where it is a literal, else as its text."""
        try:
            return ast.literal_eval(self.default)
        except (ValueError, SyntaxError):
            return self.default


def inspect(notebook: Path) -> dict[str, Parameter]:
    """The parameters of a notebook, by name. Raises ConfigError where the file is not a notebook.

    papermill's own ``inspect_notebook`` passes over a line with a ``|`` in its annotation, or a second ``=``.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        code = next(("".join(one["source"]) for one in cells if TAG in one["metadata"].get("tags", [])), "")
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
        lines = ast.parse(code).body
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        SyntaxError,
        tokenize.TokenError,
    ) as error:
        raise ConfigError(f"{notebook.name} is not a notebook that can be read: {error}") from error
    about = {one.start[0]: one.string.lstrip("# ") for one in tokens if one.type == tokenize.COMMENT}
    found = {}
    for line in lines:
        if isinstance(line, ast.AnnAssign | ast.Assign) and line.value is not None:
            target = line.target if isinstance(line, ast.AnnAssign) else line.targets[0]
            annotation = (
                ast.unparse(line.annotation).strip("'") if isinstance(line, ast.AnnAssign) else "None"
            )
            default = ast.get_source_segment(code, line.value) or ""
            if isinstance(target, ast.Name):
                help_text = about.get(line.end_lineno or 0, "")
                found[target.id] = Parameter(target.id, _types(annotation, default), default, help_text)
    return found


def parse(settings: Sequence[str], known: Mapping[str, Parameter], notebook: str) -> dict[str, Any]:
    """``name=value`` texts of the command line as values of the declared types.

    >>> by = Parameter("by", ("str",), '"segment"', "")
    >>> parse(["by=007"], {"by": by}, "retention.ipynb")
    {'by': '007'}
    """
    values: dict[str, Any] = {}
    faults: list[str] = []
    for setting in settings:
        name, mark, text = setting.partition("=")
        name = name.strip()
        if not mark or not name:
            faults.append(f"{setting!r}: write it as name=value")
        elif name not in known:
            faults.append(_unknown(name, known))
        else:
            try:
                values[name] = _read(text.strip(), known[name].types)
            except ValueError:
                faults.append(f"{name} = {text!r} is not {_wanted(known[name])}")
    _refuse(faults, known, notebook)
    return values


def check(values: Mapping[str, Any], known: Mapping[str, Parameter], notebook: str) -> None:
    """Refuse unknown names and wrong types, all of them at once, with the list of what there is."""
    faults = []
    for name, value in values.items():
        if name not in known:
            faults.append(_unknown(name, known))
        elif not _is(value, known[name].types):
            faults.append(f"{name} = {value!r} is not {_wanted(known[name])}")
    _refuse(faults, known, notebook)


def _refuse(faults: Sequence[str], known: Mapping[str, Parameter], notebook: str) -> None:
    if faults:
        there = "\n".join(one.line() for one in known.values()) or "  none (no cell is tagged 'parameters')"
        raise ConfigError(f"{'; '.join(faults)}\nThe parameters of {notebook}:\n{there}")


def _unknown(name: str, known: Mapping[str, Parameter]) -> str:
    return f"unknown parameter {name!r}.{did_you_mean(name, known)}"


def _wanted(parameter: Parameter) -> str:
    return f"of type {' or '.join(parameter.types)}"


_BUILTINS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "list": (list, tuple),
    "tuple": (list, tuple),
    "dict": (dict,),
    "None": (type(None),),
}


def _types(annotation: str, default: str) -> tuple[str, ...]:
    """The builtins of an annotation, ``dict[str, str] | None`` for one; else the default's type."""
    text = annotation if annotation != "None" else ""
    wrapped = re.fullmatch(r"(?:typing\.)?(Optional|Union)\[(.*)\]", text)
    depth, outer = 0, ""
    for letter in wrapped[2] if wrapped else text:
        depth += letter in "[("
        outer += letter if not depth else ""
        depth -= letter in "])"
    names = re.findall(r"\w+", outer)
    if wrapped and wrapped[1] == "Optional":
        names.append("None")
    if not names:
        try:
            value = ast.literal_eval(default)
        except (ValueError, SyntaxError):
            return ()
        names = [] if value is None else [type(value).__name__]
    return tuple(name for name in names if name in _BUILTINS)


def _is(value: Any, types: Sequence[str]) -> bool:
    if not types:
        return True
    if isinstance(value, bool) and "bool" not in types:
        return False  # Python's True is also an int; a person's is not
    return isinstance(value, tuple(kind for name in types for kind in _BUILTINS[name]))


def _read(text: str, types: Sequence[str]) -> Any:
    """A command line's text as the first of the types that it can be. Raises ValueError where it can't."""
    if "None" in types and text in ("", "None", "null"):
        return None
    for name in types:
        if name == "bool" and text.lower() in ("true", "yes", "1", "false", "no", "0"):
            return text.lower() in ("true", "yes", "1")
        if name == "int" and re.fullmatch(r"[+-]?\d+", text):
            return int(text)
        if name == "float" and re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
            return float(text)
        if name in ("dict", "list", "tuple"):
            value = _structured(text)
            if _is(value, (name,)):
                return value
        if name == "str":
            return text
    if not types:
        return text
    raise ValueError(text)


def _structured(text: str) -> Any:
    """A list or a mapping: as JSON, or as YAML, which is easier to type ({segment: [Enterprise]}), but does not read
    all JSON alike: of an emoji's escape it makes two halves.
    """
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        value = yaml.safe_load(text)
        json.dumps(value)  # dates and the like have no place in a notebook's parameters
    except (yaml.YAMLError, TypeError) as error:
        raise ValueError(text) from error
    return value
