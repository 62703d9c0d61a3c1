"""The fan, the plan's waterfall, the range by group and the renewals that decide, on tables made by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from workahead import charts

PATH = pd.DataFrame(
    {
        "period_end": pd.to_datetime(["2026-10-31", "2026-11-30", "2026-12-31"]),
        "grr_low": [0.95, 0.90, 0.85], "grr": [0.95, 0.92, 0.90], "grr_high": [0.95, 0.94, 0.93],
        "nrr_low": [1.02, 1.00, 0.99], "nrr": [1.02, 1.03, 1.04], "nrr_high": [1.02, 1.05, 1.08],
        "known": [True, False, False],
    }
)  # fmt: skip
PLAN = pd.DataFrame(
    {
        "period_end": pd.to_datetime(["2026-12-31"]), "starting_arr": 1000.0, "target": 1.1,
        "projected_gross_arr": 900.0, "expansion_booked": 120.0, "expansion_weighted": 50.0,
    }
)  # fmt: skip


def test_the_fan_opens_where_what_is_known_ends() -> None:
    fig = charts.projection_fan(PATH, 1.06, pd.Timestamp("2026-09-30"))
    solid = [trace for trace in fig.data if trace.line.dash == "solid"]
    assert [list(trace.x) for trace in solid] == [["2026-09-30", "2026-10-31"]] * 2
    assert list(solid[0].y) == [1.0, 0.95]
    shaded = next(trace for trace in fig.data if trace.fill == "toself")
    assert list(shaded.y) == [0.95, 0.94, 0.93, 0.85, 0.90, 0.95]
    assert "NRR 104.0%, between 99.0% and 108.0%" in fig.layout.meta["alt"]
    assert "The NRR target is 106.0%" in fig.layout.meta["alt"]


@pytest.mark.parametrize("target", [None, float("nan")])
def test_without_a_target_no_line_and_without_rows_no_frame(target: float | None) -> None:
    assert not [trace for trace in charts.projection_fan(PATH, target).data if trace.line.dash == "dot"]
    assert not charts.projection_fan(PATH.head(0)).data


def test_the_waterfall_ends_at_the_target() -> None:
    steps = [bar.x[0] for bar in charts.plan_waterfall(PLAN).data if bar.type == "bar"]
    assert steps == pytest.approx([-100, 120, 50, 30])  # 900 + 120 + 50 of 1,100
    more = charts.plan_waterfall(PLAN.assign(expansion_booked=300.0))
    assert [bar.x[0] for bar in more.data if bar.type == "bar"] == pytest.approx([-100, 300, 50, -150])
    assert "More than needed" in more.layout.yaxis.ticktext


def test_a_plan_without_base_or_target_says_so() -> None:
    assert "No customer" in charts.plan_waterfall(PLAN.assign(starting_arr=0.0)).layout.annotations[0].text
    assert (
        "no NRR target" in charts.plan_waterfall(PLAN.assign(target=float("nan"))).layout.annotations[0].text
    )


def test_groups_by_their_rate_names_escaped_small_ones_counted() -> None:
    groups = ["<b>A</b>", "B", "tiny"]
    table = pd.DataFrame({"segment": groups, "starting_arr": [600.0, 395.0, 5.0], "grr": [0.9, 0.8, 0.1]})
    table = table.assign(grr_low=table["grr"] - 0.05, grr_high=table["grr"] + 0.05)
    fig = charts.projection_by(table, target=0.88)
    assert list(fig.layout.yaxis.ticktext) == ["B", "&lt;b&gt;A&lt;/b&gt;"]
    assert "1 smaller group" in fig.layout.annotations[0].text.replace("<br>", " ")


def test_what_stood_before_a_what_if_is_hollow_above_its_row() -> None:
    after = pd.DataFrame({"segment": ["A", "B"], "starting_arr": 100.0, "grr": [0.9, 0.8]})
    after = after.assign(grr_low=after["grr"] - 0.05, grr_high=after["grr"] + 0.05)
    before = after.assign(grr=[0.85, 0.6], grr_low=[0.8, 0.5], grr_high=[0.9, 0.7])
    fig = charts.projection_by(after, before=before)
    hollow = next(trace for trace in fig.data if trace.marker.color == "#ffffff")
    assert list(hollow.x) == [0.6, 0.85]  # B, the lowest now, is on top
    assert all(row - 0.5 < at < row for row, at in enumerate(hollow.y))
    assert fig.layout.xaxis.range[0] < 0.5
    assert "Hollow: as forecast." in fig.layout.annotations[0].text.replace("<br>", " ")
    assert fig.layout.meta["groups"] == ["B", "A"]


def test_the_largest_arr_exposed_decides() -> None:
    due = pd.DataFrame(
        {"account_id": ["A", "B", "C"], "name": ["Alder", None, "Cedar"], "due_arr": [100.0, 40.0, 500.0],
         "probability": [0.5, 0.1, 0.95], "low": [0.4, 0.0, 0.9], "high": [0.6, 0.2, 1.0]}
    )  # fmt: skip
    table = charts.deciding_renewals(due, top=2)  # 50, 36 and 25 exposed
    assert table[["customer", "range", "because", "csm"]].to_numpy().tolist() == [
        ["Alder", "40%\u00a0to\u00a060%", "", ""],
        ["B", "0%\u00a0to\u00a020%", "", ""],
    ]
    sure = charts.deciding_renewals(due.assign(low=0.5, high=0.5))
    assert set(sure["range"]) == {"50%"}
