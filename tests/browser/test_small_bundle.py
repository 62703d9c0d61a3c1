"""The small plotly.js of `make bundle`: it draws every trace type in use, and no other is let through."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from handmade import _code, make, notebook
from workahead.errors import ConfigError
from workahead.reports.page.bundle import Bundle, bundle
from workahead.reports.page.bundling import TRACES, build
from workahead.reports.page.page import page, story

pytestmark = [pytest.mark.browser, pytest.mark.long]
UNREACHABLE = (
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "ENETUNREACH",
    "E403",
    "E407",
)
DRAWN = {
    "bar": ".barlayer .point path",
    "heatmap": ".heatmaplayer image",
    "scatter": ".scatterlayer .js-line",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Built as `make bundle` does, in a project of its own."""
    if shutil.which("npm") is None:
        pytest.skip("no npm here: the small plotly.js is for those who have Node")
    root = tmp_path_factory.mktemp("project")
    try:
        build(root)
    except ConfigError as error:
        if any(code in str(error) for code in UNREACHABLE):
            pytest.skip(f"npm reaches no registry here: {error}")
        raise
    return bundle(root)


def test_every_trace_type_in_use_is_drawn_on_a_page_below_a_megabyte(
    small: Bundle, tmp_path: Path, open_page: Any
) -> None:
    assert small.traces == set(TRACES) == set(DRAWN)
    path = make(tmp_path, small)
    assert path.stat().st_size < 1_000_000
    opened = open_page(path)
    assert (opened.requests, opened.complaints) == ([], [])
    for kind, where in DRAWN.items():
        assert opened.page.locator(where).count() > 0, kind


def test_a_chart_that_it_could_not_draw_stops_the_page(small: Bundle) -> None:
    ran = notebook()
    ran.cells.append(_code(go.Figure(go.Pie(labels=["a"], values=[1]))))
    with pytest.raises(
        ConfigError, match=r"cannot draw pie\. Build it anew .*TRACES=\"bar heatmap pie scatter\""
    ):
        page(ran, story(ran), "Book", small)
