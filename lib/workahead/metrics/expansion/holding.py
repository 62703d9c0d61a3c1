"""Who holds which account when: today's CSM, or a history of owners by the days held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.book import engines
from workahead.errors import ConfigError
from workahead.metrics.positions import By
from workahead.metrics.renewals.upcoming import cents
from workahead.metrics.retention.arr import arr

if TYPE_CHECKING:
    from workahead.book.book import Book

PEOPLE = ("csm", "account_manager")
"""Columns that say who works an account."""
OWNERS = ["account_id", "csm", "from_date"]


def everybody(book: Book) -> Book:
    """The book with the accounts of all people: as it is filtered, but for the CSM and the account manager."""
    kept = {name: value for name, value in book.filters.items() if name not in PEOPLE}
    return book if len(kept) == len(book.filters) else book._base.where(**kept)


def owner_history(book: Book) -> pd.DataFrame | None:
    """The book's own history of owners; None where it has none."""
    return engines.pandas(book.frame("owners")) if "owners" in book.tables else None


def held_base(
    book: Book, start: pd.Timestamp, end: pd.Timestamp, by: By = None, owners: pd.DataFrame | None = None
) -> pd.DataFrame:
    """ARR (cents, ``base``) at the close of ``start`` by group. With ``owners`` and by csm, an account's counts for
    each CSM by the share of the days up to ``end`` that they held it.
    """
    names = book.by(by)
    if owners is None or "csm" not in names:
        table = arr(book, at=start, by=by)
        return table[names].assign(base=cents(table["arr"]))
    keys = list(dict.fromkeys(["account_id", *names]))
    each = arr(book, at=start, by=keys)[[*keys, "arr"]]
    shares = _shares(owners, start, end)
    table = each.merge(shares, on="account_id", how="left", suffixes=("", "_held"))
    table["csm"] = table.pop("csm_held").fillna(table["csm"])
    whole = cents(table["arr"])
    # the last holder takes the cent that the others' shares leave over
    part = (whole * table.pop("share").fillna(1.0)).round().astype("int64")
    others = part.groupby(table["account_id"]).transform("sum") - part
    last = ~table["account_id"].duplicated(keep="last")
    table["base"] = part.mask(last, whole - others)
    return table.groupby(names, as_index=False)[["base"]].sum()


def holder(found: pd.DataFrame, owners: pd.DataFrame) -> pd.Series:
    """Who held the account of each opportunity on the day it was created; today's CSM where the history is silent."""
    table = _checked(owners)
    rows = found.reset_index(names="row")[["row", "account_id", "created_date"]]
    each = rows.merge(table, on="account_id")
    known = (
        each[each["from_date"] <= each["created_date"]]
        .sort_values("from_date", kind="stable")
        .groupby("row")
        .last()
    )
    return known["csm"].reindex(found.index).fillna(found["csm"])


def _shares(owners: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """account_id, csm, share of the days after ``start``, up to ``end``; before the first entry, its CSM's."""
    table = _checked(owners)
    since = table["from_date"].where(table["account_id"].duplicated(), start)
    until = table.groupby("account_id")["from_date"].shift(-1) - pd.Timedelta(days=1)
    opened, closed = since - pd.Timedelta(days=1), until.fillna(end)
    opened, closed = (days.where(days > start, start) for days in (opened, closed))
    held = closed.where(closed < end, end) - opened.where(opened < end, end)
    table = table.assign(share=held / (end - start))
    return table[table["share"] > 0][["account_id", "csm", "share"]]


def _checked(owners: pd.DataFrame) -> pd.DataFrame:
    lacking = [name for name in OWNERS if name not in owners.columns]
    if lacking:
        raise ConfigError(f"owners lacks {', '.join(lacking)}: it needs {', '.join(OWNERS)}")
    table = owners[OWNERS]
    if "former" in owners.columns:  # who had an account before its first change, since ever
        first = (
            owners.sort_values("from_date", kind="stable")
            .drop_duplicates("account_id")
            .dropna(subset=["former"])
        )
        before = first.assign(csm=first["former"], from_date=pd.Timestamp(0))
        table = pd.concat([before[OWNERS], table])
    table = table.astype({"account_id": "str", "csm": "str", "from_date": "datetime64[us]"})
    return table.sort_values(["account_id", "from_date"], kind="stable", ignore_index=True)
