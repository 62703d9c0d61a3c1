"""Cohorts: the triangle as a heatmap, and how the same cohorts age as curves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.over_time import LINES, PLOT, SHADES, name_ends
from workahead.charts.theme import ACCENT, CONTEXT, figure, label, nothing, numbers, percent_axis
from workahead.words.dates import cohort as cohort_name
from workahead.words.grammar import column as column_name
from workahead.words.numbers import count, exact, percent

MEASURES = {
    "net": "ARR kept and grown",
    "gross": "ARR kept",
    "logos": "customers kept",
}
FEWEST = 3  # cohorts behind a point of the total: the fate of one or two is not a trend
WRITTEN_AGES = 8  # more columns than these leave no room for figures on a phone
# Light to dark in one hue for what can only shrink; two hues around 100% for what can also grow.
_SHRINKING = [[0, "#f0e2c0"], [0.5, "#8fb9b4"], [1, "#0b5a69"]]
_AROUND_ALL = [[0, "#b8652a"], [0.5, "#efece4"], [1, "#0b5a69"]]


def _title(measure: str, freq: str) -> str:
    return f"{MEASURES[measure].capitalize().replace('Arr', 'ARR')}, by starting {freq}"


def _texts(table: pd.DataFrame, measure: str, freq: str) -> list[str]:
    """What a cell says on hover."""
    columns = (
        _said(table["cohort"], lambda first: cohort_name(first, freq)),
        _said(table["age"], count),
        _said(table["rate"], percent),
        _said(table["value"], lambda value: _amount(value, measure)),
        _said(table["size"], lambda size: _amount(size, measure)),
        table["complete"],
    )
    return [
        f"{first}, {freq} {age}: {rate}<br>{value} of {size}{'' if done else f'<br>{freq} still running'}"
        for first, age, rate, value, size, done in zip(*columns, strict=True)
    ]


def _said(values: pd.Series, how: Callable[[Any], str]) -> list[str]:
    """Each value in words, which many cells share."""
    at, each = pd.factorize(values, use_na_sentinel=False)
    texts = [how(one) for one in each]
    return [texts[i] for i in at]


def _amount(value: float, measure: str) -> str:
    return count(value, "customer") if measure == "logos" else exact(value)


def cohort_heatmap(cohorts: pd.DataFrame, measure: str = "net", freq: str = "month") -> go.Figure:
    """A row per cohort, a column per age, the share of the first ARR (or customers) that is left as colour.

    ``cohorts`` is a table of ``wa.cohorts`` without ``by``, made with this ``measure`` and ``freq``. What has
    not happened yet is a hole; a period that still runs carries a ring.
    """
    name = f"cohort_heatmap_{measure}"
    title = _title(measure, freq)
    if cohorts.empty:
        return nothing(name, title, "No customer has started yet")
    if cohorts.duplicated(["cohort", "age"]).any():
        raise ValueError("cohort_heatmap draws one table: choose one group of it first")
    table = cohorts.assign(text=_texts(cohorts, measure, freq))
    rates = table.pivot(index="cohort", columns="age", values="rate").sort_index()
    ages = range(int(table["age"].max()) + 1)
    rates = rates.reindex(columns=ages)
    texts = table.pivot(index="cohort", columns="age", values="text").sort_index().reindex(columns=ages)
    rows = len(rates)
    oldest = table[table["age"] == table["age"].max()].iloc[0]
    alt = (
        f"{title}: {count(rows, 'cohort')} up to age {count(len(ages) - 1)}; the oldest, "
        f"{cohort_name(oldest['cohort'], freq)}, stands at {percent(oldest['rate'])}."
    )
    running = table[~table["complete"].astype(bool)]
    note = f"○ {freq} still running" if len(running) else None
    fig = figure(name, title, alt, height=max(60, max(11, min(26, 560 // rows)) * rows), note=note)

    plot = fig.layout.height - fig.layout.margin.t - fig.layout.margin.b
    if not note:
        fig.update_layout(height=fig.layout.height + 16, margin={"b": fig.layout.margin.b + 16})
    scale, low, high = _scale(table["rate"].dropna(), measure)
    fig.add_heatmap(
        x=list(ages),
        y=list(range(rows)),
        z=[numbers(row, 4) for row in rates.to_numpy()],
        zmin=low,
        zmax=high,
        colorscale=scale,
        xgap=1,
        ygap=1,
        hoverongaps=False,
        customdata=[["" if t != t else t for t in row] for row in texts.to_numpy()],
        hovertemplate="%{customdata}<extra></extra>",
        texttemplate="%{z:.0%}" if len(ages) <= WRITTEN_AGES else None,
        textfont={"size": 10},
        showscale=len(ages) > WRITTEN_AGES,
        # Below the plot, beside the note: above it, Plotly would push the title out of the figure.
        colorbar={
            "orientation": "h",
            "thickness": 8,
            "len": 0.42,
            "x": 0.93,  # room for the last label
            "xanchor": "right",
            "ticklabeloverflow": "allow",
            "y": round(-44 / plot, 4),
            "yanchor": "top",
            "tickvals": [low, 1.0, high] if measure == "net" else [low, 1.0],
            "ticktext": [f"≤ {percent(low, 0)}", "100%", f"≥ {percent(high, 0)}"],
            "outlinewidth": 0,
            "ticks": "",
            "ypad": 0,
            "xpad": 0,
        },
    )
    if len(running):
        aside = 0.38 if len(ages) <= WRITTEN_AGES else 0  # beside the figure, where there is one
        row_of = {c: i for i, c in enumerate(rates.index)}
        fig.add_scatter(
            x=[int(a) + aside for a in running["age"]],
            y=[row_of[c] for c in running["cohort"]],
            mode="markers",
            marker={"color": "#ffffff", "size": 6, "line": {"color": "#2b2f36", "width": 1}},
            hoverinfo="skip",
        )
    every = max(1, -(-rows // 24))
    shown = [i for i in range(rows) if i % every == 0]
    fig.update_xaxes(
        title={"text": f"{freq}s since the first contract"},
        tickvals=_ticks(len(ages), freq),
        tickangle=0,
        range=[-0.5, len(ages) - 0.5],
    )
    fig.update_yaxes(
        tickvals=shown,
        ticktext=[cohort_name(rates.index[i], freq) for i in shown],
        range=[rows - 0.5, -0.5],
        showgrid=False,
    )
    return fig


def cohort_curves(
    cohorts: pd.DataFrame, total: pd.DataFrame, measure: str = "net", freq: str = "month"
) -> go.Figure:
    """Each cohort as a thin grey line, all of them together as the accent line.

    ``cohorts`` and ``total`` are the tables of ``wa.cohorts`` and ``wa.cohort_total`` of one measure and
    frequency. Periods that still run are left out of the lines, and the total ends where fewer than three
    cohorts are left.
    """
    name = f"cohort_curves_{measure}"
    title = f"How cohorts age: {MEASURES[measure]}"
    done = cohorts[cohorts["complete"].astype(bool)].sort_values(["cohort", "age"])
    overall = total.dropna(subset=["rate"]).sort_values("age")
    shared = overall[overall["cohorts"] >= FEWEST]
    overall = shared if len(shared) > 1 else overall
    if done.empty or overall.empty:
        return nothing(name, title, "No cohort has a full period behind it yet")
    last = overall.iloc[-1]
    marks = [overall[overall["age"] == at].iloc[0] for at in _milestones(freq, int(last["age"]))]
    said = ", ".join(f"{percent(m['rate'])} after {count(m['age'], freq)}" for m in marks)
    alt = f"{title}. All cohorts together: {said or percent(last['rate'])}."
    fig = figure(name, title, alt, height=270)

    x: list[int | None] = []
    y: list[float | None] = []
    texts: list[str] = []
    for _, one in done.groupby("cohort", sort=True):
        x += [*(int(a) for a in one["age"]), None]
        y += [*numbers(one["rate"], 4), None]
        texts += [*_texts(one, measure, freq), ""]
    fig.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": CONTEXT, "width": 1},
        opacity=0.45,
        customdata=texts,
        hovertemplate="%{customdata}<extra></extra>",
    )
    fig.add_scatter(
        x=[int(a) for a in overall["age"]],
        y=numbers(overall["rate"], 4),
        mode="lines",
        line={"color": ACCENT, "width": 3},
        customdata=[
            f"All cohorts, {freq} {count(a)}: {percent(r)}<br>of {count(n, 'cohort')}"
            for a, r, n in zip(overall["age"], overall["rate"], overall["cohorts"], strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    fig.add_annotation(
        x=int(last["age"]),
        y=round(float(last["rate"]), 4),
        text=f"<b>All</b> {percent(last['rate'], 0)}",
        xanchor="left",
        xshift=6,
        showarrow=False,
    )
    fig.update_layout(margin={"r": 64})
    fig.update_xaxes(
        title={"text": f"{freq}s since the first contract"},
        tickvals=_ticks(int(done["age"].max()) + 1, freq),
        tickangle=0,
    )
    fig.update_yaxes(percent_axis())
    return fig


def cohort_groups(total: pd.DataFrame, by: str, measure: str = "net", freq: str = "month") -> go.Figure:
    """A line a group: what all its cohorts together hold at each age. The largest groups are shown.

    ``total`` is a table of ``wa.cohort_total`` with this ``by``, ``measure`` and ``freq``. A line ends where fewer
    than three cohorts are left. ``layout.meta`` holds the groups in the order of the lines.
    """
    name = f"cohort_groups_{measure}"
    title = f"How cohorts age by {column_name(by)}: {MEASURES[measure]}"
    shown = total[(total["cohorts"] >= FEWEST) & total["rate"].notna()]
    if shown.empty:
        return nothing(
            name, title, f"No group has {count(FEWEST, 'cohort')} with a full period behind them yet"
        )
    groups = (
        shown[shown["age"] == 0].sort_values("size", ascending=False, kind="stable")[by].head(LINES).tolist()
    )
    lines = [(group, shown[shown[by] == group].sort_values("age")) for group in groups]
    said = "; ".join(f"{group} {percent(one['rate'].iloc[-1])} after {count(one['age'].iloc[-1], freq)}"
                     for group, one in lines)  # fmt: skip
    left = total[by].nunique() - len(groups)
    note = f"The {len(groups)} largest of {len(groups) + left} groups" if left else None
    fig = figure(name, title, f"{title}. {said}.", height=PLOT, note=note)
    fig.update_layout(meta={**fig.layout.meta, "groups": [str(group) for group in groups]}, margin_r=130)
    for (group, one), shade in zip(lines, SHADES, strict=False):
        fig.add_scatter(
            x=[int(age) for age in one["age"]],
            y=numbers(one["rate"], 4),
            mode="lines",
            line={"color": shade, "width": 2.5},
            customdata=[
                f"{label(group)}, {freq} {count(age)}: {percent(rate)}<br>of {count(many, 'cohort')}"
                for age, rate, many in zip(one["age"], one["rate"], one["cohorts"], strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    rates = pd.concat([one["rate"] for _, one in lines])
    ends = [(f"<b>{label(group, 12)}</b> {percent(one['rate'].iloc[-1], 0)}", float(one["rate"].iloc[-1]))
            for group, one in lines]  # fmt: skip
    span = max(float(rates.max() - rates.min()), 0.02) * 1.1
    name_ends(fig, int(shown["age"].max()), ends, span)
    fig.update_xaxes(
        title={"text": f"{freq}s since the first contract"},
        tickvals=_ticks(int(shown["age"].max()) + 1, freq),
        tickangle=0,
        range=[0, int(shown["age"].max())],
    )
    fig.update_yaxes(percent_axis())
    return fig


def _scale(rates: pd.Series, measure: str) -> tuple[list[list[object]], float, float]:
    """Colours and the rates at their ends; the furthest twentieth of the cells shares the last colour."""
    if measure != "net":
        return _SHRINKING, round(min(0.9, float(rates.quantile(0.05))) if len(rates) else 0.9, 2), 1.0
    reach = float((rates - 1).abs().quantile(0.95)) if len(rates) else 0.1
    reach = round(max(0.1, min(1.0, reach)), 2)
    return _AROUND_ALL, round(1 - reach, 2), round(1 + reach, 2)


def _ticks(ages: int, freq: str) -> list[int]:
    """At most eight ages to name, in steps that make years."""
    steps = {"month": (1, 2, 3, 6, 12, 24, 60), "quarter": (1, 2, 4, 8, 20), "year": (1, 2, 5, 10)}[freq]
    step = next((step for step in steps if ages <= step * 8), max(1, ages // 8))
    return list(range(0, ages, step))


def _milestones(freq: str, oldest: int) -> list[int]:
    year = {"month": 12, "quarter": 4, "year": 1}[freq]
    return [at for at in (year, 2 * year, 3 * year) if at <= oldest]
