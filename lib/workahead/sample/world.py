"""What all accounts share: parameters, random numbers and records; and how amounts are agreed on."""

from __future__ import annotations

from dataclasses import dataclass, field

from numpy.random import Generator

from workahead.sample import days
from workahead.sample.parameters import RATES, Parameters
from workahead.sample.population import Population
from workahead.sample.records import Contract, Opportunity


@dataclass(slots=True)
class Line:
    """One product of one account, contract after contract."""

    product: int
    contracts: list[int]
    add_on: int | None = None


@dataclass
class World:
    """The parameters, the random numbers, the accounts, and what is written down."""

    p: Parameters
    population: Population
    rng: Generator
    contracts: list[Contract] = field(default_factory=list)
    opportunities: list[Opportunity] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.end = days.number(self.p.end)


def rounded(amount: float) -> int:
    """An amount as people agree on it: whole fifties."""
    return max(round(amount / 50) * 50, 500)


def usd(amount: int, currency: str) -> float:
    """A whole amount in US dollars, exact to the cent.

    >>> usd(50, "GBP")
    63.5
    """
    return amount * RATES[currency] / 100
