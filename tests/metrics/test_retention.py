"""Retention on three bases, and its trend."""

from __future__ import annotations

import math

import pandas as pd
import pytest
import workahead as wa
from contracts import book, segments


def four() -> wa.Book:
    """A grows 100 -> 150, B shrinks 100 -> 60, C leaves with 100, D is new with 500 and shrinks to 400."""
    return book(
        "2025-12-31",
        ("A1", "A", "2024-01-01", None, 100),
        ("A2", "A", "2025-03-01", None, 50),
        ("B1", "B", "2024-01-01", "2025-05-31", 100),
        ("B2", "B", "2025-06-01", None, 60),
        ("C1", "C", "2024-01-01", "2025-08-31", 100),
        ("D1", "D", "2025-02-01", "2025-09-30", 500),
        ("D2", "D", "2025-10-01", None, 400),
    )


def test_cohort_basis_counts_the_customers_of_then() -> None:
    row = wa.retention(four()).iloc[0]
    assert row[["starting_arr", "retained_gross_arr", "retained_net_arr"]].tolist() == [300, 160, 210]
    assert (row["grr"], row["nrr"]) == (160 / 300, 210 / 300)
    assert row[["starting_customers", "retained_customers"]].tolist() == [3, 2]
    assert row["logo_retention"] == 2 / 3
    assert (row["period_start"], row["period_end"]) == (
        pd.Timestamp("2024-12-31"),
        pd.Timestamp("2025-12-31"),
    )


def test_bridge_basis_counts_the_flows_of_all_customers() -> None:
    """Contraction 40 and 100 (of D, who was not there then), churn 100, expansion 50."""
    row = wa.retention(four(), basis="bridge").iloc[0]
    assert row[["starting_arr", "retained_gross_arr", "retained_net_arr"]].tolist() == [300, 60, 110]


def test_aggregate_basis_lets_growth_hide_loss() -> None:
    row = wa.retention(four(), basis="aggregate").iloc[0]
    assert row[["retained_gross_arr", "retained_net_arr"]].tolist() == [210, 210]
    grown = book("2025-12-31", ("A", "A", "2024-01-01", None, 100), ("B", "B", "2024-01-01", "2025-05-31", 10),
                 ("C", "A", "2025-07-01", None, 30))  # fmt: skip
    assert wa.retention(grown, basis="aggregate")["grr"].item() == 1
    assert wa.retention(grown)["grr"].item() == 100 / 110


def test_a_zero_base_has_no_rate() -> None:
    row = wa.retention(book("2025-12-31", ("A", "A", "2025-06-01", None, 100))).iloc[0]
    assert row["starting_arr"] == 0
    assert all(math.isnan(row[rate]) for rate in ("grr", "nrr", "logo_retention"))


def test_the_window_is_any_number_of_months() -> None:
    assert wa.retention(four(), months=3).iloc[0]["period_start"] == pd.Timestamp("2025-09-30")
    assert wa.retention(four(), end="2025-09-30", months=3)["grr"].item() == 1 - 100 / 810
    assert wa.retention(four(), end="2025-02-28", months=12)["period_start"].item() == pd.Timestamp(
        "2024-02-29"
    )


def test_trend_is_retention_at_each_month_end() -> None:
    accounts = segments(A="Enterprise", B="Enterprise", C="SMB", D="SMB")
    b = wa.Book.from_frames("2025-12-15", four()["subscriptions"], accounts=accounts)
    trend = wa.retention_trend(b, months=12, periods=3, by="segment")
    assert [f"{day:%m-%d}" for day in trend["period_end"]] == ["09-30", "10-31", "11-30"] * 2
    for end in ("2025-09-30", "2025-11-30"):
        part = trend[trend["period_end"] == end].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, wa.retention(b, end=end, by="segment"))


def test_each_segment_of_the_table_is_what_its_own_book_gives() -> None:
    accounts = segments(A="Enterprise", B="Enterprise", C="SMB", D="SMB")
    b = wa.Book.from_frames("2025-12-31", four()["subscriptions"], accounts=accounts)
    for basis in ("cohort", "bridge", "aggregate"):
        table = wa.retention(b, by="segment", basis=basis)  # type: ignore[arg-type]
        for segment in ("Enterprise", "SMB"):
            alone = wa.retention(b.where(segment=segment), basis=basis)  # type: ignore[arg-type]
            row = table[table["segment"] == segment].drop(columns="segment").reset_index(drop=True)
            pd.testing.assert_frame_equal(row, alone)


def test_by_product_each_product_stands_as_if_it_were_alone() -> None:
    b = book(
        "2025-12-31",
        ("S1", "A", "2024-01-01", "2025-06-30", 100, None, "Core"),
        ("S2", "A", "2024-01-01", None, 50, None, "Plus"),
    )
    table = wa.retention(b, by="product")
    assert table["product"].tolist() == ["Core", "Plus"]
    assert table["grr"].tolist() == [0, 1]
    assert table["logo_retention"].tolist() == [0, 1]


def test_grain_decides_who_one_customer_is() -> None:
    accounts = pd.DataFrame({"account_id": ["P", "C1", "C2"], "parent_id": [None, "P", "C1"]})
    rows = [
        ("S1", "C1", "2024-01-01", "2025-03-31", 100),
        ("S2", "C2", "2025-04-01", None, 100),
        ("S3", "C2", "2024-01-01", None, 30),
    ]
    by_account = wa.retention(book("2025-12-31", *rows, accounts=accounts))
    assert by_account[["starting_customers", "retained_customers"]].to_numpy().tolist() == [[2, 1]]
    by_parent = wa.retention(book("2025-12-31", *rows, accounts=accounts, grain="parent"))
    assert by_parent[["starting_customers", "retained_customers", "grr"]].to_numpy().tolist() == [[1, 1, 1]]


def test_at_grain_subscription_a_renewal_continues_what_it_renews() -> None:
    rows = [
        ("S1", "A", "2024-01-01", "2024-12-31", 100, None, "Core"),
        ("S2", "A", "2025-01-01", "2025-12-31", 110, None, "Core"),
        ("S3", "A", "2024-01-01", "2024-12-31", 50, None, "Plus"),
        ("S4", "A", "2025-01-01", "2025-12-31", 20, "S3", "Max"),
    ]
    row = wa.retention(book("2025-12-31", *rows, grain="subscription")).iloc[0]
    assert row[["starting_customers", "retained_customers"]].tolist() == [2, 2]
    assert row[["retained_gross_arr", "retained_net_arr"]].tolist() == [120, 130]


@pytest.mark.parametrize("wrong", [{"basis": "cohrt"}, {"months": 0}])
def test_what_it_does_not_know_it_refuses(wrong: dict[str, object]) -> None:
    with pytest.raises(wa.ConfigError):
        wa.retention(four(), **wrong)  # type: ignore[arg-type]


def test_an_unknown_column_is_answered_with_what_there_is() -> None:
    with pytest.raises(wa.UnknownName, match=r"Did you mean 'segment'\?"):
        wa.retention(
            book("2025-12-31", ("S", "A", "2024-01-01", None, 1), accounts=segments(A="x")), by="segmnt"
        )
