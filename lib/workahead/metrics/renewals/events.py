"""Renewal events: each contract that has come due or will, what took its place, and how that ended.

| shape | outcome |
|---|---|
| its successor starts before the renewal date | `early` |
| the same, and the successor takes the place of several contracts | `co_termed` |
| its successor starts on the renewal date | `on_time` |
| its successor starts up to `late_renewal_days` after it | `late` |
| no successor, the renewal date lies ahead | `open` |
| no successor, came due up to `late_renewal_days` ago, not marked lost | `overdue` |
| no successor, and past or marked lost; or a successor without ARR, or one later than that | `lost` |

No event: a contract without an end; one changed in mid-term (what replaces it ends no later: that comes due instead);
one replaced from its first day, which never served.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.once import once
from workahead.book.service import lost_contracts
from workahead.metrics.chosen import among, rows_of
from workahead.metrics.positions import money

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = [
    "subscription_id", "account_id", "product", "due_arr", "renewal_date", "outcome", "successor_id",
    "renewed_on", "signed_on", "renewed_arr", "net_renewed_arr",
]  # fmt: skip
RENEWED = ("early", "on_time", "late", "co_termed")
UNDECIDED = ("open", "overdue")
_DAYS = ["start_date", "end_date", "signed_date"]
_TEXTS = ["subscription_id", "account_id", "product", "replaces"]
_PAIR = ["old", "new"]


def events(book: Book) -> pd.DataFrame:
    """Every contract with ARR and an end, and its renewal, in order of renewal date.

    | column | meaning |
    |---|---|
    | subscription_id, account_id, product | the contract; product missing where there is none |
    | due_arr | its ARR |
    | renewal_date | the day after its last day, also where it was replaced before |
    | outcome | early, on_time, late, co_termed, lost, overdue, open: see the module |
    | successor_id, renewed_on | the contract that renews it (the first of several) and its first day |
    | signed_on | when that was signed; its first day where the export does not say |
    | renewed_arr | of due_arr, what was renewed |
    | net_renewed_arr | the same with growth; a successor of several is shared out by their ARR |

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "A"], "arr": [100.0, 120.0],
    ...     "start_date": ["2025-01-01", "2026-01-10"], "end_date": ["2025-12-31", "2027-01-09"]}))
    >>> events(book)[["subscription_id", "renewal_date", "outcome", "successor_id", "renewed_arr"]]
      subscription_id renewal_date outcome successor_id  renewed_arr
    0              S1   2026-01-01    late           S2        100.0
    1              S2   2027-01-10    open          NaN          0.0
    """
    table = _events(book._base)
    return table.copy() if book._base is book else rows_of(book, table, "subscription_id")


@once
def _events(book: Book) -> pd.DataFrame:
    """The events of the whole book: nearly every metric of renewals begins with them."""
    every = _contracts(book)
    lost = _ids_lost(book)
    early_days, late_days = book.definitions.early_renewal_days, book.definitions.late_renewal_days
    table = _with_successors(every, _pairs(every, lost, early_days, late_days), late_days)
    table = table[table["end_date"].notna() & (table["cents"] > 0) & ~table["no_event"]]
    awaited = engines.pandas(book.overdue().select("subscription_id"))
    table["outcome"] = _outcome(table, book.as_of, set(awaited["subscription_id"]), lost)
    table = table.sort_values(["renewal_date", "subscription_id"], kind="stable").reset_index(drop=True)
    due = money(table["cents"])
    net = money(table["net"])
    return table.assign(due_arr=due, net_renewed_arr=net, renewed_arr=net.clip(upper=due))[COLUMNS]


def decided_on(table: pd.DataFrame, book: Book) -> pd.Series:
    """The day from which each event is no longer ahead; missing while it is open or overdue.

    Renewed: when that was signed. Lost: ``late_renewal_days`` after its date, when it is written off. What is decided
    in this book is so by its as-of date, also ahead of its own.
    """
    written_off = table["renewal_date"] + pd.Timedelta(days=book.definitions.late_renewal_days)
    day = table["signed_on"].where(table["outcome"].isin(RENEWED), written_off)
    return day.mask(day > book.as_of, book.as_of).mask(table["outcome"].isin(UNDECIDED))


def _contracts(book: Book) -> pd.DataFrame:
    """All contracts, those of no ARR too (one may end another), with cents, line (product or "") and renewal_date."""
    have = book.columns("subscriptions")
    known = [column for column in [*_TEXTS, *_DAYS] if column in have]
    frame = book.frame("subscriptions").with_columns(cents=(nw.col("arr") * 100).round(0).cast(nw.Int64))
    table = engines.pandas(frame.select(*known, "cents")).reindex(columns=[*_TEXTS, *_DAYS, "cents"])
    kinds = {**dict.fromkeys(_TEXTS, "str"), **dict.fromkeys(_DAYS, "datetime64[us]"), "cents": "int64"}
    table = table.astype(kinds)
    return table.assign(
        line=table["product"].fillna(""), renewal_date=table["end_date"] + pd.Timedelta(days=1)
    )


def _ids_lost(book: Book) -> set[str]:
    """Contracts marked lost: by their status, or by a renewal opportunity that was closed as lost."""
    have = book.columns("subscriptions")
    marks = lost_contracts(dict(book.tables), book.frame("subscriptions"), have, book.as_of, book.engine)
    return set() if marks is None else set(engines.pandas(marks.select("subscription_id"))["subscription_id"])


def _pairs(every: pd.DataFrame, lost: set[str], early_days: int, late_days: int) -> pd.DataFrame:
    """old, new: which contract renews which. By link; else the one of the account and product that starts on the
    renewal date; else the first to start early, unless it renews another already; else the first to start late.
    """
    links = _links(every)
    old = every[
        (every["cents"] > 0) & every["end_date"].notna() & ~among(every["subscription_id"], links["old"])
    ]
    candidates = _candidates(old, every[every["cents"] > 0], early_days, late_days)
    ahead = candidates["days_late"] < 0
    exact = candidates[candidates["days_late"] == 0]
    taken = {*links["new"], *exact["new"]}
    guessed = candidates[ahead & ~candidates["new"].isin(taken) & ~candidates["old"].isin(lost)]
    chosen = exact
    for choice in (guessed, candidates[candidates["days_late"] > 0]):
        first = choice["days_late"] == choice.groupby("old")["days_late"].transform("min")
        chosen = pd.concat([chosen, choice[first & ~choice["old"].isin(chosen["old"])]])
    return pd.concat([links[_PAIR], chosen[_PAIR]], ignore_index=True)


def _links(every: pd.DataFrame) -> pd.DataFrame:
    """old, new: contracts that the export links, but for links to themselves and those that point backwards."""
    named = every[every["replaces"].notna()]
    links = pd.DataFrame({"new": named["subscription_id"], "old": named["replaces"].str.split(";")})
    links = links.explode("old").dropna()
    links["old"] = links["old"].astype("str").str.strip()
    start = every.set_index("subscription_id")["start_date"]
    forward = start.reindex(links["new"]).to_numpy() >= start.reindex(links["old"]).to_numpy()
    return links[forward & (links["new"] != links["old"])].drop_duplicates().reset_index(drop=True)


def _candidates(old: pd.DataFrame, new: pd.DataFrame, early_days: int, late_days: int) -> pd.DataFrame:
    """old, new, days_late of the contracts of one account and product (of the account, where the old one has none) that
    start inside the window and outlive the old one.
    """
    columns = ["subscription_id", "account_id", "line", "start_date", "end_date"]
    new = new[columns].rename(columns={"subscription_id": "new", "start_date": "from", "end_date": "to"})
    old = old[[*columns, "renewal_date"]].rename(columns={"subscription_id": "old"})
    bare = old["line"] == ""
    pairs = pd.concat(
        [
            old[~bare].merge(new, on=["account_id", "line"]),
            old[bare].drop(columns="line").merge(new.drop(columns="line"), on="account_id"),
        ],
        ignore_index=True,
    )
    late = (pairs["from"] - pairs["renewal_date"]).dt.days
    outlives = pairs["to"].isna() | (pairs["to"] > pairs["end_date"])
    inside = (late >= -early_days) & (late <= late_days) & (pairs["from"] > pairs["start_date"])
    return pairs.assign(days_late=late)[inside & outlives].reset_index(drop=True)


def _with_successors(every: pd.DataFrame, pairs: pd.DataFrame, late_days: int) -> pd.DataFrame:
    """The contracts with successor_id, renewed_on, signed_on, several (the successor takes the place of several), net
    (cents renewed), no_event, and ended (what took its place has no ARR, or came too late).
    """
    new = every[["subscription_id", "start_date", "end_date", "signed_date", "cents"]]
    new = new.set_axis(["new", "renewed_on", "until", "signed_on", "new_cents"], axis=1)
    old = every[["subscription_id", "start_date", "end_date", "renewal_date", "cents"]]
    old = old.set_axis(["old", "since", "end_date", "renewal_date", "due"], axis=1)
    pairs = pairs.merge(new, on="new").merge(old, on="old").sort_values(["new", "old"], kind="stable")
    replaced = pairs["old"]
    too_late = pairs["renewed_on"] > pairs["renewal_date"] + pd.Timedelta(days=late_days)
    pairs = pairs[~too_late & (pairs["new_cents"] > 0)].reset_index(drop=True)
    changed = pairs["until"].notna() & (pairs["until"] <= pairs["end_date"])
    pairs = pairs.assign(
        signed_on=pairs["signed_on"].fillna(pairs["renewed_on"]),
        no_event=changed | (pairs["renewed_on"] == pairs["since"]),
        net=_shares(pairs),
        several=pairs.groupby("new")["old"].transform("size") > 1,
    ).rename(columns={"old": "subscription_id", "new": "successor_id"})
    order = ["renewed_on", "new_cents", "successor_id"]
    pairs = pairs.sort_values(order, ascending=[True, False, True], kind="stable")
    sums = pairs.groupby("subscription_id").agg(net=("net", "sum"), no_event=("no_event", "max"))
    first = pairs.drop_duplicates("subscription_id")
    first = first[["subscription_id", "successor_id", "renewed_on", "signed_on", "several"]]
    table = every.merge(first, on="subscription_id", how="left").merge(sums, on="subscription_id", how="left")
    table["ended"] = among(table["subscription_id"], replaced) & table["successor_id"].isna()
    table["net"] = table["net"].fillna(0).astype("int64")
    for flag in ("several", "no_event"):
        table[flag] = table[flag].eq(True)
    return table


def _shares(pairs: pd.DataFrame) -> pd.Series:
    """Each successor's cents shared out by what was due of the contracts it renews: the shares add up to it."""
    due = pairs.groupby("new")["due"]
    total = due.transform("sum")
    reached = (due.cumsum() / total.where(total > 0) * pairs["new_cents"]).round().fillna(0).astype("int64")
    return reached - reached.groupby(pairs["new"]).shift(fill_value=0)


def _outcome(table: pd.DataFrame, as_of: pd.Timestamp, awaited: set[str], lost: set[str]) -> pd.Series:
    """How each renewal ended, or that it has not."""
    renewed = table["successor_id"].notna()
    ahead = renewed & (table["renewed_on"] < table["renewal_date"])
    still_open = (table["renewal_date"] > as_of) & ~table["ended"] & ~table["subscription_id"].isin(lost)
    choices = [
        (ahead & table["several"], "co_termed"),
        (ahead, "early"),
        (renewed & (table["renewed_on"] == table["renewal_date"]), "on_time"),
        (renewed, "late"),
        (still_open, "open"),
        (table["subscription_id"].isin(awaited), "overdue"),
    ]
    outcome = pd.Series("lost", index=table.index, dtype="str")
    for holds, name in reversed(choices):
        outcome = outcome.mask(holds, name)
    return outcome
