"""CSQLs: the funnel, what became of each quarter's, and how often they close beside new business."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from workahead.book.tables import NOT_SET
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
    spaced,
)
from workahead.words.dates import span
from workahead.words.grammar import capital
from workahead.words.numbers import count, exact, money, percent

_NONE = "No CSQL was created in this period"
_FATES = (
    ("won", "Won", {"color": COLOURS["expansion"]}, "#ffffff"),
    ("open", "Still open", UNSAID, TEXT),
    ("lost", "Lost after acceptance", {"color": COLOURS["churn"]}, "#ffffff"),
    ("rejected", "Turned down before", {"color": COLOURS["contraction"]}, "#1c1c1c"),
)
GROUPS_SHOWN = 20
_READABLE = 0.09


def csql_steps(funnel: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """Created, accepted, won: a bar each, in ARR. ``funnel`` is a table of ``wa.csql_funnel`` of one row."""
    name, title = "csql_steps", "CSQLs: created, accepted by sales, won"
    if funnel.empty or not funnel["created"].sum():
        return nothing(name, title, _NONE)
    if len(funnel) > 1:
        raise ValueError("csql_steps draws one funnel: choose one row of the table first")
    row = funnel.iloc[0]
    steps = [("Created", "created"), ("Accepted", "accepted"), ("Won", "won")]
    said = "; ".join(f"{word.lower()} {count(row[c])}, {money(row[f'{c}_arr'])}" for word, c in steps)
    unit = f" ({currency})" if currency else ""
    note = f"{count(row['open'])} of them are still open." if row["open"] else None
    fig = figure(name, title, f"CSQLs{unit}: {said}.", height=36 * 3 + 24, note=note)
    fig.add_bar(
        orientation="h",
        y=[0, 1, 2],
        x=numbers([row[f"{c}_arr"] for _, c in steps], 2),
        width=0.62,
        marker={"color": [CONTEXT, ACCENT, COLOURS["expansion"]]},
        text=[f" <b>{money(row[f'{c}_arr'])}</b> ({count(row[c])})" for _, c in steps],
        textposition="outside",
        cliponaxis=False,
        customdata=[[exact(row[f"{c}_arr"]), count(row[c], "CSQL")] for _, c in steps],
        hovertemplate="%{y}: %{customdata[0]}, %{customdata[1]}<extra></extra>",
    )
    longest = float(row[[f"{c}_arr" for _, c in steps]].max()) or 1.0
    fig.update_xaxes(money_axis(range=[0, round(longest * 1.35, 2)], showgrid=True, nticks=5))
    fig.update_yaxes(
        tickvals=[0, 1, 2], ticktext=[word for word, _ in steps], range=[2.6, -0.6], showgrid=False
    )
    return fig


def csql_cohorts(funnel: pd.DataFrame) -> go.Figure:
    """What became of the CSQLs of each period of creation: won, lost, turned down, or still open.

    ``funnel`` is a table of ``wa.csql_funnel`` with ``freq`` and without ``by``.
    """
    name, title = "csql_cohorts", "What became of CSQLs, by when they were created"
    if funnel.empty or not funnel["created"].sum():
        return nothing(name, title, _NONE)
    if funnel["period_end"].duplicated().any():
        raise ValueError("csql_cohorts draws one row of periods: choose one group of the table first")
    days = zip(funnel["period_start"], funnel["period_end"], strict=True)
    names = [span(first, last, short=True) for first, last in days]
    said = "; ".join(
        f"{when} {count(row.created)} created, {count(row.won)} won, {count(row.open)} open"
        for when, row in zip(names, funnel.itertuples(), strict=True)
    )
    fig = figure(name, title, f"CSQLs by when they were created: {said}.", height=250)
    # Two lines of ticks, and two of the key below them.
    fig.update_layout(height=fig.layout.height + 40, margin={"b": fig.layout.margin.b + 40})
    at = list(range(len(funnel)))
    tallest = int(funnel["created"].max())
    for column, what, marker, ink in _FATES:
        fig.add_bar(
            x=at,
            y=[int(n) for n in funnel[column]],
            name=what,
            marker=marker,
            text=[count(n) if n >= _READABLE * tallest else "" for n in funnel[column]],
            textposition="inside",
            insidetextanchor="middle",
            insidetextfont={"color": ink, "size": 11},
            textangle=0,
            constraintext="none",
            customdata=[[when, count(n)] for when, n in zip(names, funnel[column], strict=True)],
            hovertemplate=f"{what}, %{{customdata[0]}}: %{{customdata[1]}}<extra></extra>",
        )
    fig.add_scatter(
        x=at,
        y=[int(n) for n in funnel["created"]],
        mode="text",
        text=[f"<b>{count(n)}</b>" for n in funnel["created"]],
        textposition="top center",
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
    )
    key_below(fig)
    fig.update_layout(barmode="stack", bargap=0.28)
    ticks = spaced(len(at), 4)
    fig.update_xaxes(tickvals=ticks, ticktext=[names[i].replace(" to ", "<br>to ") for i in ticks])
    fig.update_yaxes(visible=False, range=[0, tallest * 1.1])
    return fig


def csql_close_rates(funnel: pd.DataFrame, interval: float = 0.8) -> go.Figure:
    """How often CSQLs close beside new business: a dot each on its range, a pair for each group.

    ``funnel`` is a table of ``wa.csql_funnel`` of one period made with this ``interval``; with ``by``, its first
    column is the group. The twenty groups with the most CSQLs are drawn.
    """
    by = None if funnel.columns[0] == "created" else str(funnel.columns[0])
    name = f"csql_close_rates_{by}" if by else "csql_close_rates"
    title = "How often CSQLs close, beside new business"
    known = funnel.dropna(subset=["close_rate"])
    if by:
        known = known[known[by].astype("str") != NOT_SET].nlargest(GROUPS_SHOWN, "created")
        known = known.sort_values("close_rate", ascending=False, kind="stable")
    if known.empty:
        return nothing(name, title, "No accepted CSQL has been won or lost")
    groups = [label(who, 14) for who in known[by]] if by else [""]
    rows = []  # name, what, rate, low, high, decided
    for who, (_, row) in zip(groups, known.iterrows(), strict=True):
        closed = row["won"] + row["lost"]
        rows.append((who or "CSQLs", "CSQLs", row["close_rate"], row["low"], row["high"], closed))
        if row["new_business_close_rate"] == row["new_business_close_rate"]:
            bounds = row["new_business_low"], row["new_business_high"]
            rows.append(
                ("" if who else "New business", "New business", row["new_business_close_rate"], *bounds, None)
            )
    said = "; ".join(
        f"{who + ' ' if by and who else ''}{what} {percent(rate, 0)} ({percent(low, 0)} to {percent(high, 0)})"
        for who, what, rate, low, high, _ in rows
    )
    note = f"Bars: {percent(interval, 0)} ranges." + (" Grey: new business." if by else "")
    fig = figure(
        name, title, f"Close rate of what sales accepted: {said}.", height=28 * len(rows) + 34, note=note
    )
    for place, (who, what, rate, low, high, closed) in enumerate(rows):
        colour = ACCENT if what == "CSQLs" else CONTEXT
        fig.add_scatter(
            x=numbers([low, high]),
            y=[place, place],
            mode="lines",
            line={"color": colour, "width": 9},
            opacity=0.35,
            hoverinfo="skip",
        )
        text = (
            f"{what}{' ' + who if by and who else ''}: {percent(rate)} won, {percent(low)} to {percent(high)}"
        )
        fig.add_scatter(
            x=numbers([rate]),
            y=[place],
            mode="markers",
            marker={"color": colour, "size": 11},
            cliponaxis=False,
            hovertemplate=f"{text}<extra></extra>",
        )
        fig.add_annotation(
            x=1,
            xref="paper",
            xshift=8,
            y=place,
            text=f"<b>{percent(rate, 0)}</b>" + (f" ({count(closed)})" if closed is not None else ""),
            xanchor="left",
            showarrow=False,
            font={"color": TEXT},
        )
    fig.update_layout(margin={"r": 84})
    fig.update_xaxes(percent_axis(range=[-0.03, 1.03], tickvals=[0, 0.25, 0.5, 0.75, 1], showgrid=True))
    fig.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[who for who, *_ in rows],
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
    )
    return fig


def csql_goals(funnel: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """Accepted CSQL pipeline of each group beside its goal: a bar, and a mark.

    ``funnel`` is a table of ``wa.csql_funnel`` of one period with ``by``.
    """
    by = str(funnel.columns[0])
    name, title = f"csql_goals_{by}", "Accepted CSQL pipeline, and the goal"
    known = funnel[(funnel["goal_arr"] > 0) & (funnel[by].astype("str") != NOT_SET)]
    if known.empty:
        return nothing(name, title, "There are no goals for these groups and days")
    drawn = known.nlargest(GROUPS_SHOWN, "goal_arr").sort_values("attainment", ascending=False, kind="stable")
    said = "; ".join(
        f"{who} {money(done)} of {money(goal)}, {percent(share, 0)}"
        for who, done, goal, share in zip(
            drawn[by], drawn["accepted_arr"], drawn["goal_arr"], drawn["attainment"], strict=True
        )
    )
    unit = f" ({currency})" if currency else ""
    note = "Mark: the goal."
    fig = figure(
        name, title, f"Accepted CSQL pipeline{unit}: {said}.", height=28 * len(drawn) + 30, note=note
    )
    rows = list(range(len(drawn)))
    met = drawn["attainment"] >= 1
    texts = [
        [label(who), exact(done), exact(goal), percent(share)]
        for who, done, goal, share in zip(
            drawn[by], drawn["accepted_arr"], drawn["goal_arr"], drawn["attainment"], strict=True
        )
    ]
    fig.add_bar(
        orientation="h",
        y=rows,
        x=numbers(drawn["accepted_arr"], 2),
        width=0.62,
        marker={"color": ACCENT, "opacity": [1 if there else 0.55 for there in met]},
        customdata=texts,
        hovertemplate="%{customdata[0]}: %{customdata[1]} of %{customdata[2]}, %{customdata[3]}<extra></extra>",
    )
    fig.add_scatter(
        x=[x for goal in numbers(drawn["goal_arr"], 2) for x in (goal, goal, None)],
        y=[y for row in rows for y in (row - 0.4, row + 0.4, None)],
        mode="lines",
        line={"color": TEXT, "width": 3},
        hoverinfo="skip",
    )
    for row, share in zip(rows, drawn["attainment"], strict=True):
        fig.add_annotation(
            x=1, xref="paper", xshift=8, y=row, text=f"<b>{percent(share, 0)}</b>", xanchor="left",
            showarrow=False, font={"color": TEXT},
        )  # fmt: skip
    fig.update_layout(margin={"r": 60})
    longest = float(drawn[["accepted_arr", "goal_arr"]].max().max())
    fig.update_xaxes(money_axis(range=[0, round(longest * 1.04, 2)], showgrid=True, nticks=5))
    fig.update_yaxes(
        tickvals=rows,
        ticktext=[label(who, 16) for who in drawn[by]],
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
    )
    return fig


def qualification(table: pd.DataFrame, interval: float = 0.8) -> go.Figure:
    """How often accepted CSQLs close with each part of the qualification filled, and without.

    ``table`` is a table of ``wa.qualification`` made with this ``interval``.
    """
    name, title = "qualification", "Close rate with each part filled, and without"
    known = table.dropna(subset=["close_rate_with", "close_rate_without"], how="all")
    if known.empty:
        return nothing(name, title, "No accepted CSQL has been won or lost, or no qualification is told")
    names = [part_name(part) for part in known["part"]]
    said = "; ".join(
        f"{what} {percent(one, 0)} with, {percent(other, 0)} without"
        for what, one, other in zip(names, known["close_rate_with"], known["close_rate_without"], strict=True)
    )
    note = f"Bars: {percent(interval, 0)} ranges. In brackets: how many CSQLs have it."
    fig = figure(
        name, title, f"Close rate of accepted CSQLs: {said}.", height=42 * len(known) + 30, note=note
    )
    rows = list(range(len(known)))
    sides: Sequence[tuple[str, str, str, float]] = (
        ("with", "With", ACCENT, -0.16), ("without", "Without", CONTEXT, 0.16)
    )  # fmt: skip
    for side, what, colour, shift in sides:
        places = [row + shift for row in rows]
        low, high = numbers(known[f"low_{side}"]), numbers(known[f"high_{side}"])
        fig.add_scatter(
            x=[x for a, b in zip(low, high, strict=True) for x in (a, b, None)],
            y=[y for place in places for y in (place, place, None)],
            mode="lines",
            line={"color": colour, "width": 8},
            opacity=0.35,
            showlegend=False,
            hoverinfo="skip",
        )
        rates = zip(names, known[f"close_rate_{side}"], known[f"closed_{side}"], strict=True)
        fig.add_scatter(
            x=numbers(known[f"close_rate_{side}"]),
            y=places,
            name=what,
            mode="markers",
            marker={"color": colour, "size": 10},
            cliponaxis=False,
            customdata=[[label(part), percent(rate), count(n, "CSQL")] for part, rate, n in rates],
            hovertemplate=f"%{{customdata[0]}}, {what.lower()}: %{{customdata[1]}} of %{{customdata[2]}}"
            "<extra></extra>",
        )
    for row, share in zip(rows, known["filled_share"], strict=True):
        fig.add_annotation(
            x=1, xref="paper", xshift=8, y=row, text=f"({percent(share, 0)})", xanchor="left",
            showarrow=False, font={"color": TEXT},
        )  # fmt: skip
    key_below(fig, note=True)
    fig.update_layout(margin={"r": 56})
    fig.update_xaxes(percent_axis(range=[-0.03, 1.03], tickvals=[0, 0.25, 0.5, 0.75, 1], showgrid=True))
    fig.update_yaxes(
        tickvals=rows,
        ticktext=[label(what, 16) for what in names],
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
    )
    return fig


def part_name(part: str) -> str:
    """A part of the qualification in words.

    >>> part_name("critical_event"), part_name("(all parts)")
    ('Critical event', 'All parts')
    """
    return capital(part.strip("()").replace("_", " "))
