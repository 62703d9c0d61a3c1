"""What became of the forecast between 30 September and 31 October 2026, each case by hand; due on 1 December."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import workahead as wa
from contracts import contracts
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

SINCE, UNTIL, DUE = "2026-09-30", "2026-10-31", "2026-12-01"
Call = tuple[str, str, float]  # day, category, forecast
FIRST, AGAIN = "2026-09-01", "2026-10-15"


def call(
    on: str, category: str, forecast: float, date: str = DUE, number: str | None = "1"
) -> dict[str, Any]:
    return {
        "subscription_id": number, "account_id": "A", "renewal_date": date, "called_on": on,
        "category": category, "forecast_arr": forecast,
    }  # fmt: skip


def book_of(
    calls: list[dict[str, Any]], last_day: str = "2026-11-30", status: str = "active", signed: str | None = None,
    as_of: str = UNTIL,
) -> wa.Book:  # fmt: skip
    """One contract of 100, called as said; where it was signed, its renewal."""
    rows = [("1", "A", "2025-12-01", last_day, 100, None, "Core", status)]
    if signed:
        rows.append(("2", "A", DUE, "2027-11-30", 100, "1", "Core", "active"))
    signing = pd.to_datetime([None, signed][: len(rows)])
    return wa.Book.from_frames(
        as_of, contracts(*rows).assign(signed_date=signing), forecast_calls=pd.DataFrame(calls)
    )


COMMIT = call(FIRST, "commit", 100)
CASES = {
    "called for the first time": ("new", 0, 100, {"calls": [call(AGAIN, "commit", 100)]}),
    "not called again": ("unchanged", 100, 100, {"calls": [COMMIT]}),
    "called the same": ("unchanged", 100, 100, {"calls": [COMMIT, call(AGAIN, "commit", 100)]}),
    "less": ("downgraded", 100, 60, {"calls": [COMMIT, call(AGAIN, "at_risk", 60)]}),
    "more": ("upgraded", 60, 100, {"calls": [call(FIRST, "at_risk", 60), call(AGAIN, "commit", 100)]}),
    "a worse category": ("downgraded", 100, 100, {"calls": [COMMIT, call(AGAIN, "best_case", 100)]}),
    "a better one": (
        "upgraded",
        100,
        100,
        {"calls": [call(FIRST, "at_risk", 100), call(AGAIN, "commit", 100)]},
    ),
    "more, of a worse one": ("upgraded", 100, 120, {"calls": [COMMIT, call(AGAIN, "at_risk", 120)]}),
    "later and less": ("pushed_out", 100, 90, {"calls": [COMMIT, call(AGAIN, "commit", 90, "2027-02-01")]}),
    "earlier and less": ("pulled_in", 100, 90, {"calls": [COMMIT, call(AGAIN, "commit", 90, "2026-11-15")]}),
    "signed": ("renewed", 100, 0, {"calls": [COMMIT], "signed": "2026-10-15"}),
    "signed on the last day": ("renewed", 100, 0, {"calls": [COMMIT], "signed": UNTIL}),
    "to be signed later": ("renewed", 100, 0, {"calls": [COMMIT], "signed": "2026-11-20"}),
    "written off on 1 October": ("lost", 100, 0, {"calls": [COMMIT], "last_day": "2026-08-31"}),
    "written off today": ("lost", 100, 0, {"calls": [COMMIT], "last_day": "2026-09-30"}),
    "overdue, and may be for a last day": (
        "unchanged",
        100,
        100,
        {"calls": [COMMIT], "last_day": "2026-10-01"},
    ),
    "marked lost": ("lost", 100, 0, {"calls": [COMMIT], "status": "lost"}),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_renewal_has_one_change(case: tuple[str, float, float, dict[str, Any]]) -> None:
    change, before, after, given = case
    table = wa.forecast_changes(book_of(**given), SINCE)
    assert table[
        ["change", "renewals", "forecast_before", "forecast_after", "difference"]
    ].values.tolist() == [[change, 1, before, after, after - before]]


@pytest.mark.parametrize(
    "given",
    [
        {"calls": [COMMIT], "last_day": "2026-08-30"},
        {"calls": [COMMIT], "signed": "2026-09-30"},
        {"calls": [call(AGAIN, "commit", 100)], "signed": "2026-10-20"},
        {"calls": [call("2026-11-01", "commit", 100)]},
    ],
    ids=["written off before", "signed before", "called and signed in between", "called after"],
)
def test_what_was_in_neither_forecast_has_no_row(given: dict[str, Any]) -> None:
    assert wa.forecast_changes(book_of(**given, as_of="2026-11-01"), SINCE, UNTIL).empty


def test_a_loss_that_is_known_today_was_ahead_before() -> None:
    b = book_of([call("2026-08-01", "commit", 100)], status="lost")
    assert wa.forecast_changes(b, "2026-08-31", SINCE)["change"].tolist() == ["unchanged"]


def test_dates_and_categories_stand_beside_the_amounts() -> None:
    b = book_of([COMMIT, call(AGAIN, "at_risk", 60, "2027-02-01")])
    row = wa.forecast_changes(b, SINCE).iloc[0]
    dates = [row["renewal_date_before"], row["renewal_date_after"]]
    assert dates == [pd.Timestamp(DUE), pd.Timestamp("2027-02-01")]
    assert [row["category_before"], row["category_after"]] == ["commit", "at_risk"]


def test_an_account_has_a_row_for_each_kind_of_change_the_largest_first() -> None:
    """S1 of 300 and S2 of 100 are called less, 300 to 200 and 100 to 40; S3 of 500 is called for the first time."""
    rows = contracts(
        ("S1", "A", "2025-12-01", "2026-11-30", 300, None, "x"),
        ("S2", "A", "2025-12-01", "2026-11-30", 100, None, "y"),
        ("S3", "A", "2025-12-01", "2027-02-28", 500, None, "z"),
    )
    calls = [
        call(FIRST, "commit", 300, number="S1"), call(AGAIN, "at_risk", 200, number="S1"),
        call(FIRST, "best_case", 100, number="S2"), call(AGAIN, "churn", 40, number="S2"),
        call(AGAIN, "commit", 500, "2027-03-01", number="S3"),
    ]  # fmt: skip
    people = pd.DataFrame({"account_id": ["A"], "name": ["Alder"], "segment": ["SMB"]})
    b = wa.Book.from_frames(UNTIL, rows, accounts=people, forecast_calls=pd.DataFrame(calls))
    table = wa.forecast_changes(b, SINCE)
    columns = ["name", "segment", "change", "renewals", "difference", "category_before", "category_after"]
    assert table[columns].fillna("").values.tolist() == [
        ["Alder", "SMB", "new", 1, 500, "", "commit"],
        ["Alder", "SMB", "downgraded", 2, -160, "commit", "at_risk"],
    ]
    assert table["csm"].isna().all()


def test_a_call_on_a_whole_account_is_shared_out_and_adds_up() -> None:
    rows = contracts(*[(n, "A", "2025-12-01", "2026-11-30", 100, None, n) for n in ("S1", "S2", "S3")])
    calls = [call(FIRST, "commit", 300, number=None), call(AGAIN, "at_risk", 200.01, number=None)]
    table = wa.forecast_changes(wa.Book.from_frames(UNTIL, rows, forecast_calls=pd.DataFrame(calls)), SINCE)
    row = ["change", "renewals", "forecast_before", "forecast_after", "difference"]
    assert table[row].values.tolist() == [["downgraded", 3, 300, 200.01, -99.99]]


def test_without_calls_and_with_days_that_make_no_period_it_says_so() -> None:
    empty = book_of([call("2026-11-01", "commit", 1)])
    table = wa.forecast_changes(empty, SINCE)
    assert table.empty
    assert table.columns.tolist()[4:9] == [
        "change",
        "renewals",
        "forecast_before",
        "forecast_after",
        "difference",
    ]
    with pytest.raises(wa.PeriodError):
        wa.forecast_changes(empty, UNTIL)
    with pytest.raises(wa.PeriodError):
        wa.forecast_changes(empty, SINCE, "2026-11-30")
    with pytest.raises(wa.MissingTable, match="forecast_calls"):
        wa.forecast_changes(wa.Book.from_frames(UNTIL, contracts(("1", "A", "2026-01-01", None, 1))), SINCE)


days = st.dates(pd.Timestamp("2026-06-01").date(), pd.Timestamp("2026-12-31").date())
renewal = st.tuples(days, st.integers(1, 10**7), st.lists(st.tuples(days, st.integers(0, 10**7)), max_size=4))


@settings(max_examples=examples(20), deadline=None)
@given(st.lists(renewal, min_size=1, max_size=5), st.integers(1, 90))
def test_the_differences_are_the_forecast_now_less_the_forecast_then(
    drawn: list[tuple[Any, int, list[tuple[Any, int]]]], back: int
) -> None:
    """The forecast of either day is that of the window board of a book which knows no more than that day's."""
    lines = contracts(
        *[(str(n), f"A{n % 2}", "2025-01-01", end, arr / 100) for n, (end, arr, _) in enumerate(drawn)]
    )
    lines["end_date"] = pd.to_datetime(lines["end_date"])
    calls = pd.DataFrame(
        [
            (str(n), f"A{n % 2}", pd.Timestamp(end) + pd.Timedelta(days=1), on, "commit", forecast / 100)
            for n, (end, _, made) in enumerate(drawn)
            for on, forecast in made
        ],
        columns=["subscription_id", "account_id", "renewal_date", "called_on", "category", "forecast_arr"],
    ).drop_duplicates(["subscription_id", "called_on"])
    calls["called_on"] = pd.to_datetime(calls["called_on"])
    calls["renewal_date"] = pd.to_datetime(calls["renewal_date"])
    since = pd.Timestamp(UNTIL) - pd.Timedelta(days=back)
    then, now = (wa.Book.from_frames(at, lines, forecast_calls=calls) for at in (since, UNTIL))
    table = wa.forecast_changes(now, since)
    cents = (table[["forecast_before", "forecast_after", "difference"]] * 100).round().astype("int64").sum()
    for column, b in (("forecast_before", then), ("forecast_after", now)):
        board = wa.renewal_windows(b, edges=(0, 24))
        assert cents[column] == round(board["forecast_arr"].sum() * 100)
    assert cents["difference"] == cents["forecast_after"] - cents["forecast_before"]
