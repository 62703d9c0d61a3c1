"""The window board of many groups: a row a group, a column a window, with what is due and how much is called."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from workahead.charts.theme import figure, label, nothing, numbers
from workahead.words.grammar import column as column_name
from workahead.words.numbers import count, exact, money, percent
from workahead.words.renewals import window_name

_SHADES = [[0, "#f2f5f5"], [1, "#74b3bf"]]
_INK = "#16181b"  # on both of them, whatever the page's background
ROWS = 25
"""More groups than these are not read on one board: those with the most due are shown."""


def window_grid(windows: pd.DataFrame, by: str, currency: str | None = None) -> go.Figure:
    """What comes due of each group in each window, darker where there is more; on hover what of it has been called.

    ``windows`` is a table of ``wa.renewal_windows`` with this ``by``. ``layout.meta`` holds the groups that are shown,
    from above.
    """
    name, title = "window_grid", f"ARR due by {column_name(by)} and months to renewal"
    if windows.empty or not windows["arr_due"].any():
        return nothing(name, title, "Nothing comes up for renewal")
    sums = windows.groupby(by, sort=False)["arr_due"].sum()
    sums = sums[sums > 0].sort_values(ascending=False, kind="stable").head(ROWS)
    columns = list(dict.fromkeys(windows["window"]))
    cells = windows.set_index([by, "window"]).loc[
        [(group, window) for group in sums.index for window in columns]
    ]
    names = [window_name(window) for window in columns]
    group, window = cells.index[int(cells["arr_due"].argmax())]
    alt = (
        f"{title}: {money(sums.sum(), currency)} in {count(len(sums), 'group')}, the most in {group}, "
        f"{window_name(window)}: {money(cells['arr_due'].max())}."
    )
    left = windows[by].nunique() - len(sums)
    note = f"{count(left, 'more group')}, with less due or nothing" if left else None
    fig = figure(name, title, alt, height=30 * len(sums) + 20, note=note)
    fig.update_layout(meta={**fig.layout.meta, "groups": [str(group) for group in sums.index]})
    due = [cells.loc[group, "arr_due"].reindex(columns) for group in sums.index]
    fig.add_heatmap(
        x=list(range(len(columns))),
        y=list(range(len(sums))),
        z=[numbers(row, 2) for row in due],
        zmin=0,
        colorscale=_SHADES,
        showscale=False,
        xgap=2,
        ygap=2,
        text=[[money(arr) if arr else "" for arr in row] for row in due],
        texttemplate="%{text}",
        textfont={"size": 11, "color": _INK},
        customdata=[
            [_said(group, window, cells.loc[(group, window)]) for window in columns] for group in sums.index
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    fig.update_xaxes(
        tickvals=list(range(len(columns))),
        ticktext=[f"{what[:1].upper()}{what[1:]}".replace(" months", "<br>months") for what in names],
        side="bottom",
    )
    fig.update_yaxes(
        tickvals=list(range(len(sums))),
        ticktext=[f"{label(group, 18)}  <b>{money(arr)}</b>" for group, arr in sums.items()],
        range=[len(sums) - 0.5, -0.5],
        showgrid=False,
    )
    return fig


def _said(group: object, window: str, cell: pd.Series) -> str:
    """What a cell says on hover."""
    due = float(cell["arr_due"])
    if not due:
        return f"{label(group)}, {window_name(window)}: nothing due"
    return (
        f"{label(group)}, {window_name(window)}: {exact(due)} in {count(cell['contracts'], 'contract')}<br>"
        f"{percent(cell['called_arr'] / due, 0)} called, {money(cell['at_risk_arr'])} at risk"
    )
