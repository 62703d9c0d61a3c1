"""What moved ARR: the bridge from start to end, and the same month by month."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.theme import (
    COLOURS,
    CONTEXT,
    GAINS,
    GRID,
    LOSSES,
    NAMES,
    TEXT,
    figure,
    money_axis,
    nothing,
    numbers,
    spaced,
)
from workahead.charts.waterfall import waterfall
from workahead.words.dates import day, month, span
from workahead.words.numbers import exact, money


def _signed(movements: pd.DataFrame) -> dict[str, float]:
    """The movements of a table as changes of ARR: gains positive, losses negative, fx as it stands."""
    sums = {kind: float(movements[kind].sum()) for kind in (*GAINS, *LOSSES, "fx") if kind in movements}
    return {kind: -amount if kind in LOSSES else amount for kind, amount in sums.items()}


def arr_bridge(movements: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """The bridge from starting to ending ARR, as floating bars between two marks.

    ``movements`` is a table of ``wa.movements``; groups and periods are added up. The marks at both ends are
    points, not bars, because the axis does not begin at zero: only the length of a bar is an amount.
    """
    name = "arr_bridge"
    if movements.empty or not movements[["starting", "ending", *GAINS, *LOSSES]].to_numpy().any():
        return nothing(name, "What moved ARR")
    first, last = movements["period_start"].min(), movements["period_end"].max()
    starting = float(movements.loc[movements["period_start"] == first, "starting"].sum())
    ending = float(movements.loc[movements["period_end"] == last, "ending"].sum())
    changes = {k: v for k, v in _signed(movements).items() if v or k != "fx"}

    said = "; ".join(f"{NAMES[k].lower()} {money(v, sign=True)}" for k, v in changes.items() if v)
    alt = (
        f"ARR from {money(starting, currency)} at the close of {day(first)} to {money(ending, currency)} "
        f"at the close of {day(last)}: {said or 'no movement'}."
    )
    fig = figure(
        name, f"What moved ARR, {span(first, last, short=True)}", alt, height=30 * (len(changes) + 2)
    )

    steps = [(NAMES[kind], COLOURS[kind], change) for kind, change in changes.items()]
    waterfall(fig, starting, steps, ending)
    return fig


def movements_over_time(movements: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """Gains above the line and losses below it, a bar a period, with the net change as a line of marks.

    ``movements`` is a table of ``wa.movements`` with ``freq``; groups are added up.
    """
    name = "movements_over_time"
    kinds = [k for k in (*GAINS, *LOSSES, "fx") if k in movements and movements[k].any()]
    if movements.empty or not kinds:
        return nothing(name, "Movements over time", "No ARR moved in this period")
    table = movements.groupby(["period_start", "period_end"], as_index=False)[kinds].sum()
    table = table.sort_values("period_end")
    signed = table[kinds].mul([-1 if k in LOSSES else 1 for k in kinds])
    net = signed.sum(axis=1)
    labels = [span(a, b) for a, b in zip(table["period_start"], table["period_end"], strict=True)]

    first, last = table["period_start"].iloc[0], table["period_end"].iloc[-1]
    best, worst = labels[int(net.to_numpy().argmax())], labels[int(net.to_numpy().argmin())]
    alt = (
        f"ARR movements by period, {span(first, last)}: "
        f"net change {money(net.sum(), currency, sign=True)}; "
        f"largest in {best} ({money(net.max(), sign=True)}), "
        f"smallest in {worst} ({money(net.min(), sign=True)})."
    )
    fig = figure(name, f"ARR won and lost, {span(first, last, short=True)}", alt, height=270)
    shown = [month(end, short=True) for end in table["period_end"]]
    at = list(range(len(table)))
    for kind in kinds:
        fig.add_bar(
            x=at,
            y=numbers(signed[kind], 2),
            name=NAMES[kind],
            marker={"color": COLOURS[kind]},
            customdata=[[label, exact(v)] for label, v in zip(labels, signed[kind], strict=True)],
            hovertemplate=f"{NAMES[kind]}, %{{customdata[0]}}: %{{customdata[1]}}<extra></extra>",
        )
    fig.add_scatter(
        x=at,
        y=numbers(net, 2),
        name="Net change",
        mode="markers",
        marker={"color": TEXT, "size": 8, "line": {"color": GRID, "width": 1.5}},
        customdata=[[label, exact(v)] for label, v in zip(labels, net, strict=True)],
        hovertemplate="Net change, %{customdata[0]}: %{customdata[1]}<extra></extra>",
    )
    ticks = spaced(len(at))
    fig.update_layout(barmode="relative", bargap=0.28, showlegend=True)
    fig.update_xaxes(tickvals=ticks, ticktext=[shown[i].replace(" ", "<br>") for i in ticks])
    fig.update_yaxes(money_axis(zeroline=True, zerolinecolor=CONTEXT, zerolinewidth=1))
    return fig
