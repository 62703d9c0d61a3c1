"""The edges that docs/definitions.md states, with its own dates."""

from __future__ import annotations

import pytest
import workahead as wa
from contracts import book, bridge

OLD = ("1", "A", "2024-07-01", "2025-06-30", 100.0)  # its renewal date is 1 July 2025


@pytest.mark.parametrize(
    ("start", "moved"), [("2025-07-31", {}), ("2025-08-01", {"churn": 100, "reactivation": 100})]
)
def test_days_late_are_counted_from_the_renewal_date(start: str, moved: dict[str, float]) -> None:
    b = book("2025-12-31", OLD, ("2", "A", start, None, 100.0))
    daily = wa.movements(b, "2025-06-30", "2025-07-31")
    seen = {kind: value for kind, value in bridge(daily).items() if kind == "churn"}
    later = wa.movements(b, "2025-07-31", "2025-08-31")
    seen |= {kind: value for kind, value in bridge(later).items() if kind == "reactivation"}
    assert seen == moved


@pytest.mark.parametrize(
    ("as_of", "arr", "overdue"),
    [("2025-06-30", 100, 0), ("2025-07-01", 100, 100), ("2025-07-30", 100, 100), ("2025-07-31", 0, 0)],
)
def test_a_contract_is_overdue_while_a_renewal_from_tomorrow_would_still_be_in_time(
    as_of: str, arr: float, overdue: float
) -> None:
    row = wa.arr(book(as_of, OLD)).iloc[0]
    assert (row["arr"], row["overdue_arr"]) == (arr, overdue)


def test_a_renewal_that_is_signed_and_starts_after_the_as_of_date_keeps_the_old_arr_and_adds_none() -> None:
    row = wa.arr(book("2025-07-10", OLD, ("2", "A", "2025-07-20", None, 130.0))).iloc[0]
    assert (row["arr"], row["overdue_arr"], row["customers"]) == (100, 0, 1)


def test_an_unlinked_contract_that_starts_early_and_runs_on_means_the_old_is_not_overdue() -> None:
    early = ("2", "A", "2025-06-01", "2026-05-31", 110.0)
    b = book("2025-07-10", OLD, early)
    assert wa.arr(b, "2025-06-15")["arr"].iloc[0] == 210  # both count while they overlap: a finding
    assert wa.arr(b)[["arr", "overdue_arr"]].iloc[0].tolist() == [110, 0]


def test_a_last_day_on_a_month_end_is_lost_in_the_month_after() -> None:
    b = book("2026-03-31", ("1", "A", "2025-01-01", "2025-12-31", 50.0), ("2", "B", "2025-01-01", None, 10.0))
    table = wa.movements(b, "2025-11-30", "2026-01-31", freq="month")
    assert table["churn"].tolist() == [0, 50]


def test_a_contract_of_zero_arr_is_no_customer() -> None:
    row = wa.arr(
        book("2025-12-31", ("1", "A", "2025-01-01", None, 0.0), ("2", "B", "2025-01-01", None, 5.0))
    ).iloc[0]
    assert (row["arr"], row["customers"]) == (5, 1)


def test_who_came_and_left_inside_a_month_is_in_no_monthly_cohort() -> None:
    b = book("2025-12-31", ("1", "A", "2025-03-05", "2025-03-20", 70.0), ("2", "B", "2025-03-05", None, 5.0))
    assert wa.cohorts(b)["size"].unique().tolist() == [5]


def test_who_comes_back_is_in_the_old_cohort_whatever_counts_as_new() -> None:
    rows = [("1", "A", "2024-01-10", "2024-06-30", 60.0), ("2", "A", "2025-01-01", None, 80.0)]
    b = book("2025-03-31", *rows, reactivation_days=30)
    assert bridge(wa.movements(b, "2024-12-31", "2025-01-31"))["new"] == 80
    cells = wa.cohorts(b, freq="quarter", measure="gross")
    assert cells["cohort"].dt.strftime("%Y-%m-%d").unique().tolist() == ["2024-01-01"]
    assert cells["value"].tolist() == [60, 60, 0, 0, 60]  # ages 0 to 4; never above its size


def test_swapping_a_product_is_churn_and_new_by_product_and_nothing_in_the_whole() -> None:
    rows = [
        ("1", "A", "2024-01-01", "2025-06-30", 90.0, None, "Core"),
        ("2", "A", "2025-07-01", None, 90.0, None, "Plus"),
    ]
    b = book("2025-12-31", *rows)
    year = ("2024-12-31", "2025-12-31")
    assert bridge(wa.movements(b, *year)) == {"starting": 90, "ending": 90}
    table = wa.movements(b, *year, by="product").set_index("product")
    assert table.loc["Core", ["starting", "churn", "ending"]].tolist() == [90, 90, 0]
    assert table.loc["Plus", ["starting", "new", "ending"]].tolist() == [0, 90, 90]
    for product in ("Core", "Plus"):
        assert bridge(wa.movements(b.where(product=product), *year)) == bridge(table.loc[[product]])


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2026", "2025-01-31", "2026-01-31"),
        ("2026-Q1", "2025-01-31", "2025-04-30"),
        ("2025-10", "2025-09-30", "2025-10-31"),
    ],
)
def test_a_fiscal_year_from_february_is_named_after_the_year_it_ends_in(
    name: str, start: str, end: str
) -> None:
    period = wa.period(name, book("2026-10-31", OLD, fiscal_year_start=2))
    assert (f"{period.start:%Y-%m-%d}", f"{period.end:%Y-%m-%d}") == (start, end)


def test_groups_take_what_the_account_says_now_and_bridging_basis_may_fall_below_zero() -> None:
    """Of 10 at the start nothing is lost; 30 came in February and left in May: (10 - 30) / 10."""
    b = book("2025-12-31", ("1", "A", "2024-01-01", None, 10.0), ("2", "B", "2025-02-01", "2025-04-30", 30.0))
    assert wa.retention(b, basis="bridge")["grr"].tolist() == [-2.0]
    assert wa.retention(b, basis="cohort")["grr"].tolist() == [1.0]
