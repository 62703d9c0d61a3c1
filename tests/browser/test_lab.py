"""JupyterLab as `workahead lab` opens it, in a real Chromium: start, retention, the dark theme, nothing loaded."""

from __future__ import annotations

import re
import shutil
from typing import Any

import pytest
from in_lab import CURRENT, PLOTLY, Lab, Notebook, assert_well, done, opened, put_away

pytestmark = pytest.mark.browser


def test_it_opens_on_what_is_loaded_and_where_to_go(run: Any, lab: Lab, lab_page: Any) -> None:
    start = run("start")
    assert_well(start)
    held = start.within(".jp-OutputArea")
    labels = held.locator(".wa-card .wa-label").all_inner_texts()
    assert labels == ["Accounts", "With ARR", "ARR", "Findings", "Rows set aside"]
    links = held.locator(".wa-contents a")
    names = {path.stem for path in (lab.root / "notebooks").glob("*.ipynb")} - {"start"}
    assert links.count() == len(names)
    links.filter(has_text=re.compile("^Retention$")).click()
    current = lab_page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.jp-mod-current")
    current.filter(has_text="retention.ipynb").wait_for()
    put_away(lab_page, CURRENT)


def test_nobody_is_asked_about_news_or_updates(lab_page: Any) -> None:
    assert lab_page.locator(".jp-toast-message, .Toastify__toast").count() == 0
    assert lab_page.locator(".jp-Dialog").count() == 0


def test_retention_is_drawn_in_light_and_dark_and_its_tables_fold_out(run: Any, lab_page: Any) -> None:
    retention = run("retention")
    assert_well(retention)
    assert retention.counted(PLOTLY) >= 3
    table = retention.within("details.wa-table").first
    assert not table.locator("table").is_visible()
    table.locator("summary").click()
    table.locator("table").wait_for()
    assert dim(retention) == []
    theme(lab_page, "JupyterLab Dark")
    assert dim(retention) == []
    theme(lab_page, "JupyterLab Light")


def test_a_saved_notebook_shows_its_panel_again(lab: Lab, lab_page: Any) -> None:
    shutil.copy(lab.root / "notebooks" / "panel.ipynb", lab.root / "notebooks" / "saved.ipynb")
    with opened(lab_page, lab, "saved") as first:
        first.run()
        first.within(".wa-panel .js-plotly-plot .main-svg").first.wait_for()
        done(lab_page, "() => window.panel.context.save()")
    with opened(lab_page, lab, "saved") as again:
        again.within(".wa-panel .js-plotly-plot .main-svg text").filter(has_text="107%").first.wait_for()
        assert "Error displaying widget" not in again.within(".jp-OutputArea").first.inner_text()


def theme(page: Any, name: str) -> None:
    done(page, "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", name)
    page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")


def test_nothing_loaded_yet_is_one_message_with_the_command(run: Any, lab: Lab) -> None:
    text = (lab.root / "notebooks" / "start.ipynb").read_text(encoding="utf-8")
    nothing = text.replace("data/snapshots/latest", "data/nothing/latest")
    (lab.root / "notebooks" / "nothing.ipynb").write_text(nothing, encoding="utf-8")
    (error,) = run("nothing").outputs()
    assert error["output_type"] == "error"
    assert error["traceback"] == [
        f"nothing is loaded yet: there is no snapshot in {lab.root}/data/nothing. Make one: workahead load"
    ]


def dim(notebook: Notebook) -> list[str]:
    """Texts of charts and of what is shown that have less contrast to JupyterLab's ground than WCAG's 4.5 (AA)."""
    found: list[str] = notebook.page.evaluate(
        """() => {
          const node = window.panel.content.node;
          const parsed = (colour) => (colour.match(/[\\d.]+/g) || []).slice(0, 3).map(Number);
          const light = (colour) => parsed(colour).map((v) => v / 255)
            .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = light(getComputedStyle(node.querySelector(".jp-OutputArea-output")).getPropertyValue(
            "background-color").startsWith("rgba(0, 0, 0, 0") ? getComputedStyle(node).backgroundColor
            : getComputedStyle(node.querySelector(".jp-OutputArea-output")).backgroundColor);
          const contrast = (one) => {
            const [high, low] = [ground, light(one)].sort((a, b) => b - a);
            return (high + 0.05) / (low + 0.05);
          };
          const texts = [...node.querySelectorAll(".js-plotly-plot .main-svg text")]
            .filter((one) => one.textContent.trim() && one.closest(".infolayer, .cartesianlayer"))
            .map((one) => [one.textContent, getComputedStyle(one).fill]);
          const words = [...node.querySelectorAll(".wa-finding, .wa-label, .wa-value, .wa-header h1, .wa-facts span")]
            .map((one) => [one.textContent, getComputedStyle(one).color]);
          return [...texts, ...words].filter(([, colour]) => contrast(colour) < 4.5)
            .map(([text, colour]) => `${text.trim().slice(0, 40)}: ${colour}`);
        }"""
    )
    return found
