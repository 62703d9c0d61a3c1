"""Charts by group of what else is drawn for all: windows, risk, cohorts."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from workahead import charts

HOSTILE = '</script><img src=x onerror=alert(1)><a href="x">A</a>'


def windows() -> pd.DataFrame:
    """Of Large 100 is overdue and 900 due, of the hostile group 400 due, 300 of it called; of None due nothing."""
    amounts = {"Large": (100, 900), HOSTILE: (0, 400), "None due": (0, 0)}
    rows = [
        (name, window, int(due > 0), float(due), 300.0 if due == 400 else 0.0, 50.0 if due == 400 else 0.0)
        for name, pair in amounts.items()
        for window, due in zip(("overdue", "0-3"), pair, strict=True)
    ]
    return pd.DataFrame(
        rows, columns=["segment", "window", "contracts", "arr_due", "called_arr", "at_risk_arr"]
    )


def risk() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "csm": ["Ana", HOSTILE, "Ana"],
            "root_cause": ["Product gap", "(not set)", "Out of business"],
            "addressable": pd.array([True, None, False], dtype="boolean"),
            "renewals": [2, 1, 1],
            "at_risk_arr": [600.0, 300.0, 100.0],
            "share": [0.6, 0.3, 0.1],
        }
    )


def totals() -> pd.DataFrame:
    """Large holds all; the hostile group half; Few has too few cohorts to be drawn."""
    rows = [("Large", age, 3, 900.0, 1.0) for age in (0, 1)]
    rows += [(HOSTILE, age, 4 - age, 400.0, 1 - age / 2) for age in (0, 1)]
    rows += [("Few", 0, 2, 5000.0, 1.0)]
    return pd.DataFrame(rows, columns=["segment", "age", "cohorts", "size", "rate"])


def test_the_grid_holds_what_is_due_of_each_group_the_most_first() -> None:
    fig = charts.window_grid(windows(), "segment", "USD")
    assert fig.layout.meta["groups"] == ["Large", HOSTILE]
    cells = fig.data[0]
    assert [list(row) for row in cells.z] == [[100, 900], [0, 400]]
    assert list(cells.text[1]) == ["", "400"]
    assert cells.customdata[1][1].endswith("400.00 in 1 contract<br>75% called, 50 at risk")
    assert fig.layout.annotations[-1].text == "1 more group, with less due or nothing"
    assert fig.layout.meta["alt"] == (
        "ARR due by segment and months to renewal: USD 1.4k in 2 groups, the most in Large, 0–3 months: 900."
    )


def test_risk_of_a_group_is_stacked_by_what_can_be_done_about_it() -> None:
    fig = charts.risk_causes(risk(), "USD", "csm")
    assert {t.name: (list(t.y), list(t.x)) for t in fig.data} == {
        "Can be addressed": ([0], [600.0]),
        "Can't be addressed": ([0], [100.0]),
        "Not stated or unknown": ([1], [300.0]),
    }
    assert [t.text for t in fig.data] == [
        ("",),
        (" 700, 70%",),
        (" 300, 30%",),
    ]  # the sum at the end of the bar


def test_a_line_a_group_where_there_are_enough_cohorts() -> None:
    fig = charts.cohort_groups(totals(), "segment", "net", "quarter")
    assert fig.layout.meta["groups"] == ["Large", HOSTILE]
    assert [list(line.y) for line in fig.data] == [[1, 1], [1, 0.5]]
    assert any("The 2 largest of 3 groups" in note.text for note in fig.layout.annotations)


@pytest.mark.parametrize("empty", [False, True])
def test_names_stay_text_and_nothing_is_said_of_nothing(empty: bool) -> None:
    rows = 0 if empty else 9
    for fig in (
        charts.window_grid(windows().head(rows), "segment"),
        charts.risk_causes(risk().head(rows), by="csm"),
        charts.cohort_groups(totals().head(rows), "segment"),
    ):
        plain = json.loads(fig.to_json())
        assert plain["layout"]["meta"]["alt"].endswith(".")
        shown = json.dumps({**plain, "layout": {**plain["layout"], "meta": None}})
        assert "<img" not in shown
        assert "<a href" not in shown
        assert bool(plain["data"]) is not empty
