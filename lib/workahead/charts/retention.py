"""Net and gross retention: over time beside published benchmarks, and by group."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.over_time import PLOT, month_axis, name_ends
from workahead.charts.theme import ACCENT, CONTEXT, figure, label, nothing, numbers, percent_axis
from workahead.words.dates import month
from workahead.words.numbers import count, exact, percent
from workahead.words.retention import credit

_COLOUR = {"nrr": ACCENT, "grr": CONTEXT}
GROUPS_SHOWN = 20
SMALLEST_SHARE = 0.01  # of starting ARR: below it a rate is the fate of a contract or two


def retention_trend(
    trend: pd.DataFrame, benchmarks: pd.DataFrame | None = None, months: int = 12
) -> go.Figure:
    """NRR and GRR over time, each line named at its end, beside published benchmarks.

    ``trend`` is a table of ``wa.retention_trend`` without ``by``: a row per month-end, in fractions.
    ``benchmarks`` is a table of ``wa.benchmarks``: a dotted line for each row; none without one.
    ``months`` is the window of the trend, for the title.
    """
    name = "retention_trend"
    title = f"Net and gross retention over {months} months"
    known = trend.dropna(subset=["nrr", "grr"], how="all").sort_values("period_end")
    if known.empty:
        return nothing(name, title, f"No customer has {months} months behind it yet")
    if known["period_end"].duplicated().any():
        raise ValueError("retention_trend draws one line a measure: choose one group of the table first")
    lines: list[Any] = [] if benchmarks is None else benchmarks.to_dict("records")

    first, last = known.iloc[0], known.iloc[-1]
    alt = (
        f"NRR and GRR over {months} months at each month-end from {month(first['period_end'])} to "
        f"{month(last['period_end'])}: NRR from {percent(first['nrr'])} to {percent(last['nrr'])}, "
        f"GRR from {percent(first['grr'])} to {percent(last['grr'])}."
    )
    note = "; ".join(("Dotted: " if i == 0 else "") + credit(line) for i, line in enumerate(lines))
    fig = figure(name, title, alt, height=PLOT, note=note)

    seen = [*known["nrr"].dropna(), *known["grr"].dropna(), *(line["value"] for line in lines)]
    pad = max(0.01, (max(seen) - min(seen)) * 0.08)
    low, high = min(seen) - pad, max(seen) + pad
    dates = [d.strftime("%Y-%m-%d") for d in known["period_end"]]
    for metric in ("grr", "nrr"):
        fig.add_scatter(
            x=dates,
            y=numbers(known[metric]),
            name=metric.upper(),
            mode="lines+markers" if len(known) < 3 else "lines",
            line={"color": _COLOUR[metric], "width": 2.5},
            cliponaxis=False,
            customdata=[
                [month(end), percent(rate, 2)]
                for end, rate in zip(known["period_end"], known[metric], strict=True)
            ],
            hovertemplate=f"{metric.upper()}, %{{customdata[0]}}: %{{customdata[1]}}<extra></extra>",
        )
    for line in lines:
        fig.add_scatter(
            x=[dates[0], dates[-1]],
            y=[line["value"], line["value"]],
            mode="lines",
            line={"color": CONTEXT, "width": 1.5, "dash": "dot"},
            hovertemplate=f"{label(credit(line))}<extra></extra>",
        )
    named = [
        (f"<b>{m.upper()}</b> {percent(last[m])}", float(last[m]))
        for m in ("nrr", "grr")
        if last[m] == last[m]
    ]
    name_ends(fig, dates[-1], named, high - low)
    fig.update_layout(margin={"r": 88})
    month_axis(fig, known["period_end"])
    fig.update_yaxes(percent_axis(range=[round(low, 4), round(high, 4)]))
    return fig


def retention_by(table: pd.DataFrame, by: str | None = None, months: int = 12) -> go.Figure:
    """GRR and NRR of each group as two dots on a line, the largest group on top.

    ``table`` is a table of ``wa.retention`` with ``by`` (its first column is the group, unless ``by`` names
    it); the twenty largest are drawn, each with at least 1% of starting ARR, and the note counts the others.
    """
    name = "retention_by"
    by = by or str(table.columns[0])
    title = f"Net and gross retention by {by.replace('_', ' ')}"
    known = table.dropna(subset=["nrr", "grr"], how="all").sort_values(
        "starting_arr", ascending=False, kind="stable"
    )
    if known.empty:
        return nothing(name, title, f"No customer has {months} months behind it yet")
    total = float(known["starting_arr"].sum())
    large = known[known["starting_arr"] >= SMALLEST_SHARE * total].head(GROUPS_SHOWN)
    left_out = len(known) - len(large)
    known = large
    said = "; ".join(
        f"{group} NRR {percent(nrr)}, GRR {percent(grr)}"
        for group, nrr, grr in zip(known[by], known["nrr"], known["grr"], strict=True)
    )
    note = f"{count(left_out, 'smaller group')} only in the table." if left_out else None
    fig = figure(
        name, title, f"{title} over {months} months: {said}.", height=34 * len(known) + 24, note=note
    )
    rows = list(range(len(known)))
    fig.add_scatter(
        x=[
            x
            for pair in zip(numbers(known["grr"]), numbers(known["nrr"]), strict=True)
            for x in (*pair, None)
        ],
        y=[y for row in rows for y in (row, row, None)],
        mode="lines",
        line={"color": CONTEXT, "width": 1.5},
        showlegend=False,
        hoverinfo="skip",
    )
    seen = [*known["nrr"].dropna(), *known["grr"].dropna(), 1.0]
    for metric in ("grr", "nrr"):
        other = known["grr" if metric == "nrr" else "nrr"]
        fig.add_scatter(
            x=numbers(known[metric]),
            y=rows,
            name=metric.upper(),
            mode="markers+text",
            marker={"color": _COLOUR[metric], "size": 10},
            text=[percent(v, 0) for v in known[metric]],
            # the higher of the two is labelled on its right, the lower on its left: labels never meet
            textposition=[
                "middle right" if (v > o or (v == o and metric == "nrr")) else "middle left"
                for v, o in zip(known[metric], other, strict=True)
            ],
            cliponaxis=False,
            customdata=[
                [label(group), percent(v, 2), exact(arr)]
                for group, v, arr in zip(known[by], known[metric], known["starting_arr"], strict=True)
            ],
            hovertemplate=(
                f"%{{customdata[0]}}: {metric.upper()} %{{customdata[1]}}, "
                "of %{customdata[2]} ARR<extra></extra>"
            ),
        )
    below = 15 if note else 0
    fig.update_layout(
        showlegend=True,
        legend={"yref": "container", "y": round(below / fig.layout.height, 4), "yanchor": "bottom"},
    )
    room = max(0.02, (max(seen) - min(seen)) * 0.34)  # for the labels, on a phone
    fig.update_xaxes(
        percent_axis(range=[round(min(seen) - room, 4), round(max(seen) + room, 4)], showgrid=True, nticks=5)
    )
    fig.update_yaxes(
        tickvals=rows,
        ticktext=[label(group, 18) for group in known[by]],
        range=[len(rows) - 0.4, -0.8],
        showgrid=False,
    )
    return fig
