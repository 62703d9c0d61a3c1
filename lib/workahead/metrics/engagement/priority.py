"""Not only red accounts: key and high-potential accounts beside those at risk, and what each of them lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.book.plays import Plays
from workahead.metrics.engagement.attended import attended
from workahead.metrics.positions import money
from workahead.metrics.renewals.upcoming import cents

if TYPE_CHECKING:
    from workahead.book.book import Book

GROUPS = ("key", "high_potential", "at_risk")
LACKS = {"touch": "touch", "decision_maker": "decision maker", "plan": "plan", "expansion": "expansion"}
COLUMNS = [
    "account_id", "name", "tier", "segment", "csm", "arr", "arr_due", "at_risk_arr", "next_renewal",
    "days_since_touch", "days_since_decision_maker", "plan_updated_date", "open_expansion_arr", "group", "at_risk",
    "lacks",
]  # fmt: skip
SHARES = {
    "touch": "touch_share",
    "decision_maker": "decision_maker_share",
    "plan": "plan_share",
    "expansion": "expansion_share",
}
SUMMARY = ["group", "accounts", "arr", "at_risk_arr", *SHARES.values()]


def priority_accounts(book: Book, months: int = 12, plays: Plays | None = None) -> pd.DataFrame:
    """Customers that are key, of high potential, or at risk: what they have due, and which attention they lack.

    | column | meaning |
    |---|---|
    | account_id, name, tier, segment, csm, plan_updated_date | the account, whatever the book's grain |
    | arr | its ARR at the as-of date |
    | arr_due, at_risk_arr, next_renewal | of its renewals overdue or due in fewer than ``months`` months |
    | days_since_touch | since its last call, meeting or email |
    | days_since_decision_maker | since a decision maker was last in a call or meeting |
    | open_expansion_arr | amount of its open expansion opportunities |
    | group | key, high_potential, or at_risk: the first that fits |
    | at_risk | whether it has ARR at risk, in any group |
    | lacks | of touch, decision maker (in the plays' ``decision_maker_days``), plan (in ``plan_days``), expansion |

    In order of group, then the largest first. What the book has no table or column for stays empty, and nobody lacks
    it; without ``accounts.tier`` there are only accounts at risk (:func:`workahead.metrics.renewals.gaps.renewal_gaps`
    says so). Raises ConfigError for months that are no whole number.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [1200.0, 600.0],
    ...     "start_date": ["2026-03-01"] * 2, "end_date": ["2027-02-28"] * 2}), accounts=pd.DataFrame({
    ...     "account_id": ["A", "B"], "tier": ["standard", "key"], "plan_updated_date": ["2026-10-01", None]}))
    >>> priority_accounts(book)[["account_id", "group", "arr", "arr_due", "next_renewal", "lacks"]]
      account_id group    arr  arr_due next_renewal lacks
    0          B   key  600.0    600.0   2027-03-01  plan
    """
    table = _judged(book, months, plays or book.plays)
    lacks = pd.Series("", index=table.index, dtype="str")
    for need, word in LACKS.items():
        missing = table[need].eq(False).fillna(False).astype(bool)
        lacks = lacks.mask(missing & (lacks != ""), lacks + ", " + word).mask(missing & (lacks == ""), word)
    return table.assign(lacks=lacks)[COLUMNS]


def priority_summary(book: Book, months: int = 12, plays: Plays | None = None) -> pd.DataFrame:
    """Whether time goes to red accounts alone: the same accounts added up by group.

    | column | meaning |
    |---|---|
    | group | key, high_potential, at_risk; those that have an account. One that is key and at risk counts in both |
    | accounts, arr, at_risk_arr | how many, their ARR, and what of their renewals ahead is at risk |
    | touch_share, decision_maker_share | accounts with a touch, with a talk to a decision maker, in the last 60 days |
    | plan_share | accounts with a current plan |
    | expansion_share | accounts with an open expansion opportunity |

    Limits, and what is missing where, as in :func:`priority_accounts`.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-10-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [1200.0, 600.0],
    ...     "start_date": ["2026-03-01"] * 2, "end_date": ["2027-02-28"] * 2}), accounts=pd.DataFrame({
    ...     "account_id": ["A", "B"], "tier": ["key", "key"], "plan_updated_date": ["2026-10-01", None]}))
    >>> priority_summary(book)[["group", "accounts", "arr", "plan_share"]]
      group  accounts     arr  plan_share
    0   key         2  1800.0         0.5
    """
    table = _judged(book, months, plays or book.plays)
    rows = []
    for group in GROUPS:
        chosen = table[table["at_risk"] if group == "at_risk" else table["group"] == group]
        if len(chosen):
            sums = [float(money(pd.Series([cents(chosen[c]).sum()])).iloc[0]) for c in ("arr", "at_risk_arr")]
            held = chosen[list(SHARES)].astype("Float64").to_numpy("float64", na_value=float("nan"))
            rows.append([group, len(chosen), *sums, *held.mean(axis=0)])
    summary = pd.DataFrame(rows, columns=SUMMARY)
    kinds = dict.fromkeys(SUMMARY[2:], "float64")
    return summary.astype({"group": "str", "accounts": "int64", **kinds})


def _judged(book: Book, months: int, plays: Plays) -> pd.DataFrame:
    """The accounts of the groups, in their order, each with whether it has what it should (or unknown)."""
    table = attended(book, months, plays)
    tier = table["tier"].where(table["tier"].isin(GROUPS[:2]))
    table["group"] = tier.mask(tier.isna() & table["at_risk"], "at_risk")
    table["place"] = table["group"].map({group: place for place, group in enumerate(GROUPS)})
    order = ["place", "arr", "name", "account_id"]
    table = table[table["group"].notna()].sort_values(
        order, ascending=[True, False, True, True], kind="stable"
    )
    return table.reset_index(drop=True)
