"""Renewals ahead in sentences: what is due and called, the next step, what is at risk, who is spoken to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from workahead import show, words

CALLED = pd.Timestamp("2026-10-01")


def base(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """(window, ARR, called on, next step)"""
    table = pd.DataFrame(rows, columns=["window", "arr", "called_on", "next_step"])
    return table.astype({"arr": "float64", "called_on": "datetime64[us]", "next_step": "str"})


def risk(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """(cause, renewals, at risk, addressable, unstated)"""
    columns = ["root_cause", "renewals", "at_risk_arr", "addressable_arr", "unstated_arr"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(share=table["at_risk_arr"] / table["at_risk_arr"].sum())


CHAMPION = risk(("Champion left", 3, 610e3, 610e3, 0.0), ("(not set)", 2, 390e3, 0.0, 390e3))


def windows(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """(window, contracts, ARR due, called, at risk)"""
    table = pd.DataFrame(rows, columns=["window", "contracts", "arr_due", "called_arr", "at_risk_arr"])
    return table.astype(dict.fromkeys(["arr_due", "called_arr", "at_risk_arr"], "float64"))


BOARD = windows(
    ("overdue", 1, 50e3, 0, 0), ("0-3", 4, 2e6, 1.8e6, 1e5), ("3-6", 0, 0, 0, 0), ("6-9", 2, 2e6, 0, 0)
)


def test_what_is_due_without_a_call_and_why_arr_is_at_risk() -> None:
    """Twelve renewals of 150k, 1.8M in all; a call on one more, and one that is due later."""
    table = base(*[("0-3", 150e3, None, "Call")] * 12, ("0-3", 1.0, CALLED, None), ("3-6", 1.0, None, None))
    assert words.uncalled_sentence(table, CHAMPION, "USD") == (
        "12 renewals worth USD 1.8M are due in the next three months without a call; "
        "61% of the ARR at risk is “Champion left”."
    )
    assert words.uncalled_sentence(table.tail(3)) == (
        "1 renewal worth 150.0k is due in the next three months without a call."
    )


def test_all_called_none_called_nothing_soon_and_nothing_at_all() -> None:
    assert words.uncalled_sentence(base(("0-3", 100, CALLED, None), ("3-6", 5, None, None))) == (
        "Every renewal due in the next three months has been called: 1 renewal worth 100."
    )
    assert words.uncalled_sentence(base(("3-6", 100, None, None)), risk()) == (
        "No call is known on any renewal ahead: 1 renewal worth 100."
    )
    assert words.uncalled_sentence(base(("3-6", 100, CALLED, None)), CHAMPION.tail(1)) == (
        "Nothing is due in the next three months; for 39% of the ARR at risk nobody has stated a cause."
    )
    assert words.uncalled_sentence(base()) == "Nothing comes up for renewal."


def test_how_much_of_each_window_has_been_called() -> None:
    assert words.window_sentence(BOARD, "USD") == (
        "USD 4.0M is due in the next 9 months, and 45% of it has been called: 90% of what is due in 0–3 months and "
        "0% of what is due in 6–9 months; USD 50.0k is overdue."
    )
    assert words.window_sentence(BOARD.iloc[[1]].assign(called_arr=2e6)) == (
        "2.0M is due in the next 3 months, and all of it has been called; nothing is overdue."
    )
    assert words.window_sentence(BOARD.assign(called_arr=0.0)) == (
        "4.0M is due in the next 9 months, and none of it has been called; 50.0k is overdue."
    )
    assert words.window_sentence(BOARD.head(1)) == "Nothing is due ahead; 50.0k is overdue."
    assert words.window_sentence(BOARD.head(0)) == "Nothing comes up for renewal."


def test_the_cards_on_top() -> None:
    """Of 4,050,000 due, 100,000 is at risk: 2.5%."""
    figures = words.renewal_figures(BOARD).to_dict("records")
    assert str(show.cards([show.Card(**one) for one in figures], "USD")).splitlines() == [
        "Due in 3 months USD 2.0M 4 contracts",
        "Due in 9 months USD 4.0M 6 contracts",
        "Called 90.0% of what is due in 3 months",
        "ARR at risk USD 100.0k 2.5% of what is due",
        "Overdue USD 50.0k 1 contract",
    ]


@pytest.mark.parametrize("table", [BOARD.head(0), BOARD.assign(called_arr=0.0, at_risk_arr=0.0)])
def test_without_a_call_risk_is_not_known(table: pd.DataFrame) -> None:
    lines = str(show.cards([show.Card(**one) for one in words.renewal_figures(table).to_dict("records")]))
    assert "ARR at risk n/a no call is known" in lines


def test_what_is_expected_to_renew() -> None:
    """October holds what is overdue: it is part of the sum, and no month ahead."""
    expected = pd.DataFrame(
        {
            "month": pd.to_datetime(["2026-10-01", "2026-11-01", "2026-12-01", "2027-01-01"]),
            "due_arr": [100e3, 500e3, 400e3, 0.0],
            "expected_arr": [10e3, 450e3, 300e3, 0.0],
        }
    )
    assert words.expected_sentence(expected, "USD", pd.Timestamp("2026-10-31")) == (
        "USD 760.0k of 1.0M due is expected to renew, 76%; least in December 2026, 75% of 400.0k."
    )
    level = expected.assign(expected_arr=expected["due_arr"] * 0.9)
    assert words.expected_sentence(level) == "900.0k of 1.0M due is expected to renew, 90%."
    assert words.expected_sentence(expected.iloc[[1]]) == "450.0k of 500.0k due is expected to renew, 90%."
    assert words.expected_sentence(expected.tail(1)).startswith("Nothing comes up for renewal")


def test_the_step_most_often_due() -> None:
    table = base(
        ("0-3", 100, None, "Call"),
        ("0-3", 200, None, "Call"),
        ("3-6", 900, None, "Plan"),
        ("3-6", 1, None, None),
    )
    assert words.steps_sentence(table, "EUR") == (
        "The step most often due is “Call”, for 2 renewals worth EUR 300; "
        "1 of 4 lacks nothing that the plays can ask for."
    )
    assert words.steps_sentence(table.tail(1)) == (
        "The one renewal ahead lacks nothing that the plays can ask for."
    )
    assert words.steps_sentence(base()) == "Nothing comes up for renewal, so there is nothing to do for one."


def test_risk_in_money_with_its_cause() -> None:
    assert words.risk_sentence(CHAMPION, "USD") == (
        "USD 1.0M is at risk in 5 renewals; 61% of the ARR at risk is “Champion left”. "
        "61% of it can be addressed, 39% has no stated or known cause."
    )
    assert words.risk_sentence(CHAMPION.head(1).assign(share=1.0)).endswith(
        "100% of it can be addressed, each with a cause."
    )
    assert words.risk_sentence(risk()) == "No call sees ARR at risk."


def trend(*at_risk: float) -> pd.DataFrame:
    ends = pd.date_range("2026-06-30", periods=len(at_risk), freq="ME")
    return pd.DataFrame({"period_end": ends, "at_risk_arr": at_risk})


def test_risk_over_the_calls() -> None:
    assert words.risk_trend_sentence(trend(100e3, 300e3, 200e3)) == (
        "ARR at risk rose from 100.0k in June 2026 to 200.0k in August 2026; "
        "it was highest in July 2026, at 300.0k."
    )
    assert words.risk_trend_sentence(trend(300e3, 100e3, 200e3)) == (
        "ARR at risk fell from 300.0k in June 2026 to 200.0k in August 2026."
    )
    assert words.risk_trend_sentence(trend(200e3, 200e3), "USD") == (
        "ARR at risk stands at USD 200.0k, as in June 2026."
    )
    assert words.risk_trend_sentence(trend(0, 0)) == "No call has seen ARR at risk in this time."
    assert words.risk_trend_sentence(trend()) == "No call has seen ARR at risk in this time."


def summary(**more: Any) -> pd.DataFrame:
    table = {
        "group": ["key", "high_potential", "at_risk"],
        "accounts": [21, 8, 9],
        "touch_share": [20 / 21, 0.5, 1.0],
        "decision_maker_share": [17 / 21, 0.0, 6 / 9],
        "plan_share": [1.0, 0.5, 0.0],
        "expansion_share": [0.0, 0.0, 0.0],
    }
    return pd.DataFrame({**table, **more})


def test_who_is_not_spoken_to() -> None:
    assert words.priority_sentence(summary(), 45) == (
        "Key accounts: 4 of 21 have had no conversation with a decision maker in 45 days; "
        "high-potential ones: 8 of 8; at-risk ones: 3 of 9."
    )
    unknown = summary(decision_maker_share=np.nan)
    assert words.priority_sentence(unknown.head(1)) == (
        "Key accounts: 1 of 21 have had no call, meeting or email in 60 days."
    )
    assert words.priority_sentence(unknown.assign(touch_share=np.nan).tail(1)) == (
        "At-risk accounts: 9 of 9 have no current plan."
    )


def test_nobody_to_speak_of_and_nothing_known_of_them() -> None:
    assert words.priority_sentence(summary().head(0)) == (
        "No account is known to be key, of high potential, or at risk."
    )
    nothing = summary(**dict.fromkeys([c for c in summary() if c.endswith("_share")], np.nan))
    assert words.priority_sentence(nothing) == (
        "Of attention nothing is known: 21 key accounts, 8 high-potential ones and 9 at-risk ones."
    )


def rates(**more: Any) -> pd.DataFrame:
    """250,000 due, 200,000 renewed: E11 of DOMAIN.md."""
    values = {"renewal_rate": 0.8, "net_renewal_rate": 0.9, "on_time_rate": 0.5, "open_arr": 0.0}
    return pd.DataFrame({"segment": ["SMB"], "due_arr": [250e3], **values, **more})


def test_what_renewed_of_what_came_due() -> None:
    groups = pd.concat([rates(renewal_rate=0.7), rates(segment="Enterprise", renewal_rate=0.95)])
    assert words.renewed_sentence(rates(open_arr=10e3), groups, "USD", "the last 12 months") == (
        "Of USD 250.0k that came due in the last 12 months, 80.0% was renewed, 90.0% with growth; "
        "50.0% was signed on time, and 10.0k is still open. Enterprise renewed most (95%), SMB least (70%)."
    )
    assert words.renewed_sentence(rates(), rates()) == (
        "Of 250.0k that came due, 80.0% was renewed, 90.0% with growth; 50.0% was signed on time."
    )
    assert words.renewed_sentence(rates().head(0), when="2026") == "Nothing came up for renewal in 2026."


def test_what_is_missing_is_named() -> None:
    gaps = pd.DataFrame({"table": ["activities", "accounts"], "column": [None, "tier"]})
    assert words.gaps_sentence(gaps) == (
        "2 things are missing, and what hangs on them stays empty: activities and accounts.tier."
    )
    assert words.gaps_sentence(gaps.head(1)) == (
        "1 thing is missing, and what hangs on it stays empty: activities."
    )
    assert words.gaps_sentence(gaps.head(0)).startswith("Nothing is missing")
