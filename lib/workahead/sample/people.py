"""The people at the accounts: users, champions, buyers; and champions who leave."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.random import Generator

from workahead.sample import days, names
from workahead.sample.parameters import Parameters
from workahead.sample.population import Population


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
    n = len(rows)
    account, roles, decision, left_on, since_on = (list(x) for x in zip(*rows, strict=True))
    pick = rng.random((3, n))
    full = [
        f"{names.GIVEN[int(u * len(names.GIVEN))]} {names.FAMILY[int(v * len(names.FAMILY))]}"
        for u, v in zip(pick[0], pick[1], strict=True)
    ]
    full[: len(names.WIDE_NAMES)] = names.WIDE_NAMES[:n]
    titles = []
    for kind, decides, u in zip(roles, decision, pick[2], strict=True):
        choices = names.TITLES_DECIDE if decides else names.TITLES_USE
        titles.append("Solution Architect" if kind == "Technical" else choices[int(u * len(choices))])
    return pd.DataFrame(
        {
            "account": account,
            "name": full,
            "title": titles,
            "is_decision_maker": decision,
            "role": roles,
            "left": np.array(left_on, dtype="int64"),
            "created": np.array(since_on, dtype="int64"),
        }
    )
