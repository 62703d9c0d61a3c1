"""What comes up for renewal: by month and call, by window, and what renewed of it in the past."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.theme import (
    ACCENT,
    CALL_NAMES,
    CALLS,
    CONTEXT,
    GRID,
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
from workahead.words.dates import month
from workahead.words.numbers import count, exact, money, percent
from workahead.words.renewals import window_name

_DARK = "#16181b"  # on the lighter fills; white on the darker
_READABLE = 0.08  # of the tallest column: below it there is no room for a figure inside


def renewal_calendar(
    base: pd.DataFrame, expected: pd.DataFrame | None = None, currency: str | None = None
) -> go.Figure:
    """ARR due by month, overdue first, stacked by the last call on it; beside it what is expected to renew.

    ``base`` is a table of ``wa.renewal_base``, ``expected`` one of ``wa.expected_renewals``.
    """
    name, title = "renewal_calendar", "ARR due by month, by the last call on it"
    if base.empty:
        return nothing(name, title, "Nothing comes up for renewal")
    table = base.assign(month=base["renewal_date"].dt.to_period("M"))
    overdue = table["window"] == "overdue"
    ahead = table.loc[~overdue, "month"]
    periods = [] if ahead.empty else list(pd.period_range(ahead.min(), ahead.max(), freq="M"))
    first = int(overdue.any())  # the column of the first month: what is overdue stands before it
    place = {period: at for at, period in enumerate(periods, start=first)}
    table["place"] = table["month"].map(place).where(~overdue, 0)
    known = table["category"].isin([*CALLS])
    table["call"] = table["category"].where(known, "other").where(table["category"].notna(), "none")
    columns = (["Overdue"] if first else []) + [month(period.start_time) for period in periods]

    sums = table.groupby("place")["arr"].sum()
    uncalled = float(table.loc[table["call"] == "none", "arr"].sum())
    late = f", {money(table.loc[overdue, 'arr'].sum())} of it overdue" if first else ""
    most = columns[int([*sums.index][int(sums.argmax())])]
    alt = (
        f"{money(table['arr'].sum(), currency)} of ARR due{late}, {money(uncalled)} without a call; "
        f"the most in {most}, {money(sums.max())}."
    ).replace("in Overdue", "overdue")
    fig = figure(name, title, alt, height=270)
    for call, colour in {**CALLS, "none": ""}.items():
        rows = table[table["call"] == call].groupby("place")["arr"].agg(["sum", "size"])
        if rows.empty:
            continue
        said = CALL_NAMES.get(call, "Not called")
        fig.add_bar(
            x=list(rows.index.astype(int)),
            y=numbers(rows["sum"], 2),
            name=said,
            marker={"color": colour} if colour else UNSAID,
            customdata=[
                [columns[int(at)], exact(arr), count(size, "contract")]
                for at, arr, size in zip(rows.index, rows["sum"], rows["size"], strict=True)
            ],
            hovertemplate=f"{said}, %{{customdata[0]}}: %{{customdata[1]}}, %{{customdata[2]}}<extra></extra>",
        )
    if expected is not None:
        _add_expected(fig, expected, place)
    ticks = [0][:first] + [at + first for at in spaced(len(periods))]
    key_below(fig)
    fig.update_layout(barmode="stack", bargap=0.22)
    shown = ["Over-<br>due"][:first] + [month(p.start_time, short=True).replace(" ", "<br>") for p in periods]
    fig.update_xaxes(tickvals=ticks, ticktext=[shown[at] for at in ticks], range=[-0.6, len(columns) - 0.4])
    fig.update_yaxes(money_axis(rangemode="tozero"))
    return fig


def _add_expected(fig: go.Figure, expected: pd.DataFrame, place: dict[pd.Period, int]) -> None:
    """What is expected to renew of each month, as a mark on the line from low to high."""
    months = pd.to_datetime(expected["month"]).dt.to_period("M")
    past = sorted(set(months[months < min(place, default=months.max() + 1)]))
    if len(past) == 1 and 0 not in place.values():  # what is overdue; ranges of several months don't add up
        place = {**place, past[0]: 0}
    table = expected.assign(place=months.map(place))
    table = table.dropna(subset=["place", "expected_arr"]).sort_values("place")
    if table.empty:
        return
    at = [int(x) for x in table["place"]]
    ranges = zip(numbers(table["low"], 2), numbers(table["high"], 2), strict=True)
    fig.add_scatter(
        x=[end for x in at for end in (x, x, None)],
        y=[y for low, high in ranges for y in (low, high, None)],
        mode="lines",
        line={"color": TEXT, "width": 2},
        showlegend=False,
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=at,
        y=numbers(table["expected_arr"], 2),
        name="Expected to renew, and its range",
        mode="markers",
        marker={"color": TEXT, "size": 9, "line": {"color": GRID, "width": 1.5}},
        customdata=[
            [month(when), exact(arr), exact(low), exact(high)]
            for when, arr, low, high in zip(
                table["month"], table["expected_arr"], table["low"], table["high"], strict=True
            )
        ],
        hovertemplate=(
            "Expected to renew, %{customdata[0]}: %{customdata[1]}, "
            "between %{customdata[2]} and %{customdata[3]}<extra></extra>"
        ),
    )


def window_board(windows: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """A column a window: what has been called, what of that is at risk, and what nobody has called.

    ``windows`` is a table of ``wa.renewal_windows`` without ``by``.
    """
    name, title = "window_board", "ARR due by months to renewal"
    if windows.empty or not windows["arr_due"].any():
        return nothing(name, title, "Nothing comes up for renewal")
    if windows["window"].duplicated().any():
        raise ValueError("window_board draws one board: choose one group of the table first")
    names = [window_name(window) for window in windows["window"]]
    said = "; ".join(
        f"{what} {money(row.arr_due)}, of it {money(row.uncovered_arr)} not called and "
        f"{money(row.at_risk_arr)} at risk"
        for what, row in zip(names, windows.itertuples(), strict=True)
        if row.arr_due
    )
    unit = f" ({currency})" if currency else ""
    fig = figure(name, title, f"ARR due by window{unit}: {said}.", height=260)
    at_risk = windows[["at_risk_arr", "called_arr"]].min(axis=1)
    parts = (
        ("Called, no risk seen", windows["called_arr"] - at_risk, {"color": CALLS["commit"]}, "#ffffff"),
        ("Called, at risk", at_risk, {"color": CALLS["at_risk"]}, _DARK),
        ("Not called", windows["uncovered_arr"], UNSAID, TEXT),
    )
    tallest = float(windows["arr_due"].max())
    at = list(range(len(windows)))
    for part, amounts, marker, ink in parts:
        fig.add_bar(
            x=at,
            y=numbers(amounts, 2),
            name=part,
            marker=marker,
            text=[money(arr) if arr >= _READABLE * tallest else "" for arr in amounts],
            textposition="inside",
            insidetextanchor="middle",
            insidetextfont={"color": ink, "size": 11},
            textangle=0,
            constraintext="none",
            customdata=[[what, exact(arr)] for what, arr in zip(names, amounts, strict=True)],
            hovertemplate=f"{part}, %{{customdata[0]}}: %{{customdata[1]}}<extra></extra>",
        )
    fig.add_scatter(
        x=at,
        y=numbers(windows["arr_due"], 2),
        mode="text",
        text=[f"<b>{money(arr)}</b>" for arr in windows["arr_due"]],
        textposition="top center",
        cliponaxis=False,
        showlegend=False,
        customdata=[
            [what, exact(arr), count(size, "contract"), count(who, "customer")]
            for what, arr, size, who in zip(
                names, windows["arr_due"], windows["contracts"], windows["customers"], strict=True
            )
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]}, %{customdata[2]} of %{customdata[3]}<extra></extra>",
    )
    key_below(fig)
    fig.update_layout(barmode="stack", bargap=0.28)
    fig.update_xaxes(
        tickvals=at,
        ticktext=[f"{what[:1].upper()}{what[1:]}".replace(" months", "<br>months") for what in names],
    )
    fig.update_yaxes(visible=False, range=[0, round(tallest * 1.1, 2)])  # every column says its amount
    return fig


def renewal_rates(
    year: pd.DataFrame, quarters: pd.DataFrame | None = None, by: str | None = None
) -> go.Figure:
    """The renewal rate of each group as a mark, its quarters as small ones: how steady it is.

    ``year`` is a table of ``wa.renewal_rate`` with ``by`` (its first column is the group, unless ``by`` names it),
    ``quarters`` the same for shorter periods, each with a column ``quarter`` that names it.
    """
    name = "renewal_rates"
    by = by or str(year.columns[0])
    title = f"Renewal rate by {by.replace('_', ' ')}"
    known = (
        year.dropna(subset=["renewal_rate"]).sort_values("due_arr", ascending=False, kind="stable").head(20)
    )
    if known.empty:
        return nothing(name, title, "Nothing came up for renewal")
    said = "; ".join(
        f"{group} {percent(rate)} of {money(due)}"
        for group, rate, due in zip(known[by], known["renewal_rate"], known["due_arr"], strict=True)
    )
    steps = quarters is not None and len(quarters) > 0
    note = "Small marks: each quarter" if steps else None
    fig = figure(name, title, f"{title}: {said}.", height=38 * len(known) + 24, note=note)
    row_of = {group: row for row, group in enumerate(known[by])}
    seen = [*known["renewal_rate"], 1.0]
    if quarters is not None and steps:
        small = quarters[quarters[by].isin(row_of)].dropna(subset=["renewal_rate"])
        seen += list(small["renewal_rate"])
        fig.add_scatter(
            x=numbers(small["renewal_rate"]),
            y=[row_of[group] for group in small[by]],
            mode="markers",
            marker={"color": CONTEXT, "size": 7, "symbol": "line-ns", "line": {"color": CONTEXT, "width": 2}},
            customdata=[
                [label(group), label(when), percent(rate), exact(due)]
                for group, when, rate, due in zip(
                    small[by], small["quarter"], small["renewal_rate"], small["due_arr"], strict=True
                )
            ],
            hovertemplate="%{customdata[0]}, %{customdata[1]}: %{customdata[2]} of %{customdata[3]}<extra></extra>",
        )
    fig.add_scatter(
        x=numbers(known["renewal_rate"]),
        y=list(row_of.values()),
        mode="markers+text",
        marker={"color": ACCENT, "size": 11},
        text=[f"<b>{percent(rate, 0)}</b>" for rate in known["renewal_rate"]],
        textposition="top center",
        cliponaxis=False,
        customdata=[
            [label(group), percent(rate, 2), exact(due)]
            for group, rate, due in zip(known[by], known["renewal_rate"], known["due_arr"], strict=True)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} of %{customdata[2]} due<extra></extra>",
    )
    room = max(0.02, (max(seen) - min(seen)) * 0.08)
    fig.update_xaxes(
        percent_axis(range=[round(min(seen) - room, 4), round(max(seen) + room, 4)], showgrid=True)
    )
    fig.update_yaxes(
        tickvals=list(row_of.values()),
        ticktext=[label(group, 18) for group in row_of],
        range=[len(row_of) - 0.4, -0.8],
        showgrid=False,
    )
    return fig
