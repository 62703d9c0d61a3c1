"""Retention in sentences: how NRR and GRR moved, who moved them, over time and by group."""

from __future__ import annotations

import pandas as pd

from workahead.words.dates import month
from workahead.words.grammar import capital, culprits, moved
from workahead.words.numbers import count, percent, points, spelled

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

    ``now`` and ``before`` are tables of ``wa.retention`` without ``by``; ``drivers`` is ``words.nrr_drivers`` between
    their two days.

    >>> now = pd.DataFrame({"nrr": [1.032], "grr": [0.91], "starting_customers": [50], "retained_customers": [47]})
    >>> then = pd.DataFrame({"nrr": [1.046], "grr": [0.91], "starting_customers": [50], "retained_customers": [47]})
    >>> drivers = pd.DataFrame({"customer_id": ["A", "B"], "name": ["Acme", "Beta"], "segment": ["Enterprise"] * 2,
    ...                         "cause": ["contraction"] * 2, "effect": [-0.006, -0.00394]})
    >>> print(retention_sentence(now, then, drivers))
    NRR fell 1.4 points to 103.2%; two Enterprise contractions are 71% of the fall. GRR held at 91.0%; 47 of 50 customers stayed.
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
    named = side.head(min(NAMED, int((shares < ENOUGH).sum()) + 1))
    share = float(named["effect"].sum()) / change
    word = "rise" if change > 0 else "fall"
    if share < NOTABLE:
        largest = (
            "the largest change is" if len(named) == 1 else f"the {spelled(len(named))} largest changes are"
        )
        return f"; no customer stands out: {largest} {percent(share, 0)} of the {word}"
    who, plural = culprits(named)
    if share > 1.005:
        effect = points(abs(float(named["effect"].sum())))
        return f"; {who} alone made {effect}, and other customers took part of it back"
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
        return f"At the end of {month(last['period_end'])}, the first with enough history, NRR is {percent(last['nrr'])}."
    high, low = known.loc[known["nrr"].idxmax()], known.loc[known["nrr"].idxmin()]
    text = (
        f"Over {count(len(known))} month-ends NRR ranged from {percent(low['nrr'])} ({month(low['period_end'])}) "
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


def group_sentence(table: pd.DataFrame, by: str | None = None) -> str:
    """Which group keeps most, and which least.

    ``table`` is a table of ``wa.retention`` with ``by`` (its first column, unless named).
    """
    by = by or str(table.columns[0])
    known = table.dropna(subset=["nrr"])
    known = known[known["starting_arr"] > 0]
    name = by.replace("_", " ")
    if known.empty:
        return f"No {name} has enough history for a retention rate yet."
    total = float(known["starting_arr"].sum())
    best, worst = known.loc[known["nrr"].idxmax()], known.loc[known["nrr"].idxmin()]
    if len(known) == 1:
        return f"{best[by]} is the only {name} with enough history: NRR {percent(best['nrr'])}, GRR {percent(best['grr'])}."
    if percent(best["nrr"]) == percent(worst["nrr"]):
        return f"All {count(len(known))} groups stand at the same NRR, {percent(best['nrr'])}."
    return (
        f"{best[by]} has the highest NRR, {percent(best['nrr'])} (GRR {percent(best['grr'])}); {worst[by]} the lowest, "
        f"{percent(worst['nrr'])} (GRR {percent(worst['grr'])}), with {percent(worst['starting_arr'] / total, 0)} of the ARR "
        "at the start."
    )


def basis_sentence(bases: pd.DataFrame) -> str:
    """How far the three bases of retention lie apart, and why.

    ``bases`` has a row per basis (cohort, bridge, aggregate) in a column ``basis``, with nrr and grr.
    """
    rows = bases.set_index("basis")
    if rows["nrr"].isna().all():
        return "There is no retention to compare: no customer has enough history."
    cohort, parts = rows.loc["cohort"], []
    if "bridge" in rows.index:
        gap = round(float(rows.loc["bridge", "nrr"] - cohort["nrr"]), 12)
        if points(abs(gap)) == points(0):
            parts.append("the monthly bridge gives the same NRR")
        else:
            parts.append(
                f"the monthly bridge gives {percent(rows.loc['bridge', 'nrr'])}, because it also counts what "
                "customers younger than the window gained and lost, and every drop that was regained"
            )
    if "aggregate" in rows.index:
        hidden = round(float(rows.loc["aggregate", "grr"] - cohort["grr"]), 12)
        if points(abs(hidden)) != points(0):
            parts.append(
                f"aggregate GRR is {points(hidden)} higher, because there one customer's growth hides another's loss"
            )
    return (
        f"On the cohort basis NRR is {percent(cohort['nrr'])} and GRR {percent(cohort['grr'])}"
        + "".join(f"; {part}" for part in parts)
        + "."
        if parts
        else capital(f"all bases give NRR {percent(cohort['nrr'])} and GRR {percent(cohort['grr'])}.")
    )
