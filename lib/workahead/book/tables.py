"""The canonical tables: what each is called, its columns and their kinds, which are required.

One record a table, read by the loader (what to map), by the book (what to check) and by the error messages
(what to add). Other columns of an export may ride along.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["id", "text", "date", "money", "bool", "number"]


@dataclass(frozen=True)
class Column:
    """One column: its kind, whether a table is useless without it, and the values it may hold."""

    kind: Kind
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One canonical table: key, columns, and which export usually holds it."""

    key: tuple[str, ...]
    columns: dict[str, Column]
    holder: str


def _id(required: bool = False) -> Column:
    return Column("id", required)


def _text(required: bool = False, *values: str) -> Column:
    return Column("text", required, values)


def _date(required: bool = False) -> Column:
    return Column("date", required)


def _money(required: bool = False) -> Column:
    return Column("money", required)


TABLES: MappingProxyType[str, Table] = MappingProxyType(
    {
        "accounts": Table(
            ("account_id",),
            {
                "account_id": _id(True),
                "name": _text(),
                "parent_id": _id(),
                "segment": _text(),
                "region": _text(),
                "country": _text(),
                "industry": _text(),
                "tier": _text(False, "key", "high_potential", "standard"),
                "csm": _text(),
                "account_manager": _text(),
                "created_date": _date(),
                "plan_updated_date": _date(),
            },
            "the Accounts report (Salesforce) or the Companies export (HubSpot)",
        ),
        "subscriptions": Table(
            ("subscription_id",),
            {
                "subscription_id": _id(True),
                "account_id": _id(True),
                "product": _text(),
                "start_date": _date(True),
                "end_date": _date(),
                "arr": _money(True),
                "currency": _text(),
                "replaces": _id(),
                "signed_date": _date(),
                "status": _text(False, "active", "lost"),
            },
            "the Contracts report (Salesforce), the won deals with a term (HubSpot), or the billing system",
        ),
        "opportunities": Table(
            ("opportunity_id",),
            {
                "opportunity_id": _id(True),
                "account_id": _id(True),
                "type": _text(False, "new", "renewal", "expansion"),
                "source": _text(),
                "created_by_role": _text(),
                "stage": _text(True),
                "forecast_category": _text(),
                "amount": _money(),
                "created_date": _date(True),
                "close_date": _date(),
                "is_closed": Column("bool", True),
                "is_won": Column("bool", True),
                "owner": _text(),
                "renews": _id(),
                "loss_reason": _text(),
            },
            "the Opportunities report (Salesforce) or the Deals export (HubSpot)",
        ),
        "stage_history": Table(
            ("opportunity_id", "stage", "entered_date"),
            {"opportunity_id": _id(True), "stage": _text(True), "entered_date": _date(True)},
            "the Opportunity History report (Salesforce) or the 'Date entered' columns of the Deals export (HubSpot)",
        ),
        "forecast_calls": Table(
            ("account_id", "subscription_id", "renewal_date", "called_on", "called_by"),
            {
                "account_id": _id(True),
                "subscription_id": _id(),
                "renewal_date": _date(True),
                "called_on": _date(True),
                "called_by": _text(),
                "category": _text(True, "commit", "best_case", "at_risk", "churn"),
                "forecast_arr": _money(True),
                "at_risk_arr": _money(),
                "root_cause": _text(),
                "would_renew": _text(False, "yes", "leaning_yes", "unsure", "leaning_no", "no"),
            },
            "a Renewal Call object, the field history of renewal opportunities, or a forecast sheet",
        ),
        "activities": Table(
            ("activity_id",),
            {
                "activity_id": _id(True),
                "account_id": _id(True),
                "contact_id": _id(),
                "date": _date(True),
                "kind": _text(True, "call", "meeting", "email", "support", "other"),
                "direction": _text(False, "in", "out"),
                "owner": _text(),
                "subject": _text(),
            },
            "the Tasks and Events report (Salesforce) or the Activities export (HubSpot)",
        ),
        "contacts": Table(
            ("contact_id",),
            {
                "contact_id": _id(True),
                "account_id": _id(True),
                "name": _text(),
                "title": _text(),
                "is_decision_maker": Column("bool"),
                "role": _text(),
                "created_date": _date(),
                "left_date": _date(),
            },
            "the Contacts report (Salesforce) or the Contacts export (HubSpot)",
        ),
        "owners": Table(
            ("account_id", "from_date", "csm"),
            {
                "account_id": _id(True),
                "csm": _text(True),
                "from_date": _date(True),
                "former": _text(),
            },
            "the Account History report (Salesforce), or a sheet of handovers",
        ),
        "targets": Table(
            ("period", "scope", "who", "metric"),
            {
                "period": _text(True),
                "scope": _text(False, "team", "csm", "segment"),
                "who": _text(),
                "metric": _text(True),
                "target": Column("number", True),
            },
            "a sheet that the team keeps",
        ),
    }
)


def unmapped(name: str) -> str:
    """What to do where a book lacks a column that an export could fill; nothing for a name that no table has.

    >>> unmapped("csm")
    ' No export fills it: name its header in workbench.yml, `columns: {csm: <header>}` in the entry of accounts.'
    """
    table = next((one for one in ("accounts", "subscriptions") if name in TABLES[one].columns), None)
    line = f"`columns: {{{name}: <header>}}` in the entry of {table}"
    return f" No export fills it: name its header in workbench.yml, {line}." if table else ""


QUALIFICATION = "qualification_"
"""Columns of this prefix ride along in opportunities: one a SPICED or MEDDIC part, text, empty where not filled."""

NOT_SET = "(not set)"
"""How a group without a value is called: nothing drops out of a table for want of a segment."""
