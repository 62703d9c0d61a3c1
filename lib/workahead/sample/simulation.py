"""Run the simulation: draw the accounts, live their lives, write down what a CRM would know."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workahead.sample import tabled
from workahead.sample.calls import forecast_calls
from workahead.sample.company import Company
from workahead.sample.goals import targets
from workahead.sample.lives import Life
from workahead.sample.merging import merge, parents
from workahead.sample.parameters import SEED, Parameters
from workahead.sample.people import contacts
from workahead.sample.population import populate
from workahead.sample.prospects import lose_new_business
from workahead.sample.records import Contract
from workahead.sample.stages import walk
from workahead.sample.touches import activities
from workahead.sample.world import World

OVERDUE = 30
"""Days for which a contract that ran out with no successor still counts as served."""


def simulate(parameters: Parameters | None = None, seed: int = SEED) -> Company:
    """The sample company: canonical tables and the truth behind them.

    The same parameters and seed give the same company. ``Parameters(accounts=80)`` makes a small one,
    ``Parameters(end=...)`` another as-of date.

    >>> company = simulate(Parameters(accounts=20), seed=1)
    >>> len(company.accounts) >= 20
    True
    """
    p = parameters or Parameters()
    rngs = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(9)]
    people = populate(p, rngs[0])
    world = World(p, people, rngs[1])
    for account in range(people.customers):
        Life(world, account).run()
    contracts = world.contracts
    _mark_overdue(contracts, world.end)
    world.rng = rngs[2]
    lose_new_business(world)
    for o in world.opportunities:
        o.stages = walk(p, o, world.end, rngs[3])
    mergers = merge(p, people, contracts, rngs[4])
    children = parents(p, people, mergers, rngs[4])
    created = _created(world)
    who = contacts(p, people, created, rngs[5])
    who["account"] = who["account"].astype("int64")
    touched = activities(p, people, _spans(world), who, rngs[6])
    called = forecast_calls(p, people, contracts, rngs[7])
    return tabled.company(
        world, seed, mergers, children, created, who, touched, called, targets(p, people, contracts), rngs[8]
    )


def _mark_overdue(contracts: list[Contract], end: int) -> None:
    for c in contracts:
        if (
            c.end is not None
            and c.successor is None
            and c.marked_lost is None
            and end - OVERDUE <= c.end <= end
        ):
            c.served_until = end


def _created(w: World) -> list[int]:
    """The day an account came into the CRM: a little before its first opportunity."""
    first = [w.end - 200] * len(w.population.names)
    for o in w.opportunities:
        first[o.account] = min(first[o.account], o.created - 1 - (o.account * 7) % 20)
    return first


def _spans(w: World) -> list[tuple[int, int]]:
    """First and last day on which a customer was looked after."""
    spans = [(c - 20, c) for c in w.population.first_close[: w.population.customers]]
    for c in w.contracts:
        first, last = spans[c.account]
        until = w.end if c.served_until is None else c.served_until
        spans[c.account] = (first, max(last, min(until + 20, w.end)))
    return spans


def arr_at(company: Company, day: pd.Timestamp) -> pd.Series:
    """True ARR by account at the close of a day, USD."""
    s = company.truth.service
    live = (s["start_date"] <= day) & (s["last_day"].isna() | (s["last_day"] >= day))
    return s[live].groupby("account_id")["arr"].sum()
