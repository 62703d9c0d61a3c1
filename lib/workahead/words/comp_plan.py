"""A compensation plan in sentences: what it pays for, what it pays, what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.words.grammar import capital, extremes, listed
from workahead.words.numbers import MISSING, count, money, percent, points, spelled

if TYPE_CHECKING:
    from workahead.book.comp_plan import CompPlan, Metric

METRIC_NAMES = {
    "nrr": "NRR",
    "grr": "GRR",
    "renewal_rate": "Renewal rate",
    "forecast_accuracy": "Forecast accuracy",
    "expansion_arr": "Expansion ARR",
    "csql_arr": "CSQL ARR",
}
_AMOUNTS = ("expansion_arr", "csql_arr")
_SCENARIOS = {
    "as_it_stands": "As it stands",
    "projected_low": "Projected, low",
    "projected": "Projected",
    "projected_high": "Projected, high",
    "all_down": "Every result 5% lower",
    "all_up": "Every result 5% higher",
}
_MORE = "more_"


def metric_name(metric: str, inside: bool = False) -> str:
    """What a metric of a plan is called; ``inside`` a sentence.

    >>> metric_name("csql_arr"), metric_name("renewal_rate", inside=True)
    ('CSQL ARR', 'renewal rate')
    """
    name = METRIC_NAMES.get(metric, metric)
    return name[0].lower() + name[1:] if inside and not name[:2].isupper() else name


def scenario_name(scenario: str) -> str:
    """What a scenario of ``wa.plan_cost`` is called.

    >>> scenario_name("projected_low"), scenario_name("more_nrr"), scenario_name("more_nrr_team")
    ('Projected, low', '10 points more on NRR', "10 points more on the team's NRR")
    """
    if not scenario.startswith(_MORE):
        return _SCENARIOS.get(scenario, scenario)
    metric = scenario.removeprefix(_MORE)
    team = metric.endswith("_team")
    metric = metric.removesuffix("_team").removesuffix("_individual")
    whose = "the team's " if team else ""
    return f"10 points more on {whose}{metric_name(metric, True)}"


def value_text(metric: str, value: object, digits: int = 1) -> str:
    """A metric's own value: a percentage or an amount.

    >>> value_text("nrr", 1.06), value_text("csql_arr", 262000.0)
    ('106.0%', '262.0k')
    """
    return money(value) if metric in _AMOUNTS else percent(value, digits)


def pay_plan_sentence(plan: CompPlan) -> str:
    """What a plan pays for, in one sentence. No amount: the index of all reports shows it."""
    whose = {"individual": "the own book's", "team": "the whole team's"}
    parts = [
        f"{percent(one.weight, 0)} on {whose[one.scope]} {metric_name(one.metric, True)}"
        for one in plan.metrics
    ]
    return f"{capital(plan.name)} pays every {plan.period}: {listed(parts)}."


def plan_slide(plan: CompPlan) -> pd.DataFrame:
    """The plan on one slide: a row per metric.

    | column | meaning |
    |---|---|
    | pays_for | the metric, and of whom |
    | weight | share of target pay |
    | how | from where it pays, what at target, how much at most |
    """
    rows = [
        (
            f"{metric_name(one.metric)}, {'own book' if one.scope == 'individual' else 'whole team'}",
            one.weight,
            _how(one),
        )
        for one in plan.metrics
    ]
    return pd.DataFrame(rows, columns=["pays_for", "weight", "how"])


def _how(one: Metric) -> str:
    """The corners of the curve as a sentence: points of attainment, or values."""

    def place(at: float) -> str:
        if one.by_value:
            return f"{metric_name(one.metric)} {_short(one.metric, at)}"
        return f"{_short('', at)} of target"

    corners = [point for point in one.corners if point.pays > 0]
    steps = [f"{_short('', point.pays)} at {place(point.at)}" for point in corners]
    first = one.corners[0]
    below = f"nothing below {place(first.at)}, " if first.at > 0 else ""
    goal = ""
    if not one.by_value:
        goal = (
            " (target: "
            + ("from the targets" if one.target is None else _short(one.metric, one.target))
            + ")"
        )
    return capital(f"{below}{listed(steps)}{goal}; straight lines between, and no more beyond.")


def _short(metric: str, value: float) -> str:
    if metric in _AMOUNTS:
        return money(value)
    return percent(value, 0 if round(value * 100, 6) % 1 == 0 else 1)


def payout_sentence(payouts: pd.DataFrame, currency: str | None = None) -> str:
    """What is paid, to whom most and least, and what can't be said. ``payouts`` is a table of ``wa.payouts``."""
    known = payouts[payouts["payout"].notna()]
    lacking = _lacking(payouts[payouts["payout"].isna()])
    if known.empty:
        return f"Nothing can be said of pay in this period.{lacking}"
    paid, target = float(known["payout"].sum()), float(known["target_pay"].sum())
    of_target = f", {percent(paid / target, 0)} of target pay" if target else ""
    people = known.groupby("who", as_index=False, sort=False)[["payout", "target_pay"]].sum()
    people = people[people["target_pay"] > 0]
    people["share"] = people["payout"] / people["target_pay"]
    if payouts["who"].nunique() == 1:
        parts = [
            f"{money(pay) if pay else 'nothing'} for {metric_name(metric, True)}"
            for metric, pay in zip(known["metric"], known["payout"], strict=True)
        ]
        return f"{known['who'].iloc[0]} is paid {money(paid, currency)}{of_target}: {listed(parts)}.{lacking}"
    said = f"The plan pays {money(paid, currency)}{of_target}"
    if len(people) > 1:
        most, least = extremes(people, "share")
        said += (
            f": from {percent(least['share'], 0)} for {least['who']} to {percent(most['share'], 0)} "
            f"for {most['who']}"
        )
    return f"{said}.{lacking}"


def _lacking(missing: pd.DataFrame) -> str:
    """The parts of pay that can't be worked out, by reason."""
    if missing.empty:
        return ""
    reasons = missing.groupby("why", sort=False).size()
    said = [f"{count(number, 'part')}: {str(why).removesuffix('.')}" for why, number in reasons.items()]
    more = f"; and {count(len(said) - 3, 'other reason')}" if len(said) > 3 else ""
    text = f" Not worked out: {'; '.join(said[:3])}{more}"
    return text if text.endswith("?") else f"{text}."


def payout_curve_sentence(curve: pd.DataFrame, payouts: pd.DataFrame) -> str:
    """Where people stand on one metric's payout curve (``wa.payout_curve``)."""
    metric, scope = str(curve["metric"].iloc[0]), str(curve["scope"].iloc[0])
    rows = payouts[(payouts["metric"] == metric) & (payouts["scope"] == scope)]
    name, known = metric_name(metric), rows.dropna(subset=["payout_rate"])
    if known.empty:
        said = f"Where people stand on {metric_name(metric, True)} can't be said{_because(rows)}"
        return said if said.endswith("?") else f"{said}."
    if scope == "team" or len(known) == 1:
        row = known.iloc[0]
        whose = "The team's" if scope == "team" else f"{row['who']}'s"
        return (
            f"{whose} {metric_name(metric, True)} of {value_text(metric, row['actual'])} is "
            f"{percent(row['attainment'], 0)} of the target of {value_text(metric, row['target'])} and pays "
            f"{percent(row['payout_rate'], 0)}."
        )
    rates, most = known["payout_rate"].round(9), float(curve["payout_rate"].max())
    groups = [
        ("gets the most that it pays", "get the most that it pays", rates >= most),
        ("is at target or above", "are at target or above", (rates >= 1) & (rates < most)),
        ("gets a part", "get a part", (rates > 0) & (rates < min(1.0, most))),
        ("gets nothing", "get nothing", rates <= 0),
    ]
    parts = [
        f"{spelled(int(who.sum()))} {one if who.sum() == 1 else many}"
        for one, many, who in groups
        if who.any()
    ]
    return f"{name}: of {count(len(known), 'person', 'people')}, {listed(parts)}."


def _because(rows: pd.DataFrame) -> str:
    reasons = rows["why"].replace("", pd.NA).dropna()
    return f": {str(reasons.iloc[0]).removesuffix('.')}" if len(reasons) else ""


def cost_sentence(cost: pd.DataFrame, currency: str | None = None) -> str:
    """What the plan costs, how far that may be off, and what a change of weights does (``wa.plan_cost``)."""
    rows = cost.set_index("scenario")
    base = "projected" if "projected" in rows.index else "as_it_stands"
    if rows["share"].reindex([base]).isna().all():
        return "What the plan costs can't be said: no result of the period is known, or no target."
    said = "is expected to cost" if base == "projected" else "costs"
    share = percent(rows.loc[base, "share"], 0)
    text = f"The plan {said} {money(rows.loc[base, 'cost'], currency)}, {share} of target pay"
    if {"projected_low", "projected_high"} <= set(rows.index):
        low, high = rows.loc["projected_low", "cost"], rows.loc["projected_high", "cost"]
        text += f", and between {money(low)} and {money(high)} in the projection's range"
    if {"all_down", "all_up"} <= set(rows.index):
        text += (
            f"; with every result 5% lower {money(rows.loc['all_down', 'cost'])}, 5% higher "
            f"{money(rows.loc['all_up', 'cost'])}"
        )
    moves = [
        f"{money(row['change'], sign=True)} when {points(0.1, 0)} of weight go to "
        f"{scenario_name(str(name)).removeprefix('10 points more on ')}"
        for name, row in rows.iterrows()
        if str(name).startswith(_MORE)
    ]
    lacking = int(rows["missing"].reindex([base]).sum())
    less = f" {count(lacking, 'part')} of pay can't be worked out and {'is' if lacking == 1 else 'are'} not in it."
    return f"{text}.{less if lacking else ''}" + (f" The cost changes by {listed(moves)}." if moves else "")


def pay_statement(payouts: pd.DataFrame) -> pd.DataFrame:
    """The table of ``wa.payouts`` as people read it: targets and results in the metric's own unit.

    >>> paid = {"who": "Ana", "metric": "nrr", "scope": "team", "weight": 0.5, "target": 1.06, "actual": 0.971,
    ...         "attainment": 0.916, "payout_rate": 0.4, "payout": 1600.0, "target_pay": 4000.0, "days": 92, "why": ""}
    >>> pay_statement(pd.DataFrame([paid]))[["who", "pays_for", "goal", "result"]]
       who         pays_for    goal result
    0  Ana  NRR, whole team  106.0%  97.1%
    """
    whose = payouts["scope"].map({"individual": "own book", "team": "whole team"})
    table = payouts.assign(
        pays_for=payouts["metric"].map(metric_name) + ", " + whose,
        goal=[value_text(m, v) for m, v in zip(payouts["metric"], payouts["target"], strict=True)],
        result=[value_text(m, v) for m, v in zip(payouts["metric"], payouts["actual"], strict=True)],
    ).replace({"goal": {MISSING: ""}, "result": {MISSING: ""}})
    names = [
        "who",
        "pays_for",
        "weight",
        "goal",
        "result",
        "attainment",
        "payout_rate",
        "payout",
        "target_pay",
    ]
    return table[[*names, "days", "why"]]
