"""Engagement and the scoreboard in sentences, from tables made by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
from workahead import words

WEEKS = pd.to_datetime(["2026-10-24", "2026-10-31"])


def touches(**of: tuple[int, int, int]) -> pd.DataFrame:
    rows = [
        (who, kind, n)
        for who, numbers in of.items()
        for kind, n in zip(("call", "meeting", "email"), numbers, strict=True)
    ]
    return pd.DataFrame(rows, columns=["csm", "kind", "touches"])


def board(*rows: tuple[str, str, float, float, float]) -> pd.DataFrame:
    """(measure, who, last week, this week, goal)"""
    made = [
        (measure, "team" if who == "Team" else "csm", who, week, value, goal)
        for measure, who, last, now, goal in rows
        for week, value in zip(WEEKS, (last, now), strict=True)
    ]
    return pd.DataFrame(made, columns=["measure", "scope", "who", "week_end", "value", "goal"])


def leads(*rows: tuple[str, str, float, float, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["outcome", "measure", "rate_with", "rate_without", "finding"])


def test_who_lives_on_email() -> None:
    table = touches(Ana=(6, 4, 10), Bo=(0, 2, 18), Cy=(1, 1, 8))
    assert words.touch_sentence(table) == (
        "Bo and Cy live on e-mail: 9 and 8 touches in ten; everyone else between them 5 in ten."
    )
    assert words.touch_sentence(touches(Bo=(0, 0, 10))) == "Bo lives on e-mail: 10 touches in ten."


def test_nobody_does_and_few_touches_prove_nothing() -> None:
    assert words.touch_sentence(touches(Ana=(6, 4, 10), Bo=(7, 4, 9), Cy=(0, 0, 9))) == (
        "57% of 49 touches are e-mails; most by Ana, 50%."  # 28 of 49; Cy's nine are too few to name
    )
    assert words.touch_sentence(touches()) == "Nobody was called, met or written to in this time."


def test_requests_without_a_talk() -> None:
    states = ["answered", "unanswered", "unanswered", "waiting"]
    assert words.support_sentence(pd.DataFrame({"state": states})) == (
        "Of 3 support requests from new or senior contacts, 2 had no call or meeting within five working days; "
        "one more is still in time."
    )
    assert words.support_sentence(pd.DataFrame({"state": ["answered"]})) == (
        "Of 1 support request from new or senior contacts, none was left without call or meeting within five "
        "working days."
    )
    assert words.support_sentence(pd.DataFrame({"state": ["waiting"]})) == (
        "No support request came from a new or senior contact."
    )


def test_are_we_winning() -> None:
    won = board(("nrr", "Team", 1.0, 1.05, 1.04), ("csqls", "Team", 3, 4, 4), ("asked", "Team", 1, 1, 8))
    assert words.scoreboard_sentence(won) == (
        "We are winning: NRR of the target’s year stands at 105.0% so far, 1.0 points above where it should be today. "
        "1 of 2 lead measures reached the week’s goal; short: “Would you renew?” asked."
    )
    assert words.scoreboard_sentence(board(("nrr", "Team", 1.0, 1.0, 1.024))) == (
        "We are behind: NRR of the target’s year stands at 100.0% so far, 2.4 points below where it should be today."
    )
    assert words.scoreboard_sentence(board(("nrr", "Team", 1.0, 1.03, 1.0301))) == (
        "We are on course: NRR of the target’s year stands at 103.0% so far, where it should be today."
    )
    assert words.scoreboard_sentence(board(("nrr", "Team", 1.0, 1.03, np.nan))) == (
        "NRR of the year that ends with this quarter stands at 103.0% so far; there is no target for it."
    )
    assert words.scoreboard_sentence(board(("nrr", "Team", np.nan, np.nan, np.nan))) == "NRR is not known."
    assert words.scoreboard_sentence(board()) == "There is no customer to win with."


def test_who_reached_most() -> None:
    table = board(
        ("csqls", "Ana", 0, 2, 1), ("asked", "Ana", 0, 2, 1), ("csqls", "Bo", 0, 0, 1), ("asked", "Bo", 0, 2, 1),
        ("csqls", "Cy", 0, 0, 1), ("asked", "Cy", 0, 2, 1),
    )  # fmt: skip
    assert words.people_sentence(table) == (
        "Of the week’s goals Ana reached most (2 of 2), Bo and Cy fewest (1 of 2 each)."
    )
    assert words.people_sentence(table[table["who"] != "Ana"]) == "All reached as many of the week’s goals."
    assert words.people_sentence(table.head(0)) == "By person nothing can be told."


def test_figures_leave_out_what_is_not_known() -> None:
    table = words.scoreboard_figures(
        board(
            ("nrr", "Team", 1.0, 1.02, 1.05), ("csqls", "Team", np.nan, 3, 4), ("asked", "Team", 1, np.nan, 8)
        )
    )
    assert table["label"].tolist() == ["NRR", "CSQLs created"]
    assert table["note"].tolist() == ["than last week; should be 105.0%", "goal 4"]
    assert words.unknown_sentence(board(("asked", "Team", np.nan, np.nan, 8))) == (
        "Nothing is known of “Would you renew?” asked: the book lacks the tables, or nothing fell into these weeks."
    )


def test_what_went_before_is_said_with_its_caution() -> None:
    table = leads(
        ("renewed", "talks", 0.84, 0.79, "more often"), ("renewed", "csqls", 0.7, 0.8, "less often"),
        ("renewed", "asked", 0.8, 0.8, "open"), ("expanded", "csqls", 0.24, 0.02, "more often"),
        ("expanded", "asked", 0.1, 0.1, "too few"),
    )  # fmt: skip
    said = words.gone_before_sentence(table)
    assert said.startswith(
        "Contracts were renewed more often after a call or meeting (84% against 79%); contracts were renewed less "
        "often after a CSQL (70% against 80%); customers expanded more often after a CSQL (24% against 2%); of one "
        "other comparison nothing can be said. This has gone with, not caused:"
    )
    assert words.gone_before_sentence(table[table["finding"] == "open"]) == (
        "None of 1 comparison stands out from chance in this book’s history."
    )
    assert words.gone_before_sentence(table.head(0)) == (
        "There is too little history to tell what goes before renewals and bookings."
    )


def test_how_much_hangs_on_a_thread() -> None:
    thin = pd.DataFrame({"account": ["Alder"], "arr": [300.0], "hangs_on": ["e-mail alone"]})
    covered = pd.DataFrame({"arr": [300.0, 900.0]})
    assert words.thread_sentence(thin, covered, "USD") == (
        "1 account with USD 300 ARR, 25% of all, hangs on a thread; the largest is Alder (300: e-mail alone)."
    )
    assert words.thread_sentence(thin.head(0), covered) == (
        "No account is known to hang on e-mail or on one person."
    )
