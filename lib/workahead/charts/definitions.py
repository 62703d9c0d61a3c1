"""The same book under other definitions: where each leads, and the accounts between two of them."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.theme import ACCENT, CONTEXT, figure, label, nothing, numbers, percent_axis
from workahead.charts.waterfall import ROW, waterfall
from workahead.words.definitions import (
    NUMBER_NAMES,
    definition_name,
    definitions_sentence,
    difference_sentence,
)
from workahead.words.grammar import capital
from workahead.words.numbers import count, percent, points

SHOWN = 10
_SAME = 1e-12
_UNMOVED = "There is nothing to compare"


def definition_spread(table: pd.DataFrame, number: str = "nrr") -> go.Figure:
    """A number under each definition that changes it, as dots on one axis, from the book's own.

    ``table`` is of ``wa.definitions_compared``; ``number`` is one of its columns.
    """
    name, said = "definition_spread", NUMBER_NAMES[number]
    title = f"{capital(said)} under other definitions"
    known = table.dropna(subset=[number])
    if known.empty or known.index[0] != table.index[0]:  # none as the book defines it
        return nothing(name, title, _UNMOVED)
    own = float(known[number].iloc[0])
    moved = known[(known[number] - own).abs() > _SAME]
    if moved.empty:
        return nothing(name, title, f"{capital(said)} is {percent(own)} under every definition")
    shown = pd.concat([known.head(1), moved])
    names = [definition_name(*row) for row in zip(shown["rule"], shown["choice"], strict=True)]
    alt = f"{definitions_sentence(table, number)} By choice: " + "; ".join(
        f"{what} {percent(value)}" for what, value in zip(names, shown[number], strict=True)
    )
    fig = figure(name, title, f"{alt}.", height=26 * len(shown) + 10)
    values, rows = numbers(shown[number]), list(range(len(shown)))
    fig.add_scatter(
        x=[x for value in values[1:] for x in (own, value, None)],
        y=[y for row in rows[1:] for y in (row, row, None)],
        mode="lines",
        line={"color": CONTEXT, "width": 1.5},
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=[own, own],
        y=[0, rows[-1]],
        mode="lines",
        line={"color": ACCENT, "width": 1, "dash": "dot"},
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=values,
        y=rows,
        mode="markers+text",
        marker={"color": [ACCENT, *[CONTEXT] * len(moved)], "size": 10},
        text=[f"<b>{percent(own)}</b>", *(percent(value) for value in values[1:])],
        textposition=["middle right" if value >= own else "middle left" for value in shown[number]],
        cliponaxis=False,
        customdata=[
            [what, percent(value, 2), points(value - own, 2, sign=True)]
            for what, value in zip(names, shown[number], strict=True)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} (%{customdata[2]})<extra></extra>",
    )
    room = (max(shown[number]) - min(shown[number])) * 0.5  # for the labels, on a phone
    low, high = float(shown[number].min()) - room, float(shown[number].max()) + room
    fig.update_xaxes(percent_axis(range=[round(low, 4), round(high, 4)], showgrid=True, nticks=5))
    fig.update_yaxes(tickvals=rows, ticktext=names, range=[rows[-1] + 0.6, -0.6], showgrid=False)
    return fig


def definition_accounts(pair: pd.DataFrame, accounts: pd.DataFrame, number: str = "nrr") -> go.Figure:
    """From a number under one definition to the same under another, account by account, the largest by name.

    ``pair``: two rows of ``wa.definitions_compared``; ``accounts``: of ``wa.definition_accounts`` for the same two.
    """
    name, said = "definition_accounts", NUMBER_NAMES[number]
    title = f"{capital(said)} from one definition to another, in points"
    if accounts.empty or pair[number].isna().any():
        return nothing(name, title, "No account reads otherwise")
    one, other = (definition_name(*row) for row in zip(pair["rule"], pair["choice"], strict=True))
    most = SHOWN if len(accounts) > SHOWN + 1 else len(accounts)  # one that is left has its own name
    top, rest = accounts.head(most), accounts.iloc[most:]
    who = top["name"].where(top["name"].notna() & (top["name"] != ""), top["account_id"])
    steps = [(label(n, 22), ACCENT, float(d)) for n, d in zip(who, top["difference"], strict=True)]
    if len(rest):
        steps.append((count(len(rest), "other account"), CONTEXT, float(rest["difference"].sum())))
    start, end = float(pair[number].iloc[1]), float(pair[number].iloc[0])
    fig = figure(name, title, difference_sentence(pair, accounts, number), height=ROW * (len(steps) + 2))
    waterfall(fig, start, steps, end, (label(other, 24), label(one, 24)), rates=True)
    return fig
