"""Risk in dollars: at-risk ARR of the renewals ahead, by what causes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.book.plays import Plays
from workahead.book.tables import NOT_SET
from workahead.errors import UnknownName
from workahead.metrics.positions import By, money, rate
from workahead.metrics.renewals.call_history import COLUMNS as CALL
from workahead.metrics.renewals.upcoming import cents, upcoming, with_columns

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["renewals", "at_risk_arr", "share", "addressable_arr", "unstated_arr"]
_SUMS = ["at_risk_arr", "addressable_arr", "unstated_arr"]


def risk(book: Book, months: int = 12, by: By = "root_cause", plays: Plays | None = None) -> pd.DataFrame:
    """ARR at risk, by the last calls on renewals overdue or due in fewer than so many months, largest first.

    | column | meaning |
    |---|---|
    | *by* | root_cause, or any column of a call, of accounts or of subscriptions |
    | addressable | beside root_cause: whether something can be done about it; missing where it can't be said |
    | renewals | contracts with ARR at risk |
    | at_risk_arr | ARR at risk |
    | share | of all ARR at risk |
    | addressable_arr | of it, with a cause about which something can be done |
    | unstated_arr | of it, with no cause, or with one of which the plays can't say (such as Unknown) |

    Which causes there are, and which of them are addressable, the plays say (default: the book's). A book without
    forecast calls, or without ``at_risk_arr``, gives an empty table. Raises UnknownName for an unknown column.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [100.0, 300.0],
    ...     "start_date": ["2026-03-01"] * 2, "end_date": ["2027-02-28"] * 2}), forecast_calls=pd.DataFrame({
    ...     "account_id": ["A", "B"], "renewal_date": ["2027-03-01"] * 2, "called_on": ["2026-10-01"] * 2,
    ...     "category": ["at_risk"] * 2, "forecast_arr": [0.0, 0.0], "at_risk_arr": [100.0, 300.0],
    ...     "root_cause": ["Product gap", "Out of business"]}))
    >>> risk(book)[["root_cause", "addressable", "renewals", "at_risk_arr", "share"]]
            root_cause  addressable  renewals  at_risk_arr  share
    0  Out of business        False         1        300.0   0.75
    1      Product gap         True         1        100.0   0.25
    """
    plays = plays or book.plays
    names = _known(book, by)
    table = upcoming(book, months)
    table = table[table["at_risk_arr"] > 0]
    table = table.assign(root_cause=spelled(table["root_cause"], plays))
    addressable = table["root_cause"].map(dict(plays.root_causes)).astype("boolean")
    table = with_columns(table.assign(addressable=addressable), book, names)
    at_risk = cents(table["at_risk_arr"])
    table = table.assign(
        at_risk_arr=at_risk,
        addressable_arr=at_risk.where(table["addressable"].eq(True).fillna(False).astype(bool), 0),
        unstated_arr=at_risk.where(unstated(table["root_cause"], plays), 0),
        all="",
    )
    keys = [*names, "addressable"] if "root_cause" in names and "addressable" not in names else names
    counted = table.groupby(keys or ["all"], as_index=False, dropna=False).agg(
        renewals=("subscription_id", "size"), **{name: (name, "sum") for name in _SUMS}
    )
    counted["share"] = rate(counted["at_risk_arr"], pd.Series(at_risk.sum(), index=counted.index))
    counted[_SUMS] = counted[_SUMS].apply(money)
    counted = counted.sort_values(
        ["at_risk_arr", *names], ascending=[False, *[True] * len(names)], kind="stable"
    )
    return counted[[*keys, *COLUMNS]].reset_index(drop=True)


def spelled(causes: pd.Series, plays: Plays) -> pd.Series:
    """Root causes as the plays spell them, whatever the case; others as they are."""
    known = {cause.strip().casefold(): cause for cause in plays.root_causes}
    plain = causes.astype("str").str.strip()
    return plain.str.casefold().map(known).astype("str").fillna(plain)


def unstated(causes: pd.Series, plays: Plays) -> pd.Series:
    """Whether a cause is missing, or one of which the plays can't say what to do about it."""
    no_say = [cause for cause, addressable in plays.root_causes.items() if addressable is None]
    return causes.isna() | causes.isin([NOT_SET, *no_say])


def _known(book: Book, by: By) -> list[str]:
    """The columns to group by: those of a call, or the book's."""
    names = [] if by is None else [by] if isinstance(by, str) else list(by)
    mine = [*CALL, "addressable"]
    known = [*mine, *book.columns("accounts"), *book.columns("subscriptions")]
    for name in names:
        if name not in known:
            raise UnknownName("column", name, known)
    return names
