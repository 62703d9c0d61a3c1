"""A book of June 2026 as it was known on 31 March: each table's rule on rows that show it."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
import workahead as wa
from contracts import contracts
from workahead.book import engines

AS_OF, DAY = "2026-06-30", "2026-03-31"
LINES = contracts(
    ("S1", "A", "2025-01-01", "2025-12-31", 100, None, "Core", "active"),
    ("S2", "A", "2026-01-01", "2026-12-31", 120, "S1", "Core", "active"),  # signed in December
    ("S3", "B", "2025-05-01", "2026-04-30", 200, None, "Core", "lost"),  # nobody knows when it was marked
    ("S4", "A", "2026-07-01", "2027-06-30", 50, None, "Extra", "active"),  # signed on the day, begins later
    ("S5", "B", "2026-02-01", "2027-01-31", 70, None, "Core", "active"),  # in service before it was signed
    ("S6", "C", "2026-03-31", None, 10, None, "New", "active"),  # begins on the day, no day of signing
    ("S7", "C", "2026-04-01", None, 10, None, "New", "active"),  # begins the day after
).assign(
    signed_date=pd.to_datetime([None, "2025-12-10", "2025-04-20", DAY, "2026-04-01", None, None]).astype(
        "datetime64[us]"
    )
)
ACCOUNTS = pd.DataFrame(
    {
        "account_id": ["A", "B", "C"],
        "segment": ["Enterprise", "SMB", "SMB"],
        "plan_updated_date": ["2026-03-01", "2026-05-01", None],
    }
)
DEALS = pd.DataFrame(
    [
        # id, account, stage today, created, closed on, is_closed, is_won, renews, loss_reason
        ("won before", "A", "Won", "2025-10-01", "2025-12-10", True, True, "S1", None),
        ("won on the day", "A", "Won", "2026-01-01", DAY, True, True, None, None),
        ("lost later", "B", "Lost", "2026-01-01", "2026-04-20", True, False, "S3", "Price"),
        ("no history", "B", "Lost", "2026-01-01", "2026-04-20", True, False, None, "Price"),
        ("no day", "B", "Lost", "2026-01-01", None, True, False, None, "Price"),
        ("open", "C", "S3", "2026-03-31", "2026-09-30", False, False, None, None),
        ("created later", "C", "S1", "2026-04-01", None, False, False, None, None),
    ],
    columns=[
        "opportunity_id", "account_id", "stage", "created_date", "close_date", "is_closed", "is_won", "renews",
        "loss_reason",
    ],
)  # fmt: skip
STAGES = pd.DataFrame(
    [
        ("lost later", "S1", "2026-01-01"),
        ("lost later", "S2", "2026-03-01"),
        ("lost later", "S3", "2026-03-01"),  # two on one day
        ("lost later", "Lost", "2026-04-20"),
        ("no day", "S1", "2026-01-01"),
        ("open", "S3", "2026-03-31"),
    ],
    columns=["opportunity_id", "stage", "entered_date"],
)
CALLS = pd.DataFrame(
    [("B", "S3", "2026-05-01", day, "Bo", "at_risk", 100.0) for day in ("2026-01-15", DAY, "2026-04-01")],
    columns=[
        "account_id", "subscription_id", "renewal_date", "called_on", "called_by", "category", "forecast_arr",
    ],
)  # fmt: skip
ACTIVITIES = pd.DataFrame(
    [("T1", "A", "2026-03-30", "call"), ("T2", "B", DAY, "call"), ("T3", "B", "2026-04-01", "support")],
    columns=["activity_id", "account_id", "date", "kind"],
)
CONTACTS = pd.DataFrame(
    [
        ("K1", "A", "Champion", "2025-01-01", "2026-03-31"),
        ("K2", "B", "Champion", None, "2026-04-01"),
        ("K3", "B", "Champion", "2026-04-01", None),
    ],
    columns=["contact_id", "account_id", "role", "created_date", "left_date"],
)
TABLES = {
    "accounts": ACCOUNTS,
    "opportunities": DEALS,
    "stage_history": STAGES,
    "forecast_calls": CALLS,
    "activities": ACTIVITIES,
    "contacts": CONTACTS,
}
CONVERT = {"pandas": lambda frame: frame, "polars": pl.from_pandas, "duckdb": duckdb.from_df}


def book_on(engine: str = "pandas", **tables: Any) -> wa.Book:
    every = {"subscriptions": LINES, **TABLES, **tables}
    converted = {name: CONVERT[engine](frame) for name, frame in every.items() if frame is not None}
    return wa.Book.from_frames(AS_OF, **converted)


def held(book: wa.Book, table: str, key: str) -> pd.DataFrame:
    return engines.pandas(book.frame(table)).set_index(key).sort_index()


@pytest.fixture(params=CONVERT)
def then(request: pytest.FixtureRequest) -> wa.Book:
    return wa.known(book_on(request.param), DAY)


def test_contracts_signed_by_then_or_begun_where_no_day_says(then: wa.Book) -> None:
    lines = held(then, "subscriptions", "subscription_id")
    assert then.as_of == pd.Timestamp(DAY)
    assert list(lines.index) == ["S1", "S2", "S3", "S4", "S6"]
    assert lines["status"].isna().all()  # a mark has no date; without it alone, S3 would stand out


def test_what_was_closed_later_or_on_no_known_day_is_open_in_its_stage_of_then(then: wa.Book) -> None:
    deals = held(then, "opportunities", "opportunity_id")
    assert list(deals.index) == ["lost later", "no day", "no history", "open", "won before", "won on the day"]
    assert deals["stage"].to_dict() == {
        "won before": "Won",
        "won on the day": "Won",
        "lost later": "S3",
        "no history": "(open)",
        "no day": "S1",
        "open": "S3",
    }
    assert sorted(deals.index[deals["is_closed"]]) == ["won before", "won on the day"]
    assert sorted(deals.index[deals["is_won"]]) == ["won before", "won on the day"]
    assert deals["loss_reason"].isna().all()
    assert sorted(deals.index[deals["close_date"].notna()]) == ["open", "won before", "won on the day"]


def test_dated_rows_up_to_the_day_itself(then: wa.Book) -> None:
    assert engines.pandas(then.frame("forecast_calls"))["called_on"].max() == pd.Timestamp(DAY)
    assert then.rows("forecast_calls") == 2
    assert sorted(held(then, "activities", "activity_id").index) == ["T1", "T2"]
    assert engines.pandas(then.frame("stage_history"))["stage"].tolist().count("Lost") == 0


def test_who_left_later_is_still_there_and_a_later_plan_is_unknown(then: wa.Book) -> None:
    people = held(then, "contacts", "contact_id")
    assert list(people.index) == ["K1", "K2"]
    assert people["left_date"]["K1"] == pd.Timestamp(DAY)
    assert pd.isna(people["left_date"]["K2"])
    plans = held(then, "accounts", "account_id")["plan_updated_date"]
    assert plans["A"] == pd.Timestamp("2026-03-01")
    assert plans[["B", "C"]].isna().all()


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_every_engine_knows_the_same(engine: str) -> None:
    def plain(book: wa.Book, name: str) -> list[tuple[str, ...]]:
        frame = engines.pandas(book.frame(name).select(*sorted(book.columns(name))))
        return sorted(
            tuple("" if pd.isna(value) else str(value) for value in row) for row in frame.to_numpy()
        )

    ours, theirs = (wa.known(book_on(name), DAY) for name in ("pandas", engine))
    for name in ours.tables:
        assert plain(ours, name) == plain(theirs, name)


def test_on_its_own_day_a_book_knows_all_it_holds_but_what_lies_ahead() -> None:
    book = book_on()
    now = wa.known(book, AS_OF)
    assert now["subscriptions"].equals(book["subscriptions"])
    deals = held(now, "opportunities", "opportunity_id")
    assert deals["is_closed"]["no day"]
    assert deals["loss_reason"]["lost later"] == "Price"


def test_a_loss_marked_later_was_an_open_renewal() -> None:
    def outcome(book: wa.Book) -> str:
        from workahead.metrics.renewals.events import events

        return events(book).set_index("subscription_id")["outcome"]["S3"]

    assert outcome(book_on()) == "lost"
    assert outcome(wa.known(book_on(), DAY)) == "open"


def test_without_close_dates_nothing_was_closed_on_an_earlier_day() -> None:
    bare = book_on(opportunities=DEALS.drop(columns=["close_date", "loss_reason"]), stage_history=None)
    deals = held(wa.known(bare, DAY), "opportunities", "opportunity_id")
    assert not deals["is_closed"].any()
    assert not deals["is_won"].any()


def test_filters_carry_over_even_to_what_was_not_there_yet() -> None:
    book = book_on()
    small = wa.known(book.where(segment="SMB"), DAY)
    assert small.filters == {"segment": "SMB"}
    assert set(small["subscriptions"]["account_id"]) == {"B", "C"}
    assert wa.arr(small)["arr"].tolist() == [210]  # S3 and S6: S5 was not signed
    assert wa.arr(wa.known(book, DAY))["arr"].tolist() == [330]  # and S2's 120
    extra = wa.known(book.where(product="Extra"), "2026-03-30")  # signed on the 31st
    assert extra.rows("subscriptions") == 0
    assert wa.arr(extra).empty


def test_definitions_carry_over() -> None:
    assert wa.known(book_on().redefine(late_renewal_days=0), DAY).definitions.late_renewal_days == 0


def test_a_day_after_the_book_is_refused() -> None:
    with pytest.raises(wa.PeriodError, match="lies after the book's as-of date 2026-06-30"):
        wa.known(book_on(), "2026-07-01")
