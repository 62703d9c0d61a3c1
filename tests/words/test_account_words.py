"""A CSM's own book, and one account, in figures and sentences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import workahead as wa
from renewing import renewing
from workahead import charts, show, words

AS_OF = pd.Timestamp("2026-10-31")
KEY = pd.DataFrame(
    {"label": ["ARR", "NRR", "GRR", "Logo retention"], "value": [2100.0, 0.9, np.nan, 1.0],
     "change": [100.0, -0.02, np.nan, 0.0], "kind": ["money", *["percent"] * 3], "good": "up", "note": "since Sep"}
)  # fmt: skip


def cards(figures: pd.DataFrame) -> str:
    return repr(show.cards([show.Card(**figure) for figure in figures.to_dict("records")]))


def test_a_csm_sees_what_is_due_in_six_months_and_how_that_has_changed() -> None:
    """Of renewing.py: S1 to S4 and S6 (100 + 200 + 300 + 400 + 600), S2 with 50 at risk; S5 is due in six months to the
    day. A month before S6 was further off, and Gum's S9 (900) and Hazel's S10 (1,000) were not decided: 2,900.
    """
    book = renewing()
    base, trend = wa.renewal_base(book), wa.risk_trend(book, periods=2, months=6)
    before = trend[trend["period_end"] < book.as_of].tail(1)
    figures = words.own_figures(KEY, base, before).set_index("label")
    assert figures.index.tolist() == ["ARR", "NRR", "GRR", "Due in 6 months", "Of it at risk", "Next steps"]
    assert figures.loc["Due in 6 months", "value"] == 1600.0
    assert figures.loc["Of it at risk", "value"] == 50.0
    assert figures.loc["Due in 6 months", "change"] == 1600.0 - 2900.0
    assert (
        figures.loc["Of it at risk", "change"] == 50.0 - 50.0 - 1000.0
    )  # Hazel's S10 was called on 30 September
    assert figures.loc["Next steps", "value"] == 6.0  # all but Beech's S2 lack something
    assert "since Sep; 5 renewals" in cards(figures.reset_index())


def test_at_the_end_of_a_month_the_cards_are_the_trend() -> None:
    book = renewing()
    trend = wa.risk_trend(book, periods=1, months=6).iloc[0]
    figures = words.own_figures(KEY, wa.renewal_base(book), trend.to_frame().T).set_index("label")
    assert figures.loc[["Due in 6 months", "Of it at risk"], "change"].tolist() == [0.0, 0.0]


def test_the_first_renewals_are_those_on_top_of_the_list() -> None:
    base = wa.renewal_base(renewing())
    top = charts.worklist(base, urgent=True)
    assert top["account"].head(3).tolist() == ["Alder", "Cedar", "Alder"]  # overdue; in three months; in six
    said = words.own_sentence(KEY, base)
    assert said.startswith(
        "NRR fell 2.0 points to 90.0%. 1.6k comes due in six months in five renewals, 50 of it"
    )
    assert (
        "First: Alder (100, overdue), Cedar (300, due 30 January 2027) and Alder (600, due 29 April 2027)."
        in said
    )


def test_nothing_due_and_no_retention_are_said() -> None:
    base = wa.renewal_base(renewing().where(name="Fir"))
    said = words.own_sentence(KEY.head(0), base)
    assert said == (
        "There is no retention to show: no customer had ARR twelve months before. Nothing comes due in six months."
    )
    figures = words.own_figures(KEY.head(0), base, pd.DataFrame())
    assert figures["value"].tolist() == [0.0, 0.0, 0.0]
    assert figures["change"].isna().all()


LINES = pd.DataFrame(
    {"start_date": pd.to_datetime(["2024-05-01", "2025-05-01"]), "product": ["Core", None],
     "state": ["past", "running"], "outcome": ["late", "open"]}
)  # fmt: skip


def steps(*levels: tuple[str, float]) -> pd.DataFrame:
    table = pd.DataFrame(levels, columns=["date", "arr"])
    return table.astype({"date": "datetime64[us]"})


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ([("2024-05-01", 100.0), ("2026-01-01", 90.0)], "is worth 90 a year, 10% less than a year ago."),
        ([("2024-05-01", 100.0)], "is worth 100 a year, as a year ago."),
        ([("2026-05-01", 100.0)], "is worth 100 a year; a year ago it had no ARR."),
        ([("2024-05-01", 100.0), ("2026-05-01", 0.0)], "has no contract that is running."),
    ],
)
def test_what_an_account_is_worth(levels: list[tuple[str, float]], said: str) -> None:
    text = words.account_sentence("Acme", LINES, steps(*levels), AS_OF)
    assert text == f"Acme, a customer since May 2024, {said}"


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        (["open"], "No renewal has been decided yet."),
        (["late"], "One renewal is decided: it was renewed, late."),
        (["lost"], "One renewal is decided: it was lost."),
        (["on_time", "early"], "Two renewals are decided: all were renewed."),
        (["on_time", "lost", "lost"], "Three renewals are decided: one was renewed, and two were lost."),
    ],
)
def test_how_renewals_went(outcomes: list[str], said: str) -> None:
    assert words.history_sentence(pd.DataFrame({"outcome": outcomes})) == said


def test_the_customer_gets_no_card_of_risk() -> None:
    base = wa.renewal_base(wa.account(renewing(), "B"))
    own = words.account_figures(steps(("2024-05-01", 1000.0)), base, AS_OF, pd.DataFrame({"amount": [5.0]}))
    assert own["label"].tolist() == [
        "ARR", "Next renewal", "Due in 12 months", "ARR at risk", "Next steps", "Open expansion",
    ]  # fmt: skip
    # Beech: 200 on 1 November 2026 (at risk 50), 800 on 30 October 2027 (churn: 800)
    assert own["value"].tolist() == [1000.0, 200.0, 1000.0, 850.0, 1.0, 5.0]
    theirs = words.account_figures(steps(("2024-05-01", 1000.0)), base, AS_OF, for_customer=True)
    assert theirs["label"].tolist() == ["ARR", "Next renewal", "Due in 12 months"]


def test_an_overdue_renewal_has_a_card_of_its_own() -> None:
    base = wa.renewal_base(wa.account(renewing(), "A"))
    figures = words.account_figures(steps(("2024-05-01", 700.0)), base, AS_OF).set_index("label")
    assert figures.loc["Overdue", "value"] == 100.0
    assert figures.loc["Next renewal", ["value", "note"]].tolist() == [600.0, "on 29 April 2027"]


def requests(*states: str | None) -> pd.DataFrame:
    return pd.DataFrame({"requested_on": [AS_OF] * len(states), "state": list(states)})


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ([], "There was no support request in twelve months."),
        ([None], "One support request in twelve months, the last on 31 October 2026."),
        (["unanswered", None], "The one from a new or senior contact had no talk in time."),
        (
            ["answered", "answered"],
            "To each of the two from new or senior contacts a call or meeting followed within",
        ),
        (
            ["unanswered", "unanswered"],
            "To none of the two from new or senior contacts a call or meeting followed",
        ),
        (
            ["answered", "unanswered"],
            "To 1 of the two from new or senior contacts a call or meeting followed within",
        ),
    ],
)
def test_support_requests(states: list[str | None], said: str) -> None:
    assert said in words.requests_sentence(requests(*states))
    assert "senior" not in words.requests_sentence(requests(*states), judged=False)


def deal(**more: Any) -> dict[str, Any]:
    return {"stage": "S2", "amount": 80.0, "close_date": AS_OF, "not_known": "", **more}


def test_open_deals() -> None:
    one = pd.DataFrame([deal(not_known="pain, impact")])
    assert words.deals_sentence(one) == (
        "One opportunity worth 80 is open; it stands in S2, 80 by 31 October 2026, and its pain and impact "
        "are not known."
    )
    two = pd.DataFrame([deal(close_date=pd.NaT), deal(amount=20.0)])
    assert words.deals_sentence(two) == (
        "Two opportunities worth 100 are open; the first to close stands in S2, 80."
    )


def test_the_questions_are_those_of_the_plays_and_of_the_deals() -> None:
    """Of renewing.py: Beech's S2 has ARR at risk with a cause and an answer, and a talk 60 days ago; S8 is called churn
    without a cause: nothing else is asked so far ahead.
    """
    book = wa.account(renewing(), "B")
    table = words.unasked(wa.renewal_base(book), book.plays, pd.DataFrame([deal(not_known="pain, impact")]))
    assert table["question"].tolist() == [
        "Why is it at risk? The ARR at risk has no root cause",
        "What is the pain, the impact of the deal?",
    ]
    assert table["about"].tolist() == ["Extra (Oct 2027)", "open opportunity in S2"]
    assert table["arr"].tolist() == [800.0, 80.0]
    assert words.unasked_sentence(table).startswith(
        "Two questions are still open; the first: Why is it at risk?"
    )
    assert words.unasked_sentence(table.head(0)) == "Every question that the plays ask has an answer."


def test_people() -> None:
    people = pd.DataFrame(
        {"left_date": [pd.NaT, AS_OF], "is_decision_maker": [False, True], "days_since_talk": [0, 5]}
    )
    assert words.contacts_sentence(people, 60) == "One person is known, none of them a decision maker."
    assert words.contacts_sentence(people) == "One person is known; the last conversation was today."
    assert words.contacts_sentence(people.tail(1), 60) == "Nobody is known there."
