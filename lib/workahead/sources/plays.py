"""Reading plays.yml: strictly, every fault named at once with its line and what was probably meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from workahead.book.plays import GOALS, NEEDS, Play, Plays
from workahead.errors import did_you_mean
from workahead.sources.checked import checked, plainly
from workahead.sources.places import Place

FILE = "plays.yml"


def project_plays(folder: Path) -> Plays | None:
    """The plays of the project in this folder; None where it has no plays.yml, and the default ones hold."""
    path = folder / FILE
    return read_plays(path) if path.is_file() else None


def read_plays(path: Path) -> Plays:
    """plays.yml, checked. ConfigError names every fault with its line, and the word that was probably meant."""
    return checked(path, Plays, "Leave it out and the default plays hold.", _said)


def _said(place: Place, error: Any) -> str:
    """One of Pydantic's faults in our words."""
    given = error.get("input")
    if error["type"] == "extra_forbidden":
        known = list(Play.model_fields if place[0] == "plays" else Plays.model_fields)
        return (
            f"unknown key {place[-1]!r}.{did_you_mean(str(place[-1]), known)} There are: {', '.join(known)}"
        )
    if error["type"] == "literal_error":
        if place[0] == "scoreboard":
            return f"{given!r} is no measure.{did_you_mean(str(given), GOALS)} There are: {', '.join(GOALS)}"
        annotation = Play.model_fields["tier"].annotation
        known = list(NEEDS) if place[-1] == "must" else list(get_args(get_args(annotation)[0]))
        return f"{given!r} is none of: {', '.join(known)}.{did_you_mean(str(given), known)}"
    return plainly(error)
