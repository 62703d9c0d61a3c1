"""What was said of each renewal ahead, call by call."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.over_time import PLOT, name_ends
from workahead.charts.theme import (
    CALL_NAMES,
    CALLS,
    CONTEXT,
    figure,
    key_below,
    label,
    money_axis,
    nothing,
    numbers,
)
from workahead.words.dates import day, month
from workahead.words.numbers import exact, money


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
    fig = figure(name, title, f"{said}.", height=PLOT, note="Dotted: what comes due.")
    last, top = table["called_on"].max(), float(table[["forecast_arr", "due_arr"]].max().max()) * 1.12
    for _, rows in groups:
        _add_renewal(fig, rows, last)
    ends = [(label(_renewal(rows.iloc[-1]), 22), float(rows["forecast_arr"].iloc[-1])) for _, rows in groups]
    name_ends(fig, _days([last])[0], ends, top or 1.0, xshift=10)
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
    begins = table["called_on"].min()
    room = max((last - begins) * 0.55, pd.Timedelta(days=30))
    fig.update_xaxes(
        type="date", range=_days([begins - room * 0.1, last + room]), nticks=4, ticklabelstandoff=6
    )
    fig.update_yaxes(money_axis(range=[0, round(top, 2)]))
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


def _renewal(row: pd.Series) -> str:
    what = row["product"] if isinstance(row["product"], str) and row["product"] else "renewal"
    return f"{what}, {month(row['renewal_date'], short=True)}"


def _call(category: object) -> str:
    return CALL_NAMES.get(str(category), str(category))


def _days(values: Sequence[pd.Timestamp] | pd.Series) -> list[str]:
    return [f"{value:%Y-%m-%d}" for value in values]
