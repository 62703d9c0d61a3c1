"""How the sample's CRMs write what stands in a cell: labels, ids, dates, numbers and blanks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

import pandas as pd

TYPE = {"new": "New Business", "renewal": "Renewal", "expansion": "Expansion"}
SOURCE = {"csql": "CSQL"}
ANSWER = {
    "yes": "Yes",
    "leaning_yes": "Leaning yes",
    "unsure": "Unsure",
    "leaning_no": "Leaning no",
    "no": "No",
}
DIRECTION = {"in": "Inbound", "out": "Outbound"}
SCOPE = {"team": "Team", "csm": "CSM"}
METRIC = {"nrr": "NRR", "grr": "GRR", "csql_arr": "CSQL ARR", "expansion_arr": "Expansion ARR"}

_TIMES = [
    {0: f"23:{40 + k % 20}", 1: f"00:{k % 25:02d}"}.get(k % 19, f"{8 + k % 10:02d}:{k * 7 % 60:02d}")
    for k in range(570)
]


def text(values: Iterable[object], labels: dict[str, str] | None = None) -> list[str]:
    """Cells of text: missing is blank, known values get their label."""
    known = labels or {}
    return ["" if v is None or v != v else known.get(str(v), str(v)) for v in _plain(values)]


def each(values: Iterable[object], change: Callable[[str], str]) -> list[str]:
    """Cells of ids, several in one cell joined by ``;``."""
    return [v and ";".join(change(x) for x in v.split(";")) for v in text(values)]


def _plain(values: Iterable[object]) -> Iterable[object]:
    """A column as a list: going through one directly is slow where Arrow holds it."""
    return values.tolist() if isinstance(values, pd.Series) else values


def flags(values: Iterable[object], yes: str, no: str) -> list[str]:
    """Cells of yes or no."""
    return [yes if v else no for v in values]


def american(values: pd.Series) -> list[str]:
    """``3/14/2026``"""
    return _dates(values, lambda d: f"{d.month}/{d.day}/{d.year}")


def european(values: pd.Series) -> list[str]:
    """``14/3/2026``"""
    return _dates(values, lambda d: f"{d.day}/{d.month}/{d.year}")


def iso(values: pd.Series) -> list[str]:
    """``2026-03-14``"""
    return _dates(values, lambda d: d.isoformat())


def timed(values: pd.Series, shift: int) -> list[str]:
    """``2026-03-14 09:26``: a time of day a row; one in nineteen just before midnight, one just after."""
    return [d and f"{d} {_TIMES[(i * 31 + shift * 7) % len(_TIMES)]}" for i, d in enumerate(iso(values))]


def _dates(values: pd.Series, write: Callable[[dt.date], str]) -> list[str]:
    """Cells of dates; each date is written once, since exports repeat them a lot."""
    days = values.to_numpy().astype("datetime64[D]").astype(object)
    known = {d: write(d) if d is not None else "" for d in set(days)}
    return [known[d] for d in days]


def number(values: pd.Series, form: str = ".2f") -> list[str]:
    """``12500.00``"""
    return ["" if v != v else f"{v:{form}}" for v in values.tolist()]


def short(values: pd.Series) -> list[str]:
    """``12500``, ``12500.5``"""
    return [cell.rstrip("0").rstrip(".") for cell in number(values)]
