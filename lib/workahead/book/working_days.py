"""Working days by country: without its weekend and its public holidays, as the library `holidays` knows them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Days = NDArray[np.datetime64]

REACH = 60
"""More days than any country's holidays can put between a day and the fifth working day after it."""


def country_code(text: Any) -> str | None:
    """The two letters of a country by its code (two letters or three) or its English name; None: not one we know.

    >>> country_code("de"), country_code("USA"), country_code("United Kingdom"), country_code("Ruritania")
    ('DE', 'US', 'GB', None)
    """
    return None if pd.isna(text) else _codes().get(_squeezed(text))


def unknown_countries(texts: Iterable[Any]) -> list[str]:
    """Those that name no country we know, each once."""
    return sorted({str(text) for text in texts if not pd.isna(text) and country_code(text) is None})


def country_names() -> list[str]:
    """The codes and names that are known."""
    return sorted(_codes())


def working_day_after(days: pd.Series, number: int, countries: pd.Series, default: str | None) -> pd.Series:
    """The so many-th working day after each day, in its country; else in ``default``; else Monday to Friday.

    >>> asked = pd.Series(pd.to_datetime(["2026-11-23"] * 2))  # a Monday; Thanksgiving is the 26th
    >>> working_day_after(asked, 5, pd.Series(["US", None]), None).dt.day.tolist()
    [1, 30]
    """
    found = pd.Series(pd.NaT, index=days.index, dtype="datetime64[us]")
    codes = countries.map({one: country_code(one) for one in countries.dropna().unique()})
    codes = codes.astype("str").where(codes.notna(), country_code(default) or "")
    for code, some in days.groupby(codes):
        begin = some.to_numpy().astype("datetime64[D]")
        open_days = _between(str(code), begin.min(), begin.max() + REACH)
        place = np.searchsorted(open_days, begin, side="right") + number - 1
        found[some.index] = open_days[place].astype("datetime64[us]")
    return found


def _between(code: str, first: np.datetime64, last: np.datetime64) -> Days:
    years = range(first.astype(object).year, last.astype(object).year + 1)
    return np.concatenate([_working(code, year) for year in years])


@cache
def _working(code: str, year: int) -> Days:
    """The working days of a year; of no country, Mondays to Fridays."""
    days = np.arange(f"{year}-01-01", f"{year + 1}-01-01", dtype="datetime64[D]")
    if not code:
        return days[np.is_busday(days)]
    from holidays import country_holidays

    calendar = country_holidays(code, years=year)
    return days[[calendar.is_working_day(day) for day in days.astype(object)]]


@cache
def _codes() -> dict[str, str]:
    from holidays.registry import COUNTRIES

    return {
        _squeezed(name): two
        for module, (_, two, *others) in COUNTRIES.items()
        for name in (module, two, *(one for one in others if not one.startswith("Holidays")))
    }


def _squeezed(text: object) -> str:
    return re.sub(r"[\W_]+", "", str(text)).casefold()
