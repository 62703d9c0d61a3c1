"""What-ifs in a sentence: where things stand, and where they would."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from workahead.words.forecast import nothing_due, nothing_due_sentence
from workahead.words.grammar import listed
from workahead.words.numbers import count, money, percent, points

NAMED = 5
"""Accounts that a sentence names."""


def assumptions_sentence(
    renewals: pd.DataFrame,
    probabilities: Mapping[str, float] | None = None,
    saved: Sequence[str] | None = None,
    close_rate: float | None = None,
) -> str:
    """What a what-if assumes; ``renewals`` (of ``wa.renewal_probabilities``) tells the names of the accounts.

    >>> due = pd.DataFrame({"account_id": ["A"], "name": ["Acme"]})
    >>> for part in assumptions_sentence(due, {"commit": 0.95, "uncalled": 0.7}, ["A"], 0.3).split("; "): print(part)
    Assumed, not forecast: what was called commit renews at 95% and what nobody has called at 70%
    Acme keeps all that is due
    30% of all open expansion closes.
    """
    said = []
    if probabilities:
        of = {name: f"what was called {name.replace('_', ' ')}" for name in probabilities}
        of |= {"uncalled": "what nobody has called"}
        shares = [f"at {percent(share, 0)}" for share in probabilities.values()]
        shares[0] = f"renews {shares[0]}"
        said.append(
            listed([f"{of[name]} {share}" for name, share in zip(probabilities, shares, strict=True)])
        )
    if saved:
        ids = list(dict.fromkeys(map(str, saved)))
        named = renewals.dropna(subset=["name"]).drop_duplicates("account_id").set_index("account_id")["name"]
        who = [str(named.get(one, one)) for one in ids[:NAMED]]
        who += [count(len(ids) - NAMED, "other")] if len(ids) > NAMED else []
        said.append(f"{listed(who)} {'keeps' if len(ids) == 1 else 'keep'} all that is due")
    if close_rate is not None:
        said.append(f"{percent(close_rate, 0)} of all open expansion closes")
    return f"Assumed, not forecast: {'; '.join(said)}." if said else "Nothing is assumed: all is as forecast."


def assumed_rows(
    projected: pd.DataFrame, plan: pd.DataFrame, usual: pd.DataFrame, usual_plan: pd.DataFrame
) -> pd.DataFrame:
    """A what-if's projection and plan (tables of one row), and below them the same as forecast."""
    rates = ["grr", "grr_low", "grr_high", "nrr", "nrr_low", "nrr_high"]
    rows = [
        pd.concat([one[rates], two[["expansion_needed", "expansion_weighted", "gap"]]], axis=1).assign(
            scenario=name
        )
        for name, one, two in (("As assumed", projected, plan), ("As forecast", usual, usual_plan))
    ]
    table = pd.concat(rows, ignore_index=True)
    return table[["scenario", *table.columns.drop("scenario")]]


def what_if_sentence(
    table: pd.DataFrame, before: pd.DataFrame | None = None, last: pd.DataFrame | None = None
) -> str:
    """Where GRR will land; with ``before``, the forecast without the what-if, where it would.

    Both are tables of ``wa.project_retention``; of several groups the mean is said, by ARR, without a range. ``last``,
    a table of ``wa.retention`` of one row, is said where nothing comes due.

    >>> was = pd.DataFrame({"starting_arr": [1e6], "grr": [0.85], "grr_low": 0.8, "grr_high": 0.9})
    >>> what_if_sentence(was)
    'GRR will land at 85.0%, between 80.0% and 90.0% in four cases of five.'
    >>> what_if_sentence(was.assign(grr=0.875, grr_low=0.85), was)
    'GRR would land at 87.5% (85.0% to 90.0%), 2.5 points above the forecast of 85.0% (80.0% to 90.0%).'
    """
    now = _mean(table)
    if math.isnan(now):
        return "There is nothing to project: no customer has ARR at the period's start."
    if nothing_due(table):
        return nothing_due_sentence(last)
    if before is None:
        if len(table) > 1:
            return f"GRR will land at {percent(now)}."
        low, high = table["grr_low"].iloc[0], table["grr_high"].iloc[0]
        if low == high:
            return f"Nothing is left to project: GRR is {percent(now)}."
        return f"GRR will land at {percent(now)}, between {percent(low)} and {percent(high)} in four cases of five."
    was = _mean(before)
    landed = f"GRR would land at {percent(now)}{_range(table)}, "
    if points(abs(now - was)) == points(0):
        return f"{landed}as forecast."
    way = "above" if now > was else "below"
    return f"{landed}{points(abs(now - was))} {way} the forecast of {percent(was)}{_range(before)}."


def plan_what_if_sentence(before: pd.DataFrame) -> str:
    """How far a plan for NRR is short without the what-if: a table of ``wa.nrr_plan`` of one row.

    >>> plan_what_if_sentence(pd.DataFrame({"starting_arr": [1e6], "gap": [50_000.0]}))
    'As things are, it is 50.0k short.'
    """
    if before.empty or not before["starting_arr"].iloc[0] > 0 or before["gap"].isna().any():
        return ""
    short = float(before["gap"].iloc[0])
    return (
        f"As things are, it is {money(short)} short."
        if round(short, 2) > 0
        else "As things are, it is enough."
    )


def pay_what_if_sentence(payouts: pd.DataFrame, before: pd.DataFrame, currency: str | None = None) -> str:
    """What a plan pays in all, and by how much a change of it changes that: two tables of ``wa.payouts``.

    >>> paid = pd.DataFrame({"who": ["Ana"], "payout": [5000.0], "target_pay": [4000.0]})
    >>> pay_what_if_sentence(paid, paid)
    'The plan pays 5.0k, 125% of target pay.'
    >>> pay_what_if_sentence(paid.assign(payout=4600.0), paid)
    'So changed, the plan would pay 4.6k, 115% of target pay: −400 against the plan as it is written.'
    """
    known = payouts.dropna(subset=["payout"])
    if known.empty:
        return "What the plan pays can't be said: no result of the period is known, or no target."
    cost, full = float(known["payout"].sum()), float(known["target_pay"].sum())
    share = f"{money(cost, currency)}, {percent(cost / full if full else None, 0)} of target pay"
    change = round(cost - float(before["payout"].sum()), 2)
    same = (
        len(payouts) == len(before)
        and (payouts["target_pay"].to_numpy() == before["target_pay"].to_numpy()).all()
    )
    if same and not change:
        return f"The plan pays {share}."
    against = f"{money(change, sign=True)} against" if change else "as much as"
    return f"So changed, the plan would pay {share}: {against} the plan as it is written."


def _mean(table: pd.DataFrame) -> float:
    """GRR over all groups, by ARR."""
    known = table.dropna(subset=["grr"])
    whole = float(known["starting_arr"].sum())
    if len(known) == 1:
        return float(known["grr"].iloc[0])
    return float((known["grr"] * known["starting_arr"]).sum() / whole) if whole else math.nan


def _range(table: pd.DataFrame) -> str:
    """The range of the one row, in brackets."""
    if len(table) != 1 or table["grr_low"].iloc[0] == table["grr_high"].iloc[0]:
        return ""
    return f" ({percent(table['grr_low'].iloc[0])} to {percent(table['grr_high'].iloc[0])})"
