"""Small grammar of sentences: lists, who did it, ups and downs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workahead.book.tables import NOT_SET
from workahead.words.numbers import percent, points, spelled


def listed(parts: Sequence[str]) -> str:
    """A list as prose has it.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"]), listed([])
    ('a', 'a and b', 'a, b and c', '')
    """
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def capital(text: str) -> str:
    """The first letter large, the others as they are."""
    return text[:1].upper() + text[1:]


def column(name: str) -> str:
    """A column inside a sentence.

    >>> column("csm"), column("account_manager")
    ('CSM', 'account manager')
    """
    return {"csm": "CSM", "arr": "ARR"}.get(name, name.replace("_", " "))


def ungrouped(table: pd.DataFrame, by: str) -> str:
    """That there is nothing to compare, where the only group is (not set); else nothing.

    >>> ungrouped(pd.DataFrame({"csm": ["(not set)"]}), "csm"), ungrouped(pd.DataFrame({"csm": ["Ana"]}), "csm")
    ('No CSM is set in this book: there are no groups to compare.', '')
    """
    if table.empty or (table[by].astype("str") != NOT_SET).any():
        return ""
    return f"No {column(by)} is set in this book: there are no groups to compare."


def extremes(rows: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series]:
    """The rows where a column is largest and smallest, the first of them where several are."""
    values = rows[column].astype("float64")
    return rows.iloc[int(values.argmax())], rows.iloc[int(values.argmin())]


def moved(name: str, now: float, before: float | None) -> str:
    """How a rate changed.

    >>> moved("NRR", 1.032, 1.046), moved("GRR", 0.9, 0.9001), moved("NRR", 1.02, None)
    ('NRR fell 1.4 points to 103.2%', 'GRR held at 90.0%', 'NRR is 102.0%')
    """
    if before is None or before != before or now != now:
        return f"{name} is {percent(now)}"
    change = round(now - before, 12)
    if points(abs(change)) == points(0):
        return f"{name} held at {percent(now)}"
    return f"{name} {'rose' if change > 0 else 'fell'} {points(abs(change))} to {percent(now)}"


_SINGLE = {
    "expansion": "the expansion of {who}",
    "contraction": "the contraction of {who}",
    "churn": "the loss of {who}",
    "reactivation": "the return of {who}",
    "new": "the start of {who}",
    "earlier gain": "an older expansion of {who} that has left the window",
    "earlier loss": "an older loss at {who} that has left the window",
}
_SEVERAL = {
    "expansion": ("{n} {segment}expansions", True),
    "contraction": ("{n} {segment}contractions", True),
    "churn": ("the loss of {n} {segment}customers", False),
    "reactivation": ("the return of {n} {segment}customers", False),
    "new": ("the start of {n} {segment}customers", False),
    "earlier gain": ("older expansions of {n} {segment}customers that have left the window", True),
    "earlier loss": ("older losses at {n} {segment}customers that have left the window", True),
}


def culprits(drivers: pd.DataFrame) -> tuple[str, bool]:
    """Who is behind a change, and whether the phrase is plural.

    ``drivers`` are the rows to name, as ``wa.nrr_drivers`` gives them: one cause and one segment make
    "two Enterprise contractions"; a single customer is named; a mixture is named one by one.
    """
    causes, segments = set(drivers["cause"]), set(drivers["segment"].dropna())
    people = [
        str(i if n is None or n != n or not str(n).strip() else n)
        for n, i in zip(drivers["name"], drivers["customer_id"], strict=True)
    ]
    if len(drivers) == 1:
        segment = f" ({next(iter(segments))})" if segments else ""
        return _SINGLE[next(iter(causes))].format(who=people[0] + segment), False
    shared = len(segments) == 1 and not drivers["segment"].isna().any()
    segment = f"{next(iter(segments))} " if shared else ""
    if len(causes) == 1:
        phrase, plural = _SEVERAL[next(iter(causes))]
        return phrase.format(n=spelled(len(drivers)), segment=segment), plural
    return f"{spelled(len(drivers))} {segment}customers ({listed(people)})", True
