"""A chart of a notebook on its page: a ``<figure>`` with its title as text, its data as JSON, and words."""

from __future__ import annotations

import copy
import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from slugify import slugify

from workahead.show.how import rows_html
from workahead.show.shown import escaped

PLOTLY = "application/vnd.plotly.v1+json"
_TOP = 12  # pixels that stay above a plot once its title stands in the page


@dataclass(frozen=True)
class Chart:
    """One chart: ``name``, ``alt`` and ``rows`` (its table) from ``layout.meta``, the figure without its title."""

    name: str
    title: str
    alt: str
    figure: Mapping[str, Any]
    rows: str | None = None

    @property
    def traces(self) -> set[str]:
        """The trace types in use."""
        return {str(trace.get("type", "scatter")) for trace in self.figure.get("data", [])}


def chart(held: Mapping[str, Any], number: int) -> Chart:
    """Read a Plotly figure. Its title moves into the page, where it wraps on a phone and is read out."""
    data, layout = list(held.get("data", [])), copy.deepcopy(dict(held.get("layout", {})))
    meta = layout.pop("meta", None)
    meta = meta if isinstance(meta, dict) else {}
    given = layout.pop("title", None)
    title = plain(given.get("text") if isinstance(given, dict) else given)
    if title:
        _close_gap(layout)
    alt = str(meta.get("alt") or "") or _described(title, data)
    return Chart(
        name=str(meta.get("name") or f"chart-{number}"),
        title=title,
        alt=alt,
        figure={"data": data, "layout": layout},
        rows=str(meta["rows"]) if meta.get("rows") else None,
    )


def figure_html(one: Chart) -> str:
    """The chart as the page holds it; the script at the page's end draws it."""
    label = escaped(one.title or one.alt)
    title = f'<p class="wa-chart-title">{escaped(one.title)}</p>' if one.title else ""
    height = int(one.figure["layout"].get("height") or 420)
    return (
        f'<figure class="wa-chart" aria-label="{label}" data-name="{slugify(one.name) or "chart"}">{title}'
        f'<div class="wa-plot" style="height:{height}px"></div>'
        f'<script type="application/json" class="wa-data">{script_json(one.figure)}</script>'
        f"<figcaption>{escaped(one.alt)}</figcaption>"
        f'<p class="wa-tools">{rows_html(one.rows) if one.rows else ""}</p></figure>'
    )


def script_json(value: Any) -> str:
    """JSON that no text in it can end: ``</script>`` and ``<!--`` are written with escapes.

    >>> script_json({"name": "</script><img src=x>"})
    '{"name":"\\\\u003c/script\\\\u003e\\\\u003cimg src=x\\\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def plain(title: object) -> str:
    """Plotly's title markup as plain text.

    >>> plain("<b>What moved ARR,</b><br><b>A &amp; B</b>")
    'What moved ARR, A & B'
    """
    broken = re.sub(r"<br\s*/?>", " ", str(title or ""), flags=re.IGNORECASE)
    bare = re.sub(r"</?(?:b|i|em|strong|sub|sup|span|a|u|s)\b[^<>]*>", "", broken, flags=re.IGNORECASE)
    return " ".join(html.unescape(bare).split())


def _close_gap(layout: dict[str, Any]) -> None:
    """Take away the room that the title took; the plot itself keeps its height."""
    margin = dict(layout.get("margin") or {})
    top = margin.get("t")
    if isinstance(top, (int, float)) and top > _TOP:
        if isinstance(layout.get("height"), (int, float)):
            layout["height"] = layout["height"] - (top - _TOP)
        layout["margin"] = {**margin, "t": _TOP}


def _described(title: str, data: Iterable[Mapping[str, Any]]) -> str:
    """Words for a chart that brings none."""
    names = [plain(trace.get("name")) for trace in data if trace.get("name")]
    about = f", showing {', '.join(names)}" if names else ""
    return f"{title or 'Chart'}{about}."
