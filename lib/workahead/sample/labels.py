"""How the CRMs of the sample spell the canonical values, and how their exports write dates, numbers and blanks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

TYPE = {"new": "New Business", "renewal": "Renewal", "expansion": "Expansion"}
SOURCE = {"csql": "CSQL"}
CATEGORY_SALESFORCE = {"commit": "Commit", "best_case": "Best Case", "at_risk": "At Risk", "churn": "Churn"}
CATEGORY_HUBSPOT = {"commit": "Commit", "best_case": "Best case", "at_risk": "At risk", "churn": "Churn"}
ANSWER = {
    "yes": "Yes",
    "leaning_yes": "Leaning yes",
    "unsure": "Unsure",
    "leaning_no": "Leaning no",
    "no": "No",
}
TIER_SALESFORCE = {"key": "Key", "high_potential": "High Potential", "standard": "Standard"}
TIER_HUBSPOT = {"key": "Key account", "high_potential": "High potential", "standard": "Standard"}
STATUS_SALESFORCE = {"active": "Activated", "lost": "Not Renewed"}
STATUS_HUBSPOT = {"active": "Active", "lost": "Lost"}
KIND_SALESFORCE = {"call": "Call", "meeting": "Meeting", "email": "Email", "support": "Support Request", "other": "Other"}
KIND_HUBSPOT = {"call": "Call", "meeting": "Meeting", "email": "Email", "support": "Ticket", "other": "Note"}
DIRECTION = {"in": "Inbound", "out": "Outbound"}
SCOPE = {"team": "Team", "csm": "CSM"}
METRIC = {"nrr": "NRR", "grr": "GRR", "csql_arr": "CSQL ARR", "expansion_arr": "Expansion ARR"}


def text(values: Iterable[object], labels: dict[str, str] | None = None) -> list[str]:
    """Cells of text: missing is blank, known values get their label."""
    known = labels or {}
    return ["" if v is None or v != v else known.get(str(v), str(v)) for v in values]


def each(values: Iterable[object], change: Callable[[str], str]) -> list[str]:
    """Cells of ids, several in one cell joined by ``;``."""
    return ["" if v is None or v != v else ";".join(change(x) for x in str(v).split(";")) for v in values]


def american(values: pd.Series) -> list[str]:
    """``3/14/2026``"""
    return ["" if d is pd.NaT else f"{d.month}/{d.day}/{d.year}" for d in values]


def european(values: pd.Series) -> list[str]:
    """``14/3/2026``"""
    return ["" if d is pd.NaT else f"{d.day}/{d.month}/{d.year}" for d in values]


def iso(values: pd.Series) -> list[str]:
    """``2026-03-14``"""
    return ["" if d is pd.NaT else f"{d:%Y-%m-%d}" for d in values]


def timed(values: pd.Series, shift: int) -> list[str]:
    """``2026-03-14 09:26``: a time of day for each row; one in nineteen just before midnight, one just after."""
    cells = []
    for i, d in enumerate(values):
        k = (i * 7919 + shift * 104729) % 100_003
        hour, minute = {0: (23, 40 + k % 20), 1: (0, k % 25)}.get(i % 19, (8 + k % 10, k % 60))
        cells.append("" if d is pd.NaT else f"{d:%Y-%m-%d} {hour:02d}:{minute:02d}")
    return cells


def cents(values: pd.Series) -> list[str]:
    """``12500.00``"""
    return ["" if v != v else f"{v:.2f}" for v in values]


def short(values: pd.Series) -> list[str]:
    """``12500``, ``12500.5``"""
    return ["" if v != v else f"{v:.2f}".rstrip("0").rstrip(".") for v in values]
