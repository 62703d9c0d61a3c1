"""Working days by country, counted on a calendar by hand."""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from contracts import contracts
from workahead.book.findings import check
from workahead.book.working_days import country_code, working_day_after

CASES = [
    ("US", "2025-11-24", "2025-12-02"),  # Thanksgiving is Thursday the 27th: 25, 26, 28, 1, 2
    ("DE", "2025-11-24", "2025-12-01"),  # and no holiday there: 25, 26, 27, 28, 1
    ("Germany", "2025-09-29", "2025-10-07"),  # German Unity on Friday, 3 October: 30, 1, 2, 6, 7
    ("GB", "2025-12-23", "2026-01-02"),  # 25, 26 December and 1 January off: 24, 29, 30, 31, 2
    ("SAU", "2026-10-09", "2026-10-15"),  # a Friday, when the weekend begins: Sunday to Thursday
    (None, "2025-11-24", "2025-12-01"),  # Monday to Friday
    ("Ruritania", "2025-11-24", "2025-12-01"),
]


@pytest.mark.parametrize(("country", "asked", "due"), CASES)
def test_the_fifth_working_day_on_a_calendar(country: str | None, asked: str, due: str) -> None:
    days = working_day_after(pd.Series([pd.Timestamp(asked)]), 5, pd.Series([country]), None)
    assert days.tolist() == [pd.Timestamp(due)]


def test_the_default_holds_where_no_country_is_known() -> None:
    asked = pd.Series([pd.Timestamp("2025-11-24")] * 3, index=[7, 8, 9])
    days = working_day_after(asked, 5, pd.Series([None, "Ruritania", "DE"], index=asked.index), "US")
    assert days.dt.strftime("%m-%d").to_dict() == {7: "12-02", 8: "12-02", 9: "12-01"}
    assert working_day_after(asked.head(0), 5, pd.Series(dtype="str"), "US").empty


def test_a_country_by_its_codes_and_its_name() -> None:
    said = ["no", "NOR", " Norway ", "United States", "UK", "NA", "", None, "Middle Earth"]
    assert [country_code(one) for one in said] == ["NO", "NO", "NO", "US", "GB", "NA", None, None, None]


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_a_request_is_answered_in_time_by_the_accounts_own_calendar(engine: str) -> None:
    """Asked on the Monday of Thanksgiving week, called on Tuesday of the next: in time at Alder, in the US, alone."""
    accounts = pd.DataFrame({"account_id": ["A", "B", "C"], "country": ["United States", "DE", None]})
    rows = contracts(*[(f"S{a}", a, "2025-01-01", None, 100) for a in "ABC"])
    people = pd.DataFrame(
        {"contact_id": ["K1", "K2", "K3"], "account_id": list("ABC"), "is_decision_maker": True}
    )
    asked = [(f"T{a}", a, f"K{n}", "2025-11-24", "support") for n, a in enumerate("ABC", 1)]
    called = [(f"U{a}", a, None, "2025-12-02", "call") for a in "ABC"]
    columns = ["activity_id", "account_id", "contact_id", "date", "kind"]
    done = pd.DataFrame([*asked, *called], columns=columns).assign(
        date=lambda table: pd.to_datetime(table["date"])
    )
    tables = {"subscriptions": rows, "accounts": accounts, "contacts": people, "activities": done}
    book = wa.Book.from_frames("2026-01-31", **{name: on(engine, table) for name, table in tables.items()})
    states = ["answered", "unanswered", "unanswered"]
    assert wa.support_requests(book)["state"].tolist() == states
    assert wa.support_requests(book.redefine(country="US"))["state"].tolist() == [*states[:2], "answered"]


def on(engine: str, table: pd.DataFrame) -> object:
    if engine == "polars":
        import polars as pl

        return pl.from_pandas(table)
    if engine == "duckdb":
        import duckdb

        return duckdb.from_df(table)
    return table


def test_a_country_that_nobody_knows_is_named() -> None:
    with pytest.raises(ValueError, match=r"'Germny'\. Did you mean 'germany'\? Write its two letters"):
        wa.Definitions(country="Germny")
    assert wa.Definitions(country="Germany").country == "DE"
    accounts = pd.DataFrame({"account_id": list("ABCD"), "country": ["DE", "=Elbonia", "Ruritania", None]})
    finding = check({"accounts": accounts}, as_of=pd.Timestamp("2026-10-31")).iloc[0]
    assert (finding["weight"], finding["rows"]) == ("low", 2)
    assert (
        "2 accounts of a country whose public holidays are not known (=Elbonia, Ruritania)"
        in finding["finding"]
    )
    assert finding["example"].startswith("'=")  # a spreadsheet takes it for no formula
