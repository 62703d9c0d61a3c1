"""One account's contracts over time, with the ARR that they add up to."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.theme import (
    ACCENT,
    COLOURS,
    CONTEXT,
    TEXT,
    UNSAID,
    figure,
    key_below,
    label,
    money_axis,
    nothing,
    numbers,
)
from workahead.metrics.account.timeline import arr_steps
from workahead.words.dates import day, month
from workahead.words.numbers import count, exact, money

YEARS, AHEAD = 4, 15
"""Shown are so many years back, and so many months ahead."""
COMING = ("open", "overdue")
_LANE, _STRIP = 30, 90
_READABLE = 0.11  # of the years shown: in a shorter bar there is no room for its amount
_DAY = 86_400_000  # a date axis measures the length of a bar in milliseconds
_STATES: dict[str, tuple[str, dict[str, Any], str]] = {
    "past": (
        "Past contracts",
        {"color": "rgba(132,136,142,0.3)", "line": {"color": CONTEXT, "width": 1}},
        TEXT,
    ),
    "running": ("Running", {"color": ACCENT}, "#ffffff"),
    "overdue": ("Overdue", {"color": COLOURS["contraction"]}, "#16181b"),
    "signed": ("Signed, not begun", {"color": UNSAID["color"], "line": {"color": ACCENT, "width": 1}}, TEXT),
}


def contract_timeline(timeline: pd.DataFrame, as_of: pd.Timestamp, currency: str | None = None) -> go.Figure:
    """Contracts as bars, by product, with their ARR and their renewals; above them the ARR they add up to.

    ``timeline`` is a table of ``wa.account_timeline``, of one account. Shown: four years back, and what is ahead.
    """
    name, title = "contract_timeline", "Contracts over time, and their ARR"
    begun = [pd.Timestamp(at) for at in timeline["start_date"]]
    first = min(as_of, max(min(begun, default=as_of), as_of - pd.DateOffset(years=YEARS)))
    there = timeline["until"].isna() | (timeline["until"] >= first)
    rows = timeline[there].sort_values(["start_date", "subscription_id"], kind="stable")
    if rows.empty:
        return nothing(name, title, "No contract in these years")
    due = rows.loc[rows["outcome"].isin(COMING), "renewal_date"].max()
    named = due + (due - first) * 0.25  # room for the month beside the last diamond
    last = max(at for at in (as_of + pd.DateOffset(months=AHEAD), named) if pd.notna(at))
    rows = rows.assign(
        lane=_lanes(rows),
        begins=rows["start_date"].where(rows["start_date"] > first, first),
        ends=(rows["until"] + pd.Timedelta(days=1)).fillna(last),
    )
    steps = _steps(timeline, first, as_of)
    now = float(steps["arr"].iloc[-1])
    running = rows["state"].isin(["running", "overdue"])
    alt = (
        f"{count(len(rows), 'contract')} since {month(first)}, {count(running.sum())} of them running; ARR was "
        f"{money(steps['arr'].iloc[0], currency)} at first and is {money(now)} on {day(as_of)}."
    )
    lanes = rows.sort_values("lane").drop_duplicates("lane")
    bars = _LANE * len(lanes) + 20
    marks = [
        said
        for said, outcomes in (("Diamond: a renewal to come.", COMING), ("Cross: a lost contract.", ["lost"]))
        if rows["outcome"].isin(outcomes).any()
    ]
    note = " ".join(marks) or None
    fig = figure(name, title, alt, height=bars + _STRIP, note=note)
    for state, (said, marker, ink) in _STATES.items():
        _add_bars(fig, rows[rows["state"] == state], said, marker, ink, _READABLE * (last - first))
    _add_ends(fig, rows)
    fig.add_scatter(
        x=[f"{when:%Y-%m-%d}" for when in steps["date"]],
        y=numbers(steps["arr"], 2),
        yaxis="y2",
        mode="lines",
        line={"shape": "hv", "color": ACCENT, "width": 2},
        showlegend=False,
        hovertemplate="ARR from %{x|%-d %B %Y}: %{y:,.2f}<extra></extra>",
    )
    here = f"{as_of:%Y-%m-%d}"
    fig.add_annotation(
        x=here,
        y=round(now, 2),
        yref="y2",
        text=f"<b>{money(now)}</b>",
        xanchor="left",
        xshift=6,
        showarrow=False,
    )
    fig.add_shape(
        type="line",
        x0=here,
        x1=here,
        y0=0,
        y1=1,
        yref="paper",
        line={"color": CONTEXT, "width": 1, "dash": "dot"},
    )
    split = bars / (bars + _STRIP)
    fig.update_layout(
        barmode="overlay",
        bargap=0.3,
        yaxis={
            "domain": [0, round(split - 0.04, 4)],
            "tickvals": lanes["lane"].tolist(),
            "ticktext": _once(lanes["product"].fillna("Contract")),
            "range": [len(lanes) - 0.4, -0.6],
            "showgrid": False,
        },
        yaxis2={
            **money_axis(rangemode="tozero", nticks=3),
            "domain": [round(split + 0.04, 4), 1],
            "anchor": "x",
            "automargin": True,
            "fixedrange": True,
        },
    )
    fig.update_xaxes(type="date", range=[f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"], nticks=6)
    key_below(fig, note=note is not None)
    return fig


def _lanes(rows: pd.DataFrame) -> list[int]:
    """A lane for each contract: those of a product one after another, those that overlap below one another."""
    ends: dict[tuple[str, int], pd.Timestamp] = {}
    places = []
    for product, begins, until in zip(
        rows["product"].fillna(""), rows["start_date"], rows["until"], strict=True
    ):
        depth = 0
        while (product, depth) in ends and not ends[product, depth] < begins:
            depth += 1
        ends[product, depth] = pd.Timestamp.max if pd.isna(until) else until
        places.append((product, depth))
    order = {product: at for at, product in enumerate(dict.fromkeys(product for product, _ in places))}
    lanes = {lane: at for at, lane in enumerate(sorted(ends, key=lambda lane: (order[lane[0]], lane[1])))}
    return [lanes[place] for place in places]


def _steps(timeline: pd.DataFrame, first: pd.Timestamp, as_of: pd.Timestamp) -> pd.DataFrame:
    """ARR from the first day shown to the as-of date."""
    steps = arr_steps(timeline)
    before = steps.loc[steps["date"] <= first, "arr"].tail(1).sum()
    inside = steps[(steps["date"] > first) & (steps["date"] <= as_of)]
    level = inside["arr"].iloc[-1] if len(inside) else before
    ends = pd.DataFrame({"date": [first, as_of], "arr": [before, level]})
    return pd.concat([ends.head(1), inside, ends.tail(1)], ignore_index=True)


def _add_bars(
    fig: go.Figure,
    rows: pd.DataFrame,
    said: str,
    marker: dict[str, Any],
    ink: str,
    readable: pd.Timedelta,
) -> None:
    if rows.empty:
        return
    fig.add_bar(
        x=[int((end - begin).days) * _DAY for begin, end in zip(rows["begins"], rows["ends"], strict=True)],
        base=[f"{begin:%Y-%m-%d}" for begin in rows["begins"]],
        y=rows["lane"].tolist(),
        orientation="h",
        name=said,
        marker=marker,
        text=[
            money(arr) if end - begin >= readable else ""
            for arr, begin, end in zip(rows["arr"], rows["begins"], rows["ends"], strict=True)
        ],
        textposition="inside",
        insidetextanchor="middle",
        insidetextfont={"color": ink, "size": 11},
        textangle=0,
        constraintext="none",
        customdata=[
            [label("Contract" if pd.isna(product) else product), exact(arr), day(start), _end(until)]
            for product, arr, start, until in zip(
                rows["product"], rows["arr"], rows["start_date"], rows["until"], strict=True
            )
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]}, %{customdata[2]} to %{customdata[3]}<extra></extra>",
    )


def _once(products: pd.Series) -> list[str]:
    """The name of each product beside its first lane."""
    return [
        "" if again else label(product, 16)
        for product, again in zip(products, products.duplicated(), strict=True)
    ]


def _end(until: pd.Timestamp) -> str:
    return "no known end" if pd.isna(until) else day(until)


def _add_ends(fig: go.Figure, rows: pd.DataFrame) -> None:
    """Renewals to come and contracts lost, as marks at the ends of their bars."""
    coming = rows[rows["outcome"].isin(COMING)]
    lost = rows[(rows["outcome"] == "lost") & rows["until"].notna()]
    for found, at, symbol, colour, said in (
        (coming, "renewal_date", "diamond", TEXT, "comes due"),
        (lost, "until", "x", COLOURS["churn"], "was lost"),
    ):
        if len(found):
            fig.add_scatter(
                x=[f"{when:%Y-%m-%d}" for when in found[at]],
                y=found["lane"].tolist(),
                mode="markers+text" if at == "renewal_date" else "markers",
                marker={"symbol": symbol, "color": colour, "size": 9},
                text=[f" {month(when, short=True)}" for when in found[at]],
                textposition="middle right",
                textfont={"size": 11},
                showlegend=False,
                customdata=[
                    [exact(arr), day(when)] for arr, when in zip(found["arr"], found[at], strict=True)
                ],
                hovertemplate=f"%{{customdata[0]}} {said} on %{{customdata[1]}}<extra></extra>",
            )
