"""Touches, coverage and support requests on small books, worked out by hand. The as-of date, 31 October 2026, is a
Saturday; 19 October is a Monday.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import workahead as wa
from contracts import book as small
from contracts import contracts, shared
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

AS_OF = "2026-10-31"
ACCOUNTS = pd.DataFrame(
    [
        ("A", "Alder", "Ana", "key", "2026-10-01"),
        ("B", "Beech", "Bo", "standard", "2025-10-30"),
        ("C", "Cedar", "Bo", "high_potential", None),
        ("D", "Dogwood", None, None, None),  # no customer any more
    ],
    columns=["account_id", "name", "csm", "tier", "plan_updated_date"],
)
CONTACTS = pd.DataFrame(
    [
        ("K1", "A", True, "2024-01-01", None),
        ("K2", "A", False, "2024-01-01", None),
        ("K3", "A", True, "2024-01-01", "2026-09-30"),  # has left
        ("K4", "B", False, "2026-08-01", None),
        ("K5", "C", True, "2024-01-01", None),
        ("K6", "C", False, "2024-01-01", None),
    ],
    columns=["contact_id", "account_id", "is_decision_maker", "created_date", "left_date"],
)
ACTIVITIES = pd.DataFrame(
    [
        ("T1", "A", "K1; K2", "2026-10-01", "meeting"),  # several in one cell
        ("T2", "A", "K2", "2026-10-20", "email"),
        ("T3", "B", "K4", "2026-10-05", "email"),
        ("T4", "B", "K4", "2026-10-06", "email"),
        ("T5", "B", None, "2026-10-07", "email"),  # names nobody
        ("T6", "B", "K4", "2026-04-01", "call"),  # more than 180 days ago
        ("T7", "A", "K1", "2026-10-08", "support"),
        ("T8", "A", "K1", "2026-10-08", "other"),
        ("T9", "A", "K1", "2026-11-02", "call"),  # after the as-of date
        ("T10", "D", None, "2026-10-02", "call"),
    ],
    columns=["activity_id", "account_id", "contact_id", "date", "kind"],
)


@shared
def engaged(**changes: Any) -> wa.Book:
    tables = {"accounts": ACCOUNTS, "contacts": CONTACTS, "activities": ACTIVITIES, **changes}
    rows = contracts(
        ("S1", "A", "2025-01-01", None, 300),
        ("S2", "B", "2025-01-01", None, 200),
        ("S3", "C", "2025-01-01", None, 100),
        ("S4", "D", "2024-01-01", "2024-12-31", 50),
    )
    return wa.Book.from_frames(AS_OF, rows, **tables)


def done(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """(contact, day, kind) with account A."""
    table = pd.DataFrame(rows, columns=["contact_id", "date", "kind"])
    return table.assign(activity_id=[f"T{n}" for n in range(len(table))], account_id="A")


def plain(table: pd.DataFrame) -> list[list[object]]:
    return table.astype(object).where(table.notna(), None).to_numpy().tolist()


def test_touches_of_each_csm_and_kind() -> None:
    """Requests and notes are no touch, nor is what lies after the as-of date; Ana's meeting names two and is one."""
    table = wa.touches(engaged(), "2026-09-30", AS_OF)
    assert plain(table) == [
        ["Ana", "call", 0, 0, 0.0],
        ["Ana", "meeting", 1, 1, 0.5],
        ["Ana", "email", 1, 1, 0.5],
        ["Bo", "call", 0, 0, 0.0],
        ["Bo", "meeting", 0, 0, 0.0],
        ["Bo", "email", 3, 1, 1.0],
        ["(not set)", "call", 1, 1, 1.0],
        ["(not set)", "meeting", 0, 0, 0.0],
        ["(not set)", "email", 0, 0, 0.0],
    ]


def test_a_period_runs_from_the_close_of_one_day_to_that_of_another() -> None:
    table = wa.touches(engaged(), "2026-10-01", "2026-10-05", by=None)
    assert plain(table) == [["call", 1, 1, 0.5], ["meeting", 0, 0, 0.0], ["email", 1, 1, 0.5]]


def test_touches_by_a_column_of_activities_and_by_several() -> None:
    made = ACTIVITIES.assign(owner=["Ana", "Ana", "Bo", "Zoe", "Zoe", "Bo", "Desk", "Ana", "Ana", "Bo"])
    table = wa.touches(engaged(activities=made), "2026-09-30", AS_OF, by="owner")
    assert table[table["touches"] > 0][["owner", "kind", "touches"]].to_numpy().tolist() == [
        ["Ana", "meeting", 1],
        ["Ana", "email", 1],
        ["Bo", "call", 1],
        ["Bo", "email", 1],
        ["Zoe", "email", 2],
    ]
    both = wa.touches(engaged(activities=made), "2026-09-30", AS_OF, by=["csm", "owner"])
    assert both["touches"].sum() == 6
    with pytest.raises(wa.UnknownName, match="colour"):
        wa.touches(engaged(), "2026-09-30", AS_OF, by="colour")


def test_without_activities_touches_name_the_export() -> None:
    for metric in (lambda book: wa.touches(book, "2026-09-30", AS_OF), wa.support_requests):
        with pytest.raises(wa.MissingTable, match="activities"):
            metric(engaged(activities=None))


def test_no_touch_in_the_time_is_an_empty_table() -> None:
    for by in (None, "csm"):
        table = wa.touches(engaged(), "2020-01-31", "2020-02-29", by=by)
        assert table.empty
        assert list(table.columns) == [*([by] if by else []), "kind", "touches", "accounts", "share"]


def test_every_column_of_coverage() -> None:
    """Beech lives on e-mail, and all that names somebody names K4; Cedar has contacts and no activity at all."""
    table = wa.coverage(engaged())
    columns = [
        "account_id", "csm", "tier", "contacts", "decision_makers", "days_since_touch", "days_since_decision_maker",
        "email_only", "single_threaded", "unanswered_support", "has_plan", "open_expansion_arr",
    ]  # fmt: skip
    assert list(table.columns[:13]) == ["account_id", "name", *columns[1:]]
    assert plain(table[columns]) == [
        ["A", "Ana", "key", 2, 1, 11, 30, False, False, 1, True, None],
        ["B", "Bo", "standard", 1, 0, 24, None, True, True, 0, False, None],
        ["C", "Bo", "high_potential", 2, 1, None, None, False, False, 0, False, None],
    ]


def test_two_people_are_two_threads_and_one_cell_may_hold_them() -> None:
    one = done(("K1", "2026-10-01", "email"), ("K1", "2026-10-02", "call"))
    assert wa.coverage(engaged(activities=one)).set_index("account_id").loc["A", "single_threaded"]
    two = done(("K1;K2", "2026-10-01", "email"))
    assert not wa.coverage(engaged(activities=two)).set_index("account_id").loc["A", "single_threaded"]


def test_how_far_back_is_looked() -> None:
    """Over 214 days Beech's call of 1 April counts, 213 days before the as-of date."""
    table = wa.coverage(engaged(), days=214).set_index("account_id")
    assert not table.loc["B", "email_only"]
    assert wa.coverage(engaged(), days=213).set_index("account_id").loc["B", "email_only"]
    with pytest.raises(wa.ConfigError, match="whole number of days"):
        wa.coverage(engaged(), days=0)


@pytest.mark.parametrize(
    ("asked", "talk", "state"),
    [
        ("2026-10-12", "2026-10-19", "answered"),  # Monday to Monday: the fifth working day
        ("2026-10-12", "2026-10-20", "unanswered"),  # the sixth
        ("2026-10-12", "2026-10-12", "answered"),  # the same day
        ("2026-10-12", "2026-10-09", "unanswered"),  # a talk before is no answer
        ("2026-10-16", "2026-10-23", "answered"),  # Friday to Friday, a weekend between
        ("2026-10-17", "2026-10-23", "answered"),  # asked on a Saturday: Monday is the first
        ("2026-10-18", "2026-10-23", "answered"),  # on a Sunday: the same
        ("2026-10-17", "2026-10-24", "unanswered"),
        ("2026-10-23", None, "unanswered"),  # its fifth working day, the 30th, is over
        ("2026-10-26", None, "waiting"),  # 2 November lies ahead
        ("2026-10-26", "2026-10-31", "answered"),
    ],
)
def test_a_talk_within_five_working_days(asked: str, talk: str | None, state: str) -> None:
    rows = [("K1", asked, "support"), *([(None, talk, "call")] if talk else [])]
    table = wa.support_requests(engaged(activities=done(*rows)))
    assert table["state"].tolist() == [state]
    covered = wa.coverage(engaged(activities=done(*rows))).set_index("account_id")
    assert covered.loc["A", "unanswered_support"] == (state == "unanswered")


@pytest.mark.parametrize(
    ("contact", "day", "who"),
    [
        ("K1", "2026-10-12", ["senior"]),
        ("K2", "2026-10-12", []),  # neither
        ("K4", "2026-10-30", ["new"]),  # 90 days after 1 August
        ("K4", "2026-10-31", []),  # 91
        ("K4", "2026-07-31", []),  # asked before its record was made
        ("K2; K1", "2026-10-12", ["senior"]),  # several in one cell: one request
        ("K4; K1", "2026-10-12", ["senior"]),
        (None, "2026-10-12", []),
        ("K99", "2026-10-12", []),  # nobody's
    ],
)
def test_who_asks(contact: str | None, day: str, who: list[str]) -> None:
    table = wa.support_requests(engaged(activities=done((contact, day, "support"))))
    assert table["who"].tolist() == who


def test_what_the_team_itself_sends_is_no_request() -> None:
    rows = done(
        ("K1", "2026-10-12", "support"), ("K1", "2026-10-13", "support"), ("K1", "2026-10-14", "support")
    )
    rows["direction"] = ["out", "in", None]
    assert wa.support_requests(engaged(activities=rows))["activity_id"].tolist() == ["T1", "T2"]


@pytest.mark.parametrize(
    ("missing", "empty"),
    [
        (
            {"activities": None},
            ["days_since_touch", "email_only", "unanswered_support", "touched", "spoken_to"],
        ),
        ({"contacts": None}, ["contacts", "decision_makers", "unanswered_support", "spoken_to"]),
        ({"accounts": ACCOUNTS.drop(columns="plan_updated_date")}, ["has_plan"]),
        ({}, ["open_expansion_arr"]),
    ],
)
def test_what_the_book_can_not_tell_is_missing(missing: dict[str, Any], empty: list[str]) -> None:
    table = wa.coverage(engaged(**missing))
    assert len(table) == 3
    assert table[empty].isna().all().all()
    summary = wa.coverage_summary(table)
    assert summary[[name for name in empty if name in summary]].isna().all().all()


def test_without_activities_one_contact_is_still_one_thread() -> None:
    table = wa.coverage(engaged(activities=None))
    assert plain(table[["account_id", "single_threaded"]]) == [["A", None], ["B", True], ["C", None]]


def test_tiers_beside_one_another_and_who_is_at_risk() -> None:
    calls = pd.DataFrame(
        {
            "account_id": ["A"], "renewal_date": ["2027-01-01"], "called_on": ["2026-10-01"], "category": ["at_risk"],
            "forecast_arr": [200.0], "at_risk_arr": [100.0],
        }
    )  # fmt: skip
    rows = contracts(
        ("S1", "A", "2026-01-01", "2026-12-31", 300), ("S2", "B", "2025-01-01", None, 200),
        ("S3", "C", "2025-01-01", None, 100),
    )  # fmt: skip
    book = wa.Book.from_frames(
        AS_OF, rows, accounts=ACCOUNTS, contacts=CONTACTS, activities=ACTIVITIES, forecast_calls=calls
    )
    table = wa.coverage_summary(wa.coverage(book))
    columns = [
        "group",
        "accounts",
        "arr",
        "touched",
        "spoken_to",
        "has_plan",
        "email_only",
        "unanswered_support",
    ]
    assert plain(table[columns]) == [
        ["key", 1, 300, 1, 1, 1, 0, 1],
        ["high_potential", 1, 100, 0, 0, 0, 0, 0],
        ["standard", 1, 200, 1, 0, 0, 1, 0],
        ["at_risk", 1, 300, 1, 1, 1, 0, 1],
    ]


def test_accounts_without_a_tier_are_a_group_of_their_own() -> None:
    summary = wa.coverage_summary(wa.coverage(engaged(accounts=ACCOUNTS.drop(columns="tier"))))
    assert plain(summary[["group", "accounts", "arr"]]) == [["(not set)", 3, 600]]


def test_an_empty_book_has_the_same_columns() -> None:
    empty = wa.coverage(small(AS_OF))
    assert empty.empty
    assert list(empty.columns) == list(wa.coverage(engaged()).columns)
    assert wa.coverage_summary(empty).empty


KINDS = st.sampled_from(["call", "meeting", "email", "support", "other"])
ROWS = st.lists(st.tuples(st.sampled_from("ABCD"), KINDS, st.integers(1, 31)), max_size=30)


@settings(max_examples=examples(40), deadline=None)
@given(ROWS)
def test_shares_add_up_to_one_and_groups_to_the_whole(rows: list[tuple[str, str, int]]) -> None:
    made = pd.DataFrame(
        {
            "activity_id": [f"T{n}" for n in range(len(rows))],
            "account_id": pd.Series([row[0] for row in rows], dtype="str"),
            "kind": pd.Series([row[1] for row in rows], dtype="str"),
            "date": pd.to_datetime([f"2026-10-{row[2]:02d}" for row in rows]),
        }
    )
    book = engaged(activities=made)
    whole = wa.touches(book, "2026-09-30", AS_OF, by=None)
    counted = sum(kind in ("call", "meeting", "email") for _, kind, _ in rows)
    assert whole["touches"].sum() == counted
    for by in ("csm", "tier"):
        table = wa.touches(book, "2026-09-30", AS_OF, by=by)
        sums = table.groupby("kind")["touches"].sum()
        assert all(sums.get(kind, 0) == n for kind, n in zip(whole["kind"], whole["touches"], strict=True))
        accounts = table.groupby("kind")["accounts"].sum()
        assert all(accounts.get(k, 0) == n for k, n in zip(whole["kind"], whole["accounts"], strict=True))
        assert table.groupby(by)["share"].sum().round(12).eq(1).all()
