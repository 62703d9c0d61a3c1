"""The plan, its pay and its cost in sentences."""

import pandas as pd
import workahead as wa
from workahead import words

NAN = float("nan")
PLAN = wa.CompPlan(
    name="CSM plan",
    metrics=[
        {
            "metric": "nrr", "weight": "50%", "points_in": "value",
            "points": [{"at": "92%", "pays": "0%"}, {"at": "106%", "pays": "100%"}],
        },
        {"metric": "grr", "weight": "20%", "scope": "team", "target": "90%", "threshold": "95%"},
        {"metric": "csql_arr", "weight": "30%", "threshold": "50%", "accelerator": 1.5, "cap": "175%"},
    ],
    people=[{"who": "Ana", "target_pay": 8000}, {"who": "Bo", "target_pay": 6000}],
)  # fmt: skip


def paid(*rows):
    """(who, metric, actual, target, payout_rate, payout, target_pay, why)"""
    names = ["who", "metric", "actual", "target", "payout_rate", "payout", "target_pay", "why"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(scope="individual", weight=0.5, attainment=table["actual"] / table["target"], days=92)


BOTH = (
    ("Ana", "nrr", 1.06, 1.06, 1.0, 4000.0, 4000.0, ""),
    ("Ana", "csql_arr", 50e3, 1e5, 0.5, 2000.0, 4000.0, ""),
    ("Bo", "nrr", 0.9, 1.06, 0.0, 0.0, 3000.0, ""),
    ("Bo", "csql_arr", 1e5, 1e5, 1.0, 3000.0, 3000.0, ""),
)


def test_the_plan_on_one_slide():
    assert words.pay_plan_sentence(PLAN) == (
        "CSM plan pays every quarter: 50% on the own book's NRR, 20% on the whole team's GRR and 30% on the own book's "
        "CSQL ARR."
    )
    slide = words.plan_slide(PLAN)
    assert list(slide["pays_for"]) == ["NRR, own book", "GRR, whole team", "CSQL ARR, own book"]
    assert list(slide["how"]) == [
        "Nothing below NRR 92%, 100% at NRR 106%; straight lines between, and no more beyond.",
        "Nothing below 95% of target, 95% at 95% of target and 100% at 100% of target (target: 90%); straight lines "
        "between, and no more beyond.",
        "Nothing below 50% of target, 50% at 50% of target, 100% at 100% of target and 175% at 150% of target "
        "(target: from the targets); straight lines between, and no more beyond.",
    ]


def test_what_is_paid_to_whom():
    assert words.payout_sentence(paid(*BOTH), "USD") == (
        "The plan pays USD 9.0k, 64% of target pay: from 50% for Bo to 75% for Ana."
    )
    assert words.payout_sentence(paid(*BOTH[2:]), "USD") == (
        "Bo is paid USD 3.0k, 50% of target pay: nothing for NRR and 3.0k for CSQL ARR."
    )


def test_what_can_not_be_worked_out_is_said():
    lacking = ("Ana", "grr", NAN, NAN, NAN, NAN, 1000.0, "the book has no target")
    assert words.payout_sentence(paid(BOTH[0], lacking)) == (
        "Ana is paid 4.0k, 100% of target pay: 4.0k for NRR. Not worked out: 1 part: the book has no target."
    )
    assert words.payout_sentence(paid(lacking)) == (
        "Nothing can be said of pay in this period. Not worked out: 1 part: the book has no target."
    )
    curve = wa.payout_curve(PLAN, "nrr")
    missing = ("Ana", "nrr", NAN, 1.06, NAN, NAN, 1.0, "no accounts. Did you mean 'Anna'?")
    assert words.payout_curve_sentence(curve, paid(missing)) == (
        "Where people stand on NRR can't be said: no accounts. Did you mean 'Anna'?"
    )


def test_where_people_stand_on_a_curve():
    curve = wa.payout_curve(PLAN, "nrr")
    assert words.payout_curve_sentence(curve, paid(*BOTH)) == (
        "NRR: of 2 people, one gets the most that it pays and one gets nothing."
    )
    assert words.payout_curve_sentence(curve, paid(*BOTH[2:])) == (
        "Bo's NRR of 90.0% is 85% of the target of 106.0% and pays 0%."
    )


def test_what_the_plan_costs():
    names = ["projected", "projected_low", "projected_high", "all_down", "all_up", "more_nrr", "more_grr"]
    cost = pd.DataFrame(
        {"scenario": names, "cost": [30e3, 20e3, 40e3, 22e3, 46e3, 31e3, 29e3], "share": 0.6,
         "change": [0.0, -1e4, 1e4, -8e3, 16e3, 1e3, -1e3], "missing": 0}
    )  # fmt: skip
    assert words.cost_sentence(cost, "USD") == (
        "The plan is expected to cost USD 30.0k, 60% of target pay, and between 20.0k and 40.0k in the projection's "
        "range; with every result 5% lower 22.0k, 5% higher 46.0k. The cost changes by +1.0k when 10 points of weight "
        "go to NRR and −1.0k when 10 points of weight go to GRR."
    )
    assert "46.0k. 2 parts of pay can't be worked out and are not in it. The cost" in words.cost_sentence(
        cost.assign(missing=2)
    )
    assert "can't be said" in words.cost_sentence(cost.assign(share=NAN))
