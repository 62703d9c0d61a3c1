"""Cohorts: three measures, three frequencies, cells that have not happened."""

from __future__ import annotations

import pandas as pd
import workahead as wa
from contracts import book, segments
from workahead.book.quick import quick


def small() -> wa.Book:
    """January: A 100 -> 150 in March, B 100 leaves in February. February: C 40 -> 20 in April, back to 60 in May."""
    return book(
        "2025-05-31",
        ("A1", "A", "2025-01-05", None, 100),
        ("A2", "A", "2025-03-10", None, 50),
        ("B1", "B", "2025-01-31", "2025-02-27", 100),
        ("C1", "C", "2025-02-01", "2025-04-09", 40),
        ("C2", "C", "2025-04-10", "2025-05-19", 20),
        ("C3", "C", "2025-05-20", None, 60),
    )


def values(table: pd.DataFrame) -> list[list[float]]:
    return [group["value"].tolist() for _, group in table.groupby("cohort")]


def test_the_three_measures() -> None:
    assert values(wa.cohorts(small(), measure="net")) == [[200, 100, 150, 150, 150], [40, 40, 20, 60]]
    assert values(wa.cohorts(small(), measure="gross")) == [[200, 100, 100, 100, 100], [40, 40, 20, 40]]
    assert values(wa.cohorts(small(), measure="logos")) == [[2, 1, 1, 1, 1], [1, 1, 1, 1]]


def test_rates_are_of_the_size_at_age_0_and_cells_to_come_are_absent() -> None:
    table = wa.cohorts(small(), measure="net")
    assert table["size"].tolist() == [200] * 5 + [40] * 4
    assert table["rate"].tolist() == [1, 0.5, 0.75, 0.75, 0.75, 1, 1, 0.5, 1.5]
    assert table["complete"].all()


def test_quarters_and_years() -> None:
    """At the close of March: A has 150, B has gone (it had ARR at January's close, but at no quarter's), C has 40."""
    assert values(wa.cohorts(small(), freq="quarter", measure="net")) == [[190, 210]]
    assert wa.cohorts(small(), freq="quarter")["complete"].tolist() == [True, False]
    year = wa.cohorts(small(), freq="year", measure="logos")
    assert year[["cohort", "age", "value", "complete"]].to_numpy().tolist() == [
        [pd.Timestamp("2025-01-01"), 0, 2, False]
    ]


def test_fiscal_quarters_begin_where_the_year_does() -> None:
    b = book("2025-05-31", ("A1", "A", "2025-01-05", None, 100), fiscal_year_start=2)
    assert wa.cohorts(b, freq="quarter")["cohort"].unique().tolist() == [pd.Timestamp("2024-11-01")]


def test_a_cohort_is_the_first_month_end_with_arr_not_the_first_day() -> None:
    b = book("2025-05-31", ("A1", "A", "2025-01-05", "2025-01-20", 70), ("A2", "A", "2025-04-02", None, 90))
    table = wa.cohorts(b)
    assert table[["cohort", "age", "size", "value"]].to_numpy().tolist() == [
        [pd.Timestamp("2025-04-01"), 0, 90, 90],
        [pd.Timestamp("2025-04-01"), 1, 90, 90],
    ]


def test_a_period_still_running_is_marked() -> None:
    b = book("2025-03-15", ("A1", "A", "2025-01-05", None, 100), ("B1", "B", "2025-03-10", None, 5))
    table = wa.cohorts(b)
    assert table[["age", "complete"]].to_numpy().tolist() == [[0, True], [1, True], [2, False], [0, False]]


def test_the_total_uses_at_each_age_only_cohorts_that_have_reached_it() -> None:
    total = wa.cohort_total(small(), measure="net")
    assert total["cohorts"].tolist() == [2, 2, 2, 2, 1]
    assert total["size"].tolist() == [240, 240, 240, 240, 200]
    assert total["value"].tolist() == [240, 140, 170, 210, 150]
    assert total["rate"].tolist() == [1, 140 / 240, 170 / 240, 210 / 240, 150 / 200]


def test_one_group_alone_is_the_same_group_in_the_full_table() -> None:
    accounts = segments(A="x", B="x", C="y")
    b = wa.Book.from_frames("2025-05-31", small()["subscriptions"], accounts=accounts)
    full = wa.cohorts(b, by="segment")
    for segment in ("x", "y"):
        part = full[full["segment"] == segment].drop(columns="segment").reset_index(drop=True)
        pd.testing.assert_frame_equal(part, wa.cohorts(b.where(segment=segment)))


def test_the_customers_of_a_cell_by_hand() -> None:
    """April's close: of January A has 150 and B nothing; of February C has 20."""
    table = wa.cohort_accounts(small(), 3, "2025-01-15")
    assert table[["customer_id", "first_arr", "arr", "kept_arr", "change"]].to_numpy().tolist() == [
        ["B", 100, 0, 0, -100],
        ["A", 100, 150, 100, 50],
    ]
    every = wa.cohort_accounts(small(), 2)
    assert every[["customer_id", "cohort", "arr"]].to_numpy().tolist() == [
        ["B", pd.Timestamp("2025-01-01"), 0],
        ["A", pd.Timestamp("2025-01-01"), 150],
        ["C", pd.Timestamp("2025-02-01"), 20],
    ]
    assert wa.cohort_accounts(small(), 5, "2025-01-01").empty  # has not happened
    assert wa.cohort_accounts(small(), 4)["customer_id"].tolist() == [
        "B",
        "A",
    ]  # February is three months old


def test_the_customers_of_every_cell_add_up_to_it() -> None:
    made = small()
    accounts = segments(A="Large", B="Small", C=None)
    held = quick(wa.Book.from_frames(made.as_of, made["subscriptions"], accounts=accounts))
    held = held.redefine(fiscal_year_start=2)
    amounts = {"net": "arr", "gross": "kept_arr", "logos": "there"}
    for freq in ("month", "quarter"):
        cells = {measure: wa.cohorts(held, freq, measure, by="segment") for measure in amounts}
        for at, cell in cells["net"].iterrows():
            rows = wa.cohort_accounts(held, cell["age"], cell["cohort"], freq, by="segment")
            rows = rows[rows["segment"] == cell["segment"]].assign(there=lambda each: each["arr"] > 0)
            for measure, amount in amounts.items():
                size = len(rows) if measure == "logos" else rows["first_arr"].sum()
                assert cells[measure].loc[at, ["size", "value"]].tolist() == [size, rows[amount].sum()]
        for total in wa.cohort_total(held, freq).to_dict("records"):
            rows = wa.cohort_accounts(held, total["age"], freq=freq)
            assert (total["size"], total["value"]) == (rows["first_arr"].sum(), rows["arr"].sum())
