"""Coverage: whom the team knows and reaches at each account, and what hangs on one thread."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import pandas as pd

from workahead.book.plays import Plays
from workahead.book.tables import NOT_SET
from workahead.errors import ConfigError
from workahead.metrics.engagement.attended import TALKS, TOUCHES, attended
from workahead.metrics.engagement.touches import activities, by_contact, contacts, requests_since
from workahead.metrics.positions import money
from workahead.metrics.renewals.upcoming import cents

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = [
    "account_id", "name", "csm", "tier", "contacts", "decision_makers", "days_since_touch",
    "days_since_decision_maker", "email_only", "single_threaded", "unanswered_support", "has_plan",
    "open_expansion_arr", "segment", "arr", "at_risk_arr", "at_risk", "touched", "spoken_to",
]  # fmt: skip
TIERS = ("key", "high_potential", "standard")
FLAGS = ["touched", "spoken_to", "has_plan", "email_only", "single_threaded"]


def coverage(book: Book, days: int = 180, plays: Plays | None = None) -> pd.DataFrame:
    """Each customer account at the as-of date: whom the team knows there, and how it is reached.

    | column | meaning |
    |---|---|
    | account_id, name, csm, tier, segment, arr | the account, whatever the book's grain, the largest first |
    | at_risk_arr, at_risk | of its renewals overdue or due in twelve months, and whether there is any |
    | contacts, decision_makers | people on record who are still there |
    | days_since_touch | since its last call, meeting or e-mail |
    | days_since_decision_maker | since a decision maker was last in a call or meeting |
    | email_only | there was an e-mail in the last ``days`` days, and neither call nor meeting |
    | single_threaded | the touches of those days name one person and no other; or only one is on record |
    | unanswered_support | support requests of those days, from new or senior contacts, that no talk followed in time |
    | has_plan | its plan is current by the plays |
    | open_expansion_arr | amount of its open expansion opportunities |
    | touched, spoken_to | a touch, a talk with a decision maker, in the plays' ``decision_maker_days`` |

    What the book has no table or column for is missing. Raises ConfigError for days below 1.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "arr": [1200.0], "start_date": ["2026-03-01"]}),
    ...     activities=pd.DataFrame({"activity_id": ["T1", "T2"], "account_id": ["A", "A"], "contact_id": ["K1", "K1"],
    ...     "date": ["2026-10-05", "2026-10-20"], "kind": ["email", "email"]}),
    ...     contacts=pd.DataFrame({"contact_id": ["K1", "K2"], "account_id": ["A", "A"]}))
    >>> coverage(book)[["account_id", "contacts", "days_since_touch", "email_only", "single_threaded"]]
      account_id  contacts  days_since_touch  email_only  single_threaded
    0          A         2                11        True             True
    """
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        raise ConfigError(f"days={days!r}: write a whole number of days, 1 or more")
    plays = plays or book.plays
    table = attended(book, 12, plays)
    ids = table["account_id"]
    since = book.as_of - pd.Timedelta(days=days)
    made = activities(book, TOUCHES)
    made = made[made["date"] > since]
    talked = ids.isin(made.loc[made["kind"].isin(TALKS), "account_id"])
    threads = ids.map(by_contact(made).groupby("account_id")["contact_id"].nunique())
    people = contacts(book)
    people = people[people["there"]].groupby("account_id")["is_decision_maker"].agg(["size", "sum"])
    known = {name: name in book.tables for name in ("activities", "contacts")}
    deciding = "is_decision_maker" in book.columns("contacts")
    table["contacts"] = _told(ids.map(people["size"]).fillna(0), known["contacts"], "Int64")
    table["decision_makers"] = _told(ids.map(people["sum"]).fillna(0), deciding, "Int64")
    email = ids.isin(made.loc[made["kind"] == "email", "account_id"]) & ~talked
    table["email_only"] = _told(email, known["activities"], "boolean")
    one = (table["contacts"] == 1).fillna(False).astype(bool)
    named = "contact_id" in book.columns("activities")
    single = (one | threads.eq(1)).astype("boolean")
    table["single_threaded"] = single if named else single.where(one)
    table["unanswered_support"] = _told(_unanswered(book, ids, since), _judged(book), "Int64")
    renamed = {"plan": "has_plan", "touch": "touched", "decision_maker": "spoken_to"}
    table = table.rename(columns=renamed)
    order = ["arr", "name", "account_id"]
    table = table.sort_values(order, ascending=[False, True, True], kind="stable")
    return table[COLUMNS].reset_index(drop=True)


def coverage_summary(covered: pd.DataFrame) -> pd.DataFrame:
    """The accounts of :func:`coverage` by tier, and those at risk: what share of each is covered.

    | column | meaning |
    |---|---|
    | group | key, high_potential, standard, (not set); then at_risk: those of any tier with ARR at risk |
    | accounts, arr | how many, and their ARR |
    | touched, spoken_to, has_plan, email_only, single_threaded | share of the accounts; missing where not known |
    | unanswered_support | requests |
    """
    groups = [(tier, covered[covered["tier"] == tier]) for tier in TIERS]
    groups.append((NOT_SET, covered[covered["tier"].isna()]))
    groups.append(("at_risk", covered[covered["at_risk"]]))
    rows = [
        [name, len(some), float(money(pd.Series([cents(some["arr"]).sum()])).iloc[0])]
        + [
            float(some[flag].astype("float64").mean()) if some[flag].notna().all() else math.nan
            for flag in FLAGS
        ]
        + [some["unanswered_support"].sum(min_count=1)]
        for name, some in groups
        if len(some)
    ]
    columns = ["group", "accounts", "arr", *FLAGS, "unanswered_support"]
    table = pd.DataFrame(rows, columns=columns)
    kinds = {"group": "str", "accounts": "int64", "unanswered_support": "Int64"}
    return table.astype({**kinds, **dict.fromkeys(["arr", *FLAGS], "float64")})


def _told(values: pd.Series, known: bool, kind: Literal["Int64", "boolean"]) -> pd.Series:
    """The values, or nothing where the book can't tell."""
    told = values if known else pd.Series(pd.NA, index=values.index)
    return told.astype("Int64") if kind == "Int64" else told.astype("boolean")


def _judged(book: Book) -> bool:
    """Whether requests can be told by who asked."""
    senior_or_new = {"is_decision_maker", "created_date"} & {*book.columns("contacts")}
    return "contact_id" in book.columns("activities") and bool(senior_or_new)


def _unanswered(book: Book, ids: pd.Series, since: pd.Timestamp) -> pd.Series:
    if "activities" not in book.tables:
        return pd.Series(0, index=ids.index)
    asked = requests_since(book, since)
    asked = asked[asked["state"] == "unanswered"]
    return ids.map(asked.groupby("account_id").size()).fillna(0)
