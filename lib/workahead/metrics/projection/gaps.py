"""What a projection has to do without, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.tables import TABLES
from workahead.metrics.projection.outlook import outlook

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["table", "column", "effect", "advice"]
ENOUGH = 30
"""Past renewals below which a record is thin."""
MATERIAL = 0.5
"""The share of ARR without an end date from which a projection of losses is none."""
_USED: list[tuple[str, str | None, str]] = [
    ("forecast_calls", None, "no renewal has a call: probabilities come from the book's history alone"),
    ("forecast_calls", "called_by", "callers are not told apart: an optimist's calls count as anybody's"),
    ("forecast_calls", "would_renew", "no answer to 'would you renew today' counts"),
    ("activities", None, "neither contact with the customer nor support requests count"),
    ("activities", "contact_id", "conversations with decision makers do not count"),
    ("contacts", None, "neither decision makers nor champions who left count"),
    ("contacts", "is_decision_maker", "conversations with decision makers do not count"),
    ("contacts", "left_date", "a champion who left does not count"),
    ("accounts", "segment", "all customers are taken as one segment"),
    ("subscriptions", "product", "products are not told apart"),
]


def projection_gaps(book: Book) -> pd.DataFrame:
    """What the projection has no data for.

    | column | meaning |
    |---|---|
    | table, column | what is missing (column missing: the whole table); also end dates, and a past that is short |
    | effect | what the projection does without |
    | advice | where it usually comes from |

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-03-01"], "arr": [100.0],
    ...     "end_date": ["2026-02-28"]}))
    >>> projection_gaps(book)["table"].tolist()
    ['forecast_calls', 'activities', 'contacts', 'accounts', 'subscriptions', 'subscriptions']
    """
    rows: list[tuple[str, str | None, str, str]] = []
    for table, column, effect in _USED:
        if column is None and table not in book.tables:
            rows.append((table, None, effect, _advice(table)))
        elif column is not None and table in book.tables and column not in book.columns(table):
            rows.append((table, column, effect, _advice(table)))
    endless = _endless(book)
    if endless > MATERIAL:
        effect = f"{endless:.0%} of ARR has no end date: nothing of it can come due, the projection takes it as kept"
        rows.append(("subscriptions", "end_date", effect, "export the contracts with their end dates"))
    past = len(outlook(book).decided)
    if past < ENOUGH:
        said = {0: "no renewal has", 1: "only one renewal has"}.get(past, f"only {past} renewals have")
        effect = f"{said} been decided so far: the range is wide, and the usual shares weigh most"
        rows.append(("subscriptions", None, effect, "export contracts that have ended, too"))
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")


def _endless(book: Book) -> float:
    """The share of ARR in service whose contracts have no end date."""
    counts = nw.col("stop").is_null() | (nw.col("stop") > engines.day(book.as_of, book.engine))
    lines = engines.pandas(book.service().filter(counts).select("cents", "end_date"))
    whole = lines["cents"].sum()
    return float(lines.loc[lines["end_date"].isna(), "cents"].sum() / whole) if whole else 0.0


def _advice(table: str) -> str:
    return f"it usually comes from {TABLES[table].holder}"
