"""Forecast calls on renewals: what each CSM said, when, and how far off they tend to be."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.random import Generator

from workahead.sample import days
from workahead.sample.parameters import RATES, Parameters
from workahead.sample.population import Population
from workahead.sample.renewals import draw_cause
from workahead.sample.world import Contract

CATEGORIES = ("commit", "best_case", "at_risk", "churn")
ANSWERS = ("yes", "leaning_yes", "unsure", "leaning_no", "no")


def forecast_calls(
    p: Parameters, people: Population, contracts: list[Contract], rng: Generator
) -> pd.DataFrame:
    """One row a call: contract and account (numbers), renewal and called (days), the rest as in the table.

    A call sees the true log-odds, dimmed while the renewal is far, moved by the CSM's bias and error. In the
    last forty days the outcome itself is known for some.
    """
    calls = _made(p, people, contracts, rng)
    n, contract = len(calls), calls["contract"].to_numpy()
    ahead = (calls["renewal"] - calls["called"]).to_numpy()
    who = {c.name: c for c in p.csms}
    csms = [who[name] for name in calls["called_by"]]
    chances = np.array([0.5 if c.chance is None else c.chance for c in contracts])
    truth = np.log(chances / (1 - chances))
    lasting = rng.standard_normal(len(contracts))  # an error that stays with a renewal
    mood = 0.6 * rng.standard_normal(len(contracts))  # what the customer feels but no one else sees
    typical = np.array([p.segments[people.segment[c.account]].renews for c in contracts])
    clear = np.clip(1 - ahead / 600, 0.5, 1.0)
    seen = clear * truth[contract] + (1 - clear) * typical[contract]
    known = (rng.random(len(contracts)) < p.outcome_known)[contract] & (ahead <= 40)
    kept = np.array([c.outcome == "renewed" for c in contracts])[contract]
    seen = np.where(known, np.where(kept, 4.0, -3.5), seen)
    noise = np.array([c.noise for c in csms]) * np.sqrt(clear) * lasting[contract]
    felt = seen + np.array([c.bias for c in csms]) + noise + 0.2 * rng.standard_normal(n)
    chance = 1 / (1 + np.exp(-felt))
    category = np.select([chance >= 0.87, chance >= 0.68, chance >= 0.33], [0, 1, 2], 3)
    arr = np.array([c.arr * RATES[people.currency[c.account]] / 100 for c in contracts])[contract]
    part = np.select([category == 0, category == 1, category == 2], [1.0, 0.95, 0.3 + 0.6 * chance], 0.0)
    forecast = np.minimum(np.where(part == 1, arr, np.round(arr * part / 100) * 100), arr)
    at_risk = np.select([category == 0, category == 1], [0.0, arr - forecast], arr)
    at_risk = np.where(category == 2, np.round(arr * np.clip(1.25 - chance, 0.3, 1) * 100) / 100, at_risk)
    cause = _causes(p, contracts, contract, at_risk > 0, rng)
    asked = (ahead <= 200) & (rng.random(n) < np.array([c.asks for c in csms]))
    answer = np.where(known, seen, 0.9 * seen + mood[contract]) + 0.35 * rng.standard_normal(n)
    level = np.select([answer > 2.2, answer > 1.2, answer > 0.1, answer > -1.0], [0, 1, 2, 3], 4)
    said = calls.assign(
        category=np.array(CATEGORIES)[category],
        forecast_arr=np.round(forecast, 2),
        at_risk_arr=np.round(at_risk, 2),
        change_vs_due=np.round(forecast - arr, 2),
    )
    said["root_cause"] = cause
    said["would_renew"] = [ANSWERS[x] if was else None for x, was in zip(level, asked, strict=True)]
    return said


def _made(p: Parameters, people: Population, contracts: list[Contract], rng: Generator) -> pd.DataFrame:
    """The calls of the schedule that were made: contract, account, renewal, called, called_by."""
    end = days.number(p.end)
    due = [
        (i, c.account, c.end + 1, ahead, c.start, c.closed or end)
        for i, c in enumerate(contracts)
        if c.chance is not None and not c.add_on and c.end is not None
        for ahead in p.segments[people.segment[c.account]].call_days
    ]
    f = pd.DataFrame(
        due, columns=["contract", "account", "renewal", "ahead", "start", "closed"], dtype="int64"
    )
    f["called"] = f["renewal"] - f["ahead"] + rng.integers(-2, 3, len(f))
    f["called"] -= ((f["called"] + 3) % 7 - 4).clip(lower=0)  # not on a weekend
    f = f[f["called"].between(end - p.calls_from, end) & (f["called"] > f["start"] + 20)]
    f = f[f["called"] < f[["closed", "renewal"]].min(axis=1)]
    f["called_by"] = [people.csm_at(a, day) or "" for a, day in zip(f["account"], f["called"], strict=True)]
    diligence = f["called_by"].map({c.name: c.diligence for c in p.csms})
    made = diligence > rng.random(len(f))
    skipped = rng.random(len(contracts)) < 0.06  # renewals that nobody called at all
    made &= ~skipped[f["contract"]]
    return f.loc[made, ["contract", "account", "renewal", "called", "called_by"]].reset_index(drop=True)


def _causes(
    p: Parameters, contracts: list[Contract], contract: np.ndarray, risky: np.ndarray, rng: Generator
) -> list[str | None]:
    """A stated cause lasts over the calls of a renewal; some calls state none."""
    lasting = rng.random(len(contracts))
    stated: dict[int, str] = {}
    for i in np.unique(contract[risky]).tolist():
        c = contracts[i]
        if c.cause is not None and lasting[i] < 0.8:
            stated[i] = c.cause
        elif c.signals is not None:
            stated[i] = draw_cause(p, c.signals, lasting[i])
    forgotten = rng.random(len(contract)) < 0.10
    return [
        stated.get(i) if r and not f else None
        for i, r, f in zip(contract.tolist(), risky, forgotten, strict=True)
    ]
