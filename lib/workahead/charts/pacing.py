"""The quota period: when bookings come, where they stand, and what each week to come must bring."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from workahead.charts.over_time import PLOT, apart
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
    percent_axis,
)
from workahead.words.dates import day
from workahead.words.grammar import extremes
from workahead.words.numbers import count, exact, money, percent

_SHADE = "rgba(11,114,133,0.20)"
_LINES = (ACCENT, CONTEXT, COLOURS["contraction"])
_ACTIVITIES = {"call": "Calls", "meeting": "Meetings", "csql": "New CSQLs"}


def booking_curve(curves: Mapping[str, pd.DataFrame]) -> go.Figure:
    """The share of a period's bookings that is in by the end of each week, a line for each kind of bookings.

    ``curves`` are tables of ``wa.booking_curve`` by name; the first has its range, from the lowest to the highest of
    the past periods.
    """
    name, title = "booking_curve", "How much of a period's bookings is in, week by week"
    known = {who: table for who, table in curves.items() if len(table)}
    if not known:
        return nothing(name, title, "There are no bookings")
    first = next(iter(known.values()))
    half = {who: int(table.loc[table["share"] >= 0.5, "week"].iloc[0]) for who, table in known.items()}
    said = "; ".join(f"half of {who} by week {week}" for who, week in half.items())
    straight = [who for who, table in known.items() if (table["basis"] != "record").any()]
    past = int(first["periods"].iloc[0])
    note = f"Shaded: the lowest and the highest of {count(past, 'past period')}."
    if first["share_low"].isna().any():
        note = ""
    if straight:
        note += f" Straight, for want of a record: {', '.join(straight)}."
    fig = figure(name, title, f"Share of bookings by week: {said}.", height=PLOT, note=note.strip())
    _band(fig, first["week"], first["share_low"], first["share_high"])
    for (who, table), colour in zip(known.items(), _LINES, strict=False):
        fig.add_scatter(
            x=[0, *table["week"]],
            y=[0, *numbers(table["share"])],
            mode="lines",
            name=label(who),
            line={"color": colour, "width": 2.5},
            customdata=[f"{who}, at the start: 0%"]
            + [
                f"{who}, by week {w}: {percent(s)}"
                for w, s in zip(table["week"], table["share"], strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    # Names stand where the lines are far apart, at two thirds of the way.
    for place, ((who, table), colour) in enumerate(zip(known.items(), _LINES, strict=False)):
        at = max(1, round(len(table) * (0.62 - 0.12 * place)))
        fig.add_annotation(
            x=at,
            y=round(float(table["share"].iloc[at - 1]), 6),
            text=f"<b>{label(who)}</b>",
            xanchor="left" if place == 0 else "right",
            xshift=8 if place == 0 else -8,
            yshift=-4 if place == 0 else 4,
            showarrow=False,
            font={"color": colour},
        )
    _weeks(fig, first["week"])
    fig.update_yaxes(percent_axis(range=[0, 1.03]))
    return fig


def quota_pace(pace: pd.DataFrame, quota: float, currency: str | None = None) -> go.Figure:
    """Bookings so far on the way to the quota, beside where past periods stood at the same time.

    ``pace`` is a table of ``wa.quota_pace`` for this ``quota``.
    """
    name, title = "quota_pace", "Bookings on the way to the quota"
    if pace.empty or not quota > 0:
        return nothing(name, title, "There is no quota for this period")
    begun = pace.dropna(subset=["actual"])
    unit = f" ({currency})" if currency else ""
    stands = "the period has not begun"
    if len(begun):
        last = begun.iloc[-1]
        stands = (
            f"{money(last['actual'])} by week {last['week']}, {money(last['expected'])} expected by its end"
        )
    weeks = pace["week"]
    alt = f"Bookings{unit} on the way to the quota of {money(quota)}: {stands}."
    note = "Dashed: the quota at the usual pace."
    note += " Shaded: the range of past periods." if pace["expected_low"].notna().all() else ""
    fig = figure(name, title, alt, height=PLOT, note=note)
    _band(fig, weeks, pace["expected_low"], pace["expected_high"])
    for column, what, line in (
        ("expected", "Expected", {"color": CONTEXT, "width": 2, "dash": "dash"}),
        ("actual", "Booked", {"color": ACCENT, "width": 3}),
    ):
        rows = pace.dropna(subset=[column])
        fig.add_scatter(
            x=[0, *rows["week"]],
            y=[0, *numbers(rows[column], 2)],
            name=what,
            mode="lines+markers" if column == "actual" else "lines",
            line=line,
            marker={"size": [0] + [6] * len(rows)},
            cliponaxis=False,
            customdata=["at the start: 0"]
            + [f"by {day(end)}: {exact(v)}" for end, v in zip(rows["week_end"], rows[column], strict=True)],
            hovertemplate=f"{what} %{{customdata}}<extra></extra>",
        )
    top = max(quota, float(pace["actual"].max()) if len(begun) else 0.0)
    fig.add_scatter(
        x=[0, len(pace)],
        y=[round(quota, 2)] * 2,
        mode="lines",
        line={"color": TEXT, "width": 1.5, "dash": "dot"},
        hovertemplate=f"Quota: {exact(quota)}<extra></extra>",
    )
    fig.add_annotation(
        x=0, y=round(quota, 2), text=f"Quota {money(quota)}", xanchor="left", yshift=10, showarrow=False
    )
    if len(begun):
        last = begun.iloc[-1]
        fig.add_annotation(
            x=int(last["week"]),
            y=round(float(last["actual"]), 2),
            text=f"<b>Booked</b> {money(last['actual'])}",
            xanchor="left" if last["week"] <= len(pace) * 0.6 else "right",
            xshift=8 if last["week"] <= len(pace) * 0.6 else -8,
            yshift=-12 if last["week"] <= len(pace) * 0.6 else 12,
            showarrow=False,
            font={"color": ACCENT},
        )
    _weeks(fig, weeks)
    fig.update_yaxes(money_axis(range=[0, round(top * 1.1, 2)]))
    return fig


def weekly_plan(pace: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """What each week has brought, and what each week to come must bring, beside what is set to close in it.

    ``pace`` is a table of ``wa.quota_pace``.
    """
    name, title = "weekly_plan", "What each week brought, and what each must bring"
    if pace.empty or pace["expected"].isna().all():
        return nothing(name, title, "There is no quota for this period")
    coming = pace["needed"].notna()
    need = float(pace["needed"].sum())
    said = f"{money(pace['week_actual'].sum())} booked so far, {money(need)} still needed"
    if need:
        heaviest, _ = extremes(pace, "needed")
        said += f", the most in week {int(heaviest['week'])} ({money(heaviest['needed'])})"
    unit = f" ({currency})" if currency else ""
    fig = figure(name, title, f"Bookings by week{unit}: {said}.", height=230)
    fig.update_layout(height=fig.layout.height + 20, margin={"b": fig.layout.margin.b + 20})
    bars = (
        ("week_actual", "Booked", {"color": ACCENT}, 0.62),
        ("needed", "Needed", UNSAID, 0.62),
    )
    for column, what, marker, width in bars:
        rows = pace.dropna(subset=[column])
        fig.add_bar(
            x=[int(week) for week in rows["week"]],
            y=numbers(rows[column], 2),
            name=what,
            width=width,
            marker=marker,
            customdata=[
                f"{what}, {day(first)} to {day(last)}: {exact(v)}"
                for first, last, v in zip(rows["week_start"], rows["week_end"], rows[column], strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    open_ = pace[(pace["pipeline_open"] > 0) | coming]
    fig.add_scatter(
        x=[int(week) for week in open_["week"]],
        y=numbers(open_["pipeline_open"], 2),
        name="Open, set to close then",
        mode="markers",
        marker={"color": COLOURS["contraction"], "symbol": "diamond", "size": 8},
        customdata=[
            f"Open, set to close in week {week}: {exact(v)}"
            for week, v in zip(open_["week"], open_["pipeline_open"], strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    key_below(fig)
    fig.update_layout(barmode="stack")
    _weeks(fig, pace["week"], first=0.4)
    fig.update_yaxes(money_axis(rangemode="tozero"))
    return fig


def lead_activities(table: pd.DataFrame) -> go.Figure:
    """Calls, meetings and new CSQLs per CSM, added up over the weeks: what better periods had, and this one so far.

    ``table`` is a table of ``wa.lead_activities``.
    """
    name, title = "lead_activities", "Calls, meetings and CSQLs per CSM, added up"
    sums = table.assign(
        goal=table.groupby("activity", sort=False)["goal"].cumsum(),
        actual=table.groupby("activity", sort=False)["actual"].cumsum(),
    )
    known = sums.dropna(subset=["goal", "actual"], how="all")
    if known.empty or not known[["goal", "actual"]].sum().sum():
        return nothing(name, title, "No calls, meetings or CSQLs are known")
    kinds = [kind for kind in _ACTIVITIES if kind in set(known["activity"])]
    ends, said = [], []
    top = float(np.nanmax(known[["goal", "actual"]].to_numpy()))
    colours = dict(zip(_ACTIVITIES, (ACCENT, COLOURS["fx"], COLOURS["expansion"]), strict=True))
    note = (
        "Solid: this period. Dashed: the better half of past periods."
        if known["goal"].notna().any()
        else None
    )
    parts = {kind: known[known["activity"] == kind] for kind in kinds}
    for kind, rows in parts.items():
        done = rows.dropna(subset=["actual"])
        if len(done):
            last = done.iloc[-1]
            said.append(
                f"{_ACTIVITIES[kind].lower()} {last['actual']:.1f} by week {last['week']}, goal {last['goal']:.1f}"
            )
        final = rows["goal"].iloc[-1] if rows["goal"].notna().any() else done["actual"].iloc[-1]
        ends.append((kind, float(final)))
    alt = f"Activities per CSM, added up: {'; '.join(said) or 'only those of past periods are known'}."
    fig = figure(name, title, alt.replace("nan", "n/a"), height=PLOT, note=note)
    for kind, rows in parts.items():
        for column, what, dash in (("goal", "goal", "dash"), ("actual", "so far", "solid")):
            mine = rows.dropna(subset=[column])
            fig.add_scatter(
                x=[0, *mine["week"]],
                y=[0, *numbers(mine[column], 2)],
                mode="lines",
                line={"color": colours[kind], "width": 3 if column == "actual" else 1.8, "dash": dash},
                cliponaxis=False,
                customdata=[f"{_ACTIVITIES[kind]}, at the start"]
                + [
                    f"{_ACTIVITIES[kind]} per CSM by week {week}, {what}: {v:.1f}"
                    for week, v in zip(mine["week"], mine[column], strict=True)
                ],
                hovertemplate="%{customdata}<extra></extra>",
            )
    weeks = int(table["week"].max())
    for (kind, value), shift in zip(ends, apart([v for _, v in ends], top * 1.05), strict=True):
        fig.add_annotation(
            x=weeks, y=round(value, 4), text=f"<b>{_ACTIVITIES[kind]}</b> {value:.0f}", xanchor="left", xshift=6,
            yshift=shift, showarrow=False, font={"color": colours[kind]},
        )  # fmt: skip
    fig.update_layout(margin={"r": 108})
    _weeks(fig, table["week"])
    fig.update_yaxes(range=[0, round(top * 1.05, 2)], nticks=6)
    return fig


def _band(fig: go.Figure, weeks: pd.Series, low: pd.Series, high: pd.Series) -> None:
    """The range of past periods."""
    if low.isna().any():
        return
    there = [0, *(int(week) for week in weeks)]
    fig.add_scatter(
        x=[*there, *reversed(there)],
        y=[0.0, *numbers(high), *reversed(numbers(low)), 0.0],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=_SHADE,
        hoverinfo="skip",
        showlegend=False,
    )


def _weeks(fig: go.Figure, weeks: pd.Series, first: float = 0.0) -> None:
    last = int(weeks.max())
    step = max(1, round(last / 6))
    ticks = list(range(last, 0, -step))[::-1]
    fig.update_xaxes(
        tickvals=ticks,
        ticktext=[f"week {week}" if week == ticks[0] else str(week) for week in ticks],
        range=[first, last + (first and 0.6)],
    )
