"""From one amount to another, step by step."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from workahead.charts.theme import CONTEXT, money_axis, numbers, percent_axis
from workahead.words.numbers import exact, money, percent, points

ROW = 30
"""Pixels a step, and for each end."""


def waterfall(
    fig: go.Figure,
    starting: float,
    steps: Sequence[tuple[str, str, float]],
    ending: float,
    ends: tuple[str, str] = ("Starting", "Ending"),
    *,
    rates: bool = False,
) -> None:
    """Floating bars between two marks, on a figure of ``ROW`` a step and end.

    ``steps`` are name, colour and change with its sign. The marks at both ends are points, not bars, because the axis
    does not begin at zero: only the length of a bar is an amount. With ``rates`` all are fractions.
    """
    running, level, digits = starting, [starting], 6 if rates else 2
    for row, (name, colour, change) in enumerate(steps, start=1):
        fig.add_bar(
            orientation="h",
            y=[row],
            x=numbers([change], digits),
            base=numbers([running], digits),
            width=0.62,
            marker={"color": colour},
            text=[f" {points(change, sign=True).split()[0] if rates else money(change, sign=True)} "],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"{name}: {points(change, 3) if rates else exact(change)}<extra></extra>",
        )
        running += change
        level.append(running)
    last = len(steps) + 1
    # Thin lines carry the level from one step to the next.
    fig.add_scatter(
        x=[x for at in level for x in (round(at, digits), round(at, digits), None)],
        y=[y for row in range(len(level)) for y in (row, row + 1, None)],
        mode="lines",
        line={"color": CONTEXT, "width": 1},
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=numbers([starting, ending], digits),
        y=[0, last],
        mode="markers+text",
        marker={"color": CONTEXT, "size": 10},
        text=[f" <b>{percent(at) if rates else money(at)}</b>" for at in (starting, ending)],
        textposition=["middle right", "middle right"],
        cliponaxis=False,
        customdata=[percent(at, 3) if rates else exact(at) for at in (starting, ending)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    low, high = min(*level, ending), max(*level, ending)
    room = (high - low or max(high, 1.0)) * (0.4 if rates else 0.3)  # the labels beside the bars
    span = {"range": [low - room, high + room], "showgrid": True, "nticks": 5}
    fig.update_xaxes(percent_axis(**span) if rates else money_axis(**span))
    fig.update_yaxes(
        tickvals=list(range(last + 1)),
        ticktext=[ends[0], *(name for name, _, _ in steps), ends[1]],
        range=[last + 0.6, -0.6],
        showgrid=False,
    )
