"""Dates as exports write them: day and month in either order, decided once for a whole column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

_CLOCK = r"(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?"
_TIME = rf"(?:,?[T ]\s*{_CLOCK}\s*(?P<ap>[AaPp]\.?[Mm]\.?)?\s*(?P<z>Z|UTC|GMT|[+-]\d{{2}}:?\d{{2}})?)?"
_ISO = re.compile(rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){_TIME}")
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})")
_NUMERIC = re.compile(rf"(?P<a>\d{{1,2}})(?P<sep>[/.-])(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{4}}|\d{{2}}){_TIME}")
_NAMED = re.compile(rf"(?P<d>\d{{1,2}})[ -](?P<name>[A-Za-zä]{{3,9}})\.?[ ,-]+(?P<y>\d{{4}}|\d{{2}}){_TIME}")
_AMERICAN = re.compile(rf"(?P<name>[A-Za-z]{{3,9}})\.? (?P<d>\d{{1,2}}),? (?P<y>\d{{4}}){_TIME}")
_SERIAL = re.compile(r"(?P<days>[2-7]\d{4})(?:\.(?P<part>\d+))?")
_MONTH = (
    re.compile(r"(?P<y>(?:19|20)\d{2})[-/. ]?(?P<m>0?[1-9]|1[0-2])"),
    re.compile(r"(?P<m>0?[1-9]|1[0-2])[-/. ](?P<y>(?:19|20)\d{2})"),
    re.compile(r"(?P<name>[A-Za-zä]{3,9})\.?[ '’/_-]*(?P<y>(?:19|20)?\d{2})"),
)
_NAMES = (
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
     "november", "december"),
    ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober",
     "november", "dezember"),
)  # fmt: skip
_UNIX = re.compile(r"(?P<seconds>[1-3]\d{9})(?:\d{3})?")
_EXCEL_EPOCH = date(1899, 12, 30)
YEARS = range(1900, 10000)


@dataclass(frozen=True)
class Dates:
    """A column's distinct texts as dates; None where a text is no date.

    order: `dmy` or `mdy` where the texts needed one; ambiguous: texts that fit both and nothing decides;
    clash: one text for each order, where the column holds both; timed, zoned: a time (with its zone) was
    there.
    """

    values: list[date | None]
    order: str | None
    ambiguous: list[str]
    clash: tuple[str, str] | None
    timed: bool
    zoned: bool


def parse_dates(
    texts: Sequence[str],
    order: str | None = None,
    written_in: tzinfo | None = None,
    wanted_in: tzinfo | None = None,
) -> Dates:
    """Dates of a column's distinct texts. Times are turned into `wanted_in`'s days where a zone is known.

    >>> parse_dates(["03/04/2026", "13/04/2026"]).values[0]
    datetime.date(2026, 4, 3)
    >>> parse_dates(["03/04/2026"]).ambiguous
    ['03/04/2026']
    >>> parse_dates(["03/04/2026"], order="mdy").values
    [datetime.date(2026, 3, 4)]
    """
    numeric = {text: match for text in texts if (match := _NUMERIC.fullmatch(text))}
    day_first = next((t for t, m in numeric.items() if int(m["a"]) > 12 and int(m["b"]) <= 12), None)
    month_first = next((t for t, m in numeric.items() if int(m["b"]) > 12 and int(m["a"]) <= 12), None)
    dotted = any(match["sep"] == "." for match in numeric.values())
    clash, ambiguous = None, []
    if order is None and numeric:
        if day_first and month_first:
            clash = (day_first, month_first)
        elif day_first or month_first:
            order = "dmy" if day_first else "mdy"
        elif dotted:  # nobody writes 10.31.2026
            order = "dmy"
        else:
            ambiguous = [t for t, m in numeric.items() if m["a"].zfill(2) != m["b"].zfill(2)]
            order = None if ambiguous else "dmy"
    zones = _Zones(written_in, wanted_in)
    values = [zones.guarded(text, order) for text in texts]
    return Dates(values, order if numeric else None, ambiguous, clash, zones.timed, zones.zoned)


class _Zones:
    """Reads one text at a time and remembers whether times and zones were met."""

    def __init__(self, written_in: tzinfo | None, wanted_in: tzinfo | None) -> None:
        self.written_in, self.wanted_in = written_in, wanted_in
        self.timed = self.zoned = False

    def guarded(self, text: str, order: str | None) -> date | None:
        try:
            found = self._read(text, order)
        except (ValueError, OverflowError):
            return None
        return found if found is not None and found.year in YEARS else None

    def _read(self, text: str, order: str | None) -> date | None:
        if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
            return self._day(match, int(match["y"]), int(match["m"]), int(match["d"]))
        if match := _NUMERIC.fullmatch(text):
            first, second = int(match["a"]), int(match["b"])
            day, month = (second, first) if order == "mdy" else (first, second)
            return None if order not in ("dmy", "mdy") else self._day(match, _year(match["y"]), month, day)
        if match := _NAMED.fullmatch(text) or _AMERICAN.fullmatch(text):
            named = _named(match["name"])
            return None if named is None else self._day(match, _year(match["y"]), named, int(match["d"]))
        if match := _UNIX.fullmatch(text):
            return self._moment(datetime.fromtimestamp(int(match["seconds"]), UTC))
        if match := _SERIAL.fullmatch(text):
            return _EXCEL_EPOCH + timedelta(days=int(match["days"]))
        return None

    def _moment(self, moment: datetime) -> date:
        """The day of a moment in UTC; midnight is how systems write a day, and no moment."""
        self.timed = self.zoned = True
        midnight = not (moment.hour or moment.minute or moment.second)
        return (moment if midnight else moment.astimezone(self.wanted_in or UTC)).date()

    def _day(self, match: re.Match[str], year: int, month: int, day: int) -> date:
        parts = match.groupdict()
        if parts.get("h") is None:
            return date(year, month, day)
        self.timed, zone = True, parts["z"] or ""
        hour = int(parts["h"])
        if parts["ap"]:
            hour = hour % 12 + (12 if parts["ap"][0] in "Pp" else 0)
        clock = f"{hour:02}:{parts['mi']}:{parts['s'] or '00'}{'Z' if zone in ('UTC', 'GMT') else zone}"
        moment = datetime.fromisoformat(f"{date(year, month, day)}T{clock}")
        if zone:
            self.zoned = True
        else:
            moment = moment.replace(tzinfo=self.written_in)
        if moment.tzinfo is None or self.wanted_in is None:
            return moment.date()
        return moment.astimezone(self.wanted_in).date()


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text) if int(text) < 70 else 1900 + int(text)


def month_of(text: str) -> date | None:
    """The first day of a month that is written without a day, or with one in ISO form; None for anything else.

    >>> [str(month_of(one)) for one in ("2026-10", "10/2026", "Oct-26", "Okt 2026", "2026-10-31", "FY26")]
    ['2026-10-01', '2026-10-01', '2026-10-01', '2026-10-01', '2026-10-01', 'None']
    """
    if (match := next((found for one in _MONTH if (found := one.fullmatch(text))), None)) is not None:
        parts = match.groupdict()
        month = int(parts["m"]) if parts.get("m") else _named(parts["name"])
        return date(_year(parts["y"]), month, 1) if month else None
    if (match := _ISO.fullmatch(text)) is not None and 1 <= int(match["m"]) <= 12:
        return date(int(match["y"]), int(match["m"]), 1)
    return None


def _named(name: str) -> int | None:
    """The month of a name, English or German, short or whole."""
    fits = (n for names in _NAMES for n, one in enumerate(names, start=1) if one.startswith(name.lower()))
    return next(fits, None)


def stated_order(date_format: str) -> str | None:
    """The order that a `date_format` of workbench.yml names; None where it names none.

    >>> stated_order("dd/mm/yyyy"), stated_order("%m/%d/%Y"), stated_order("yyyy-mm-dd"), stated_order("soon")
    ('dmy', 'mdy', 'ymd', None)
    """
    letters = re.sub(r"[^dmy]", "", date_format.lower())
    if "d" not in letters or "m" not in letters:
        return None
    if letters.startswith("y"):
        return "ymd"
    return "dmy" if letters.index("d") < letters.index("m") else "mdy"
