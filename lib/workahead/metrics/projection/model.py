"""How likely a renewal is: a logistic regression on what was known of past renewals, shrunk where the record is thin.

The coefficients have normal priors around zero (ridge): a segment, a caller or a signal seen a few times stays near the
average, one seen often speaks for itself. Before any history there is a small record of made-up renewals (PRIOR), which
says what the categories of calls usually mean; each real renewal makes it count for less. What is uncertain about the
most likely coefficients is the normal approximation around them (Laplace), so that a range can carry the uncertainty of
the rates.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache

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
_YES_OR_NO = ["lost_before", "decision_maker", "champion_left", "champion_replaced"]


@dataclass(frozen=True)
class Design:
    """How signals become columns: fixed on the past, so that a coming renewal never changes another's."""

    levels: dict[str, list[str]]  # of segment, product, category, called_by
    means: Floats  # of the numbers: a row for each segment, the last one over all
    spreads: Floats
    centre: Floats
    factors: list[str]  # of each column

    def columns(self, signals: pd.DataFrame) -> Floats:
        """A row per renewal, zero where it is as the average renewal, or where nothing is known."""
        return self._scaled(_raw(signals, self.levels, self.means, self.spreads)[0])

    def _scaled(self, raw: Floats) -> Floats:
        scale = np.array([FACTORS[factor] for factor in self.factors])
        columns: Floats = np.nan_to_num(raw - self.centre) * scale
        return columns


def design(signals: pd.DataFrame, weights: Floats, called: bool) -> tuple[Design, Floats]:
    """Learn levels, means and spreads from past renewals, and their columns; ``called``: there are calls at all."""
    levels = {
        name: sorted(signals[name].dropna().unique())
        for name in ("segment", "product", "category", "called_by")
    }
    levels["category"] = sorted({*levels["category"], *CATEGORY_PRIOR}) if called else []
    numbers = signals[NUMBERS].to_numpy(dtype="float64")
    means = _means(numbers, np.column_stack([_is(signals, "segment", levels), np.ones(len(signals))]))
    means = np.where(np.isnan(means), means[-1], means)
    away = numbers - _expected(signals, levels, means)
    spreads = np.sqrt(_means(away**2, np.ones((len(signals), 1)))[0])
    # one where all were alike, or none is known; and for a yes or no
    spreads = np.where((spreads > NO_SPREAD) & ~np.isin(NUMBERS, _YES_OR_NO), spreads, 1.0)
    raw, factors = _raw(signals, levels, means, spreads)
    made = Design(levels, means, spreads, np.nan_to_num(_means(raw, weights[:, None])[0]), factors)
    return made, made._scaled(raw)


def _means(values: Floats, weights: Floats) -> Floats:
    """The mean of what is known of each column, by each column of weights."""
    total: Floats = weights.T @ ~np.isnan(values)
    sums: Floats = weights.T @ np.nan_to_num(values)
    return np.divide(sums, total, out=np.full_like(sums, np.nan), where=total > 0)


def _expected(signals: pd.DataFrame, levels: dict[str, list[str]], means: Floats) -> Floats:
    """The mean of each number in the renewal's segment where that matters, else over all."""
    own = pd.Index(levels["segment"], dtype="str").get_indexer(pd.Index(signals["segment"]))
    expected: Floats = np.where(np.isin(NUMBERS, _WITHIN_SEGMENT), means[own], means[-1])
    return expected


def _raw(
    signals: pd.DataFrame, levels: dict[str, list[str]], means: Floats, spreads: Floats
) -> tuple[Floats, list[str]]:
    numbers = signals[NUMBERS].to_numpy(dtype="float64")
    away = (numbers - _expected(signals, levels, means)) / spreads
    parts = [*(_is(signals, name, levels) for name in ("segment", "product")), away.clip(-FURTHEST, FURTHEST)]
    factors = ["segment_effect"] * len(levels["segment"]) + ["product_effect"] * len(levels["product"])
    factors += [_OF_NUMBER[name] for name in NUMBERS]
    if levels["category"]:
        unknown = np.where(signals["calls_known"].to_numpy(dtype=bool), 0.0, np.nan)[:, None]
        risky = signals["category"].eq("at_risk")
        share = ((signals["forecast_share"].fillna(0.6) - 0.6) * 2).where(risky, 0).to_numpy()
        answer = signals["answer"].to_numpy(dtype="float64")
        said = [share, *_is(signals, "called_by", levels).T, ~np.isnan(answer), np.nan_to_num(answer) / 2]
        parts += [_is(signals, "category", levels) + unknown, np.column_stack(said) + unknown]
        calls, callers = len(levels["category"]) + 1, len(levels["called_by"])
        factors += ["call"] * calls + ["caller"] * callers + ["answer"] * 2
    return np.hstack(parts), factors


def _is(signals: pd.DataFrame, name: str, levels: dict[str, list[str]]) -> Floats:
    """Of a column's levels, a column each: one where it is that."""
    place = pd.Index(levels[name], dtype="str").get_indexer(pd.Index(signals[name]))
    flags: Floats = (place[:, None] == np.arange(len(levels[name]))).astype("float64")
    return flags


@dataclass(frozen=True)
class Model:
    """Coefficients (the intercept first) and what is uncertain about them."""

    design: Design
    coefficients: Floats
    covariance: Floats

    def matrix(self, signals: pd.DataFrame) -> Floats:
        """The columns of renewals, with the intercept's."""
        return _with_intercept(self.design.columns(signals))

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
NEAR, MOST_STEPS = 1e-8, 100
"""The best is found where the mean loss is as level as that; half a dozen of Newton's steps lead there."""


def fit(signals: pd.DataFrame, renewed: NDArray[np.bool_], weights: Floats, called: bool) -> Model:
    """The model of past renewals: what was known of each, whether it renewed, and how much it weighs; ``called``: the
    book has calls, though maybe none on a past renewal yet (what a category usually means counts all the same).
    """
    made, columns = design(signals, weights, called)
    prior, shares = _prior(made)
    seen = np.vstack([_with_intercept(columns), prior, prior])
    happened = np.concatenate([renewed, np.ones(len(prior)), np.zeros(len(prior))])
    weigh = np.concatenate([weights, PRIOR * shares, PRIOR * (1 - shares)])
    with one_thread():
        best, information = most_likely(seen, happened, weigh)
    return Model(made, best, np.linalg.inv(information).astype("float64"))


def most_likely(seen: Floats, happened: Floats, weigh: Floats) -> tuple[Floats, Floats]:
    """The coefficients that explain best what happened, each with a standard normal prior, and the information there.

    Newton's method, as scikit-learn's LogisticRegression has it (newton-cholesky, C=1, tol=1e-8): with the curvature
    needed anyhow that is this short, and scikit-learn takes more than a second to import. The priors make the loss
    strictly convex: there is one best, and a step that goes too far is halved.
    """

    def loss(at: Floats) -> float:
        odds = seen @ at
        return float(weigh @ (np.logaddexp(0, odds) - happened * odds) + at @ at / 2)

    best = np.zeros(seen.shape[1])
    for _ in range(MOST_STEPS):
        chance = probability(seen @ best)
        information = (seen * (weigh * chance * (1 - chance))[:, None]).T @ seen + np.eye(len(best))
        uphill = seen.T @ (weigh * (happened - chance)) - best
        if np.abs(uphill).max() <= NEAR * weigh.sum():
            break
        step = np.linalg.solve(information, uphill)
        while loss(best + step) > loss(best) + NEAR:
            step = step / 2
        best = best + step
    return best, information


def one_thread() -> AbstractContextManager[object]:
    """Matrices this narrow are multiplied as fast by one thread: others would only spin beside it."""
    limited: AbstractContextManager[object] = _threads().limit(limits=1)
    return limited


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def _with_intercept(columns: Floats) -> Floats:
    return np.column_stack([np.full(len(columns), INTERCEPT), columns])


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
