"""The company's records as both CRMs hold them: with the faults that every CRM has, and with names.

What is faulty is in no canonical table: loading must set it aside or report it. The same faults stand in both
forms, so that what is kept is equal; the contract without an id is Salesforce's alone (HubSpot always gives one).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workahead.sample.company import Company
from workahead.sample.files import Columns

CALL_WITHOUT_RENEWAL_DATE = "F90001"
ACTIVITIES_WITHOUT_ACCOUNT = ("T900001", "T900002")
FAULTY = pd.DataFrame(
    [
        ("O90001", "C90001", None, "2023-05-15", "2022-05-14", 30_000.0),  # ends before it starts
        (
            "O90002",
            "C90002",
            "A90001",
            "2021-12-01",
            "2022-11-30",
            4_800.0,
        ),  # its account is unknown: an orphan
        (None, "", None, "2024-02-01", "2025-01-31", 12_000.0),  # has no id
    ],
    columns=["opportunity_id", "subscription_id", "account_id", "start_date", "end_date", "arr"],
).astype({"start_date": "datetime64[us]", "end_date": "datetime64[us]"})
"""Contracts, the won opportunities they came from, and their accounts (missing: the company's first)."""


def contracts(company: Company) -> pd.DataFrame:
    """The subscriptions, with account ids as recorded, and the faulty ones."""
    s = company.subscriptions.assign(account_id=company.recorded["subscriptions"])
    faulty = FAULTY.drop(columns="opportunity_id").assign(
        account_id=FAULTY["account_id"].fillna(company.accounts["account_id"].iloc[0]),
        product="Flow",
        arr_original=FAULTY["arr"],
        currency="USD",
        signed_date=FAULTY["start_date"],
        status="active",
    )
    return pd.concat([s, faulty], ignore_index=True)


def deals(company: Company) -> pd.DataFrame:
    """The opportunities, and those that the faulty contracts came from."""
    known = FAULTY.dropna(subset="opportunity_id")
    faulty = known.drop(columns=["start_date", "end_date", "arr"]).assign(
        account_id=known["account_id"].fillna(company.accounts["account_id"].iloc[0]),
        type="renewal",
        created_by_role="CSM",
        stage="Closed Won",
        forecast_category="Closed",
        amount=known["arr"],
        currency="USD",
        amount_original=known["arr"],
        created_date=known["start_date"] - pd.Timedelta(days=90),
        close_date=known["start_date"],
        is_closed=True,
        is_won=True,
        owner=company.parameters.csms[0].name,
        product="Flow",
    )
    return pd.concat([company.opportunities, faulty], ignore_index=True)


def again(columns: Columns, faults: Sequence[dict[str, str]]) -> Columns:
    """The cells of a file, and its first records once more, each with a fault."""
    return [
        (header, cells + [fault.get(header, cell) for fault, cell in zip(faults, cells, strict=False)])
        for header, cells in columns
    ]


def account_names(company: Company) -> dict[str, str]:
    """Names by account id, those merged away too."""
    both = pd.concat([company.accounts, company.truth.mergers])
    return dict(zip(both["account_id"], both["name"], strict=True))


def deal_names(company: Company, o: pd.DataFrame) -> list[str]:
    """What people call an opportunity."""
    known = account_names(company)
    what = {"new": "new", "renewal": "renewal", "expansion": "growth"}
    rows = o[["account_id", "product", "type", "close_date"]].itertuples(index=False)
    return [
        f"{known.get(a, 'Unknown account')} - {product} {what.get(str(kind), 'deal')} {closed.year}"
        for a, product, kind, closed in rows
    ]
