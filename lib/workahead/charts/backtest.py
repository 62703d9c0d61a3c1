"""The projection made then, and what came: a range and a mark a quarter."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.theme import (
    ACCENT,
    GRID,
    TEXT,
    figure,
    key_below,
    nothing,
    numbers,
    percent_axis,
    spaced,
)
from workahead.words.dates import span
from workahead.words.numbers import count, percent

MODEL = "workahead"


def backtest(table: pd.DataFrame, interval: float = 0.8) -> go.Figure:
    """GRR as it was projected for each past quarter, with its range, and as it came.

    ``table`` is a table of ``wa.backtest``; only the projection itself is drawn, the others are in the table.
    """
    name, title = "backtest", "GRR as it was projected, and as it came"
    mine = table[table["model"] == MODEL].dropna(subset=["projected", "actual"]).sort_values("period_end")
    if mine.empty:
        return nothing(name, title, "No past quarter has enough history behind it")
    days = zip(mine["period_start"], mine["period_end"], strict=True)
    names = [span(first, last, short=True) for first, last in days]
    inside = int(mine["actual"].between(mine["low"], mine["high"]).sum())
    said = "; ".join(
        f"{quarter} projected {percent(p)}, came {percent(a)}"
        for quarter, p, a in zip(names, mine["projected"], mine["actual"], strict=True)
    )
    alt = f"{said}. {count(inside)} of {count(len(mine))} inside the range."
    fig = figure(name, title, alt, height=230)
    # Two lines of ticks, and the key below them.
    fig.update_layout(height=fig.layout.height + 20, margin={"b": fig.layout.margin.b + 20})
    at = list(range(len(mine)))
    fig.add_scatter(
        x=[x for i in at for x in (i, i, None)],
        y=[
            y
            for low, high in zip(mine["low"], mine["high"], strict=True)
            for y in (*numbers([low, high]), None)
        ],
        mode="lines",
        line={"color": ACCENT, "width": 12},
        opacity=0.3,
        name=f"{percent(interval, 0)} range",
        hoverinfo="skip",
    )
    marks = {
        "projected": ("Projected", {"color": ACCENT, "size": 9}),
        "actual": (
            "Came",
            {"color": TEXT, "size": 9, "symbol": "diamond", "line": {"color": GRID, "width": 1.5}},
        ),
    }
    for column, (said, marker) in marks.items():
        fig.add_scatter(
            x=at,
            y=numbers(mine[column]),
            name=said,
            mode="markers",
            marker=marker,
            cliponaxis=False,
            customdata=[
                [quarter, percent(v), percent(low), percent(high)]
                for quarter, v, low, high in zip(names, mine[column], mine["low"], mine["high"], strict=True)
            ],
            hovertemplate=f"{said}, %{{customdata[0]}}: %{{customdata[1]}}<br>"
            "range %{customdata[2]} to %{customdata[3]}<extra></extra>",
        )
    ticks = spaced(len(at), 4)
    fig.update_xaxes(
        tickvals=ticks,
        ticktext=[names[i].replace(" to ", "<br>to ") for i in ticks],
        range=[-0.5, len(at) - 0.5],
    )
    fig.update_yaxes(percent_axis())
    key_below(fig)
    return fig
