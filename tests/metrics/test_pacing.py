"""The shape of a quarter and its pace, on bookings that one can add up in the head.

Four quarters up to September 2026 like the published one: 1.5M, 2M and 5.5M in its three months, each on the 15th:
in weeks 3, 7 and 11.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import pytest
import workahead as wa
from contracts import contracts
from examples import examples
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

AS_OF, START, END = "2026-10-28", "2026-09-30", "2026-12-31"  # the fourth week ends on the 28th
MONTHS = [f"{day:%Y-%m}" for day in pd.date_range("2025-10-01", "2026-09-01", freq="MS")]
E21 = [(f"{month}-15", amount) for month, amount in zip(MONTHS, [1.5e6, 2e6, 5.5e6] * 4, strict=True)]
Deals = list[tuple[Any, ...]]


def won(bookings: Deals, kind: str = "expansion", account: str = "A") -> Deals:
    return [(account, kind, day, amount, True) for day, amount in bookings]


def booked(rows: Deals, as_of: str | dt.date = AS_OF, **more: Any) -> wa.Book:
    """(account, type, close date, amount, won) since long before."""
    deals = pd.DataFrame(rows, columns=["account_id", "type", "close_date", "amount", "is_won"])
    deals["close_date"] = pd.to_datetime(deals["close_date"])
    deals = deals.astype({"amount": "float64", "is_won": "bool"}).assign(
        opportunity_id=[f"O{n}" for n in range(len(deals))],
        stage="S2",
        source="other",
        created_date=pd.Timestamp("2024-01-01"),
        is_closed=deals["is_won"].astype("bool"),
    )
    held = contracts(("S1", "A", "2024-01-01", None, 100), ("S2", "B", "2024-01-01", None, 100))
    return wa.Book.from_frames(as_of, held, opportunities=deals, **more)


def test_e21_three_months_give_17_39_and_100_percent() -> None:
    curve = wa.booking_curve(booked(won(E21))).set_index("week")
    assert [round(curve.loc[week, "share"], 2) for week in (4, 8, 13)] == [0.17, 0.39, 1.0]
    assert curve["share"].tolist() == pytest.approx([0, 0, *[1.5 / 9] * 4, *[3.5 / 9] * 4, 1, 1, 1])
    assert (curve["share_low"] == curve["share_high"]).all()
    assert set(curve["basis"]) == {"record"}
    assert set(curve["periods"]) == {4}  # the quarters before have no bookings: they have no shape


def test_the_median_of_the_periods_and_their_lowest_and_highest() -> None:
    early, middle, late = (
        [(f"2026-{m}-05", first), (f"2026-{m}-20", 100 - first)]
        for m, first in (("01", 80), ("02", 50), ("03", 10))
    )
    curve = wa.booking_curve(booked(won([*early, *middle, *late]), "2026-03-31"), "month", history=3)
    assert curve["week"].tolist() == [1, 2, 3, 4]
    assert curve["share"].tolist() == [0.5, 0.5, 1.0, 1.0]
    assert (curve["share_low"].tolist(), curve["share_high"].tolist()) == ([0.1, 0.1, 1, 1], [0.8, 0.8, 1, 1])


def test_the_last_week_takes_the_days_that_remain() -> None:
    rows = [("2026-01-29", 1), ("2026-02-22", 1), ("2026-03-31", 1)]
    assert wa.booking_curve(booked(won(rows), "2026-03-31"), "month")["share"].tolist() == [0, 0, 0, 1]
    quarters = [("2025-09-30", 1), ("2025-12-31", 1), ("2026-03-31", 1)]
    assert wa.booking_curve(booked(won(quarters), "2026-03-31"))["share"].tolist() == [*[0.0] * 12, 1.0]


def test_fewer_than_three_periods_a_straight_line_that_says_so() -> None:
    two = [(f"{month}-15", 1) for month in ("2026-02", "2026-05")]
    curve = wa.booking_curve(booked(won(two)))
    assert curve["share"].tolist() == pytest.approx([week / 13 for week in range(1, 14)])
    assert set(curve["basis"]) == {"straight line"}
    assert curve["share_low"].isna().all()
    more = wa.booking_curve(booked(won([*two, ("2026-08-15", 1)])))
    assert set(more["basis"]) == {"record"}
    # the quarter that is running is no record
    assert set(wa.booking_curve(booked(won([*two, ("2026-10-15", 1)])))["basis"]) == {"straight line"}


def test_a_quarter_with_no_bookings_is_left_out() -> None:
    without = [one for one in E21 if not "2026-04" <= one[0] <= "2026-07"]
    curve = wa.booking_curve(booked(won(without)))
    assert set(curve["periods"]) == {3}
    assert curve["share"].tolist() == wa.booking_curve(booked(won(E21)))["share"].tolist()


def test_expansions_and_renewals_apart_and_what_is_lost_never() -> None:
    first = [(f"{month}-01", 10) for month in MONTHS[::3]]
    lost = [("A", "renewal", f"{month}-20", 1e9, False) for month in MONTHS]
    held = booked([*won(E21), *won(first, "renewal"), *lost])
    assert wa.booking_curve(held, type="renewal")["share"].tolist() == [1.0] * 13
    assert wa.booking_curve(held, type="expansion")["share"].iloc[0] == 0
    assert set(wa.booking_curve(held, type="new")["basis"]) == {"straight line"}
    both = wa.booking_curve(held, type=["expansion", "renewal"])
    pd.testing.assert_frame_equal(both, wa.booking_curve(held))


def test_quarters_of_the_fiscal_year() -> None:
    # its quarters begin in February: the first day of each is week 1
    rows = won([("2025-08-01", 1), ("2025-11-01", 1), ("2026-02-01", 1)])
    curve = wa.booking_curve(booked(rows, "2026-04-30", definitions=wa.Definitions(fiscal_year_start=2)))
    assert curve["share"].tolist() == [1.0] * 13


def test_the_pace_of_a_quota_by_hand() -> None:
    held = booked([*won(E21), *won([("2026-10-09", 90)]), ("A", "expansion", "2026-11-10", 300, False)])
    pace = wa.quota_pace(held, 900, START, END).set_index("week")
    assert len(pace) == 13
    assert pace["week_start"].loc[[1, 5, 13]].tolist() == list(
        pd.to_datetime(["2026-10-01", "2026-10-29", "2026-12-24"])
    )
    assert pace["week_end"].loc[[4, 13]].tolist() == list(pd.to_datetime(["2026-10-28", "2026-12-31"]))
    assert pace["expected"].loc[[4, 8, 13]].tolist() == [150.0, 350.0, 900.0]
    assert pace["actual"].loc[[1, 2, 4]].tolist() == [0.0, 90.0, 90.0]
    assert pace["actual"].loc[5:].isna().all()
    assert pace["needed"].loc[:4].isna().all()
    # 810 are left, and the curve has 2 of 9 in week 7 and 5.5 of 9 in week 11 to come
    needed = pace["needed"].loc[5:]
    assert needed[needed > 0].to_dict() == {7: 216.0, 11: 594.0}
    assert pace["pipeline_open"].sum() == pace.loc[6, "pipeline_open"] == 300  # 10 November is day 41


def test_a_running_week_is_not_to_come_and_the_last_one_takes_what_is_left() -> None:
    rows = won([*E21, ("2026-10-30", 50)])
    pace = wa.quota_pace(booked(rows, "2026-10-31"), 900, START, END).set_index("week")
    assert pace.loc[5, "actual"] == 50
    assert math.isnan(pace.loc[5, "needed"])
    last = wa.quota_pace(booked(rows, "2026-12-28"), 900, START, END).set_index("week")
    assert (last.loc[13, "actual"], last.loc[13, "needed"]) == (50, 850)
    over = wa.quota_pace(booked(rows, "2026-12-31"), 900, START, END)
    assert over["needed"].isna().all()


def test_met_or_exceeded_nothing_is_needed() -> None:
    for amount in (900, 1000):
        pace = wa.quota_pace(booked(won([*E21, ("2026-10-05", amount)])), 900, START, END)
        assert pace["needed"].dropna().tolist() == [0.0] * 9


def test_where_the_curve_expects_nothing_more_weeks_are_alike() -> None:
    first = won([(f"{month}-01", 10) for month in MONTHS])
    pace = wa.quota_pace(booked(first, "2026-10-14"), 100, "2026-09-30", "2026-10-31")
    assert pace["expected"].tolist() == [100.0] * 4
    assert pace["needed"].dropna().tolist() == [50.0, 50.0]


def test_a_past_day_and_a_period_ahead() -> None:
    held = booked(won([*E21, ("2026-10-09", 90)]))
    past = wa.quota_pace(held, 900, START, END, at="2026-10-07")
    assert past["actual"].dropna().tolist() == [0.0]
    assert past["needed"].sum() == 900
    early, due = (("A", "expansion", day, 70, False) for day in ("2026-12-31", "2027-01-02"))
    more = booked([*won(E21), early, due])
    ahead = wa.quota_pace(more, 900, END, "2027-03-31")
    assert ahead["pipeline_open"].tolist() == [70.0, *[0.0] * 12]
    assert ahead["actual"].isna().all()
    assert ahead["needed"].sum() == 900
    assert set(ahead["basis"]) == {"record"}
    odd = wa.quota_pace(held, 900, "2026-10-05", "2026-12-20")  # no whole months: nothing to compare with
    assert set(odd["basis"]) == {"straight line"}


def test_the_period_itself_is_no_part_of_its_curve() -> None:
    rows = won([*E21, ("2026-10-01", 5000)])
    shape = wa.quota_pace(booked(rows, END), 900, START, END)["expected"]
    assert shape.tolist() == wa.quota_pace(booked(won(E21)), 900, START, END)["expected"].tolist()


def test_without_a_quota_what_is_booked_is_known() -> None:
    pace = wa.quota_pace(booked(won(E21)), math.nan, START, END)
    assert pace[["expected", "needed"]].isna().all(axis=None)
    assert pace["actual"].notna().sum() == 4


def test_what_they_refuse_and_empty_books() -> None:
    held = booked(won(E21))
    with pytest.raises(wa.PeriodError, match="end must be later"):
        wa.quota_pace(held, 1, END, START)
    with pytest.raises(wa.PeriodError, match="as-of date"):
        wa.quota_pace(held, 1, START, END, at=END)
    with pytest.raises(wa.ConfigError, match="0 or more"):
        wa.quota_pace(held, -1, START, END)
    with pytest.raises(wa.ConfigError, match="1 or more"):
        wa.booking_curve(held, history=0)
    undated = booked(won(E21))["opportunities"].drop(columns=["close_date", "type"])
    undated = wa.Book.from_frames(
        AS_OF, contracts(("S1", "A", "2024-01-01", None, 100)), opportunities=undated
    )
    assert wa.quota_pace(undated, 900, START, END, type="expansion")["needed"].sum() == 900
    bare = wa.Book.from_frames(AS_OF, contracts(("S1", "A", "2024-01-01", None, 100)))
    for call in (wa.booking_curve, lambda b: wa.quota_pace(b, 1, START, END)):
        with pytest.raises(wa.MissingTable, match="opportunities"):
            call(bare)
    empty = wa.Book.from_frames(AS_OF, contracts(), opportunities=held["opportunities"])
    assert wa.booking_curve(empty).columns.equals(wa.booking_curve(held).columns)
    assert len(wa.booking_curve(empty)) == len(wa.quota_pace(empty, 1, START, END)) == 0


def calls(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["date", "owner", "account_id"])
    return made.assign(
        date=pd.to_datetime(made["date"]), kind="call", activity_id=[str(n) for n in range(len(made))]
    )


def test_what_came_before_the_bookings_per_csm_and_week() -> None:
    # Three months of 10, 20 and 30 booked by A on the 20th; in week 1 of them 1, 2 and 4 calls, in week 4 one.
    past = [("2026-01-02", "Ana", "A"), *[("2026-02-02", "Ana", "A")] * 2, *[("2026-03-02", "Ana", "A")] * 3]
    past += [("2026-03-03", "Ana", "B"), *((f"2026-0{m}-25", "Ana", "A") for m in (1, 2, 3))]
    now = [
        *[("2026-04-01", "Ana", "A")] * 3,
        *[("2026-04-02", "Bo", "B")] * 5,
        ("2026-04-02", "Support", "A"),
    ]
    accounts = pd.DataFrame({"account_id": ["A", "B"], "csm": ["Ana", "Bo"]})
    rows = won([("2026-01-20", 10), ("2026-02-20", 20), ("2026-03-20", 30)])
    held = booked(rows, "2026-04-08", activities=calls([*past, *now]), accounts=accounts)
    table = wa.lead_activities(held, "2026-03-31", "2026-04-30")
    assert table["activity"].drop_duplicates().tolist() == ["call", "meeting", "csql"]
    made = table[table["activity"] == "call"]
    assert made["usual"].tolist() == [2.0, 0.0, 0.0, 1.0]
    assert made["goal"].tolist() == [3.0, 0.0, 0.0, 1.0]  # of the two best months, 4 and 2
    assert made["actual"].iloc[:2].tolist() == [4.0, 0.0]  # 3 and 5 of two CSMs; support is no CSM
    assert made["actual"].iloc[2:].isna().all()
    assert made["before_bookings"].iloc[0] == 6 / 7  # one was at B, which booked nothing
    assert made["before_bookings"].iloc[3] == 0  # too late for the 20th
    assert set(made["periods"]) == {3}
    thin = wa.lead_activities(held, "2026-03-31", "2026-04-30", history=2)
    assert thin[["usual", "goal"]].isna().all(axis=None)
    with pytest.raises(wa.MissingTable, match="activities"):
        wa.lead_activities(booked(rows), START, END)


DAYS = st.dates(dt.date(2024, 9, 1), dt.date(2026, 10, 28))
AMOUNTS = st.integers(1, 10**8).map(lambda cents: cents / 100)


@settings(max_examples=examples(15), deadline=None, phases=[Phase.generate])
@given(st.lists(st.tuples(DAYS, AMOUNTS), max_size=25), st.sampled_from(["month", "quarter", "year"]))
def test_shares_rise_to_one_and_lie_in_their_range(bookings: Deals, freq: Any) -> None:
    curve = wa.booking_curve(booked(won(bookings)), freq)
    assert len(curve) == {"month": 4, "quarter": 13, "year": 52}[freq]
    assert curve["week_share"].sum() == pytest.approx(1)
    assert curve["share"].iloc[-1] == pytest.approx(1)
    assert (curve["week_share"] > -1e-12).all()
    if curve["basis"].iloc[0] == "record":
        assert (curve["share_low"] <= curve["share"]).all()
        assert (curve["share"] <= curve["share_high"]).all()


@settings(max_examples=examples(15), deadline=None, phases=[Phase.generate])
@given(
    st.lists(st.tuples(DAYS, AMOUNTS), max_size=25),
    AMOUNTS,
    st.dates(dt.date(2026, 9, 1), dt.date(2026, 10, 28)),
)
def test_what_is_needed_ends_exactly_at_the_quota(bookings: Deals, quota: float, at: dt.date) -> None:
    pace = wa.quota_pace(booked(won(bookings)), quota, START, END, at=at)
    so_far = pace["actual"].dropna()
    actual = round(so_far.iloc[-1] * 100) if len(so_far) else 0
    needed = sum(round(one * 100) for one in pace["needed"].dropna())
    assert needed == max(0, round(quota * 100) - actual)
    assert (pace["needed"].dropna() >= 0).all()
    assert pace["expected"].iloc[-1] == pytest.approx(quota)


def test_one_persons_quota_is_held_against_everybodys_weeks() -> None:
    """Ana has booked nothing yet, Bo all of it: her 900 follow the curve of both, his bookings are not hers."""
    people = pd.DataFrame({"account_id": ["A", "B"], "csm": ["Bo", "Ana"], "segment": ["SMB", "SMB"]})
    book = booked(won(E21) + won([("2026-10-08", 10)], account="B"), accounts=people)
    mine = wa.quota_pace(book.where(csm="Ana"), 900, START, END).set_index("week")
    assert mine.loc[[4, 8, 13], "expected"].tolist() == [150.0, 350.0, 900.0]
    assert mine.loc[4, "actual"] == 10.0
    assert set(mine["basis"]) == {"record"}
    assert wa.booking_curve(book.where(csm="Ana")).equals(wa.booking_curve(book))
    assert wa.quota_pace(book.where(segment="SMB", csm="Ana"), 900, START, END)["expected"].iloc[-1] == 900.0
