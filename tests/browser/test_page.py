"""The published page in a real browser: offline, wide and narrow, in print and in the dark, under hostile names."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror=alert(1)>"


def charts_of_the_notebook(published: Path) -> int:
    notebook = json.loads((published / "notebook.ipynb").read_text(encoding="utf-8"))
    return sum(
        "application/vnd.plotly.v1+json" in output.get("data", {})
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
    )


def drawn(page: Any) -> list[dict[str, Any]]:
    """Each figure as the browser holds it: its width, its traces, and what has been painted."""
    found: list[dict[str, Any]] = page.evaluate(
        """() => [...document.querySelectorAll("figure.wa-chart")].map((figure) => {
          const plot = figure.querySelector(".js-plotly-plot");
          const svg = figure.querySelector(".main-svg");
          return {
            label: figure.getAttribute("aria-label"),
            words: figure.querySelector("figcaption").textContent,
            traces: plot ? plot._fullData.map((one) => one.type) : [],
            annotations: plot ? (plot.layout.annotations || []).length : 0,
            width: svg ? svg.getBoundingClientRect().width : 0,
            painted: figure.querySelectorAll(["path", "rect", "image", "text"].map((t) => `.main-svg ${t}`)).length,
            room: figure.getBoundingClientRect().width,
          };
        })"""
    )
    return found


@pytest.fixture
def opened(opened_once: Any) -> Iterator[Any]:
    """The page, as it was opened: folded, on a screen, in the light."""
    yield opened_once
    opened_once.page.emulate_media(media="screen", color_scheme="light")
    opened_once.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = false; })")
    assert opened_once.requests == opened_once.complaints == opened_once.dialogs == []


@pytest.mark.parametrize(
    ("width", "dark", "media"),
    [
        (1400, False, "screen"),
        (390, False, "screen"),
        (1400, True, "screen"),
        (390, True, "screen"),
        (1400, False, "print"),
    ],
)
def test_every_chart_and_table_is_there_without_network(
    published: Path, open_page: Any, width: int, dark: bool, media: str
) -> None:
    opened = open_page(published / "index.html", width, dark, media)
    assert opened.requests == []
    assert opened.complaints == []
    figures = drawn(opened.page)
    assert len(figures) == charts_of_the_notebook(published) > 0
    for figure in figures:
        assert figure["label"], "a figure is named"
        assert figure["words"], "a figure has a text alternative"
        assert figure["traces"] or figure["annotations"], f"{figure['label']} is an empty frame"
        assert figure["painted"] > 3
        assert 0 < figure["width"] <= figure["room"] + 1
    tables = json.loads((published / "run.json").read_text(encoding="utf-8"))["tables"]
    shown = opened.page.locator("details.wa-table table").count()
    assert shown == sum(table["rows"] > 0 for table in tables) > 0
    assert shown <= opened.page.locator("details.wa-table").count() <= len(tables)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_key_figures_are_those_of_the_book(opened: Any) -> None:
    """380k ARR, NRR 368/400, GRR 348/400: see tests/conftest.py."""
    page = opened.page
    cards = dict(
        zip(
            page.locator(".wa-card .wa-label").all_inner_texts(),
            page.locator(".wa-card .wa-value").all_inner_texts(),
            strict=True,
        )
    )
    assert cards["ARR"] == "USD 380.0k"
    assert cards["NRR"] == "92.0%"
    assert cards["GRR"] == "87.0%"


def test_hostile_names_are_text(opened: Any) -> None:
    page = opened.page
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert opened.dialogs == []
    assert HOSTILE in page.inner_text("main")
    assert page.locator(".wa-company").text_content() == f"Grove {HOSTILE}"
    assert page.locator("img[onerror]").count() == 0
    assert page.locator("main a[href^='javascript']").count() == 0


def test_injected_markup_could_not_run(published: Path, open_page: Any, tmp_path: Path) -> None:
    """Even raw HTML in an output runs nothing: the policy knows our scripts by their hash, and no other."""
    text = (published / "index.html").read_text(encoding="utf-8")
    bad = "<main><script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"
    page = tmp_path / "index.html"
    page.write_text(text.replace("<main>", bad, 1), encoding="utf-8")
    opened = open_page(page)
    assert opened.page.evaluate("window.ran") is None
    assert opened.page.locator(".main-svg").count() > 0


def test_the_dark_is_dark_and_the_print_is_light(published: Path, open_page: Any) -> None:
    def paper_and_axis(opened: Any) -> tuple[str, str]:
        paper, text = opened.page.evaluate(
            """() => [getComputedStyle(document.documentElement).backgroundColor,
                      getComputedStyle(document.querySelector(".main-svg .xtick text, .main-svg .ytick text")).fill]"""
        )
        return paper, text

    assert paper_and_axis(open_page(published / "index.html", dark=True)) == (
        "rgb(23, 25, 28)",
        "rgb(220, 218, 212)",
    )
    assert paper_and_axis(open_page(published / "index.html", dark=True, media="print")) == (
        "rgb(255, 255, 255)",
        "rgb(51, 55, 61)",
    )


def test_colour_scheme_may_change_while_the_page_is_open(opened: Any) -> None:
    page = opened.page
    page.emulate_media(color_scheme="dark")
    tick = "getComputedStyle(document.querySelector('.main-svg .xtick text, .main-svg .ytick text')).fill"
    deadline = time.monotonic() + 20
    while page.evaluate(tick) != "rgb(220, 218, 212)":
        assert time.monotonic() < deadline, "the charts did not follow the colour scheme"


def test_print_opens_the_tables_and_closes_them_again(opened: Any) -> None:
    page = opened.page
    folded = "document.querySelectorAll('details.wa-table:not([open])').length"
    before = page.evaluate(folded)
    assert before > 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(folded) == 0
    widths = page.evaluate("[...document.querySelectorAll('.js-plotly-plot')].map((one) => one.layout.width)")
    assert all(0 < width <= 672 for width in widths)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(folded) == before


def test_a_pdf_comes_out(opened: Any) -> None:
    pdf = opened.page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 20_000


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_serious(published: Path, open_page: Any, dark: bool) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened = open_page(published / "index.html", dark=dark)
    opened.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(opened.page).response["violations"]
    serious = [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
    assert serious == []


def test_the_page_is_small_enough_to_mail(published: Path) -> None:
    assert (published / "index.html").stat().st_size <= 2_300_000


def test_the_index_is_safe_and_accessible(published: Path, open_page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for width in (1400, 390):
        opened = open_page(published.parents[1] / "index.html", width)
        assert opened.requests == []
        assert opened.complaints == []
        assert opened.dialogs == []
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        assert opened.page.locator("a[href='monthly/2026-10/index.html']").count() == 1
        found = Axe().run(opened.page).response["violations"]
        assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
