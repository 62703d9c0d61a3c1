"""What was drawn, as tables."""

from __future__ import annotations

import pandas as pd

from workahead.sample.company import Truth
from workahead.sample.days import NEVER, series
from workahead.sample.merging import Merger
from workahead.sample.parameters import PRODUCTS, SEGMENTS
from workahead.sample.records import account_id
from workahead.sample.world import World, usd


def truth(w: World, to_id: list[str], mergers: list[Merger]) -> Truth:
    """The truth behind the tables; accounts by the surviving one's id."""
    people = w.population
    due = [
        (i, c)
        for i, c in enumerate(w.contracts)
        if c.signals is not None and c.outcome in ("renewed", "lost")
    ]
    drawn = [c.signals for _, c in due if c.signals is not None]
    contracts = pd.DataFrame(
        {
            "subscription_id": [f"C{i + 1:05d}" for i, _ in due],
            "account_id": [to_id[c.account] for _, c in due],
            "renewal_date": series([(c.end or 0) + 1 for _, c in due]),
            "segment": [SEGMENTS[s.segment] for s in drawn],
            "product": [PRODUCTS[c.product] for _, c in due],
            "csm": [people.csm[c.account][-1][1] for _, c in due],
            "arr": [usd(c.arr, people.currency[c.account]) for _, c in due],
            "add_on": [c.add_on for _, c in due],
            "probability": [c.chance for _, c in due],
            "outcome": [c.outcome for _, c in due],
            "renewed_arr": [usd(c.renewed_arr, people.currency[c.account]) for _, c in due],
            "cause": [c.cause for _, c in due],
            "closed_on": series([c.closed for _, c in due]),
            "engagement": [s.engagement for s in drawn],
            "champion": [s.champion for s in drawn],
            "trouble": [s.trouble for s in drawn],
            "uplift": [s.uplift for s in drawn],
            "renewals": [s.renewals for s in drawn],
            "sister_lost": [s.sister_lost for s in drawn],
        }
    )
    service = pd.DataFrame(
        {
            "subscription_id": [f"C{i + 1:05d}" for i in range(len(w.contracts))],
            "account_id": [to_id[c.account] for c in w.contracts],
            "start_date": series([c.start for c in w.contracts]),
            "last_day": series([c.served_until for c in w.contracts]),
            "arr": [usd(c.arr, people.currency[c.account]) for c in w.contracts],
        }
    )
    fields = ("name", "region", "bias", "noise", "diligence", "asks", "email")
    csms = pd.DataFrame([{f: getattr(c, f) for f in fields} for c in w.p.csms], columns=list(fields))
    held = [(account_id(a), since, name) for a, rows in enumerate(people.csm) for since, name in rows]
    holders = pd.DataFrame(
        {
            "account_id": [h[0] for h in held],
            "since": series([h[1] for h in held]),
            "csm": [h[2] for h in held],
        }
    )
    merged = pd.DataFrame(
        {
            "account_id": [account_id(m.account) for m in mergers],
            "into": [account_id(m.into) for m in mergers],
            "merged_on": series([m.day for m in mergers]),
            "name": [people.names[m.account] for m in mergers],
        }
    )
    left = [(to_id[a], x, y) for a in range(people.customers) for x, y in people.left[a] if x <= w.end]
    champions = pd.DataFrame(
        {
            "account_id": [x[0] for x in left],
            "left_date": series([x[1] for x in left]),
            "next_date": series([x[2] if x[2] <= w.end else NEVER for x in left]),
        }
    )
    spells = [
        (to_id[a], first) for a in range(people.customers) for first in people.trouble[a] if first <= w.end
    ]
    trouble = pd.DataFrame(
        {"account_id": [x[0] for x in spells], "first_day": series([x[1] for x in spells])}
    )
    return Truth(contracts, service, csms, holders, merged, champions, trouble)
