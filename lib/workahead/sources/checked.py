"""A YAML file that people edit, read and checked against its model: every fault at once, each with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from workahead.errors import ConfigError, MissingFile, did_you_mean
from workahead.sources.places import Place, line_of, listing, repeated, where

Model = TypeVar("Model", bound=BaseModel)
Said = Callable[[Place, Any], str | None]
"""Words for a fault at a place; None where ours will do."""


def read_yaml(path: Path, keys: str, absent: str) -> tuple[Any, dict[str, Any]]:
    """The nodes of a YAML file of keys, and what it says as plain text; ConfigError where it can't be read.

    ``keys``: which it should hold; ``absent``: what to do where there is no such file.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MissingFile(path, absent) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read: {error}") from None
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        # BaseLoader makes text and nothing else: the country NO stays "NO"
        document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is no valid YAML: {error}") from None
    if not isinstance(document, dict):
        raise ConfigError(f"{path} should hold {keys}.")
    return root, document


def checked(path: Path, model: type[Model], absent: str, said: Said | None = None) -> Model:
    """The file as its model. ConfigError lists its faults, in the words of ``said`` where it has some."""
    root, document = read_yaml(path, f"keys: {', '.join(_keys(model))}", absent)
    faults, valid = list(repeated(root)), None
    try:
        valid = model.model_validate(document)
    except ValidationError as error:
        for place, text in faults_of(model, error, said):
            faults.append((line_of(root, place), where(place) + text))
    if faults or valid is None:
        raise ConfigError(listing(path, faults))
    return valid


def faults_of(
    model: type[BaseModel], error: ValidationError, said: Said | None = None
) -> Iterator[tuple[Place, str]]:
    """Pydantic's faults in our words, each with its place: what was probably meant, and what there is."""
    within = {one["loc"][:n] for one in error.errors() for n in range(len(one["loc"]))}
    for one in error.errors():
        if one["type"] == "too_short" and one["loc"] in within:
            continue  # it holds something, with faults of its own
        place: Place = tuple(part for part in one["loc"] if part != "[key]")
        given = one["input"]
        if said is not None and (own := said(place, one)) is not None:
            yield place, own
        elif one["type"] == "extra_forbidden":
            known = _keys(_part(model, place[:-1]))
            hint = did_you_mean(str(place[-1]), known)
            there = f" There are: {', '.join(known)}." if known else ""
            yield place, f"unknown key {place[-1]!r}.{hint}{there}"
        elif one["type"] == "literal_error":
            known = re.findall(r"'([^']*)'", one["msg"])
            yield place, f"{given!r} is none of: {', '.join(known)}.{did_you_mean(str(given), known)}"
        else:
            yield place, plainly(one)


def plainly(error: Any) -> str:
    """A fault that needs no words of our own."""
    if error["type"] == "missing":
        return "this key is missing"
    given, text = error.get("input"), str(error["msg"]).removeprefix("Value error, ")
    known_in_text = not isinstance(given, str) or repr(given) in text
    return text[0].lower() + text[1:] + ("" if known_in_text else f" (it says {given!r})")


def _part(annotation: Any, place: Place) -> Any:
    """The model at a place: through lists, mappings and what may be left out."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _part(annotation.model_fields[str(place[0])].annotation, place[1:]) if place else annotation
    inside = [one for one in get_args(annotation) if get_args(one) or isinstance(one, type)]
    inside = [one for one in inside if one is not NoneType]
    if not inside:
        return BaseModel
    return _part(inside[-1], place[1:] if get_origin(annotation) in (tuple, list, dict) else place)


def _keys(model: type[BaseModel]) -> list[str]:
    return [name for name, field in model.model_fields.items() if not field.exclude]
