"""The plan panel: the target, the close rate and the renewals move the plan, and its parts add up to it.

A has 1,000 and a second contract of 100 since February: booked 100. B's 500 were lost in March. C's 200 come due on
1 August 2026, and nobody has called. Of A's open expansion 300 closes by the end of September.
"""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from contracts import contracts
from workahead import explore
from workahead.explore.view import Point

ROWS = [
    ("S1", "A", "2025-01-01", None, 1000.0, None, "Core", "active"),
    ("S2", "A", "2026-02-01", None, 100.0, None, "Extra", "active"),
    ("S3", "B", "2025-01-01", "2026-02-28", 500.0, None, "Core", "lost"),
    ("S4", "C", "2025-08-01", "2026-07-31", 200.0, None, "Core", "active"),
]
DEALS = pd.DataFrame(
    {
        "opportunity_id": ["O1", "O2", "W1"],
        "account_id": ["A", "A", "A"],
        "type": "expansion",
        "stage": ["S1", "S3", "Won"],
        "amount": [100.0, 200.0, 100.0],
        "created_date": "2025-06-01",
        "close_date": ["2026-09-01", "2026-09-15", "2026-02-01"],
        "is_closed": [False, False, True],
        "is_won": [False, False, True],
    }
)


@pytest.fixture(scope="module")
def book() -> wa.Book:
    return wa.Book.from_frames("2026-06-30", contracts(*ROWS), opportunities=DEALS)


@pytest.fixture
def panel(book: wa.Book) -> explore.panel.Panel:
    return explore.plan(book, target=1.0)


def test_the_plan_by_hand_with_everything_stated(panel: explore.panel.Panel) -> None:
    panel.set(target=1.1, close_rate=0.3, probabilities={"uncalled": 0.0})
    row = panel.table.iloc[0]
    assert row["starting_arr"] == 1700
    assert row["projected_gross_arr"] == 1000
    assert row["expansion_needed"] == 870  # 1,870 - 1,000
    assert row["expansion_booked"] == 100
    assert row["expansion_weighted"] == 90  # 300 x 30%
    assert row["gap"] == 680
    panel.set(saved=["C"])
    assert panel.table.loc[0, ["projected_gross_arr", "gap"]].tolist() == [1200, 480]


def test_the_line_gives_the_table_of_the_panel(panel: explore.panel.Panel, book: wa.Book) -> None:
    assert panel.line == (
        'wa.nrr_plan(book, target=1.0, start="2025-09-30", end="2026-09-30", simulations=4000)'
    )
    assert panel.command == "workahead report forecast --period 2026-09 --set target_nrr=1.0"
    for setting in (
        {"target": 1.08},
        {"close_rate": 0.5},
        {"probabilities": {"uncalled": 0.3}},
        {"saved": ["C"], "end": pd.Timestamp("2026-12-31")},
    ):
        panel.set(**setting)
        assert panel.message == ""
        pd.testing.assert_frame_equal(panel.table, eval(panel.line, {"wa": wa, "book": book}))
    assert panel.command == (
        "workahead report what_if --period 2026-12 --set target_nrr=1.08 --set close_rate=0.5 "
        """--set 'probabilities={"uncalled": 0.3}' --set 'saved=["C"]' --set simulations=4000"""
    )


@pytest.mark.parametrize("given", [{}, {"close_rate": 0.35, "probabilities": {"uncalled": 0.4}}])
def test_the_accounts_of_a_step_add_up_to_it(panel: explore.panel.Panel, given: dict[str, object]) -> None:
    panel.set(**given)
    row, accounts = panel.table.iloc[0], panel._view.accounts
    lost = accounts("lost")
    assert lost["lost_arr"].sum() == pytest.approx(
        row["starting_arr"] - row["projected_gross_arr"], abs=0.001
    )
    assert lost.loc[lost["account_id"] == "B", "lost_arr"].tolist() == [500]
    assert accounts("booked")[["account_id", "booked"]].values.tolist() == [["A", 100]]
    deals = accounts("weighted")
    assert deals["amount"].sum() == row["pipeline_open"] == 300
    assert deals["expansion_weighted"].sum() == pytest.approx(row["expansion_weighted"], abs=0.001)


def test_a_click_on_a_step_opens_it(panel: explore.panel.Panel) -> None:
    for row, label in ((1, "Losses"), (2, "Booked"), (3, "Open, weighted")):
        panel._clicked(Point(row - 1, None, 0, 10.0, row))
        assert panel.behind.label == label
    panel._clicked(Point(5, None, 0, 10.0, 0))  # the starting ARR is no step
    assert panel.behind.label == "Open, weighted"


def test_without_a_target_the_books_own_or_the_last_nrr(book: wa.Book) -> None:
    assert explore.plan(book)._settings["target"].value == 0.73  # 1,100 of 1,500, in whole points
    goals = pd.DataFrame(
        {"period": ["2026-Q3"], "metric": ["nrr"], "target": [1.08], "scope": ["team"], "who": [None]}
    )
    other = wa.Book.from_frames("2026-06-30", contracts(*ROWS), targets=goals)
    panel = explore.plan(other)
    assert panel._settings["target"].value == 1.08
    assert panel.table.loc[0, "pipeline_open"] == 0, "without opportunities nothing is open"
    assert panel._view.finding.endswith("what that takes can't be said.")


def test_an_empty_book_says_so() -> None:
    panel = explore.plan(wa.Book.from_frames("2026-06-30", contracts(*ROWS).head(0)))
    assert panel.message == ""
    assert panel._view.finding.startswith("There is no plan to make")
