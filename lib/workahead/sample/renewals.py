"""How likely a contract renews; when, and for how much; or what it would be lost for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from workahead.sample.parameters import Parameters, rounded
from workahead.sample.population import Population


@dataclass(frozen=True, slots=True)
class Signals:
    """What moves one renewal, as it stands on the renewal date."""

    segment: int
    product: int
    engagement: float  # standard deviations
    champion: str  # stayed, left, replaced
    trouble: bool
    uplift: float  # per cent proposed
    renewals: int  # made before
    sister_lost: bool


def signals(
    population: Population,
    account: int,
    product: int,
    renewal: int,
    uplift: float,
    renewals: int,
    sister_lost: bool,
) -> Signals:
    """The signals of one renewal."""
    champion = "stayed"
    for left, came in population.left[account]:
        if renewal - 365 <= left < renewal:
            champion = "replaced" if came <= renewal - 90 else "left"
    trouble = any(renewal - 200 <= first <= renewal - 15 for first in population.trouble[account])
    engagement = population.engagement_at(account, renewal - 45)
    return Signals(
        population.segment[account], product, engagement, champion, trouble, uplift, renewals, sister_lost
    )


def log_odds(p: Parameters, s: Signals) -> float:
    """Log-odds of renewing.

    >>> from workahead.sample.parameters import Parameters
    >>> calm = Signals(2, 1, 0.0, "stayed", False, 3.0, 0, False)
    >>> log_odds(Parameters(), calm) == Parameters().segments[2].renews
    True
    """
    value = p.segments[s.segment].renews + p.engagement * s.engagement + p.product_effect[s.product]
    value += {"stayed": 0.0, "left": p.champion_left, "replaced": p.champion_replaced}[s.champion]
    value += p.price * max(s.uplift - 3, 0)
    value += p.trouble if s.trouble else 0.0
    value += p.sister_lost if s.sister_lost else 0.0
    return value + p.tenure * min(s.renewals, 4)


def chance(value: float) -> float:
    """The probability of log-odds."""
    return 1 / (1 + math.exp(-value))


def causes(p: Parameters, s: Signals) -> dict[str, float]:
    """How much each root cause of a loss weighs: signals, and a background."""
    left = {"stayed": 0.0, "left": 1.3 * -p.champion_left, "replaced": -p.champion_replaced}
    return {
        "Product gap": 0.16 + (0.5 if s.trouble else 0.0),
        "Adoption or value": 0.12 + max(-s.engagement, 0.0) * p.engagement,
        "Service or experience": 0.10 + (1.2 if s.trouble else 0.0),
        "Champion or sponsor left": left[s.champion],
        "Price or budget": 0.10 + -p.price * max(s.uplift - 3, 0),
        "Competitor": 0.18,
        "Consolidation or M&A": 0.12 + (0.6 if s.sister_lost else 0.0),
        "Out of business": 0.08 if s.segment == 2 else 0.01,
        "Contract or legal": 0.05,
        "Payment": 0.05,
        "Unknown": 0.12,
    }


def draw_cause(p: Parameters, s: Signals, u: float) -> str:
    """One root cause, by a number between 0 and 1."""
    weights = causes(p, s)
    upto = np.cumsum(list(weights.values()))
    return list(weights)[int(np.searchsorted(upto, u * upto[-1]))]


def timing(p: Parameters, end: int, rng: Generator) -> tuple[int, int]:
    """First day of the renewal of a contract that ends on a day, and the day it is signed."""
    u, v = rng.random(), rng.random()
    if u < p.early:
        start = end + 1 - 15 - int(v * 60)
        return start, start - 1 - int(rng.random() * 6)
    if u < p.early + p.late:
        start = end + 2 + int(v * 27)
        return start, start - int(rng.random() * 3)
    if u < p.early + p.late + p.very_late:
        start = end + 36 + int(v * 45)
        return start, start - int(rng.random() * 3)
    return end + 1, end - min(int(rng.gamma(2.0, 11)), 70)


def renewed_arr(p: Parameters, before: int, s: Signals, rng: Generator) -> int:
    """ARR of the renewal: less, the same, with the uplift, or grown."""
    down = p.downgrade - 0.6 * s.engagement + (0.5 if s.trouble else 0) + 0.08 * max(s.uplift - 5, 0)
    u, v, w = rng.random(), rng.random(), rng.random()
    if u < chance(down):
        return rounded(before * (0.55 + 0.37 * v))
    factor = 1 + (s.uplift / 100 if w < p.uplift_accepted else 0)
    if v < p.grows:
        factor += 0.04 + 0.20 * rng.random()
    return rounded(before * factor) if factor > 1 else before
