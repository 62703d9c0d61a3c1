"""The renewal model's coefficients: the one place where the prior and what happened pull alike."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from workahead.metrics.projection.model import most_likely, probability


def test_one_coefficient_lies_where_the_prior_and_the_record_balance() -> None:
    """Three of four renewed: 4 x (3/4 - p) = b where p = 1 / (1 + exp(-b)): the prior pulls as hard as the record."""
    best, information = most_likely(np.ones((4, 1)), np.array([1.0, 1, 1, 0]), np.ones(4))
    p = 1 / (1 + math.exp(-best[0]))
    assert 4 * (3 / 4 - p) == pytest.approx(best[0], abs=1e-6)
    assert information == pytest.approx(np.array([[1 + 4 * p * (1 - p)]]))


def test_a_heavy_record_that_newton_oversteps_on_still_ends_at_the_best() -> None:
    """One row of weight 1e6 with a column of 30: full steps would swing, what is found must be level."""
    seen, happened = np.array([[30.0, 1.0], [0.1, -1.0], [-30.0, 1.0]]), np.array([1.0, 0.0, 1.0])
    weigh = np.array([1e6, 3.0, 0.01])
    best, _ = most_likely(seen, happened, weigh)
    uphill = seen.T @ (weigh * (happened - probability(seen @ best))) - best
    assert np.abs(uphill).max() <= 1e-8 * weigh.sum()


def test_the_coefficients_are_those_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    seen = np.hstack([np.full((300, 1), 3.0), random.normal(size=(300, 6)), random.random((300, 4)) < 0.05])
    happened = (random.random(300) < probability(seen @ random.normal(size=11))).astype("float64")
    weigh = random.choice([1 / 3, 1.0, 12.0], 300)
    peer = LogisticRegression(C=1.0, fit_intercept=False, solver="newton-cholesky", tol=1e-8)
    wanted = peer.fit(seen, happened, sample_weight=weigh).coef_[0]
    assert most_likely(seen, happened, weigh)[0] == pytest.approx(wanted, abs=1e-9)
