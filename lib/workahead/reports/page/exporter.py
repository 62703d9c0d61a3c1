"""nbconvert's exporter for the body of a page: charts as figures, shown things as they are, text escaped.

nbconvert alone shows none of Plotly's charts (https://github.com/jupyter/nbconvert/issues/2235).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbconvert.exporters.html import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from traitlets.config import Config

from workahead.reports.page.figures import PLOTLY, chart, figure_html
from workahead.show.shown import page_html

# Widget views and JavaScript are left out: on a page that nobody serves neither works, and no script may run.
PRIORITY = [PLOTLY, "text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain"]


class BodyExporter(HTMLExporter):  # type: ignore[misc]
    """The cells of a notebook as HTML, without head, style or script."""

    @property
    def default_config(self) -> Any:
        """What to show of an output that comes in several forms."""
        config = Config({"NbConvertBase": {"display_data_priority": PRIORITY}})
        inherited = super().default_config.copy()
        inherited.merge(config)
        return inherited

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """nbconvert's filters and ours."""
        yield from super().default_filters()
        yield "shown_html", _shown_html
        yield "escaped_markdown", _escaped_markdown
        yield "chart_figure", _Charts()

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """As HTMLExporter's, without its pass over the finished HTML: our template has the alt texts."""
        resources = self._init_resources(resources)
        chosen = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        self.register_filter("filter_data_type", chosen)
        html, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        return str(html), resources


def export(notebook: Any) -> str:
    """The body of a page."""
    exporter = BodyExporter(
        template_name="template",
        extra_template_basedirs=[str(Path(__file__).parent)],
        exclude_anchor_links=True,
    )
    body, _ = exporter.from_notebook_node(notebook)
    return str(body)


class _Charts:
    """A figure as HTML; counts, so that each chart without a name gets one of its own."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, data: Mapping[str, Any]) -> str:
        if PLOTLY not in data:
            return ""
        self.number += 1
        return figure_html(chart(data[PLOTLY], self.number))


def _shown_html(html: str) -> str:
    ours = page_html(html)
    if ours is not html or "wa-" in html[:40]:
        return ours
    return f'<div class="wa-scroll" tabindex="0" role="region" aria-label="Table">{html}</div>'


def _escaped_markdown(source: str) -> str:
    renderer = IPythonRenderer(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
    return str(MarkdownWithMath(renderer=renderer).render(source))
