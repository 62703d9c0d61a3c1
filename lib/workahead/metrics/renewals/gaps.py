"""What the book lacks of what the renewal base would say, and what therefore stays empty or is not asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.book import engines
from workahead.book.plays import Need, Plays, default_plays
from workahead.book.tables import TABLES
from workahead.errors import did_you_mean

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["table", "column", "effect", "advice"]

_USED: tuple[tuple[str, str, str, Need | None], ...] = (
    ("forecast_calls", "called_on", "called_on", "called"),
    ("forecast_calls", "category", "category", None),
    ("forecast_calls", "forecast_arr", "forecast_arr", None),
    ("forecast_calls", "at_risk_arr", "at_risk_arr", "cause_stated"),
    ("forecast_calls", "root_cause", "root_cause", "cause_stated"),
    ("forecast_calls", "would_renew", "would_renew", "answered"),
    ("activities", "contact_id", "days_since_decision_maker", "decision_maker"),
    ("contacts", "is_decision_maker", "days_since_decision_maker", "decision_maker"),
    ("accounts", "plan_updated_date", "", "planned"),
    ("accounts", "name", "name", None),
    ("accounts", "segment", "segment", None),
    ("accounts", "csm", "csm", None),
    ("accounts", "tier", "tier", None),
    ("subscriptions", "product", "product", None),
)
"""Table, column, what it fills in the renewal base, and the need that can't be judged without it."""


def unknown_needs(book: Book) -> set[Need]:
    """What can't be said of any renewal of this book, so that no play asks for it."""
    return {need for table, column, _, need in _USED if need and column not in book.columns(table)}


def renewal_gaps(book: Book, plays: Plays | None = None) -> pd.DataFrame:
    """Which tables and columns the renewal base would use and the book lacks; empty where nothing is missing.

    | column | meaning |
    |---|---|
    | table, column | what is missing; without a column, the whole table |
    | effect | which columns of the renewal base stay empty, and which plays are not asked for |
    | advice | where it usually comes from, or what was probably meant |

    A segment that the team's own plays name and no account has is a row, too.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "arr": [1200.0]}))
    >>> renewal_gaps(book)["table"].drop_duplicates().tolist()
    ['forecast_calls', 'activities', 'contacts', 'accounts', 'subscriptions']
    """
    rows: list[tuple[str, str | None, str, str]] = []
    for table in dict.fromkeys(one[0] for one in _USED):
        used = [one for one in _USED if one[0] == table]
        advice = f"it usually comes from {TABLES[table].holder}"
        if table not in book.tables:
            fills = list(dict.fromkeys(one[2] for one in used if one[2]))
            rows.append((table, None, _effect(fills, [one[3] for one in used if one[3]]), advice))
            continue
        for _, column, fills_one, need in used:
            if column not in book.columns(table):
                effect = _effect([fills_one] if fills_one else [], [need] if need else [])
                rows.append((table, column, effect, advice))
    rows += _segments(book, plays or book.plays)
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")


def _effect(fills: list[str], needs: list[Need]) -> str:
    stays = [f"{', '.join(fills)} {'stays' if len(fills) == 1 else 'stay'} empty"] if fills else []
    asked = [f"no play asks for {', '.join(dict.fromkeys(needs))}"] if needs else []
    return "; ".join(stays + asked)


def _segments(book: Book, plays: Plays) -> list[tuple[str, str | None, str, str]]:
    """Segments that the plays name and no account has: a slip of the pen would go unseen."""
    if plays == default_plays() or "segment" not in book.columns("accounts"):
        return []
    held = engines.pandas(book._base.frame("accounts").select("segment").unique())["segment"]
    there = sorted(held.dropna())
    named = [*plays.call_due_by_segment, *(segment for play in plays.plays for segment in play.segment)]
    return [
        (
            "plays.yml",
            "segment",
            f"what it says of {name!r} holds for nobody: no account has that segment",
            f"there are: {', '.join(there)}.{did_you_mean(name, there)}",
        )
        for name in dict.fromkeys(named)
        if name not in there
    ]
