"""How good the calls were: over the horizons or the quarters, and by who made them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from workahead.book.tables import NOT_SET
from workahead.charts.over_time import PLOT, name_ends
from workahead.charts.theme import (
    ACCENT,
    CONTEXT,
    figure,
    label,
    nothing,
    numbers,
    percent_axis,
    spaced,
)
from workahead.words.dates import span
from workahead.words.numbers import count, exact, percent

HOPEFUL, CAUTIOUS = "#b8652a", ACCENT
FEWEST = 5  # renewals behind a rate: fewer are drawn pale
LONGEST = 1.0  # a bar of more would leave none of the others visible
CALLERS_SHOWN = 20
_NONE = "No renewal that came due had been called"


def accuracy_by_horizon(table: pd.DataFrame) -> go.Figure:
    """Accuracy of the calls by how early they were made, with the share of due ARR that had been called beside it.

    ``table`` is a table of ``wa.accuracy_by_horizon`` without ``by``.
    """
    ordered = table.sort_values("horizon_days", ascending=False, kind="stable")
    names = [count(days, "day") for days in ordered["horizon_days"]]
    fig = _two_lines("accuracy_by_horizon", "How good calls were, by how early they came", ordered, names)
    fig.update_xaxes(title={"text": "before the renewal date"})
    return fig


def accuracy_over_time(table: pd.DataFrame) -> go.Figure:
    """The same by when the renewals came due. ``table`` is one of ``wa.forecast_accuracy`` with ``freq``."""
    ordered = table.sort_values("period_end", kind="stable")
    days = zip(ordered["period_start"], ordered["period_end"], strict=True)
    names = [span(first, last, short=True) for first, last in days]
    return _two_lines("accuracy_over_time", "How good calls were, by renewal date", ordered, names)


def _two_lines(name: str, title: str, table: pd.DataFrame, names: Sequence[str]) -> go.Figure:
    """Accuracy and coverage over named places, each named at its end."""
    if table["accuracy"].isna().all():
        return nothing(name, title, _NONE)
    if len(set(names)) < len(names):
        raise ValueError(f"{name} draws one line a measure: choose one group of the table first")
    rows = zip(names, table["accuracy"], table["coverage"], table["bias"], strict=True)
    said = "; ".join(
        f"{place} {percent(right, 0)}, {percent(called, 0)} called, bias {percent(off, 0, sign=True)}"
        for place, right, called, off in rows
    )
    fig = figure(name, title, f"Accuracy of the forecast calls: {said}.", height=PLOT)
    at = list(range(len(table)))
    for column, other, colour in (("coverage", "accuracy", CONTEXT), ("accuracy", "coverage", ACCENT)):
        above = [not mine < its for mine, its in zip(table[column], table[other], strict=True)]
        few = len(at) <= 6
        fig.add_scatter(
            x=at,
            y=numbers(table[column]),
            name=column.capitalize(),
            mode="lines+markers+text",
            line={"color": colour, "width": 2.5},
            marker={"size": 7},
            text=[*(percent(v, 0) if few and v == v else "" for v in table[column].iloc[:-1]), ""],
            textposition=["top center" if up else "bottom center" for up in above],
            cliponaxis=False,
            customdata=[
                [place, percent(v), count(n, "renewal"), exact(arr), percent(off, sign=True)]
                for place, v, n, arr, off in zip(
                    names, table[column], table["renewals"], table["due_arr"], table["bias"], strict=True
                )
            ],
            hovertemplate=f"{column.capitalize()}, %{{customdata[0]}}: %{{customdata[1]}}<br>"
            "of %{customdata[2]}, %{customdata[3]} ARR; bias %{customdata[4]}<extra></extra>",
        )
    last = table.iloc[-1]
    shown = [c for c in ("accuracy", "coverage") if last[c] == last[c]]
    ends = [(f"<b>{c.capitalize()}</b> {percent(last[c], 0)}", float(last[c])) for c in shown]
    name_ends(fig, at[-1], ends, 1.08, xshift=8)
    fig.update_layout(margin={"r": 112})
    ticks = spaced(len(at), 4)
    fig.update_xaxes(
        tickvals=ticks,
        ticktext=[names[i].replace(" to ", "<br>to ") for i in ticks],
        range=[-0.45, len(at) - 1] if len(at) > 1 else [-1, 0.5],
    )
    fig.update_yaxes(percent_axis(range=[0, 1.08], nticks=5, zeroline=True, zerolinecolor=CONTEXT))
    return fig


def bias_by(table: pd.DataFrame, by: str = "called_by") -> go.Figure:
    """Who calls too high and who too low: a bar each, right of the line where more was called than came.

    ``table`` is a table of ``wa.forecast_accuracy`` with this ``by``; the twenty who called most are drawn.
    """
    name = f"bias_by_{by}"
    named = by == "called_by"
    title = (
        "Who calls too high, and who too low"
        if named
        else f"Too hopeful or too cautious, by {by.replace('_', ' ')}"
    )
    known = table[table["bias"].notna() & (table[by].astype("str") != NOT_SET)]
    if known.empty:
        return nothing(name, title, _NONE)
    drawn = known.nlargest(CALLERS_SHOWN, "called_arr").sort_values("bias", ascending=False, kind="stable")
    thin = drawn["compared"] < FEWEST
    cut = drawn["bias"].abs() > LONGEST
    notes = [
        "In brackets: how many renewals.",
        f"Pale: fewer than {FEWEST}." if thin.any() else "",
        f"Bars end at {percent(LONGEST, 0)}." if cut.any() else "",
        f"{count(len(known) - len(drawn))} more only in the table." if len(known) > len(drawn) else "",
    ]
    said = "; ".join(
        f"{who} {percent(off, 0, sign=True)}" for who, off in zip(drawn[by], drawn["bias"], strict=True)
    )
    fig = figure(
        name,
        title,
        f"Bias of the forecast calls, called less renewed as a share of renewed ARR: {said}.",
        height=28 * len(drawn) + 24,
        note=" ".join(note for note in notes if note),
    )
    rows = list(range(len(drawn)))
    fig.add_bar(
        orientation="h",
        y=rows,
        x=numbers(drawn["bias"].clip(-LONGEST, LONGEST)),
        width=0.62,
        marker={
            "color": [HOPEFUL if off > 0 else CAUTIOUS for off in drawn["bias"]],
            "opacity": [0.4 if pale else 1 for pale in thin],
        },
        customdata=[
            [label(who), percent(off, sign=True), exact(forecast), exact(actual), percent(right)]
            for who, off, forecast, actual, right in zip(
                drawn[by],
                drawn["bias"],
                drawn["forecast_arr"],
                drawn["actual_arr"],
                drawn["accuracy"],
                strict=True,
            )
        ],
        hovertemplate="%{customdata[0]}: bias %{customdata[1]}<br>called %{customdata[2]}, came %{customdata[3]}"
        "<br>accuracy %{customdata[4]}<extra></extra>",
    )
    # All labels stand right of the line, clear of the names.
    fig.add_scatter(
        x=numbers(drawn["bias"].clip(0, LONGEST)),
        y=rows,
        mode="text",
        text=[
            f" {percent(off, 0, sign=True)} ({count(n)})"
            for off, n in zip(drawn["bias"], drawn["compared"], strict=True)
        ],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
    )
    seen = [*drawn["bias"].clip(-LONGEST, LONGEST), 0.0]
    width = max(seen) - min(seen) or 0.1
    low, high = min(seen) - width * 0.03, max(seen) + width * 0.45  # room for a label, on a phone
    fig.update_xaxes(
        percent_axis(range=[round(low, 4), round(high, 4)], nticks=5, showgrid=True),
        zeroline=True, zerolinecolor=CONTEXT, zerolinewidth=1,
    )  # fmt: skip
    fig.update_yaxes(
        tickvals=rows,
        ticktext=[label(who, 18) for who in drawn[by]],
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
    )
    return fig
