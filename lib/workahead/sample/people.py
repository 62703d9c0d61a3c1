"""The people at the accounts: users, champions, buyers; and champions who leave."""

from __future__ import annotations

import pandas as pd
from numpy.random import Generator

from workahead.sample import days
from workahead.sample.parameters import Parameters
from workahead.sample.population import Population
from workahead.sample.words import WORDS, pick


def contacts(p: Parameters, people: Population, created: list[int], rng: Generator) -> pd.DataFrame:
    """One row a contact: account (its number), name, title, is_decision_maker, role, left, created (days).

    The first contact of an account is a user who stays; the second is its champion.
    """
    end = days.number(p.end)
    rows: list[tuple[int, str, bool, int, int]] = []
    for a, since in enumerate(created):
        customer = a < people.customers
        count = max(p.segments[people.segment[a]].contacts + int(rng.integers(-1, 2)), 2) if customer else 1
        rows.append((a, "User", False, days.NEVER, since))
        if count == 1:
            continue
        decides = rng.random() < 0.65
        champion, champion_since = decides, since
        for left, came in people.left[a]:
            if left <= champion_since:
                continue
            if champion_since > end:
                break
            rows.append((a, "Champion", champion, left if left <= end else days.NEVER, champion_since))
            champion, champion_since = rng.random() < 0.65, came
            if left > end:
                break
        else:
            if champion_since <= end:
                rows.append((a, "Champion", champion, days.NEVER, champion_since))
        for k in range(2, count):
            role = ("Economic Buyer", "User", "Technical", "User")[(k - 2) % 4]
            later = since + int(rng.random() * 500)
            rows.append((a, role, role == "Economic Buyer", days.NEVER, min(later, end - 10)))
    found = pd.DataFrame(rows, columns=["account", "role", "is_decision_maker", "left", "created"])
    given, family, title = rng.random((3, len(rows)))
    wide = WORDS["wide"]
    names = [
        f"{pick(WORDS['given'], u)} {pick(WORDS['family'], v)}" for u, v in zip(given, family, strict=True)
    ]
    titles = [
        "Solution Architect"
        if role == "Technical"
        else pick(WORDS["titles"]["decides" if decides else "uses"], u)
        for role, decides, u in zip(found["role"], found["is_decision_maker"], title, strict=True)
    ]
    return found.assign(name=[*wide[: len(names)], *names[len(wide) :]], title=titles)
