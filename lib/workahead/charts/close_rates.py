"""How often CSQLs close: beside new business, and with each part of the qualification filled or not."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from workahead.book.tables import NOT_SET
from workahead.charts.theme import (
    ACCENT,
    CONTEXT,
    TEXT,
    figure,
    key_below,
    label,
    nothing,
    numbers,
    percent_axis,
)
from workahead.words.grammar import capital
from workahead.words.numbers import count, percent

GROUPS_SHOWN = 20


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
    groups = [str(who) for who in known[by]] if by else [""]
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
        text = f"{what}: {percent(rate)} won, {percent(low)} to {percent(high)}"
        fig.add_scatter(
            x=numbers([rate]),
            y=[place],
            mode="markers",
            marker={"color": colour, "size": 11},
            cliponaxis=False,
            customdata=[label(who)],
            hovertemplate=f"{'%{customdata}, ' if by and who else ''}{text}<extra></extra>",
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
        ticktext=[label(who, 14) for who, *_ in rows],
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
    note = f"Bars: {percent(interval, 0)} ranges. In brackets: CSQLs that have it."
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
