"""One account: its contracts over time, the people there, what they asked for, what was said of its renewals."""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from contracts import contracts
from renewing import renewing

# Acme: 100 in 2024, renewed on time at 120 for 2025, renewed late (11 January) at 130 for 2026; Extra of 50 was
# replaced in mid-2025 by 60, which runs on; an Extra of 70 is signed to replace it in 2027. Never served: S9, replaced
# from its first day. Beta: 40 that ran out on 20 October 2026 and is awaited.
LINES = [
    ("S1", "A", "2024-01-01", "2024-12-31", 100, None, "Core", "active"),
    ("S2", "A", "2025-01-01", "2025-12-31", 120, "S1", "Core", "active"),
    ("S3", "A", "2026-01-11", "2026-12-31", 130, "S2", "Core", "active"),
    ("S4", "A", "2025-01-01", "2025-12-31", 50, None, "Extra", "active"),
    ("S5", "A", "2025-07-01", None, 60, "S4", "Extra", "active"),
    ("S6", "A", "2027-01-01", "2027-12-31", 70, "S5", "Extra", "active"),
    ("S7", "B", "2025-10-21", "2026-10-20", 40, None, "Core", "active"),
    ("S8", "C", "2024-01-01", "2024-06-30", 10, None, "Core", "lost"),
    ("S9", "A", "2024-01-01", "2024-12-31", 90, None, "Trial", "active"),
    ("S0", "A", "2024-01-01", "2024-12-31", 0, "S9", "Trial", "active"),
]
ACCOUNTS = pd.DataFrame(
    {"account_id": ["A", "B", "C"], "name": ["Acme", "Beta", " "], "csm": ["Ana", "Ana", "Bo"]}
)


@pytest.fixture(scope="module")
def book() -> wa.Book:
    return wa.Book.from_frames("2026-10-31", contracts(*LINES), accounts=ACCOUNTS)


def test_contracts_count_from_their_first_to_their_last_day_in_service(book: wa.Book) -> None:
    lines = wa.account_timeline(book.where(name="Acme")).set_index("subscription_id")
    assert lines.index.tolist() == ["S1", "S2", "S4", "S5", "S3", "S6"]
    assert lines["state"].to_dict() == {
        "S1": "past", "S2": "past", "S4": "past", "S5": "running", "S3": "running", "S6": "signed",
    }  # fmt: skip
    until = lines["until"].dt.strftime("%Y-%m-%d").fillna("").to_dict()
    assert until == {
        "S1": "2024-12-31", "S2": "2026-01-10", "S4": "2025-06-30", "S3": "2026-12-31", "S5": "2026-12-31",
        "S6": "2027-12-31",
    }  # fmt: skip
    assert lines.loc[["S1", "S2", "S3"], "outcome"].tolist() == ["on_time", "late", "open"]


def test_an_overdue_contract_counts_up_to_the_day_of_the_data(book: wa.Book) -> None:
    one = wa.account_timeline(book.where(name="Beta")).iloc[0]
    assert (one["state"], one["until"], one["outcome"]) == ("overdue", pd.Timestamp("2026-10-31"), "overdue")
    assert one["renewal_date"] == pd.Timestamp("2026-10-21")


@pytest.mark.parametrize("name", ["Acme", "Beta"])
def test_the_steps_are_the_arr_of_the_ledger(book: wa.Book, name: str) -> None:
    mine = book.where(name=name)
    steps = wa.arr_steps(wa.account_timeline(mine))
    for at in pd.date_range("2024-01-01", "2026-10-31", freq="13D"):
        assert steps.loc[steps["date"] <= at, "arr"].tail(1).sum() == wa.arr(mine, at=at)["arr"].sum()


def test_the_steps_of_acme(book: wa.Book) -> None:
    steps = wa.arr_steps(wa.account_timeline(book.where(name="Acme")))
    assert [(f"{day:%Y-%m-%d}", arr) for day, arr in steps.itertuples(index=False)] == [
        ("2024-01-01", 100.0),
        ("2025-01-01", 170.0),  # 120 + 50
        ("2025-07-01", 180.0),  # 120 + 60
        ("2026-01-11", 190.0),  # 130 + 60
        ("2027-01-01", 70.0),  # Core ends, Extra goes from 60 to 70
        ("2028-01-01", 0.0),
    ]


def test_an_account_is_found_by_its_id_or_its_name(book: wa.Book) -> None:
    assert wa.account(book, "B").filters["account_id"] == "B"
    assert wa.account(book, "Acme ").filters["account_id"] == "A"
    assert [wa.account_name(wa.account(book, one)) for one in ("A", "C")] == ["Acme", "C"]
    with pytest.raises(wa.UnknownName, match=r"unknown account 'Acmee'\. Did you mean 'Acme'\?"):
        wa.account(book, "Acmee")


def test_two_accounts_of_one_name_are_refused_with_their_ids() -> None:
    twins = ACCOUNTS.assign(name="Acme")
    book = wa.Book.from_frames("2026-10-31", contracts(*LINES), accounts=twins)
    with pytest.raises(
        wa.ConfigError, match="several accounts are called 'Acme': write the id of one, A, B, C"
    ):
        wa.account(book, "Acme")


def test_without_a_name_it_is_the_largest_of_the_nearest_quarter_with_renewals() -> None:
    """S2 of 200 (Beech) and S3 of 300 (Cedar) come due in three months; later ones are larger, S1 is overdue."""
    assert wa.account(renewing()).filters["account_id"] == "C"
    assert wa.account(renewing(), "B").filters["account_id"] == "B"


def test_a_book_of_one_account_or_none_is_taken_as_it_is(book: wa.Book) -> None:
    assert wa.account(book.where(name="Beta")).filters["account_id"] == "B"
    none = book.where(csm="Bo").where(name="Acme")
    assert wa.account(none) is none
    assert wa.account_name(none) == "no account"
    assert wa.account_name(book) == "3 accounts"
    for table in (wa.account_timeline(none), wa.arr_steps(wa.account_timeline(none))):
        assert table.empty


PEOPLE = pd.DataFrame(
    [
        ("K1", "A", "Ida", "CTO", True, "2024-01-01", None),
        ("K2", "A", "Max", "User", False, "2024-01-01", None),
        ("K3", "A", "Lea", "CFO", True, "2024-01-01", "2026-09-01"),
        ("K4", "A", "Tom", "User", False, "2026-11-02", None),  # not known yet
        ("K5", "A", "Uma", "VP", True, "2024-01-01", "2026-11-05"),  # leaves after the data's day
    ],
    columns=["contact_id", "account_id", "name", "title", "is_decision_maker", "created_date", "left_date"],
)
TALKS = pd.DataFrame(
    [
        (
            "T1",
            "A",
            "K1",
            "2025-10-31",
            "call",
            None,
            "Review",
        ),  # twelve months ago to the day: not counted any more
        ("T2", "A", "K1; K2", "2026-10-01", "email", None, "Re: review"),
        ("T3", "A", "K2", "2026-09-01", "meeting", None, "Review"),
        ("T4", "A", "K2", "2026-10-20", "support", "in", "Export fails"),
        ("T5", "A", "K1", "2026-10-05", "support", "in", "Login"),
        ("T6", "A", None, "2026-08-05", "support", "in", "=cmd"),
        ("T7", "A", "K1", "2026-08-06", "support", "out", "Our answer"),
        ("T8", "A", "K1", "2025-10-01", "support", "in", "Old"),
        ("T9", "A", "K1", "2026-10-08", "call", None, "Login"),
    ],
    columns=["activity_id", "account_id", "contact_id", "date", "kind", "direction", "subject"],
)


def spoken_to() -> wa.Book:
    return wa.Book.from_frames(
        "2026-10-31", contracts(*LINES), accounts=ACCOUNTS, contacts=PEOPLE, activities=TALKS
    )


def test_decision_makers_come_first_and_who_has_left_last() -> None:
    people = wa.account_contacts(spoken_to().where(name="Acme")).set_index("name")
    assert people.index.tolist() == ["Ida", "Uma", "Max", "Lea"]
    assert people["left_date"].notna().tolist() == [False, False, False, True]
    # Ida: mail of 1 October and call of the 8th; Max: the same mail and the meeting of 1 September
    assert people["touches"].tolist() == [2, 0, 2, 0]
    assert people.loc["Ida", "last_talk_on"] == pd.Timestamp("2026-10-08")
    assert people.loc["Max", "last_touch_on"] == pd.Timestamp("2026-10-01")
    assert people["days_since_talk"].fillna(-1).tolist() == [23, -1, 60, -1]


def test_without_activities_no_conversation_is_claimed() -> None:
    book = wa.Book.from_frames("2026-10-31", contracts(*LINES), accounts=ACCOUNTS, contacts=PEOPLE)
    people = wa.account_contacts(book)
    assert people[["touches", "last_touch_on", "days_since_talk"]].isna().all(axis=None)


def test_every_request_of_twelve_months_is_there_and_those_of_seniors_are_judged() -> None:
    asked = wa.account_support(spoken_to().where(name="Acme"))
    assert asked["subject"].tolist() == ["Export fails", "Login", "=cmd"]
    assert asked["contact"].fillna("").tolist() == ["Max", "Ida", ""]
    assert asked["state"].fillna("").tolist() == ["", "answered", ""]
    assert asked.loc[1, "answered_on"] == pd.Timestamp("2026-10-08")


@pytest.mark.parametrize(
    ("metric", "table"),
    [
        (wa.account_contacts, "contacts"),
        (wa.account_support, "activities"),
        (wa.renewal_calls, "forecast_calls"),
        (wa.open_opportunities, "opportunities"),
    ],
)
def test_a_table_that_is_missing_is_said(book: wa.Book, metric, table: str) -> None:
    with pytest.raises(wa.MissingTable) as missing:
        metric(book)
    assert missing.value.table == table


def test_every_call_on_a_renewal_ahead_soonest_first() -> None:
    """Of renewing.py: two on Beech's S2, one of its S8 by account and day; Alder's S6 once, its second is of November;
    Hazel's S10 has been renewed ahead.
    """
    calls = wa.renewal_calls(renewing())
    assert calls["subscription_id"].tolist() == ["S2", "S2", "S6", "S8"]
    assert calls["category"].tolist() == ["commit", "at_risk", "commit", "churn"]
    assert calls["due_arr"].tolist() == [200.0, 200.0, 600.0, 800.0]
    assert calls["root_cause"].fillna("").tolist() == ["", "Product gap", "", ""]
    assert wa.renewal_calls(renewing().where(name="Cedar")).empty


DEALS = pd.DataFrame(
    [
        ("O1", "A", "expansion", "csql", "S2", 80.0, "2026-08-01", "2026-12-01", False, False, "Tom", "slow", None),
        ("O2", "B", "expansion", None, "S1", 30.0, "2026-10-01", None, False, False, None, None, None),
        ("O3", "A", "renewal", None, "Open", 130.0, "2026-07-01", "2026-11-01", False, False, "Ana", "x", "x"),
        ("O4", "A", "expansion", "csql", "Won", 20.0, "2026-01-01", "2026-02-01", True, True, "Tom", "x", "x"),
    ],
    columns=["opportunity_id", "account_id", "type", "source", "stage", "amount", "created_date", "close_date",
             "is_closed", "is_won", "owner", "qualification_pain", "qualification_critical_event"],
)  # fmt: skip
HISTORY = pd.DataFrame(
    [
        ("O1", "S2", "2026-08-02"),
        ("O1", "S1", "2026-08-01"),
        ("O1", "S2", "2026-10-21"),
        ("O1", "S2", "2026-11-20"),
    ],
    columns=["opportunity_id", "stage", "entered_date"],
)


def test_open_opportunities_by_what_closes_first() -> None:
    book = wa.Book.from_frames(
        "2026-10-31", contracts(*LINES), accounts=ACCOUNTS, opportunities=DEALS, stage_history=HISTORY
    )
    deals = wa.open_opportunities(book)
    assert deals["opportunity_id"].tolist() == ["O3", "O1", "O2"]
    # S2 was entered last, and by the data's day, on 21 October
    assert deals["days_in_stage"].fillna(-1).tolist() == [-1, 10, -1]
    assert deals["not_known"].tolist() == ["", "critical event", "pain, critical event"]
    assert deals["owner"].fillna("").tolist() == ["Ana", "Tom", ""]
    assert wa.open_opportunities(book, source="csql")["name"].tolist() == ["Acme"]
    assert wa.open_opportunities(book, type="expansion")["amount"].tolist() == [80.0, 30.0]
    assert wa.open_opportunities(book.where(name="Beta"), source="csql").empty
