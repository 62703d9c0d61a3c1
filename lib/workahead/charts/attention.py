"""Not only red accounts: how much attention key and high-potential accounts get, beside those at risk."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workahead.book.tables import NOT_SET
from workahead.charts.theme import (
    ACCENT,
    CALLS,
    COLOURS,
    CONTEXT,
    UNSAID,
    figure,
    key_below,
    nothing,
    numbers,
    percent_axis,
)
from workahead.words.engagement import TIER_NAMES
from workahead.words.numbers import count, percent

_COLOUR = {
    "key": ACCENT,
    "high_potential": COLOURS["fx"],
    "standard": CONTEXT,
    NOT_SET: UNSAID["color"],
    "at_risk": CALLS["at_risk"],
}


def attention(summary: pd.DataFrame, days: int = 60) -> go.Figure:
    """For each group of accounts, the share that was reached, that has a plan, and that has room to grow.

    ``summary`` is a table of ``wa.priority_summary``; ``days`` how long a talk lasts, for the words.
    """
    name, title = "attention", "Who gets attention, by group of accounts"
    shares = {
        "touch_share": f"Touch in<br>{days} days",
        "decision_maker_share": f"Decision maker<br>in {days} days",
        "plan_share": "Current plan",
        "expansion_share": "Open expansion",
    }
    return shares_by_group(name, title, summary, shares)


def shares_by_group(name: str, title: str, summary: pd.DataFrame, shares: dict[str, str]) -> go.Figure:
    """A bar for each group and share: ``shares`` are columns of ``summary`` and what they are called."""
    shares = {column: text for column, text in shares.items() if summary[column].notna().any()}
    if not shares or summary.empty:
        return nothing(name, title, "No account of these groups, or nothing is known of them")
    said = "; ".join(
        f"{TIER_NAMES[row['group']]} ({count(row['accounts'])}) "
        + ", ".join(
            f"{text.replace('<br>', ' ').lower()} {percent(row[column], 0)}"
            for column, text in shares.items()
        )
        for _, row in summary.iterrows()
    )
    fig = figure(name, title, f"Share of accounts: {said}.", height=22 * len(summary) * len(shares) + 30)
    for _, row in summary.iterrows():
        who = TIER_NAMES[row["group"]]
        fig.add_bar(
            orientation="h",
            y=list(range(len(shares))),
            x=numbers([row[column] for column in shares]),
            name=f"{who} ({count(row['accounts'])})",
            marker={"color": _COLOUR[row["group"]]},
            text=[f" {percent(row[column], 0)}" for column in shares],
            textposition="outside",
            cliponaxis=False,
            customdata=[
                [text.replace("<br>", " "), percent(row[c]), count(round(row[c] * row["accounts"]))]
                if row[c] == row[c]
                else [text, "n/a", "n/a"]
                for c, text in shares.items()
            ],
            hovertemplate=f"{who}, %{{customdata[0]}}: %{{customdata[1]}}, %{{customdata[2]}} of "
            f"{count(row['accounts'])}<extra></extra>",
        )
    key_below(fig)
    fig.update_layout(barmode="group", bargap=0.3, bargroupgap=0.08)
    fig.update_xaxes(percent_axis(range=[0, 1.12], tickvals=[0, 0.25, 0.5, 0.75, 1], showgrid=True))
    fig.update_yaxes(
        tickvals=list(range(len(shares))),
        ticktext=list(shares.values()),
        ticklabelstandoff=5,
        range=[len(shares) - 0.5, -0.5],
        showgrid=False,
    )
    return fig
