"""A book of eight renewals, as of 31 October 2026, that show every column of the renewal base.

| | account | ARR | renewal date | months | |
|---|---|---|---|---|---|
| S1 | Alder, Enterprise, Ana, key | 100 | 11 Oct 2026 | overdue | |
| S2 | Beech, SMB, Bo | 200 | 1 Nov 2026 | 0 | called: at risk 50, cause "product GAP"; answered before |
| S3 | Cedar, SMB, Bo | 300 | 30 Jan 2027 | 2 | not called, due since 30 October |
| S4 | Dogwood, SMB, Bo | 400 | 31 Jan 2027 | 3 | not called, due today |
| S5 | Elm, Enterprise, Ana, key | 500 | 1 May 2027 | 6 | not called, due tomorrow; no plan |
| S6 | Alder, Enterprise, Ana, key | 600 | 29 Apr 2027 | 5 | called: commit; plan current; no answer |
| S7 | Fir, no segment, no CSM | 700 | 31 Oct 2027 | 12 | not in twelve months |
| S8 | Beech, SMB, Bo | 800 | 30 Oct 2027 | 11 | called early: churn 800, no cause |

Gum's S9 was lost, Hazel's S10 has been renewed ahead by S11, which runs on without an end.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import workahead as wa
from contracts import contracts, shared

AS_OF = "2026-10-31"
ROWS = [
    ("S1", "A", "2025-10-11", "2026-10-10", 100, None, "Core", "active"),
    ("S2", "B", "2025-11-01", "2026-10-31", 200, None, "Core", "active"),
    ("S3", "C", "2026-01-30", "2027-01-29", 300, None, "Core", "active"),
    ("S4", "D", "2026-01-31", "2027-01-30", 400, None, "Core", "active"),
    ("S5", "E", "2026-05-01", "2027-04-30", 500, None, "Core", "active"),
    ("S6", "A", "2026-04-29", "2027-04-28", 600, None, "Extra", "active"),
    ("S7", "F", "2025-10-31", "2027-10-30", 700, None, "Core", "active"),
    ("S8", "B", "2025-10-30", "2027-10-29", 800, None, "Extra", "active"),
    ("S9", "G", "2025-10-30", "2026-12-31", 900, None, "Core", "lost"),
    ("S10", "H", "2026-01-01", "2026-12-31", 1000, None, "Core", "active"),
    ("S11", "H", "2027-01-01", None, 1000, "S10", "Core", "active"),
]
ACCOUNTS = pd.DataFrame(
    [
        ("A", "Alder", "Enterprise", "Ana", "key", "2026-10-01"),
        ("B", "Beech", "SMB", "Bo", "standard", None),
        ("C", "Cedar", "SMB", "Bo", "standard", None),
        ("D", "Dogwood", "SMB", "Bo", "high_potential", None),
        ("E", "Elm", "Enterprise", "Ana", "key", "2025-10-30"),
        ("F", "Fir", None, None, None, None),
        ("G", "Gum", "SMB", "Bo", "standard", None),
        ("H", "Hazel", "Mid-Market", "Bo", "standard", None),
    ],
    columns=["account_id", "name", "segment", "csm", "tier", "plan_updated_date"],
)
CALLS = pd.DataFrame(
    [
        ("B", "S2", "2026-11-01", "2026-07-01", "Bo", "commit", 200, 0, None, "leaning_yes"),
        ("B", "S2", "2026-11-01", "2026-09-01", "Bo", "at_risk", 150, 50, " product GAP", None),
        ("A", "S6", "2027-04-29", "2026-10-20", "Ana", "commit", 600, 0, None, None),
        ("A", "S6", "2027-04-29", "2026-11-02", "Ana", "churn", 0, 600, "Payment", "no"),
        ("B", None, "2027-10-30", "2026-10-30", "Bo", "churn", 0, 800, None, None),
        ("H", "S10", "2027-01-01", "2026-09-30", "Bo", "at_risk", 0, 1000, "Competitor", "no"),
    ],
    columns=[
        "account_id",
        "subscription_id",
        "renewal_date",
        "called_on",
        "called_by",
        "category",
        "forecast_arr",
        "at_risk_arr",
        "root_cause",
        "would_renew",
    ],
)
CONTACTS = pd.DataFrame(
    [("K1", "B", True), ("K2", "B", False), ("K3", "C", True), ("K4", "D", True), ("K5", "E", True)],
    columns=["contact_id", "account_id", "is_decision_maker"],
)
ACTIVITIES = pd.DataFrame(
    [
        ("T1", "B", "K1", "2026-09-01", "call"),  # 60 days ago
        ("T2", "B", "K1", "2026-10-20", "email"),  # mail is no talk
        ("T3", "B", "K2", "2026-10-25", "meeting"),  # decides nothing
        ("T4", "C", "K3", "2026-08-31", "meeting"),  # 61 days ago
        ("T5", "D", "K9; K4", "2026-10-31", "meeting"),  # several in one cell
        ("T6", "E", "K5", "2026-11-03", "call"),  # after the as-of date
    ],
    columns=["activity_id", "account_id", "contact_id", "date", "kind"],
)


@shared
def renewing(**changes: Any) -> wa.Book:
    """The book; a table given as None is left out."""
    tables = {
        "accounts": ACCOUNTS,
        "forecast_calls": CALLS,
        "contacts": CONTACTS,
        "activities": ACTIVITIES,
        **changes,
    }
    return wa.Book.from_frames(AS_OF, contracts(*ROWS), **tables)
