"""One account drawn: its contracts over time with the ARR that they add up to, and what was said of its renewals."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.theme import (
    ACCENT,
    CALL_NAMES,
    CALLS,
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
from workahead.metrics.account_timeline import arr_steps
from workahead.words.dates import day, month
from workahead.words.numbers import count, exact, money

YEARS, AHEAD = 4, 15
"""Shown are so many years back, and so many months ahead."""
_LANE, _STRIP = 30, 90
_DAY = 86_400_000  # a date axis measures the length of a bar in milliseconds
_STATES = {
    "past": ("Past contracts", {"color": "rgba(132,136,142,0.35)"}, TEXT),
    "running": ("Running", {"color": ACCENT}, "#ffffff"),
    "overdue": ("Overdue", {"color": COLOURS["contraction"]}, "#16181b"),
    "signed": ("Signed, not begun", {"color": UNSAID["color"], "line": {"color": ACCENT, "width": 1}}, TEXT),
}


def contract_timeline(timeline: pd.DataFrame, as_of: pd.Timestamp, currency: str | None = None) -> go.Figure:
    """Contracts as bars, by product, with their ARR and their renewals; above them the ARR they add up to.

    ``timeline`` is a table of ``wa.account_timeline``, of one account. Shown: four years back, and what is ahead.
    """
    name, title = "contract_timeline", "Contracts over time, and the ARR they add up to"
    first = max(timeline["start_date"].min(), as_of - pd.DateOffset(years=YEARS)) if len(timeline) else as_of
    known = timeline["until"].fillna(as_of)
    rows = timeline[known >= first].sort_values(["start_date", "subscription_id"], kind="stable")
    if rows.empty:
        return nothing(name, title, "No contract in these years")
    last = max([as_of + pd.DateOffset(months=AHEAD), *rows["renewal_date"].dropna() + pd.Timedelta(days=120)])
    rows = rows.assign(
        lane=_lanes(rows),
        begins=rows["start_date"].clip(lower=first),
        ends=(rows["until"] + pd.Timedelta(days=1)).fillna(last).clip(upper=last),
    )
    steps = _steps(timeline, first, as_of)
    now = float(steps["arr"].iloc[-1])
    running = rows["state"].isin(["running", "overdue"])
    alt = (
        f"{count(len(rows), 'contract')} since {month(first)}, {count(running.sum())} of them running; ARR was "
        f"{money(steps['arr'].iloc[0], currency)} at first and is {money(now)} on {day(as_of)}."
    )
    lanes = rows.drop_duplicates("lane")
    bars = _LANE * len(lanes) + 20
    note = "Diamonds: renewals to come. Crosses: contracts that were lost." if len(rows) else None
    fig = figure(name, title, alt, height=bars + _STRIP, note=note)
    for state, (said, marker, ink) in _STATES.items():
        _add_bars(fig, rows[rows["state"] == state], said, marker, ink)
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
            "ticktext": [label(product, 16) for product in lanes["product"].fillna("Contract")],
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


def _add_bars(fig: go.Figure, rows: pd.DataFrame, said: str, marker: dict[str, object], ink: str) -> None:
    if rows.empty:
        return
    fig.add_bar(
        x=[int((end - begin).days) * _DAY for begin, end in zip(rows["begins"], rows["ends"], strict=True)],
        base=[f"{begin:%Y-%m-%d}" for begin in rows["begins"]],
        y=rows["lane"].tolist(),
        orientation="h",
        name=said,
        marker=marker,
        text=[money(arr) for arr in rows["arr"]],
        textposition="inside",
        insidetextanchor="middle",
        insidetextfont={"color": ink, "size": 11},
        textangle=0,
        customdata=[
            [label("Contract" if pd.isna(product) else product), exact(arr), day(start), _end(until)]
            for product, arr, start, until in zip(
                rows["product"], rows["arr"], rows["start_date"], rows["until"], strict=True
            )
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]}, %{customdata[2]} to %{customdata[3]}<extra></extra>",
    )


def _end(until: pd.Timestamp) -> str:
    return "no known end" if pd.isna(until) else day(until)


def _add_ends(fig: go.Figure, rows: pd.DataFrame) -> None:
    """Renewals to come and contracts lost, as marks at the ends of their bars."""
    coming = rows[rows["outcome"].isin(["open", "overdue"])]
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


def calls_over_time(calls: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """What each call expected to renew, renewal by renewal; the colour is its category.

    ``calls`` is a table of ``wa.renewal_calls``, of one account.
    """
    name, title = "calls_over_time", "What was expected to renew, call by call"
    table = calls.dropna(subset=["forecast_arr"])
    if table.empty:
        return nothing(name, title, "No call has been made on a renewal ahead")
    groups = list(table.groupby("subscription_id", sort=False))
    said = "; ".join(
        f"{_renewal(rows.iloc[-1])}: {money(rows['due_arr'].iloc[-1], currency)} due, last called "
        f"{_call(rows['category'].iloc[-1]).lower()} at {money(rows['forecast_arr'].iloc[-1])}"
        for _, rows in groups
    )
    fig = figure(name, title, f"{said}.", height=200, note="Dotted: what comes due.")
    last = table["called_on"].max()
    for _, rows in groups:
        _add_renewal(fig, rows, last)
    for category in dict.fromkeys([*CALLS, *table["category"].dropna()]):
        rows = table[table["category"] == category]
        if len(rows):
            fig.add_scatter(
                x=_days(rows["called_on"]),
                y=numbers(rows["forecast_arr"], 2),
                mode="markers",
                marker={"color": CALLS.get(category, CALLS["other"]), "size": 11},
                name=_call(category),
                customdata=[
                    [
                        label(_renewal(row)),
                        exact(row["forecast_arr"]),
                        exact(row["due_arr"]),
                        day(row["called_on"]),
                    ]
                    for _, row in rows.iterrows()
                ],
                hovertemplate=f"%{{customdata[3]}}, {label(_call(category))}: %{{customdata[1]}} of "
                "%{customdata[2]} (%{customdata[0]})<extra></extra>",
            )
    key_below(fig, note=True)
    begins, ends = table["called_on"].min(), last
    room = max((ends - begins) * 0.35, pd.Timedelta(days=30))
    fig.update_xaxes(type="date", range=[*_days([begins - room * 0.15, ends + room])], nticks=5)
    fig.update_yaxes(
        money_axis(range=[0, round(float(table[["forecast_arr", "due_arr"]].max().max()) * 1.12, 2)])
    )
    return fig


def _add_renewal(fig: go.Figure, rows: pd.DataFrame, last: pd.Timestamp) -> None:
    due = float(rows["due_arr"].iloc[-1])
    first = rows["called_on"].iloc[0]
    for x, y, dash, width in (
        (_days([first, last]), [due, due], "dot", 1),
        (
            _days([*rows["called_on"], last]),
            [*rows["forecast_arr"], rows["forecast_arr"].iloc[-1]],
            "solid",
            1.5,
        ),
    ):
        fig.add_scatter(
            x=x,
            y=numbers(y, 2),
            mode="lines",
            line={"color": CONTEXT, "width": width, "dash": dash, "shape": "hv"},
            showlegend=False,
            hoverinfo="skip",
        )
    fig.add_annotation(
        x=_days([last])[0], y=round(float(rows["forecast_arr"].iloc[-1]), 2), text=label(_renewal(rows.iloc[-1]), 22),
        xanchor="left", xshift=10, showarrow=False, font={"size": 11},
    )  # fmt: skip


def _renewal(row: pd.Series) -> str:
    what = row["product"] if isinstance(row["product"], str) and row["product"] else "renewal"
    return f"{what}, {month(row['renewal_date'], short=True)}"


def _call(category: object) -> str:
    return CALL_NAMES.get(str(category), str(category))


def _days(values: Sequence[pd.Timestamp] | pd.Series) -> list[str]:
    return [f"{value:%Y-%m-%d}" for value in values]
