"""A chart on its page: title as text, JSON that nothing can end, words for those who see no picture."""

from __future__ import annotations

import json
import re

from workahead.reports.page.figures import chart, figure_html, plain

HOSTILE = "</script><img src=x onerror=alert(1)>"


def test_title_leaves_the_figure_and_the_plot_keeps_its_height() -> None:
    one = chart(
        {
            "data": [],
            "layout": {"title": {"text": "<b>A</b><br>B"}, "height": 300, "margin": {"t": 52, "l": 8}},
        },
        1,
    )
    assert one.title == "A B"
    assert one.figure["layout"] == {"height": 260, "margin": {"t": 12, "l": 8}}


def test_escaped_names_in_a_title_are_shown_as_they_are_written() -> None:
    assert plain("<b>&lt;Acme&gt; &amp; Co</b>") == "<Acme> & Co"


def test_hostile_labels_stay_inside_the_json() -> None:
    held = {
        "data": [{"type": "bar", "x": [HOSTILE, "<!--"], "y": [1, 2]}],
        "layout": {"title": {"text": HOSTILE}},
    }
    html = figure_html(chart(held, 1))
    assert "<img" not in html
    (inside,) = re.findall(r'(?s)<script type="application/json" class="wa-data">(.*?)</script>', html)
    assert json.loads(inside)["data"] == held["data"]


def test_alt_and_name_come_from_meta_or_are_made() -> None:
    told = chart({"data": [], "layout": {"meta": {"alt": "ARR grew.", "name": "bridge"}}}, 3)
    assert (told.alt, told.name) == ("ARR grew.", "bridge")
    made = chart({"data": [{"name": "NRR"}, {"name": "GRR"}], "layout": {"title": {"text": "Retention"}}}, 3)
    assert (made.alt, made.name) == ("Retention, showing NRR, GRR.", "chart-3")


def test_the_script_knows_the_colours_of_the_theme() -> None:
    from workahead.charts.theme import ACCENT, GRID, TEXT
    from workahead.reports.page.scripts import TEMPLATE

    script = (TEMPLATE / "charts.js").read_text(encoding="utf-8")
    for colour in (TEXT, GRID, ACCENT):
        assert f'"{colour}": "#' in script
