"""Renewal events and the renewal rate: a hand-made book for each shape.

The contract that is due runs through 2025 with 1,000 of ARR, so its renewal date is 1 January 2026; the book is as of
31 March 2026 where nothing else is said.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
import workahead as wa
from contracts import Contract, book, contracts, segments
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from workahead.metrics.renewals.events import events

AS_OF = "2026-03-31"
DUE = ("1", "A", "2025-01-01", "2025-12-31", 1000.0)
COLUMNS = ["outcome", "successor_id", "renewed_on", "renewed_arr", "net_renewed_arr"]


def with_product(*row: Any, product: str = "Core", replaces: str | None = None) -> Contract:
    return (*row, replaces, product)


def event(b: wa.Book, subscription: str = "1") -> dict[str, Any]:
    table = events(b)
    rows = table[table["subscription_id"] == subscription]
    assert len(rows) == 1
    return rows.iloc[0].to_dict()


def shape(b: wa.Book, subscription: str = "1") -> tuple[Any, ...]:
    row = event(b, subscription)
    day = None if pd.isna(row["renewed_on"]) else f"{row['renewed_on']:%Y-%m-%d}"
    name = None if pd.isna(row["successor_id"]) else row["successor_id"]
    return (row["outcome"], name, day, row["renewed_arr"], row["net_renewed_arr"])


LOST = ("lost", None, None, 0.0, 0.0)
OPEN = ("open", None, None, 0.0, 0.0)


@pytest.mark.parametrize(
    ("start", "arr", "link", "expected"),
    [
        ("2026-01-01", 1000, "1", ("on_time", "2", "2026-01-01", 1000, 1000)),
        ("2026-01-01", 1300, None, ("on_time", "2", "2026-01-01", 1000, 1300)),
        ("2026-01-01", 700, "1", ("on_time", "2", "2026-01-01", 700, 700)),  # partly renewed
        ("2026-01-31", 1000, None, ("late", "2", "2026-01-31", 1000, 1000)),  # 30 days late
        ("2026-01-31", 1000, "1", ("late", "2", "2026-01-31", 1000, 1000)),
        ("2026-02-01", 1000, None, LOST),  # 31 days late: a reactivation
        ("2026-02-01", 1000, "1", LOST),
        ("2025-10-03", 1000, None, ("early", "2", "2025-10-03", 1000, 1000)),  # 90 days early
        ("2025-10-02", 1000, "1", ("early", "2", "2025-10-02", 1000, 1000)),  # a link may be earlier
        ("2026-01-01", 0, "1", LOST),  # some exports write a lost renewal as a contract of no ARR
    ],
)
def test_one_contract_and_what_came_after(
    start: str, arr: float, link: str | None, expected: tuple[Any, ...]
) -> None:
    b = book(AS_OF, DUE, ("2", "A", start, "2026-12-31", arr, link))
    assert shape(b) == expected


def test_every_column_of_an_event() -> None:
    rows = contracts(
        with_product(*DUE), with_product("2", "A", "2026-01-01", "2026-12-31", 1200.0, replaces="1")
    )
    rows["signed_date"] = pd.to_datetime([None, "2025-11-20"])
    table = events(wa.Book.from_frames(AS_OF, rows))
    expected = pd.DataFrame(
        {
            "subscription_id": ["1", "2"],
            "account_id": ["A", "A"],
            "product": ["Core", "Core"],
            "due_arr": [1000.0, 1200.0],
            "renewal_date": pd.to_datetime(["2026-01-01", "2027-01-01"]),
            "outcome": ["on_time", "open"],
            "successor_id": ["2", None],
            "renewed_on": pd.to_datetime(["2026-01-01", None]),
            "signed_on": pd.to_datetime(["2025-11-20", None]),
            "renewed_arr": [1000.0, 0.0],
            "net_renewed_arr": [1200.0, 0.0],
        }
    )
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)


@pytest.mark.parametrize(
    ("as_of", "outcome"),
    [("2025-12-31", "open"), ("2026-01-01", "overdue"), ("2026-01-30", "overdue"), ("2026-01-31", "lost")],
)
def test_without_a_successor_it_is_open_then_overdue_then_lost(as_of: str, outcome: str) -> None:
    b = book(as_of, DUE)
    assert shape(b) == (outcome, None, None, 0.0, 0.0)
    overdue = wa.arr(b)["overdue_arr"].iloc[0]
    assert overdue == (1000.0 if outcome == "overdue" else 0.0)


@pytest.mark.parametrize("as_of", ["2025-06-30", "2026-01-10"])
def test_marked_lost_is_lost_before_its_date_and_never_overdue(as_of: str) -> None:
    assert shape(book(as_of, (*DUE, None, None, "lost"))) == LOST


def test_a_renewal_opportunity_closed_as_lost_says_so_from_the_day_it_was_closed() -> None:
    deals = pd.DataFrame(
        {
            "opportunity_id": ["O"], "account_id": ["A"], "type": ["renewal"], "stage": ["Closed Lost"],
            "created_date": ["2025-09-01"], "close_date": ["2025-11-15"], "is_closed": [True], "is_won": [False],
            "renews": ["1"],
        }
    )  # fmt: skip
    seen = [
        event(wa.Book.from_frames(day, contracts(DUE), opportunities=deals))["outcome"]
        for day in ("2025-11-14", "2025-11-15")
    ]
    assert seen == ["open", "lost"]


def test_marked_lost_but_renewed_all_the_same_is_renewed() -> None:
    b = book(AS_OF, (*DUE, None, None, "lost"), ("2", "A", "2026-01-10", None, 1000.0))
    assert shape(b) == ("late", "2", "2026-01-10", 1000, 1000)


def test_marked_lost_is_not_renewed_by_a_contract_that_began_before() -> None:
    b = book(AS_OF, (*DUE, None, None, "lost"), ("2", "A", "2025-11-10", None, 300.0))
    assert shape(b) == LOST


def test_a_contract_signed_ahead_counts_as_renewed() -> None:
    b = book("2025-12-01", DUE, ("2", "A", "2026-01-01", None, 1000.0))
    assert shape(b) == ("on_time", "2", "2026-01-01", 1000, 1000)


def test_open_ended_contracts_and_contracts_without_arr_have_no_event() -> None:
    b = book(AS_OF, ("1", "A", "2025-01-01", None, 1000.0), ("2", "B", "2025-01-01", "2025-12-31", 0.0))
    assert events(b).empty


def test_a_change_in_mid_term_has_not_come_due_and_the_changed_contract_does() -> None:
    b = book(AS_OF, DUE, ("2", "A", "2025-07-01", "2025-12-31", 1500.0, "1"),
             ("3", "A", "2026-01-01", None, 1500.0, "2"))  # fmt: skip
    assert events(b)["subscription_id"].tolist() == ["2"]
    assert shape(b, "2") == ("on_time", "3", "2026-01-01", 1500, 1500)


def test_a_contract_replaced_from_its_first_day_never_came_due() -> None:
    b = book(AS_OF, DUE, ("2", "A", "2025-01-01", "2026-06-30", 1000.0, "1"))
    assert events(b)["subscription_id"].tolist() == ["2"]


def test_co_terming_is_shared_out_by_what_was_due() -> None:
    """1,000 due on 1 January and 3,000 due on 1 July become 3,600 on 1 January: 900 and 2,700 of it."""
    b = book(
        AS_OF, DUE, ("2", "A", "2025-07-01", "2026-06-30", 3000.0),
        ("3", "A", "2026-01-01", "2026-12-31", 3600.0, "1; 2"),
    )  # fmt: skip
    assert shape(b, "1") == ("on_time", "3", "2026-01-01", 900, 900)
    assert shape(b, "2") == ("co_termed", "3", "2026-01-01", 2700, 2700)
    assert event(b, "2")["renewal_date"] == pd.Timestamp("2026-07-01")


def test_shares_add_up_to_the_cent() -> None:
    """Three of 1,000 become 1,000.00: thirds of it are 333.33, 333.34, 333.33 by cumulated rounding."""
    parts = [(n, "A", "2025-01-01", "2025-12-31", 1000.0) for n in "123"]
    b = book(AS_OF, *parts, ("4", "A", "2026-01-01", None, 1000.0, "1;2;3"))
    table = events(b)
    assert table["net_renewed_arr"].tolist() == [333.33, 333.34, 333.33]


def test_split_into_two_contracts_adds_up() -> None:
    b = book(
        AS_OF, DUE, ("2", "A", "2026-01-01", None, 600.0, "1"), ("3", "A", "2026-01-01", None, 500.0, "1")
    )
    assert shape(b) == ("on_time", "2", "2026-01-01", 1000, 1100)


def test_two_contracts_and_their_two_unlinked_renewals_are_not_confused_in_sum() -> None:
    """1,000 and 3,000 become 1,000 and 2,000, nobody says which is which: 3,000 of 4,000, 75% each."""
    b = book(
        AS_OF, DUE, ("2", "A", "2025-01-01", "2025-12-31", 3000.0),
        ("3", "A", "2026-01-01", None, 1000.0), ("4", "A", "2026-01-01", None, 2000.0),
    )  # fmt: skip
    assert events(b)["renewed_arr"].tolist() == [750.0, 2250.0]


def test_another_product_does_not_renew_it() -> None:
    b = book(AS_OF, with_product(*DUE), with_product("2", "A", "2026-01-01", None, 1000.0, product="Extra"))
    assert shape(b) == LOST


def test_without_a_product_any_contract_of_the_account_renews_it() -> None:
    b = book(AS_OF, (*DUE, None, None), with_product("2", "A", "2026-01-01", None, 800.0))
    assert shape(b) == ("on_time", "2", "2026-01-01", 800, 800)


def test_the_one_that_starts_on_the_renewal_date_comes_before_one_that_started_early() -> None:
    b = book(AS_OF, DUE, ("2", "A", "2025-11-01", None, 200.0), ("3", "A", "2026-01-01", None, 1000.0))
    assert shape(b) == ("on_time", "3", "2026-01-01", 1000, 1000)


def test_the_renewal_of_one_contract_does_not_hide_that_its_neighbour_is_due() -> None:
    """The neighbour is due on 1 February; what began on 1 January, linked or not, is the renewal of the first."""
    for link in ("1", None):
        b = book(
            "2026-01-15", DUE, ("2", "A", "2025-02-01", "2026-01-31", 500.0),
            ("3", "A", "2026-01-01", "2026-12-31", 1000.0, link),
        )  # fmt: skip
        assert shape(b, "2") == OPEN
        assert shape(b, "1") == ("on_time", "3", "2026-01-01", 1000, 1000)


def test_links_to_itself_and_backwards_are_not_followed() -> None:
    b = book("2025-12-01", (*DUE, "1"), ("0", "A", "2024-01-01", "2024-12-31", 900.0, "1"))
    assert shape(b, "1") == OPEN
    assert shape(b, "0") == ("on_time", "1", "2025-01-01", 900, 1000)


def test_a_filter_does_not_change_what_renews_what() -> None:
    rows = contracts(
        with_product(*DUE), with_product("2", "A", "2026-01-01", None, 900.0, product="Extra", replaces="1")
    )
    b = wa.Book.from_frames(AS_OF, rows).where(product="Core")
    assert shape(b) == ("on_time", "2", "2026-01-01", 900, 900)
    assert len(events(b)) == 1


@pytest.mark.parametrize("convert", [pl.from_pandas, duckdb.from_df], ids=["polars", "duckdb"])
def test_every_engine_finds_the_same(convert: Any) -> None:
    rows = contracts(
        (*DUE, None, "Core", "active"), ("2", "A", "2025-07-01", "2026-06-30", 3000.0, None, "Core", None),
        ("3", "A", "2026-01-01", "2026-12-31", 3600.0, "1; 2", "Core", None),
        ("4", "B", "2025-02-01", "2026-01-31", 70.5, None, None, "lost"),
        ("5", "C", "2025-03-20", "2026-03-19", 80.25, None, "Extra", None),
        ("6", "B", "2025-04-30", "2026-04-29", 10.0, None, None, None),
    )  # fmt: skip
    plain, other = wa.Book.from_frames(AS_OF, rows), wa.Book.from_frames(AS_OF, convert(rows))
    assert events(plain)["outcome"].tolist() == ["on_time", "lost", "overdue", "open", "co_termed", "open"]
    pd.testing.assert_frame_equal(events(plain), events(other))
    pd.testing.assert_frame_equal(rates(plain, by="product"), rates(other, by="product"))


def test_an_empty_book_has_an_empty_table() -> None:
    assert events(book(AS_OF)).empty
    assert list(events(book(AS_OF)).columns) == list(events(book(AS_OF, DUE)).columns)


def rates(b: wa.Book, start: str = "2025-12-31", end: str = AS_OF, by: Any = None) -> pd.DataFrame:
    return wa.renewal_rate(b, start, end, by=by)


def test_e11_renewal_rate_of_what_is_due_and_retention_of_the_base() -> None:
    """A base of 1,000,000; 250,000 come due, of which 200,000 renew."""
    b = book(
        "2026-12-31",
        ("1", "A", "2024-01-01", "2027-12-31", 750_000),
        ("2", "B", "2025-07-01", "2026-06-30", 200_000),
        ("3", "B", "2026-07-01", "2027-06-30", 200_000, "2"),
        ("4", "C", "2025-07-01", "2026-06-30", 50_000),
    )
    table = rates(b, "2025-12-31", "2026-12-31")
    assert table.loc[0, ["due_arr", "renewed_arr", "renewal_rate"]].tolist() == [250_000, 200_000, 0.8]
    assert wa.retention(b)["grr"].tolist() == [0.95]


def test_every_column_of_the_renewal_rate() -> None:
    """Due in the first quarter: 1,000 renewed early at 1,200; 500 renewed at 400, signed late; 300 lost; 200 overdue:
    2,000. Renewed 1,400, with growth 1,600. In time 1,000."""
    rows = contracts(
        ("1", "A", "2025-01-01", "2025-12-31", 1000), ("2", "A", "2025-12-01", "2026-11-30", 1200),
        ("3", "B", "2025-02-01", "2026-01-31", 500), ("4", "B", "2026-02-01", "2027-01-31", 400),
        ("5", "C", "2025-01-15", "2026-01-14", 300), ("6", "D", "2025-03-20", "2026-03-19", 200),
    )  # fmt: skip
    rows["signed_date"] = pd.to_datetime(["2025-01-01", "2025-11-20", "2025-01-20", "2026-02-10", None, None])
    b = wa.Book.from_frames(AS_OF, rows, accounts=segments(A="Big", B="Big", C="Small", D="Small", E="None"))
    total = rates(b)
    assert total.columns.tolist() == [
        "due_arr", "renewed_arr", "net_renewed_arr", "open_arr", "renewal_rate", "net_renewal_rate", "on_time_rate",
    ]  # fmt: skip
    assert total.iloc[0].tolist() == [2000, 1400, 1600, 200, 0.7, 0.8, 0.5]
    closed = rates(b.redefine(renewal_rate="closed_only"))
    assert closed.iloc[0].tolist() == pytest.approx(
        [2000, 1400, 1600, 200, 1400 / 1800, 1600 / 1800, 1000 / 1800]
    )
    groups = rates(b, by="segment")
    assert groups.iloc[0].tolist() == pytest.approx(["Big", 1500, 1400, 1600, 0, 14 / 15, 16 / 15, 10 / 15])
    assert groups.iloc[1].tolist() == ["Small", 500, 0, 0, 200, 0, 0, 0]


def test_the_period_is_open_at_its_start_and_closed_at_its_end() -> None:
    b = book(AS_OF, DUE)  # its renewal date is 1 January
    seen = [rates(b, *days)["due_arr"].iloc[0] for days in
            [("2025-12-31", "2026-01-01"), ("2026-01-01", "2026-01-31"), ("2025-11-30", "2025-12-31")]]  # fmt: skip
    assert seen == [1000, 0, 0]


def test_where_nothing_was_due_there_is_no_rate_and_the_group_stands() -> None:
    b = book(AS_OF, DUE, ("9", "Z", "2025-01-01", None, 50), accounts=segments(A="x", Z="y"))
    table = rates(b, by="segment")
    assert table["segment"].tolist() == ["x", "y"]
    assert table["renewal_rate"].iloc[0] == 0
    assert table[["renewal_rate", "net_renewal_rate", "on_time_rate"]].iloc[1].isna().all()


def test_accounts_and_products_without_a_name_are_a_group() -> None:
    b = book(AS_OF, DUE, accounts=segments(B="x"))
    assert rates(b, by="segment")["segment"].tolist() == ["(not set)"]
    c = book(AS_OF, with_product(*DUE), ("2", "B", "2025-01-01", "2025-12-31", 500.0, None, None))
    table = rates(c, by="product")
    assert table[["product", "due_arr"]].values.tolist() == [["Core", 1000.0], ["(not set)", 500.0]]


def test_a_child_is_in_its_parents_group_where_the_parent_is_the_customer() -> None:
    people = segments(A="child", P="parent").assign(parent_id=["P", None])
    b = book(AS_OF, DUE, accounts=people, grain="parent")
    assert rates(b, by="segment")[["segment", "due_arr"]].values.tolist() == [["parent", 1000.0]]


def test_a_period_beyond_the_data_is_refused() -> None:
    with pytest.raises(wa.PeriodError):
        rates(book(AS_OF, DUE), "2025-12-31", "2026-06-30")


def test_the_rate_of_an_empty_book_is_an_empty_table() -> None:
    assert rates(book(AS_OF)).empty
    assert rates(book(AS_OF), by="account_id").columns[0] == "account_id"


calm = settings(max_examples=examples(25), deadline=None)


@st.composite
def lives(draw: st.DrawFn) -> pd.DataFrame:
    """Accounts with one yearly contract each, due in 2025 or locked; renewed for less, the same or more, or lost."""
    rows = []
    for number in range(draw(st.integers(1, 8))):
        arr = draw(st.integers(1, 10**9)) / 100
        start = pd.Timestamp("2024-01-02") + pd.Timedelta(days=draw(st.integers(0, 364)))
        locked = draw(st.booleans())
        end = start + pd.DateOffset(years=3 if locked else 1) - pd.Timedelta(days=1)
        rows.append((f"{number}", f"A{number}", start, end, arr))
        if not locked and draw(st.booleans()):
            renewed = draw(st.integers(1, 10**9)) / 100
            late = pd.Timedelta(days=draw(st.integers(0, 30)))
            rows.append((f"{number}r", f"A{number}", end + pd.Timedelta(days=1) + late, None, renewed))
    return contracts(*rows)


@calm
@given(lives())
def test_the_base_retains_at_least_what_the_renewal_rate_says(frame: pd.DataFrame) -> None:
    """Every contract stands at the close of 2024, and all losses by the end of 2025 are of renewals due in 2025."""
    b = wa.Book.from_frames("2026-03-01", frame)
    due = rates(b, "2024-12-31", "2025-12-31").iloc[0]
    assert due["renewed_arr"] <= due["due_arr"]
    assert due["renewed_arr"] <= due["net_renewed_arr"] + 1e-9
    retained = wa.retention(b, end="2026-01-31", months=13).iloc[0]
    lost = due["due_arr"] - due["renewed_arr"]
    assert retained["starting_arr"] - retained["retained_gross_arr"] == pytest.approx(lost, abs=0.01)
    if due["due_arr"]:
        assert retained["grr"] >= due["renewal_rate"] - 1e-9


@calm
@given(frame=lives(), group=st.sampled_from(["account_id", "product", ["account_id", "product"]]))
def test_groups_add_up_to_the_whole(frame: pd.DataFrame, group: Any) -> None:
    b = wa.Book.from_frames(
        "2026-03-01",
        frame.assign(product=["P", "Q", None, "P"] * (len(frame) // 4) + ["P"] * (len(frame) % 4)),
    )
    whole, parts = rates(b, "2024-12-31", "2025-12-31"), rates(b, "2024-12-31", "2025-12-31", by=group)
    for column in ("due_arr", "renewed_arr", "net_renewed_arr", "open_arr"):
        assert parts[column].sum() == pytest.approx(whole[column].sum(), abs=0.001)
