"""Periods by name, in the calendar and in a fiscal year."""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from contracts import book


def span(text: str, as_of: str = "2026-10-31", fiscal_year_start: int = 1) -> tuple[str, str]:
    b = book(as_of, ("S", "A", "2020-01-01", None, 1), fiscal_year_start=fiscal_year_start)
    found = wa.period(text, b)
    return f"{found.start:%Y-%m-%d}", f"{found.end:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-10", "2026-09-30", "2026-10-31"),
        ("2024-02", "2024-01-31", "2024-02-29"),
        ("2026-Q3", "2026-06-30", "2026-09-30"),
        ("2025", "2024-12-31", "2025-12-31"),
        ("2026", "2025-12-31", "2026-10-31"),  # still running: cut at the as-of date
        ("latest", "2026-09-30", "2026-10-31"),
    ],
)
def test_a_period_runs_from_the_close_before_it_to_its_own(text: str, start: str, end: str) -> None:
    assert span(text) == (start, end)


def test_latest_is_the_last_month_that_is_over() -> None:
    assert span("latest", as_of="2026-10-30") == ("2026-08-31", "2026-09-30")


def test_a_fiscal_year_is_named_after_the_year_it_ends_in() -> None:
    assert span("2026", fiscal_year_start=2) == ("2025-01-31", "2026-01-31")
    assert span("2026-Q1", fiscal_year_start=2) == ("2025-01-31", "2025-04-30")
    assert span("FY2025", fiscal_year_start=7) == ("2024-06-30", "2025-06-30")


@pytest.mark.parametrize("text", ["October", "2026-13", "2026-Q5", "26-10", ""])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(wa.PeriodError, match="is not a"):
        span(text)


@pytest.mark.parametrize(
    ("as_of", "fiscal_year_start", "quarter", "end"),
    [
        ("2026-10-31", 1, "2026-Q4", "2026-12-31"),
        ("2026-12-31", 1, "2027-Q1", "2027-03-31"),  # a quarter that is over at the close has nothing ahead
        (
            "2026-10-31",
            2,
            "2027-Q4",
            "2027-01-31",
        ),  # November to January, of the fiscal year that ends in 2027
        ("2026-01-31", 2, "2027-Q1", "2026-04-30"),
    ],
)
def test_latest_of_what_is_projected_is_the_quarter_of_the_next_day(
    as_of: str, fiscal_year_start: int, quarter: str, end: str
) -> None:
    b = book(as_of, ("S", "A", "2020-01-01", None, 1), fiscal_year_start=fiscal_year_start)
    found = wa.period("latest", b, ahead=True)
    assert (found.label, found.end) == (quarter, pd.Timestamp(end))


def test_a_period_after_the_data_is_refused() -> None:
    with pytest.raises(wa.PeriodError, match=r"begins after the data ends: the book is as of 2026-10-31"):
        span("2026-11")


def test_a_period_that_is_projected_may_lie_ahead_and_is_never_cut() -> None:
    b = book("2026-10-31", ("S", "A", "2020-01-01", None, 1))
    running, coming = wa.period("2026-Q4", b, ahead=True), wa.period("2027", b, ahead=True)
    assert (running.start, running.end) == (pd.Timestamp("2026-09-30"), pd.Timestamp("2026-12-31"))
    assert (coming.start, coming.end) == (pd.Timestamp("2026-12-31"), pd.Timestamp("2027-12-31"))
    with pytest.raises(wa.PeriodError, match="begins after the data ends"):
        wa.period("2027", b)


@pytest.mark.parametrize(
    ("named", "freq", "fiscal", "days"),
    [
        ("2026-10", "quarter", 1, ("2026-09-30", "2026-12-31", "2026-Q4")),  # still running
        (
            "2026-10",
            "quarter",
            2,
            ("2026-07-31", "2026-10-31", "2027-Q3"),
        ),  # fiscal 2027 began in February 2026
        ("latest", "quarter", 1, ("2026-09-30", "2026-12-31", "2026-Q4")),
        ("2026-Q3", "year", 1, ("2025-12-31", "2026-12-31", "2026")),
        ("2026", "month", 1, ("2026-09-30", "2026-10-31", "2026-10")),  # the year ends, so far, in October
    ],
)
def test_the_whole_period_around_another(named: str, freq, fiscal: int, days: tuple[str, str, str]) -> None:
    contracts = {"subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "arr": [1.0]}
    book = wa.Book.from_frames(
        "2026-10-31", pd.DataFrame(contracts), definitions=wa.Definitions(fiscal_year_start=fiscal)
    )
    found = wa.whole_period(named, book, freq)
    assert (f"{found.start:%Y-%m-%d}", f"{found.end:%Y-%m-%d}", found.label) == days
