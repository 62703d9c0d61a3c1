"""Each shape of contract, and what it is in the bridge."""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from contracts import book, bridge, segments

YEAR = ("2024-12-31", "2025-12-31")


def test_first_arr_is_new() -> None:
    b = book("2025-12-31", ("S1", "A", "2025-03-01", None, 100))
    assert bridge(wa.movements(b, *YEAR)) == {"starting": 0, "new": 100, "ending": 100}


def test_a_second_product_of_a_customer_is_expansion_and_cancelling_it_contraction() -> None:
    rows = [("S1", "A", "2024-01-01", None, 100), ("S2", "A", "2025-02-01", "2025-07-31", 40)]
    b = book("2025-12-31", *rows)
    assert bridge(wa.movements(b, "2024-12-31", "2025-03-31")) == {
        "starting": 100,
        "expansion": 40,
        "ending": 140,
    }
    assert bridge(wa.movements(b, "2025-03-31", "2025-12-31")) == {
        "starting": 140,
        "contraction": 40,
        "ending": 100,
    }


def test_churn_is_only_when_nothing_else_is_active() -> None:
    b = book(
        "2025-12-31",
        ("S1", "A", "2024-01-01", "2025-05-31", 100),
        ("S2", "A", "2024-01-01", "2025-08-31", 40),
    )
    assert bridge(wa.movements(b, "2024-12-31", "2025-06-30"))["contraction"] == 100
    assert bridge(wa.movements(b, "2025-06-30", "2025-12-31")) == {"starting": 40, "churn": 40, "ending": 0}


def test_who_comes_back_is_reactivated_and_after_a_longer_gap_than_allowed_new() -> None:
    rows = [("S1", "A", "2023-01-01", "2024-06-30", 100), ("S2", "A", "2025-03-01", None, 80)]
    assert bridge(wa.movements(book("2025-12-31", *rows), *YEAR)) == {
        "starting": 0,
        "reactivation": 80,
        "ending": 80,
    }
    away = 243  # days without service, from 1 July 2024 to 28 February 2025
    again = bridge(wa.movements(book("2025-12-31", *rows, reactivation_days=away), *YEAR))
    assert again == {"starting": 0, "reactivation": 80, "ending": 80}
    anew = bridge(wa.movements(book("2025-12-31", *rows, reactivation_days=away - 1), *YEAR))
    assert anew == {"starting": 0, "new": 80, "ending": 80}


def test_point_to_point_hides_what_the_months_show() -> None:
    b = book(
        "2025-12-31",
        ("S1", "A", "2024-01-01", "2025-03-31", 100),
        ("S2", "A", "2025-04-01", "2025-06-30", 60),
        ("S3", "A", "2025-07-01", None, 100),
    )
    assert bridge(wa.movements(b, *YEAR)) == {"starting": 100, "ending": 100}
    months = wa.movements(b, *YEAR, freq="month")
    assert months["contraction"].sum() == 40
    assert months["expansion"].sum() == 40
    assert list(months.loc[months["contraction"] > 0, "period_end"]) == [pd.Timestamp("2025-04-30")]


def test_a_flat_contract_renewed_flat_shows_no_movement_in_any_month() -> None:
    years = [(f"S{y}", "A", f"{y}-05-10", f"{y + 1}-05-09", 120) for y in range(2019, 2025)]
    months = wa.movements(book("2025-04-30", *years), "2019-05-31", "2025-04-30", freq="month")
    assert len(months) == 71
    assert (months[["new", "reactivation", "expansion", "contraction", "churn"]] == 0).all(axis=None)
    assert (months["ending"] == 120).all()


@pytest.mark.parametrize(
    ("start", "moves"), [("2025-01-01", False), ("2025-01-31", False), ("2025-02-01", True)]
)
def test_a_renewal_up_to_thirty_days_late_leaves_service_continuous(start: str, moves: bool) -> None:
    """The renewal date is 1 January: 31 January is 30 days late, 1 February 31."""
    b = book("2025-12-31", ("S1", "A", "2024-01-01", "2024-12-31", 100), ("S2", "A", start, None, 100))
    months = wa.movements(b, "2024-06-30", "2025-12-31", freq="month")
    assert (months[["churn", "reactivation"]].sum() > 0).tolist() == [moves, moves]


def test_with_zero_late_days_the_dates_stand() -> None:
    rows = [("S1", "A", "2024-01-01", "2024-12-20", 100), ("S2", "A", "2025-01-05", None, 100)]
    months = wa.movements(
        book("2025-12-31", *rows, late_renewal_days=0), "2024-06-30", "2025-12-31", freq="month"
    )
    assert (months["churn"].sum(), months["reactivation"].sum()) == (100, 100)


def test_between_a_late_renewal_and_its_contract_the_old_arr_stands() -> None:
    b = book("2025-12-31", ("S1", "A", "2024-01-01", "2024-12-31", 100), ("S2", "A", "2025-01-20", None, 130))
    assert wa.arr(b, at="2025-01-19")["arr"].item() == 100
    assert wa.arr(b, at="2025-01-20")["arr"].item() == 130


def test_a_linked_early_renewal_ends_the_old_contract_the_day_before() -> None:
    rows = [("S1", "A", "2024-01-01", "2024-12-31", 100, None), ("S2", "A", "2024-11-15", None, 120, "S1")]
    b = book("2025-12-31", *rows)
    assert wa.arr(b, at="2024-11-14")["arr"].item() == 100
    assert wa.arr(b, at="2024-11-15")["arr"].item() == 120


def test_co_terming_replaces_two_contracts_by_one() -> None:
    """E13: 100 users at 100 a month, 50 more from July in one co-termed contract: 120k, then 180k."""
    b = book(
        "2025-12-31",
        ("S1", "A", "2025-01-01", "2025-12-31", 80_000, None),
        ("S2", "A", "2025-02-01", "2026-01-31", 40_000, None),
        ("S3", "A", "2025-07-01", "2026-06-30", 180_000, "S1;S2"),
    )
    assert wa.arr(b, at="2025-06-30")["arr"].item() == 120_000
    assert wa.arr(b, at="2025-07-01")["arr"].item() == 180_000
    assert bridge(wa.movements(b, "2025-06-30", "2025-12-31"))["expansion"] == 60_000


def test_a_contract_that_just_ran_out_is_overdue_not_churned() -> None:
    rows = [("S1", "A", "2025-01-01", "2025-12-22", 100), ("S2", "B", "2025-01-01", None, 50)]
    table = wa.arr(book("2025-12-31", *rows))
    assert table[["arr", "customers", "overdue_arr"]].iloc[0].tolist() == [150, 2, 100]
    later = wa.arr(book("2026-02-28", *rows))
    assert later[["arr", "customers", "overdue_arr"]].iloc[0].tolist() == [50, 1, 0]


def test_a_contract_marked_lost_is_not_overdue() -> None:
    row = ("S1", "A", "2025-01-01", "2025-12-22", 100, None, None, "lost")
    assert wa.arr(book("2025-12-31", row))["arr"].item() == 0


def test_a_lost_renewal_opportunity_marks_its_contract_lost() -> None:
    from contracts import contracts

    opportunity = pd.DataFrame(
        {
            "opportunity_id": ["O1"], "account_id": ["A"], "stage": ["Closed Lost"], "created_date": ["2025-09-01"],
            "close_date": ["2025-12-28"], "is_closed": [True], "is_won": [False], "renews": ["S1"],
        }
    )  # fmt: skip
    lines = contracts(("S1", "A", "2025-01-01", "2025-12-22", 100))
    b = wa.Book.from_frames("2025-12-31", lines, opportunities=opportunity)
    assert wa.arr(b)["arr"].item() == 0
    undecided = wa.Book.from_frames("2025-12-31", lines, opportunities=opportunity.assign(is_closed=False))
    assert wa.arr(undecided)["overdue_arr"].item() == 100


def test_a_book_cut_in_the_middle_of_its_contracts_shows_no_churn_at_its_end() -> None:
    rows = [(f"S{m}", f"A{m}", f"2025-{m:02}-01", f"2026-{m:02}-15", 100) for m in range(1, 11)]
    months = wa.movements(book("2025-11-12", *rows), "2024-12-31", "2025-11-12", freq="month")
    assert months["churn"].sum() == 0
    assert months["period_end"].iloc[-1] == pd.Timestamp("2025-11-12")


def test_groups_bridge_for_themselves_and_a_missing_segment_is_a_group() -> None:
    accounts = segments(A="Enterprise", B="SMB", C=None)
    b = book(
        "2025-12-31",
        ("S1", "A", "2024-01-01", "2025-06-30", 100),
        ("S2", "B", "2025-02-01", None, 40),
        ("S3", "C", "2024-01-01", None, 7),
        accounts=accounts,
    )
    table = wa.movements(b, *YEAR, by="segment").set_index("segment")
    assert list(table.index) == ["Enterprise", "SMB", "(not set)"]
    assert table["churn"].tolist() == [100, 0, 0]
    assert table["new"].tolist() == [0, 40, 0]
    assert table["ending"].tolist() == [0, 40, 7]


def test_quarters_follow_the_fiscal_year() -> None:
    b = book("2026-01-31", ("S1", "A", "2025-01-01", None, 100), fiscal_year_start=2)
    quarters = wa.movements(b, "2025-01-31", "2026-01-31", freq="quarter")
    assert [f"{day:%m-%d}" for day in quarters["period_end"]] == ["04-30", "07-31", "10-31", "01-31"]


def test_the_detail_names_who_moved_and_adds_up_to_the_bridge() -> None:
    b = book(
        "2025-12-31",
        ("S1", "A", "2024-01-01", "2025-06-30", 100),
        ("S2", "B", "2024-01-01", "2024-12-31", 50),
        ("S3", "B", "2025-01-01", None, 80),
        ("S4", "C", "2024-01-01", None, 10),
    )
    detail = wa.movement_detail(b, *YEAR)
    assert detail[["customer_id", "movement", "change"]].to_numpy().tolist() == [
        ["A", "churn", -100],
        ["B", "expansion", 30],
    ]
    assert detail["change"].sum() == 90 - 160  # B's 80 and C's 10 now; 100, 50 and 10 then


@pytest.mark.parametrize(("start", "end"), [("2025-12-31", "2024-12-31"), ("2025-01-31", "2026-06-30")])
def test_a_period_that_runs_backwards_or_beyond_the_data_is_refused(start: str, end: str) -> None:
    with pytest.raises(wa.PeriodError):
        wa.movements(book("2025-12-31", ("S1", "A", "2024-01-01", None, 1)), start, end)


def test_an_empty_book_gives_empty_tables_with_their_columns() -> None:
    b = book("2025-12-31")
    assert wa.movements(b, *YEAR).empty
    assert list(wa.movements(b, *YEAR, by="account_id").columns[:4]) == [
        "account_id", "period_start", "period_end", "starting",
    ]  # fmt: skip
    assert wa.arr(b).columns.tolist() == ["arr", "customers", "overdue_arr"]
    assert wa.movement_detail(b, *YEAR).columns.tolist()[:5] == [
        "customer_id", "movement", "starting", "ending", "change",
    ]  # fmt: skip
    assert wa.retention(b).empty
    assert wa.cohorts(b).columns.tolist() == ["cohort", "age", "size", "value", "rate", "complete"]
    assert wa.cohort_total(b).columns.tolist() == ["age", "cohorts", "size", "value", "rate"]
