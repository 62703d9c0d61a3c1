"""Reading plays.yml: strictly, every fault named at once with its line and what was probably meant."""

from __future__ import annotations

from pathlib import Path

from workahead.book.plays import Plays
from workahead.sources.checked import checked

FILE = "plays.yml"


def project_plays(folder: Path) -> Plays | None:
    """The plays of the project in this folder; None where it has no plays.yml, and the default ones hold."""
    path = folder / FILE
    return read_plays(path) if path.is_file() else None


def read_plays(path: Path) -> Plays:
    """plays.yml, checked. ConfigError names every fault with its line, and the word that was probably meant."""
    return checked(path, Plays, "Leave it out and the default plays hold.")
