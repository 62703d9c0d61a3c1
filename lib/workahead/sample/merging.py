"""Accounts that were merged into others, and accounts that belong to a parent."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.random import Generator

from workahead.sample import days
from workahead.sample.parameters import Parameters
from workahead.sample.population import Population
from workahead.sample.world import Contract


@dataclass(frozen=True)
class Merger:
    """One account merged away: its number, the surviving one's, the day."""

    account: int
    into: int
    day: int


def merge(p: Parameters, people: Population, contracts: list[Contract], rng: Generator) -> list[Merger]:
    """Choose pairs of one segment, region and CSM that never held the same product."""
    wanted = max(people.customers // p.merged, 1)
    products: dict[int, set[int]] = {}
    span: dict[int, tuple[int, int]] = {}
    end = days.number(p.end)
    for c in contracts:
        products.setdefault(c.account, set()).add(c.product)
        first, last = span.get(c.account, (c.start, c.start))
        until = end if c.served_until is None else c.served_until
        span[c.account] = (min(first, c.start), max(last, until))
    found: list[Merger] = []
    used: set[int] = set()
    alike = [(people.segment[a], people.region[a], people.csm[a][-1][1]) for a in range(people.customers)]
    for a in rng.permutation(people.customers).tolist():
        if len(found) == wanted:
            break
        if a in used or a < 8 or len(products[a]) > 2:
            continue
        for b in range(8, people.customers):
            if a == b or b in used or alike[a] != alike[b] or products[a] & products[b]:
                continue
            since = max(span[a][0], span[b][0], days.number(p.start)) + 200
            until = min(span[a][1], span[b][1], end) - 120
            if since < until:
                found.append(Merger(a, b, since + int(rng.random() * (until - since))))
                used |= {a, b}
                break
    return sorted(found, key=lambda m: m.account)


def parents(p: Parameters, people: Population, mergers: list[Merger], rng: Generator) -> dict[int, int]:
    """Children and their parents, one level deep."""
    away = {m.account for m in mergers}
    big = [a for a in range(people.customers) if people.segment[a] == 0 and a not in away]
    if not big:
        return {}
    heads = big[: max(len(big) // 4, 1)]
    chosen: dict[int, int] = {}
    for a in range(people.customers):
        if a not in away and a not in heads and rng.random() < p.children:
            chosen[a] = heads[int(rng.random() * len(heads))]
    return chosen
