"""How long customers stay: survival by age with its band, and how many are behind it."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.over_time import LINES, PLOT, SHADES, name_ends
from workahead.charts.theme import figure, label, nothing, numbers, percent_axis
from workahead.words.cohorts import FEWEST
from workahead.words.numbers import count, percent

NAMES = {"logos": "customers", "arr": "first ARR"}


def survival_curves(table: pd.DataFrame, by: str | None = None, measure: str = "logos") -> go.Figure:
    """The share still there at each month of age; a line and a band for each group.

    ``table`` is that of ``wa.survival`` with this ``by`` and ``measure``. A line ends where fewer than ten customers
    are left at risk; how many are behind it is said on hover, and below the plot at each year. In ``layout.meta``
    stand the groups, in the order of the bands and again of the lines.
    """
    name, title = f"survival_{measure}", f"How long {NAMES[measure]} stay, by months since the first contract"
    shown = table[table["at_risk"] >= FEWEST]
    if shown.empty:
        return nothing(name, title, f"Fewer than {FEWEST} customers")
    groups = _largest(shown, by)
    curves = [(group, shown if by is None else shown[shown[by] == group]) for group in groups]
    said = "; ".join(_said(group, one) for group, one in curves)
    left_out = 0 if by is None else table[by].nunique() - len(groups)
    note = "n: customers at risk" + (
        f"; the {len(groups)} largest of {len(groups) + left_out} groups" if left_out else ""
    )
    fig = figure(name, title, f"{title}. {said}.", height=PLOT + 130, note=note)
    fig.update_layout(meta={**fig.layout.meta, "groups": [str(group) for group in groups]})
    for (_, one), shade in zip(curves, SHADES, strict=False):
        ages, high, low = _stepped(one)
        fig.add_scatter(
            x=[*ages, *reversed(ages)],
            y=[*high, *reversed(low)],
            fill="toself",
            fillcolor=shade,
            opacity=0.13,
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
        )
    for (group, one), shade in zip(curves, SHADES, strict=False):
        whose = f"{label(group)}, " if group is not None else ""
        texts = [
            f"{whose}month {age}: {percent(share)}<br>{percent(low)} to {percent(high)}; "
            f"{count(people, 'customer')} at risk"
            for age, share, low, high, people in zip(
                one["age_months"], one["survival"], one["low"], one["high"], one["at_risk"], strict=True
            )
        ]
        fig.add_scatter(
            x=[int(age) for age in one["age_months"]],
            y=numbers(one["survival"], 4),
            mode="lines",
            line={"color": shade, "width": 2.5, "shape": "hv"},
            customdata=texts,
            hovertemplate="%{customdata}<extra></extra>",
        )
    longest = int(shown["age_months"].max())
    lowest = float(shown["low"].min())
    floor = max(0.0, lowest - 0.05)
    _name_lines(fig, curves, 1.02 - floor)
    years = list(range(0, longest + 1, 12 if longest >= 12 else 3))
    everyone = shown.groupby("age_months")["at_risk"].sum()
    fig.update_xaxes(
        tickvals=years,
        ticktext=[f"{age}<br>n {count(everyone.get(age, 0))}" for age in years],
        tickangle=0,
        range=[0, longest],
    )
    fig.update_yaxes(percent_axis(range=[floor, 1.02]))
    fig.update_layout(margin={"r": 120 if by else 70})
    return fig


def _largest(table: pd.DataFrame, by: str | None) -> list[object]:
    if by is None:
        return [None]
    first = table[table["age_months"] == 0].sort_values("at_risk", ascending=False, kind="stable")
    return first[by].head(LINES).tolist()


def _stepped(one: pd.DataFrame) -> tuple[list[int], list[float | None], list[float | None]]:
    """Ages, and the band as steps: each value holds until the next age."""
    ages = [int(age) for age in one["age_months"]]
    high, low = numbers(one["high"], 4), numbers(one["low"], 4)
    steps = [at for age, after in zip(ages, [*ages[1:], ages[-1]], strict=True) for at in (age, after)]
    return steps, [value for value in high for _ in range(2)], [value for value in low for _ in range(2)]


def _name_lines(fig: go.Figure, curves: list[tuple[object, pd.DataFrame]], span: float) -> None:
    ends = [(group, one.iloc[-1]) for group, one in curves]
    furthest = max(int(last["age_months"]) for _, last in ends)
    texts = [
        (
            f"<b>{label(group, 12) if group is not None else 'All'}</b> {percent(last['survival'], 0)}",
            last["survival"],
        )
        for group, last in ends
    ]
    name_ends(fig, furthest, [(text, float(value)) for text, value in texts], span)


def _said(group: object, one: pd.DataFrame) -> str:
    marks = one[one["age_months"].isin([12, 24, 36])]
    if marks.empty:
        marks = one.tail(1)
    said = ", ".join(
        f"{percent(share)} after {count(age, 'month')}"
        for age, share in zip(marks["age_months"], marks["survival"], strict=True)
    )
    return f"{group if group is not None else 'All together'}: {said}"
