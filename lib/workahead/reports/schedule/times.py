"""When a schedule is due, in its own time zone, and the lines by which another clock comes by then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice
from zoneinfo import ZoneInfo

from cronsim import CronSim

MONTHS, DAYS = frozenset(range(1, 13)), frozenset(range(1, 32))
_WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_YEARS = 28  # how far ahead a zone's summer time is looked up


def last_due(cron: str, zone: str, at: dt.datetime) -> dt.datetime | None:
    """The last time at or before ``at``, in UTC. Around a change of summer time as Debian's cron has it.

    >>> last_due("30 2 * * *", "Europe/Berlin", dt.datetime(2026, 3, 29, 12, tzinfo=dt.UTC)).isoformat()
    '2026-03-29T01:00:00+00:00'
    """
    here = at.astimezone(ZoneInfo(zone)).replace(microsecond=0)
    found = next(CronSim(cron, here + dt.timedelta(seconds=1), reverse=True), None)
    # in an hour that comes twice, or never, going backwards is off by it
    while (
        found is not None and (later := next(CronSim(cron, found), None)) and later.astimezone(dt.UTC) <= at
    ):
        found = later
    return found.astimezone(dt.UTC) if found else None


def next_due(cron: str, zone: str, at: dt.datetime, times: int = 1) -> list[dt.datetime]:
    """The next times after ``at``, in UTC."""
    coming = CronSim(cron, at.astimezone(ZoneInfo(zone)).replace(microsecond=0))
    return [due.astimezone(dt.UTC) for due in islice(coming, times)]


def in_words(cron: str) -> str:
    """A cron line for people.

    >>> in_words("0 7 2 * *"), in_words("30 6 * * mon")
    ('at 07:00 on the second day of every month', 'at 06:30 on Monday')
    """
    said = CronSim(cron, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)).explain()
    return (said[:1].lower() + said[1:]).replace("day of month", "of the month")


def cron_lines(cron: str, zone: str, clock: str) -> list[str]:
    """Cron lines for a clock that shows another zone: at every due time one of them comes too.

    They may come more often (an hour off around a change of summer time, or on the 31st for the 28th): what they start
    looks whether it is due.

    >>> cron_lines("0 7 2 * *", "Europe/Berlin", "UTC")
    ['0 5 2 3-10 *', '0 6 2 1-3,10-12 *']
    """
    if zone == clock:
        return [cron]
    lines = []
    for offset, months in _offsets(zone, clock).items():
        for part in _shifted(_fields(cron), offset):
            here = part.months & _around(months, part.crossing)
            if here:
                pairs = [(days, weekdays) for days, weekdays in part.pairs() if _comes(days, here)]
                lines += [part.line(days, here, weekdays) for days, weekdays in pairs]
    return list(dict.fromkeys(lines))


def calendar_lines(cron: str, zone: str) -> list[str]:
    """The same for systemd, which knows time zones and means "both" by a weekday beside a day.

    >>> calendar_lines("0 7 2 * *", "Europe/Berlin"), calendar_lines("*/30 6 1 * 1-5", "UTC")[1]
    (['*-*-02 07:00:00 Europe/Berlin'], 'Mon,Tue,Wed,Thu,Fri *-*-* 06:00,30:00 UTC')
    """
    part = _fields(cron)
    lines = []
    for days, weekdays in part.pairs():
        names = (
            ",".join(_WEEKDAYS[day] for day in sorted(weekdays, key=lambda day: day or 7)) if weekdays else ""
        )
        date = f"*-{_two(part.months, MONTHS)}-{_two(days or DAYS, DAYS)}"
        time = f"{_two(part.hours, range(24))}:{_two(part.minutes, range(60))}:00"
        lines.append(" ".join(text for text in (names, date, time, zone) if text))
    return lines


@dataclass(frozen=True)
class _Fields:
    """A cron line's fields as numbers; None: any day, any weekday."""

    minutes: Iterable[int]
    hours: Iterable[int]
    days: frozenset[int] | None
    months: frozenset[int]
    weekdays: frozenset[int] | None
    either: bool  # a day of the month or a weekday is enough
    crossing: bool = False  # days of one month have become days of another

    def pairs(self) -> list[tuple[frozenset[int] | None, frozenset[int] | None]]:
        """Days and weekdays that both must hold; two pairs where either is enough."""
        return [(self.days, None), (None, self.weekdays)] if self.either else [(self.days, self.weekdays)]

    def line(
        self, days: frozenset[int] | None, months: frozenset[int], weekdays: frozenset[int] | None
    ) -> str:
        listed = (
            _plain(self.minutes, range(60)),
            _plain(self.hours, range(24)),
            _plain(days or DAYS, DAYS),
            _plain(months, MONTHS),
            _plain(weekdays or range(7), range(7)),
        )
        return " ".join(listed)


def _fields(cron: str) -> _Fields:
    # cronsim's own sets; its weekdays have Sunday as 0 and as 7
    read = CronSim(cron, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    found = frozenset(day for day in read.days if isinstance(day, int))
    days = found if found < DAYS else None
    named = frozenset(day % 7 for day in read.weekdays if isinstance(day, int))
    weekdays = named if len(named) < 7 else None
    either = not read.day_and
    if either and (days is None or weekdays is None):  # "1-31" or a Monday: that is any day
        days = weekdays = None
        either = False
    return _Fields(sorted(read.minutes), sorted(read.hours), days, frozenset(read.months), weekdays, either)


def _shifted(given: _Fields, minutes: int) -> list[_Fields]:
    """The fields on a clock that shows so many minutes more."""
    moments = [divmod(hour * 60 + minute + minutes, 1440) for hour in given.hours for minute in given.minutes]
    by_hour: dict[tuple[int, int], list[int]] = {}
    for day, rest in moments:
        by_hour.setdefault((day, rest // 60), []).append(rest % 60)
    alike = sorted(((day, tuple(sorted(at))), hour) for (day, hour), at in by_hour.items())
    parts = []
    for (day, at), hours in groupby(alike, key=lambda one: one[0]):
        days, weekdays = given.days, given.weekdays
        crossing = bool(day) and (
            days is None or given.either or bool(days & ({1} if day < 0 else {28, 29, 30, 31}))
        )
        if day and days is not None:
            days = frozenset(moved for one in days for moved in _moved(one, day))
        if day and weekdays is not None:
            weekdays = frozenset((one + day) % 7 for one in weekdays)
        months = _around(given.months, crossing)
        parts.append(_Fields(at, [hour for _, hour in hours], days, months, weekdays, given.either, crossing))
    return parts


def _comes(days: frozenset[int] | None, months: frozenset[int]) -> bool:
    """Whether any of the months has any of the days: 31 February is in no calendar, and no line."""
    return days is None or min(days) <= max(
        31 - (month in (4, 6, 9, 11)) - 2 * (month == 2) for month in months
    )


def _moved(day: int, by: int) -> set[int]:
    """The day of the month before (-1) or after (1) a day of any month."""
    if by < 0:
        return {day - 1} if day > 1 else {28, 29, 30, 31}
    return {day + 1} - {32} | ({1} if day >= 28 else set())


def _around(months: frozenset[int], moved: bool) -> frozenset[int]:
    """The months, and where days may cross their ends their neighbours."""
    return months if not moved else frozenset((one + by - 1) % 12 + 1 for one in months for by in (-1, 0, 1))


@cache
def _offsets(zone: str, clock: str) -> dict[int, frozenset[int]]:
    """How many minutes the clock is ahead of the zone, and in which months of the coming years.

    Looked up at both ends of each month, so that an offset that holds for an hour of it is not overlooked.
    """
    found: dict[int, set[int]] = {}
    first = dt.datetime(dt.datetime.now(dt.UTC).year, 1, 1)  # noqa: DTZ001 the zone's, below
    ends = [first.replace(year=first.year + year, month=month) for year in range(_YEARS) for month in MONTHS]
    for begin in ends:
        for here in (begin, begin + dt.timedelta(days=14), begin - dt.timedelta(minutes=1)):
            there = here.replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo(clock)).replace(tzinfo=None)
            found.setdefault(round((there - here).total_seconds() / 60), set()).add(here.month)
    return {offset: frozenset(months) for offset, months in sorted(found.items())}


def _plain(numbers: Iterable[int], every: Iterable[int]) -> str:
    """Numbers as a cron field.

    >>> _plain([1, 2, 3, 10, 11], range(12)), _plain(range(12), range(12))
    ('1-3,10,11', '*')
    """
    listed = sorted(numbers)
    if listed == sorted(every):
        return "*"
    runs = [
        [one for _, one in run] for _, run in groupby(enumerate(listed), key=lambda pair: pair[1] - pair[0])
    ]
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs)


def _two(numbers: Iterable[int], every: Iterable[int]) -> str:
    listed = sorted(numbers)
    return "*" if listed == sorted(every) else ",".join(f"{one:02d}" for one in listed)
