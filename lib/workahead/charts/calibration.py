"""What a call, or an answer, was worth: what renewed of it, with its range, beside what was expected."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.theme import (
    ACCENT,
    CALL_NAMES,
    CALLS,
    CONTEXT,
    TEXT,
    figure,
    key_below,
    label,
    nothing,
    numbers,
    percent_axis,
)
from workahead.words.grammar import capital
from workahead.words.numbers import count, exact, percent

_TITLES = {
    "category": "What renewed of each category of call",
    "answer": "What renewed after “Would you renew today?”",
}


def calibration(table: pd.DataFrame, interval: float = 0.8) -> go.Figure:
    """Each category (or answer) as a dot on its range; what the calls expected as a hollow mark, where known.

    ``table`` is a table of ``wa.call_calibration`` or ``wa.answer_record`` made with this ``interval``.
    """
    by = str(table.columns[0])
    name, title = f"calibration_{by}", _TITLES.get(by, f"What renewed, by {by.replace('_', ' ')}")
    known = table.dropna(subset=["renewal_rate"])
    if known.empty:
        return nothing(name, title, "No renewal that has been decided was called")
    names = [CALL_NAMES.get(str(v), capital(str(v).strip("()").replace("_", " "))) for v in known[by]]
    said = "; ".join(
        f"{who} {percent(rate, 0)} ({percent(low, 0)} to {percent(high, 0)}, {count(n, 'renewal')})"
        for who, rate, low, high, n in zip(
            names, known["renewal_rate"], known["low"], known["high"], known["renewals"], strict=True
        )
    )
    note = f"Bars: {percent(interval, 0)} ranges. In brackets: how many renewals."
    fig = figure(name, title, f"{title}: {said}.", height=36 * len(known) + 30, note=note)
    rows = list(range(len(known)))
    for row, value, low, high in zip(rows, known[by], known["low"], known["high"], strict=True):
        fig.add_scatter(
            x=numbers([low, high]),
            y=[row, row],
            mode="lines",
            line={"color": CALLS.get(str(value), ACCENT), "width": 9},
            opacity=0.35,
            showlegend=False,
            hoverinfo="skip",
        )
    if "expected_rate" in known:
        fig.add_scatter(
            x=numbers(known["expected_rate"]),
            y=rows,
            name="Expected",
            mode="markers",
            marker={"symbol": "diamond-open", "color": CONTEXT, "size": 11, "line": {"width": 2}},
            cliponaxis=False,
            customdata=[
                [label(who), percent(v)] for who, v in zip(names, known["expected_rate"], strict=True)
            ],
            hovertemplate="%{customdata[0]}: %{customdata[1]} of the ARR due was expected<extra></extra>",
        )
    fig.add_scatter(
        x=numbers(known["renewal_rate"]),
        y=rows,
        name="Renewed",
        mode="markers",
        marker={"color": [CALLS.get(str(v), ACCENT) for v in known[by]], "size": 11},
        cliponaxis=False,
        customdata=[
            [label(who), percent(rate), percent(low), percent(high), exact(kept), exact(due)]
            for who, rate, low, high, kept, due in zip(
                names,
                known["renewal_rate"],
                known["low"],
                known["high"],
                known["renewed_arr"],
                known["due_arr"],
                strict=True,
            )
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} renewed, %{customdata[2]} to %{customdata[3]}<br>"
        "%{customdata[4]} of %{customdata[5]}<extra></extra>",
    )
    for row, rate, n in zip(rows, known["renewal_rate"], known["renewals"], strict=True):
        fig.add_annotation(
            x=1,
            xref="paper",
            xshift=8,
            y=row,
            text=f"<b>{percent(rate, 0)}</b> ({count(n)})",
            xanchor="left",
            showarrow=False,
            font={"color": TEXT},
        )
    if "expected_rate" in known:
        key_below(fig, note=True)
    fig.update_layout(margin={"r": 84})
    fig.update_xaxes(percent_axis(range=[-0.03, 1.03], tickvals=[0, 0.25, 0.5, 0.75, 1], showgrid=True))
    fig.update_yaxes(
        tickvals=rows,
        ticktext=[label(who, 14) for who in names],
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
    )
    return fig
