"""The way from starting ARR to the NRR target: what is lost, booked, open and missing."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.theme import ACCENT, COLOURS, CONTEXT, figure, nothing
from workahead.charts.waterfall import ROW, waterfall
from workahead.words.dates import day
from workahead.words.numbers import money, percent

_STEPS = {
    "lost": ("Losses", COLOURS["churn"]),
    "booked": ("Booked", COLOURS["expansion"]),
    "weighted": ("Open, weighted", ACCENT),
    "gap": ("Still missing", CONTEXT),
    "surplus": ("More than needed", CONTEXT),
}


def plan_waterfall(plan: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """From starting ARR to the target: losses, expansion booked, open expansion by weight, and what is missing.

    ``plan`` is a table of ``wa.nrr_plan`` of one row. Where booked and open expansion bring more than the target asks
    for, the last step says how much more.
    """
    name, title = "plan_waterfall", "From starting ARR to the NRR target"
    if plan.empty or not plan["starting_arr"].sum():
        return nothing(name, title, "No customer has ARR at the start")
    if len(plan) > 1:
        raise ValueError("plan_waterfall draws one plan: choose one row of the table first")
    row = plan.iloc[0]
    if pd.isna(row["target"]):
        return nothing(name, title, "There is no NRR target for this period")
    starting, gross, ending = (
        row["starting_arr"],
        row["projected_gross_arr"],
        row["target"] * row["starting_arr"],
    )
    reached = gross + row["expansion_booked"] + row["expansion_weighted"]
    changes = {
        "lost": gross - starting,
        "booked": row["expansion_booked"],
        "weighted": row["expansion_weighted"],
        "gap" if reached <= ending else "surplus": ending - reached,
    }
    steps = [(*_STEPS[kind], float(change)) for kind, change in changes.items()]
    said = "; ".join(f"{step.lower()} {money(change, sign=True)}" for step, _, change in steps)
    alt = (
        f"From {money(starting, currency)} of starting ARR to the NRR target of {percent(row['target'])}, "
        f"{money(ending)}: {said}."
    )
    note = f"After losses, {money(gross)} is expected to be left at the close of {day(row['period_end'])}."
    fig = figure(name, title, alt, height=ROW * (len(steps) + 2), note=note)
    waterfall(
        fig, float(starting), steps, float(ending), ("Starting ARR", f"Target {percent(row['target'], 0)}")
    )
    return fig
