"""Survival: lifelines' numbers on the same durations, and the cohort table's where nothing is censored."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import workahead as wa
from contracts import book, segments
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

AS_OF = pd.Timestamp("2025-12-31")

# Months until lost (or last seen), whether lost, and a group, of 18 customers; and what lifelines 0.30.3 says of them:
# KaplanMeierFitter().fit(MONTHS, LOST), the same with weights 10, 20, ... 180, multivariate_logrank_test.
MONTHS = [2, 3, 3, 5, 8, 8, 9, 11, 11, 11, 4, 6, 6, 7, 10, 1, 11, 2]
LOST = [1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1]
GROUPS = "AAAAAAAAAABBBBBBCC"
SURVIVAL = [
    1,
    0.9444444444,
    0.8333333333,
    0.7777777778,
    0.7179487179,
    0.6581196581,
    0.5982905983,
    0.5318138651,
]
LOW = [1, 0.6663901683, 0.5676855187, 0.5110260529, 0.4487733395, 0.3906272508, 0.3359632992, 0.2755857947]
HIGH = [1, 0.9919829237, 0.9429797416, 0.9102102507, 0.8719397143, 0.8301040828, 0.7851256441, 0.7339032253]
WEIGHTED = [1, 0.906432748538, 0.795321637427, 0.783625730994, 0.717825097094, 0.693897593857, 0.622115084148]
STATISTIC, P_VALUE = 0.7775816478, 0.6778760507


def lives() -> wa.Book:
    """Who is still there came as many months before December 2025 as they were seen; the others in January 2024."""
    rows = []
    for number, (months, lost) in enumerate(zip(MONTHS, LOST, strict=True)):
        began = (
            pd.Timestamp("2024-01-01") if lost else pd.Timestamp("2025-12-01") - pd.DateOffset(months=months)
        )
        last = began + pd.DateOffset(months=months, days=9)  # within the month it is lost in
        end = f"{last:%Y-%m-%d}" if lost else None
        rows.append((f"S{number}", f"C{number:02}", f"{began:%Y-%m-%d}", end, 10.0 * (number + 1)))
    names = {f"C{number:02}": group for number, group in enumerate(GROUPS)}
    return book("2025-12-31", *rows, accounts=segments(**names)).redefine(late_renewal_days=0)


def test_it_is_what_lifelines_says() -> None:
    table = wa.survival(lives())
    assert table["age_months"].tolist() == list(range(12))
    assert table["at_risk"].tolist() == [18, 18, 17, 15, 13, 12, 11, 9, 8, 6, 5, 4]
    assert table["lost"].tolist() == [0, 1, 2, 1, 1, 1, 1, 1, 2, 0, 0, 0]
    for name, expected in (("survival", SURVIVAL), ("low", LOW), ("high", HIGH)):
        np.testing.assert_allclose(table[name][:8], expected, atol=1e-9)
    assert table["survival"].tolist()[8:] == pytest.approx([0.3988603989] * 4, abs=1e-9)


def test_weighed_by_first_arr_it_is_what_lifelines_says() -> None:
    table = wa.survival(lives(), measure="arr")
    np.testing.assert_allclose(table["survival"][:7], WEIGHTED, atol=1e-9)
    even = wa.survival(lives()).drop(columns="survival")
    assert table["at_risk"].tolist() == even["at_risk"].tolist()  # customers, for either measure
    assert (
        (table["high"] - table["low"])[1:] >= (even["high"] - even["low"])[1:]
    ).mean() > 0.9  # unequal weights


def test_groups_and_the_log_rank_test() -> None:
    row = wa.survival_difference(lives(), "segment").iloc[0]
    assert row[["groups", "customers", "lost"]].tolist() == [3, 18, 10]
    assert row["statistic"] == pytest.approx(STATISTIC, abs=1e-9)
    assert row["p_value"] == pytest.approx(P_VALUE, abs=1e-9)
    table = wa.survival(lives(), by="segment")
    alone = wa.survival(lives().where(segment="B")).assign(segment="B")
    own = table[table["segment"] == "B"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone[own.columns], check_dtype=False)


def test_one_group_can_not_differ() -> None:
    row = wa.survival_difference(
        book("2025-12-31", ("S1", "A", "2025-01-01", None, 100.0)), "account_id"
    ).iloc[0]
    assert (row["groups"], row["customers"], row["lost"]) == (1, 1, 0)
    assert math.isnan(row["p_value"])


def test_nobody_left_is_zero_and_who_returns_was_lost() -> None:
    gone = book(
        "2025-12-31",
        ("S1", "A", "2025-01-01", "2025-03-15", 100.0),
        ("S2", "A", "2025-09-01", None, 100.0),
        ("S3", "B", "2025-01-01", "2025-04-15", 300.0),
    ).redefine(late_renewal_days=0)
    table = wa.survival(gone, measure="arr")
    assert table["survival"].tolist() == [1, 1, 0.75, 0]
    assert table["low"].tolist()[-1] == 0
    assert table["high"].tolist()[-1] == table["high"].tolist()[-2]


def test_the_month_that_still_runs_is_not_seen() -> None:
    running = book(
        "2025-12-15", ("S1", "A", "2025-10-05", "2025-12-04", 100.0), ("S2", "B", "2025-12-01", None, 9.0)
    )
    table = wa.survival(running.redefine(late_renewal_days=0))
    assert table[["age_months", "at_risk", "lost"]].to_numpy().tolist() == [[0, 1, 0], [1, 1, 0]]


@settings(max_examples=examples(12), deadline=None)
@given(st.lists(st.tuples(st.integers(1, 11), st.integers(1, 500)), min_size=1, max_size=25))
def test_where_nothing_is_censored_it_is_the_cohort_table(lost: list[tuple[int, int]]) -> None:
    """All came in the same month: nobody is seen for less long than another."""
    rows = [
        (f"S{n}", f"A{n}", "2025-01-01", None if month == 11 else f"2025-{month + 1:02}-10", float(arr))
        for n, (month, arr) in enumerate(lost)
    ]
    made = book("2025-12-31", *rows).redefine(late_renewal_days=0)
    for measure, same in (("logos", "logos"), ("arr", "gross")):
        table, total = wa.survival(made, measure=measure), wa.cohort_total(made, measure=same)
        rates = total.set_index("age")["rate"].reindex(table["age_months"])
        np.testing.assert_allclose(table["survival"], rates, atol=1e-9)
        assert (table["low"] <= table["survival"] + 1e-12).all()
        assert (table["high"] >= table["survival"] - 1e-12).all()


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_every_engine_agrees(engine: str) -> None:
    import duckdb
    import polars as pl

    pandas = lives()
    made = {"polars": pl.from_pandas, "duckdb": duckdb.from_df}[engine]
    other = wa.Book.from_frames(
        "2025-12-31",
        **{name: made(frame) for name, frame in pandas.tables.items()},
        definitions=pandas.definitions,
    )
    for by in (None, "segment"):
        expected, found = wa.survival(pandas, by, "arr"), wa.survival(other, by, "arr")
        pd.testing.assert_frame_equal(expected, found, check_dtype=False)


def test_an_empty_book_and_what_it_refuses() -> None:
    empty = wa.survival(book("2025-12-31"), by="account_id")
    assert empty.empty
    assert empty.columns.tolist() == [
        "account_id",
        "age_months",
        "at_risk",
        "lost",
        "survival",
        "low",
        "high",
    ]
    assert wa.survival_difference(book("2025-12-31"), "account_id")["groups"].tolist() == [0]
    with pytest.raises(wa.ConfigError, match="Did you mean 'logos'"):
        wa.survival(lives(), measure="logo")
    with pytest.raises(wa.UnknownName, match="segment"):
        wa.survival(lives(), by="segmnt")
    with pytest.raises(wa.ConfigError, match="between 0 and 1"):
        wa.survival(lives(), interval=95)


def test_the_lost_are_as_many_as_the_table_says() -> None:
    table, lost = wa.survival(lives(), by="segment"), wa.lost_customers(lives(), by="segment")
    assert len(lost) == sum(LOST)
    counted = table[table["lost"] > 0].set_index(["segment", "age_months"])["lost"].to_dict()
    assert lost.groupby(["segment", "age_months"]).size().to_dict() == counted
    early = wa.lost_customers(lives(), 2)
    # C00 and C17 after two months, C15 after one, each with 10 more than the one before
    assert early[["customer_id", "age_months", "first_arr"]].to_numpy().tolist() == [
        ["C17", 2, 180],
        ["C15", 1, 160],
        ["C00", 2, 10],
    ]
    assert early["lost_on"].tolist() == [
        pd.Timestamp(day) for day in ("2024-03-31", "2024-02-29", "2024-03-31")
    ]
    assert wa.lost_customers(book("2025-12-31")).empty
