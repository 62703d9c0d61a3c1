"""What became of what was called *commit*, *best case*, *at risk*, *churn*; and of who said they would renew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING

import pandas as pd

from workahead.book.periods import Day
from workahead.book.tables import TABLES
from workahead.errors import ConfigError
from workahead.metrics.accuracy.called import by_then, due_between, record, span
from workahead.metrics.positions import money, rate
from workahead.metrics.renewals.events import UNDECIDED
from workahead.metrics.renewals.rate import cents

if TYPE_CHECKING:
    from workahead.book.book import Book

RECORD = ["renewals", "due_arr", "renewed_arr", "renewal_rate", "low", "high"]
CATEGORIES = TABLES["forecast_calls"].columns["category"].values
ANSWERS = TABLES["forecast_calls"].columns["would_renew"].values
NOT_ASKED = "(not asked)"


def call_calibration(
    book: Book,
    horizon_days: int = 90,
    interval: float = 0.8,
    start: Day | None = None,
    end: Day | None = None,
) -> pd.DataFrame:
    """What renewed of each category of call, by the last call made ``horizon_days`` before the renewal date.

    Of the renewals that came due after ``start`` (default: all), up to ``end`` (default: the as-of date).

    | column | meaning |
    |---|---|
    | category | commit, best_case, at_risk, churn, then any other that was called |
    | renewals, due_arr | contracts called so that have come due and are decided (not overdue), and their ARR |
    | renewed_arr, renewal_rate | what renewed of it (at most what was due), and its share |
    | low, high | within which the category's rate lies, at the ``interval``: wide where the record is thin |
    | expected_rate | the share of due_arr that the calls themselves expected |

    The interval is Wilson's score interval over the effective number of renewals, (sum of ARR)^2 / sum of ARR^2: ten
    renewals of which one is nearly all the ARR say little more than one. It is never 0 to 0 or 1 to 1. Raises
    MissingTable without forecast_calls, ConfigError, PeriodError.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "A"], "arr": [1000.0, 900.0],
    ...     "start_date": ["2025-01-01", "2026-01-01"], "end_date": ["2025-12-31", "2026-12-31"]}),
    ...     forecast_calls=pd.DataFrame({"account_id": ["A"], "renewal_date": ["2026-01-01"],
    ...     "called_on": ["2025-09-30"], "category": ["commit"], "forecast_arr": [1000.0]}))
    >>> call_calibration(book)[["category", "renewals", "renewal_rate", "expected_rate"]]
      category  renewals  renewal_rate  expected_rate
    0   commit         1           0.9            1.0
    """
    table = _decided(book, horizon_days, start, end).dropna(subset=["category"])
    kept = _kept(table, "category", CATEGORIES, interval)
    kept["expected_rate"] = rate(kept.pop("forecast_arr"), kept["due_arr"])
    return kept


def answer_record(
    book: Book,
    horizon_days: int = 90,
    interval: float = 0.8,
    start: Day | None = None,
    end: Day | None = None,
) -> pd.DataFrame:
    """How often the answer to "would you renew today?" came true, by the last answer that a call by then holds.

    Of the renewals that came due after ``start`` (default: all), up to ``end`` (default: the as-of date).

    | column | meaning |
    |---|---|
    | answer | yes, leaning_yes, unsure, leaning_no, no, then NOT_ASKED: no call by then holds an answer |
    | renewals, due_arr | contracts with that answer that have come due and are decided, and their ARR |
    | renewed_arr, renewal_rate, low, high | as in :func:`call_calibration` |

    Raises MissingTable without forecast_calls, ConfigError, PeriodError.
    """
    table = _decided(book, horizon_days, start, end).rename(columns={"would_renew": "answer"})
    table["answer"] = table["answer"].fillna(NOT_ASKED)
    return _kept(table, "answer", (*ANSWERS, NOT_ASKED), interval).drop(columns="forecast_arr")


def _decided(book: Book, horizon_days: int, start: Day | None, end: Day | None) -> pd.DataFrame:
    """The renewals that came due and are decided, with the last call on each."""
    table, calls = record(book)
    table = due_between(table, *span(book, start, end))
    return by_then(table[~table["outcome"].isin(UNDECIDED)], calls, horizon_days)


def _kept(table: pd.DataFrame, by: str, order: Sequence[str], interval: float) -> pd.DataFrame:
    """What renewed of each value of a column, with its interval; forecast_arr beside it."""
    if not 0 < interval < 1:
        raise ConfigError(f"interval is the share of cases that it covers, between 0 and 1, not {interval}")
    amounts = ["due_arr", "renewed_arr", "forecast_arr"]
    table = cents(table.fillna({"forecast_arr": 0}), amounts)
    table = table.assign(renewals=1, squared=table["due_arr"].astype("float64") ** 2)
    sums = table.groupby(by)[["renewals", *amounts, "squared"]].sum()
    others = sorted(set(sums.index) - set(order))
    sums = sums.reindex([name for name in (*order, *others) if name in sums.index]).reset_index()
    sums["renewal_rate"] = rate(sums["renewed_arr"], sums["due_arr"])
    cases = effective(sums["due_arr"], sums["squared"])
    bounds = [wilson(p, n, interval) for p, n in zip(sums["renewal_rate"], cases, strict=True)]
    sums["low"], sums["high"] = [low for low, _ in bounds], [high for _, high in bounds]
    sums[amounts] = sums[amounts].apply(money)
    kinds = {by: "str", "renewals": "int64", "low": "float64", "high": "float64"}
    return sums[[by, *RECORD, "forecast_arr"]].astype(kinds)


def effective(amounts: pd.Series, squares: pd.Series) -> pd.Series:
    """How many cases of one size are worth as much as these: the square of their sum, by the sum of their squares."""
    return rate(amounts * amounts.astype("float64"), squares)


def wilson(p: float, n: float, interval: float) -> tuple[float, float]:
    """Wilson's score interval for a share ``p`` of ``n`` cases (E. B. Wilson, 1927; n need not be whole).

    >>> tuple(round(bound, 4) for bound in wilson(0.8, 10, 0.95))  # 8 of 10
    (0.4902, 0.9433)
    """
    z = NormalDist().inv_cdf((1 + interval) / 2)
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
