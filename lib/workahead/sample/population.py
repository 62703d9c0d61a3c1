"""The accounts and what is true of them under the surface: engagement, trouble, champions who leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from workahead.sample import days
from workahead.sample.parameters import ACCOUNT_MANAGERS, REGIONS, Parameters
from workahead.sample.words import WORDS, company_names, pick

QUARTER = 91
"""Days that one value of engagement holds."""


@dataclass(frozen=True)
class Population:
    """One entry an account (customers first, then prospects)."""

    customers: int
    names: list[str]
    segment: list[int]
    region: list[int]
    country: list[str]
    industry: list[str]
    currency: list[str]
    first_arr: list[int]  # in the account's currency, a multiple of 50; 0 for prospects
    first_product: list[int]
    first_close: list[int]  # day the first deal is won
    potential: list[bool]
    manager: list[str]
    csm: list[list[tuple[int, str]]]  # who looked after it, from which day
    engagement: np.ndarray  # account x quarter, standard normal over all
    origin: int  # day at which the first quarter of engagement starts
    left: list[list[tuple[int, int]]]  # champion left, next one came
    trouble: list[list[int]]  # first days of spells of trouble

    def engagement_at(self, account: int, day: int) -> float:
        """Mean engagement of the quarter of a day and the one before."""
        last = self.engagement.shape[1] - 1
        at = min(max((day - self.origin) // QUARTER, 1), last)
        row = self.engagement[account]
        return float(row[at] + row[at - 1]) / 2

    def csm_at(self, account: int, day: int) -> str | None:
        """Who looked after the account on a day."""
        holders = self.csm[account]
        found = holders[0][1] if holders else None
        for since, name in holders:
            if since <= day:
                found = name
        return found


def populate(p: Parameters, rng: Generator) -> Population:
    """Draw the accounts."""
    start, end = days.number(p.start), days.number(p.end)
    customers = p.accounts
    n = customers + round(p.accounts * p.prospects)
    shares = np.array([s.share for s in p.segments])
    segment = rng.choice(3, n, p=shares / shares.sum())
    region = rng.choice(3, n, p=np.array(p.regions) / sum(p.regions))
    region[6] = 0 if n > 6 else region[-1]  # Windhoek Cold Chain
    euro = rng.random(n) < p.euro_share
    currency = ["USD" if r else ("EUR" if e else "GBP") for r, e in zip(region, euro, strict=True)]
    median = np.array([s.arr for s in p.segments])[segment]
    spread = np.array([s.spread for s in p.segments])[segment]
    arr = np.maximum(np.round(median * np.exp(spread * rng.standard_normal(n)) / 500) * 500, 3_000).astype(
        int
    )
    product = rng.choice(3, n, p=np.array(p.product_mix))

    early = round(customers * p.start_share)
    before = start - 5 - (rng.random(early) * 355).astype("int64")
    # the root makes the number of new customers grow by the same each year
    first, u = p.growth, rng.random(customers - early)
    after = start + ((np.sqrt(first**2 + (1 - first**2) * u) - first) / (1 - first) * (end - start)).astype(
        "int64"
    )
    close = rng.permutation(np.concatenate([before, after]))
    arr[customers:] = 0
    regions = [REGIONS[r] for r in region]
    drawn = rng.random((4, n))
    country = [pick(WORDS["countries"][r], x) for r, x in zip(regions, drawn[0], strict=True)]
    if n > 6:
        country[6] = "NA"
    for i in range(57, customers, 211):
        if regions[i] == "EMEA":
            country[i] = "NA"
    manager = [pick(ACCOUNT_MANAGERS[r], x) for r, x in zip(regions, drawn[1], strict=True)]
    industry = [pick(WORDS["industries"], x) for x in drawn[2]]
    closes = [days.NEVER] * n
    for a in range(customers):
        share = float(drawn[3, a])
        closes[a] = late_in_quarter(p, int(close[a]), share)
        if closes[a] > end - 3:
            closes[a] = end - 3 - int(share * 60)

    origin = start - 4 * QUARTER - 60
    quarters = (end + 400 - origin) // QUARTER + 1
    health = rng.standard_normal(n)
    wave = np.empty((n, quarters))
    wave[:, 0] = rng.standard_normal(n)
    memory = p.engagement_memory
    for q in range(1, quarters):
        wave[:, q] = memory * wave[:, q - 1] + np.sqrt(1 - memory**2) * rng.standard_normal(n)
    engagement = (health[:, None] + wave) / np.sqrt(2)

    return Population(
        customers,
        company_names(rng, regions),
        segment.tolist(),
        region.tolist(),
        country,
        industry,
        currency,
        arr.tolist(),
        product.tolist(),
        closes,
        (rng.random(n) < 0.22).tolist(),
        manager,
        _books(p, rng, region[:customers], arr[:customers], closes[:customers])
        + [[] for _ in range(n - customers)],
        engagement,
        origin,
        _leavings(p, rng, segment, origin),
        _spells(p, rng, n, origin),
    )


def late_in_quarter(p: Parameters, day: int, share: float) -> int:
    """Move a booking within its quarter so that the quarter fills late."""
    first, last = days.quarter(day)
    return first + min(int(share**p.late_shape * (last - first + 1)), last - first)


def _books(
    p: Parameters, rng: Generator, region: np.ndarray, arr: np.ndarray, closes: list[int]
) -> list[list[tuple[int, str]]]:
    """Who looks after whom: the CSM of the region with the smallest book takes the next account."""
    held = {c.name: 0.0 for c in p.csms}
    joins = {c.name: days.number(c.joined) if c.joined else days.NEVER for c in p.csms}
    books: list[list[tuple[int, str]]] = [[] for _ in closes]
    for a in sorted(range(len(closes)), key=lambda a: (closes[a], a)):
        team = [c for c in p.csms if c.region == REGIONS[region[a]]]
        there = [c for c in team if joins[c.name] <= closes[a]] or team
        taker = min(there, key=lambda c: held[c.name])
        held[taker.name] += float(arr[a])
        books[a].append((closes[a], taker.name))
        for joiner in (c for c in team if joins[c.name] > closes[a]):
            if rng.random() < p.csm_reach:
                held[taker.name] -= float(arr[a])
                held[joiner.name] += float(arr[a])
                books[a].append((joins[joiner.name], joiner.name))
        if rng.random() < p.reassigned:
            others = [c for c in there if c.name != books[a][-1][1]]
            since = books[a][-1][0] + 60
            span = days.number(p.end) - 30 - since
            if others and span > 0:
                books[a].append(
                    (since + int(rng.random() * span), others[int(rng.random() * len(others))].name)
                )
    return books


def _leavings(p: Parameters, rng: Generator, segment: np.ndarray, origin: int) -> list[list[tuple[int, int]]]:
    """When an account's champion left, and when the next came: soon, or after more than a year."""
    story = days.number(p.end) - p.story_days
    last = days.number(p.end) + 400
    found: list[list[tuple[int, int]]] = []
    for s in segment.tolist():
        events: list[tuple[int, int]] = []
        day = origin
        while True:
            rate = p.story_leaves if s == 0 and day >= story else p.champion_leaves
            step = int(rng.exponential(365 / rate))
            if s == 0 and day < story < day + step:  # the rate changes under way
                day = story
                continue
            day += step
            if day > last:
                break
            soon = rng.random() < p.champion_found
            came = day + (30 if soon else 370) + int(rng.random() * 120)
            events.append((day, came))
            day = came + 30
        found.append(events)
    return found


def _spells(p: Parameters, rng: Generator, n: int, origin: int) -> list[list[int]]:
    """When spells of trouble began."""
    length = days.number(p.end) + 400 - origin
    counts = rng.poisson(p.trouble_starts * length / 365, n)
    return [sorted((origin + rng.random(c) * length).astype(int).tolist()) for c in counts]
