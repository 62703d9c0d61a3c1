"""Forecast calls on renewals: what each CSM said, when, and how far off they tend to be."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.random import Generator

from workahead.sample import days
from workahead.sample.hazards import CAUSES, cause_weights
from workahead.sample.parameters import Parameters
from workahead.sample.population import Population
from workahead.sample.records import Contract
from workahead.sample.world import usd

CATEGORIES = ("commit", "best_case", "at_risk", "churn")
ANSWERS = ("yes", "leaning_yes", "unsure", "leaning_no", "no")


def forecast_calls(
    p: Parameters, people: Population, contracts: list[Contract], rng: Generator
) -> pd.DataFrame:
    """One row a call: contract and account (numbers), renewal and called_on (days), the rest as in the table.

    A call sees the true log-odds, dimmed while the renewal is far, moved by the CSM's bias and error. In the
    last forty days the outcome itself is known for some.
    """
    first, end = days.number(p.end) - p.calls_from, days.number(p.end)
    due = [i for i, c in enumerate(contracts) if c.chance is not None and not c.add_on and c.end is not None]
    number: list[int] = []
    ahead: list[int] = []
    for i in due:
        schedule = p.segments[people.segment[contracts[i].account]].call_days
        number.extend([i] * len(schedule))
        ahead.extend(schedule)
    contract = np.array(number, dtype="int64")
    renewal = np.array([(contracts[i].end or 0) + 1 for i in number], dtype="int64")
    jitter = rng.integers(-2, 3, len(contract))
    called = renewal - np.array(ahead, dtype="int64") + jitter
    weekday = (called + 3) % 7
    called -= np.where(weekday > 4, weekday - 4, 0)
    start = np.array([contracts[i].start for i in number], dtype="int64")
    closed = np.array([contracts[i].closed or end for i in number], dtype="int64")
    made = (
        (called >= first) & (called <= end) & (called < closed) & (called > start + 20) & (called < renewal)
    )
    account = np.array([contracts[i].account for i in number], dtype="int64")
    caller = [people.csm_at(int(a), int(d)) or "" for a, d in zip(account[made], called[made], strict=True)]
    contract, renewal, called, account = contract[made], renewal[made], called[made], account[made]
    who = {c.name: c for c in p.csms}
    u = rng.random(len(contract))
    diligent = np.array([who[name].diligence for name in caller]) > u
    skipped = rng.random(len(contracts)) < 0.06  # renewals that nobody called at all
    diligent &= ~skipped[contract]
    contract, renewal, called, account = (
        contract[diligent],
        renewal[diligent],
        called[diligent],
        account[diligent],
    )
    caller = [name for name, kept in zip(caller, diligent, strict=True) if kept]
    return _said(p, people, contracts, contract, renewal, called, account, caller, rng)


def _said(
    p: Parameters,
    people: Population,
    contracts: list[Contract],
    contract: np.ndarray,
    renewal: np.ndarray,
    called: np.ndarray,
    account: np.ndarray,
    caller: list[str],
    rng: Generator,
) -> pd.DataFrame:
    n = len(contract)
    who = {c.name: c for c in p.csms}
    truth = np.array([c.chance if c.chance is not None else 0.5 for c in contracts])
    truth = np.log(truth / (1 - truth))
    lasting = rng.standard_normal(len(contracts))  # an error that stays with a renewal
    mood = 0.6 * rng.standard_normal(len(contracts))  # what the customer feels but no one else sees
    typical = np.array([s.renews for s in p.segments])[[people.segment[c.account] for c in contracts]]
    ahead = renewal - called
    clear = np.clip(1 - ahead / 600, 0.5, 1.0)
    seen = clear * truth[contract] + (1 - clear) * typical[contract]
    known = (rng.random(len(contracts)) < p.outcome_known)[contract] & (ahead <= 40)
    kept = np.array([c.outcome == "renewed" for c in contracts])[contract]
    seen = np.where(known, np.where(kept, 4.0, -3.5), seen)
    bias = np.array([who[name].bias for name in caller])
    noise = np.array([who[name].noise for name in caller])
    felt = seen + bias + noise * np.sqrt(clear) * lasting[contract] + 0.2 * rng.standard_normal(n)
    chance = 1 / (1 + np.exp(-felt))
    category = np.select([chance >= 0.87, chance >= 0.68, chance >= 0.33], [0, 1, 2], 3)
    arr = np.array([usd(c.arr, people.currency[c.account]) for c in contracts])[contract]
    part = np.select([category == 0, category == 1, category == 2], [1.0, 0.95, 0.3 + 0.6 * chance], 0.0)
    forecast = np.where(part == 1, arr, np.round(arr * part / 100) * 100)
    forecast = np.minimum(forecast, arr)
    at_risk = np.select([category == 0, category == 1], [0.0, arr - forecast], arr)
    at_risk = np.where(category == 2, np.round(arr * np.clip(1.25 - chance, 0.3, 1) * 100) / 100, at_risk)
    cause = _causes(p, contracts, contract, at_risk > 0, rng)
    asked = (ahead <= 200) & (rng.random(n) < np.array([who[name].asks for name in caller]))
    answer = np.where(known, seen, 0.9 * seen + mood[contract]) + 0.35 * rng.standard_normal(n)
    level = np.select([answer > 2.2, answer > 1.2, answer > 0.1, answer > -1.0], [0, 1, 2, 3], 4)
    would = np.array(ANSWERS, dtype=object)[level]
    would[~asked] = None
    return pd.DataFrame(
        {
            "contract": contract,
            "account": account,
            "renewal": renewal,
            "called": called,
            "called_by": caller,
            "category": np.array(CATEGORIES, dtype=object)[category],
            "forecast_arr": np.round(forecast, 2),
            "at_risk_arr": np.round(at_risk, 2),
            "root_cause": cause,
            "would_renew": would,
            "change_vs_due": np.round(forecast - arr, 2),
        }
    )


def _causes(
    p: Parameters, contracts: list[Contract], contract: np.ndarray, risky: np.ndarray, rng: Generator
) -> np.ndarray:
    """A stated cause lasts over the calls of a renewal; some calls state none."""
    lasting = rng.random(len(contracts))
    stated: dict[int, str] = {}
    for i in np.unique(contract[risky]).tolist():
        c = contracts[i]
        if c.cause is not None and lasting[i] < 0.8:
            stated[i] = c.cause
        elif c.signals is not None:
            weights = np.cumsum(cause_weights(p, c.signals))
            stated[i] = CAUSES[int(np.searchsorted(weights, lasting[i] * weights[-1]))]
    forgotten = rng.random(len(contract)) < 0.10
    named = [
        stated.get(int(i)) if r and not f else None
        for i, r, f in zip(contract, risky, forgotten, strict=True)
    ]
    return np.array(named, dtype=object)
