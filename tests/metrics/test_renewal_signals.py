"""What was known of a renewal a number of days before it, on hand-made rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import workahead as wa
from contracts import Contract, contracts
from workahead.metrics.projection.signals import signals
from workahead.metrics.renewals.events import events

AS_OF, DUE = "2026-06-30", "2026-07-01"
ACTIVE = ("1", "A", "2025-07-01", "2026-06-30", 100.0, None, "Core", "active")


def seen(*days: str, rows: tuple[Contract, ...] = (ACTIVE,), **tables: Any) -> pd.DataFrame:
    """The signals of contract 1, a row for each day it is looked at from."""
    book = wa.Book.from_frames(AS_OF, contracts(*rows), **tables)
    every = events(book)
    one = every[every["subscription_id"] == "1"]
    looked = pd.concat([one.assign(vantage=pd.Timestamp(day)) for day in days], ignore_index=True)
    return signals(book, looked, every)


def calls(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """(called on, category, forecast, answer) of contract 1"""
    frame = pd.DataFrame(rows, columns=["called_on", "category", "forecast_arr", "would_renew"])
    return frame.assign(account_id="A", subscription_id="1", renewal_date=DUE, called_by="Ana")


def people(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """(id, role, came, left) of account A"""
    frame = pd.DataFrame(rows, columns=["contact_id", "role", "created_date", "left_date"])
    return frame.assign(account_id="A", is_decision_maker=True)


def done(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """(day, kind, contact) of account A"""
    frame = pd.DataFrame(rows, columns=["date", "kind", "contact_id"])
    return frame.assign(account_id="A", activity_id=[f"T{n}" for n in range(len(frame))])


def test_the_last_call_by_the_day_and_the_last_answer_that_any_holds() -> None:
    said = calls(
        ("2026-03-01", "commit", 100.0, "yes"),
        ("2026-05-01", "at_risk", 40.0, None),
        ("2026-06-20", "churn", 0.0, "no"),
    )
    table = seen("2026-02-28", "2026-03-01", "2026-06-19", "2026-06-20", forecast_calls=said)
    assert table["calls_known"].tolist() == [False, True, True, True]
    assert pd.isna(table["category"][0])
    assert table["category"][1:].tolist() == ["commit", "at_risk", "churn"]
    assert table["called_by"][1:].eq("Ana").all()
    np.testing.assert_array_equal(table["forecast_arr"], [np.nan, 100, 40, 0])
    np.testing.assert_array_equal(table["forecast_share"], [np.nan, 1, 0.4, 0])
    np.testing.assert_array_equal(table["answer"], [np.nan, 2, 2, -2])  # from no, -2, to yes, 2


def test_a_share_is_at_most_all_that_is_due() -> None:
    table = seen(AS_OF, forecast_calls=calls(("2026-06-01", "commit", 130.0, None)))
    assert table["forecast_arr"].tolist() == [130]
    assert table["forecast_share"].tolist() == [1]


def test_touches_and_support_of_the_half_year_before() -> None:
    # 30 June less 183 days is 29 December: that day is out, the 30th is in
    work = done(
        ("2025-10-01", "call", "K1"),
        ("2025-12-29", "call", "K1"),
        ("2025-12-30", "email", "K1"),
        ("2026-06-30", "meeting", "K1"),
        ("2026-06-30", "other", "K1"),
        ("2026-02-01", "support", None),
    )
    table = seen(AS_OF, "2026-06-29", activities=work)
    np.testing.assert_allclose(np.expm1(table["touches"]), [2, 2])  # on the 29th: the mail and the older call
    np.testing.assert_allclose(np.expm1(table["support"]), [1, 1])


def test_counts_that_the_history_does_not_reach_back_to_are_missing() -> None:
    # Written down from 1 October 2025: the 183 days up to 1 April begin then, those up to 31 March a day before.
    work = done(("2025-10-01", "call", "K1"))
    table = seen("2026-04-01", "2026-03-31", activities=work, contacts=people(("K1", "User", None, None)))
    np.testing.assert_allclose(table["touches"], [np.log(2), np.nan])
    np.testing.assert_allclose(table["support"], [0, np.nan])
    # 90 days up to 29 December begin on 1 October
    table = seen("2025-12-29", "2025-12-28", activities=work, contacts=people(("K1", "User", None, None)))
    np.testing.assert_array_equal(table["decision_maker"], [1, np.nan])


def test_a_decision_maker_was_spoken_to_in_the_90_days_before() -> None:
    work = done(
        ("2025-01-01", "email", "K1"),
        ("2026-03-01", "call", "K9; K1"),  # several in one cell
        ("2026-06-15", "email", "K1"),  # a mail is no talk
        ("2026-06-15", "call", "K2"),  # decides nothing
    )
    who = people(("K1", "User", None, None), ("K2", "User", None, None))
    who["is_decision_maker"] = [True, False]
    # 90 days up to 29 May begin on 1 March
    table = seen("2026-02-28", "2026-03-01", "2026-05-29", "2026-05-30", AS_OF, activities=work, contacts=who)
    assert table["decision_maker"].tolist() == [0, 1, 1, 0, 0]


LEFT = ("K1", "Champion", "2025-01-01", "2026-02-01")


@pytest.mark.parametrize(
    ("who", "day", "left", "replaced"),
    [
        ([LEFT], "2026-01-31", 0, 0),
        ([LEFT], "2026-02-01", 1, 0),
        ([LEFT], "2027-01-31", 1, 0),
        ([LEFT], "2027-02-01", 0, 0),  # a year ago
        ([LEFT, ("K2", "Champion", "2026-05-01", None)], "2026-04-30", 1, 0),
        ([LEFT, ("K2", "Champion", "2026-05-01", None)], "2026-05-01", 0, 1),
        ([LEFT, ("K2", "Sponsor", None, None)], "2026-02-01", 0, 1),  # there from the start
        ([LEFT, ("K2", "User", "2025-01-01", None)], "2026-02-01", 1, 0),
        ([("K1", "User", "2025-01-01", "2026-02-01")], "2026-02-01", 0, 0),  # no champion
    ],
)
def test_a_champion_who_left_and_one_who_came(who: Any, day: str, left: int, replaced: int) -> None:
    table = seen(day, contacts=people(*who))
    assert table[["champion_left", "champion_replaced"]].iloc[0].tolist() == [left, replaced]


def test_without_roles_a_decision_maker_who_left_counts() -> None:
    who = people(LEFT).drop(columns="role")
    assert seen("2026-02-01", contacts=who)["champion_left"].tolist() == [1]


def test_years_as_a_customer_at_most_six() -> None:
    older = ("0", "A", "2023-06-30", "2025-06-30", 80.0, None, "Core", "active")
    table = seen("2024-06-29", "2030-07-01", rows=(older, ACTIVE))
    np.testing.assert_allclose(table["tenure"], [1, 6])  # 365 days in the leap year from 30 June 2023


def test_a_contract_lost_in_the_year_before_once_it_was_written_off() -> None:
    other = ("2", "A", "2024-07-01", "2025-06-30", 50.0, None, "Extra", "active")  # due on 1 July 2025
    table = seen("2025-07-30", "2025-07-31", "2026-07-30", "2026-07-31", rows=(other, ACTIVE))
    assert table["lost_before"].tolist() == [0, 1, 1, 0]  # written off 30 days later, remembered for 365


def test_size_is_the_logarithm_of_what_is_due() -> None:
    assert seen(AS_OF)["size"].tolist() == [pytest.approx(np.log(100))]


def test_what_the_book_has_no_table_for_is_missing() -> None:
    table = seen(AS_OF).iloc[0]
    missing = [
        "category", "called_by", "forecast_share", "answer", "touches", "support", "decision_maker", "champion_left",
        "champion_replaced",
    ]  # fmt: skip
    assert table[missing].isna().all()
    assert not table["calls_known"]
    assert table[["segment", "product", "lost_before"]].tolist() == ["(not set)", "Core", 0]
