"""What charts of lines over time share: each line named at its end, months below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.theme import ACCENT, CONTEXT, spaced
from workahead.words.dates import month

PLOT = 250
"""The height that lines are drawn in, in pixels."""
LINES = 5
"""More lines than these can't be told apart: the largest groups are shown."""
SHADES = (ACCENT, "#b8652a", "#6a4c93", "#4f7a28", CONTEXT)


def name_ends(
    fig: go.Figure, x: Any, ends: Sequence[tuple[str, float]], span: float, xshift: int = 6
) -> None:
    """Write texts beside the last points of lines, apart from one another; ``span`` is what the plot's height shows."""
    for (text, value), shift in zip(ends, apart([value for _, value in ends], span), strict=True):
        fig.add_annotation(
            x=x, y=round(value, 6), text=text, xanchor="left", xshift=xshift, yshift=shift, showarrow=False
        )


def apart(values: Sequence[float], span: float, gap: float = 15) -> list[float]:
    """Shifts in pixels, up is positive, that keep labels at these heights of the plot ``gap`` apart."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    place = [values[i] / span * PLOT for i in order]
    for low, high in zip(range(len(order)), range(1, len(order)), strict=False):
        lack = gap - (place[high] - place[low])
        if lack > 0:
            place[high] += lack
    shifts = [0.0] * len(values)
    for i, at in zip(order, place, strict=True):
        shifts[i] = round(at - values[i] / span * PLOT, 1)
    return shifts


def month_axis(fig: go.Figure, ends: pd.Series) -> None:
    """Months below lines over month-ends: as many named as there is room for."""
    dates = [day.strftime("%Y-%m-%d") for day in ends]
    ticks = spaced(len(dates), 4)
    fig.update_xaxes(
        type="date",
        range=[dates[0], dates[-1]] if len(dates) > 1 else None,
        tickvals=[dates[i] for i in ticks],
        ticktext=[month(ends.iloc[i], short=True).replace(" ", "<br>") for i in ticks],
    )
