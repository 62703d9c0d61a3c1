"""The pay panel: weights stay together at 100%, and pay moves with them.

Of 1,000 at the start of the quarter's twelve months Ana keeps 900 (NRR and GRR 90%). NRR pays 60% of 5,000 against a
target of 100%: 90% of it; GRR pays 40% against 90%: all of it. So 5,000 x (0.6 x 0.9 + 0.4 x 1) = 4,700.
"""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from contracts import contracts
from workahead import explore
from workahead.errors import ConfigError, UnknownName

ROWS = [
    ("S1", "A", "2024-01-01", None, 900.0, None, "Core", "active"),
    ("S2", "B", "2024-01-01", "2025-06-30", 100.0, None, "Core", "lost"),
]
PLAN = wa.CompPlan(
    metrics=[
        {"metric": "nrr", "weight": "60%", "target": "100%"},
        {"metric": "grr", "weight": "40%", "target": "90%"},
    ],
    people=[{"who": "Ana", "target_pay": 5000}],
)
THREE = wa.CompPlan(
    metrics=[
        {"metric": "nrr", "weight": "50%", "target": "100%"},
        {"metric": "grr", "weight": "30%", "target": "90%", "scope": "team"},
        {"metric": "expansion_arr", "weight": "20%", "target": 100},
    ],
    people=[{"who": "Ana", "target_pay": 5000}],
)


@pytest.fixture(scope="module")
def book() -> wa.Book:
    accounts = pd.DataFrame({"account_id": ["A", "B"], "name": ["Ash", "Birch"], "csm": ["Ana", "Ana"]})
    return wa.Book.from_frames("2025-12-31", contracts(*ROWS), accounts=accounts)


def again(panel: explore.panel.Panel, book: wa.Book, plan: wa.CompPlan = PLAN) -> pd.DataFrame:
    return eval(panel.line, {"wa": wa, "book": book, "plan": plan})


def test_pay_moves_with_the_weights(book: wa.Book) -> None:
    panel = explore.comp_plan(book, PLAN)
    assert panel.line == 'wa.payouts(book, plan=plan, start="2025-09-30", end="2025-12-31")'
    assert panel.table["payout"].tolist() == [2700, 2000]
    panel._settings["weights"]._sliders[0].value = 0.2
    assert panel.table["payout"].tolist() == [900, 4000]
    assert (
        panel.line == 'wa.payouts(book, plan=plan.weighted(0.2, 0.8), start="2025-09-30", end="2025-12-31")'
    )
    pd.testing.assert_frame_equal(panel.table, again(panel, book))
    assert panel._view.finding.endswith("+200 against the plan as it is written.")


def test_the_cost_moves_too(book: wa.Book) -> None:
    panel = explore.comp_plan(book, PLAN)
    panel.set(show="cost", weights=(0.5, 0.5))
    cost = panel.table.groupby("scenario", sort=False)["cost"].sum()
    assert cost["as_it_stands"] == 4750  # 5,000 x (0.5 x 0.9 + 0.5)
    pd.testing.assert_frame_equal(panel.table, again(panel, book))


def test_a_target_moves_what_is_paid(book: wa.Book) -> None:
    panel = explore.comp_plan(book, PLAN)
    panel._settings["terms"]._sliders["nrr", "target"][0].value = 0.9
    assert panel.table["payout"].tolist() == [3000, 2000]  # NRR of 90% is now all of its target
    assert panel.line.startswith('wa.payouts(book, plan=plan.revised("nrr", target=0.9), ')
    pd.testing.assert_frame_equal(panel.table, again(panel, book))
    panel.set(weights=(0.5, 0.5), terms={"nrr": {"target": 1.25}})
    assert panel.table["payout"].tolist() == [1800, 2500]  # 2,500 x 0.9 / 1.25
    pd.testing.assert_frame_equal(panel.table, again(panel, book))
    with pytest.raises(UnknownName, match="nrr: accelerator"):
        panel.set(terms={"nrr": {"accelerator": 2.0}})


def test_an_accelerator_has_a_slider_and_a_scope_is_named_where_it_must_be(book: wa.Book) -> None:
    both = [
        {"metric": "grr", "weight": 0.5, "target": 0.75, "accelerator": 1.5, "cap": 1.5},
        {"metric": "grr", "weight": 0.5, "target": 0.9, "scope": "team"},
    ]
    plan = wa.CompPlan(metrics=both, people=[{"who": "Ana", "target_pay": 1000}])
    panel = explore.comp_plan(book, plan)
    # GRR of 90% is 120% of the target: 20 points x 1.5 more, and with an accelerator of 1 20 points more
    assert panel.table["payout"].tolist() == [650, 500]
    panel.set(terms={"grr_individual": {"accelerator": 1.0}})
    assert panel.table["payout"].tolist() == [600, 500]
    assert 'plan.revised("grr", "individual", accelerator=1.0)' in panel.line
    pd.testing.assert_frame_equal(panel.table, again(panel, book, plan))


def test_weights_stay_together_at_100_percent(book: wa.Book) -> None:
    weights = explore.comp_plan(book, THREE)._settings["weights"]
    assert weights._left.value == "Expansion ARR gets what is left: 20%"
    first, second = weights._sliders
    first.value = 0.6
    assert weights.value == (0.6, 0.3, 0.1)
    first.value = 0.9  # the others give way: one point stays with each
    assert weights.value == (0.9, 0.09, 0.01)
    second.value = 0.5
    assert weights.value == (0.49, 0.5, 0.01)
    assert first.value == 0.49
    with pytest.raises(ConfigError, match="NRR, GRR, team, Expansion ARR, together 1"):
        weights.value = (0.5, 0.4, 0.2)


def test_behind_a_person_are_the_accounts_that_moved(book: wa.Book) -> None:
    panel = explore.comp_plan(book, PLAN)
    panel.behind.value = panel._view.parts["Ana"]
    rows = panel._view.accounts("Ana")
    assert rows[["customer_id", "change"]].values.tolist() == [["B", -100]]
    nrr = panel.table.set_index("metric").loc["nrr", "actual"]
    assert 1 + rows["change"].sum() / 1000 == nrr == 0.9


def test_the_plan_of_a_file_and_one_that_is_not_there(book: wa.Book, tmp_path) -> None:
    file = tmp_path / "plan.yml"
    file.write_text(
        "metrics: [{metric: nrr, weight: 60%, target: 100%}, {metric: grr, weight: 40%, target: 90%}]\n"
        "people: [{who: Ana, target_pay: 5000}]"
    )
    panel = explore.comp_plan(book, file)
    pd.testing.assert_frame_equal(panel.table, again(panel, book))
    assert panel.table["payout"].tolist() == [2700, 2000]
    missing = explore.comp_plan(book, tmp_path / "none.yml")
    assert "there is no file" in missing.message
    assert missing.line == ""
    assert "beside workbench.yml" in missing._finding.value


def test_the_report_is_of_a_plan_in_a_file_as_it_is_written(book: wa.Book, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "metrics: [{metric: nrr, weight: 60%, target: 1}, {metric: grr, weight: 40%, target: 1}]\n"
    text += "people: [{who: Ana, target_pay: 5000}]\n"
    (tmp_path / "plan.yml").write_text(text)
    (tmp_path / "other.yml").write_text(f"period: month\n{text}")
    panel = explore.comp_plan(book)
    assert (panel.command, panel.code.unreported) == ("workahead report comp_plan --period 2025-Q4", "")
    panel.set(weights=(0.5, 0.5))
    assert panel.command == ""
    assert panel.code.unreported.startswith("Its pages hold the plan as it is written")
    panel.set(show="cost", weights=(0.6, 0.4))
    assert "the cost of their own pay alone" in panel.code.unreported
    assert "pays by the month" in explore.comp_plan(book, "other.yml").code.unreported
    assert "a plan in a file, such as plan.yml" in explore.comp_plan(book, PLAN).code.unreported
    (tmp_path / "other.yml").write_text(text)
    other = explore.comp_plan(book, "other.yml").command
    assert other == f"workahead report comp_plan --period 2025-Q4 --set plan={tmp_path / 'other.yml'}"


def test_what_the_book_lacks_is_said(book: wa.Book) -> None:
    bare = wa.Book.from_frames("2025-12-31", contracts(*ROWS))
    panel = explore.comp_plan(bare, PLAN)
    assert "can't be said" in panel._view.finding
    assert panel.table["why"].tolist() == ["the accounts have no column csm"] * 2
    assert panel._view.parts == {}
