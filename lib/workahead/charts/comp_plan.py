"""A compensation plan drawn: the payout curve with where people stand, pay by person, cost by scenario."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.theme import (
    ACCENT,
    COLOURS,
    CONTEXT,
    TEXT,
    figure,
    key_below,
    label,
    money_axis,
    nothing,
    numbers,
    percent_axis,
)
from workahead.words.comp_plan import metric_name, scenario_name, value_text
from workahead.words.numbers import exact, money, percent

PAY = {
    "nrr": ACCENT,
    "grr": COLOURS["new"],
    "renewal_rate": COLOURS["reactivation"],
    "forecast_accuracy": COLOURS["contraction"],
    "expansion_arr": COLOURS["expansion"],
    "csql_arr": COLOURS["fx"],
}
_ROW = 30
_NAME = 22
_RATES = ("nrr", "grr", "renewal_rate", "forecast_accuracy")


def payout_curve(curve: pd.DataFrame, payouts: pd.DataFrame) -> go.Figure:
    """What a metric pays for which result, and where people stand.

    ``curve`` is a table of ``wa.payout_curve``, ``payouts`` one of ``wa.payouts``. The axis is the metric itself where
    the plan states its target and it is a rate; else the attainment.
    """
    metric, scope = str(curve["metric"].iloc[0]), str(curve["scope"].iloc[0])
    of = " of the team" if scope == "team" else ""
    name, title = f"payout_curve_{metric}_{scope}", f"What {metric_name(metric, True)}{of} pays"
    column = "value" if metric in _RATES and curve["value"].notna().all() else "attainment"
    rows = payouts[(payouts["metric"] == metric) & (payouts["scope"] == scope)].dropna(subset=["payout_rate"])
    rows = rows.assign(value=rows["actual"])
    if scope == "team":
        rows = rows.head(1).assign(who="Team")
    spots = rows.sort_values([column, "who"], kind="stable").reset_index(drop=True)
    said = "; ".join(
        f"{who} {value_text(metric, actual)} pays {percent(rate, 0)}"
        for who, actual, rate in zip(spots["who"], spots["actual"], spots["payout_rate"], strict=True)
    )
    last = float(curve["payout_rate"].max())
    alt = f"From 0 to {percent(last, 0)} of target pay." + (f" {said}." if said else "")
    fig = figure(name, title, alt, height=230)
    fig.update_layout(height=fig.layout.height + 18, margin={"b": fig.layout.margin.b + 18})
    at = curve[column].tolist()
    if len(spots):  # level at both ends, as far as people stand
        at = [min(at[0], spots[column].min()), *at[1:-1], max(at[-1], spots[column].max())]
    fig.add_scatter(
        x=numbers(at),
        y=numbers(curve["payout_rate"]),
        mode="lines",
        line={"color": CONTEXT, "width": 2},
        hovertemplate="%{x:.1%} pays %{y:.0%}<extra></extra>",
    )
    inward = spots[column] > (at[0] + at[-1]) / 2  # names end within the chart
    sides = inward.map({True: "left", False: "right"})
    named = {0, len(spots) - 1}  # the others are on hover: on a phone names would cover each other
    fig.add_scatter(
        x=numbers(spots[column]),
        y=numbers(spots["payout_rate"]),
        mode="markers+text",
        marker={"color": PAY.get(metric, ACCENT), "size": 11, "line": {"color": "#ffffff", "width": 1}},
        text=[label(who, _NAME) if n in named else "" for n, who in enumerate(spots["who"])],
        textposition=[
            "top left" if n and n == len(spots) - 1 else f"bottom {side}" if rate > 0 else "top center"
            for n, (side, rate) in enumerate(zip(sides, spots["payout_rate"], strict=True))
        ],
        cliponaxis=False,
        customdata=[
            [label(who), value_text(metric, actual), percent(rate), exact(pay)]
            for who, actual, rate, pay in zip(
                spots["who"], spots["actual"], spots["payout_rate"], spots["payout"], strict=True
            )
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]}, pays %{customdata[2]} (%{customdata[3]})"
        "<extra></extra>"
        if scope == "individual"
        else "%{customdata[0]}: %{customdata[1]}, pays %{customdata[2]}<extra></extra>",
    )
    axis = metric_name(metric) if column == "value" else f"{metric_name(metric)} against its target"
    fig.update_xaxes(percent_axis(title={"text": axis}))
    fig.update_yaxes(percent_axis(range=[-0.06 * last, last * 1.18], title={"text": "pays, of target pay"}))
    return fig


def pay_by_person(
    payouts: pd.DataFrame, currency: str | None = None, before: pd.DataFrame | None = None
) -> go.Figure:
    """What each person is paid, by what for, beside the pay at target. ``payouts`` is a table of ``wa.payouts``.

    Where that is one of a changed plan, ``before`` is the same of the plan as it was: hollow dots.
    """
    name, title = "pay_by_person", "What each person is paid, beside pay at target"
    rows = payouts[payouts["days"] > 0]
    if rows["payout"].notna().sum() == 0:
        return nothing(name, title, "No result, or no target, is known for this period")
    people = rows.groupby("who", sort=False)[["payout", "target_pay"]].sum()
    people = people.sort_values("payout", ascending=False, kind="stable")
    totals = [
        f"{money(pay)}, {percent(pay / full if full else None, 0)}"
        for pay, full in people.itertuples(index=False)
    ]
    said = "; ".join(f"{who} {total}" for who, total in zip(people.index, totals, strict=True))
    fig = figure(
        name,
        title,
        f"Pay {currency or ''} and share of target pay: {said}.".replace("  ", " "),
        height=_ROW * len(people) + 40,
    )
    fig.update_layout(meta={**fig.layout.meta, "groups": [str(who) for who in people.index]})
    _stacked(fig, rows, "who", list(people.index), [label(who, _NAME) for who in people.index])
    fig.add_scatter(
        x=numbers(people["target_pay"], 2),
        y=list(range(len(people))),
        mode="markers",
        marker={"symbol": "line-ns", "size": 18, "line": {"color": TEXT, "width": 2}},
        name="Pay at target",
        showlegend=False,
        hovertemplate="Pay at target: %{x:,.2f}<extra></extra>",
    )
    ends = people.max(axis=1)
    if before is not None:
        was = before.groupby("who")["payout"].sum().reindex(people.index)
        ends = ends.combine(was, max)
        fig.add_scatter(
            x=numbers(was, 2),
            y=list(range(len(people))),
            mode="markers",
            marker={"color": "#ffffff", "size": 9, "line": {"color": TEXT, "width": 1.5}},
            name="As it is written",
            hovertemplate="As the plan is written: %{x:,.2f}<extra></extra>",
        )
    _ends(fig, list(ends), totals)
    fig.update_xaxes(money_axis(range=[0, float(ends.max()) * 1.42 or 1]))
    return fig


def plan_cost(cost: pd.DataFrame, currency: str | None = None) -> go.Figure:
    """What the plan costs under each scenario, and for what. ``cost`` is a table of ``wa.plan_cost`` by metric."""
    name, title = "plan_cost", "What the plan costs, and its share of target pay"
    if cost.empty or cost["share"].isna().all():
        return nothing(name, title, "No result, or no target, is known for this period")
    scenarios = cost.groupby("scenario", sort=False)[["cost", "target_pay"]].sum()
    totals = [
        f"{money(paid)}, {percent(paid / full if full else None, 0)}"
        for paid, full in scenarios.itertuples(index=False)
    ]
    names = [scenario_name(str(one)) for one in scenarios.index]
    said = "; ".join(f"{one.lower()} {total}" for one, total in zip(names, totals, strict=True))
    fig = figure(
        name,
        title,
        f"Cost {currency or ''} and share of target pay: {said}.".replace("  ", " "),
        height=_ROW * len(scenarios) + 40,
    )
    rows = cost.assign(payout=cost["cost"])
    _stacked(fig, rows, "scenario", list(scenarios.index), [one.replace(" on ", "<br>on ") for one in names])
    _ends(fig, list(scenarios["cost"]), totals)
    fig.update_xaxes(money_axis(range=[0, float(scenarios["cost"].max()) * 1.42 or 1]))
    return fig


def _stacked(fig: go.Figure, rows: pd.DataFrame, by: str, order: list[str], ticks: list[str]) -> None:
    """A bar a person or scenario, a piece a metric."""
    pieces = rows.groupby([by, "metric"], sort=False)["payout"].sum()
    for metric in rows["metric"].unique():
        values = [float(pieces.get((one, metric), 0.0)) for one in order]
        fig.add_bar(
            orientation="h",
            y=list(range(len(order))),
            x=numbers(values, 2),
            name=metric_name(metric),
            marker={"color": PAY.get(metric, CONTEXT)},
            customdata=[exact(value) for value in values],
            hovertemplate=f"{metric_name(metric)}: %{{customdata}}<extra></extra>",
        )
    fig.update_layout(barmode="stack", bargap=0.35)
    fig.update_yaxes(
        tickvals=list(range(len(order))),
        ticktext=ticks,
        ticklabelstandoff=5,
        range=[len(order) - 0.5, -0.5],
        showgrid=False,
    )
    key_below(fig)
    fig.update_layout(
        legend={"xref": "container", "x": 0}
    )  # the whole width: three names side by side on a phone


def _ends(fig: go.Figure, ends: list[float], texts: list[str]) -> None:
    """The totals, written behind the bars."""
    fig.add_scatter(
        x=numbers(ends, 2),
        y=list(range(len(ends))),
        mode="text",
        text=[f"  {text}" for text in texts],
        textposition="middle right",
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
    )
