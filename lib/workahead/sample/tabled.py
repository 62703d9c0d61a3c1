"""The simulation's records as canonical tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator

from workahead.sample import names
from workahead.sample.company import Company
from workahead.sample.days import series
from workahead.sample.merging import Merger
from workahead.sample.parameters import PRODUCTS, REGIONS, SEGMENTS
from workahead.sample.records import account_id
from workahead.sample.truths import truth
from workahead.sample.world import World, usd

QUALIFIES = tuple(names.QUALIFICATION)


def company(
    w: World,
    seed: int,
    mergers: list[Merger],
    children: dict[int, int],
    created: list[int],
    who: pd.DataFrame,
    touched: pd.DataFrame,
    called: pd.DataFrame,
    targets: pd.DataFrame,
    rng: Generator,
) -> Company:
    """All tables of the company; accounts merged away are replaced by the surviving ones."""
    into = {m.account: m for m in mergers}
    to_id = [account_id(into[a].into if a in into else a) for a in range(len(w.population.names))]
    accounts = _accounts(w, into, children, created, rng)
    subscriptions = _subscriptions(w, to_id)
    contact_ids = np.array([f"P{i + 1:05d}" for i in range(len(who))], dtype=object)
    contacts = pd.DataFrame(
        {
            "contact_id": contact_ids,
            "account_id": [to_id[a] for a in who["account"]],
            "name": who["name"],
            "title": who["title"],
            "is_decision_maker": who["is_decision_maker"].astype(bool),
            "created_date": series(who["created"].to_numpy()),
            "role": who["role"],
            "left_date": series(who["left"].to_numpy()),
        }
    )
    pick = touched["contact"].to_numpy()
    activities = pd.DataFrame(
        {
            "activity_id": [f"T{i + 1:06d}" for i in range(len(touched))],
            "account_id": [to_id[a] for a in touched["account"]],
            "contact_id": np.where(pick >= 0, contact_ids[np.maximum(pick, 0)], None),
            "date": series(touched["date"].to_numpy()),
            "kind": touched["kind"],
            "direction": touched["direction"],
            "owner": touched["owner"],
            "subject": touched["subject"],
        }
    )
    calls = pd.DataFrame(
        {
            "account_id": [to_id[a] for a in called["account"]],
            "subscription_id": [f"C{i + 1:05d}" for i in called["contract"]],
            "renewal_date": series(called["renewal"].to_numpy()),
            "called_on": series(called["called"].to_numpy()),
            **{k: called[k] for k in ("called_by", "category", "forecast_arr", "at_risk_arr", "root_cause")},
            "would_renew": called["would_renew"],
            "change_vs_due": called["change_vs_due"],
        }
    )
    calls = calls.drop_duplicates(["subscription_id", "called_on", "called_by"]).reset_index(drop=True)
    return Company(
        w.p,
        seed,
        accounts,
        subscriptions,
        _opportunities(w, to_id, rng),
        _stage_history(w),
        calls,
        activities,
        contacts,
        targets,
        truth(w, to_id, mergers),
        _recorded(w, to_id, into, touched, rng),
    )


def _accounts(
    w: World, into: dict[int, Merger], children: dict[int, int], created: list[int], rng: Generator
) -> pd.DataFrame:
    people, n = w.population, len(w.population.names)
    held = [0.0] * n
    for c in w.contracts:
        if c.start <= w.end and (c.served_until is None or c.served_until >= w.end):
            a = into[c.account].into if c.account in into else c.account
            held[a] += usd(c.arr, people.currency[c.account])
    line = np.quantile([h for h in held if h > 0] or [0.0], 0.86)
    tier = [
        "key" if h > line else ("high_potential" if potential else "standard")
        for h, potential in zip(held, people.potential, strict=True)
    ]
    u, v = rng.random(n), rng.random(n)
    recent = {"key": 0.78, "high_potential": 0.60, "standard": 0.15}
    plan = [
        max(w.end - int(y * (380 if x < recent[t] * 0.8 else 900)), created[a] + 5)
        if x < recent[t] and held[a]
        else None
        for a, (t, x, y) in enumerate(zip(tier, u, v, strict=True))
    ]
    plan = [d if d is None or d <= w.end else w.end for d in plan]
    kind = [
        "Prospect" if a >= people.customers else ("Customer" if h else "Former Customer")
        for a, h in enumerate(held)
    ]
    frame = pd.DataFrame(
        {
            "account_id": [account_id(a) for a in range(n)],
            "name": people.names,
            "parent_id": [account_id(children[a]) if a in children else None for a in range(n)],
            "segment": [SEGMENTS[s] for s in people.segment],
            "region": [REGIONS[r] for r in people.region],
            "industry": people.industry,
            "tier": tier,
            "csm": [held_by[-1][1] if held_by else None for held_by in people.csm],
            "account_manager": people.manager,
            "created_date": series(np.array(created)),
            "plan_updated_date": series(plan),
            "country": people.country,
            "type": kind,
        }
    )
    return frame.drop(index=list(into)).reset_index(drop=True)


def _subscriptions(w: World, to_id: list[str]) -> pd.DataFrame:
    people, contracts = w.population, w.contracts
    return pd.DataFrame(
        {
            "subscription_id": [f"C{i + 1:05d}" for i in range(len(contracts))],
            "account_id": [to_id[c.account] for c in contracts],
            "product": [PRODUCTS[c.product] for c in contracts],
            "start_date": series([c.start for c in contracts]),
            "end_date": series([c.end for c in contracts]),
            "arr": [usd(c.arr, people.currency[c.account]) for c in contracts],
            "currency": [people.currency[c.account] for c in contracts],
            "arr_original": [float(c.arr) for c in contracts],
            "replaces": [
                ";".join(f"C{x + 1:05d}" for x in c.replaces) if c.replaces and c.linked else None
                for c in contracts
            ],
            "signed_date": series([c.signed for c in contracts]),
            "status": ["lost" if c.marked_lost is not None else "active" for c in contracts],
        }
    )


def _opportunities(w: World, to_id: list[str], rng: Generator) -> pd.DataFrame:
    people, found = w.population, w.opportunities
    n = len(found)
    blank = set(rng.choice(n, min(12, n // 20), replace=False).tolist())
    pick = rng.random((len(QUALIFIES), n))
    u = rng.random(n)
    columns: dict[str, Any] = {
        "opportunity_id": [f"O{i + 1:05d}" for i in range(n)],
        "account_id": [to_id[o.account] for o in found],
        "type": [None if i in blank else o.type for i, o in enumerate(found)],
        "source": [None if o.source is None else ("csql" if o.source == "CSQL" else o.source) for o in found],
        "created_by_role": [o.role for o in found],
        "stage": [o.stage for o in found],
        "forecast_category": [_category(o.outcome, o.stage, x) for o, x in zip(found, u, strict=True)],
        "amount": [None if o.amount is None else usd(o.amount, people.currency[o.account]) for o in found],
        "currency": [people.currency[o.account] for o in found],
        "amount_original": [None if o.amount is None else float(o.amount) for o in found],
        "created_date": series([o.created for o in found]),
        "close_date": series([o.close for o in found]),
        "is_closed": [o.outcome != "open" for o in found],
        "is_won": [o.outcome == "won" for o in found],
        "owner": [o.owner for o in found],
        "renews": [";".join(f"C{x + 1:05d}" for x in o.renews) or None for o in found],
        "loss_reason": [o.loss_reason for o in found],
        "proposed_uplift": [o.uplift for o in found],
        "product": [PRODUCTS[o.product] for o in found],
        "subscription_id": [None if o.contract is None else f"C{o.contract + 1:05d}" for o in found],
    }
    for k, part in enumerate(QUALIFIES):
        phrases = names.QUALIFICATION[part]
        columns[f"qualification_{part}"] = [
            phrases[int(x * len(phrases))] if o.filled >> k & 1 else None
            for o, x in zip(found, pick[k], strict=True)
        ]
    frame = pd.DataFrame(columns)
    for money in ("amount", "amount_original", "proposed_uplift"):
        frame[money] = frame[money].astype("float64")
    return frame


def _category(outcome: str, stage: str, u: float) -> str:
    if outcome != "open":
        return "Closed" if outcome == "won" else "Omitted"
    if stage in ("S4", "S5", "Renewal Proposal"):
        return "Commit" if u < 0.5 else "Best Case"
    return "Best Case" if u < 0.3 else "Pipeline"


def _stage_history(w: World) -> pd.DataFrame:
    rows = [(i, stage, day) for i, o in enumerate(w.opportunities) for stage, day in o.stages]
    number, stage, day = (list(x) for x in zip(*rows, strict=True))
    return pd.DataFrame(
        {
            "opportunity_id": [f"O{i + 1:05d}" for i in number],
            "stage": stage,
            "entered_date": series(np.array(day)),
        }
    )


def _recorded(
    w: World, to_id: list[str], into: dict[int, Merger], touched: pd.DataFrame, rng: Generator
) -> dict[str, pd.Series]:
    """Account ids as recorded: what was written down before a merger often keeps the old id."""

    def as_written(accounts: list[int], written: list[int]) -> pd.Series:
        keeps = rng.random(len(accounts)) < 0.6
        return pd.Series(
            [
                account_id(a) if a in into and day < into[a].day and k else to_id[a]
                for a, day, k in zip(accounts, written, keeps, strict=True)
            ]
        )

    return {
        "subscriptions": as_written([c.account for c in w.contracts], [c.signed for c in w.contracts]),
        "activities": as_written(touched["account"].tolist(), touched["date"].tolist()),
    }
