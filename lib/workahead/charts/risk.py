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
from workahead.words.grammar import column as column_name
from workahead.words.numbers import count, exact, money, percent

UNSTATED = "No cause stated"
KINDS = {
    "addressable": ("Can be addressed", {"color": CALLS["at_risk"]}),
    "fixed": ("Can't be addressed", {"color": CALLS["churn"]}),
    "unsaid": ("Not stated or unknown", UNSAID),
}


def risk_causes(risk: pd.DataFrame, currency: str | None = None, by: str | None = None) -> go.Figure:
    """ARR at risk by root cause, largest first: whether something can be done about it, and what nobody has stated.

    ``risk`` is a table of ``wa.risk`` by root cause; with ``by`` one by that column and root cause, drawn by that
    column.
    """
    name = "risk_causes" if by is None else "risk_groups"
    title = f"ARR at risk by {'root cause' if by is None else column_name(by)}"
    if risk.empty:
        return nothing(name, title, "No call sees ARR at risk")
    column = by or "root_cause"
    sums = risk.groupby(column, sort=False)[["at_risk_arr", "share"]].sum()
    sums = sums.sort_values("at_risk_arr", ascending=False, kind="stable")
    names = {one: UNSTATED if one == NOT_SET and by is None else str(one) for one in sums.index}
    said = "; ".join(
        f"{names[one]} {money(arr)} ({percent(share, 0)})"
        for one, arr, share in zip(sums.index, sums["at_risk_arr"], sums["share"], strict=True)
    )
    total = money(risk["at_risk_arr"].sum(), currency)
    alt = f"{total} at risk by {title.partition(' by ')[2]}: {said}."
    fig = figure(name, title, alt, height=30 * len(sums) + 10)
    kind = risk["addressable"].map({True: "addressable", False: "fixed"}).fillna("unsaid")
    parts = {one: risk[kind == one].groupby(column)[["at_risk_arr", "renewals"]].sum() for one in KINDS}
    ends = {group: one for one, part in parts.items() for group in part.index}
    row_of = {one: row for row, one in enumerate(sums.index)}
    for one, (said_of, marker) in KINDS.items():
        part = parts[one].reindex([group for group in sums.index if group in parts[one].index])
        if part.empty:
            continue
        fig.add_bar(
            orientation="h",
            y=[row_of[group] for group in part.index],
            x=numbers(part["at_risk_arr"], 2),
            width=0.66,
            name=said_of,
            marker=marker,
            text=[
                f" {money(sums.at[group, 'at_risk_arr'])}, {percent(sums.at[group, 'share'], 0)}"
                if ends[group] == one
                else ""
                for group in part.index
            ],
            textposition="outside",
            cliponaxis=False,
            customdata=[
                [label(names[group]), exact(arr), count(size, "renewal")]
                for group, arr, size in zip(part.index, part["at_risk_arr"], part["renewals"], strict=True)
            ],
            hovertemplate="%{customdata[0]}: %{customdata[1]} in %{customdata[2]}<extra></extra>",
        )
    key_below(fig)
    fig.update_layout(barmode="stack")
    most = float(sums["at_risk_arr"].max())
    fig.update_xaxes(money_axis(range=[0, round(most * 1.6, 2)], showgrid=True, nticks=5))
    fig.update_yaxes(
        tickvals=list(row_of.values()),
        ticktext=["<br>".join(label(line) for line in textwrap.wrap(one, 22)[:2]) for one in names.values()],
        ticklabelstandoff=5,
        range=[len(sums) - 0.4, -0.6],
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
