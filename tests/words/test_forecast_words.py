"""Sentences of the projection over books in which nothing comes due: it knows of no loss, and must not claim so."""

import math

import pandas as pd
import pytest
import workahead as wa
from contracts import book
from workahead import words

AHEAD, END = "2026-10-31", "2027-10-31"
NONE = (
    "No contract with an end date comes due in the period, so nothing can be said on where GRR will land; "
    "from November 2025 to October 2026 it was 90.0%."
)


@pytest.fixture(scope="module")
def endless() -> wa.Book:
    """As a table of months gives it: of 1,000 + 1,000 a year ago 800 + 1,500 are left, GRR 90%, NRR 115%."""
    return book(
        AHEAD,
        ("A1", "A", "2024-01-01", None, 1000.0),
        ("A2", "A", "2026-03-01", None, 800.0, "A1"),
        ("B1", "B", "2024-01-01", None, 1000.0),
        ("B2", "B", "2026-05-01", None, 1500.0, "B1"),
    )


def test_where_nothing_comes_due_no_grr_is_claimed(endless):
    last = wa.retention(endless)
    projected = wa.project_retention(endless, AHEAD, END)
    assert projected[["starting_arr", "due_arr", "grr"]].to_numpy().tolist() == [[2300.0, 0.0, 1.0]]
    assert words.projection_sentence(projected, wa.renewal_probabilities(endless), last=last) == NONE
    assert words.what_if_sentence(projected, projected, last) == NONE
    assert words.what_if_sentence(projected) == f"{NONE.split(';')[0]}."
    groups = wa.project_retention(endless, AHEAD, END, by="account_id")
    assert words.projection_group_sentence(groups).startswith("Nothing comes due in any group")
    assert words.target_sentence(projected, 2.0).endswith("counts no loss to come, as nothing comes due.")
    cards = words.forecast_figures(projected, wa.nrr_plan(endless, 1.0, AHEAD, END)).set_index("label")
    assert cards.loc[["GRR, projected", "NRR, projected"], "value"].isna().all()
    assert set(cards["note"].head(2)) == {"no contract with an end date comes due"}


def test_a_plan_without_losses_says_that_none_is_projected(endless):
    plans = [wa.nrr_plan(endless, target, AHEAD, END) for target in (1.0, 2.0)]
    assert words.plan_sentence(plans[0]) == (
        "NRR of 100.0% by 31 October 2027 needs no more expansion: what is expected to stay is enough, "
        "if nothing is lost (no loss to come is projected)."
    )
    assert words.plan_sentence(plans[1]).startswith(
        "To reach NRR of 200.0% by 31 October 2027, 2.3k of expansion must still close, "
        "and more if anything is lost (no loss to come is projected)."
    )
    running = wa.nrr_plan(endless, 2.0, "2025-12-31", "2026-12-31")  # 200 of 2,000 are lost already
    projected = wa.project_retention(endless, "2025-12-31", "2026-12-31")
    assert "no loss to come" in words.plan_sentence(running, projected=projected)


def test_a_period_that_is_over_is_known_though_nothing_came_due(endless):
    over = wa.project_retention(endless, "2025-10-31", AHEAD)
    assert words.projection_sentence(over) == (
        "No contract with an end date comes due in the period; as far as is known, GRR is 90.0%, NRR 115.0%."
    )
    assert words.forecast_figures(over, wa.nrr_plan(endless, 1.0, "2025-10-31", AHEAD))["value"][0] == 0.9


def test_a_book_in_which_little_comes_due_is_projected_as_ever():
    little = book(
        AHEAD,
        ("A1", "A", "2024-01-01", None, 1000.0),
        ("B1", "B", "2026-02-01", "2027-01-31", 50.0),
    )
    projected = wa.project_retention(little, AHEAD, END)
    assert words.projection_sentence(projected).startswith("GRR will land at ")
    assert math.isfinite(words.forecast_figures(projected, wa.nrr_plan(little, 1.0, AHEAD, END))["value"][0])


def test_gaps_say_which_share_of_arr_has_no_end(endless):
    said = words.projection_gaps_sentence(wa.projection_gaps(endless))
    assert "100% of ARR has no end date: nothing of it can come due" in said
    assert "subscriptions.end_date" not in said


@pytest.mark.parametrize(("open_ended", "gap"), [(600.0, ["60%"]), (400.0, [])])
def test_end_dates_are_missed_where_over_half_of_arr_has_none(open_ended, gap):
    """A1 has no end, but A2 has taken its place: of the 1,000 in service B's alone has none."""
    mixed = book(
        AHEAD,
        ("A1", "A", "2024-01-01", None, 5000.0),
        ("A2", "A", "2026-03-01", "2027-02-28", 1000.0 - open_ended, "A1"),
        ("B1", "B", "2024-01-01", None, open_ended),
        ("C1", "C", "2024-01-01", "2024-12-31", 9000.0),  # over
    )
    gaps = wa.projection_gaps(mixed)
    ends = gaps.loc[gaps["column"].eq("end_date"), "effect"]
    assert [one.split()[0] for one in ends] == gap


def test_a_plan_for_a_single_group_that_is_not_set_names_none():
    plan = pd.DataFrame({"segment": ["(not set)"], "starting_arr": [1e6], "gap": [5e4]})
    assert words.plan_group_sentence(plan) == (
        "No segment is set in this book: there are no groups to compare."
    )
