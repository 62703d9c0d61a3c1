"""How customers are reached: calls and meetings against e-mail; and support requests that should have been a talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np
import pandas as pd

from workahead.book import engines
from workahead.book.periods import Day, window
from workahead.book.tables import NOT_SET
from workahead.book.working_days import working_day_after
from workahead.metrics.engagement.attended import TALKS, TOUCHES
from workahead.metrics.positions import By, ordered, rate
from workahead.metrics.renewals.base import of_accounts
from workahead.metrics.renewals.upcoming import with_columns

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["kind", "touches", "accounts", "share"]
REQUESTS = [
    "activity_id", "account_id", "name", "csm", "contact_id", "who", "requested_on", "answer_by", "answered_on",
    "state",
]  # fmt: skip
ANSWER_DAYS = 5
"""Working days in which a call or meeting should follow a support request."""
NEW_DAYS = 90
"""How long a contact counts as new."""


def touches(book: Book, start: Day, end: Day, by: By = "csm") -> pd.DataFrame:
    """Calls, meetings and e-mails after the close of ``start``, up to that of ``end``.

    | column | meaning |
    |---|---|
    | *by* | the group: a column of accounts, or one of activities such as owner |
    | kind | call, meeting, email: a row each, also where there were none |
    | touches, accounts | how many, and with how many accounts |
    | share | of the group's touches |

    Support requests and notes are no touch. Groups without any touch have no row. Raises MissingTable without
    activities, PeriodError, UnknownName.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "arr": [1200.0], "start_date": ["2026-03-01"]}),
    ...     activities=pd.DataFrame({"activity_id": ["T1", "T2", "T3", "T4"], "account_id": ["A"] * 4,
    ...     "date": ["2026-10-05"] * 4, "kind": ["email", "email", "email", "call"]}))
    >>> touches(book, "2026-09-30", "2026-10-31", by=None)
          kind  touches  accounts  share
    0     call        1         1   0.25
    1  meeting        0         0   0.00
    2    email        3         1   0.75
    """
    first, last = window(book, start, end)
    names = [by] if isinstance(by, str) else list(by or [])
    book["activities"]  # MissingTable says what to add
    have = [n for n in book.columns("activities") if n not in (*book.columns("accounts"), *COLUMNS)]
    own = [name for name in names if name in have]
    others = book.by([name for name in names if name not in own])
    made = activities(book, TOUCHES, own)
    looked_up = with_columns(made[["account_id"]].assign(subscription_id=""), book, others)
    made = made.assign(**{name: looked_up[name].to_numpy() for name in others})
    made[own] = made[own].astype("str").fillna(NOT_SET)
    made = made[(made["date"] > first) & (made["date"] <= last)].astype({"kind": "str"})
    groups = made[names].drop_duplicates() if names else pd.DataFrame(index=range(min(len(made), 1)))
    every = groups.merge(pd.DataFrame({"kind": TOUCHES}, dtype="str"), how="cross")
    grouped = made.groupby([*names, "kind"], as_index=False, dropna=False)
    sums = grouped.agg(touches=("account_id", "size"), accounts=("account_id", "nunique"))
    table = every.merge(sums, on=[*names, "kind"], how="left").fillna({"touches": 0, "accounts": 0})
    table = table.astype({"kind": "str", "touches": "int64", "accounts": "int64"})
    whole = (
        table.groupby(names, dropna=False)["touches"].transform("sum") if names else table["touches"].sum()
    )
    table["share"] = rate(table["touches"], pd.Series(whole, index=table.index))
    table["place"] = table["kind"].map({kind: place for place, kind in enumerate(TOUCHES)})
    return ordered(table, [*names, "place"])[[*names, *COLUMNS]]


def activities(book: Book, kinds: tuple[str, ...], more: list[str] | None = None) -> pd.DataFrame:
    """The activities of these kinds by the as-of date: activity_id, account_id, contact_id (missing where the export
    has none), date, kind, and ``more``; none without the table.
    """
    names = ["activity_id", "account_id", "contact_id", "date", "kind", *(more or [])]
    have = book.columns("activities")
    rows = pd.DataFrame(columns=names)
    if have:
        done = nw.col("kind").is_in(kinds) & (nw.col("date") <= engines.day(book.as_of, book.engine))
        frame = book.frame("activities").filter(done).select(*[name for name in names if name in have])
        rows = engines.pandas(frame).reindex(columns=names)
    return rows.astype({**dict.fromkeys(names[:3], "str"), "date": "datetime64[us]", "kind": "str"})


def by_contact(rows: pd.DataFrame) -> pd.DataFrame:
    """A row for each contact of an activity: one cell may name several. Those that name nobody are left out."""
    rows = rows.dropna(subset=["contact_id"])
    rows = rows.assign(contact_id=rows["contact_id"].str.split(";")).explode("contact_id")
    rows["contact_id"] = rows["contact_id"].str.strip().astype("str")
    return rows[rows["contact_id"] != ""]


def contacts(book: Book) -> pd.DataFrame:
    """The contacts of the as-of date: contact_id, account_id, is_decision_maker, created_date; none without them."""
    names, have = ["contact_id", "account_id", "is_decision_maker", "created_date"], book.columns("contacts")
    rows = pd.DataFrame(columns=[*names, "left_date"])
    if have:
        wanted = [name for name in rows.columns if name in have]
        rows = engines.pandas(book.frame("contacts").select(*wanted)).reindex(columns=rows.columns)
    rows[["created_date", "left_date"]] = rows[["created_date", "left_date"]].astype("datetime64[us]")
    there = ~(rows["created_date"] > book.as_of) & ~(rows["left_date"] <= book.as_of)
    deciding = rows["is_decision_maker"].eq(True).fillna(False).astype(bool)
    rows = rows.assign(is_decision_maker=deciding, there=there)
    return rows[[*names, "there"]].astype({"contact_id": "str", "account_id": "str"})


def support_requests(book: Book) -> pd.DataFrame:
    """Support requests from new or senior contacts, and whether a call or meeting with the account followed in time.

    | column | meaning |
    |---|---|
    | activity_id, account_id, name, csm, contact_id | the request; of several contacts one that is senior or new |
    | who | senior (a decision maker), new (its record was made in the 90 days before), or both |
    | requested_on, answer_by | its day, and the fifth working day after it |
    | answered_on | the first call or meeting from that day on; missing where there was none by ``answer_by`` |
    | state | answered, unanswered, or waiting: ``answer_by`` lies after the as-of date |

    Working days are those of the account's ``country``, else of the definitions', else Monday to Friday; a request on
    another day counts from the next one, the first. Requests that name no contact can't be judged and are left out, as
    are all of them without contacts. Raises MissingTable without activities.
    """
    book["activities"]  # MissingTable says what to add
    return requests_since(book, pd.Timestamp.min)


def requests_since(book: Book, since: pd.Timestamp) -> pd.DataFrame:
    """:func:`support_requests` of the days after the close of ``since``."""
    asked = activities(book, ("support",), _direction(book))
    asked = by_contact(asked[asked["date"] > since])
    if "direction" in asked:
        asked = asked[asked["direction"].ne("out").fillna(True)]
    asked = asked.merge(contacts(book).drop(columns=["account_id", "there"]), on="contact_id")
    age = (asked["date"] - asked["created_date"]).dt.days
    senior, new = asked["is_decision_maker"].astype(bool), age.between(0, NEW_DAYS)
    who = np.select([senior & new, senior, new], ["senior, new", "senior", "new"], default="")
    asked = asked.assign(who=who, requested_on=asked["date"])[senior | new]
    asked = asked.sort_values(
        ["requested_on", "activity_id", "who"], ascending=[True, True, False], kind="stable"
    )
    asked = asked.drop_duplicates("activity_id")
    asked["answer_by"] = working_day_after(
        asked["requested_on"], ANSWER_DAYS, _countries(book, asked["account_id"]), book.definitions.country
    )
    talks = activities(book, TALKS)[["account_id", "date"]].sort_values("date", kind="stable")
    found = pd.merge_asof(
        asked.drop(columns="date").sort_values("requested_on", kind="stable"),
        talks.rename(columns={"date": "answered_on"}),
        left_on="requested_on", right_on="answered_on", by="account_id", direction="forward",
    )  # fmt: skip
    found["answered_on"] = found["answered_on"].where(found["answered_on"] <= found["answer_by"])
    waiting = found["answered_on"].isna() & (found["answer_by"] > book.as_of)
    state = np.select([found["answered_on"].notna(), waiting], ["answered", "waiting"], default="unanswered")
    found = found.assign(state=state).astype({"who": "str", "state": "str"})
    found = found.merge(of_accounts(book)[["account_id", "name", "csm"]], on="account_id", how="left")
    order = ["requested_on", "activity_id"]
    return found[REQUESTS].sort_values(order, kind="stable").reset_index(drop=True)


def _countries(book: Book, accounts: pd.Series) -> pd.Series:
    if "country" not in book.columns("accounts"):
        return pd.Series(pd.NA, index=accounts.index, dtype="str")
    held = engines.pandas(book._base.frame("accounts").select("account_id", "country"))
    return accounts.map(held.set_index("account_id")["country"]).astype("str")


def _direction(book: Book) -> list[str]:
    return [name for name in book.columns("activities") if name == "direction"]
