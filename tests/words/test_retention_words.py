"""Retention in sentences, from tables small enough to add up in the head."""

import pandas as pd
import pytest
import workahead as wa
from workahead import words

LEFT = "that have left the window"
HOSTILE = "</script><img src=x onerror=alert(1)>"


def rates(nrr, grr=0.9, starting=50, retained=47, **more):
    row = {"nrr": nrr, "grr": grr, "starting_customers": starting, "retained_customers": retained, **more}
    return pd.DataFrame([row])


def drivers(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "name", "segment", "cause", "effect"])


def first(sentence):
    return sentence.split(". ")[0]


def test_two_of_one_kind_and_segment_are_named_by_kind():
    said = words.retention_sentence(
        rates(1.032),
        rates(1.046),
        drivers(
            ("A", "Acme", "Enterprise", "contraction", -0.006),
            ("B", "Beta", "Enterprise", "contraction", -0.004),
            ("C", "Cole", "SMB", "expansion", 0.001),
            ("D", "Dune", "SMB", "churn", -0.005),
        ),
    )
    # The largest, the churn at D (0.5) and A (0.6) make half of 1.4 points: both are named.
    assert first(said) == "NRR fell 1.4 points to 103.2%; two customers (Acme and Dune) are 79% of the fall"
    said = words.retention_sentence(
        rates(1.032),
        rates(1.046),
        drivers(
            ("A", "Acme", "Enterprise", "contraction", -0.006),
            ("B", "Beta", "Enterprise", "contraction", -0.00394),
            ("D", "Dune", "SMB", "churn", -0.00406),
        ),
    )
    assert first(said) == "NRR fell 1.4 points to 103.2%; two customers (Acme and Dune) are 72% of the fall"


def test_a_mixture_is_named_with_the_segment_it_shares():
    who = drivers(("A", "Acme", "SMB", "churn", -0.006), ("B", "Beta", "SMB", "contraction", -0.004))
    said = words.retention_sentence(rates(1.0), rates(1.012), who)
    assert first(said) == "NRR fell 1.2 points to 100.0%; the loss of Acme (SMB) is 50% of the fall"
    said = words.retention_sentence(rates(1.0), rates(1.016), who)
    assert (
        first(said) == "NRR fell 1.6 points to 100.0%; two SMB customers (Acme and Beta) are 63% of the fall"
    )


@pytest.mark.parametrize(
    ("cause", "sign", "phrase"),
    [
        ("contraction", -1, "two Enterprise contractions are 71% of the fall"),
        ("churn", -1, "the loss of two Enterprise customers is 71% of the fall"),
        ("expansion", 1, "two Enterprise expansions are 71% of the rise"),
        ("reactivation", 1, "the return of two Enterprise customers is 71% of the rise"),
        ("earlier gain", -1, f"older expansions of two Enterprise customers {LEFT} are 71% of the fall"),
        ("earlier loss", 1, f"older losses at two Enterprise customers {LEFT} are 71% of the rise"),
    ],
)  # fmt: skip
def test_each_cause_has_its_phrase(cause, sign, phrase):
    who = drivers(
        ("A", "Acme", "Enterprise", cause, sign * 0.006), ("B", "Beta", "Enterprise", cause, sign * 0.00394)
    )
    now, before = rates(1.032), rates(1.032 - sign * 0.014)
    assert first(words.retention_sentence(now, before, who)).split("; ")[1] == phrase


def test_one_customer_is_named_whatever_its_name():
    who = drivers(("A", HOSTILE, "SMB", "churn", -0.009))
    said = words.retention_sentence(rates(0.99), rates(1.0), who)
    assert first(said) == f"NRR fell 1.0 points to 99.0%; the loss of {HOSTILE} (SMB) is 90% of the fall"
    who = drivers(("A-17", None, None, "churn", -0.01))
    said = words.retention_sentence(rates(0.99), rates(1.0), who)
    assert first(said) == "NRR fell 1.0 points to 99.0%; the loss of A-17 is the whole fall"


def test_more_than_the_whole_change_says_what_the_others_did():
    who = drivers(("A", "Acme", "SMB", "churn", -0.03), ("B", "Beta", "SMB", "expansion", 0.02))
    said = words.retention_sentence(rates(0.99), rates(1.0), who)
    assert "the loss of Acme (SMB) alone cost 3.0 points, and other customers made up for part of it" in said
    said = words.retention_sentence(rates(1.01), rates(1.0), who.assign(effect=[-0.02, 0.03]))
    assert (
        "the expansion of Beta (SMB) alone added 3.0 points, and other customers took part of it back" in said
    )


def test_many_small_changes_single_nobody_out():
    who = drivers(*[(f"A{i}", f"Co {i}", "SMB", "contraction", -0.0005) for i in range(20)])
    said = words.retention_sentence(rates(0.99), rates(1.0), who)
    assert first(said).endswith("no customer stands out: the three largest changes are 15% of the fall")


@pytest.mark.parametrize(
    ("starting", "retained", "phrase"),
    [
        (50, 47, "47 of 50 customers stayed."),
        (50, 50, "all 50 customers stayed."),
        (2, 0, "0 of 2 customers stayed."),
        (1, 1, "the only customer stayed."),
        (1, 0, "the only customer left."),
    ],
)
def test_who_stayed_for_none_one_and_many(starting, retained, phrase):
    assert words.retention_sentence(rates(1.0, 0.9, starting, retained)).endswith(phrase)


def test_a_change_too_small_to_print_is_none():
    said = words.retention_sentence(rates(1.03201), rates(1.03202), drivers())
    assert said.startswith("NRR held at 103.2%. GRR held at 90.0%;")


def test_without_history_it_says_so():
    none = "There is no retention to show: no customer had ARR 12 months before."
    assert words.retention_sentence(rates(float("nan"), float("nan"), 0, 0)) == none
    assert words.retention_sentence(rates(1.0).head(0)) == none
    said = words.retention_sentence(rates(1.1, 0.9), rates(float("nan"), float("nan")))
    assert said.startswith("NRR is 110.0%. GRR is 90.0%;")


def test_trend_names_its_ends_and_the_year_before():
    ends = pd.to_datetime(["2025-10-31", "2026-01-31", "2026-10-31"])
    trend = pd.DataFrame({"period_end": ends, "nrr": [1.05, 0.98, 1.02]})
    assert words.trend_sentence(trend) == (
        "Over 3 month-ends NRR ranged from 98.0% (January 2026) to 105.0% (October 2025); "
        "it stands 3.0 points below a year before."
    )
    assert words.trend_sentence(trend.assign(nrr=1.0)) == (
        "Over 3 month-ends NRR stayed at 100.0%; it stands where it stood a year before."
    )
    assert words.trend_sentence(trend.tail(1)).startswith("At the end of October 2026, the first")
    assert words.trend_sentence(trend.assign(nrr=float("nan"))).startswith("No month-end has enough history")


def test_groups_best_and_worst_and_none():
    groups = pd.DataFrame(
        {"segment": ["Enterprise", "SMB", "Tiny"], "starting_arr": [800.0, 199.0, 1.0],
         "nrr": [1.08, 0.91, 0.0], "grr": [0.95, 0.84, 0.0]}
    )  # fmt: skip
    assert words.group_sentence(groups) == (
        "Enterprise has the highest NRR, 108.0% (GRR 95.0%); SMB the lowest, 91.0% (GRR 84.0%), "
        "with 20% of the ARR at the start."
    )
    assert words.group_sentence(groups.head(1)) == (
        "Enterprise is the only segment with enough history: NRR 108.0% (GRR 95.0%)."
    )
    unset = groups.assign(segment=["(not set)", "SMB", "Tiny"])
    assert words.group_sentence(unset.head(1)) == (
        "No segment is set in this book: there are no groups to compare."
    )
    assert words.group_sentence(unset.assign(nrr=[1.08, None, None])) == (
        "Only accounts without a segment have enough history: NRR 108.0% (GRR 95.0%)."
    )
    assert words.group_sentence(groups.head(0)) == "No segment has enough history for a retention rate yet."
    assert words.group_sentence(groups.head(2).assign(nrr=1.0)) == (
        "All 2 groups stand at the same NRR, 100.0%."
    )


def test_bases_and_how_they_differ():
    bases = pd.DataFrame(
        {"basis": ["cohort", "bridge", "aggregate"], "nrr": [1.02, 1.03, 1.02], "grr": [0.9, 0.91, 0.98]}
    )
    said = words.basis_sentence(bases)
    assert said.startswith("On the cohort basis NRR is 102.0% and GRR 90.0%; the monthly bridge gives 103.0%")
    assert "aggregate GRR is 8.0 points higher" in said
    same = words.basis_sentence(bases.assign(nrr=1.02, grr=0.9))
    assert same == "On the cohort basis NRR is 102.0% and GRR 90.0%; the monthly bridge gives the same NRR."
    assert words.basis_sentence(bases.assign(nrr=float("nan"))).startswith("There is no retention to compare")


def book_of_four():
    """100 each; in October 2026 A grew by 50 and B left; C had grown by 20 a year before."""
    lines = [
        ("A1", "A", "2024-01-01", "2026-09-30", 100.0),
        ("A2", "A", "2026-10-01", None, 150.0),
        ("B1", "B", "2024-01-01", "2026-09-30", 100.0),
        ("C1", "C", "2024-01-01", "2025-10-14", 100.0),
        ("C2", "C", "2025-10-15", None, 120.0),
        ("D1", "D", "2024-01-01", None, 100.0),
    ]
    columns = ["subscription_id", "account_id", "start_date", "end_date", "arr"]
    accounts = pd.DataFrame({"account_id": list("ABCD"), "name": ["Acme", "Beta", "Cole", "Dune"]})
    return wa.Book.from_frames(
        "2026-10-31",
        pd.DataFrame(lines, columns=columns),
        accounts=accounts,
        definitions=wa.Definitions(late_renewal_days=0),
    )


def test_drivers_add_up_to_the_change_of_nrr_and_name_what_left_the_window():
    book = book_of_four()
    found = wa.nrr_drivers(book, "2026-09-30", "2026-10-31").set_index("customer_id")
    # 30 September: 400 a year before, now 420 with C's growth: 105%.
    # 31 October: 420 a year before, now 150 + 0 + 120 + 100.
    assert found["effect"].sum() == pytest.approx(370 / 420 - 1.05)
    assert found["cause"].to_dict() == {"B": "churn", "A": "expansion", "C": "earlier gain"}
    assert found.loc["B", "effect"] == pytest.approx(-100 / 420)
    assert found.loc["A", "effect"] == pytest.approx(50 / 420)
    assert found.loc["C", "effect"] == pytest.approx(-20 / 400)
    assert list(found.index) == ["B", "A", "C"]
    assert found.loc["B", "name"] == "Beta"


def test_a_gain_of_the_month_is_not_blamed_for_an_older_gain_that_left_the_window():
    # 50 more in October 2025, 1 more in October 2026: of the last 12 months only the 1 is left.
    lines = [
        ("A1", "A", "2024-01-01", "2025-10-14", 100.0),
        ("A2", "A", "2025-10-15", "2026-10-14", 150.0),
        ("A3", "A", "2026-10-15", None, 151.0),
    ]
    columns = ["subscription_id", "account_id", "start_date", "end_date", "arr"]
    book = wa.Book.from_frames("2026-10-31", pd.DataFrame(lines, columns=columns))
    found = wa.nrr_drivers(book, "2026-09-30", "2026-10-31")
    assert list(found["cause"]) == ["earlier gain"]
    assert found["effect"][0] == pytest.approx(151 / 150 - 150 / 100)


def test_drivers_of_a_book_without_history_are_none():
    book = book_of_four()
    assert wa.nrr_drivers(book, "2024-02-29", "2024-03-31").empty


def test_key_figures_are_values_and_their_change():
    figures = words.key_figures(book_of_four(), pd.Timestamp("2026-09-30"), pd.Timestamp("2026-10-31"))
    by_label = figures.set_index("label")
    assert list(by_label.index) == ["ARR", "NRR", "GRR", "Logo retention"]
    assert by_label.loc["ARR", "value"] == 370
    assert by_label.loc["ARR", "change"] == -50
    assert by_label.loc["NRR", "value"] == pytest.approx(370 / 420)
    assert by_label.loc["GRR", "value"] == pytest.approx(320 / 420)
    assert by_label.loc["Logo retention", "change"] == pytest.approx(-0.25)
    assert set(figures["note"]) == {"since Sep"}
