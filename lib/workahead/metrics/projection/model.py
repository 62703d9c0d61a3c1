"""How likely a renewal is: a logistic regression on what was known of past renewals, shrunk where the record is thin.

The coefficients have normal priors around zero (ridge): a segment, a caller or a signal seen a few times stays near the
average, one seen often speaks for itself. Before any history there is a small record of made-up renewals (PRIOR), which
says what the categories of calls usually mean; each real renewal makes it count for less. scikit-learn finds the most
likely coefficients; what is uncertain about them is the normal approximation around it (Laplace), so that a range can
carry the uncertainty of the rates.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from workahead.metrics.projection.signals import NUMBERS

Floats = NDArray[np.float64]

CATEGORY_PRIOR = {"commit": 0.9, "best_case": 0.8, "at_risk": 0.5, "churn": 0.1}
"""What a category usually means, as a share renewed."""
PRIOR = 12.0
"""Renewals that the made-up record of each category, and that of uncalled renewals (BASE), weighs."""
BASE = 0.85
FACTORS = {
    "call": 1.0,
    "caller": 0.6,
    "answer": 0.8,
    "segment_effect": 0.3,
    "product_effect": 0.12,
    "size": 0.12,
    "tenure": 0.12,
    "lost_before": 0.3,
    "engagement": 0.12,
    "decision_maker": 0.12,
    "champion": 0.5,
    "support": 0.12,
}
"""What moves a probability, and how far it may be expected to (standard deviation of a log-odds effect; for sizes and
counts of one standard deviation of them)."""
_OF_NUMBER = {
    "size": "size",
    "tenure": "tenure",
    "lost_before": "lost_before",
    "touches": "engagement",
    "decision_maker": "decision_maker",
    "support": "support",
    "champion_left": "champion",
    "champion_replaced": "champion",
}
FURTHEST, NO_SPREAD = 3.0, 1e-9
"""What is further off than the past tells of (standard deviations) says no more than what is so far; below such a
standard deviation the past was all alike."""
_WITHIN_SEGMENT = ["size", "touches", "support", "decision_maker"]


@dataclass(frozen=True)
class Design:
    """How signals become columns: fixed on the past, so that a coming renewal never changes another's."""

    levels: dict[str, list[str]]  # of segment, product, category, called_by
    means: pd.DataFrame  # of the numbers, by segment ("": over all)
    spreads: pd.Series
    centre: Floats
    factors: list[str]  # of each column

    def columns(self, signals: pd.DataFrame) -> Floats:
        """A row per renewal, zero where it is as the average renewal, or where nothing is known."""
        raw = _raw(signals, self.levels, self.means, self.spreads)[0]
        scale = np.array([FACTORS[factor] for factor in self.factors])
        columns: Floats = np.nan_to_num(raw - self.centre) * scale
        return columns


def design(signals: pd.DataFrame, weights: Floats, called: bool) -> Design:
    """Learn levels, means and spreads from past renewals; ``called``: whether there are calls at all."""
    levels = {
        name: sorted(signals[name].dropna().unique())
        for name in ("segment", "product", "category", "called_by")
    }
    levels["category"] = sorted({*levels["category"], *CATEGORY_PRIOR}) if called else []
    numbers = signals[NUMBERS]
    means = numbers.groupby(signals["segment"]).mean() if len(signals) else pd.DataFrame(columns=NUMBERS)
    means.loc[""] = numbers.mean()
    means = means.astype("float64").fillna(means.loc[""])
    away = numbers - _expected(signals, means)
    spreads = np.sqrt((away**2).mean()).astype("float64")
    spreads = spreads.where(spreads > NO_SPREAD, 1.0)  # where all were alike, or none is known
    for name in ("lost_before", "decision_maker", "champion_left", "champion_replaced"):
        spreads[name] = 1.0  # a yes or no
    raw, factors = _raw(signals, levels, means, spreads)
    seen = ~np.isnan(raw)
    total = (weights[:, None] * seen).sum(axis=0)
    centre = np.divide(
        np.nansum(raw * weights[:, None], axis=0), total, out=np.zeros(len(factors)), where=total > 0
    )
    return Design(levels, means, spreads, centre, factors)


def _expected(signals: pd.DataFrame, means: pd.DataFrame) -> pd.DataFrame:
    """The mean of each number in the renewal's segment where that matters, else over all."""
    expected = pd.DataFrame(np.tile(means.loc[""].to_numpy(), (len(signals), 1)), signals.index, NUMBERS)
    segment = signals["segment"].where(signals["segment"].isin(means.index), "")
    expected[_WITHIN_SEGMENT] = means.loc[segment, _WITHIN_SEGMENT].to_numpy()
    return expected


def _raw(
    signals: pd.DataFrame, levels: dict[str, list[str]], means: pd.DataFrame, spreads: pd.Series
) -> tuple[Floats, list[str]]:
    parts: list[Floats] = []
    factors: list[str] = []

    def add(factor: str, column: NDArray[Any]) -> None:
        parts.append(np.asarray(column, dtype="float64"))
        factors.append(factor)

    for name, factor in (("segment", "segment_effect"), ("product", "product_effect")):
        for level in levels[name]:
            add(factor, signals[name].eq(level).to_numpy())
    away = ((signals[NUMBERS] - _expected(signals, means)) / spreads).clip(-FURTHEST, FURTHEST)
    for name in NUMBERS:
        add(_OF_NUMBER[name], away[name].to_numpy())
    unknown = np.where(signals["calls_known"].to_numpy(dtype=bool), 0.0, np.nan)
    for level in levels["category"]:
        add("call", signals["category"].eq(level).to_numpy() + unknown)
    if levels["category"]:
        risky = signals["category"].eq("at_risk")
        add("call", ((signals["forecast_share"].fillna(0.6) - 0.6) * 2).where(risky, 0).to_numpy() + unknown)
        for level in levels["called_by"]:
            add("caller", signals["called_by"].eq(level).to_numpy() + unknown)
        add("answer", signals["answer"].notna().to_numpy() + unknown)
        add("answer", signals["answer"].fillna(0).to_numpy() / 2 + unknown)
    return (np.column_stack(parts) if parts else np.zeros((len(signals), 0))), factors


@dataclass(frozen=True)
class Model:
    """Coefficients (the intercept first) and what is uncertain about them."""

    design: Design
    coefficients: Floats
    covariance: Floats

    def matrix(self, signals: pd.DataFrame) -> Floats:
        """The columns of renewals, with the intercept's."""
        return np.column_stack([np.full(len(signals), INTERCEPT), self.design.columns(signals)])

    def log_odds(self, matrix: Floats) -> tuple[Floats, Floats]:
        """Log-odds of renewing, and their standard deviation."""
        spread = np.sqrt(np.einsum("ij,jk,ik->i", matrix, self.covariance, matrix))
        return matrix @ self.coefficients, spread

    @property
    def root(self) -> Floats:
        """What standard normals are multiplied by to move the coefficients as they may be off."""
        root: Floats = np.linalg.cholesky(self.covariance).astype("float64")
        return root

    def effects(self, matrix: Floats) -> dict[str, Floats]:
        """What each factor adds to the log-odds, against the average renewal."""
        parts = matrix[:, 1:] * self.coefficients[1:]
        return {
            factor: parts[:, [name == factor for name in self.design.factors]].sum(axis=1)
            for factor in FACTORS
        }


INTERCEPT = 3.0
"""The intercept's prior standard deviation: nearly free."""


def fit(signals: pd.DataFrame, renewed: NDArray[np.bool_], weights: Floats, called: bool) -> Model:
    """The model of past renewals: what was known of each, whether it renewed, and how much it weighs; ``called``: the
    book has calls, though maybe none on a past renewal yet (what a category usually means counts all the same).
    """
    from sklearn.linear_model import LogisticRegression  # a second to import, and only here

    made = design(signals, weights, called)
    empty = Model(made, np.zeros(1 + len(made.factors)), np.eye(1 + len(made.factors)))
    prior, shares = _prior(made)
    seen = np.vstack([empty.matrix(signals), prior, prior])
    happened = np.concatenate([renewed, np.ones(len(prior)), np.zeros(len(prior))])
    weigh = np.concatenate([weights, PRIOR * shares, PRIOR * (1 - shares)])
    solver = LogisticRegression(C=1.0, fit_intercept=False, solver="newton-cholesky", tol=1e-8)
    with one_thread():
        best: Floats = solver.fit(seen, happened, sample_weight=weigh).coef_[0]
        chance = probability(seen @ best)
        information = (seen * (weigh * chance * (1 - chance))[:, None]).T @ seen + np.eye(seen.shape[1])
    return Model(made, best, np.linalg.inv(information).astype("float64"))


def one_thread() -> AbstractContextManager[object]:
    """Matrices this narrow are multiplied as fast by one thread: others would only spin beside it."""
    limited: AbstractContextManager[object] = _threads().limit(limits=1)
    return limited


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def _prior(made: Design) -> tuple[Floats, Floats]:
    """The made-up renewals: an uncalled one, and one of each category; all else about them is average."""
    categories = [level for level in made.levels["category"] if level in CATEGORY_PRIOR]
    columns = np.zeros((1 + len(categories), 1 + len(made.factors)))
    columns[:, 0] = INTERCEPT
    first = made.factors.index("call") if "call" in made.factors else 0
    for row, category in enumerate(categories, start=1):
        for place, level in enumerate(made.levels["category"]):
            at = first + place
            columns[row, 1 + at] = (float(level == category) - made.centre[at]) * FACTORS["call"]
    if categories:
        places = np.arange(first, first + len(made.levels["category"]))
        columns[0, 1 + places] = -made.centre[places] * FACTORS["call"]
    return columns, np.array([BASE, *(CATEGORY_PRIOR[name] for name in categories)])


def probability(log_odds: Floats) -> Floats:
    """The probability of log-odds."""
    return 1 / (1 + np.exp(-log_odds))
