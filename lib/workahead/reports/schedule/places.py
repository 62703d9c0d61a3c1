"""Where schedules can be installed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from workahead.reports.schedule import crontab
from workahead.reports.schedule.airflow import AIRFLOW
from workahead.reports.schedule.github import GITHUB
from workahead.reports.schedule.job import Job
from workahead.reports.schedule.systemd import SYSTEMD


class Place(Protocol):
    """What installs, shows and removes the schedules of a project's reports."""

    def installed(self, root: Path) -> list[str]: ...
    def shown(self, root: Path, jobs: Sequence[Job]) -> list[tuple[str, str]]: ...
    def install(self, root: Path, jobs: Sequence[Job], drop: Sequence[str] = ()) -> list[str]: ...
    def remove(self, root: Path, names: Sequence[str]) -> list[str]: ...


PLACES: dict[str, Place] = {"cron": crontab, "systemd": SYSTEMD, "github-actions": GITHUB, "airflow": AIRFLOW}


def installed(root: Path) -> dict[str, list[str]]:
    """The reports that are installed, by place."""
    return {name: place.installed(root) for name, place in PLACES.items()}
