"""The one look of every figure: colours that mean the same everywhere, a lean template, and safe labels.

A page may swap TEXT and GRID for the dark; nothing else in a figure depends on the background, which is
transparent.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

from workahead.imports import leave_out_grammars

leave_out_grammars()  # a kernel's first figure would wait for them

# The mid-tones have a contrast of 3 on white and on near-black, and stay apart for the colour-blind:
# tests/charts/test_theme.py measures both.
COLOURS = MappingProxyType(
    {
        "new": "#2f6db5",
        "reactivation": "#4f97d0",
        "expansion": "#12876f",
        "contraction": "#c08000",
        "churn": "#b8402a",
        "fx": "#9a6fb0",
    }
)
CALLS = MappingProxyType(
    {
        "commit": COLOURS["expansion"],
        "best_case": COLOURS["reactivation"],
        "at_risk": COLOURS["contraction"],
        "churn": COLOURS["churn"],
        "other": COLOURS["fx"],
    }
)
UNSAID = {"color": "rgba(132,136,142,0.22)", "line": {"color": "#84888e", "width": 1}}
"""The marker of what nobody has said: not called, no cause stated. Hollow, so that no eye takes it for a call."""
ACCENT = "#0b7285"
CONTEXT = "#84888e"
TEXT = "#33373d"
GRID = "#e3e1dc"

NAMES = MappingProxyType(
    {
        "new": "New",
        "reactivation": "Reactivation",
        "expansion": "Expansion",
        "contraction": "Contraction",
        "churn": "Churn",
        "fx": "Exchange rates",
    }
)
CALL_NAMES = MappingProxyType(
    {
        "commit": "Commit",
        "best_case": "Best case",
        "at_risk": "At risk",
        "churn": "Churn",
        "other": "Other calls",
    }
)
GAINS = ("new", "reactivation", "expansion")
LOSSES = ("contraction", "churn")

TITLE_WIDTH = 44  # letters that fit on a phone's width at the title's size
NOTE_WIDTH = 54
_LINE = 20

# The page's own: "inherit" would be measured in the body's font and drawn in the figure's.
FONT = (
    '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", '
    "Arial, sans-serif"
)
_axis = {
    "automargin": True,
    "fixedrange": True,  # a finger on a phone scrolls the page, not the axis
    "gridcolor": GRID,
    "linecolor": CONTEXT,
    "showline": False,
    "zeroline": False,
    "ticks": "",
    "title": {"standoff": 8, "font": {"size": 12}},
}
TEMPLATE = {
    "layout": {
        "font": {"family": FONT, "size": 12, "color": TEXT},
        "title": {"x": 0, "xanchor": "left", "xref": "container", "font": {"size": 15}},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": [ACCENT, CONTEXT, *COLOURS.values()],
        "dragmode": False,
        # In Lab a chart has buttons: none that sends customers' figures to Plotly's cloud, none that does nothing here.
        "modebar": {"remove": ["sendChartToCloud", "select2d", "lasso2d"]},
        "hoverlabel": {
            "bgcolor": "#2b2f36",
            "bordercolor": "#2b2f36",
            "align": "left",
            "font": {"family": FONT, "size": 12, "color": "#ffffff"},
        },
        "xaxis": {**_axis, "showgrid": False},
        "yaxis": {**_axis, "showgrid": True},
        "showlegend": False,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": -0.12, "yanchor": "top"},
    }
}


def label(text: object, width: int | None = None) -> str:
    """CRM text as a Plotly label: on one line, cut to ``width`` letters, no tag left alive.

    >>> label("<a href='x'>Acme</a> & Co")
    "&lt;a href='x'&gt;Acme&lt;/a&gt; &amp; Co"
    >>> label("Northern Lights Holding", 10)
    'Northern…'
    """
    one_line = " ".join(str(text).split())
    if width is not None and len(one_line) > width:
        one_line = one_line[: width - 1].rstrip() + "…"
    return html.escape(one_line, quote=False)


def wrapped(text: str, width: int) -> str:
    """Text of our own, broken into lines that a phone can show."""
    return "<br>".join(textwrap.wrap(text, width, break_on_hyphens=False))


def figure(name: str, title: str, alt: str, *, height: int, note: str | None = None) -> go.Figure:
    """An empty figure in the house style: title above, a quiet note below, its words in ``layout.meta``.

    ``title`` and ``note`` may hold CRM text: they are escaped here. ``height`` is that of the plot alone, in
    pixels.
    """
    lines = textwrap.wrap(" ".join(title.split()), TITLE_WIDTH, break_on_hyphens=False)
    below = textwrap.wrap(" ".join((note or "").split()), NOTE_WIDTH, break_on_hyphens=False)
    top = 22 + _LINE * len(lines)
    bottom = 46 + 15 * len(below)
    said = {
        "text": "<br>".join(label(line) for line in below),
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": 0,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": -bottom + 2,
        "align": "left",
        "showarrow": False,
        "font": {"size": 11},
        "opacity": 0.8,
    }
    layout = {
        "template": TEMPLATE,
        "title": {
            "text": "<br>".join(f"<b>{label(line)}</b>" for line in lines),
            # Plotly puts the first baseline of a title of several lines at y only when it is anchored below.
            "y": 1 - 18 / (height + top + bottom),
            "yanchor": "bottom",
            "yref": "container",
        },
        "height": height + top + bottom,
        "margin": {"l": 8, "r": 12, "t": top, "b": bottom},
        "meta": {"alt": alt, "name": name},
    }
    return go.Figure(
        layout=layout | ({"annotations": [said]} if below else {})
    )  # at once: Plotly checks each step


def nothing(name: str, title: str, why: str = "No data for this period") -> go.Figure:
    """The figure of an empty table: it says so, and draws no frame."""
    fig = figure(name, title, f"{title}: {why[0].lower()}{why[1:]}.", height=30)
    fig.update_xaxes(visible=False)
    fig.update_yaxes(visible=False)
    fig.add_annotation(
        text=label(why), x=0, y=0.5, xref="paper", yref="paper", xanchor="left", showarrow=False
    )
    return fig


def key_below(fig: go.Figure, note: bool = False) -> None:
    """A legend at the foot of a figure, above its note of one line, in the order of the traces."""
    if note:  # room between the two
        fig.update_layout(height=fig.layout.height + 12, margin_b=fig.layout.margin.b + 12)
        fig.layout.annotations[0].yshift -= 12
    legend = {
        "yref": "container",
        "y": round((30 if note else 0) / fig.layout.height, 4),
        "yanchor": "bottom",
        "traceorder": "normal",
    }
    fig.update_layout(showlegend=True, legend=legend)


def spaced(periods: int, most: int = 6) -> list[int]:
    """Which of so many periods are named on an axis: few enough for a phone, the newest always.

    >>> spaced(4), spaced(12)
    ([0, 1, 2, 3], [1, 3, 5, 7, 9, 11])
    """
    return sorted(range(periods - 1, -1, -max(1, -(-periods // most))))


def money_axis(**more: Any) -> dict[str, Any]:
    """An axis of amounts: 500k, 1M, 1.5M."""
    return {"exponentformat": "B", "minexponent": 3, "nticks": 6, **more}


def percent_axis(**more: Any) -> dict[str, Any]:
    """An axis of fractions, shown as whole percentages; finer where a narrow ``range`` has ticks between them.

    >>> percent_axis(range=[0.5, 1])["tickformat"], percent_axis(range=[1.005, 1.02])["tickformat"]
    ('.0%', '.1%')
    """
    low, high = more.get("range") or (0, 1)
    digits = sum(high - low <= width for width in (0.03, 0.003))
    return {"tickformat": f".{digits}%", "nticks": 6, **more}


def numbers(values: Iterable[object], digits: int = 6) -> list[float | None]:
    """A column as JSON numbers: NaN is null, and no digit that nobody reads."""
    return [None if v is None or v != v else round(float(v), digits) for v in values]  # type: ignore[arg-type]
