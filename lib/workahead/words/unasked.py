"""The questions that nobody has asked yet, of the renewals ahead and of what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.words.dates import month
from workahead.words.grammar import capital, listed
from workahead.words.numbers import count, spelled

if TYPE_CHECKING:
    from workahead.book.plays import Plays

_QUESTIONS = {
    "settled": "Is it signed, or is it lost?",
    "called": "What do we forecast? The call is due",
    "cause_stated": "Why is it at risk? The ARR at risk has no root cause",
    "answered": "Would you renew today?",
    "planned": "What do they want to reach? There is no current account plan",
    "decision_maker": "What does the decision maker say? Nobody has spoken to one in {days} days",
}


def unasked(base: pd.DataFrame, plays: Plays, deals: pd.DataFrame | None = None) -> pd.DataFrame:
    """The questions that nobody has asked yet: what the plays ask for and is not there, and what deals do not say.

    | column | meaning |
    |---|---|
    | question | in words; of the renewals ahead, of open opportunities |
    | about | which of them |
    | arr | what hangs on it |
    | by | the first date on which it matters: renewal date, or set to close |
    """
    rows: list[tuple[str, str, float, pd.Timestamp]] = []
    lacks = base["lacks"].str.split(", ")
    for need, question in _QUESTIONS.items():
        some = base[[need in one for one in lacks]]
        if len(some):
            asked = question.format(days=plays.decision_maker_days)
            rows.append((asked, _about(some), some["arr"].sum(), some["renewal_date"].min()))
    if deals is not None:
        names = ["not_known", "stage", "amount", "close_date"]
        for unknown, stage, amount, close in deals[names].itertuples(index=False):
            if not unknown:
                continue
            asked = f"What is the {str(unknown).replace(', ', ', the ')} of the deal?"
            rows.append((asked, f"open opportunity in {stage}", amount, close))
    table = pd.DataFrame(rows, columns=["question", "about", "arr", "by"])
    return table.astype({"arr": "float64", "by": "datetime64[us]"}).round({"arr": 2})


def _about(some: pd.DataFrame) -> str:
    parts = [
        f"{product if isinstance(product, str) and product else 'renewal'} ({month(when, short=True)})"
        for product, when in zip(some["product"], some["renewal_date"], strict=True)
    ]
    return listed(parts[:3]) if len(parts) < 4 else f"{', '.join(parts[:3])} and {count(len(parts) - 3)} more"


def unasked_sentence(questions: pd.DataFrame) -> str:
    """How many questions are open, and the first of them. ``questions`` is a table of ``words.unasked``."""
    if questions.empty:
        return "Every question that the plays ask has an answer."
    first = questions.iloc[0]
    number = len(questions)
    text = f"{capital(spelled(number))} {'question is' if number == 1 else 'questions are'} still open"
    stop = "" if first["question"].endswith("?") else "."
    return f"{text}; the first: {first['question']}{stop}"
