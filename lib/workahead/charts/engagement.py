"""How customers are reached: calls and meetings beside e-mails, and which accounts are covered."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workahead.book.tables import NOT_SET
from workahead.charts.attention import shares_by_group
from workahead.charts.theme import ACCENT, COLOURS, CONTEXT, figure, key_below, label, nothing, numbers
from workahead.words.engagement import KIND_NAMES, email_shares
from workahead.words.numbers import count, percent

_COLOUR = {"call": ACCENT, "meeting": COLOURS["reactivation"], "email": CONTEXT}
GROUPS_SHOWN = 20


def touch_mix(touches: pd.DataFrame, by: str = "csm") -> go.Figure:
    """Each group's touches as shares of calls, meetings and e-mails; whoever writes most stands on top.

    ``touches`` is a table of ``wa.touches`` with this ``by``; the twenty groups with most touches are drawn.
    """
    name, title = f"touch_mix_{by}", "Calls and meetings against e-mail"
    title += "" if by == "csm" else f", by {by.replace('_', ' ')}"
    if touches.empty:
        return nothing(name, title, "Nobody was called, met or written to in this time")
    shares = email_shares(touches, by)
    drawn = shares[shares["touches"].rank(method="first", ascending=False) <= GROUPS_SHOWN]
    left = len(shares) - len(drawn)
    said = "; ".join(f"{who} {percent(s, 0)}" for who, s in zip(drawn[by], drawn["share"], strict=True))
    note = "In brackets: how many touches."
    fig = figure(
        name,
        title,
        f"Share of e-mails in the touches by {by.replace('_', ' ')}: {said}.",
        height=28 * len(drawn) + 24,
        note=f"{note} {count(left, 'smaller group')} only in the table." if left else note,
    )
    places = list(range(len(drawn)))
    for kind in KIND_NAMES:
        rows = touches[touches["kind"] == kind].set_index(by).loc[drawn[by]]
        fig.add_bar(
            orientation="h",
            y=places,
            x=numbers(rows["share"]),
            name=KIND_NAMES[kind],
            marker={"color": _COLOUR[kind]},
            width=0.62,
            customdata=[
                [label(who), percent(share), count(n), count(accounts, "account")]
                for who, share, n, accounts in zip(
                    rows.index, rows["share"], rows["touches"], rows["accounts"], strict=True
                )
            ],
            hovertemplate=f"%{{customdata[0]}}, {KIND_NAMES[kind].lower()}: %{{customdata[1]}}<br>"
            "%{customdata[2]} with %{customdata[3]}<extra></extra>",
        )
    fig.add_scatter(
        x=[1.0] * len(drawn),
        y=places,
        mode="text",
        text=[
            f" {percent(share, 0)} ({count(n)})"
            for share, n in zip(drawn["share"], drawn["touches"], strict=True)
        ],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    fig.add_annotation(
        text="E-mail", x=1, y=-0.55, xanchor="left", yanchor="bottom", xshift=4, showarrow=False,
        font={"size": 11},
    )  # fmt: skip
    key_below(fig, note=True)
    fig.update_layout(barmode="stack")
    fig.update_xaxes(range=[0, 1.3], showticklabels=False)
    fig.update_yaxes(
        tickvals=places,
        ticktext=[label("No CSM" if who == NOT_SET and by == "csm" else who, 18) for who in drawn[by]],
        range=[len(places) - 0.4, -1.0],
        ticklabelstandoff=4,
        showgrid=False,
    )
    return fig


def coverage_by_tier(summary: pd.DataFrame, days: int = 60) -> go.Figure:
    """For each tier, and for the accounts at risk, which share is reached, planned for, or hangs on a thread.

    ``summary`` is a table of ``wa.coverage_summary``; ``days`` how long a talk lasts, for the words.
    """
    shares = {
        "touched": f"Touch in<br>{days} days",
        "spoken_to": f"Decision maker<br>in {days} days",
        "has_plan": "Current plan",
        "email_only": "E-mail alone",
        "single_threaded": "One person alone",
    }
    return shares_by_group("coverage_by_tier", "Who is covered, by tier", summary, shares)


def on_a_thread(covered: pd.DataFrame) -> pd.DataFrame:
    """The accounts of ``wa.coverage`` that hang on e-mail or on one person, or whose support request no talk followed:
    what it is in words, the largest first.
    """
    email, one = (covered[name].fillna(False).astype(bool) for name in ("email_only", "single_threaded"))
    missed = covered["unanswered_support"].fillna(0).astype("int64")
    said = [
        [
            "e-mail alone" if mail else "",
            "one person alone" if single else "",
            f"{count(n, 'support request')} without a talk" if n else "",
        ]
        for mail, single, n in zip(email, one, missed, strict=True)
    ]
    hangs = pd.Series([", ".join(filter(None, parts)) for parts in said], index=covered.index, dtype="str")
    table = covered.assign(
        account=covered["name"].fillna(covered["account_id"]),
        hangs_on=hangs,
        tier=covered["tier"].str.replace("_", " "),
    )
    columns = [
        "account", "hangs_on", "arr", "tier", "csm", "at_risk_arr", "days_since_touch", "days_since_decision_maker",
        "contacts", "account_id",
    ]  # fmt: skip
    return table.loc[hangs != "", columns].reset_index(drop=True)
