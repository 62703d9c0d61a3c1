"""The NRR plan on a book that one can add up in the head: as of 30 June 2026, the year 2026 against its start.

| | ARR at the start | in 2026 |
|---|---|---|
| A, Ana | 1,000 | a second contract of 100 since February: booked 100 |
| B, Bo | 500 | 400 since March: 100 lost |
| C, Ana | none | 300 since February: new, so not in this NRR |

So 1,500 at the start, 1,400 left of it. Closed expansion: one won (300, Ana), two lost (100 and, more than a year ago,
200, both Bo). All three stood in S1; the won one and the older lost one in S3.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
import workahead as wa
from contracts import book, contracts, shared
from examples import examples
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

START, END, AS_OF = "2025-12-31", "2026-12-31", "2026-06-30"
ROWS = [
    ("S1", "A", "2025-01-01", None, 1000, None, "Core"),
    ("S2", "B", "2025-01-01", None, 500, None, "Core"),
    ("S3", "B", "2026-03-01", None, 400, "S2", "Core"),
    ("S4", "A", "2026-02-01", None, 100, None, "Extra"),
    ("S5", "C", "2026-02-01", None, 300, None, "Core"),
]
ACCOUNTS = pd.DataFrame({"account_id": ["A", "B", "C"], "csm": ["Ana", "Bo", "Ana"]})
DEALS = [
    ("O1", "A", "expansion", "S3", 200, "2026-09-30", False, False),
    ("O2", "B", "expansion", "S1", 100, "2026-11-30", False, False),
    ("O3", "A", "expansion", "S1", 900, "2027-01-01", False, False),  # closes after the period
    ("O4", "C", "expansion", "S3", 500, "2026-08-01", False, False),  # no customer at the start
    ("O5", "A", "expansion", "S3", 700, "2026-06-30", False, False),  # its close date has passed
    ("O6", "A", "renewal", "S1", 1000, "2026-09-30", False, False),
    ("W1", "A", "expansion", "Won", 300, "2026-01-10", True, True),
    ("L1", "B", "expansion", "Lost", 100, "2026-02-10", True, False),
    (
        "L2",
        "B",
        "expansion",
        "Lost",
        200,
        "2025-06-30",
        True,
        False,
    ),  # a year and a day: not in the last 12 months
]
DEAL = ["opportunity_id", "account_id", "type", "stage", "amount", "close_date", "is_closed", "is_won"]
STOOD = [("W1", "S1"), ("W1", "S3"), ("L1", "S1"), ("L2", "S1"), ("L2", "S3"), ("O1", "S1"), ("O1", "S3")]
S1, S3 = 5 / 13, 5 / 12  # (1 of 3, and 10 at 40%), (1 of 2, and 10 at 40%); 40% is (1 + 1) of (3 + 2)
CLOSE = (300 + 2000 * 0.4) / (400 + 2000)  # 300 of 400, and ten of the mean amount, 200, at 40%
OPEN = {"expansion_weighted": 121.79, "pipeline_open": 300.0}  # 200 x 5/12 and 100 x 5/13


def deals(rows: list[tuple[Any, ...]] = DEALS) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=DEAL).assign(created_date="2025-01-01").astype({"amount": "float64"})


def stood(rows: list[tuple[str, str]] = STOOD) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["opportunity_id", "stage"]).assign(entered_date="2025-01-01")


@shared
def planned(*more: Any, as_of: str = AS_OF, **changes: Any) -> wa.Book:
    tables = {"accounts": ACCOUNTS, "opportunities": deals(), "stage_history": stood(), **changes}
    return wa.Book.from_frames(as_of, contracts(*ROWS, *more), **tables)


def only(table: pd.DataFrame) -> dict[str, Any]:
    assert len(table) == 1
    return table.iloc[0].to_dict()


def test_every_column_worked_out() -> None:
    assert only(wa.nrr_plan(planned(), 1.1, START, END)) == {
        "period_start": pd.Timestamp(START),
        "period_end": pd.Timestamp(END),
        "starting_arr": 1500.0,
        "target": pytest.approx(1.1),
        "projected_gross_arr": 1400.0,
        "expansion_booked": 100.0,
        **OPEN,
        "expansion_needed": 250.0,  # 1,650 - 1,400
        "close_rate": pytest.approx(CLOSE),
        "pipeline_needed": 327.27,  # 150 / 0.458333
        "gap": 28.21,  # 250 - 100 - 121.79
    }


def test_with_a_close_rate_of_ones_own_all_that_is_open_counts_by_it() -> None:
    plan = only(wa.nrr_plan(planned(), 1.1, START, END, close_rate=0.3))
    assert plan["expansion_weighted"] == 90.0  # 300 x 30%
    assert plan["close_rate"] == 0.3
    assert plan["pipeline_needed"] == 500.0  # 150 / 30%
    assert plan["gap"] == 60.0  # 250 - 100 - 90
    parts = wa.nrr_plan(planned(), 1.1, START, END, by="csm", close_rate=0.3)
    assert parts["expansion_weighted"].tolist() == [60.0, 30.0]
    with pytest.raises(wa.ConfigError, match=r"close_rate=30.*0\.3 for 30%"):
        wa.nrr_plan(planned(), 1.1, START, END, close_rate=30)


@pytest.mark.parametrize(
    ("target", "needed", "short"), [(1.0, 1.9e6, 0.0), (1.1, 4.3e6, 0.1e6), (1.2, 6.7e6, 2.5e6)]
)
def test_e6_what_100_110_and_120_percent_need(target: float, needed: float, short: float) -> None:
    year = book(
        END,
        ("S1", "Gone", "2025-01-01", START, 1_900_000),
        ("S2", "More", "2025-01-01", START, 22_100_000),
        ("S3", "More", "2026-01-01", None, 26_300_000, "S2"),
    )
    plan = only(wa.nrr_plan(year, target, START, END))
    assert (plan["starting_arr"], plan["expansion_booked"]) == (24e6, 4.2e6)
    assert plan["projected_gross_arr"] / 24e6 == pytest.approx(0.921, abs=0.0005)
    assert (plan["expansion_needed"], plan["gap"]) == (needed, short)


def test_a_period_that_is_over_has_what_retention_has() -> None:
    held = planned(as_of=END)
    plan, kept = only(wa.nrr_plan(held, 1.1, START, END)), only(wa.retention(held))
    assert plan["projected_gross_arr"] == kept["retained_gross_arr"] == 1400
    assert plan["expansion_booked"] == kept["retained_net_arr"] - kept["retained_gross_arr"] == 100
    assert (plan["expansion_weighted"], plan["pipeline_open"], plan["gap"]) == (0, 0, 150)


def test_each_csm_has_the_whole_target_for_its_own_customers() -> None:
    table = wa.nrr_plan(planned(), 1.1, START, END, by="csm")
    columns = ["csm", "starting_arr", "projected_gross_arr", "expansion_booked", "expansion_needed", "gap"]
    assert table[columns].to_numpy().tolist() == [
        ["Ana", 1000.0, 1000.0, 100.0, 100.0, 0.0],
        ["Bo", 500.0, 400.0, 0.0, 150.0, 111.54],  # 550 - 400, less 38.46
    ]
    assert table["pipeline_open"].tolist() == [200.0, 100.0]
    # neither 300 of 300 nor 0 of 100 alone: ten of the mean amount at the book's own rate are added
    assert table["close_rate"].tolist() == pytest.approx([(300 + 2000 * CLOSE) / 2300, 2000 * CLOSE / 2100])
    alone = only(wa.nrr_plan(planned().where(csm="Bo"), 1.1, START, END))
    assert alone == table.drop(columns="csm").iloc[1].to_dict()


def test_by_quarter_the_target_rises_in_a_straight_line_and_the_last_row_is_the_plan() -> None:
    table = wa.nrr_plan(planned(), 1.1, START, END, freq="quarter")
    assert [f"{end:%m-%d}" for end in table["period_end"]] == ["03-31", "06-30", "09-30", "12-31"]
    assert table["target"].tolist() == pytest.approx([1 + 0.1 * days / 365 for days in (90, 181, 273, 365)])
    # 100 lost, and 150 x 90, 181, 273, 365 of 365 days
    assert table["expansion_needed"].tolist() == [136.99, 174.38, 212.19, 250.0]
    assert table["expansion_weighted"].tolist() == [0.0, 0.0, 83.33, 121.79]
    assert table["gap"].tolist() == [36.99, 74.38, 28.86, 28.21]
    pd.testing.assert_frame_equal(
        table.tail(1).reset_index(drop=True), wa.nrr_plan(planned(), 1.1, START, END)
    )


def test_what_is_signed_to_begin_is_booked_once_and_not_before_it_begins() -> None:
    signed = [
        ("S6", "A", "2026-07-15", None, 50, None, "New"),
        ("S7", "B", "2026-09-01", None, 650, "S3", "Core"),  # 250 more than now, 150 more than at the start
        ("S8", "C", "2026-09-01", None, 999, None, "New"),  # no customer at the start
    ]
    held = planned(*signed)
    ends = ("2026-06-30", "2026-07-15", "2026-08-31", "2026-12-31")
    booked = [only(wa.nrr_plan(held, 1.1, START, end))["expansion_booked"] for end in ends]
    assert booked == [100.0, 150.0, 150.0, 300.0]


def test_a_renewal_signed_ahead_books_its_growth_alone() -> None:
    rows = [
        ("S1", "A", "2025-09-01", "2026-08-31", 1000, None, "Core"),
        ("S2", "A", "2026-09-01", "2027-08-31", 1200, None, "Core"),  # by date, no link
        ("S3", "B", "2025-09-01", "2026-08-31", 500, None, "Core"),
        ("S4", "B", "2026-09-01", "2027-08-31", 450, "S3", "Core"),  # 50 less
    ]
    assert only(wa.nrr_plan(book(AS_OF, *rows), 1.1, START, END))["expansion_booked"] == 200


def test_without_stage_history_every_stage_has_the_rate_of_all() -> None:
    plan = only(wa.nrr_plan(planned(stage_history=None), 1.1, START, END))
    assert (plan["expansion_weighted"], plan["pipeline_open"]) == (120.0, 300.0)  # 40% of 300


@pytest.mark.parametrize("opportunities", [None, deals().drop(columns="type"), deals(DEALS[5:6])])
def test_without_expansion_opportunities_nothing_is_open_and_the_need_is_the_same(opportunities: Any) -> None:
    plan = only(wa.nrr_plan(planned(opportunities=opportunities, stage_history=None), 1.1, START, END))
    assert (plan["expansion_needed"], plan["expansion_booked"], plan["gap"]) == (250, 100, 150)
    assert (plan["expansion_weighted"], plan["pipeline_open"]) == (0, 0)
    assert math.isnan(plan["close_rate"])
    assert math.isnan(plan["pipeline_needed"])


def test_an_opportunity_without_the_column_to_group_by_is_a_row_of_its_own() -> None:
    table = wa.nrr_plan(planned(), 1.1, START, END, by="product").set_index("product")
    assert table["pipeline_open"].to_dict() == {"Core": 0, "Extra": 0, "(not set)": 300}
    assert table["starting_arr"].to_dict() == {"Core": 1500, "Extra": 0, "(not set)": 0}
    own = planned(opportunities=deals().assign(product=["Core", "Extra", *["Core"] * 7]))
    table = wa.nrr_plan(own, 1.1, START, END, by="product").set_index("product")
    assert table["pipeline_open"].to_dict() == {"Core": 200, "Extra": 100}


def test_customers_as_the_grain_has_them() -> None:
    family = ACCOUNTS.assign(parent_id=[None, None, "A"])
    held = planned(accounts=family).redefine(grain="parent")
    plan = only(wa.nrr_plan(held, 1.1, START, END))
    # C belongs to A, who was there: its 300 are expansion, its opportunity counts
    assert (plan["expansion_booked"], plan["pipeline_open"]) == (400.0, 800.0)
    each = only(wa.nrr_plan(planned().redefine(grain="subscription"), 1.1, START, END))
    assert (each["starting_arr"], each["expansion_booked"], each["pipeline_open"]) == (1500.0, 0.0, 300.0)


def test_a_period_that_lies_ahead_starts_from_what_is_there_then() -> None:
    plan = only(
        wa.nrr_plan(planned(("S6", "A", "2027-02-01", None, 70, None, "New")), 1.1, END, "2027-12-31")
    )
    # A 1,100, B 400, C 300; all without an end. 800 began in the last twelve months: by the start, 92 days on,
    # at that pace 800 x 92 / 365 more
    starting = round(1800 + 800 * 92 / 365, 2)
    assert (plan["starting_arr"], plan["projected_gross_arr"]) == (starting, starting)
    assert plan["expansion_booked"] == 70
    assert plan["pipeline_open"] == 900  # O3 alone closes in that year


def test_an_empty_book_an_empty_table_and_no_base_no_need() -> None:
    columns = wa.nrr_plan(planned(), 1.1, START, END).columns.tolist()
    empty = wa.nrr_plan(book(AS_OF), 1.1, START, END)
    assert empty.empty
    assert empty.columns.tolist() == columns
    before = only(wa.nrr_plan(planned(), 1.1, "2023-12-31", "2024-12-31"))
    assert (before["starting_arr"], before["expansion_needed"], before["gap"]) == (0, 0, 0)


def test_what_it_refuses() -> None:
    with pytest.raises(wa.PeriodError, match="end must be later"):
        wa.nrr_plan(planned(), 1.1, END, START)
    with pytest.raises(wa.UnknownName, match="regoin"):
        wa.nrr_plan(planned(), 1.1, START, END, by="regoin")
    with pytest.raises(wa.ConfigError, match=r"1\.08 for 108%"):
        wa.nrr_plan(planned(), -1, START, END)


AMOUNTS = st.integers(1, 10**7).map(lambda cents: cents / 100)


@settings(max_examples=examples(8), deadline=None, phases=[Phase.generate])
@given(
    st.lists(st.tuples(st.sampled_from("XYZ"), AMOUNTS, st.none() | AMOUNTS), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 5), AMOUNTS, st.sampled_from([None, True, False])), max_size=8),
    st.floats(0.8, 1.5),
)
def test_groups_add_up_and_none_makes_up_for_another(
    customers: list[Any], opportunities: list[Any], target: float
) -> None:
    rows = []
    for i, (_, arr, later) in enumerate(customers):
        rows.append((f"S{i}", f"A{i}", "2025-01-01", None, arr))
        rows += [] if later is None else [(f"T{i}", f"A{i}", "2026-03-01", None, later, f"S{i}")]
    said = [
        (f"O{k}", f"A{i % len(rows)}", "expansion", "S1", amount, "2026-09-30" if won is None else "2026-02-01",
         won is not None, bool(won))
        for k, (i, amount, won) in enumerate(opportunities)
    ]  # fmt: skip
    accounts = pd.DataFrame({"account_id": [f"A{i}" for i in range(12)]})
    accounts["csm"] = [customers[i][0] if i < len(customers) else None for i in range(12)]
    held = wa.Book.from_frames(
        AS_OF, contracts(*[(*row, None)[:6] for row in rows]), accounts=accounts, opportunities=deals(said)
    )
    whole, parts = (
        only(wa.nrr_plan(held, target, START, END)),
        wa.nrr_plan(held, target, START, END, by="csm"),
    )
    for column in (
        "starting_arr",
        "projected_gross_arr",
        "expansion_booked",
        "expansion_weighted",
        "pipeline_open",
    ):
        assert parts[column].sum() == pytest.approx(whole[column], abs=0.005)
    for column in ("expansion_needed", "gap"):
        assert parts[column].sum() >= whole[column] - 0.01 * len(parts)
    rates = parts["close_rate"].dropna()
    assert ((rates > 0) & (rates < 1)).all()
