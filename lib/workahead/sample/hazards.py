"""How likely a contract renews, and what it would be lost for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from numpy.random import Generator

from workahead.sample.parameters import Parameters
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


CAUSES = (
    "Product gap",
    "Adoption or value",
    "Service or experience",
    "Champion or sponsor left",
    "Price or budget",
    "Competitor",
    "Consolidation or M&A",
    "Out of business",
    "Contract or legal",
    "Payment",
    "Unknown",
)


def cause_weights(p: Parameters, s: Signals) -> list[float]:
    """How much each root cause weighs, in the order of CAUSES: signals, and a background."""
    return [
        0.16 + (0.5 if s.trouble else 0.0),
        0.12 + max(-s.engagement, 0.0) * p.engagement,
        0.10 + (1.2 if s.trouble else 0.0),
        {"stayed": 0.0, "left": 1.3 * -p.champion_left, "replaced": -p.champion_replaced}[s.champion],
        0.10 + -p.price * max(s.uplift - 3, 0),
        0.18,
        0.12 + (0.6 if s.sister_lost else 0.0),
        0.08 if s.segment == 2 else 0.01,
        0.05,
        0.05,
        0.12,
    ]


def draw_cause(p: Parameters, s: Signals, rng: Generator) -> str:
    """One root cause."""
    weights = cause_weights(p, s)
    left = rng.random() * sum(weights)
    for name, weight in zip(CAUSES, weights, strict=True):
        left -= weight
        if left <= 0:
            return name
    return CAUSES[-1]
