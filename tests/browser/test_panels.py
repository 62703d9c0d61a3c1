"""Panels in a real JupyterLab: with mouse and keyboard, as a person uses them, and what a report shows of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from in_lab import EXECUTE, Lab, Notebook, done, opened, serious, unreached

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def notebook(lab_page: Any, lab: Lab) -> Iterator[Notebook]:
    """The notebook with the panel; one kernel for all tests."""
    with opened(lab_page, lab, "panel") as held_open:
        yield held_open


@pytest.fixture
def panel(notebook: Notebook, tmp_path: Path) -> Iterator[Notebook]:
    """The panel, fresh; at the end nothing has failed, complained or been asked of others."""
    notebook.run()
    drawn(notebook, "107%")
    notebook.complaints.clear()
    try:
        yield notebook
        assert [one for one in notebook.outputs() if one["output_type"] == "error"] == []
        assert notebook.strangers == []
        assert notebook.complaints == []
    finally:
        notebook.page.screenshot(path=tmp_path / "panel.png")


def held(panel: Notebook) -> Any:
    return panel.within(".wa-panel")


def line(panel: Notebook) -> Any:
    """The line of Python below the panel."""
    return held(panel).locator(".wa-code code").first


def set_to(panel: Notebook, wanted: str) -> None:
    """Wait until the line says this: then the kernel has answered, and the chart is that of the line."""
    panel.page.wait_for_function(
        "wanted => window.panel.node.querySelector('.wa-panel .wa-code code')?.textContent === wanted",
        arg=wanted,
    )


def drawn(panel: Notebook, *texts: str) -> None:
    """Wait until the chart shows these texts."""
    for text in texts:
        held(panel).locator(".js-plotly-plot .main-svg text", has_text=text).first.wait_for(state="attached")


def handle(panel: Notebook, name: str) -> Any:
    """What is dragged of a slider."""
    return held(panel).locator(".widget-hslider", has_text=name).locator(".noUi-handle")


# Redraws follow the first drawing: a click counts once the plot has stood still, and Plotly has seen it hovered.
STILL = """async (row) => {
  let before = "", frames = 0;
  while (frames < 15) {
    await new Promise(requestAnimationFrame);
    const plot = window.panel.node.querySelector(".wa-panel .js-plotly-plot");
    if (!plot?._ev?.listeners("plotly_click").length || !plot._fullLayout?.yaxis?._length) continue;
    const {x, y} = plot.data.find((one) => one.name === "NRR"), {xaxis, yaxis} = plot._fullLayout;
    const box = plot.getBoundingClientRect();
    window.dot = [box.left + xaxis._offset + xaxis.d2p(x[row]), box.top + yaxis._offset + yaxis.d2p(y[row])];
    window.hovered = () => plot._hoverdata?.some((one) => one.y === y[row]);
    frames = before === `${window.dot}` ? frames + 1 : 0;
    before = `${window.dot}`;
  }
  return window.dot;
}"""


def click_dot(panel: Notebook, row: int) -> None:
    """Click on the NRR of a group of ``charts.retention_by``, as its rows are drawn from the top."""
    x, y = done(panel.page, STILL, row)
    panel.page.mouse.move(x - 40, y)
    panel.page.mouse.move(x, y, steps=4)
    panel.page.wait_for_function("window.hovered()")
    panel.page.mouse.click(x, y)


def test_a_filter_reaches_chart_and_line(panel: Notebook) -> None:
    """Enterprise alone: of 300k a year ago 300k stay, with 20k of growth: GRR 100%, NRR 106.7%."""
    held(panel).get_by_label("Filter by").select_option(label="Segment")
    typed = held(panel).get_by_role("combobox", name="Segment")
    typed.fill("Enterprise")
    typed.press("Enter")
    set_to(panel, 'wa.retention(book.where(segment=["Enterprise"]), months=12, by="segment")')
    drawn(panel, "107%", "100%")
    held(panel).get_by_role("button", name="Remove filter").click()
    set_to(panel, 'wa.retention(book, months=12, by="segment")')


def test_a_slider_is_dragged_and_moved_by_keys(panel: Notebook) -> None:
    months = handle(panel, "Months")
    months.hover()  # waits until it stands still
    box = months.bounding_box()
    panel.page.mouse.down()
    panel.page.mouse.move(box["x"] + 200, box["y"] + box["height"] / 2, steps=5)
    panel.page.mouse.up()
    set_to(panel, 'wa.retention(book, months=24, by="segment")')
    months = handle(panel, "Months")
    months.focus()
    months.press("ArrowLeft")
    set_to(panel, 'wa.retention(book, months=12, by="segment")')


def test_a_click_shows_the_accounts_behind_and_their_names_stay_text(panel: Notebook) -> None:
    """The largest group is Enterprise, where Alder grew by 20k; then Mid-Market, whose hostile account left."""
    rows = held(panel).locator(".wa-accounts tbody tr")
    for row, name in enumerate(("Alder", "</script><img src=x onerror=alert(1)>")):
        click_dot(panel, row)
        rows.filter(has_text=name).wait_for()
        assert rows.count() == 1
    assert held(panel).locator("img[onerror]").count() == 0


def test_the_copied_line_gives_the_same_table(panel: Notebook) -> None:
    held(panel).get_by_label("Group by").select_option(label="Region")
    set_to(panel, 'wa.retention(book, months=12, by="region")')
    held(panel).get_by_role("button", name="Copy: In a cell").click()
    assert copied(panel, "wa.").endswith('by="region")')
    panel.within(".jp-CodeCell .cm-content").last.click()
    panel.page.keyboard.press("Control+V")
    panel.page.keyboard.press("Shift+Enter")
    panel.page.wait_for_function("window.panel.content.widgets.findLast((one) => one.model.outputs?.length)"
                                 "?.model.sharedModel.source.startsWith('wa.retention(')")  # fmt: skip
    execute(panel, "import pandas\npandas.testing.assert_frame_equal(_, panel.table)\nassert len(_) == 3")


def copied(panel: Notebook, beginning: str) -> str:
    """The clipboard's text, once it begins so."""
    text: str = done(
        panel.page,
        """async (beginning) => {
          for (;;) {
            const text = await navigator.clipboard.readText();
            if (text.startsWith(beginning)) return text;
            await new Promise(requestAnimationFrame);
          }
        }""",
        beginning,
    )
    return text


def execute(panel: Notebook, code: str) -> None:
    """Run something in the notebook's kernel, beside its cells; what fails there fails here."""
    done(panel.page, EXECUTE, code)


def test_the_keyboard_alone_reaches_every_control(panel: Notebook) -> None:
    page = panel.page
    held(panel).get_by_label("Filter by").select_option(label="Segment")
    held(panel).get_by_label("Accounts behind").select_option(label="Enterprise")
    held(panel).locator(".wa-accounts tbody tr", has_text="Alder").wait_for()
    assert unreached(page, ".wa-panel") == []
    held(panel).get_by_label("Group by").focus()
    page.keyboard.press("Home")  # the first choice: nothing
    set_to(panel, "wa.retention_trend(book, months=12, periods=24)")
    held(panel).get_by_role("button", name="Copy: As a report").focus()
    page.keyboard.press("Enter")
    assert "--set months=12" in copied(panel, "workahead report retention ")


def test_axe_finds_nothing_serious_in_a_panel_with_its_accounts(panel: Notebook) -> None:
    held(panel).get_by_label("Filter by").select_option(label="Segment")
    held(panel).get_by_label("Accounts behind").select_option(label="Enterprise")
    held(panel).locator(".wa-accounts tbody tr", has_text="Alder").wait_for()
    assert serious(panel.page, ".wa-panel") == []


def test_a_report_keeps_the_chart_of_a_panel(lab_root: Path, open_page: Any) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "workahead", "report", "panel", "--no-warm"],
        cwd=lab_root,
        env={**os.environ, "HOME": str(lab_root)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    place = lab_root / done.stdout.strip().splitlines()[-1]
    opened_page = open_page(place)
    figure = opened_page.page.locator("figure.wa-chart")
    assert figure.count() == 1
    assert figure.locator(".main-svg text", has_text="107%").count() == 1
    assert opened_page.complaints == []
    assert "widget" not in opened_page.page.locator("main").inner_text().lower()
    held_back = json.loads((place.parent / "notebook.ipynb").read_text(encoding="utf-8"))
    assert any("application/vnd.plotly.v1+json" in one["data"] for one in held_back["cells"][-2]["outputs"])
