"""The theme: colours that stay apart for everyone, labels without live tags, figures without Plotly's template."""

import itertools
import json

import numpy as np
import pytest
from workahead.charts import theme

# Machado, Oliveira and Fernandes 2009, severity 1.0: what a person without one kind of cone sees, in linear RGB.
SEES = {
    "everyone": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    xyz = XYZ @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one, other):
    light, dark = sorted(((XYZ @ linear(c))[1] for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself_knows_black_from_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert np.linalg.norm(lab(linear("#ffffff")) - lab(linear("#000000"))) == pytest.approx(100, abs=0.1)


@pytest.mark.parametrize("colours", [theme.COLOURS, theme.CALLS], ids=["movements", "calls"])
@pytest.mark.parametrize("eyes", SEES)
def test_colours_are_told_apart_by_every_kind_of_eyes(eyes, colours):
    seen = {name: lab(SEES[eyes] @ linear(colour)) for name, colour in colours.items()}
    for one, other in itertools.combinations(seen, 2):
        # a difference of 2.3 is just noticeable between patches that touch
        assert np.linalg.norm(seen[one] - seen[other]) > 10, (one, other)


@pytest.mark.parametrize("colour", [*theme.COLOURS.values(), theme.ACCENT, theme.CONTEXT])
def test_marks_stand_out_on_white_and_in_the_dark(colour):
    assert contrast(colour, "#ffffff") >= 3
    assert contrast(colour, "#17191c") >= 3


def test_text_reads_well_on_paper():
    assert contrast(theme.TEXT, "#fdfcf9") >= 7


def test_labels_carry_no_live_tag_and_stay_on_one_line():
    assert theme.label("<a href='x'>A</a>\nB") == "&lt;a href='x'&gt;A&lt;/a&gt; B"
    assert theme.label("abcdef", 4) == "abc…"
    # cut before it is escaped: no half of an entity is left
    assert theme.label("ab<<<<", 4) == "ab&lt;…"


def test_a_figure_has_a_lean_template_words_and_a_height():
    fig = theme.figure("name", "A title <b>", "What it shows.", height=200, note="A note <i>")
    held = json.loads(fig.to_json())
    assert len(json.dumps(held["layout"]["template"])) < 2500
    assert held["layout"]["meta"] == {"alt": "What it shows.", "name": "name"}
    assert held["layout"]["title"]["text"] == "<b>A title &lt;b&gt;</b>"
    assert held["layout"]["annotations"][0]["text"] == "A note &lt;i&gt;"
    assert "width" not in held["layout"]
    margin = held["layout"]["margin"]
    assert held["layout"]["height"] - margin["t"] - margin["b"] == 200


def test_long_titles_and_notes_break_into_lines_a_phone_can_show():
    fig = theme.figure("name", "word " * 30, "alt", height=100, note="note " * 40)
    for text, width in ((fig.layout.title.text, theme.TITLE_WIDTH), (fig.layout.annotations[0].text, 54)):
        lines = text.replace("<b>", "").replace("</b>", "").split("<br>")
        assert len(lines) > 1
        assert max(map(len, lines)) <= width


def test_numbers_become_json_numbers():
    assert theme.numbers([1.23456789, float("nan"), None, np.int64(3)], 2) == [1.23, None, None, 3.0]
