"""The period of a report: read from its name, refused where the snapshot has no data for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from workahead.errors import PeriodError

if TYPE_CHECKING:
    import pandas as pd

    from workahead.book.periods import Freq

KINDS = {1: "month", 3: "quarter", 12: "year"}
LATEST = "latest"


@dataclass(frozen=True)
class Span:
    """``text`` as parameters and folders have it, ``label`` for people; the rest are closing days."""

    text: str
    label: str
    start: str
    end: str
    kind: str

    def data(self) -> dict[str, str]:
        """For run.json."""
        return asdict(self)


def span(
    text: str,
    manifest: Mapping[str, Any],
    folder: Path,
    *,
    ahead: bool = False,
    dated: bool = True,
    kind: str | None = None,
) -> Span:
    """A month (2026-10), quarter (2026-Q3), year (2026) or ``latest``, the last month that is over.

    With ``ahead`` it may lie ahead of the data, and ``latest`` is the quarter under way. A report of one ``kind`` takes
    no other, and ``latest`` is the last such that is over (ahead: the one under way). A page that is not ``dated``
    shows the day of its data and no other: its period is the week, month (the default), quarter or year of that day.

    Raises PeriodError where the text is no period, or the snapshot has no data for it.
    """
    import pandas as pd

    from workahead.book.definitions import Definitions
    from workahead.book.periods import period
    from workahead.words.dates import day, month

    rules, as_of = Definitions(**manifest["definitions"]), pd.Timestamp(manifest["as_of"])
    start, coming = rules.fiscal_year_start, as_of + pd.Timedelta(days=1)
    text = text.strip()
    if kind == "week" and dated:
        raise PeriodError(
            "no period of a week can be asked for: a weekly report's notebook has no parameter 'period'"
        )
    if not dated:
        own = _named(as_of, kind or "month", start)
        if text not in (LATEST, own):
            raise PeriodError(
                f"this report takes no period: it stands at the day of the data, {day(as_of)}. "
                "Leave --period out, or choose the snapshot of another day with --snapshot"
            )
        text = own
        if kind == "week":
            return _week(as_of)
    elif kind and text == LATEST:
        text = _named(coming, kind, start) if ahead else complete(coming, kind, start)
    # it asks a book for no more than these two
    found = period(text, cast(Any, SimpleNamespace(definitions=rules, as_of=as_of)), ahead=ahead)
    first = _first_day(manifest, folder)
    if first is None or found.end.date() < first:
        since = f"the first contract starts on {day(first)}" if first else "it holds no contracts"
        raise PeriodError(
            f"there is no data for {found.label}: in the snapshot as of {manifest['as_of']} {since}. "
            "Choose another period, or load the exports that cover it"
        )
    begin, name = found.first_day, found.label.upper()
    width = 1 if name[-3:-2] == "-" and name[-2:].isdigit() else 3 if "Q" in name else 12
    close = begin + pd.DateOffset(months=width) - pd.Timedelta(days=1)
    if dated and kind and KINDS[width] != kind:
        example = complete(coming, kind, start)
        raise PeriodError(f"{text!r} is a {KINDS[width]}, this report is for a {kind}: write it as {example}")
    label = month(begin) if width == 1 else _numbered(name, rules.fiscal_year_start)
    if found.end < close:
        label += f", to {day(found.end)}"
    return Span(name, label, f"{found.start:%Y-%m-%d}", f"{found.end:%Y-%m-%d}", KINDS[width])


def complete(before: dt.date, kind: str, fiscal_year_start: int) -> str:
    """The name of the last period of a kind that is over on a day: what lies before the one under way.

    >>> complete(dt.date(2026, 11, 2), "month", 1), complete(dt.date(2026, 11, 2), "quarter", 2)
    ('2026-10', '2027-Q3')
    """
    import pandas as pd

    from workahead.book.periods import bin_number, first_day

    freq = cast("Freq", kind)
    opening = first_day(bin_number(pd.Timestamp(before), freq, fiscal_year_start), freq, fiscal_year_start)
    return _named(opening - pd.Timedelta(days=1), kind, fiscal_year_start)


def _named(moment: pd.Timestamp, kind: str, fiscal_year_start: int) -> str:
    """The name of the week, month, quarter or year that a day lies in."""
    from workahead.book.periods import bin_number

    if kind == "week":
        return f"{moment:%G-W%V}"
    if kind == "month":
        return f"{moment:%Y-%m}"
    number, later = bin_number(moment, cast("Freq", kind), fiscal_year_start), fiscal_year_start > 1
    return f"{number // 4 + later}-Q{number % 4 + 1}" if kind == "quarter" else f"{number + later}"


def _week(as_of: pd.Timestamp) -> Span:
    """The ISO week of the data's day, as far as the data go."""
    sunday = as_of - dt.timedelta(days=as_of.isoweekday())
    label = f"Week {as_of:%V} of {as_of:%G}"
    return Span(f"{as_of:%G-W%V}", label, f"{sunday:%Y-%m-%d}", f"{as_of:%Y-%m-%d}", "week")


def _numbered(name: str, fiscal_year_start: int) -> str:
    """A quarter or year for people.

    >>> _numbered("2026-Q3", 1), _numbered("2026", 1), _numbered("2026-Q3", 2)
    ('Q3 2026', '2026', 'Q3 of fiscal year 2026')
    """
    year, _, quarter = name.removeprefix("FY").replace("Q", "-Q").replace("--", "-").partition("-")
    if fiscal_year_start == 1:
        return f"{quarter} {year}".strip()
    return f"{quarter} of fiscal year {year}" if quarter else f"Fiscal year {year}"


def _first_day(manifest: Mapping[str, Any], folder: Path) -> dt.date | None:
    """The first day of service of any contract in a snapshot."""
    import pandas as pd

    starts = pd.read_parquet(folder / manifest["tables"]["subscriptions"]["file"], columns=["start_date"])
    earliest = starts["start_date"].min()
    return None if pd.isna(earliest) else earliest.date()
