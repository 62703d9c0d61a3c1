"""What the simulation writes down: contracts and opportunities, in days and in the account's currency."""

from __future__ import annotations

from dataclasses import dataclass, field

from numpy.random import Generator

from workahead.sample import days
from workahead.sample.parameters import Parameters
from workahead.sample.population import Population
from workahead.sample.renewals import Signals


@dataclass(slots=True)
class Contract:
    """One contract, known by its place in the list of all."""

    number: int
    account: int
    product: int
    start: int
    end: int | None  # last day of service
    arr: int  # in the account's currency, a multiple of 50
    signed: int
    replaces: list[int] = field(default_factory=list)  # true successors
    linked: bool = True  # whether the CRM was told what it replaces
    add_on: bool = False
    renewals: int = 0  # made before in this line
    marked_lost: int | None = None
    served_until: int | None = None  # last day of unbroken service, as known at the end of the history
    # what came of it
    outcome: str = "running"  # renewed, lost, amended; running: not decided within a year, or open-ended
    chance: float | None = None  # of renewing
    signals: Signals | None = None
    cause: str | None = None
    closed: int | None = None  # day on which renewal or loss became final
    successor: int | None = None
    renewed_arr: int = 0  # of the successor, whether or not it is signed by the end

    def serves(self, day: int) -> bool:
        """Whether it is in service on a day."""
        return self.start <= day and (self.served_until is None or self.served_until >= day)


@dataclass(slots=True)
class Opportunity:
    """One opportunity."""

    account: int
    type: str  # new, renewal, expansion
    source: str | None
    role: str
    owner: str
    product: int
    created: int
    close: int  # actual, or expected while open
    outcome: str  # won, lost, open
    amount: int | None  # in the account's currency
    accepted: bool
    filled: int  # parts of SPICED, as bits
    renews: list[int] = field(default_factory=list)
    uplift: float | None = None
    loss_reason: str | None = None
    contract: int | None = None
    stages: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class World:
    """What all accounts share: the parameters, the accounts, random numbers, and what is written down."""

    p: Parameters
    population: Population
    rng: Generator
    contracts: list[Contract] = field(default_factory=list)
    opportunities: list[Opportunity] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.end = days.number(self.p.end)


def record_id(letter: str, number: int) -> str:
    """The id of a record: the first account is ``A00001``."""
    return f"{letter}{number + 1:0{6 if letter == 'T' else 5}d}"
