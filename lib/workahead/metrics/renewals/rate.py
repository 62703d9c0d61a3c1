"""How much of what came due was renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.customers import parents
from workahead.book.periods import Day, window
from workahead.book.tables import NOT_SET
from workahead.metrics.positions import By, complete, money, ordered, rate
from workahead.metrics.renewals.events import events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workahead.book.book import Book

AMOUNTS = ["due_arr", "renewed_arr", "net_renewed_arr", "open_arr"]
COLUMNS = [*AMOUNTS, "renewal_rate", "net_renewal_rate", "on_time_rate"]


def renewal_rate(book: Book, start: Day, end: Day, by: By = None) -> pd.DataFrame:
    """What was renewed of the contracts whose renewal date lies after ``start``, up to ``end``.

    | column | meaning |
    |---|---|
    | *by* | the group |
    | due_arr | ARR that came due |
    | renewed_arr, net_renewed_arr | what was renewed of it, at most what was due; and with growth |
    | open_arr | of due_arr, overdue at the as-of date: not renewed yet, and not lost |
    | renewal_rate, net_renewal_rate | those as fractions of due_arr (definition ``closed_only``: less open_arr) |
    | on_time_rate | renewed_arr that was signed on or before the renewal date, likewise |

    A contract that was renewed early counts when it would have come due. Rates are missing where nothing was due.
    Raises PeriodError where the period runs backwards or ends after the as-of date, UnknownName.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2", "S3"], "account_id": ["A", "B", "A"], "arr": [300.0, 100.0, 330.0],
    ...     "start_date": ["2025-01-01", "2025-01-01", "2026-01-01"],
    ...     "end_date": ["2025-12-31", "2025-12-31", "2026-12-31"]}))
    >>> renewal_rate(book, "2025-12-31", "2026-03-31")[["due_arr", "renewal_rate", "net_renewal_rate"]]
       due_arr  renewal_rate  net_renewal_rate
    0    400.0          0.75             0.825
    """
    first, last = window(book, start, end)
    table = grouped_events(book, by)
    table = table[(table["renewal_date"] > first) & (table["renewal_date"] <= last)]
    table = cents(table, ["due_arr", "renewed_arr", "net_renewed_arr"])
    on_time = table["signed_on"] <= table["renewal_date"]
    table["open_arr"] = table["due_arr"].where(table["outcome"].isin(["open", "overdue"]), 0)
    table["on_time_arr"] = table["renewed_arr"].where(on_time, 0)
    sums = added(table, book, by, [*AMOUNTS, "on_time_arr"])
    closed_only = book.definitions.renewal_rate == "closed_only"
    base = sums["due_arr"] - sums["open_arr"] if closed_only else sums["due_arr"]
    sums = sums.assign(
        renewal_rate=rate(sums["renewed_arr"], base),
        net_renewal_rate=rate(sums["net_renewed_arr"], base),
        on_time_rate=rate(sums["on_time_arr"], base),
    )
    for column in AMOUNTS:
        sums[column] = money(sums[column])
    return sums[[*book.by(by), *COLUMNS]]


def grouped_events(book: Book, by: By) -> pd.DataFrame:
    """The renewal events with the ``by`` columns beside them: what the customer's account says, as in all metrics."""
    return with_groups(events(book), book, by)


def with_groups(table: pd.DataFrame, book: Book, by: By) -> pd.DataFrame:
    """Rows of contracts (subscription_id, account_id) with the ``by`` columns beside them."""
    names, base = book.by(by), book._base
    accounts = [name for name in names if name in book.columns("accounts")]
    lines = [name for name in names if name not in accounts and name != "subscription_id"]
    table = table.drop(columns=[name for name in lines if name in table])
    table["owner"] = table["account_id"]
    roots = parents(dict(base.tables), book.engine) if book.definitions.grain == "parent" else None
    if roots is not None:
        up = engines.pandas(roots).set_index("account_id")["root"]
        table["owner"] = up.reindex(table["owner"]).set_axis(table.index).fillna(table["owner"])
    if accounts:
        said = engines.pandas(base.frame("accounts").select(nw.col("account_id").alias("owner"), *accounts))
        table = table.drop(columns="account_id").merge(said, on="owner", how="left")
        table["account_id"] = table["owner"]
    if lines:
        said = engines.pandas(base.frame("subscriptions").select("subscription_id", *lines))
        table = table.merge(said.astype(dict.fromkeys(lines, "str")), on="subscription_id", how="left")
    texts = [name for name in names if pd.api.types.is_string_dtype(table[name])]
    return table.drop(columns="owner").fillna(dict.fromkeys(texts, NOT_SET))


def cents(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Amounts as whole cents, to be added up."""
    whole = {column: (table[column] * 100).round().astype("int64") for column in columns}
    return table.assign(**whole)


def added(table: pd.DataFrame, book: Book, by: By, columns: Sequence[str]) -> pd.DataFrame:
    """The sums of ``columns`` by group, with zeros for the groups of the book that have no row here."""
    names = book.by(by)
    if not names:
        return complete(table[list(columns)].sum().to_frame().T, book, by)
    sums = table.groupby(names, as_index=False)[list(columns)].sum()
    groups = complete(sums, book, by)
    known = pd.MultiIndex.from_frame(groups[names])
    others = sums[~pd.MultiIndex.from_frame(sums[names]).isin(known)]
    return ordered(pd.concat([groups, others]), names) if len(others) else groups
