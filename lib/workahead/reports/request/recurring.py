"""When a report runs by itself: a cron line, or the words for the usual ones."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from cronsim import CronSim, CronSimError
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from workahead.errors import did_you_mean

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_WORDS = {
    "daily": "* * *",
    "weekly": "* * {weekday}",
    "monthly": "{day} * *",
    "quarterly": "{day} 1,4,7,10 *",
}
_PLAIN = re.compile(r"[0-9A-Za-z*,/-]+")


class Schedule(BaseModel):
    """``cron``: its five fields; or one of ``daily: 07:00``, ``weekly: Monday at 07:00``, ``monthly: 2 at 07:00``,
    ``quarterly: 5 at 07:00`` (day 5 of January, April, July and October), kept as the cron line that it is.

    >>> Schedule(monthly="2 at 07:00", timezone="Europe/Berlin").cron
    '0 7 2 * *'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cron: str = Field(description="minute, hour, day, month, weekday, as cron reads them")
    timezone: str | None = Field(None, description="as Europe/Berlin; left out: workbench.yml's time_zone")

    @model_validator(mode="before")
    @classmethod
    def _of_words(cls, given: Any) -> Any:
        """The words as a cron line."""
        if isinstance(given, str):
            given = {"cron": given}
        if not isinstance(given, dict):
            return given
        said = [name for name in ("cron", *_WORDS) if name in given]
        if len(said) != 1:
            raise ValueError(f"write one of: {', '.join(('cron', *_WORDS))}")
        if said == ["cron"]:
            return given
        rest = {name: value for name, value in given.items() if name != said[0]}
        return {**rest, "cron": (said[0], given[said[0]])}

    @field_validator("cron", mode="before")
    @classmethod
    def _written(cls, given: Any) -> Any:
        return _line(*given) if isinstance(given, tuple) else given

    @field_validator("cron")
    @classmethod
    def _sound(cls, line: str) -> str:
        fields = line.split()
        if len(fields) != 5:
            raise ValueError(
                f"a cron line has five fields (minute hour day month weekday), {line!r} has {len(fields)}"
            )
        # cronsim also takes L, W and #, which no crontab knows
        if not all(_PLAIN.fullmatch(one) for one in fields) or re.search(r"(?i)\d[LW]|\bLW?\b", line):
            raise ValueError(f"{line!r}: use numbers, names, * , - and / only")
        try:
            next(CronSim(line, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))
        except (CronSimError, StopIteration) as error:
            raise ValueError(f"{line!r} is no cron line: {str(error).lower() or 'it never comes'}") from None
        return " ".join(fields)

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                hint = did_you_mean(name, available_timezones())
                raise ValueError(f"{name!r} is no time zone; write it as Europe/Berlin.{hint}") from None
        return name


def _line(word: str, value: Any) -> str:
    """``monthly``, ``2 at 07:00`` as a cron line. Raises ValueError with what to write."""
    example = {"daily": "07:00", "weekly": "Monday at 07:00"}.get(word, "2 at 07:00")
    match = re.fullmatch(r"(?:(\w+) at )?(\d{1,2}):(\d{2})", str(value).strip())
    if not match or (match[1] is None) != (word == "daily") or int(match[2]) > 23 or int(match[3]) > 59:
        raise ValueError(f"{word}: write it as {word}: {example} (it says {value!r})")
    place: dict[str, Any] = {}
    if word == "weekly":
        days = [number for number, day in enumerate(_DAYS) if day.startswith(match[1].lower())]
        if len(days) != 1:
            raise ValueError(f"weekly: {match[1]!r} is no weekday.{did_you_mean(match[1].lower(), _DAYS)}")
        place = {"weekday": days[0]}
    elif word != "daily":
        if not match[1].isdigit() or not 1 <= int(match[1]) <= 28:
            raise ValueError(
                f"{word}: the day is a number from 1 to 28, which every month has, not {match[1]!r}"
            )
        place = {"day": int(match[1])}
    return f"{int(match[3])} {int(match[2])} {_WORDS[word].format(**place)}"
