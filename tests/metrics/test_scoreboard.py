"""The weekly scoreboard on small books: each measure of two weeks by hand, and what has gone before what.

As of Saturday 31 October 2026: this week is 25 to 31 October, the last one 18 to 24.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import workahead as wa
from contracts import book as small
from contracts import contracts, shared
from workahead.metrics.engagement.scoreboard import COLUMNS

AS_OF = "2026-10-31"
ACCOUNTS = pd.DataFrame(
    [("A", "Ana", "Enterprise"), ("B", "Bo", "SMB"), ("C", "Bo", "SMB"), ("D", "Cy", "SMB")],
    columns=["account_id", "csm", "segment"],
)
ROWS = [
    ("S1", "A", "2025-05-01", "2027-04-29", 100),  # call due 30 October 2026, six months before 30 April
    ("S2", "B", "2025-02-01", "2027-01-25", 100),  # due 26 October, three months before 26 January
    ("S3", "B", "2025-02-01", "2027-01-20", 100),  # due 21 October
    ("S4", "C", "2025-01-01", None, 200),
    ("S5", "D", "2024-01-01", "2024-12-31", 50),  # Cy has no customer left
]
CALLS = pd.DataFrame(
    [
        ("S1", "A", "2027-04-30", "2026-10-30", "commit", 100, 0, "yes"),  # on the day
        ("S2", "B", "2027-01-26", "2026-10-27", "at_risk", 50, 50, "unsure"),  # a day late
        ("S2", "B", "2027-01-26", "2026-10-28", "at_risk", 50, 50, "no"),  # asked again: once a week
        ("S3", "B", "2027-01-21", "2026-10-18", "commit", 100, 0, None),  # before
    ],
    columns=[
        "subscription_id", "account_id", "renewal_date", "called_on", "category", "forecast_arr", "at_risk_arr",
        "would_renew",
    ],
)  # fmt: skip
OPPORTUNITIES = pd.DataFrame(
    [
        ("O1", "A", "csql", "2026-10-25"),  # the first day of this week
        ("O2", "A", "CSQL", "2026-10-31"),
        ("O3", "B", "csql", "2026-10-24"),  # the last day of the last
        ("O4", "B", "inbound", "2026-10-26"),
        ("O5", "D", "csql", "2026-10-26"),
        ("O6", "B", "csql", "2026-10-17"),  # three weeks ago
    ],
    columns=["opportunity_id", "account_id", "source", "created_date"],
).assign(stage="S1", is_closed=False, is_won=False, type="expansion", close_date=None)
CONTACTS = pd.DataFrame(
    [("K1", "A", True), ("K2", "B", True), ("K3", "B", False)],
    columns=["contact_id", "account_id", "is_decision_maker"],
)
ACTIVITIES = pd.DataFrame(
    [
        ("T1", "A", "K1", "2026-10-26", "call"),
        ("T2", "A", "K1", "2026-10-28", "meeting"),  # the same person, once a week
        ("T3", "A", "K1", "2026-10-20", "call"),
        ("T4", "B", "K2; K3", "2026-10-01", "meeting"),  # 30 days before the 31st
        ("T5", "B", "K2", "2026-10-27", "email"),  # mail is no talk
    ],
    columns=["activity_id", "account_id", "contact_id", "date", "kind"],
)
TARGETS = pd.DataFrame(
    [
        ("2026-Q4", "team", None, "nrr", 1.20),
        ("2026-Q4", "csm", "Bo", "NRR", 1.0),
        ("2026", "team", None, "nrr", 1.5),
        ("2026-Q3", "team", None, "nrr", 2.0),
    ],
    columns=["period", "scope", "who", "metric", "target"],
)


@shared
def book(rows: list[tuple[Any, ...]] | None = None, **changes: Any) -> wa.Book:
    tables = {
        "accounts": ACCOUNTS,
        "forecast_calls": CALLS,
        "opportunities": OPPORTUNITIES,
        "contacts": CONTACTS,
        "activities": ACTIVITIES,
        "targets": TARGETS,
        **changes,
    }
    return wa.Book.from_frames(AS_OF, contracts(*(rows or ROWS)), **tables)


def weeks(measure: str, column: str = "value", of: wa.Book | None = None) -> dict[str, list[object]]:
    """By person, the last week and this one."""
    board = wa.scoreboard(of or book(), [measure] if measure != "nrr" else None, weeks=2)
    board = board[board["measure"] == measure]
    values = board[column].astype(object).where(board[column].notna(), None)
    return values.groupby(board["who"], sort=False).agg(list).to_dict()


def test_csqls_by_the_day_they_were_created() -> None:
    """Of the team is what is of its people: Cy holds no customer, so his count for nobody."""
    assert weeks("csqls") == {"Team": [1, 2], "Ana": [0, 2], "Bo": [1, 0]}
    assert weeks("csqls", "of")["Team"] == [None, None]


def test_calls_by_the_day_they_came_due() -> None:
    assert weeks("calls_on_time", "done") == {"Team": [1, 1], "Ana": [0, 1], "Bo": [1, 0]}
    assert weeks("calls_on_time", "of") == {"Team": [1, 2], "Ana": [0, 1], "Bo": [1, 1]}
    assert weeks("calls_on_time") == {"Team": [1, 0.5], "Ana": [None, 1], "Bo": [1, 0]}


def test_decision_makers_count_once_a_week() -> None:
    assert weeks("decision_makers") == {"Team": [1, 1], "Ana": [1, 1], "Bo": [0, 0]}
    talked = ACTIVITIES.assign(date=ACTIVITIES["date"].mask(ACTIVITIES["activity_id"] == "T4", "2026-10-29"))
    assert weeks("decision_makers", of=book(activities=talked))["Bo"] == [0, 1]


def test_asked_counts_renewals_once_a_week() -> None:
    assert weeks("asked") == {"Team": [0, 2], "Ana": [0, 1], "Bo": [0, 1]}


def test_accounts_at_risk_are_worked_on_for_thirty_days() -> None:
    """Beech is at risk since the 27th; its meeting of the 1st is 30 days before the 31st: one too many."""
    assert weeks("at_risk_worked", "of") == {"Team": [0, 1], "Ana": [0, 0], "Bo": [0, 1]}
    assert weeks("at_risk_worked")["Bo"] == [None, 0]
    talked = ACTIVITIES.assign(date=ACTIVITIES["date"].mask(ACTIVITIES["activity_id"] == "T4", "2026-10-02"))
    assert weeks("at_risk_worked", of=book(activities=talked))["Bo"] == [None, 1]


def test_nrr_where_it_stands_and_where_it_should_be() -> None:
    """Of the year to 31 December 2026, day 297 and day 304 of 365; Bo has a target of his own, Ana the team's."""
    line = [1 + 0.2 * 297 / 365, 1 + 0.2 * 304 / 365]
    goals = weeks("nrr", "goal")
    assert goals["Team"] == pytest.approx(line)
    assert goals["Ana"] == pytest.approx(line)
    assert goals["Bo"] == [1, 1]
    assert weeks("nrr") == {"Team": [1, 1], "Ana": [1, 1], "Bo": [1, 1]}
    grown = [*ROWS, ("S6", "A", "2026-10-28", None, 50)]  # 550 of 500, and 150 of 100
    assert weeks("nrr", of=book(grown))["Team"] == pytest.approx([1, 1.1])
    assert weeks("nrr", of=book(grown))["Ana"] == pytest.approx([1, 1.5])


def test_without_a_target_nrr_has_no_goal() -> None:
    for targets in (None, TARGETS[TARGETS["period"] == "2026-Q3"]):
        assert weeks("nrr", "goal", book(targets=targets))["Team"] == [None, None]
        assert weeks("nrr", "value", book(targets=targets))["Team"] == [1, 1]


def test_goals_of_the_team_are_the_sum_of_counts_and_the_same_share() -> None:
    board = wa.scoreboard(book(), {"csqls": 3, "calls_on_time": 0.8}, weeks=1)
    goals = board[board["measure"] != "nrr"].set_index(["measure", "who"])["goal"]
    assert goals.to_dict() == {
        ("csqls", "Team"): 6, ("csqls", "Ana"): 3, ("csqls", "Bo"): 3,
        ("calls_on_time", "Team"): 0.8, ("calls_on_time", "Ana"): 0.8, ("calls_on_time", "Bo"): 0.8,
    }  # fmt: skip


def test_people_add_up_to_the_team() -> None:
    board = wa.scoreboard(book(), weeks=8).query("measure != 'nrr'")
    team = board[board["scope"] == "team"].set_index(["measure", "week_end"])[["done", "of"]]
    people = board[board["scope"] == "csm"].groupby(["measure", "week_end"])[["done", "of"]].sum(min_count=1)
    pd.testing.assert_frame_equal(team.sort_index(), people.sort_index())


def test_an_earlier_week_and_what_was_not_known_then() -> None:
    board = wa.scoreboard(book(), ["csqls"], at="2026-10-24", weeks=1).query("measure == 'csqls'")
    assert board[["week_start", "week_end"]].astype("str").to_numpy().tolist()[0] == [
        "2026-10-18",
        "2026-10-24",
    ]
    assert board.set_index("who")["value"].to_dict() == {"Team": 1, "Ana": 0, "Bo": 1}
    with pytest.raises(wa.PeriodError):
        wa.scoreboard(book(), at="2026-11-01")


def test_what_is_asked_for_wrongly_is_refused() -> None:
    with pytest.raises(wa.UnknownName, match="csqls"):
        wa.scoreboard(book(), ["csql"])
    for number in (0, 1.5, True):
        with pytest.raises(wa.ConfigError, match="whole number of weeks"):
            wa.scoreboard(book(), weeks=number)


@pytest.mark.parametrize(
    ("missing", "unknown"),
    [
        ({"opportunities": None}, {"csqls"}),
        ({"forecast_calls": None}, {"calls_on_time", "asked", "at_risk_worked"}),
        ({"activities": None}, {"decision_makers", "at_risk_worked"}),
        ({"contacts": None}, {"decision_makers"}),
        ({"forecast_calls": CALLS.drop(columns="would_renew")}, {"asked"}),
    ],
)
def test_what_the_book_can_not_tell_has_no_value(missing: dict[str, Any], unknown: set[str]) -> None:
    board = wa.scoreboard(book(**missing), weeks=2)
    known = board.groupby("measure")["value"].count()
    assert set(known.index[known == 0]) == unknown


def test_a_book_of_contracts_alone_still_has_its_nrr_and_an_empty_one_no_row() -> None:
    board = wa.scoreboard(small(AS_OF, ("S1", "A", "2025-01-01", None, 100)), weeks=1)
    assert board["who"].unique().tolist() == ["Team"]
    assert board.loc[board["value"].notna(), "measure"].tolist() == ["nrr"]
    empty = wa.scoreboard(small(AS_OF))
    assert empty.empty
    assert list(empty.columns) == COLUMNS


@shared
def history(**changes: Any) -> wa.Book:
    """Sixty contracts of a customer each came due on 1 July 2026. Of 30 with a talk on 1 April 27 were renewed, of the
    30 without 12; a note of 2024 says that things were being written down by then.
    """
    rows: list[tuple[Any, ...]] = []
    for n in range(60):
        rows.append((f"S{n}", f"A{n}", "2025-07-01", "2026-06-30", 100))
        if n < 27 or 30 <= n < 42:
            rows.append((f"N{n}", f"A{n}", "2026-07-01", None, 100, f"S{n}"))
    rows = [(*row, None)[:6] for row in rows]
    talks = pd.DataFrame(
        {
            "activity_id": [f"T{n}" for n in range(31)], "account_id": [f"A{n}" for n in range(30)] + ["A0"],
            "date": ["2026-04-01"] * 30 + ["2024-01-01"], "kind": ["call"] * 30 + ["email"],
        }
    )  # fmt: skip
    return wa.Book.from_frames(AS_OF, contracts(*rows), **{"activities": talks, **changes})


def renewed(table: pd.DataFrame, measure: str) -> pd.Series:
    return table[(table["outcome"] == "renewed") & (table["measure"] == measure)].iloc[0]


def test_what_has_gone_before_renewals() -> None:
    """27 of 30 against 12 of 30: a difference of 0.5, Newcombe's interval from Wilson's two (0.744 to 0.965 and
    0.246 to 0.577): 0.5 - sqrt(0.156² + 0.177²) to 0.5 + sqrt(0.065² + 0.154²).
    """
    row = renewed(wa.lead_measures(history()), "talks")
    assert (row["cases_with"], row["cases_without"], row["rate_with"], row["rate_without"]) == (
        30,
        30,
        0.9,
        0.4,
    )
    assert row["difference"] == pytest.approx(0.5)
    assert (row["low"], row["high"]) == pytest.approx((0.264, 0.667), abs=0.002)
    assert row["finding"] == "more often"


def test_only_what_came_before_the_vantage_day_counts() -> None:
    """From 2 May, 60 days before, 1 April is 31 days back; from 31 March, 92 days before, it lies ahead."""
    assert renewed(wa.lead_measures(history(), 91), "talks")["cases_with"] == 30
    row = renewed(wa.lead_measures(history(), 92), "talks")
    assert (row["cases_with"], row["cases_without"], row["finding"]) == (0, 60, "too few")


def test_what_was_decided_by_then_is_left_out() -> None:
    signed = contracts(
        ("S1", "A", "2025-07-01", "2026-06-30", 100), ("S2", "A", "2026-07-01", None, 100, "S1")
    )
    signed["signed_date"] = pd.to_datetime([None, "2026-05-02"])
    talks = pd.DataFrame(
        {"activity_id": ["T"], "account_id": ["A"], "date": ["2024-01-01"], "kind": ["call"]}
    )
    early = wa.Book.from_frames(AS_OF, signed, activities=talks)
    assert renewed(wa.lead_measures(early, 60), "talks")["cases_without"] == 0
    assert renewed(wa.lead_measures(early, 61), "talks")["cases_without"] == 1


def test_before_the_first_record_nobody_can_say() -> None:
    talks = pd.DataFrame(
        {"activity_id": ["T"], "account_id": ["A0"], "date": ["2026-04-01"], "kind": ["call"]}
    )
    row = renewed(wa.lead_measures(history(activities=talks)), "talks")
    assert row["cases_with"] + row["cases_without"] == 0


def test_support_is_loud_with_three_requests_and_twice_the_half_year_before() -> None:
    days = ["2026-03-01", "2026-03-02", "2026-03-03"]
    asked = [(f"A{n}", day) for n in range(12) for day in days] + [("A12", day) for day in days[:2]]
    asked += [("A13", day) for day in [*days, "2025-10-01", "2025-10-02"]]
    support = pd.DataFrame(asked, columns=["account_id", "date"]).assign(kind="support")
    first = pd.DataFrame({"account_id": ["A0"], "date": ["2024-01-01"], "kind": ["email"]})
    made = pd.concat([support, first], ignore_index=True)
    made["activity_id"] = [f"T{n}" for n in range(len(made))]
    row = renewed(wa.lead_measures(history(activities=made)), "quiet_support")
    assert (row["cases_with"], row["cases_without"], row["rate_without"]) == (48, 12, 1)


def test_what_has_gone_before_expansion() -> None:
    """In the last quarter that is over, July to September, three of the twelve with a CSQL bought more, none else."""
    who = [f"A{n}" for n in range(12)]
    deals = pd.DataFrame(
        {
            "opportunity_id": [f"O{n}" for n in range(13)], "account_id": [*who, "A0"], "source": "csql",
            "type": "expansion", "stage": "Won", "created_date": ["2026-06-01"] * 12 + ["2024-01-01"],
            "close_date": ["2026-08-01"] * 3 + ["2026-10-02"] * 10, "is_closed": True, "is_won": True,
        }
    )  # fmt: skip
    table = wa.lead_measures(history(opportunities=deals), quarters=1)
    row = table[(table["outcome"] == "expanded") & (table["measure"] == "csqls")].iloc[0]
    assert (row["cases_with"], row["cases_without"], row["rate_with"], row["rate_without"]) == (
        12,
        48,
        0.25,
        0,
    )


def test_what_is_not_known_has_no_row_and_wrong_numbers_are_refused() -> None:
    assert wa.lead_measures(history(activities=None)).empty
    assert list(wa.lead_measures(small(AS_OF)).columns) == list(wa.lead_measures(history()).columns)
    with pytest.raises(wa.ConfigError, match="interval"):
        wa.lead_measures(history(), interval=1.0)
    with pytest.raises(wa.ConfigError, match="horizon_days"):
        wa.lead_measures(history(), horizon_days=0)
