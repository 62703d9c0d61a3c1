"""Retention in sentences: how NRR and GRR moved, who moved them, over time and by group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workahead.words.dates import month
from workahead.words.grammar import column, culprits, extremes, moved, ungrouped
from workahead.words.numbers import count, percent, points, spelled

SMALLEST_SHARE = 0.01  # of starting ARR: below it a rate is the fate of a contract or two
NAMED = 3
ENOUGH = 0.5
NOTABLE = 0.25


def retention_sentence(
    now: pd.DataFrame,
    before: pd.DataFrame | None = None,
    drivers: pd.DataFrame | None = None,
    months: int = 12,
) -> str:
    """NRR and GRR now, how they changed, and who changed NRR.

    ``now`` and ``before`` are tables of ``wa.retention`` without ``by``; ``drivers`` is ``wa.nrr_drivers``
    between their two days.

    >>> now = pd.DataFrame({"nrr": [1.032], "grr": 0.91, "starting_customers": 9, "retained_customers": 9})
    >>> drivers = pd.DataFrame({"customer_id": ["A", "B"], "name": ["Acme", "Beta"], "segment": "Enterprise",
    ...                         "cause": "contraction", "effect": [-0.006, -0.00394]})
    >>> print(retention_sentence(now, now.assign(nrr=1.046), drivers).split(". ")[0])
    NRR fell 1.4 points to 103.2%; two Enterprise contractions are 71% of the fall
    """
    if now.empty or now["nrr"].isna().all():
        return f"There is no retention to show: no customer had ARR {count(months, 'month')} before."
    row = now.iloc[0]
    old = None if before is None or before.empty else before.iloc[0]
    nrr = moved("NRR", float(row["nrr"]), None if old is None else float(old["nrr"]))
    because = "" if old is None or drivers is None else _because(float(row["nrr"] - old["nrr"]), drivers)
    grr = moved("GRR", float(row["grr"]), None if old is None else float(old["grr"]))
    there, stayed = int(row["starting_customers"]), int(row["retained_customers"])
    return f"{nrr}{because}. {grr}; {_stayed(there, stayed)}."


def _stayed(there: int, stayed: int) -> str:
    if there == 1:
        return "the only customer stayed" if stayed else "the only customer left"
    if stayed == there:
        return f"all {count(there, 'customer')} stayed"
    return f"{count(stayed)} of {count(there, 'customer')} stayed"


def _because(change: float, drivers: pd.DataFrame) -> str:
    """Who is behind a change of NRR: as few customers as make half of it, three at most."""
    if change != change or points(abs(change)) == points(0):
        return ""
    side = drivers[drivers["effect"] * change > 0]
    side = side.loc[side["effect"].abs().sort_values(ascending=False, kind="stable").index]
    if side.empty:
        return ""
    shares = side["effect"].cumsum() / change
    named = side.head(min(NAMED, int((shares.round(9) < ENOUGH).sum()) + 1))
    share = round(float(named["effect"].sum()) / change, 9)  # so that a half is a half
    word = "rise" if change > 0 else "fall"
    if share < NOTABLE:
        several = f"the {spelled(len(named))} largest changes are"
        largest = "the largest change is" if len(named) == 1 else several
        return f"; no customer stands out: {largest} {percent(share, 0)} of the {word}"
    who, plural = culprits(named)
    if share > 1.005:
        effect = points(abs(float(named["effect"].sum())))
        if change > 0:
            return f"; {who} alone added {effect}, and other customers took part of it back"
        return f"; {who} alone cost {effect}, and other customers made up for part of it"
    if share > 0.995:
        return f"; {who} {'are' if plural else 'is'} the whole {word}"
    return f"; {who} {'are' if plural else 'is'} {percent(share, 0)} of the {word}"


def trend_sentence(trend: pd.DataFrame) -> str:
    """The range of NRR over time, and where it stands against a year before.

    ``trend`` is a table of ``wa.retention_trend`` without ``by``.
    """
    known = trend.dropna(subset=["nrr"]).sort_values("period_end")
    if known.empty:
        return "No month-end has enough history for a retention rate yet."
    last = known.iloc[-1]
    if len(known) == 1:
        when = month(last["period_end"])
        return f"At the end of {when}, the first with enough history, NRR is {percent(last['nrr'])}."
    high, low = extremes(known, "nrr")
    text = (
        f"Over {count(len(known))} month-ends NRR ranged "
        f"from {percent(low['nrr'])} ({month(low['period_end'])}) "
        f"to {percent(high['nrr'])} ({month(high['period_end'])})"
    )
    if percent(low["nrr"]) == percent(high["nrr"]):
        text = f"Over {count(len(known))} month-ends NRR stayed at {percent(last['nrr'])}"
    year_ago = known[known["period_end"] == last["period_end"] - pd.offsets.MonthEnd(12)]
    if year_ago.empty:
        return text + "."
    change = round(float(last["nrr"] - year_ago.iloc[0]["nrr"]), 12)
    if points(abs(change)) == points(0):
        return f"{text}; it stands where it stood a year before."
    return f"{text}; it stands {points(abs(change))} {'above' if change > 0 else 'below'} a year before."


def credit(benchmark: Mapping[str, Any]) -> str:
    """A published number with its source and year. ``benchmark``: a row of ``wa.benchmarks``.

    >>> credit({"metric": "grr", "value": 0.87, "about": True, "cut": "median of all, 2018", "source": "A survey",
    ...         "year": 2019})
    'GRR about 87%: median of all, 2018 (A survey, 2019)'
    """
    about = "about " if benchmark["about"] else ""
    return (
        f"{benchmark['metric'].upper()} {about}{percent(benchmark['value'], 0)}: {benchmark['cut']} "
        f"({benchmark['source']}, {benchmark['year']})"
    )


def group_sentence(table: pd.DataFrame, by: str | None = None) -> str:
    """Which group keeps most, and which least, of those with at least 1% of starting ARR.

    ``table`` is a table of ``wa.retention`` with ``by`` (its first column, unless named).
    """
    by = by or str(table.columns[0])
    known = table.dropna(subset=["nrr"])
    known = known[known["starting_arr"] > 0]
    name = column(by)
    if known.empty:
        return f"No {name} has enough history for a retention rate yet."
    total = float(known["starting_arr"].sum())
    known = known[known["starting_arr"] >= SMALLEST_SHARE * total]
    best, worst = extremes(known, "nrr")
    high, low = (f"{percent(row['nrr'])} (GRR {percent(row['grr'])})" for row in (best, worst))
    if nothing := ungrouped(known, by):
        whole = len(table) == len(known)
        return nothing if whole else f"Only accounts without a {name} have enough history: NRR {high}."
    if len(known) == 1:
        return f"{best[by]} is the only {name} with enough history: NRR {high}."
    if percent(best["nrr"]) == percent(worst["nrr"]):
        return f"All {count(len(known))} groups stand at the same NRR, {percent(best['nrr'])}."
    share = percent(worst["starting_arr"] / total, 0)
    return (
        f"{best[by]} has the highest NRR, {high}; {worst[by]} the lowest, {low}, "
        f"with {share} of the ARR at the start."
    )


def basis_sentence(bases: pd.DataFrame) -> str:
    """How far the three bases of retention lie apart, and why.

    ``bases`` has a row per basis (cohort, bridge, aggregate) in a column ``basis``, with nrr and grr.
    """
    rates = bases.set_index("basis")[["nrr", "grr"]].astype("float64").to_dict("index")
    if "cohort" not in rates or rates["cohort"]["nrr"] != rates["cohort"]["nrr"]:
        return "There is no retention to compare: no customer has enough history."
    cohort = rates["cohort"]
    parts = [_bridge_part(cohort, rates["bridge"])] if "bridge" in rates else []
    if "aggregate" in rates and (hidden := _apart(rates["aggregate"]["grr"], cohort["grr"])):
        parts.append(
            f"aggregate GRR is {points(hidden)} higher, because one customer's growth hides another's loss"
        )
    said = f"On the cohort basis NRR is {percent(cohort['nrr'])} and GRR {percent(cohort['grr'])}"
    return "; ".join([said, *parts]) + "."


def _bridge_part(cohort: dict[Any, Any], bridge: dict[Any, Any]) -> str:
    if not _apart(bridge["nrr"], cohort["nrr"]):
        return "the monthly bridge gives the same NRR"
    return (
        f"the monthly bridge gives {percent(bridge['nrr'])}, because it also counts what customers younger "
        "than the window gained and lost"
    )


def _apart(one: float, other: float) -> float:
    """The difference, and zero where it would be printed as none."""
    gap = round(one - other, 12)
    return 0.0 if points(abs(gap)) == points(0) else gap
