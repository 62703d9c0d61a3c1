"""Who is known at an account, when each was last spoken to, and what they asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.book import engines
from workahead.book.periods import shift_months
from workahead.metrics.engagement.attended import TALKS, TOUCHES
from workahead.metrics.engagement.touches import activities, by_contact, support_requests

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = [
    "contact_id", "account_id", "name", "title", "role", "is_decision_maker", "touches", "last_touch_on",
    "last_talk_on", "days_since_talk", "left_date",
]  # fmt: skip
REQUESTS = [
    "activity_id", "account_id", "requested_on", "subject", "contact_id", "contact", "who", "answered_on", "state",
]  # fmt: skip
_TEXTS = ["contact_id", "account_id", "name", "title", "role"]
_DAYS = ["created_date", "left_date"]


def account_contacts(book: Book, months: int = 12) -> pd.DataFrame:
    """The contacts of a book (of one account, say), decision makers first, and when each was last in a conversation.

    | column | meaning |
    |---|---|
    | contact_id, account_id, name, title, role | who it is |
    | is_decision_maker | missing where the book does not say |
    | touches | calls, meetings and e-mails of the last ``months`` months that name the contact |
    | last_touch_on, last_talk_on, days_since_talk | the last of them, the last call or meeting, and days since then |
    | left_date | when the contact left; those who have left come last |

    Raises MissingTable without contacts. Without activities nothing is known of conversations.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "arr": [900.0], "start_date": ["2026-03-01"]}),
    ...     contacts=pd.DataFrame({"contact_id": ["K1", "K2"], "account_id": "A", "name": ["Ida", "Max"],
    ...                            "is_decision_maker": [False, True]}),
    ...     activities=pd.DataFrame({"activity_id": ["T1", "T2"], "account_id": "A", "contact_id": ["K1", "K1; K2"],
    ...                              "date": ["2026-10-20", "2026-10-01"], "kind": ["email", "call"]}))
    >>> account_contacts(book)[["name", "touches", "last_touch_on", "last_talk_on", "days_since_talk"]]
      name  touches last_touch_on last_talk_on  days_since_talk
    0  Max        1    2026-10-01   2026-10-01               30
    1  Ida        2    2026-10-20   2026-10-01               30
    """
    book["contacts"]  # MissingTable says what to add
    wanted = [*_TEXTS, "is_decision_maker", *_DAYS]
    have = [name for name in wanted if name in book.columns("contacts")]
    table = engines.pandas(book.frame("contacts").select(*have)).reindex(columns=wanted)
    table = table.astype({**dict.fromkeys(_TEXTS, "str"), **dict.fromkeys(_DAYS, "datetime64[us]")})
    table = table[~(table["created_date"] > book.as_of)]
    table["left_date"] = table["left_date"].where(table["left_date"] <= book.as_of)
    made = by_contact(activities(book, TOUCHES))
    recent = made[made["date"] > shift_months(book.as_of, -months)]
    ids = table["contact_id"]
    counted = ids.map(recent.groupby("contact_id").size()).fillna(0).astype("Int64")
    talks = made[made["kind"].isin(TALKS)]
    table = table.assign(
        touches=counted if "activities" in book.tables else pd.Series(pd.NA, table.index, dtype="Int64"),
        last_touch_on=_last(ids, made),
        last_talk_on=_last(ids, talks),
        is_decision_maker=table["is_decision_maker"].astype("boolean"),
    )
    table["days_since_talk"] = (book.as_of - table["last_talk_on"]).dt.days.astype("Int64")
    gone, other = table["left_date"].notna(), ~table["is_decision_maker"].fillna(False).astype(bool)
    order = ["gone", "other", "last_talk_on", "touches", "name", "contact_id"]
    table = table.assign(gone=gone, other=other).sort_values(
        order, ascending=[True, True, False, False, True, True], kind="stable"
    )
    return table[COLUMNS].reset_index(drop=True)


def _last(ids: pd.Series, made: pd.DataFrame) -> pd.Series:
    return made.groupby("contact_id")["date"].max().reindex(ids).set_axis(ids.index).astype("datetime64[us]")


def account_support(book: Book, months: int = 12) -> pd.DataFrame:
    """The support requests of the last ``months`` months, whoever asked, the latest first.

    | column | meaning |
    |---|---|
    | activity_id, account_id, requested_on, subject | the request |
    | contact_id, contact | who asked: the id, and the name where contacts are known |
    | who, answered_on, state | of new and senior contacts, as in :func:`workahead.support_requests`; else missing |

    Raises MissingTable without activities.
    """
    book["activities"]  # MissingTable says what to add
    have = [name for name in book.columns("activities") if name in ("subject", "direction")]
    asked = activities(book, ("support",), have).reindex(
        columns=["activity_id", "account_id", "contact_id", "date", "subject", "direction"]
    )
    asked = asked[
        (asked["date"] > shift_months(book.as_of, -months)) & asked["direction"].ne("out").fillna(True)
    ]
    judged = support_requests(book)[["activity_id", "who", "answered_on", "state"]]
    table = asked.rename(columns={"date": "requested_on"}).merge(judged, on="activity_id", how="left")
    names = pd.Series(dtype="str")
    if "name" in book.columns("contacts"):
        people = engines.pandas(book.frame("contacts").select("contact_id", "name"))
        names = people.set_index("contact_id")["name"]
    first = table["contact_id"].str.split(";").str[0].str.strip()
    table = table.assign(contact=first.map(names).astype("str"), subject=table["subject"].astype("str"))
    order = ["requested_on", "activity_id"]
    return table.sort_values(order, ascending=[False, True], kind="stable")[REQUESTS].reset_index(drop=True)
