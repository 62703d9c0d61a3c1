"""A chart in a panel: drawn by JupyterLab's own Plotly renderer, with clicks that reach Python.

Plotly's FigureWidget draws empty axes in plotly 7.1 with anywidget 0.9 and 0.11, and carries 5 MB of script into each
figure; the renderer is there anyway and draws what the notebook's other figures are drawn with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import ipywidgets as widgets
import plotly.graph_objects as go

from workahead.explore.view import Point

PLOTLY = "application/vnd.plotly.v1+json"

# A plot is put in place some time after its output; `on` is Plotly's own, on every plot it has drawn.
_SCRIPT = """
function render({ model, el }) {
  let seen = null, frame = 0;
  const tell = ({ points: [point] }) => model.send({
    trace: point.curveNumber, name: point.data.name ?? null, x: point.x, y: point.y,
    index: point.pointIndex ?? point.pointNumber,
  });
  const watch = () => {
    const plot = el.closest(".wa-chart")?.querySelector(".js-plotly-plot");
    if (plot?.on && plot !== seen) (seen = plot).on("plotly_click", tell);
  };
  const observer = new MutationObserver(watch);
  const begin = () => {
    const chart = el.closest(".wa-chart");
    if (!chart) frame = requestAnimationFrame(begin);
    else { observer.observe(chart, { childList: true, subtree: true }); watch(); }
  };
  begin();
  return () => { cancelAnimationFrame(frame); observer.disconnect(); };
}
export default { render };
"""


class _Clicks(anywidget.AnyWidget):
    _esm = _SCRIPT


class Chart(widgets.VBox):
    """One figure at a time; ``clicked`` is told each :class:`Point` that is clicked."""

    def __init__(self, clicked: Callable[[Point], None]) -> None:
        self._output, clicks = widgets.Output(), _Clicks()
        clicks.on_msg(lambda _, point, __: clicked(point_of(point)))
        super().__init__([self._output, clicks])
        self.add_class("wa-chart")

    def draw(self, figure: go.Figure | None) -> None:
        """This figure, or none."""
        if figure is None:
            self._output.outputs, self.layout.min_height = (), None
            return
        self.layout.min_height = f"{figure.layout.height or 360}px"  # or the page jumps at each change
        self._output.outputs = ({"output_type": "display_data", "data": drawn(figure), "metadata": {}},)


def drawn(figure: go.Figure) -> dict[str, Any]:
    """A figure as a notebook's output holds it."""
    return {PLOTLY: figure.to_plotly_json() | {"config": {"displayModeBar": False, "responsive": True}}}


def point_of(message: dict[str, Any]) -> Point:
    """What the page tells of a click; a cell of a heat map has two places, row and column."""
    index, *rest = message["index"], message["x"], message["y"]
    return Point(message["trace"], message["name"], tuple(index) if isinstance(index, list) else index, *rest)
