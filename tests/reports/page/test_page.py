"""The page made of a notebook: what is on it, what is not, and what it refuses."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from workahead import show
from workahead.errors import ConfigError
from workahead.reports.page.bundle import Bundle, bundle
from workahead.reports.page.page import PageError, page, story

v4 = nbformat.v4
TINY = Bundle(version="0", packed="", sha256="sha256-x", traces=frozenset({"bar"}))


def shown(thing: Any) -> Any:
    data = thing._repr_mimebundle_()
    return v4.new_output("execute_result", data=data, execution_count=1)


def figure(kind: str = "bar") -> Any:
    data = {"application/vnd.plotly.v1+json": {"data": [{"type": kind, "y": [1]}], "layout": {}}}
    return v4.new_output("display_data", data=data)


def notebook(*cells: Any) -> Any:
    return v4.new_notebook(cells=list(cells))


def code(*outputs: Any, source: str = "secret_code()", tags: tuple[str, ...] = ()) -> Any:
    return v4.new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def made(nb: Any, bundle: Bundle = TINY) -> str:
    return page(nb, story(nb), "Title", bundle)


def test_code_and_hidden_cells_are_left_out() -> None:
    html = made(notebook(code(figure()), code(figure(), tags=("remove-cell",)), code(tags=("parameters",))))
    assert "secret_code" not in html
    assert html.count('<figure class="wa-chart"') == 1


def test_sections_begin_at_headings_and_have_a_menu() -> None:
    cells = [v4.new_markdown_cell(f"## Part {n}\n\nText {n}.") for n in (1, 2, 3)]
    html = made(notebook(*cells))
    assert html.count("<section>") == 4
    assert '<a href="#section-2">Part 2</a>' in html
    assert '<h2 id="section-2">Part 2</h2>' in html


def test_plain_text_and_markdown_outputs_are_escaped() -> None:
    evil = "<img src=x onerror=alert(1)>"
    outputs = [
        v4.new_output("stream", name="stdout", text=evil),
        v4.new_output("display_data", data={"text/plain": evil}),
        v4.new_output("display_data", data={"text/markdown": f"**bold** {evil} [x](javascript:alert(1))"}),
    ]
    html = made(notebook(code(*outputs)))
    assert "<img" not in html
    assert "<strong>bold</strong>" in html
    assert 'href="javascript' not in html


def test_warnings_of_libraries_stay_off_the_page() -> None:
    html = made(notebook(code(v4.new_output("stream", name="stderr", text="DeprecationWarning: old"))))
    assert "DeprecationWarning" not in html


def test_a_page_allows_its_own_scripts_alone(tmp_path: Path) -> None:
    packed = bundle(tmp_path)
    html = made(notebook(code(figure())), packed)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    allowed = set(re.findall(r"'(sha256-[^']*)'", policy))
    run = [text for kind, text in re.findall(r"(?s)<script([^>]*)>(.*?)</script>", html) if not kind]
    hashes = {"sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in run}
    code_of_plotly = gzip.decompress(base64.b64decode(packed.packed))
    hashes.add("sha256-" + base64.b64encode(hashlib.sha256(code_of_plotly).digest()).decode())
    assert len(run) == 1
    assert allowed == hashes


def test_a_page_without_charts_carries_no_script() -> None:
    html = made(notebook(code(shown(show.finding("Nothing moved.")))))
    assert "<script" not in html
    assert "script-src 'none'" in html


def test_nothing_on_a_page_is_fetched() -> None:
    html = made(notebook(code(figure()), v4.new_markdown_cell("# Hello")))
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", html)
    assert "@import" not in html


def test_a_trace_type_that_the_small_bundle_lacks_is_refused() -> None:
    with pytest.raises(ConfigError, match="cannot draw heatmap"):
        made(notebook(code(figure("heatmap"))))


def test_a_lost_chart_is_refused() -> None:
    nb = notebook(code(figure()))
    told = story(notebook(code(figure()), code(figure())))
    with pytest.raises(PageError, match="made 2 charts, but 1 are on the page"):
        page(nb, told, "Title", TINY)


def test_two_tables_of_one_name_link_to_two_files() -> None:
    import pandas as pd

    table = show.table(pd.DataFrame({"n": [1]}), "Numbers", name="numbers")
    html = made(notebook(code(shown(table)), code(shown(table))))
    assert re.findall(r'href="(csv/[^"]*)"', html) == ["csv/numbers.csv", "csv/numbers-2.csv"]


def test_a_small_bundle_is_taken_when_it_is_of_the_same_version(tmp_path: Path) -> None:
    full = bundle(tmp_path)
    assert full.traces is None
    folder = tmp_path / "reports" / "bundle"
    folder.mkdir(parents=True)
    (folder / "plotly.min.js").write_text("var Plotly = {};", encoding="utf-8")
    for version, traces in ((full.version, frozenset({"bar"})), ("0.0.1", None)):
        told = {"version": version, "traces": ["bar"]}
        (folder / "bundle.json").write_text(json.dumps(told), encoding="utf-8")
        assert bundle(tmp_path).traces == traces
