"""What-ifs in a sentence: where things stand, and where they would."""

from __future__ import annotations

import math

import pandas as pd

from workahead.words.numbers import money, percent, points


def what_if_sentence(table: pd.DataFrame, before: pd.DataFrame | None = None) -> str:
    """Where GRR will land; with ``before``, the forecast without the what-if, where it would.

    Both are tables of ``wa.project_retention``; of several groups the mean is said, by ARR, without a range.

    >>> was = pd.DataFrame({"starting_arr": [1e6], "grr": [0.85], "grr_low": 0.8, "grr_high": 0.9})
    >>> what_if_sentence(was)
    'GRR will land at 85.0%, between 80.0% and 90.0% in four cases of five.'
    >>> what_if_sentence(was.assign(grr=0.875, grr_low=0.85), was)
    'GRR would land at 87.5% (85.0% to 90.0%), 2.5 points above the forecast of 85.0% (80.0% to 90.0%).'
    """
    now = _mean(table)
    if math.isnan(now):
        return "There is nothing to project: no customer has ARR at the period's start."
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
