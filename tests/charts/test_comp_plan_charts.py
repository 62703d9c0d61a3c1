"""Figures of the plan: the tables' own numbers, nobody's tags, and nothing where there is nothing."""

import pandas as pd
import pytest
import workahead as wa
from workahead import charts

NAN = float("nan")
HOSTILE = '<img src=x onerror=alert(1)><a href="x">A</a>'
PLAN = wa.CompPlan(
    metrics=[{"metric": "nrr", "weight": 0.6, "target": 1.0, "threshold": 0.8},
             {"metric": "csql_arr", "weight": 0.4, "threshold": 0.5}],
    people=[{"who": HOSTILE, "target_pay": 100}, {"who": "Bo", "target_pay": 200}],
)  # fmt: skip


def paid():
    return pd.DataFrame(
        {
            "who": [HOSTILE, HOSTILE, "Bo", "Bo"],
            "metric": ["nrr", "csql_arr"] * 2,
            "scope": "individual",
            "actual": [0.9, 150e3, 1.2, 40e3],
            "target": [1.0, 100e3, 1.0, 100e3],
            "attainment": [0.9, 1.5, 1.2, 0.4],
            "payout_rate": [0.9, 1.0, 1.0, 0.0],
            "payout": [54.0, 40.0, 120.0, 0.0],
            "target_pay": [60.0, 40.0, 120.0, 80.0],
            "days": 92,
        }
    )


def test_people_stand_on_the_curve():
    fig = charts.payout_curve(wa.payout_curve(PLAN, "nrr"), paid())
    line, spots = fig.data
    assert list(spots.x) == [0.9, 1.2]
    assert list(spots.y) == [0.9, 1.0]
    assert list(line.y) == [0.0, 0.0, 0.8, 1.0, 1.0]
    assert line.x[-1] == 1.2  # as far as people stand
    assert "Bo 120.0% pays 100%" in fig.layout.meta["alt"]


def test_the_axis_is_attainment_where_each_has_an_own_target():
    fig = charts.payout_curve(wa.payout_curve(PLAN, "csql_arr"), paid())
    assert list(fig.data[1].x) == [0.4, 1.5]
    assert fig.layout.xaxis.title.text == "CSQL ARR against its target"


def test_the_teams_result_is_one_mark():
    curve = wa.payout_curve(PLAN, "nrr").assign(scope="team")
    fig = charts.payout_curve(curve, paid().assign(scope="team"))
    assert len(fig.data[1].x) == 1
    assert "Team" in fig.layout.meta["alt"]


def test_pay_by_person_is_stacked_by_metric_the_best_paid_first():
    fig = charts.pay_by_person(paid(), "USD")
    bars = {bar.name: list(bar.x) for bar in fig.data if bar.type == "bar"}
    assert bars == {"NRR": [120, 54], "CSQL ARR": [0, 40]}
    assert list(fig.data[2].x) == [200, 100]
    assert "Bo 120, 60%" in fig.layout.meta["alt"]


def test_pay_as_the_plan_was_stands_beside_that_of_a_changed_one():
    fig = charts.pay_by_person(paid(), before=paid().assign(payout=[10.0, 20.0, 300.0, 0.0]))
    was = next(trace for trace in fig.data if trace.name == "As it is written")
    assert list(was.x) == [300, 30]  # Bo's on top
    assert fig.layout.xaxis.range[1] > 300


def test_cost_is_stacked_by_metric():
    cost = pd.DataFrame(
        {"scenario": ["as_it_stands", "as_it_stands", "more_nrr", "more_nrr"], "metric": ["nrr", "grr"] * 2,
         "cost": [30.0, 20.0, 40.0, 5.0], "target_pay": [60.0, 40.0, 70.0, 30.0], "share": 0.5}
    )  # fmt: skip
    fig = charts.plan_cost(cost)
    assert [list(bar.x) for bar in fig.data if bar.type == "bar"] == [[30, 40], [20, 5]]
    assert "as it stands 50, 50%; 10 points more on nrr 45, 45%" in fig.layout.meta["alt"].lower()


@pytest.mark.parametrize("make", [
    lambda: charts.payout_curve(wa.payout_curve(PLAN, "nrr"), paid()), lambda: charts.pay_by_person(paid()),
])  # fmt: skip
def test_names_are_text(make):
    fig = make()
    drawn = fig.update_layout(meta=None).to_json()
    assert "<img" not in drawn
    assert "<a " not in drawn
    assert "\\u003cimg" not in drawn


def test_nothing_known_is_said():
    unknown = paid().assign(payout=NAN, payout_rate=NAN)
    assert "no result, or no target" in charts.pay_by_person(unknown).layout.meta["alt"]
    assert charts.payout_curve(wa.payout_curve(PLAN, "nrr"), unknown).layout.meta["alt"] == (
        "From 0 to 100% of target pay."
    )
    cost = pd.DataFrame(
        {"scenario": ["as_it_stands"], "metric": ["nrr"], "cost": [0.0], "target_pay": [1.0], "share": [NAN]}
    )
    assert "no result, or no target" in charts.plan_cost(cost).layout.meta["alt"]
