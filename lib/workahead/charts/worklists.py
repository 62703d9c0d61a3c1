"""Lists to act on: the next steps due, the renewals they are due for, and the accounts that lack attention."""

from __future__ import annotations

import pandas as pd

from workahead.charts.theme import CALL_NAMES
from workahead.words.renewals import GROUP_NAMES, window_name

NOTHING = "Nothing lacking"
_STEP = ["renewals", "arr", "at_risk_arr", "first_due"]
_LIST = [
    "account", "next_step", "arr", "renewal_date", "csm", "call", "at_risk_arr", "root_cause",
    "days_since_decision_maker", "would_renew", "product", "segment", "tier", "account_id", "subscription_id",
]  # fmt: skip
_OWN = [
    "account", "next_step", "renewal_date", "arr", "then", "call", "at_risk_arr", "root_cause", "would_renew",
    "days_since_decision_maker", "product", "account_id", "subscription_id",
]  # fmt: skip
_DEAL = [
    "account", "stage", "amount", "close_date", "days_in_stage", "not_known", "type", "source", "owner", "created_date",
    "opportunity_id", "account_id",
]  # fmt: skip
_MISSING = {
    "settled": "signature",
    "called": "call",
    "decision_maker": "decision maker",
    "answered": "“would you renew?”",
    "planned": "account plan",
    "cause_stated": "root cause",
}
_PRIORITY = [
    "account", "lacks", "arr", "arr_due", "next_renewal", "group", "at_risk_arr", "csm", "segment",
    "days_since_touch", "days_since_decision_maker", "plan_updated_date", "open_expansion_arr", "account_id",
]  # fmt: skip


def next_steps(base: pd.DataFrame, by: str = "window") -> pd.DataFrame:
    """How often each next step is due, by window or by another column of ``wa.renewal_base``.

    | column | meaning |
    |---|---|
    | *by* | windows in their order, each with its largest step first; of others the largest first |
    | next_step | what to do; *Nothing lacking* where the plays ask for no more |
    | renewals, arr, at_risk_arr | for how many, their ARR due, and what of it is at risk |
    | first_due | the earliest renewal date among them |

    >>> base = pd.DataFrame({"window": ["0-3", "0-3"], "next_step": ["Call", "Call"], "arr": [100.0, 50.0],
    ...     "at_risk_arr": [None, 20.0], "renewal_date": pd.to_datetime(["2026-12-01", "2026-11-15"])})
    >>> next_steps(base)
           window next_step  renewals    arr  at_risk_arr  first_due
    0  0–3 months      Call         2  150.0         20.0 2026-11-15
    """
    table = base.assign(
        next_step=base["next_step"].fillna(NOTHING), **{by: base[by].astype("str").fillna("not given")}
    )
    steps = table.groupby([by, "next_step"], as_index=False).agg(
        renewals=("arr", "size"),
        arr=("arr", "sum"),
        at_risk_arr=("at_risk_arr", "sum"),
        first_due=("renewal_date", "min"),
    )
    steps[["arr", "at_risk_arr"]] = steps[["arr", "at_risk_arr"]].astype("float64").round(2)
    order = ["done", "arr", by, "next_step"]
    if by == "window":
        steps["place"] = steps[by].map(lambda name: -1 if "-" not in name else int(name.split("-")[0]))
        steps[by] = steps[by].map(window_name)
        order = ["place", *order]
    steps["done"] = steps["next_step"] == NOTHING
    steps = steps.sort_values(order, ascending=[name != "arr" for name in order], kind="stable")
    return steps[[by, "next_step", *_STEP]].reset_index(drop=True)


def worklist(base: pd.DataFrame, urgent: bool = False) -> pd.DataFrame:
    """The renewals of ``wa.renewal_base`` that lack something, the largest first, with all that it takes to act.

    ``urgent``: one person's list, by window first: what is overdue, what is due in three months, and so on, in each the
    largest first; ``then``: what else is missing.
    """
    table = base[base["next_step"].notna()]
    begins = table["window"].str.extract(r"^(\d+)")[0].astype("float64").fillna(-1)
    table = table.assign(place=begins if urgent else 0).sort_values(
        ["place", "arr", "renewal_date", "subscription_id"],
        ascending=[True, False, True, True],
        kind="stable",
    )
    if urgent:
        table = table.assign(then=table["lacks"].map(lacking))
    return coming_renewals(table)[_OWN if urgent else _LIST].reset_index(drop=True)


def coming_renewals(base: pd.DataFrame) -> pd.DataFrame:
    """The renewals of ``wa.renewal_base`` as people read them: with account, and call in words."""
    called = base["category"].map({**CALL_NAMES}).astype("str").fillna(base["category"])
    return base.assign(account=_named(base), call=called.fillna("Not called"))


def lacking(needs: str) -> str:
    """What a renewal lacks (``lacks``) beside its next step, which is about the first of it.

    >>> lacking("called, planned, answered"), lacking("called")
    ('account plan, “would you renew?”', '')
    """
    return ", ".join(_MISSING.get(need, need) for need in needs.split(", ")[1:])


def open_deals(opportunities: pd.DataFrame) -> pd.DataFrame:
    """The table of ``wa.open_opportunities`` as people read it: whose it is first, ids last."""
    return opportunities.assign(account=_named(opportunities))[_DEAL]


def unattended(accounts: pd.DataFrame) -> pd.DataFrame:
    """The accounts of ``wa.priority_accounts`` that lack something, the largest first in each group."""
    table = accounts[accounts["lacks"] != ""]
    return table.assign(account=_named(table), group=table["group"].map(GROUP_NAMES))[_PRIORITY].reset_index(
        drop=True
    )


def _named(table: pd.DataFrame) -> pd.Series:
    """The account's name, or its id where it has none."""
    blank = table["name"].isna() | (table["name"].astype("str").str.strip() == "")
    return table["name"].astype("str").where(~blank, table["account_id"].astype("str"))
