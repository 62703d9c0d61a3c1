"""CSQLs: the funnel, what became of each quarter's, and the goal."""

from __future__ import annotations

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
    spaced,
)
from workahead.words.dates import span
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
        tickvals=[0, 1, 2], ticktext=[word for word, _ in steps], range=[2.6, -0.6], showgrid=False,
        ticklabelstandoff=4,
    )  # fmt: skip
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
    untold = int(funnel["unknown"].sum())
    note = f"Of {count(untold)} turned down no stage history is told." if untold else None
    fig = figure(name, title, f"CSQLs by when they were created: {said}.", height=250, note=note)
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
    key_below(fig, note=bool(untold))
    fig.update_layout(barmode="stack", bargap=0.28)
    ticks = spaced(len(at), 4)
    fig.update_xaxes(tickvals=ticks, ticktext=[names[i].replace(" to ", "<br>to ") for i in ticks])
    fig.update_yaxes(visible=False, range=[0, tallest * 1.1])
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
        ticklabelstandoff=4,
    )
    return fig
