"""The period of a report: read from its name, refused where the snapshot has no data for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from workahead.errors import PeriodError

KINDS = {1: "month", 3: "quarter", 12: "year"}


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
    text: str, manifest: Mapping[str, Any], folder: Path, *, ahead: bool = False, dated: bool = True
) -> Span:
    """A month (2026-10), quarter (2026-Q3), year (2026) or ``latest``, the last month that is over.

    With ``ahead`` it may lie ahead of the data, and ``latest`` is the quarter under way. A page that is not ``dated``
    shows the day of its data and no other: its period is that day's month.

    Raises PeriodError where the text is no period, or the snapshot has no data for it.
    """
    import pandas as pd

    from workahead.book.definitions import Definitions
    from workahead.book.periods import period
    from workahead.words.dates import day, month

    rules = Definitions(**manifest["definitions"])
    stand_in = SimpleNamespace(definitions=rules, as_of=pd.Timestamp(manifest["as_of"]))
    if not dated:
        own = f"{stand_in.as_of:%Y-%m}"
        if text.strip() not in ("latest", own):
            raise PeriodError(
                f"this report takes no period: it stands at the day of the data, {day(stand_in.as_of)}. "
                "Leave --period out, or choose the snapshot of another day with --snapshot"
            )
        text = own
    # it asks a book for no more than these two
    found = period(text, cast(Any, stand_in), ahead=ahead)
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
    label = month(begin) if width == 1 else _numbered(name, rules.fiscal_year_start)
    if found.end < close:
        label += f", to {day(found.end)}"
    return Span(name, label, f"{found.start:%Y-%m-%d}", f"{found.end:%Y-%m-%d}", KINDS[width])


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
