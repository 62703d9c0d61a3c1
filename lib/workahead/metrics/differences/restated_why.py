"""Why a contract's ARR at a past day reads otherwise in a newer book, under the same definitions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.service import lost_contracts
from workahead.errors import some
from workahead.metrics.renewals.events import events

if TYPE_CHECKING:
    from workahead.book.book import Book

REASONS = (
    "late_renewal", "not_renewed", "changed_contract", "added_contract", "removed_contract", "moved_account",
    "changed_definition",
)  # fmt: skip
FIELDS = {
    "arr": "ARR",
    "start_date": "first day",
    "end_date": "last day",
    "account_id": "account",
    "product": "product",
    "replaces": "replaces",
}
"""What counts of a contract, and what a sentence calls it."""
OF_ACCOUNTS = ("accounts", "subscriptions", "opportunities")
"""The tables that say what renews what, and what is lost."""

Answer = tuple[str, str, str]
"""A reason, the contract that is the cause (itself, or what takes its place), and the detail."""


@dataclass(frozen=True)
class Side:
    """The contracts of one book (all of them, and those of its selection) and what takes whose place."""

    rows: dict[str, dict[str, Any]]
    mine: set[str]
    accounts: set[str]
    overdue: set[str]
    lost: set[str]
    successors: dict[str, set[str]]
    renews: dict[str, set[str]]
    as_of: pd.Timestamp


def side(book: Book, contracts: pd.Series, accounts: pd.Series) -> Side:
    """What a book knows of some contracts, and of all contracts of some accounts."""
    base = book._base
    told = [name for name in FIELDS if name in book.columns("subscriptions")]
    here = nw.col("account_id").is_in(sorted(accounts.dropna().unique()))
    named = here | nw.col("subscription_id").is_in(sorted(contracts.unique()))
    held = engines.pandas(base.frame("subscriptions").filter(named).select("subscription_id", *told))
    held = held.reindex(columns=["subscription_id", *FIELDS]).astype("object")
    held = held.where(held.notna(), None)
    fields: list[dict[str, Any]] = held[list(FIELDS)].to_dict("records")  # type: ignore[assignment]
    rows = dict(zip(held["subscription_id"].astype("str"), fields, strict=True))
    tables = {name: base.frame(name).filter(here).to_native() for name in base.tables if name in OF_ACCOUNTS}
    small = base._like(tables, book.definitions)  # what renews what is a matter of each account
    renewed = events(small).dropna(subset=["successor_id"])
    pairs = set(zip(renewed["subscription_id"], renewed["successor_id"], strict=True))
    for new, row in rows.items():
        pairs |= {(old.strip(), new) for old in str(row["replaces"] or "").split(";")}
    successors, renews = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for old, new in pairs:
        if old in rows and new in rows:
            successors[old].add(new)
            renews[new].add(old)
    have = base.columns("subscriptions")
    marks = lost_contracts(tables, small.frame("subscriptions"), have, book.as_of, book.engine)
    return Side(
        rows=rows,
        mine=_ids(book.frame("subscriptions"), "subscription_id"),
        accounts=_ids(book.frame("accounts"), "account_id"),
        overdue=_ids(small.overdue(), "subscription_id"),
        lost=set() if marks is None else _ids(marks, "subscription_id"),
        successors=successors,
        renews=renews,
        as_of=book.as_of,
    )


def _ids(frame: engines.Frame, column: str) -> set[str]:
    return set(engines.pandas(frame.select(column))[column])


def contracts_that_differ(then: pd.DataFrame, now: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    """subscription_id, then, now (cents), and each of ``places`` (groups, account) in both books."""
    both = then.rename(columns={"cents": "then"}).merge(
        now.rename(columns={"cents": "now"}),
        on="subscription_id",
        how="outer",
        suffixes=("_then", "_now"),
    )
    both = both.fillna({"then": 0, "now": 0}).astype({"then": "int64", "now": "int64"})
    differs = both["then"] != both["now"]
    for place in places:
        differs |= both[f"{place}_then"].astype("object").ne(both[f"{place}_now"].astype("object"))
    return both[differs]


def why(differing: pd.DataFrame, old: Side, new: Side, at: pd.Timestamp, places: list[str]) -> pd.DataFrame:
    """Groups, account_id, reason, causes (contracts), then, now (cents) and detail of what differs at a day.

    One that is elsewhere now leaves the one place and comes into the other.
    """
    rows = list[dict[str, Any]]()
    for one in differing.to_dict("records"):
        was, reads = ({p: one[f"{p}_{mark}"] for p in places} for mark in ("then", "now"))
        contract, moved = str(one["subscription_id"]), bool(one["then"] and one["now"]) and was != reads
        if moved and not {"account_id", "product"} & set(_changes(contract, old, new)):
            listed = _listed((p, was[p], reads[p]) for p in places if was[p] != reads[p])
            answer = "moved_account", contract, listed
        else:
            answer = reason(contract, old, new, at)
        told = dict(zip(("reason", "cause", "detail"), answer, strict=True))
        if moved:
            rows.append({**was, **told, "then": one["then"], "now": 0})
            rows.append({**reads, **told, "then": 0, "now": one["now"]})
        else:
            rows.append({**(reads if one["now"] else was), **told, "then": one["then"], "now": one["now"]})
    columns = [*places, "reason", "causes", "then", "now", "detail"]
    if not rows:
        return pd.DataFrame(columns=columns).astype({"then": "int64", "now": "int64"})
    grouped = pd.DataFrame(rows).groupby([*places, "reason"], as_index=False, dropna=False)
    table = grouped.agg(
        causes=("cause", lambda ids: tuple(sorted(set(ids)))),
        then=("then", "sum"),
        now=("now", "sum"),
        detail=("detail", lambda said: some(dict.fromkeys(said))),
    )
    return table[columns]


def reason(contract: str, old: Side, new: Side, at: pd.Timestamp) -> Answer:
    """Why the contract's ARR at a day differs between two books of the same definitions."""
    if contract not in old.rows:
        return _added(contract, old, new)
    if contract not in new.rows:
        return "removed_contract", contract, contract
    changed = _changes(contract, old, new)
    if (contract in old.mine) != (contract in new.mine) and not {"account_id", "product"} & set(changed):
        way = "came into the selection" if contract in new.mine else "left the selection"
        return "moved_account", contract, way
    if changed:
        return "changed_contract", contract, _said(contract, changed, old, new)
    if beside := _through_another(contract, old, new, at):
        return beside
    if contract in old.lost - new.lost:
        return "changed_contract", contract, f"{contract}: no longer lost"
    if contract in old.overdue or contract in new.lost - old.lost:
        gone = "lost" if contract in new.lost else f"ran out {_value(old.rows[contract]['end_date'])}"
        return "not_renewed", contract, f"{contract} {gone}"
    return "changed_contract", contract, f"{contract}: other contracts of the account"


def _added(contract: str, old: Side, new: Side) -> Answer:
    """A contract that the older book lacks: a renewal of one that had run out by then, or an addition."""
    begins = f"{contract} from {_value(new.rows[contract]['start_date'])}"
    ended = [one for one in sorted(new.renews[contract]) if one in old.rows and _ended(one, old)]
    if not ended:
        return "added_contract", contract, begins
    named = [one for one in ended if one in new.mine or one in old.mine]
    return "late_renewal", contract, begins + (f", renews {some(named)}" if named else "")


def _ended(contract: str, old: Side) -> bool:
    end = old.rows[contract]["end_date"]
    return end is not None and end <= old.as_of


def _through_another(contract: str, old: Side, new: Side, at: pd.Timestamp) -> Answer | None:
    """What became of the contract that takes, or took, its place."""
    for other in sorted(new.successors[contract]):
        in_time = new.rows[other]["start_date"] <= at or contract not in old.overdue
        if other not in old.rows and in_time:
            return _added(other, old, new)
        if other in old.rows and in_time and (changed := _changes(other, old, new)):
            return "changed_contract", other, _said(other, changed, old, new)
    for other in sorted(old.successors[contract]):
        if other not in new.rows:
            return "removed_contract", other, other
        if changed := _changes(other, old, new):
            return "changed_contract", other, _said(other, changed, old, new)
    return None


def _changes(contract: str, old: Side, new: Side) -> list[str]:
    """The fields in which a contract differs."""
    was, reads = old.rows[contract], new.rows[contract]
    return [name for name in FIELDS if was[name] != reads[name]]


def _said(contract: str, changed: list[str], old: Side, new: Side) -> str:
    was, reads = old.rows[contract], new.rows[contract]

    def shown(name: str, value: Any) -> str:
        """Nothing of accounts and contracts that the selection does not hold."""
        if name == "account_id" and value not in new.accounts:
            return "another account"
        if name == "replaces" and value is not None and value not in new.mine and value not in old.mine:
            return "another contract"
        return _value(value)

    listed = ((FIELDS[name], shown(name, was[name]), shown(name, reads[name])) for name in changed)
    return f"{contract}: {_listed(listed)}"


def _listed(changes: Any) -> str:
    return ", ".join(f"{name} {was} → {reads}" for name, was, reads in changes)


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
