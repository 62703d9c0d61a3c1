"""Reading plays.yml: strictly, every fault named at once with its line and what was probably meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError

from workahead.book.plays import GOALS, NEEDS, Play, Plays
from workahead.errors import ConfigError, did_you_mean
from workahead.sources.places import Place, line_of, listing, repeated, where

FILE = "plays.yml"


def project_plays(folder: Path) -> Plays | None:
    """The plays of the project in this folder; None where it has no plays.yml, and the default ones hold."""
    path = folder / FILE
    return read_plays(path) if path.is_file() else None


def read_plays(path: Path) -> Plays:
    """plays.yml, checked. ConfigError names every fault with its line, and the word that was probably meant."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read: {error}") from None
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 makes text and nothing else
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is no valid YAML: {error}") from None
    if not isinstance(document, dict):
        raise ConfigError(f"{path} should hold keys: {', '.join(Plays.model_fields)}.")
    faults = list(repeated(root))
    try:
        plays = Plays.model_validate(document)
    except ValidationError as error:
        for one in error.errors():
            place: Place = tuple(part for part in one["loc"] if part != "[key]")
            faults.append((line_of(root, place), where(place) + _said(place, one)))
        raise ConfigError(listing(path, faults)) from None
    if faults:
        raise ConfigError(listing(path, faults))
    return plays


def _said(place: Place, error: Any) -> str:
    """One of Pydantic's faults in our words."""
    given = error.get("input")
    if error["type"] == "extra_forbidden":
        known = list(Play.model_fields if place[0] == "plays" else Plays.model_fields)
        return (
            f"unknown key {place[-1]!r}.{did_you_mean(str(place[-1]), known)} There are: {', '.join(known)}"
        )
    if error["type"] == "missing":
        return "this key is missing"
    if error["type"] == "literal_error":
        if place[0] == "scoreboard":
            return f"{given!r} is no measure.{did_you_mean(str(given), GOALS)} There are: {', '.join(GOALS)}"
        annotation = Play.model_fields["tier"].annotation
        known = list(NEEDS) if place[-1] == "must" else list(get_args(get_args(annotation)[0]))
        return f"{given!r} is none of: {', '.join(known)}.{did_you_mean(str(given), known)}"
    text = str(error["msg"]).removeprefix("Value error, ")
    known_in_text = not isinstance(given, str) or repr(given) in text
    return text[0].lower() + text[1:] + ("" if known_in_text else f" (it says {given!r})")
