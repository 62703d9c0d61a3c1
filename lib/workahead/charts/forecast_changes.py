"""The forecast then, the forecast now, and what led from the one to the other."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.theme import CALL_NAMES, COLOURS, CONTEXT, figure, nothing
from workahead.charts.waterfall import ROW, waterfall
from workahead.words.dates import day, month
from workahead.words.numbers import money

KINDS = {
    "new": ("First called", COLOURS["new"]),
    "upgraded": ("Upgraded", COLOURS["expansion"]),
    "pulled_in": ("Pulled in", COLOURS["reactivation"]),
    "pushed_out": ("Pushed out", COLOURS["fx"]),
    "downgraded": ("Downgraded", COLOURS["contraction"]),
    "lost": ("Lost", COLOURS["churn"]),
    "renewed": ("Renewed", CONTEXT),
}


def forecast_bridge(
    changes: pd.DataFrame, since: object, until: object, currency: str | None = None
) -> go.Figure:
    """The forecast of the renewals ahead at two days, and what changed it, as floating bars.

    ``changes`` is a table of ``wa.forecast_changes`` between these two days. What has renewed has left the forecast:
    it is grey, because that is no bad news.
    """
    name, title = "forecast_changes", "What changed in the forecast"
    before, after = float(changes["forecast_before"].sum()), float(changes["forecast_after"].sum())
    if not before and not after:
        return nothing(name, title, "No renewal ahead had been called")
    sums = changes.groupby("change")["difference"].sum()
    steps = [(said, colour, float(sums[kind])) for kind, (said, colour) in KINDS.items() if sums.get(kind)]
    moves = "; ".join(f"{said.lower()} {money(change, sign=True)}" for said, _, change in steps)
    alt = (
        f"The forecast of the renewals ahead, from {money(before, currency)} at the close of {day(since)} to "
        f"{money(after, currency)} at the close of {day(until)}: {moves or 'no change'}."
    )
    note = "Renewed: signed, and so no longer ahead." if sums.get("renewed") else None
    fig = figure(name, title, alt, height=ROW * (len(steps) + 2), note=note)
    waterfall(fig, before, steps, after, (_short(since), _short(until)))
    return fig


def forecast_movers(changes: pd.DataFrame) -> pd.DataFrame:
    """The accounts behind a table of ``wa.forecast_changes``, largest first, as the table beside the bridge.

    Columns: account (its name, or its id), difference, change, calls (before and after), segment, csm,
    forecast_before, forecast_after. What has not changed is left out.
    """
    moved = changes[changes["change"] != "unchanged"]
    said = [moved[name].map(CALL_NAMES).fillna(moved[name]) for name in ("category_before", "category_after")]
    table = moved.assign(
        account=moved["name"].fillna(moved["account_id"]),
        change=moved["change"].map({kind: words for kind, (words, _) in KINDS.items()}),
        calls=[" → ".join(str(v) for v in pair if v == v) for pair in zip(*said, strict=True)],
    )
    columns = [
        "account",
        "difference",
        "change",
        "calls",
        "segment",
        "csm",
        "forecast_before",
        "forecast_after",
    ]
    return table[columns].reset_index(drop=True)


def _short(at: object) -> str:
    when = pd.Timestamp(at)  # type: ignore[arg-type]
    return f"{when.day} {month(when, short=True)}"
