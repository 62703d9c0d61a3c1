"""A book at a day to come: what stands if everything open simply goes on, and which of it may still be lost."""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workahead.book import engines
from workahead.book.book import Book
from workahead.book.customers import customers
from workahead.book.once import once
from workahead.metrics.chosen import of_accounts, rows_of
from workahead.metrics.positions import by_group, grouped, levels
from workahead.metrics.projection.growth import arrivals
from workahead.metrics.projection.model import Floats
from workahead.metrics.projection.outlook import Outlook, outlook


@dataclass(frozen=True)
class Ahead:
    """What a projection starts from.

    ``customers``: a row per group and customer with ARR at the start or one of the ends, in order of the groups:
    starting, and ending_0, ending_1, ... (cents). ``groups``: the columns to group by, and how many of those rows each
    has. ``open``: the outlook's open renewals up to the last end, with ``customer``: the row it belongs to.
    ``arriving``: what each group gains (cents) by a start that lies ahead, at the pace of the last twelve months; it is
    there at the end, too: what has just begun is seldom lost within the period.
    """

    made: Outlook | None
    open: pd.DataFrame
    customers: pd.DataFrame
    groups: pd.DataFrame
    arriving: Floats

    def sums(self, end: int, rows: NDArray[np.int64] | None = None) -> Floats:
        """Each group's ARR at the start (cents), what is left of it at an end, and the same with growth; of all
        customers, or of some rows; with what is arriving.
        """
        table = self.customers if rows is None else self.customers.iloc[rows]
        start, ending = (table[name].to_numpy(dtype="float64") for name in ("starting", f"ending_{end}"))
        values = np.column_stack([start, np.minimum(start, ending), np.where(start > 0, ending, 0)])
        count = self.groups["rows"].to_numpy() if rows is None else self.rows_of(rows)
        return by_group(values, count) + self.arriving[:, None]

    def rows_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many of some rows each group has."""
        group = np.repeat(np.arange(len(self.groups)), self.groups["rows"].to_numpy())
        return np.bincount(group[rows], minlength=len(self.groups))


@once
def ahead(book: Book, first: pd.Timestamp, ends: tuple[pd.Timestamp, ...], by: tuple[str, ...]) -> Ahead:
    """What is known of periods from the close of one day to the close of others."""
    names, last = book.by(by), max(ends)
    if of_accounts(book):
        return _chosen(ahead(book._base, first, ends, by), book, first, last, names)
    made, rows = open_in(book, last)
    flat = _as_if_renewed(book, last) if last > book.as_of else book
    keys = [*names, "customer_id"]
    table = levels(flat, (first, *ends), by)
    table = table.rename(columns={0: "starting", **{n + 1: f"ending_{n}" for n in range(len(ends))}})
    groups = grouped(table, names)
    if len(rows):
        place = table[keys].assign(customer=range(len(table)))
        rows = rows.merge(_customers(flat, rows["subscription_id"], names).merge(place, on=keys))
        rows = rows.sort_values(["customer", "subscription_id"], kind="stable").reset_index(drop=True)
    return Ahead(made, rows, table, groups, _arriving(book, flat, groups[names], first))


def _chosen(whole: Ahead, book: Book, first: pd.Timestamp, last: pd.Timestamp, names: list[str]) -> Ahead:
    """What is known of the whole book, of some accounts."""
    places = whole.customers.assign(place=range(len(whole.customers)))
    customers, rows = rows_of(book, places, "account_id"), whole.open
    if len(rows):
        now = np.full(len(places), -1)
        now[customers["place"]] = range(len(customers))
        rows = rows.assign(customer=now[rows["customer"]])
        rows = rows[rows["customer"] >= 0].reset_index(drop=True)
    groups = grouped(customers, names)
    flat = _as_if_renewed(book._base, last) if last > book.as_of else book._base
    return Ahead(whole.made, rows, customers, groups, _arriving(book, flat, groups[names], first))


@once
def open_in(book: Book, last: pd.Timestamp) -> tuple[Outlook | None, pd.DataFrame]:
    """The outlook, and its open renewals of this book that come due up to a day; none where that day is over."""
    if last <= book.as_of:
        return None, pd.DataFrame(columns=["subscription_id"])
    made = outlook(book)
    rows = made.open[made.open["renewal_date"] <= last]
    return made, rows if book._base is book else rows_of(book, rows, "subscription_id")


def times(rows: pd.DataFrame, until: pd.Timestamp, as_of: pd.Timestamp) -> NDArray[np.int64]:
    """How often each contract comes due up to a day that lies ahead, its renewals being as long as it is."""
    if until <= as_of:
        return np.zeros(len(rows), dtype="int64")
    days = (until - rows["renewal_date"]).dt.days
    return np.where(days >= 0, 1 + days // rows["term"].clip(lower=1), 0).astype("int64")


@once
def _as_if_renewed(book: Book, last: pd.Timestamp) -> Book:
    """The book at a day to come, as if its open contracts simply went on and nothing but what is known happened."""
    contracts = open_in(book, last)[1]["subscription_id"]
    # a customer that is one account is all there: the others need not be gone through
    base = book if book.definitions.grain == "account" and not book._lines_chosen else book._base
    tables = dict(base.tables)
    lines = base.frame("subscriptions")
    if len(contracts):
        goes_on = nw.col("subscription_id").is_in(contracts.tolist())
        lines = lines.with_columns(end_date=nw.when(~goes_on).then(nw.col("end_date")))
    tables["subscriptions"] = lines.to_native()
    later = Book(tables, as_of=last, definitions=book.definitions, engine=book.engine, manifest=base.manifest)
    return later if base is book else later.where(**book.filters)


def _arriving(book: Book, flat: Book, groups: pd.DataFrame, first: pd.Timestamp) -> Floats:
    """What each group gains between today and the start of a period, beyond what is signed to begin by then."""
    days, names = (first - book.as_of).days, list(groups.columns)
    if days <= 0:
        return np.zeros(len(groups))
    a_day = arrivals(book, tuple(names))
    known = levels(flat, (book.as_of, first), tuple(names))
    known = rows_of(book, known, "account_id") if of_accounts(book) else known
    known = known.assign(signed=(known[1] - known[0]).clip(lower=0))
    if names:
        signed = known.groupby(names, as_index=False, dropna=False)[["signed"]].sum()
        table = (
            groups.merge(a_day, on=names, how="left")
            .merge(signed, on=names, how="left")
            .fillna({"signed": 0})
        )
    else:
        table = a_day.assign(signed=known["signed"].sum())
    gains = table["a_day"].fillna(0) * days - table["signed"]
    return gains.clip(lower=0).to_numpy(dtype="float64")


def _customers(flat: Book, contracts: pd.Series, names: list[str]) -> pd.DataFrame:
    """subscription_id, customer_id and the columns to group by, of open contracts."""
    keys = tuple(name for name in names if name not in flat.columns("accounts"))
    chosen = nw.col("subscription_id").is_in(contracts.tolist())
    if flat.definitions.grain == "account" and not keys:
        lines = flat.frame("subscriptions").filter(chosen).with_columns(customer_id=nw.col("account_id"))
    else:
        every = customers(flat.service(keys), dict(flat._base.tables), flat.definitions, flat.engine)
        lines = every.filter(chosen)
    lines = flat.labelled(lines, names)
    return engines.pandas(lines.select(*dict.fromkeys(["subscription_id", "customer_id", *names])))
