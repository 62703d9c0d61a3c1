"""Where retention will land: the range that opens ahead, and the same by group."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.over_time import PLOT, month_axis, name_ends
from workahead.charts.retention import GROUPS_SHOWN, SMALLEST_SHARE
from workahead.charts.theme import ACCENT, CONTEXT, figure, label, nothing, numbers, percent_axis
from workahead.words.dates import month
from workahead.words.numbers import count, exact, percent

_COLOUR = {"nrr": ACCENT, "grr": CONTEXT}
_SHADE = {"nrr": "rgba(11,114,133,0.24)", "grr": "rgba(132,136,142,0.28)"}


def projection_fan(
    path: pd.DataFrame, target: float | None = None, start: pd.Timestamp | None = None
) -> go.Figure:
    """GRR and NRR from the start of a period to its end: a solid line as far as they are known, a range ahead.

    ``path`` is a table of ``wa.projection_path`` from the closing day ``start``, at which both are 100%; ``target`` is
    the NRR to reach, as a fraction, drawn as a line.
    """
    name = "projection_fan"
    known = path.dropna(subset=["grr", "nrr"]).sort_values("period_end")
    if known.empty:
        return nothing(name, "Where retention will land", "No customer has ARR at the start")
    if start is not None:
        whole = dict.fromkeys([c for c in known.columns if c != "known"], 1.0)
        opened = pd.DataFrame([{**whole, "period_end": pd.Timestamp(start), "known": True}])
        known = pd.concat([opened, known], ignore_index=True)
    first, last = known.iloc[0], known.iloc[-1]
    title = f"Where retention will land by {month(last['period_end'])}"
    past, ahead = known[known["known"].astype(bool)], known[~known["known"].astype(bool)]
    said = "; ".join(
        f"{m.upper()} {percent(last[m])}"
        + (f", between {percent(last[f'{m}_low'])} and {percent(last[f'{m}_high'])}" if len(ahead) else "")
        for m in ("grr", "nrr")
    )
    goal = target if target is not None and not math.isnan(target) else None
    alt = f"GRR and NRR from {month(first['period_end'])} to {month(last['period_end'])}: they end at {said}."
    if goal is not None:
        alt += f" The NRR target is {percent(goal)}."
    note = "Solid: what is known. Shaded: the range of four cases in five." if len(ahead) else None
    fig = figure(name, title, alt, height=PLOT, note=note)
    bounds = ["grr_low", "grr", "nrr", "nrr_high"]
    seen = [*known[bounds].to_numpy().ravel(), *([] if goal is None else [goal])]
    pad = max(0.01, (max(seen) - min(seen)) * 0.08)
    low, high = min(seen) - pad, max(seen) + pad
    for metric in ("grr", "nrr"):
        # the range opens where what is known ends
        opening = pd.concat([past.tail(1), ahead])
        if len(ahead):
            _range(fig, opening, metric)
            _line(fig, opening, metric, dash="dash")
        _line(fig, past, metric, dash="solid")
    dates = _dates(known)
    if goal is not None:
        fig.add_scatter(
            x=[dates[0], dates[-1]],
            y=[goal, goal],
            mode="lines",
            line={"color": CONTEXT, "width": 1.5, "dash": "dot"},
            hovertemplate=f"NRR target: {percent(goal, 2)}<extra></extra>",
        )
    ends = [(f"<b>{m.upper()}</b> {percent(last[m])}", float(last[m])) for m in ("nrr", "grr")]
    ends += [] if goal is None else [(f"Target {percent(goal)}", goal)]
    name_ends(fig, dates[-1], ends, high - low)
    fig.update_layout(margin={"r": 104})
    month_axis(fig, known["period_end"])
    fig.update_yaxes(percent_axis(range=[round(low, 4), round(high, 4)]))
    return fig


def _dates(rows: pd.DataFrame) -> list[str]:
    return [day.strftime("%Y-%m-%d") for day in rows["period_end"]]


def _range(fig: go.Figure, rows: pd.DataFrame, metric: str) -> None:
    dates = _dates(rows)
    fig.add_scatter(
        x=[*dates, *reversed(dates)],
        y=[*numbers(rows[f"{metric}_high"]), *reversed(numbers(rows[f"{metric}_low"]))],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=_SHADE[metric],
        hoverinfo="skip",
    )


def _line(fig: go.Figure, rows: pd.DataFrame, metric: str, dash: str) -> None:
    columns = (rows[c] for c in ("period_end", metric, f"{metric}_low", f"{metric}_high", "known"))
    fig.add_scatter(
        x=_dates(rows),
        y=numbers(rows[metric]),
        name=metric.upper(),
        mode="lines" if len(rows) > 1 else "markers",
        line={"color": _COLOUR[metric], "width": 2.5, "dash": dash},
        cliponaxis=False,
        customdata=[
            [month(end), percent(mid, 2) + ("" if sure else f" ({percent(low)} to {percent(high)})")]
            for end, mid, low, high, sure in zip(*columns, strict=True)
        ],
        hovertemplate=f"{metric.upper()}, %{{customdata[0]}}: %{{customdata[1]}}<extra></extra>",
    )


def projection_by(
    table: pd.DataFrame,
    by: str | None = None,
    metric: str = "grr",
    target: float | None = None,
    before: pd.DataFrame | None = None,
) -> go.Figure:
    """The projected GRR (or NRR) of each group as a dot on its range, the lowest on top.

    ``table`` is a table of ``wa.project_retention`` with ``by`` (its first column, unless ``by`` names it); the twenty
    largest groups are drawn, each with at least 1% of starting ARR, and the note counts the others. Where it is that
    of a what-if, ``before`` is the same without it: hollow dots, with their range above.
    """
    name = f"projection_by_{metric}"
    by = by or str(table.columns[0])
    title = f"Projected {metric.upper()} by {'CSM' if by == 'csm' else by.replace('_', ' ')}"
    known = table.dropna(subset=[metric]).sort_values("starting_arr", ascending=False, kind="stable")
    if known.empty:
        return nothing(name, title, "No customer has ARR at the start")
    large = known["starting_arr"] >= SMALLEST_SHARE * float(known["starting_arr"].sum())
    left_out = len(known) - len(known[large].head(GROUPS_SHOWN))
    known = known[large].head(GROUPS_SHOWN).sort_values(metric, kind="stable")
    mids, lows, highs = (known[c] for c in (metric, f"{metric}_low", f"{metric}_high"))
    said = "; ".join(
        f"{group} {percent(mid)} ({percent(low)} to {percent(high)})"
        for group, mid, low, high in zip(known[by], mids, lows, highs, strict=True)
    )
    note = "Line: the range of four cases in five."
    note += f" {count(left_out, 'smaller group')} only in the table." if left_out else ""
    note += " Hollow: as forecast." if before is not None else ""
    row = 30 if before is None else 42
    fig = figure(name, title, f"{title}: {said}.", height=row * len(known) + 30, note=note)
    fig.update_layout(meta={**fig.layout.meta, "groups": [str(group) for group in known[by]]})
    rows = list(range(len(known)))
    was = known.head(0)
    if before is not None:
        was = known[[by]].merge(before, on=by, how="left")
        _was(fig, was, by, metric)
    fig.add_scatter(
        x=[x for pair in zip(numbers(lows), numbers(highs), strict=True) for x in (*pair, None)],
        y=[y for row in rows for y in (row, row, None)],
        mode="lines",
        line={"color": CONTEXT, "width": 4},
        opacity=0.5,
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=numbers(mids),
        y=rows,
        mode="markers",
        marker={"color": _COLOUR[metric], "size": 10},
        cliponaxis=False,
        customdata=[
            [label(group), percent(mid, 2), percent(low), percent(high), exact(arr)]
            for group, mid, low, high, arr in zip(
                known[by], mids, lows, highs, known["starting_arr"], strict=True
            )
        ],
        hovertemplate=(
            f"%{{customdata[0]}}: {metric.upper()} %{{customdata[1]}} (%{{customdata[2]}} to %{{customdata[3]}}), "
            "of %{customdata[4]} ARR<extra></extra>"
        ),
    )
    fig.add_scatter(
        x=numbers(highs),
        y=rows,
        mode="text",
        text=[f" {percent(mid, 0)}" for mid in mids],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
    )
    seen, top = [*lows, *highs, *was[f"{metric}_low"].dropna(), *was[f"{metric}_high"].dropna()], -0.8
    if target is not None and not math.isnan(target):
        seen, top = [*seen, target], -1.2
        fig.add_scatter(
            x=[target, target],
            y=[-0.6, len(rows) - 0.4],
            mode="lines+text",
            text=[f"Target {percent(target, 0)}", ""],
            textposition="top center",
            line={"color": CONTEXT, "width": 1.5, "dash": "dot"},
            hovertemplate=f"Target: {percent(target, 2)}<extra></extra>",
        )
    room = max(0.01, (max(seen) - min(seen)) * 0.05)
    axis = [round(min(seen) - room, 4), round(max(seen) + 4 * room, 4)]
    fig.update_xaxes(percent_axis(range=axis, showgrid=True, nticks=5))
    fig.update_yaxes(
        tickvals=rows,
        ticktext=[label(group, 18) for group in known[by]],
        range=[len(rows) - 0.4, top],
        showgrid=False,
    )
    return fig


def _was(fig: go.Figure, was: pd.DataFrame, by: str, metric: str) -> None:
    """What stood before a what-if: a hollow dot on a thin range, a little above each row."""
    low, mid, high = (numbers(was[name]) for name in (f"{metric}_low", metric, f"{metric}_high"))
    rows = [row - 0.26 for row in range(len(was))]
    fig.add_scatter(
        x=[x for pair in zip(low, high, strict=True) for x in (*pair, None)],
        y=[y for row in rows for y in (row, row, None)],
        mode="lines",
        line={"color": CONTEXT, "width": 1.5},
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=mid,
        y=rows,
        mode="markers",
        marker={"color": "#ffffff", "size": 8, "line": {"color": CONTEXT, "width": 1.5}},
        customdata=[
            f"{label(group)}, as forecast: {percent(at, 2)}" for group, at in zip(was[by], mid, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
