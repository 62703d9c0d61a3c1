"""Payouts and the cost of a plan on a book that one can add up in the head.

From the close of September 2025 to that of September 2026 Ana's 1,000 become 1,075 (NRR 107.5%, GRR 100%): 75 came in
August. Bo's 1,000 become 600 (both 60%). The team's 2,000 become 1,675 (NRR 83.75%), without growth 1,600 (GRR 80%).
"""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from hypothesis import given
from hypothesis import strategies as st

Q3 = ("2026-06-30", "2026-09-30")
ACCOUNTS = pd.DataFrame({"account_id": ["A", "B", "C"], "csm": ["Ana", "Bo", "Bo"]})
CONTRACTS = pd.DataFrame(
    [
        ("S1", "A", "2024-01-01", None, 1000.0, "active"),
        ("S2", "A", "2026-08-01", None, 75.0, "active"),
        ("S3", "B", "2024-01-01", None, 600.0, "active"),
        ("S4", "C", "2024-01-01", "2026-05-31", 400.0, "lost"),
    ],
    columns=["subscription_id", "account_id", "start_date", "end_date", "arr", "status"],
)
NRR = {
    "metric": "nrr", "weight": "50%", "points_in": "value",
    "points": [{"at": "100%", "pays": "0%"}, {"at": "115%", "pays": "100%"}],
}  # fmt: skip
GRR = {"metric": "grr", "weight": "30%", "scope": "team", "target": "100%", "threshold": "80%",
       "pays_at_threshold": "50%"}  # fmt: skip
GROWTH = {"metric": "expansion_arr", "weight": "20%", "target": 50, "accelerator": 2, "cap": "150%"}
PEOPLE = [
    {"who": "Ana", "target_pay": 10_000, "joined": "2026-08-16"},  # 46 of the 92 days
    {"who": "Bo", "target_pay": 8_000},
]


def book(as_of="2026-09-30", **tables):
    return wa.Book.from_frames(as_of, CONTRACTS, accounts=ACCOUNTS, **tables)


def plan(*metrics, people=PEOPLE, **more):
    return wa.CompPlan(metrics=metrics or (NRR, GRR, GROWTH), people=people, **more)


def pay(table, column):
    return {(row.who, row.metric): getattr(row, column) for row in table.itertuples()}


def test_every_column_by_hand():
    table = wa.payouts(book(), plan(), *Q3)
    assert list(table["who"]) == ["Ana"] * 3 + ["Bo"] * 3
    assert list(table["metric"]) == ["nrr", "grr", "expansion_arr"] * 2
    assert list(table["scope"]) == ["individual", "team", "individual"] * 2
    assert list(table["weight"]) == [0.5, 0.3, 0.2] * 2
    assert list(table["target"]) == [1.15, 1, 50] * 2
    assert table["actual"].tolist() == pytest.approx([1.075, 0.8, 75, 0.6, 0.8, 0])
    assert table["attainment"].tolist() == pytest.approx([1.075 / 1.15, 0.8, 1.5, 0.6 / 1.15, 0.8, 0])
    # half of the way to 115%; at the threshold; 150% of target is far beyond the cap, which is reached at 125%
    assert list(table["payout_rate"]) == [0.5, 0.5, 1.5, 0, 0.5, 0]
    assert list(table["target_pay"]) == [2500, 1500, 1000, 4000, 2400, 1600]
    assert list(table["payout"]) == [1250, 750, 1500, 0, 1200, 0]
    assert list(table["days"]) == [46] * 3 + [92] * 3
    assert set(table["period_days"]) == {92}
    assert set(table["why"]) == {""}


def test_who_joined_in_mid_period_is_paid_the_teams_result_by_the_days():
    alone = plan({**GRR, "weight": 1}, people=PEOPLE)
    assert list(wa.payouts(book(), alone, *Q3)["payout"]) == [2500, 4000]


def test_pay_does_not_depend_on_a_view():
    whole = wa.payouts(book(), plan(), *Q3)
    pd.testing.assert_frame_equal(whole, wa.payouts(book().where(csm="Bo"), plan(), *Q3))


def test_a_plan_of_one_person_pays_what_the_whole_plan_pays_that_person():
    whole = wa.payouts(book(), plan(), *Q3)
    own = wa.payouts(book(), plan().only("Bo"), *Q3)
    pd.testing.assert_frame_equal(own, whole[whole["who"] == "Bo"].reset_index(drop=True))


def test_targets_from_the_table_each_persons_own_or_the_teams():
    goals = pd.DataFrame(
        [
            ("2026-Q3", "csm", "Ana", "nrr", 1.075),
            ("2026-Q3", "csm", "Bo", "nrr", 1.2),
            ("2026-Q3", "team", None, "grr", 0.8),
            ("2026-Q3", "csm", "Ana", "expansion_arr", 300.0),
            ("2026-Q2", "csm", "Bo", "expansion_arr", 10.0),
        ],
        columns=["period", "scope", "who", "metric", "target"],
    )
    asked = plan(
        {"metric": "nrr", "weight": 0.5},
        {"metric": "grr", "weight": 0.3, "scope": "team", "target": "targets"},
        {"metric": "expansion_arr", "weight": 0.2},
    )
    table = wa.payouts(book(targets=goals), asked, *Q3)
    assert pay(table, "payout_rate") == pytest.approx(
        {("Ana", "nrr"): 1, ("Ana", "grr"): 1, ("Ana", "expansion_arr"): 0.25,
         ("Bo", "nrr"): 0.5, ("Bo", "grr"): 1, ("Bo", "expansion_arr"): float("nan")}, nan_ok=True
    )  # fmt: skip
    assert table["why"].iloc[-1] == "the book has no target for it in this period"


def test_csqls_count_when_sales_accepted_them():
    deals = pd.DataFrame(
        [
            ("O1", "A", "csql", "S1", 60.0, "2026-07-01", False, False),  # was in S2: accepted
            ("O2", "A", "csql", "Closed Won", 40.0, "2026-09-30", True, True),  # won without S2: accepted
            ("O3", "A", "csql", "S1", 500.0, "2026-08-01", False, False),
            ("O4", "A", "inbound", "S2", 500.0, "2026-08-01", False, False),
            ("O5", "A", "csql", "S2", 500.0, "2026-06-30", False, False),  # the quarter before
        ],
        columns=[
            "opportunity_id", "account_id", "source", "stage", "amount", "created_date", "is_closed", "is_won",
        ],
    )  # fmt: skip
    history = pd.DataFrame(
        {"opportunity_id": ["O1", "O1", "O1"], "stage": ["S1", "S2", "S1"],
         "entered_date": ["2026-07-01", "2026-07-10", "2026-07-20"]}
    )  # fmt: skip
    found = book(opportunities=deals, stage_history=history)
    table = wa.payouts(found, plan({"metric": "csql_arr", "weight": 1, "target": 200}), *Q3)
    assert list(table["actual"]) == [100, 0]
    assert list(table["payout_rate"]) == [0.5, 0]


def test_what_the_book_lacks_is_named_and_the_rest_is_paid():
    asked = plan(
        {"metric": "csql_arr", "weight": 0.5, "target": 100},
        {"metric": "forecast_accuracy", "weight": 0.25, "target": 0.9},
        {"metric": "grr", "weight": 0.25, "target": 1},
        people=[{"who": "Anna", "target_pay": 100}, {"who": "Bo", "target_pay": 100}],
    )
    table = wa.payouts(book(), asked, *Q3)
    assert list(table["why"]) == [
        "it needs the table opportunities, which the book does not have",
        "it needs the table forecast_calls, which the book does not have",
        "no account of the book has this CSM. Did you mean 'Ana'?",
        "it needs the table opportunities, which the book does not have",
        "it needs the table forecast_calls, which the book does not have",
        "",
    ]
    assert table["payout"].isna().tolist() == [True] * 5 + [False]
    assert table["payout"].iloc[-1] == 15  # GRR 60% of 100%, a quarter of 100


def test_a_book_without_csms_still_pays_the_teams_part():
    bare = wa.Book.from_frames("2026-09-30", CONTRACTS)
    table = wa.payouts(bare, plan(GRR | {"weight": 0.5}, NRR), *Q3)
    assert list(table["payout"].fillna(-1)) == [1250, -1, 2000, -1]
    assert table["why"].iloc[1] == "the accounts have no column csm"


def test_an_empty_book_and_a_period_to_come_pay_nothing_and_say_why():
    empty = wa.Book.from_frames("2026-09-30", CONTRACTS.head(0))
    assert wa.payouts(empty, plan(GRR | {"weight": 1}), *Q3)["why"].unique() == [
        "nothing to measure in this period"
    ]
    ahead = wa.payouts(book(), plan(), "2026-09-30", "2026-12-31")
    assert set(ahead["why"]) == {"the period has not begun"}


def test_only_the_plans_own_periods_are_paid():
    with pytest.raises(wa.PeriodError, match="pays by quarter"):
        wa.payouts(book(), plan(), "2026-08-31", "2026-09-30")
    named = plan().during("2026-08", book())
    assert (named.start, named.end) == (pd.Timestamp("2026-06-30"), pd.Timestamp("2026-09-30"))
    assert plan(period="year").during("2026-08", book()).end == pd.Timestamp("2026-12-31")
    assert plan().during("2026", book()).end == pd.Timestamp("2026-09-30")  # the quarter that it has reached


def test_the_curve_has_the_plans_corners():
    curve = wa.payout_curve(plan(), "grr")
    assert curve[["attainment", "payout_rate"]].to_numpy().tolist() == [
        pytest.approx(row) for row in ([0.75, 0], [0.8, 0], [0.8, 0.5], [1, 1], [1.05, 1])
    ]
    growth = wa.payout_curve(plan(), "expansion_arr")
    assert growth["value"].tolist() == pytest.approx([0, 50, 62.5, 78.125])  # the cap at 125% of 50
    with pytest.raises(wa.UnknownName, match="csql_arr"):
        wa.payout_curve(plan(), "csql_arr")


def test_cost_by_scenario_by_hand():
    table = wa.plan_cost(book(), plan(), *Q3).set_index("scenario")
    # up: NRR 112.875% pays 85.83% of 2,500; GRR 84% pays 60%; down: NRR 102.125% pays 14.17%, GRR nothing;
    # Ana's growth is beyond the cap in all of them
    assert table["cost"].to_dict() == {
        "as_it_stands": 4700.0,
        "all_down": 354.17 + 1500,
        "all_up": 2145.83 + 900 + 1500 + 1440,
        "more_nrr": 1500 + 600 + 1200 + 960,
        "more_grr": 1071.43 + 1000 + 1285.71 + 1600,
        "more_expansion_arr": 1093.75 + 656.25 + 2250 + 1050,
    }
    assert set(table["target_pay"]) == {13_000}
    assert table["change"]["more_nrr"] == -440
    assert table["change"]["as_it_stands"] == 0
    first = table.loc["as_it_stands"]
    assert first["share"] == pytest.approx(4700 / 13_000)
    assert (first["people"], first["lowest"], first["highest"], first["missing"]) == (2, 0.15, 0.7, 0)


def test_groups_add_up_to_the_cost():
    whole = wa.plan_cost(book(), plan(), *Q3)
    for by in ("who", "metric", ("who", "metric")):
        parts = wa.plan_cost(book(), plan(), *Q3, by=by)
        sums = parts.groupby("scenario", sort=False)[["cost", "target_pay", "change"]].sum().round(2)
        pd.testing.assert_frame_equal(sums.reset_index(), whole[["scenario", "cost", "target_pay", "change"]])
    metrics = wa.plan_cost(book(), plan(), *Q3, ["as_it_stands"], by="metric")
    assert metrics["cost"].tolist() == [1250, 1950, 1500]


def test_a_running_period_has_the_projections_scenarios():
    deals = pd.DataFrame(
        {"opportunity_id": ["O"], "account_id": ["A"], "source": ["csql"], "stage": ["S2"], "amount": [62.0],
         "created_date": ["2026-07-10"], "is_closed": [False], "is_won": [False]}
    )  # fmt: skip
    asked = plan(
        {"metric": "csql_arr", "weight": 0.5, "target": 92}, GRR | {"weight": 0.5}, people=PEOPLE[:1]
    )
    found = book("2026-08-31", opportunities=deals)
    table = wa.plan_cost(found, asked, *Q3).set_index("scenario")
    assert list(table.index)[:4] == ["as_it_stands", "projected_low", "projected", "projected_high"]
    # as it stands 62 of 92; at the pace of 62 of the 92 days, 92: the target. GRR is certain: nothing comes due.
    assert table["cost"]["as_it_stands"] == pytest.approx(1684.78 + 1250)
    assert table["cost"]["projected"] == table["cost"]["projected_low"] == 3750
    assert table["change"]["projected"] == 0


def test_unknown_scenarios_and_groups_are_refused():
    with pytest.raises(wa.UnknownName, match="Did you mean 'all_up'"):
        wa.plan_cost(book(), plan(), *Q3, ["all_upp"])
    with pytest.raises(wa.UnknownName, match="There are: who, metric, scope"):
        wa.plan_cost(book(), plan(), *Q3, by="csm")


@given(
    st.lists(st.integers(1, 100), min_size=1, max_size=3),
    st.integers(0, 1_000_000),
    st.dates(pd.Timestamp("2026-06-01").date(), pd.Timestamp("2026-10-15").date()),
)
def test_the_parts_of_pay_add_up_to_the_persons(shares, cents, joined):
    from workahead.metrics.pay.payouts import paid

    names = ("nrr", "grr", "csql_arr")
    metrics = [
        {"metric": name, "weight": share / sum(shares)} for name, share in zip(names, shares, strict=False)
    ]
    people = [{"who": "Ana", "target_pay": cents / 100, "joined": joined}]
    period = wa.Period(pd.Timestamp(Q3[0]), pd.Timestamp(Q3[1]), "")
    count = len(metrics)
    found = pd.DataFrame(
        {"metric": range(count), "person": 0, "target": 1.0, "actual": 1.0, "why": ""}, index=range(count)
    )
    table = paid(plan(*metrics, people=people), found, period)
    whole = cents * table["days"].iloc[0] / 92
    assert abs(round(table["target_pay"].sum() * 100) - whole) <= 0.500001
    assert table["payout"].tolist() == table["target_pay"].tolist()  # all at target
