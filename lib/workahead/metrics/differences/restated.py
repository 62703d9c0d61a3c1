"""History that reads otherwise: past month-ends in an older and in a newer book.

Three books are compared: the older one, the newer data counted by the older one's definitions, and the newer one. From
the first to the second is what the data changed, from there to the third what the definitions did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.book import engines
from workahead.book.customers import customers
from workahead.book.periods import Day, closing, month_ends, shift_months
from workahead.errors import PeriodError
from workahead.metrics.differences.restated_why import contracts_that_differ, side, why
from workahead.metrics.positions import By, money, ordered
from workahead.metrics.retention.movements import movements
from workahead.metrics.retention.retention import retained

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workahead.book.book import Book

COLUMNS = [
    "period_end", "arr_then", "arr_now", "arr_difference", "by_data", "by_definitions",
    "grr_then", "grr_now", "grr_difference", "nrr_then", "nrr_now", "nrr_difference",
]  # fmt: skip
ACCOUNTS = ["account_id", "name", "reason", "contracts", "then", "now", "difference", "detail"]
WINDOW = 12


def restated(old: Book, new: Book, months: int = 24, by: By = None) -> pd.DataFrame:
    """ARR, GRR and NRR (12 months, cohort) at the last ``months`` month-ends that both books know, then and now.

    | column | meaning |
    |---|---|
    | *by* | the group |
    | period_end | a month-end, up to the older book's as-of date |
    | arr_then, arr_now, arr_difference | ARR as it read in the older book, as it reads in the newer, now less then |
    | by_data, by_definitions | the two parts of arr_difference |
    | grr_then, ... nrr_difference | the same for GRR and NRR, as fractions; missing where either is |

    Raises PeriodError where the newer book is the older one, UnknownName.

    >>> import workahead as wa
    >>> contract = {"subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "end_date": [None]}
    >>> old = wa.Book.from_frames("2026-01-31", pd.DataFrame({**contract, "arr": [100.0]}))
    >>> new = wa.Book.from_frames("2026-02-28", pd.DataFrame({**contract, "arr": [90.0]}))
    >>> restated(old, new, months=1)[["period_end", "arr_then", "arr_now", "arr_difference"]]
      period_end  arr_then  arr_now  arr_difference
    0 2026-01-31     100.0     90.0           -10.0
    """
    _in_order(old, new)
    names = old.by(by)
    new.by(by)
    days = month_ends(old.as_of, months)
    between = middle(old, new)
    read = {"then": _read(old, days, by), "middle": _read(between, days, by)}
    read["now"] = read["middle"] if between is new else _read(new, days, by)
    keys = [*names, "period_end"]
    table = read["then"].add_suffix("_then").rename(columns={f"{key}_then": key for key in keys})
    for mark in ("middle", "now"):
        other = read[mark].add_suffix(f"_{mark}").rename(columns={f"{key}_{mark}": key for key in keys})
        table = table.merge(other, on=keys, how="outer")
    cents = {mark: table[f"arr_{mark}"].fillna(0).astype("int64") for mark in read}
    for rate in ("grr", "nrr"):
        table[f"{rate}_difference"] = table[f"{rate}_now"] - table[f"{rate}_then"]
    table = table.assign(
        arr_then=money(cents["then"]),
        arr_now=money(cents["now"]),
        arr_difference=money(cents["now"] - cents["then"]),
        by_data=money(cents["middle"] - cents["then"]),
        by_definitions=money(cents["now"] - cents["middle"]),
    )
    return ordered(table, keys)[[*names, *COLUMNS]]


def restated_accounts(old: Book, new: Book, at: Day | None = None, by: By = None) -> pd.DataFrame:
    """The accounts whose ARR at a past day reads otherwise now, and why, largest difference first.

    | column | meaning |
    |---|---|
    | *by* | the group |
    | account_id, name | the account that has the customer's attributes (with ``grain="parent"``: the parent) |
    | reason | why, in one word: see below |
    | contracts | how many contracts are the cause: a renewal, not what it renews |
    | then, now, difference | their ARR at the close of ``at`` in the older and in the newer book |
    | detail | which contract or field, with the old and the new value |

    | reason | when |
    |---|---|
    | late_renewal | a renewal that the older book does not hold, of a contract that had run out by its as-of date |
    | not_renewed | it counted as overdue, and no renewal came, or it was lost |
    | changed_contract | ARR, first or last day, account, product or link of the contract differ |
    | added_contract, removed_contract | only the newer, only the older book holds the contract |
    | moved_account | the account is in another group, or has come into the selection or left it |
    | changed_definition | the same data, counted otherwise |

    ``at`` is by default the last month-end that both books know. The differences add up to ``arr_difference`` of
    :func:`restated`, those of changed_definition to ``by_definitions`` and the others to ``by_data``, to the cent, in
    every group. An account whose part of either adds up to nothing is left out of it.
    Raises PeriodError, UnknownName.
    """
    table = restated_causes(old, new, [at] if at is not None else month_ends(old.as_of, 1), by)
    table["contracts"] = table["causes"].map(len).astype("int64")
    return table[[*old.by(by), *ACCOUNTS]]


def restated_causes(old: Book, new: Book, days: Sequence[Day], by: By = None) -> pd.DataFrame:
    """:func:`restated_accounts` at several days (at), with the ids of the contracts (causes)."""
    _in_order(old, new)
    names = old.by(by)
    new.by(by)
    between, places = middle(old, new), list(dict.fromkeys([*names, "account_id"]))
    lines = {book: _lines(book, names) for book in (old, between, new)}
    differing = {
        day: contracts_that_differ(_standing(lines[old], day), _standing(lines[between], day), places)
        for day in (closing(old, one) for one in days)
    }
    every = pd.concat(list(differing.values()))
    accounts = pd.concat([every["account_id_then"], every["account_id_now"]])
    sides = [side(book, every["subscription_id"], accounts) for book in (old, between)]
    rows = []
    for day, found in differing.items():
        rows.append(why(found, sides[0], sides[1], day, places).assign(at=day))
        if between is not new:
            before, after = _standing(lines[between], day), _standing(lines[new], day)
            rows.append(_by_definitions(before, after, old, new, places).assign(at=day))
    table = pd.concat(rows, ignore_index=True)
    table["difference"] = table["now"] - table["then"]
    if len(table):
        part = table["reason"].eq("changed_definition")
        keys = ["at", *names, "account_id", part]
        total = table.groupby(keys, dropna=False)["difference"].transform("sum")
        table = table[(total != 0) & (table["difference"] != 0)]
    table = table.merge(_names(old, new), on="account_id", how="left")
    if new.audience is not None:  # an account that has left a reader's book is somebody else's now
        held = engines.pandas(new.frame("accounts").select("account_id"))["account_id"]
        theirs = ~table["account_id"].isin(held)
        table[["account_id", "name", "detail"]] = table[["account_id", "name", "detail"]].mask(theirs)
        table["causes"] = table["causes"].where(~theirs, pd.Series([()] * len(table), index=table.index))
    order = table.assign(size=-table["difference"].abs()).sort_values(["at", "size"], kind="stable").index
    table = table.loc[order].reset_index(drop=True)
    for column in ("then", "now", "difference"):
        table[column] = money(table[column])
    return table


def middle(old: Book, new: Book) -> Book:
    """The newer data under the older definitions; the newer book itself where these are its own."""
    rules = old.definitions.model_dump()
    return new if new.definitions == old.definitions else new.redefine(**rules)


def _in_order(old: Book, new: Book) -> None:
    if old.as_of > new.as_of:
        raise PeriodError(
            f"the older book is as of {old.as_of:%Y-%m-%d}, after the newer one's {new.as_of:%Y-%m-%d}: "
            "give the older one first"
        )


def _read(book: Book, days: list[pd.Timestamp], by: By) -> pd.DataFrame:
    """arr (cents), grr and nrr of each group at each day."""
    names = book.by(by)
    monthly = movements(book, shift_months(days[0], -1), days[-1], freq="month", by=by)
    rates = retained(book, [(shift_months(day, -WINDOW), day) for day in days], by, "cohort")
    arr = monthly.assign(arr=(monthly["ending"] * 100).round().astype("int64"))
    keys = [*names, "period_end"]
    return arr[[*keys, "arr"]].merge(rates[[*keys, "grr", "nrr"]], on=keys)


def _lines(book: Book, names: list[str]) -> pd.DataFrame:
    """When each contract's ARR counts: subscription_id, account_id, the groups, cents, start_date, stop."""
    lines = book.service(tuple(name for name in names if name not in book.columns("accounts")))
    lines = customers(lines, dict(book._base.tables), book.definitions, book.engine)
    wanted = ["subscription_id", "account_id", *names, "cents", "start_date", "stop"]
    table = engines.pandas(book.labelled(lines, names).select(*dict.fromkeys(wanted)))
    return table.astype({"cents": "int64", "start_date": "datetime64[us]", "stop": "datetime64[us]"})


def _standing(lines: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The contracts whose ARR counts at the close of a day."""
    live = (lines["start_date"] <= day) & ~(lines["stop"] <= day)
    return lines[live].drop(columns=["start_date", "stop"])


def _by_definitions(
    before: pd.DataFrame, after: pd.DataFrame, old: Book, new: Book, places: list[str]
) -> pd.DataFrame:
    """What counting otherwise does to each account: the contracts that it moves, their cents under both."""
    keys = ["subscription_id", *places]
    moved = before.rename(columns={"cents": "then"}).merge(
        after.rename(columns={"cents": "now"}), on=keys, how="outer"
    )
    moved = moved.fillna({"then": 0, "now": 0}).astype({"then": "int64", "now": "int64"})
    moved = moved[moved["then"] != moved["now"]]
    grouped = moved.groupby(places, as_index=False, dropna=False)
    table = grouped.agg(causes=("subscription_id", tuple), then=("then", "sum"), now=("now", "sum"))
    rules = new.definitions.model_dump()
    changed = [
        f"{name} {was} → {rules[name]}"
        for name, was in old.definitions.model_dump().items()
        if was != rules[name]
    ]
    return table.assign(reason="changed_definition", detail="; ".join(changed))


def _names(old: Book, new: Book) -> pd.DataFrame:
    """account_id, name of all accounts, as the newer book has them."""
    held = []
    for book in (new._base, old._base):
        columns = [name for name in ("account_id", "name") if name in new.columns("accounts")]
        columns = [name for name in columns if name in book.columns("accounts")]
        held.append(engines.pandas(book.frame("accounts").select(*columns)))
    return pd.concat(held).reindex(columns=["account_id", "name"]).drop_duplicates("account_id")
