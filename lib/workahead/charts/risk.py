"""Risk in dollars: by what causes it, and as the calls saw it month by month."""

from __future__ import annotations

import textwrap

import pandas as pd
import plotly.graph_objects as go

from workahead.book.tables import NOT_SET
from workahead.charts.theme import (
    CALLS,
    UNSAID,
    figure,
    key_below,
    label,
    money_axis,
    nothing,
    numbers,
    spaced,
)
from workahead.words.dates import month
from workahead.words.numbers import count, exact, money, percent

UNSTATED = "No cause stated"
KINDS = {
    "addressable": ("Can be addressed", {"color": CALLS["at_risk"]}),
    "fixed": ("Can't be addressed", {"color": CALLS["churn"]}),
    "unsaid": ("Not stated or unknown", UNSAID),
}


def risk_causes(risk: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """ARR at risk by root cause, largest first: whether something can be done about it, and what nobody has stated.

    ``risk`` is a table of ``wa.risk`` by root cause.
    """
    name, title = "risk_causes", "ARR at risk by root cause"
    if risk.empty:
        return nothing(name, title, "No call sees ARR at risk")
    causes = [UNSTATED if cause == NOT_SET else str(cause) for cause in risk["root_cause"]]
    said = "; ".join(
        f"{cause} {money(arr)} ({percent(share, 0)})"
        for cause, arr, share in zip(causes, risk["at_risk_arr"], risk["share"], strict=True)
    )
    total = money(risk["at_risk_arr"].sum(), currency)
    fig = figure(name, title, f"{total} at risk by root cause: {said}.", height=30 * len(risk) + 10)
    kind = risk["addressable"].map({True: "addressable", False: "fixed"}).fillna("unsaid")
    rows = pd.Series(range(len(risk)), index=risk.index)
    for one, (said_of, marker) in KINDS.items():
        chosen = risk[kind == one]
        if chosen.empty:
            continue
        fig.add_bar(
            orientation="h",
            y=list(rows[chosen.index]),
            x=numbers(chosen["at_risk_arr"], 2),
            width=0.66,
            name=said_of,
            marker=marker,
            text=[
                f" {money(arr)}, {percent(share, 0)}"
                for arr, share in zip(chosen["at_risk_arr"], chosen["share"], strict=True)
            ],
            textposition="outside",
            cliponaxis=False,
            customdata=[
                [label(causes[rows[at]]), exact(arr), count(size, "renewal")]
                for at, arr, size in zip(chosen.index, chosen["at_risk_arr"], chosen["renewals"], strict=True)
            ],
            hovertemplate="%{customdata[0]}: %{customdata[1]} in %{customdata[2]}<extra></extra>",
        )
    key_below(fig)
    fig.update_layout(barmode="overlay")
    most = float(risk["at_risk_arr"].max())
    fig.update_xaxes(money_axis(range=[0, round(most * 1.6, 2)], showgrid=True, nticks=5))
    fig.update_yaxes(
        tickvals=list(rows),
        ticktext=["<br>".join(label(line) for line in textwrap.wrap(cause, 22)[:2]) for cause in causes],
        ticklabelstandoff=5,
        range=[len(risk) - 0.4, -0.6],
        showgrid=False,
    )
    return fig


def risk_over_time(trend: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """ARR at risk at each month-end, by the calls made by then.

    ``trend`` is a table of ``wa.risk_trend``.
    """
    name, title = "risk_over_time", "ARR at risk, as the calls of the time saw it"
    if trend.empty or not trend["at_risk_arr"].any():
        return nothing(name, title, "No call has seen ARR at risk")
    first, last = trend.iloc[0], trend.iloc[-1]
    alt = (
        f"ARR at risk at each month-end: {money(first['at_risk_arr'], currency)} in "
        f"{month(first['period_end'])}, {money(last['at_risk_arr'], currency)} in {month(last['period_end'])}, "
        f"at most {money(trend['at_risk_arr'].max(), currency)}."
    )
    fig = figure(name, title, alt, height=220)
    told = trend["addressable_arr"] + trend["fixed_arr"]
    parts = {
        "addressable": trend["addressable_arr"],
        "fixed": trend["fixed_arr"],
        "unsaid": (trend["at_risk_arr"] - told).round(2),
    }
    at = list(range(len(trend)))
    for one, amounts in parts.items():
        if not amounts.any():
            continue
        said_of, marker = KINDS[one]
        fig.add_bar(
            x=at,
            y=numbers(amounts, 2),
            name=said_of,
            marker=marker,
            customdata=[
                [month(end), exact(arr)] for end, arr in zip(trend["period_end"], amounts, strict=True)
            ],
            hovertemplate=f"{said_of}, %{{customdata[0]}}: %{{customdata[1]}}<extra></extra>",
        )
    ticks = spaced(len(trend))
    key_below(fig)
    fig.update_layout(barmode="stack", bargap=0.28)
    ends = [month(end, short=True).replace(" ", "<br>") for end in trend["period_end"]]
    fig.update_xaxes(tickvals=ticks, ticktext=[ends[i] for i in ticks])
    fig.update_yaxes(money_axis(rangemode="tozero"))
    return fig
