"""The weekly scoreboard: the goal and the lead measures over eight weeks, by person, and what went before what."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.theme import ACCENT, COLOURS, CONTEXT, figure, key_below, label, nothing, numbers
from workahead.words.dates import day
from workahead.words.numbers import count, percent, points
from workahead.words.scoreboard import MEASURE_NAMES, this_week, value_text

PANEL, GAP = 70, 40
PEOPLE_SHOWN = 30
_SHORT = {
    "nrr": "NRR",
    "csqls": "CSQLs",
    "calls_on_time": "Calls<br>on time",
    "decision_makers": "Decision<br>makers",
    "asked": "Asked",
    "at_risk_worked": "At risk,<br>worked",
}
_MET, _SHORT_OF = "rgba(11,114,133,0.30)", "rgba(132,136,142,0.10)"


def scoreboard(board: pd.DataFrame, who: str = "Team") -> go.Figure:
    """The weeks of each measure as bars, with the goal as a line across: green-blue where it was reached.

    ``board`` is a table of ``wa.scoreboard``; ``who`` is the team or one person. Measures without values are left out.
    """
    name, title = "scoreboard", "The last weeks against the goal"
    rows = board[board["who"] == who].dropna(subset=["value"])
    measures = list(dict.fromkeys(rows["measure"]))
    if not measures:
        return nothing(name, title, "Nothing can be told of these weeks")
    now = this_week(board)
    now = now[now["who"] == who].set_index("measure")
    said = "; ".join(
        f"{MEASURE_NAMES[m]} {value_text(m, now.loc[m, 'value'])}{_against(m, now.loc[m])}"
        for m in measures
        if m in now.index
    )
    whole = len(measures) * (PANEL + GAP)
    ends = sorted(board["week_end"].unique())
    note = f"Weeks of seven days to {day(ends[-1])}. Line: goal."
    fig = figure(name, title, f"This week: {said}.", height=whole, note=note)
    for place, measure in enumerate(measures):
        mine = rows[rows["measure"] == measure].set_index("week_end").reindex(ends)
        top = 1 - place * (PANEL + GAP) / whole - (GAP - 12) / whole
        suffix = "" if place == 0 else str(place + 1)
        axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        # NRR moves by points around one: its bars would all be of one height from zero
        seen = [*mine["value"].dropna(), *mine["goal"].dropna()]
        low = min(seen) - (max(seen) - min(seen) + 0.01) * 0.6 if measure == "nrr" else 0.0
        high = low + ((max(seen) - low) * 1.05 or 1.0)
        floor = low - (high - low) * 0.36
        met = mine["value"].round(3) >= mine["goal"].round(3)
        fig.add_bar(
            x=list(range(len(ends))),
            y=numbers(mine["value"] - low),
            base=round(low, 6),
            width=0.62,
            marker={
                "color": [ACCENT if one else CONTEXT for one in met],
                "opacity": [0.55] * (len(ends) - 1) + [1],
            },
            customdata=[
                [f"{end:%-d %b}", value_text(measure, v), value_text(measure, g)]
                for end, v, g in zip(ends, mine["value"], mine["goal"], strict=True)
            ],
            hovertemplate=f"{MEASURE_NAMES[measure]}, week to %{{customdata[0]}}: %{{customdata[1]}}"
            "<br>goal %{customdata[2]}<extra></extra>",
            **axes,
        )
        # below the bars, where no goal crosses them
        fig.add_scatter(
            x=list(range(len(ends))),
            y=[round(low - (high - low) * 0.04, 6)] * len(ends),
            mode="text",
            text=["–" if v != v else value_text(measure, v) for v in mine["value"]],
            textposition="bottom center",
            textfont={"size": 10},
            cliponaxis=False,
            hoverinfo="skip",
            **axes,
        )
        if mine["goal"].notna().any():
            goals = numbers(mine["goal"])
            fig.add_scatter(
                x=[x for i in range(len(ends)) for x in (i - 0.45, i + 0.45)],
                y=[g for g in goals for _ in range(2)],
                mode="lines",
                line={"color": COLOURS["contraction"], "width": 1.5},
                hoverinfo="skip",
                **axes,
            )
        fig.add_annotation(
            text=f"<b>{MEASURE_NAMES[measure]}</b>{_headline(measure, now)}",
            x=0, y=top, xref="paper", yref="paper", xanchor="left", yanchor="bottom", yshift=3, showarrow=False,
        )  # fmt: skip
        last = place == len(measures) - 1
        fig.layout[f"xaxis{suffix}"] = {
            "anchor": f"y{suffix}", "range": [-0.6, len(ends) - 0.4], "showticklabels": last, "fixedrange": True,
            "tickvals": [0, len(ends) - 1] if len(ends) > 1 else [0],
            "ticktext": [f"{pd.Timestamp(ends[i]):%-d %b}" for i in ([0, -1] if len(ends) > 1 else [0])],
            "showgrid": False, "zeroline": False,
            "ticklabelstandoff": 2,
        }  # fmt: skip
        fig.layout[f"yaxis{suffix}"] = {
            "anchor": f"x{suffix}", "domain": [round(max(0, top - PANEL / whole), 4), round(top, 4)],
            "range": [round(floor, 6), round(high, 6)], "showticklabels": False, "showgrid": False, "fixedrange": True,
        }  # fmt: skip
    fig.update_layout(bargap=0.3)
    return fig


def _against(measure: str, row: pd.Series) -> str:
    return "" if row["goal"] != row["goal"] else f" (goal {value_text(measure, row['goal'])})"


def _headline(measure: str, now: pd.DataFrame) -> str:
    """This week and the goal, beside a measure's name."""
    value, goal = (float(now[name].get(measure, math.nan)) for name in ("value", "goal"))
    if value != value:
        return ""
    asked = "should be" if measure == "nrr" else "goal"
    return f"  {value_text(measure, value)}" + (
        f", {asked} {value_text(measure, goal)}" if goal == goal else ""
    )


def scoreboard_people(board: pd.DataFrame) -> go.Figure:
    """A row for each person, a column for each measure: this week's figure, coloured where the goal is reached.

    ``board`` is a table of ``wa.scoreboard``; the first thirty people are drawn.
    """
    name, title = "scoreboard_people", "This week by person"
    week = this_week(board)
    week = week[week["scope"] == "csm"]
    told = week.groupby("measure", sort=False)["value"].count()
    measures = [str(m) for m in told.index[told > 0]]
    people = list(dict.fromkeys(week["who"]))[:PEOPLE_SHOWN]
    if not measures or not people:
        return nothing(name, title, "By person nothing can be told")
    left = week["who"].nunique() - len(people)
    cells = week[week["measure"].isin(measures)].set_index(["who", "measure"])
    met, text, hover = [], [], []
    for who in people:
        some = [cells.loc[(who, m)] for m in measures]
        met.append([None if pd.isna(c["met"]) else float(c["met"]) for c in some])
        text.append([_cell(m, c) for m, c in zip(measures, some, strict=True)])
        hover.append(
            [
                f"{label(who)}, {MEASURE_NAMES[m]}: {value_text(m, c['value'])}, last week "
                f"{value_text(m, c['last'])}{_against(m, c)}"
                for m, c in zip(measures, some, strict=True)
            ]
        )
    reached = "; ".join(
        f"{who} {count(sum(v == 1 for v in row))} of {count(sum(v is not None for v in row))}"
        for who, row in zip(people, met, strict=True)
    )
    note = "Coloured: this week’s goal is reached."
    fig = figure(
        name, title, f"Goals reached this week: {reached}.", height=26 * len(people) + 34,
        note=f"{note} {count(left, 'person', 'people')} more only in the table." if left else note,
    )  # fmt: skip
    fig.update_layout(height=fig.layout.height + 16, margin={"t": fig.layout.margin.t + 16})
    fig.add_heatmap(
        x=list(range(len(measures))),
        y=list(range(len(people))),
        z=met,
        zmin=0,
        zmax=1,
        colorscale=[[0, _SHORT_OF], [0.5, _SHORT_OF], [0.5, _MET], [1, _MET]],
        showscale=False,
        xgap=2,
        ygap=2,
        hoverongaps=False,
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
    )
    # as text of its own: a heatmap picks its letters' colour against an opaque background
    fig.add_scatter(
        x=[column for _ in people for column in range(len(measures))],
        y=[row for row in range(len(people)) for _ in measures],
        mode="text",
        text=[one for row in text for one in row],
        textfont={"size": 11},
        hoverinfo="skip",
    )
    fig.update_xaxes(
        side="top", tickvals=list(range(len(measures))), ticktext=[_SHORT[m] for m in measures], tickangle=0,
        range=[-0.5, len(measures) - 0.5], tickfont={"size": 10},
    )  # fmt: skip
    fig.update_yaxes(
        tickvals=list(range(len(people))), ticktext=[label(who, 16) for who in people],
        range=[len(people) - 0.5, -0.5], showgrid=False, ticklabelstandoff=4,
    )  # fmt: skip
    return fig


def _cell(measure: str, cell: pd.Series) -> str:
    if cell["value"] != cell["value"]:
        return "–"
    said = percent(cell["value"], 0) if measure == "nrr" else value_text(measure, cell["value"])
    return f"<b>{said}</b>" if pd.notna(cell["met"]) and cell["met"] else said


def lead_measures(table: pd.DataFrame) -> go.Figure:
    """How much more often renewals were made, and expansion won, after each lead measure: a dot and its range.

    ``table`` is a table of ``wa.lead_measures``; what has too few cases is only in the table.
    """
    name, title = "lead_measures", "Difference in renewed, and in expanded, with and without it"
    known = table.dropna(subset=["difference"]).reset_index(drop=True)
    if known.empty:
        return nothing(name, title, "There is too little history to compare")
    said = "; ".join(
        f"{row['outcome']} after {MEASURE_NAMES[str(row['measure'])]}: {points(row['difference'], sign=True)} "
        f"({points(row['low'], sign=True)} to {points(row['high'], sign=True)})"
        for row in known.to_dict("records")
    )
    fig = figure(name, title, f"{said}.", height=26 * len(known) + 30)
    for outcome, words, colour in (
        ("renewed", "Renewed", ACCENT),
        ("expanded", "Expanded", COLOURS["fx"]),
    ):
        rows = known[known["outcome"] == outcome]
        for firm in (True, False):
            some = rows[(rows["finding"] != "open") == firm]
            if some.empty:
                continue
            fig.add_scatter(
                x=[
                    x
                    for low, high in zip(some["low"], some["high"], strict=True)
                    for x in (*numbers([low, high]), None)
                ],
                y=[y for i in some.index for y in (i, i, None)],
                mode="lines",
                line={"color": colour, "width": 3},
                opacity=1 if firm else 0.35,
                hoverinfo="skip",
                showlegend=False,
            )
            fig.add_scatter(
                x=numbers(some["difference"]),
                y=list(some.index),
                mode="markers",
                marker={"color": colour, "size": 10},
                opacity=1 if firm else 0.45,
                name=words + (" (pale: unclear)" if (rows["finding"] == "open").any() else ""),
                legendgroup=outcome,
                showlegend=firm or not (rows["finding"] != "open").any(),
                customdata=[
                    [percent(a), count(m), percent(b), count(n)]
                    for a, m, b, n in zip(
                        some["rate_with"], some["cases_with"], some["rate_without"], some["cases_without"],
                        strict=True,
                    )
                ],
                hovertemplate=f"{words}: with it %{{customdata[0]}} of %{{customdata[1]}}<br>"
                "without %{customdata[2]} of %{customdata[3]}<extra></extra>",
            )  # fmt: skip
    fig.update_layout(height=fig.layout.height + 18, margin={"b": fig.layout.margin.b + 18})
    key_below(fig)
    low, high = float(known["low"].min()), float(known["high"].max())
    margin = (high - low) / 30
    fig.update_xaxes(
        range=numbers([low - margin, high + margin]), tickformat="+.0%", nticks=5, showgrid=True, zeroline=True,
        zerolinecolor=CONTEXT, zerolinewidth=1,
    )  # fmt: skip
    fig.update_yaxes(
        ticklabelstandoff=4,
        tickvals=list(known.index),
        ticktext=[MEASURE_NAMES[m] for m in known["measure"]],
        range=[len(known) - 0.4, -0.6],
        showgrid=False,
    )
    return fig


def scoreboard_table(board: pd.DataFrame) -> pd.DataFrame:
    """The scoreboard as it is read out: who, measure, this week, last week, goal, and all weeks, oldest first."""
    week = this_week(board)
    trend = board.groupby(["measure", "who"])["value"].agg(list)
    rows = [
        [row["who"], MEASURE_NAMES[m], *(value_text(m, row[name]) for name in ("value", "last", "goal")),
         " · ".join(value_text(m, value) for value in trend[(m, row["who"])])]
        for row in week.to_dict("records")
        if (m := str(row["measure"]))
    ]  # fmt: skip
    columns = ["who", "measure", "this_week", "last_week", "goal", "weeks"]
    return pd.DataFrame(rows, columns=columns, dtype="str")
