"""What if: a probability of one's own for each category of call, and accounts counted as saved."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.book import Book
from workahead.errors import ConfigError, UnknownName
from workahead.metrics.projection.model import CATEGORY_PRIOR, Floats, probability

UNCALLED = "uncalled"
CATEGORIES = (*CATEGORY_PRIOR, UNCALLED)
"""What a probability can be given for: the category of the last call, or no call."""


@dataclass(frozen=True)
class WhatIf:
    """Probabilities by category, and the accounts that are saved; nothing of either: as the model has it."""

    probabilities: tuple[tuple[str, float], ...] = ()
    saved: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.probabilities or self.saved)


def what_if(book: Book, probabilities: Mapping[str, float] | None, saved: Collection[str] | None) -> WhatIf:
    """The what-if of a call, checked. Raises UnknownName for a category or an account, ConfigError for a number."""
    given = dict(probabilities or {})
    for name, value in given.items():
        if name not in CATEGORIES:
            raise UnknownName("category of a call", name, CATEGORIES)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise ConfigError(f"probabilities[{name!r}]={value!r}: write a number from 0 to 1, 0.95 for 95%")
    if isinstance(saved, str):
        raise ConfigError(f"saved={saved!r}: write a list of account ids, [{saved!r}]")
    accounts = sorted({str(one) for one in saved or ()})
    if accounts:
        chosen = book._base.frame("accounts").filter(nw.col("account_id").is_in(accounts))
        known = set(engines.pandas(chosen.select("account_id"))["account_id"])
        book._refuse_unknown("accounts", "account_id", [one for one in accounts if one not in known])
    ordered = tuple((name, float(given[name])) for name in CATEGORIES if name in given)
    return WhatIf(ordered, tuple(accounts))


def assumed(rows: pd.DataFrame, given: WhatIf) -> pd.DataFrame:
    """Open renewals (of the outlook) with ``stated``: the probability of the what-if, missing where the model's holds;
    and ``saved``: whether it keeps all that is due.
    """
    if not given:
        return rows
    saved = rows["account_id"].isin(given.saved)
    stated = rows["category"].fillna(UNCALLED).map(dict(given.probabilities)).astype("float64")
    return rows.assign(stated=stated.mask(saved, 1.0), saved=saved)


def chance(rows: pd.DataFrame) -> Floats:
    """The probability that each renews."""
    modelled = probability(rows["log_odds"].to_numpy(dtype="float64"))
    if "stated" not in rows:
        return modelled
    stated: Floats = rows["stated"].fillna(pd.Series(modelled, index=rows.index)).to_numpy()
    return stated


def share_kept(rows: pd.DataFrame) -> Floats:
    """The share of its ARR that each is expected to keep, growth left out."""
    kept: Floats = rows["gross_share"].to_numpy(dtype="float64")
    if "saved" in rows:
        kept = rows["gross_share"].mask(rows["saved"], 1.0).to_numpy(dtype="float64")
    return chance(rows) * kept


def usual_chances(rows: pd.DataFrame) -> dict[str, float]:
    """By category, the probability that the model gives its renewals on average, by ARR; NaN where there are none."""
    category = rows["category"].fillna(UNCALLED)
    due = rows["due_arr"].groupby(category).sum()
    expected = (rows["due_arr"] * probability(rows["log_odds"].to_numpy())).groupby(category).sum()
    return {
        name: float(expected[name] / due[name]) if due.get(name, 0) > 0 else math.nan for name in CATEGORIES
    }
