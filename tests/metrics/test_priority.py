"""Key, high-potential and at-risk accounts among eight renewals (see tests/renewing.py), worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from contracts import book as small
from contracts import shared
from renewing import ACCOUNTS, AS_OF, renewing
from workahead.book.plays import default_plays

COLUMNS = [
    "account_id", "name", "tier", "segment", "csm", "arr", "arr_due", "at_risk_arr", "next_renewal",
    "days_since_touch", "days_since_decision_maker", "plan_updated_date", "open_expansion_arr", "group", "at_risk",
    "lacks",
]  # fmt: skip
SHARES = ["touch_share", "decision_maker_share", "plan_share", "expansion_share"]
OPPORTUNITIES = pd.DataFrame(
    [
        ("O1", "A", "expansion", 40.0, False),
        ("O2", "A", "expansion", 60.0, True),  # won: no longer open
        ("O3", "B", "renewal", 100.0, False),  # a renewal is no expansion
        ("O4", "D", "expansion", None, False),  # open, of an unknown amount
    ],
    columns=["opportunity_id", "account_id", "type", "amount", "is_closed"],
).assign(stage="S2", created_date="2026-10-01", is_won=lambda o: o["is_closed"])


@shared
def expanding(**changes: object) -> wa.Book:
    return renewing(**{"opportunities": OPPORTUNITIES, **changes})


def rows(table: pd.DataFrame) -> list[list[object]]:
    plain = table.astype(object).where(table.notna(), None)
    days = [name for name in table if pd.api.types.is_datetime64_any_dtype(table[name])]
    for name in days:
        plain[name] = table[name].dt.strftime("%Y-%m-%d").astype(object).where(table[name].notna(), None)
    return plain.to_numpy().tolist()


def test_every_column_of_every_account() -> None:
    """Elm's plan is 366 days old, and its call comes after the as-of date; Beech was last spoken to 60 days ago."""
    table = wa.priority_accounts(expanding())
    assert list(table.columns) == COLUMNS
    assert rows(table) == [
        ["A", "Alder", "key", "Enterprise", "Ana", 700, 700, 0, "2026-10-11", None, None, "2026-10-01", 40,
         "key", False, "touch, decision maker"],
        ["E", "Elm", "key", "Enterprise", "Ana", 500, 500, 0, "2027-05-01", None, None, "2025-10-30", 0,
         "key", False, "touch, decision maker, plan, expansion"],
        ["D", "Dogwood", "high_potential", "SMB", "Bo", 400, 400, 0, "2027-01-31", 0, 0, None, 0,
         "high_potential", False, "plan"],
        ["B", "Beech", "standard", "SMB", "Bo", 1000, 1000, 850, "2026-11-01", 6, 60, None, 0,
         "at_risk", True, "plan, expansion"],
    ]  # fmt: skip


def test_the_groups_beside_one_another() -> None:
    table = wa.priority_summary(expanding())
    assert list(table.columns) == ["group", "accounts", "arr", "at_risk_arr", *SHARES]
    assert rows(table) == [
        ["key", 2, 1200, 0, 0, 0, 0.5, 0.5],
        ["high_potential", 1, 400, 0, 1, 1, 0, 1],
        ["at_risk", 1, 1000, 850, 1, 1, 0, 0],
    ]


def test_a_key_account_at_risk_stands_once_in_the_list_and_counts_in_both_groups() -> None:
    accounts = ACCOUNTS.assign(tier=ACCOUNTS["tier"].mask(ACCOUNTS["account_id"] == "B", "key"))
    table = wa.priority_accounts(expanding(accounts=accounts))
    assert rows(table[["account_id", "group", "at_risk"]]) == [
        ["B", "key", True],
        ["A", "key", False],
        ["E", "key", False],
        ["D", "high_potential", False],
    ]
    summary = wa.priority_summary(expanding(accounts=accounts))
    assert rows(summary[["group", "accounts", "arr", "at_risk_arr"]]) == [
        ["key", 3, 2200, 850],
        ["high_potential", 1, 400, 0],
        ["at_risk", 1, 1000, 850],
    ]


def test_what_is_due_is_of_the_months_asked_for() -> None:
    table = wa.priority_accounts(expanding(), months=3).set_index("account_id")
    assert table["arr_due"].to_dict() == {
        "A": 100,
        "E": 0,
        "D": 0,
        "B": 200,
    }  # Dogwood's is three months ahead
    assert table["at_risk_arr"].to_dict() == {"A": 0, "E": 0, "D": 0, "B": 50}
    with pytest.raises(wa.ConfigError, match="whole number of months"):
        wa.priority_accounts(expanding(), months=0)


def test_the_plays_set_the_limits() -> None:
    plays = default_plays().model_copy(update={"decision_maker_days": 5, "plan_days": 366})
    table = wa.priority_accounts(expanding(), plays=plays).set_index("account_id")
    assert table.loc["B", "lacks"] == "touch, decision maker, plan, expansion"
    assert table.loc["E", "lacks"] == "touch, decision maker, expansion"
    assert wa.priority_summary(expanding(), plays=plays)["touch_share"].tolist() == [0, 1, 0]


def test_support_and_notes_are_no_touch() -> None:
    made = pd.DataFrame(
        [("T1", "A", "2026-10-30", "support"), ("T2", "A", "2026-10-29", "other"), ("T3", "A", "2026-10-01", "email")],
        columns=["activity_id", "account_id", "date", "kind"],
    )  # fmt: skip
    table = wa.priority_accounts(expanding(activities=made)).set_index("account_id")
    assert table.loc["A", "days_since_touch"] == 30


def test_without_tiers_there_are_only_accounts_at_risk() -> None:
    book = expanding(accounts=ACCOUNTS.drop(columns="tier"))
    assert rows(wa.priority_accounts(book)[["account_id", "group", "tier"]]) == [["B", "at_risk", None]]
    assert "tier" in set(wa.renewal_gaps(book)["column"])


@pytest.mark.parametrize(
    ("missing", "share", "word"),
    [
        ({"activities": None}, "touch_share", "touch"),
        ({"contacts": None}, "decision_maker_share", "decision maker"),
        ({"accounts": ACCOUNTS.drop(columns="plan_updated_date")}, "plan_share", "plan"),
        ({"opportunities": None}, "expansion_share", "expansion"),
        ({"opportunities": OPPORTUNITIES.drop(columns="type")}, "expansion_share", "expansion"),
    ],
)
def test_what_can_not_be_known_nobody_lacks(missing: dict[str, object], share: str, word: str) -> None:
    book = expanding(**missing)
    assert wa.priority_summary(book)[share].isna().all()
    assert not wa.priority_accounts(book)["lacks"].str.contains(word).any()
    assert wa.priority_summary(book)["accounts"].tolist() == [2, 1, 1]


def test_amounts_that_no_export_holds_are_missing_and_the_opportunity_is_there() -> None:
    table = wa.priority_accounts(expanding(opportunities=OPPORTUNITIES.drop(columns="amount")))
    assert table["open_expansion_arr"].isna().all()
    assert table.set_index("account_id").loc["A", "lacks"] == "touch, decision maker"


@pytest.mark.parametrize("grain", ["subscription", "parent"])
def test_accounts_are_accounts_at_any_grain(grain: str) -> None:
    accounts = ACCOUNTS.assign(parent_id=ACCOUNTS["account_id"].map({"E": "A"}))
    book = expanding(accounts=accounts)
    pd.testing.assert_frame_equal(
        wa.priority_accounts(book.redefine(grain=grain)), wa.priority_accounts(book)
    )


def test_a_filter_leaves_its_own_accounts() -> None:
    assert wa.priority_accounts(expanding().where(csm="Bo"))["account_id"].tolist() == ["D", "B"]
    assert wa.priority_summary(expanding().where(csm="Ana"))["group"].tolist() == ["key"]


def test_who_has_left_is_in_no_group_and_an_empty_book_has_none() -> None:
    accounts = pd.DataFrame({"account_id": ["A", "B"], "tier": ["key", "key"]})
    gone = small(
        AS_OF,
        ("S1", "A", "2024-01-01", "2024-12-31", 100),
        ("S2", "B", "2025-01-01", None, 50),
        accounts=accounts,
    )
    assert wa.priority_accounts(gone)["account_id"].tolist() == ["B"]
    for metric in (wa.priority_accounts, wa.priority_summary):
        table = metric(small(AS_OF))
        assert table.empty
        assert list(table.columns) == list(metric(expanding()).columns)
