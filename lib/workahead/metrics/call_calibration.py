"""What became of what was called *commit*, *best case*, *at risk*, *churn*."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import pandas as pd

from workahead.book.tables import TABLES
from workahead.errors import ConfigError
from workahead.metrics.called import called_events
from workahead.metrics.positions import money, rate
from workahead.metrics.renewal_rate import cents

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["category", "renewals", "due_arr", "renewed_arr", "renewal_rate", "low", "high"]
CATEGORIES = TABLES["forecast_calls"].columns["category"].values


def call_calibration(book: Book, horizon_days: int = 90, interval: float = 0.8) -> pd.DataFrame:
    """What renewed of each category of call, by the last call made ``horizon_days`` before the renewal date.

    | column | meaning |
    |---|---|
    | category | commit, best_case, at_risk, churn, then any other that was called |
    | renewals, due_arr | contracts called so that have come due and are decided (not overdue), and their ARR |
    | renewed_arr, renewal_rate | what renewed of it (at most what was due), and its share |
    | low, high | within which the category's rate lies, at the ``interval``: wide where the record is thin |

    The interval is Wilson's score interval over the effective number of renewals, (sum of ARR)^2 / sum of ARR^2: ten
    renewals of which one is nearly all the ARR say little more than one. It is never 0 to 0 or 1 to 1. Raises
    MissingTable without forecast_calls, ConfigError.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "A"], "arr": [1000.0, 900.0],
    ...     "start_date": ["2025-01-01", "2026-01-01"], "end_date": ["2025-12-31", "2026-12-31"]}),
    ...     forecast_calls=pd.DataFrame({"account_id": ["A"], "renewal_date": ["2026-01-01"],
    ...     "called_on": ["2025-09-30"], "category": ["commit"], "forecast_arr": [1000.0]}))
    >>> call_calibration(book)[["category", "renewals", "renewal_rate"]]
      category  renewals  renewal_rate
    0   commit         1           0.9
    """
    if not 0 < interval < 1:
        raise ConfigError(f"interval is the share of cases that it covers, between 0 and 1, not {interval}")
    table = called_events(book, horizon_days)
    decided = table["called_on"].notna() & ~table["outcome"].isin(["open", "overdue"])
    table = cents(table[decided & (table["renewal_date"] <= book.as_of)], ["due_arr", "renewed_arr"])
    table = table.assign(renewals=1, squared=table["due_arr"].astype("float64") ** 2)
    sums = table.groupby("category")[["renewals", "due_arr", "renewed_arr", "squared"]].sum()
    others = sorted(set(sums.index) - set(CATEGORIES))
    sums = sums.reindex([name for name in (*CATEGORIES, *others) if name in sums.index]).reset_index()
    sums["renewal_rate"] = rate(sums["renewed_arr"], sums["due_arr"])
    effective = rate(sums["due_arr"] * sums["due_arr"].astype("float64"), sums["squared"])
    bounds = [wilson(p, n, interval) for p, n in zip(sums["renewal_rate"], effective, strict=True)]
    sums["low"], sums["high"] = [low for low, _ in bounds], [high for _, high in bounds]
    for column in ("due_arr", "renewed_arr"):
        sums[column] = money(sums[column])
    return sums[COLUMNS].astype({"category": "str", "renewals": "int64", "low": "float64", "high": "float64"})


def wilson(p: float, n: float, interval: float) -> tuple[float, float]:
    """Wilson's score interval for a share ``p`` of ``n`` cases (E. B. Wilson, 1927; n need not be whole).

    >>> tuple(round(bound, 4) for bound in wilson(0.8, 10, 0.95))  # 8 of 10
    (0.4902, 0.9433)
    """
    z = NormalDist().inv_cdf((1 + interval) / 2)
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
