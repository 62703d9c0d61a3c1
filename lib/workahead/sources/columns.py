"""One column of text to one column of its kind, decided over its distinct values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from workahead.sources.amounts import parse_amounts
from workahead.sources.dates import month_of, parse_dates, stated_order
from workahead.sources.ids import all_to_18

_TRUE = {"true", "yes", "y", "1", "t", "ja", "oui", "si", "sí", "checked", "x", "wahr", "vrai"}
_FALSE = {"false", "no", "n", "0", "f", "nein", "non", "unchecked", "falsch", "faux"}
LARGEST = 1e13
_WHOLE_FLOAT = re.compile(r"\d+\.0")


@dataclass(frozen=True)
class Parsed:
    """A parsed column: values, which texts could not be read, and what to ask or to tell about it."""

    values: pd.Series
    bad: np.ndarray
    currencies: pd.Series | None = None
    question: str | None = None
    notes: dict[str, Any] = field(default_factory=dict)


def _distinct(texts: pd.Series) -> tuple[np.ndarray, list[str]]:
    codes, uniques = pd.factorize(texts)
    return codes, uniques.to_numpy(dtype=object).tolist()


def _spread(codes: np.ndarray, values: Iterable[Any], dtype: Any, nothing: Any) -> np.ndarray:
    """Values of the distinct texts back onto the rows; code -1 is a blank cell."""
    spread: np.ndarray = np.asarray([*values, nothing], dtype=dtype)[codes]
    return spread


def parse_ids(texts: pd.Series, *, salesforce: bool, several: bool) -> Parsed:
    """Ids as text. Of several joined by `;` the first is the primary one, unless the column holds several."""
    codes, uniques = _distinct(texts)
    # a spreadsheet turns a column of numeric ids into floats where a cell is blank: 4 becomes 4.0
    floats = bool(uniques) and all(_WHOLE_FLOAT.fullmatch(one) for one in uniques)
    if floats:
        uniques = [one.removesuffix(".0") for one in uniques]
    joined = [n for n, one in enumerate(uniques) if ";" in one]
    ids: list[str | None] = [*(all_to_18(uniques) if salesforce else uniques)]
    for n in joined:
        parts = [part for piece in uniques[n].split(";") if (part := piece.strip())]
        parts = all_to_18(parts) if salesforce else parts
        ids[n] = (";".join(dict.fromkeys(parts)) if several else parts[0]) if parts else None
    more = 0 if several else len(joined)
    values = pd.Series(_spread(codes, ids, object, None), index=texts.index, dtype="str")
    return Parsed(values, np.zeros(len(texts), dtype=bool), notes={"several": more, "floats": floats})


def parse_money(texts: pd.Series, decimal: str | None, *, shares: bool = False) -> Parsed:
    """Numbers, with the currency that stands in the cell (missing where none does). shares: `103%` is 1.03."""
    codes, uniques = _distinct(texts)
    percent = [shares and one.endswith("%") for one in uniques]
    bare = [one[:-1] if share else one for one, share in zip(uniques, percent, strict=True)]
    read = parse_amounts(bare, decimal)
    numbers = [value if abs(value) < LARGEST else np.nan for value in read.values]
    numbers = [value / 100 if share else value for value, share in zip(numbers, percent, strict=True)]
    values = pd.Series(_spread(codes, numbers, float, np.nan), index=texts.index)
    currencies = pd.Series(_spread(codes, read.currencies, object, None), index=texts.index, dtype="str")
    question = None
    if read.ambiguous:
        question = (
            f"{read.ambiguous[0]!r} may be a thousand with a separator or a number with three decimals, "
            'and no other value of the column decides. Add `decimal: "."` or `decimal: ","` (the mark before the cents)'
        )
    return Parsed(values, (values.isna() & texts.notna()).to_numpy(), currencies, question)


def parse_days(
    texts: pd.Series, date_format: str | None, written_in: str | None, wanted_in: str | None
) -> Parsed:
    """Days, day and month in the order that the column itself shows or `date_format` says."""
    codes, uniques = _distinct(texts)
    here = ZoneInfo(written_in) if written_in else None
    there = ZoneInfo(wanted_in) if wanted_in else here
    read = parse_dates(uniques, stated_order(date_format) if date_format else None, here, there)
    days = [
        np.datetime64(day, "us") if day is not None else np.datetime64("NaT", "us") for day in read.values
    ]
    values = pd.Series(_spread(codes, days, "datetime64[us]", np.datetime64("NaT", "us")), index=texts.index)
    question = None
    if read.clash:
        question = (
            f"{read.clash[0]!r} has the day first and {read.clash[1]!r} the month: the column mixes both. "
            "Say which is right with `date_format: dd/mm/yyyy` or `date_format: mm/dd/yyyy`; the others are then "
            "set aside"
        )
    elif read.ambiguous:
        question = (
            f"{read.ambiguous[0]!r} may be day/month or month/day, and no value of the column decides. "
            "Add `date_format: dd/mm/yyyy` or `date_format: mm/dd/yyyy`"
        )
    bad = (values.isna() & texts.notna()).to_numpy()
    return Parsed(
        values, bad, question=question, notes={"timed": read.timed, "zoned": read.zoned, "order": read.order}
    )


def first_days(texts: pd.Series) -> pd.Series:
    """Months without a day (`2026-10`, `Oct 2026`) as their first day; other texts as they are."""
    codes, uniques = _distinct(texts)
    days = [day.isoformat() if (day := month_of(one)) else one for one in uniques]
    return pd.Series(_spread(codes, days, object, None), index=texts.index, dtype="str")


def parse_flags(texts: pd.Series) -> Parsed:
    """True and false in the words exports use."""
    codes, uniques = _distinct(texts)
    flags = [
        True if one.casefold() in _TRUE else False if one.casefold() in _FALSE else None for one in uniques
    ]
    values = pd.Series(_spread(codes, flags, object, None), index=texts.index).astype("boolean")
    return Parsed(values, (values.isna() & texts.notna()).to_numpy())


def same(text: str) -> str:
    """Picklist values as they are compared: `Best Case`, `best-case` and `best_case` are one."""
    return " ".join(text.replace("_", " ").replace("-", " ").split()).casefold()


def translate(texts: pd.Series, pairs: dict[str, str], allowed: tuple[str, ...]) -> Parsed:
    """Picklist values by the mapping. Where only certain values are allowed, others are blank and `bad`."""
    known = {same(one): one for one in allowed} | {same(theirs): ours for theirs, ours in pairs.items()}
    codes, uniques = _distinct(texts)
    unknown: Callable[[str], str | None] = (lambda one: None) if allowed else (lambda one: one)
    words = [known.get(same(one), unknown(one)) for one in uniques]
    values = pd.Series(_spread(codes, words, object, None), index=texts.index, dtype="str")
    return Parsed(values, (values.isna() & texts.notna()).to_numpy())
