"""Past month-ends that read otherwise in a newer book: every reason, on books that add up in the head."""

from __future__ import annotations

import datetime as dt
from functools import cache

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
import workahead as wa
from contracts import book, contracts, segments
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

THEN, NOW = "2026-09-30", "2026-10-31"
STAYS = ("S0", "Z", "2025-01-01", None, 1000, None, None, None)


@cache
def accounts_of(old: wa.Book, new: wa.Book, at: str, by: str | None = None) -> pd.DataFrame:
    return wa.restated_accounts(old, new, at, by=by)


def reasons(old: wa.Book, new: wa.Book, at: str, by: str | None = None) -> list[tuple[object, ...]]:
    """(group, account, reason, contracts, then, now, difference) of the accounts that make a difference."""
    groups = [by] if by else []
    columns = [*groups, "account_id", "reason", "contracts", "then", "now", "difference"]
    return [tuple(row) for row in accounts_of(old, new, at, by)[columns].itertuples(index=False)]


def details(old: wa.Book, new: wa.Book, at: str) -> list[str]:
    return accounts_of(old, new, at)["detail"].to_list()


def test_arr_grr_and_nrr_of_a_month_then_and_now() -> None:
    """Base of 30 September 2025: A 100, B 50, C 70, so 220 (B reads 55 now: 225).

    A year later A was gone, B 50 and C 70 (overdue): 120. Now A has 120 (renewed), B 55, C none: 175, and 155 without
    growth.
    """
    a, c = (
        ("S1", "A", "2025-01-01", "2026-06-20", 100, None),
        ("S3", "C", "2025-09-11", "2026-09-10", 70, None),
    )
    old = book(THEN, a, ("S2", "B", "2024-01-01", None, 50, None), c)
    new = book(
        NOW, a, ("S2", "B", "2024-01-01", None, 55, None), c, ("S4", "A", "2026-07-10", None, 120, "S1")
    )
    row = wa.restated(old, new, months=1).iloc[0]
    assert row["period_end"] == pd.Timestamp(THEN)
    assert (row["arr_then"], row["arr_now"], row["arr_difference"]) == (120, 175, 55)
    assert (row["by_data"], row["by_definitions"]) == (55, 0)
    assert (row["nrr_then"], row["nrr_now"]) == pytest.approx((120 / 220, 175 / 225))
    assert (row["grr_then"], row["grr_now"]) == pytest.approx((120 / 220, 155 / 225))
    assert row["nrr_difference"] == pytest.approx(175 / 225 - 120 / 220)


def test_a_late_renewal_fills_the_gap_and_what_follows() -> None:
    """Ran out on 20 June, renewed from 10 July, 20 days late: at the end of June the old ARR stands, then the new."""
    ended = ("S1", "A", "2025-06-21", "2026-06-20", 100, None)
    old, new = book(THEN, STAYS, ended), book(NOW, STAYS, ended, ("S2", "A", "2026-07-10", None, 120, "S1"))
    assert reasons(old, new, "2026-05-31") == []
    assert reasons(old, new, "2026-06-30") == [("A", "late_renewal", 1, 0, 100, 100)]
    assert reasons(old, new, "2026-07-31") == [("A", "late_renewal", 1, 0, 120, 120)]
    assert details(old, new, "2026-07-31") == ["S2 from 2026-07-10, renews S1"]


def test_an_overdue_contract_that_was_renewed_counts_the_growth_alone() -> None:
    overdue = ("S1", "A", "2025-09-16", "2026-09-15", 100, None, "Core", None)
    renewed = ("S2", "A", "2026-09-16", "2027-09-15", 120, None, "Core", None)
    assert reasons(book(THEN, STAYS, overdue), book(NOW, STAYS, overdue, renewed), THEN) == [
        ("A", "late_renewal", 1, 100, 120, 20)
    ]


@pytest.mark.parametrize("status", [None, "lost"])
def test_an_overdue_contract_that_was_not_renewed(status: str | None) -> None:
    """It counted at the end of September, 15 days after it ran out; by the end of October it is lost from then on."""
    held = ("S1", "A", "2025-09-16", "2026-09-15", 100, None, None)
    old, new = book(THEN, STAYS, (*held, None)), book(NOW, STAYS, (*held, status))
    assert reasons(old, new, THEN) == [("A", "not_renewed", 1, 100, 0, -100)]
    assert details(old, new, THEN) == ["S1 lost" if status else "S1 ran out 2026-09-15"]


def test_a_renewal_that_came_too_late_is_none() -> None:
    overdue = ("S1", "A", "2025-09-02", "2026-09-01", 100, None)
    too_late = ("S2", "A", "2026-10-20", None, 100, "S1")
    old, new = book(THEN, STAYS, overdue), book(NOW, STAYS, overdue, too_late)
    assert reasons(old, new, THEN) == [("A", "not_renewed", 1, 100, 0, -100)]


@pytest.mark.parametrize(
    ("was", "reads", "then", "now", "said"),
    [
        (("2025-01-01", None, 100), ("2025-01-01", None, 90), 100, 90, "S1: ARR 100.00 → 90.00"),
        (("2025-01-01", None, 100), ("2025-01-01", "2026-07-31", 100), 100, 0,
         "S1: last day none → 2026-07-31"),
        (("2026-10-01", None, 100), ("2026-08-01", None, 120), 0, 120,
         "S1: ARR 100.00 → 120.00, first day 2026-10-01 → 2026-08-01"),
    ],
)  # fmt: skip
def test_a_changed_contract_says_which_field(
    was: tuple[object, ...], reads: tuple[object, ...], then: float, now: float, said: str
) -> None:
    old, new = book(THEN, STAYS[:5], ("S1", "A", *was)), book(NOW, STAYS[:5], ("S1", "A", *reads))
    assert reasons(old, new, THEN) == [("A", "changed_contract", 1, then, now, now - then)]
    assert details(old, new, THEN) == [said]


def test_a_contract_added_with_a_start_in_the_past_and_one_removed() -> None:
    old = book(THEN, STAYS[:5], ("S1", "A", "2026-01-01", None, 30))
    new = book(NOW, STAYS[:5], ("S2", "B", "2026-08-05", None, 40))
    assert reasons(old, new, "2026-08-31") == [
        ("B", "added_contract", 1, 0, 40, 40),
        ("A", "removed_contract", 1, 30, 0, -30),
    ]
    assert reasons(old, new, "2026-07-31") == [("A", "removed_contract", 1, 30, 0, -30)]


def test_what_is_signed_for_the_days_after_the_older_book_changes_nothing_before() -> None:
    assert (
        reasons(book(THEN, STAYS[:5]), book(NOW, STAYS[:5], ("S1", "A", "2026-10-01", None, 9)), THEN) == []
    )


def test_an_added_contract_that_replaces_one_in_mid_term_counts_the_difference() -> None:
    running = ("S1", "A", "2025-01-01", "2026-12-31", 100, None)
    old = book(THEN, STAYS, running)
    new = book(NOW, STAYS, running, ("S2", "A", "2026-08-15", None, 130, "S1"))
    assert reasons(old, new, "2026-08-31") == [("A", "added_contract", 1, 100, 130, 30)]


def test_a_contract_that_came_back_under_another_id_is_no_difference() -> None:
    old = book(THEN, STAYS[:5], ("S1", "A", "2026-01-01", None, 30))
    new = book(NOW, STAYS[:5], ("X1", "A", "2026-01-01", None, 30))
    assert reasons(old, new, THEN) == []


def test_an_account_in_another_segment_leaves_the_one_and_joins_the_other() -> None:
    row = ("S1", "A", "2025-01-01", None, 100)
    old = book(THEN, row, accounts=segments(A="SMB"))
    new = book(NOW, row, accounts=segments(A="Enterprise"))
    assert reasons(old, new, THEN) == []
    assert sorted(reasons(old, new, THEN, by="segment")) == [
        ("Enterprise", "A", "moved_account", 1, 0, 100, 100),
        ("SMB", "A", "moved_account", 1, 100, 0, -100),
    ]
    assert accounts_of(old, new, THEN, "segment")["detail"].unique().tolist() == ["segment SMB → Enterprise"]


def test_an_account_that_came_into_a_selection_or_left_it() -> None:
    rows = [("S1", "A", "2025-01-01", None, 100), ("S2", "B", "2025-01-01", None, 50)]
    old = book(THEN, *rows, accounts=segments(A="SMB", B="SMB"))
    new = book(NOW, *rows, accounts=segments(A="SMB", B="Enterprise"))
    assert reasons(old.where(segment="SMB"), new.where(segment="SMB"), THEN) == [
        ("B", "moved_account", 1, 50, 0, -50)
    ]


def test_the_part_of_the_definitions_and_the_part_of_the_data() -> None:
    """Without the 30 days, the gap of 21 June to 9 July is one; besides, B reads 5 more."""
    a = [("S1", "A", "2025-06-21", "2026-06-20", 100, None), ("S2", "A", "2026-07-10", None, 120, "S1")]
    old = book(THEN, *a, ("S3", "B", "2025-01-01", None, 50, None))
    new = book(NOW, *a, ("S3", "B", "2025-01-01", None, 55, None), late_renewal_days=0)
    assert reasons(old, new, "2026-06-30") == [
        ("A", "changed_definition", 1, 100, 0, -100),
        ("B", "changed_contract", 1, 50, 55, 5),
    ]
    assert details(old, new, "2026-06-30")[0] == "late_renewal_days 30 → 0"
    june = wa.restated(old, new, months=4).iloc[0]
    assert (june["by_data"], june["by_definitions"], june["arr_difference"]) == (5, -100, -95)


def test_a_contract_of_another_account_is_told_without_its_name() -> None:
    """Bo's account B gave the contract to Ana's A: on Ana's page nothing names B."""
    accounts = pd.DataFrame({"account_id": ["A", "B"], "csm": ["Ana", "Bo"]})
    old = book(
        THEN, ("S1", "B", "2025-01-01", None, 10), ("S2", "A", "2025-01-01", None, 1), accounts=accounts
    )
    new = book(
        NOW, ("S1", "A", "2025-01-01", None, 10), ("S2", "A", "2025-01-01", None, 1), accounts=accounts
    )
    assert details(old.where(csm="Ana"), new.where(csm="Ana"), THEN) == ["S1: account another account → A"]


def test_the_older_book_comes_first() -> None:
    with pytest.raises(wa.PeriodError, match="give the older one first"):
        wa.restated(book(NOW, STAYS[:5]), book(THEN, STAYS[:5]))
    with pytest.raises(wa.PeriodError, match="2026-10-15 lies after"):
        wa.restated_accounts(book(THEN, STAYS[:5]), book(NOW, STAYS[:5]), "2026-10-15")


def test_empty_books_have_empty_tables_with_their_columns() -> None:
    empty = contracts(STAYS[:5]).head(0)
    old, new = wa.Book.from_frames(THEN, empty), wa.Book.from_frames(NOW, empty)
    assert wa.restated(old, new).empty
    assert list(wa.restated_accounts(old, new)) == [
        "account_id", "name", "reason", "contracts", "then", "now", "difference", "detail",
    ]  # fmt: skip
    from_nothing = wa.restated(old, book(NOW, STAYS[:5]), months=1)
    assert from_nothing[["arr_then", "arr_now"]].to_numpy().tolist() == [[0, 1000]]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_other_engines_say_the_same(engine: str) -> None:
    a, c = (
        ("S1", "A", "2025-01-01", "2026-06-20", 100, None),
        ("S3", "C", "2025-09-11", "2026-09-10", 70, None),
    )
    frames = [contracts(a, c), contracts(a, c, ("S4", "A", "2026-07-10", None, 120, "S1"))]
    convert = pl.from_pandas if engine == "polars" else lambda frame: duckdb.from_df(frame)
    plain = [wa.Book.from_frames(day, f) for day, f in zip((THEN, NOW), frames, strict=True)]
    other = [wa.Book.from_frames(day, convert(f)) for day, f in zip((THEN, NOW), frames, strict=True)]
    pd.testing.assert_frame_equal(wa.restated(*plain, months=3), wa.restated(*other, months=3))
    pd.testing.assert_frame_equal(wa.restated_accounts(*plain), wa.restated_accounts(*other))


@st.composite
def two_loads(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The contracts of a book, and what a later load has of them: some gone, all changed or none, some added."""
    rows, held = [], []
    for number in range(draw(st.integers(2, 10))):
        start = dt.date(2023, 1, 1) + dt.timedelta(days=draw(st.integers(0, 880)))
        length = draw(st.one_of(st.none(), st.integers(0, 400)))
        end = None if length is None else start + dt.timedelta(days=length)
        replaces = f"S{draw(st.integers(0, number - 1))}" if number and draw(st.integers(0, 3)) == 0 else None
        product, status = draw(st.sampled_from(["P", "Q", None])), draw(st.sampled_from(["lost", None]))
        cents = draw(st.integers(0, 99_999))
        rows.append(
            (f"S{number}", draw(st.sampled_from("ABCDE")), start, end, cents / 100, replaces, product, status)
        )
        held.append((draw(st.booleans()), draw(st.booleans())))
    everything, chosen = contracts(*rows), np.array(held)
    later = everything.assign(arr=everything["arr"] + draw(st.sampled_from([0, 0.01, 3])))
    return everything[chosen[:, 0]].reset_index(drop=True), later[chosen[:, 1]].reset_index(drop=True)


accounts = pd.DataFrame(
    {
        "account_id": list("ABCDE"),
        "segment": ["x", "y", "x", None, "y"],
        "parent_id": [None, "A", None, "B", None],
    }
)
definitions = st.builds(
    wa.Definitions,
    grain=st.sampled_from(["account", "parent", "subscription"]),
    late_renewal_days=st.sampled_from([0, 30]),
)


@settings(max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    two_loads(),
    definitions,
    definitions,
    st.sampled_from([None, "segment", "product", ["segment", "product"]]),
)
def test_accounts_add_up_to_the_difference_in_every_group_to_the_cent(
    loads: tuple[pd.DataFrame, pd.DataFrame],
    before: wa.Definitions,
    after: wa.Definitions,
    by: str | list[str] | None,
) -> None:
    old = wa.Book.from_frames("2025-04-20", loads[0], accounts=accounts, definitions=before)
    new = wa.Book.from_frames("2025-06-20", loads[1], accounts=accounts, definitions=after)
    table = wa.restated(old, new, months=1, by=by)
    names = old.by(by)
    for at, month in table.groupby("period_end"):
        found = wa.restated_accounts(old, new, at, by=by)
        defined = found["reason"] == "changed_definition"
        for column, rows in (("by_data", found[~defined]), ("by_definitions", found[defined])):
            expected = {tuple(row[names]): row[column] for _, row in month.iterrows()}
            sums = {tuple(row[names]): 0.0 for _, row in rows.iterrows()}
            for _, row in rows.iterrows():
                sums[tuple(row[names])] += row["difference"]
            for group in {*expected, *sums}:
                assert sums.get(group, 0) == pytest.approx(expected.get(group, 0), abs=0.001)
        for side, one in (("arr_then", old), ("arr_now", new)):
            assert month[side].sum() == pytest.approx(wa.arr(one, at)["arr"].sum(), abs=0.001)
