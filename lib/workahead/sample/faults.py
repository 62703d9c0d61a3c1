"""Records with a fault, as every CRM has some: what loading must set aside or report. In no canonical table.

The same faults stand in both forms, so that what is kept is equal; the contract without an id is Salesforce's
alone (HubSpot always gives one).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Deal:
    """A contract and the won opportunity it came from."""

    opportunity_id: str
    subscription_id: str  # blank: the id is missing
    account_id: str  # one that no account has: an orphan; blank: the first account's
    start: dt.date
    end: dt.date
    arr: float  # USD
    name: str
    in_hubspot: bool


DEALS = (
    Deal(
        "O90001",
        "C90001",
        "",
        dt.date(2023, 5, 15),
        dt.date(2022, 5, 14),
        30_000.0,
        "typed end date",
        True,
    ),
    Deal(
        "O90002",
        "C90002",
        "A90001",
        dt.date(2021, 12, 1),
        dt.date(2022, 11, 30),
        4_800.0,
        "account deleted",
        True,
    ),
    Deal("", "", "", dt.date(2024, 2, 1), dt.date(2025, 1, 31), 12_000.0, "no id", False),
)
"""Ends before it starts; its account is unknown; it has no id."""

ACTIVITIES_WITHOUT_ACCOUNT = ("T900001", "T900002")
CALL_WITHOUT_RENEWAL_DATE = "F90001"
