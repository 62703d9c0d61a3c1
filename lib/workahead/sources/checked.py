"""A YAML file that people edit, read and checked against its model: every fault at once, each with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from workahead.errors import ConfigError, MissingFile
from workahead.sources.places import Place, line_of, listing, repeated, where

Model = TypeVar("Model", bound=BaseModel)


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


def checked(path: Path, model: type[Model], absent: str, said: Callable[[Place, Any], str]) -> Model:
    """The file as its model. ConfigError lists its faults, Pydantic's in the words of ``said``."""
    root, document = read_yaml(path, f"keys: {', '.join(model.model_fields)}", absent)
    faults, valid = list(repeated(root)), None
    try:
        valid = model.model_validate(document)
    except ValidationError as error:
        for one in error.errors():
            place: Place = tuple(part for part in one["loc"] if part != "[key]")
            faults.append((line_of(root, place), where(place) + said(place, one)))
    if faults or valid is None:
        raise ConfigError(listing(path, faults))
    return valid


def plainly(error: Any) -> str:
    """A fault that needs no words of the file's own."""
    if error["type"] == "missing":
        return "this key is missing"
    given, text = error.get("input"), str(error["msg"]).removeprefix("Value error, ")
    known_in_text = not isinstance(given, str) or repr(given) in text
    return text[0].lower() + text[1:] + ("" if known_in_text else f" (it says {given!r})")
