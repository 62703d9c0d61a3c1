"""What a compensation plan pays for a result, by hand; what a plan may not say, all at once."""

from __future__ import annotations

import math

import pandas as pd
import pytest
import workahead as wa
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from workahead.book.comp_plan import Metric

ANA = {"who": "Ana", "target_pay": 1000}
CLASSIC = {
    "metric": "grr", "weight": 1, "target": 0.9, "threshold": "80%", "pays_at_threshold": "50%", "accelerator": 2,
    "cap": "150%",
}  # fmt: skip
PIECES = {
    "metric": "csql_arr", "weight": 1, "target": 1000,
    "points": [{"at": "50%", "pays": "25%"}, {"at": "100%", "pays": "100%"}, {"at": "120%", "pays": "160%"}],
}  # fmt: skip


def plan(*metrics, people=(ANA,), **more):
    return wa.CompPlan(metrics=metrics, people=people, **more)


def faults(*metrics, **more):
    with pytest.raises(ValidationError) as refused:
        plan(*metrics, **more)
    return "\n".join(one["msg"] for one in refused.value.errors())


@pytest.mark.parametrize(
    ("actual", "pays"),
    [
        (0.7199, 0.0),  # just below 80% of 0.9: nothing
        (0.72, 0.5),  # exactly at the threshold, though 0.72 / 0.9 is a hair below 0.8 in binary
        (0.81, 0.75),  # 90% of target: half of the way from 50 to 100%
        (0.9, 1.0),  # exactly at target
        (0.945, 1.1),  # 105%: five points above target pay ten
        (1.125, 1.5),  # 125%: exactly at the cap
        (1.3, 1.5),  # never beyond it
    ],
)
def test_threshold_target_accelerator_and_cap(actual, pays):
    assert Metric(**CLASSIC).rate(actual, 0.9) == pytest.approx(pays, abs=1e-9)


@pytest.mark.parametrize(
    ("actual", "pays"),
    [(499, 0), (500, 0.25), (750, 0.625), (1000, 1), (1100, 1.3), (1200, 1.6), (5000, 1.6)],
)
def test_between_the_pieces_the_way_is_straight(actual, pays):
    assert Metric(**PIECES).rate(actual, 1000) == pytest.approx(pays, abs=1e-9)


def test_a_plan_that_pays_nothing_at_100_and_all_at_115_pays_half_at_107_5():
    one = Metric(metric="nrr", weight=1, points_in="value",
                 points=[{"at": "100%", "pays": "0%"}, {"at": "115%", "pays": "100%"}])  # fmt: skip
    assert one.stated_target == 1.15
    rates = [one.rate(actual, 1.15) for actual in (0.95, 1.0, 1.075, 1.15, 1.3)]
    assert rates == [0, 0, 0.5, 1, 1]


def test_a_value_plan_accelerates_by_attainment():
    one = Metric(metric="nrr", weight=1, points_in="value", accelerator=2, cap="130%",
                 points=[{"at": "90%", "pays": "0%"}, {"at": "100%", "pays": "100%"}])  # fmt: skip
    # 110% is 10 points of attainment above target: 20 points of pay; 115% is the cap
    assert [one.rate(actual, 1.0) for actual in (1.1, 1.15, 1.2)] == pytest.approx([1.2, 1.3, 1.3])


def test_without_a_curve_pay_is_in_proportion_and_ends_at_target():
    one = Metric(metric="grr", weight=1, target="80%")
    assert [one.rate(actual, 0.8) for actual in (0, 0.2, 0.8, 1)] == [0, 0.25, 1, 1]


def test_no_result_or_no_target_is_no_rate():
    one = Metric(metric="grr", weight=1)
    assert all(math.isnan(one.rate(*case)) for case in ((math.nan, 0.9), (0.9, math.nan), (0.9, 0.0)))


def test_four_metrics_are_refused_with_the_reason():
    four = [{"metric": name, "weight": "25%"} for name in ("nrr", "grr", "csql_arr", "expansion_arr")]
    said = faults(*four)
    assert "4 metrics, and a plan has at most three: with more, nobody can say what to do next" in said
    assert "the least of these moves 25% of pay" in said


def test_weights_that_miss_100_are_refused():
    said = faults({"metric": "nrr", "weight": "60%"}, {"metric": "grr", "weight": "39%"})
    assert said == "the weights add up to 99%, not to 100%: 60% + 39%"
    thirds = [{"metric": name, "weight": "33.33%"} for name in ("nrr", "grr")]
    assert plan(*thirds, {"metric": "csql_arr", "weight": "33.34%"})


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"threshold": "100%"}, "100% is not below the target"),
        ({"pays_at_threshold": "50%"}, "it needs a threshold"),
        ({"accelerator": 2}, "an accelerator needs a cap"),
        ({"cap": "80%"}, "a cap of 80% is below the 100% that the curve reaches"),
        ({"cap": "150%"}, "a cap of 150% needs an accelerator or a point"),
        ({"target": "105"}, "105 is 10,500%: write a rate as 105% or 1.05"),
        ({"metric": "csql_arr", "target": "105%"}, "csql_arr is an amount"),
        ({"points": [{"at": 1, "pays": 1}, {"at": 0.5, "pays": 1}]}, "in rising order of `at`"),
        ({"points": [{"at": 0.5, "pays": 1}, {"at": 1, "pays": 0.5}]}, "a better result must never pay less"),
        ({"points": [{"at": 1, "pays": 1}], "threshold": "50%"}, "leave one of the two out"),
        ({"points": [{"at": 1, "pays": 0.5}], "points_in": "value"}, "need one that pays 100%"),
        ({"points": [{"at": 1, "pays": 1}], "points_in": "value", "target": 1.1}, "leave this out"),
    ],
)
def test_what_does_not_go_together_is_a_fault(more, said):
    assert said in faults({"metric": "nrr", "weight": 1, **more})


def test_people_need_pay_and_dates_that_follow():
    said = faults(
        {"metric": "nrr", "weight": 1},
        roles={"CSM": 5000},
        people=[
            {"who": "Ana"},
            {"who": "Bo", "role": "CMS"},
            {"who": "Bo", "role": "CSM", "joined": "2026-09-01", "left": "2026-08-01"},
        ],
    )
    assert "'Ana' has neither a role nor a target_pay" in said
    assert "'CMS' is none of the roles. Did you mean 'CSM'?" in said
    assert "'Bo' stands twice" in said
    assert "left on 2026-08-01, before joining on 2026-09-01" in said


def test_days_on_the_plan():
    period = wa.Period(pd.Timestamp("2026-06-30"), pd.Timestamp("2026-09-30"), "")
    people = [
        {"who": "all of it", "target_pay": 1},
        {"who": "joined", "target_pay": 1, "joined": "2026-08-16"},
        {"who": "left", "target_pay": 1, "left": "2026-07-01"},
        {"who": "before", "target_pay": 1, "left": "2026-06-30"},
        {"who": "to come", "target_pay": 1, "joined": "2026-10-01"},
    ]
    days = [one.days(period) for one in plan({"metric": "nrr", "weight": 1}, people=people).people]
    assert days == [92, 46, 1, 0, 0]


def test_a_plan_of_one_person_holds_nothing_of_the_others():
    both = plan({"metric": "nrr", "weight": 1}, people=[ANA, {"who": "Bo", "target_pay": 2000}])
    assert "Bo" not in both.only("Ana").model_dump_json()
    assert both.only() == both
    with pytest.raises(wa.UnknownName, match="Did you mean 'Ana'"):
        both.only("Anna")


def test_other_weights_are_checked_like_the_first():
    both = plan({"metric": "nrr", "weight": 0.5}, {"metric": "grr", "weight": 0.5})
    assert [one.weight for one in both.weighted(0.7, 0.3).metrics] == [0.7, 0.3]
    with pytest.raises(ValidationError, match="add up to 110%"):
        both.weighted(0.7, 0.4)


corners = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=5, unique_by=lambda c: c[0]
)


@given(corners, st.floats(0, 5), st.floats(0, 5), st.integers(0, 100), st.integers(1, 4))
def test_pay_rises_with_the_result_and_never_beyond_the_cap(found, one, other, above, slope):
    ats, pays = sorted(at for at, _ in found), sorted(pay for _, pay in found)
    points = [{"at": at / 100, "pays": pay / 100} for at, pay in zip(ats, pays, strict=True)]
    cap = (pays[-1] + above) / 100
    metric = plan({"metric": "grr", "weight": 1, "points": points, "accelerator": slope, "cap": cap}).metrics[
        0
    ]
    low, high = sorted((one, other))
    assert 0 <= metric.rate(low, 1) <= metric.rate(high, 1) <= cap
    assert metric.rate(ats[0] / 100 - 0.001, 1) == 0 if ats[0] else True
    assert metric.rate(1e6, 1) == pytest.approx(cap)


def test_of_a_book_the_plan_has_the_csms_of_its_accounts_alone() -> None:
    pays = plan(
        {"metric": "grr", "weight": 1, "target": 0.9}, people=(ANA, {"who": "Bo", "target_pay": 2000})
    )
    lines = pd.DataFrame(
        {"subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "start_date": "2025-01-01", "arr": 1.0}
    )
    accounts = pd.DataFrame({"account_id": ["A", "B"], "csm": ["Ana", "Cy"]})
    book = wa.Book.from_frames("2026-10-31", lines, accounts=accounts)
    assert [one.who for one in pays.of(book).people] == ["Ana"]
    assert pays.of(book.where(csm="Cy")).people == ()
    assert pays.of(wa.Book.from_frames("2026-10-31", lines)).people == ()
    nobody = wa.payouts(book, pays.of(book.where(csm="Cy")), "2026-06-30", "2026-09-30")
    assert nobody.empty
