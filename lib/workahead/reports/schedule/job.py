"""A report that has a schedule: what is run for it, and for which period."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from workahead.errors import ConfigError, WorkaheadError
from workahead.reports.request import definition
from workahead.reports.request.definition import Report
from workahead.reports.schedule.times import in_words, last_due, next_due
from workahead.sources.config import read_workbench
from workahead.sources.workbench import Workbench

WORKBENCH = "workbench.yml"


@dataclass(frozen=True)
class Job:
    """A report, its cron line and the zone that the line is in."""

    report: Report
    root: Path
    cron: str
    zone: str

    @property
    def name(self) -> str:
        """The report's."""
        return self.report.name

    @property
    def said(self) -> str:
        """The schedule for people, in one line."""
        return f"{in_words(self.cron)} ({self.zone})"

    @property
    def title(self) -> str:
        """The report's title in one line without control characters, as a comment may hold it."""
        return "".join(letter if letter.isprintable() else " " for letter in self.report.title)

    @property
    def python(self) -> str:
        """The interpreter of the environment that writes the schedule."""
        return sys.executable

    @property
    def command(self) -> list[str]:
        """Runs the report where it is due and has not run for it."""
        return [self.python, "-m", "workahead", "schedule", "run", self.name, "--project", str(self.root)]

    @property
    def state(self) -> Path:
        """Where its log and the record of its last run lie."""
        return state_of(self.root, self.name)

    @cached_property
    def workbench(self) -> Workbench:
        """What workbench.yml says."""
        return read_workbench(self.root / WORKBENCH)

    def due(self, at: dt.datetime) -> dt.datetime | None:
        """The last time at or before ``at``."""
        return last_due(self.cron, self.zone, at)

    def next(self, at: dt.datetime, times: int) -> list[dt.datetime]:
        """The next times after ``at``."""
        return next_due(self.cron, self.zone, at, times)

    def period(self, due: dt.datetime) -> str | None:
        """The last period complete at a due time; None where the report itself knows best.

        So does one that looks ahead, and one that stands at the day of its data.
        """
        from workahead.reports.request.parameters import inspect
        from workahead.reports.request.span import complete

        own = self.report.ahead or self.report.period == "week"
        if own or "period" not in inspect(self.root / self.report.notebook):
            return None
        kind, day = self.report.period or "month", due.astimezone(ZoneInfo(self.zone)).date()
        return complete(day, kind, self.workbench.definitions.fiscal_year_start)


def state_of(root: Path, name: str) -> Path:
    """STATE.log, STATE.json and the like of a report, here without an ending."""
    return root / "reports" / "published" / ".schedule" / name


def jobs(root: Path, names: Sequence[str] = ()) -> list[Job]:
    """The reports with a schedule: those named, or all. Raises ConfigError with all that stands in the way."""
    zone: str | None = None
    faults, found = [], []
    if any(not letter.isprintable() for letter in f"{root}{sys.executable}"):
        raise ConfigError(
            f"a scheduler can't be told of {str(root)!r}: move the project to a path of letters"
        )
    for name in dict.fromkeys(names or definition.names(root)):
        try:
            report = definition.read(name, root)
        except WorkaheadError as error:
            faults.append(str(error))
            continue
        if report.schedule is None:
            if names:
                faults.append(
                    f"{name} has no schedule. Add to {definition.FOLDER}/{name}.yml: schedule: {{monthly: 2 at 07:00}}"
                )
            continue
        if report.on_request:
            faults.append(f"{name} runs on request alone (on_request: true), so it can't have a schedule")
        if report.schedule.timezone is None and zone is None:
            zone = read_workbench(root / WORKBENCH).time_zone or clock()
        found.append(Job(report, root, report.schedule.cron, report.schedule.timezone or zone or "UTC"))
    if faults:
        raise ConfigError("\n".join(faults))
    return found


def clock(etc: Path = Path("/etc")) -> str:
    """The zone that this machine's clock shows, as its cron has it; UTC where none is set."""
    link, text = etc / "localtime", etc / "timezone"
    name = str(link.resolve()).partition("zoneinfo/")[2] if link.is_symlink() else ""
    if not name and text.is_file():
        name = text.read_text(encoding="utf-8").strip()
    if not name and not link.exists():
        return "UTC"
    try:
        return ZoneInfo(name.removeprefix("posix/").removeprefix("right/")).key
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"the time zone of this machine has no name in {link}. Set one: timedatectl set-timezone Europe/Berlin"
        ) from error
