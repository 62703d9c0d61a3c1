"""Reading plan.yml: strictly, every fault named at once with its line and what was probably meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from workahead.book.comp_plan import CompPlan, Metric, PayMetric, Person, Point, Scope
from workahead.book.snapshot import project_root
from workahead.errors import ConfigError, did_you_mean
from workahead.sources.places import Place, line_of, listing, repeated, where

FILE = "plan.yml"
_PARTS: dict[str, type[BaseModel]] = {"metrics": Metric, "people": Person}
_VALUES = {"metric": PayMetric, "scope": Scope}


def comp_plan(path: Path | str = FILE) -> CompPlan:
    """The compensation plan of a file, checked; a relative path is the project's.

    docs/compensation.md explains each key. Raises ConfigError, which names every fault with its line, and the word that
    was probably meant.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "plan.yml"
    >>> _ = file.write_text("metrics: [{metric: nrr, weight: 100%}]\\npeople: [{who: Ana, target_pay: 5000}]")
    >>> comp_plan(file).metrics[0].weight
    1.0
    """
    path = Path(path)
    if not path.is_absolute() and not path.is_file():
        path = project_root() / path
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"there is no file {path}. A compensation plan is a file such as plan.yml, beside workbench.yml; "
            "docs/compensation.md shows one"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read: {error}") from None
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 makes text and nothing else
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is no valid YAML: {error}") from None
    if not isinstance(document, dict):
        raise ConfigError(f"{path} should hold keys: {', '.join(CompPlan.model_fields)}.")
    faults = list(repeated(root))
    plan = None
    try:
        plan = CompPlan.model_validate(document)
    except ValidationError as error:
        for one in error.errors():
            place: Place = tuple(one["loc"])
            faults.append((line_of(root, place), where(place) + _said(place, one)))
    if faults or plan is None:
        raise ConfigError(listing(path, faults))
    return plan


def _said(place: Place, error: Any) -> str:
    """One of Pydantic's faults in our words."""
    given, text = error.get("input"), str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        part: type[BaseModel] = Point if "points" in place else _PARTS.get(str(place[0]), CompPlan)
        known = list(part.model_fields if len(place) > 1 else CompPlan.model_fields)
        return (
            f"unknown key {place[-1]!r}.{did_you_mean(str(place[-1]), known)} There are: {', '.join(known)}"
        )
    if error["type"] == "missing":
        return "this key is missing"
    if error["type"] == "literal_error" and place[-1] in _VALUES:
        known = list(get_args(_VALUES[str(place[-1])]))
        return f"{given!r} is none of: {', '.join(known)}.{did_you_mean(str(given), known)}"
    known_in_text = not isinstance(given, str) or repr(given) in text
    return text[0].lower() + text[1:] + ("" if known_in_text else f" (it says {given!r})")
