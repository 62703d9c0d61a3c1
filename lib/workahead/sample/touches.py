"""Calls, meetings, e-mails and support requests."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.random import Generator

from workahead.sample import days
from workahead.sample.parameters import Parameters
from workahead.sample.population import QUARTER, Population
from workahead.sample.words import WORDS, pick

KINDS = ("call", "meeting", "email", "support", "other")


def activities(
    p: Parameters, people: Population, spans: list[tuple[int, int]], contacts: pd.DataFrame, rng: Generator
) -> pd.DataFrame:
    """One row a touch: account (its number), contact (row of contacts, -1 none), date (day), kind, direction,
    owner, subject.

    ``spans`` holds the first and last day on which each customer was looked after.
    """
    account, day, requested = _when(p, people, spans, rng)
    order = np.lexsort((account, day))
    account, day, requested = account[order], day[order], requested[order]
    n = len(account)
    owner = np.array(
        [people.csm_at(int(a), int(d)) or "" for a, d in zip(account, day, strict=True)], dtype=object
    )
    share = {c.name: c.email for c in p.csms}
    email = np.array([share.get(o, 0.5) for o in owner])
    u = rng.random(n)
    rest = np.where(email < 1, (u - email) / np.maximum(1 - email, 1e-9), 0)
    kind = np.select([requested, u < email, rest < 0.55, rest < 0.92], [3, 2, 0, 1], 4)
    inbound = rng.random(n) < np.select([kind == 3, kind == 2], [1.0, 0.42], 0.2)
    contact = _who(contacts, account, day, kind, rng)
    subjects = [WORDS["subjects"][name] for name in KINDS]
    subject = [pick(subjects[k], u) for k, u in zip(kind, rng.random(n), strict=True)]
    return pd.DataFrame(
        {
            "account": account,
            "contact": contact,
            "date": day,
            "kind": np.array(KINDS, dtype=object)[kind],
            "direction": np.where(inbound, "in", "out"),
            "owner": np.where(kind == 3, "Support Desk", owner),
            "subject": subject,
        }
    )


def _when(
    p: Parameters, people: Population, spans: list[tuple[int, int]], rng: Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n, end = people.customers, days.number(p.end)
    quarters = people.engagement.shape[1]
    first = people.origin + QUARTER * np.arange(quarters)
    since = np.array([s for s, _ in spans])[:, None]
    until = np.minimum(np.array([u for _, u in spans]), end)[:, None]
    live = np.clip(np.minimum(until, first + QUARTER - 1) - np.maximum(since, first) + 1, 0, QUARTER)
    segment = np.array(people.segment[:n])
    rate = np.array([s.touches for s in p.segments])[segment][:, None] / 365
    touches = rng.poisson(rate * live * np.exp(0.6 * people.engagement[:n] - 0.18))
    requests = np.array([s.support for s in p.segments])[segment] / 365
    support = rng.poisson(requests[:, None] * live)
    parts = []
    for counts, kind in ((touches, False), (support, True)):
        a, q = np.nonzero(counts)
        a, q = np.repeat(a, counts[a, q]), np.repeat(q, counts[a, q])
        begin = np.maximum(since[a, 0], first[q])
        day = begin + (rng.random(len(a)) * live[a, q]).astype("int64")
        parts.append((a, day, np.full(len(a), kind)))
    spells = [(a, t) for a in range(n) for t in people.trouble[a]]
    a = np.array([s[0] for s in spells], dtype="int64")
    t = np.array([s[1] for s in spells], dtype="int64")
    counts = rng.poisson(requests[a] * (p.trouble_support - 1) * p.trouble_days) if len(a) else a
    a, t = np.repeat(a, counts), np.repeat(t, counts)
    day = t + (rng.random(len(a)) * p.trouble_days).astype("int64")
    inside = (day >= since[a, 0]) & (day <= until[a, 0])
    parts.append((a[inside], day[inside], np.full(int(inside.sum()), True)))
    account, day, requested = (np.concatenate(x) for x in zip(*parts, strict=True))
    weekday = (day + 3) % 7  # Monday is 0
    day = day - np.where((weekday > 4) & ~requested, weekday - 4, 0)
    return account, day, requested


def _who(
    contacts: pd.DataFrame, account: np.ndarray, day: np.ndarray, kind: np.ndarray, rng: Generator
) -> np.ndarray:
    """A contact who was there on the day; else the account's first, who always is."""
    owners = contacts["account"].to_numpy()
    offset = np.searchsorted(owners, account)
    count = np.searchsorted(owners, account, side="right") - offset
    u = rng.random(len(account))
    u = np.where(
        np.isin(kind, (2, 3)), u**1.6, u
    )  # e-mails and requests: more often the users, who stand first
    pick = offset + (u * count).astype("int64")
    left, created = contacts["left"].to_numpy()[pick], contacts["created"].to_numpy()[pick]
    there = (created <= day) & ((left == days.NEVER) | (left >= day))
    pick = np.where(there, pick, offset)
    return np.where(rng.random(len(account)) < 0.04, -1, pick)
