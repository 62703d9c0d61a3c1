"""Run the simulation: draw the accounts, live their lives, write down what a CRM would know."""

from __future__ import annotations

import numpy as np

from workahead.sample.calls import forecast_calls
from workahead.sample.company import Company
from workahead.sample.goals import targets
from workahead.sample.lives import Life
from workahead.sample.merging import merge, parents
from workahead.sample.opportunities import lose_new_business, walk
from workahead.sample.parameters import SEED, Parameters
from workahead.sample.people import contacts
from workahead.sample.population import populate
from workahead.sample.tables import Tables
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
    for c in world.contracts:
        undecided = c.end is not None and c.successor is None and c.marked_lost is None
        if undecided and world.end - OVERDUE <= (c.end or 0) <= world.end:
            c.served_until = world.end
    world.rng = rngs[2]
    lose_new_business(world)
    for o in world.opportunities:
        o.stages = walk(p, o, world.end, rngs[3])
    mergers = merge(p, people, world.contracts, rngs[4])
    children = parents(p, people, mergers, rngs[4])
    created = _created(world)
    who = contacts(p, people, created, rngs[5])
    touched = activities(p, people, _spans(world), who, rngs[6])
    called = forecast_calls(p, people, world.contracts, rngs[7])
    tables = Tables(world, mergers)
    return Company(
        parameters=p,
        seed=seed,
        accounts=tables.accounts(children, created, rngs[8]),
        subscriptions=tables.subscriptions(),
        opportunities=tables.opportunities(rngs[8]),
        stage_history=tables.stage_history(),
        forecast_calls=tables.forecast_calls(called),
        activities=tables.activities(touched),
        contacts=tables.contacts(who),
        targets=targets(p, people, world.contracts),
        truth=tables.truth(),
        recorded=tables.recorded(touched, rngs[8]),
    )


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
