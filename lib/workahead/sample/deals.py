"""The opportunities as both CRMs list them: with names, and with those of the faulty contracts."""

from __future__ import annotations

import pandas as pd

from workahead.sample.company import Company
from workahead.sample.faults import DEALS


def account_names(company: Company) -> dict[str, str]:
    """Names by account id, those merged away too."""
    merged = company.truth.mergers
    known = dict(zip(company.accounts["account_id"], company.accounts["name"], strict=True))
    return known | dict(zip(merged["account_id"], merged["name"], strict=True))


def with_faults(company: Company) -> pd.DataFrame:
    """The opportunities, and those that the faulty contracts came from."""
    o = company.opportunities
    deals = [d for d in DEALS if d.in_hubspot]
    started = pd.Series(pd.to_datetime([d.start for d in deals])).astype(o["close_date"].dtype)
    faulty = pd.DataFrame(
        {
            "opportunity_id": [d.opportunity_id for d in deals],
            "account_id": [d.account_id or company.accounts["account_id"].iloc[0] for d in deals],
            "type": "renewal",
            "created_by_role": "CSM",
            "stage": "Closed Won",
            "forecast_category": "Closed",
            "amount": [d.arr for d in deals],
            "currency": "USD",
            "amount_original": [d.arr for d in deals],
            "created_date": started - pd.Timedelta(days=90),
            "close_date": started,
            "is_closed": True,
            "is_won": True,
            "owner": company.parameters.csms[0].name,
            "product": "Flow",
            "subscription_id": [d.subscription_id for d in deals],
        }
    )
    return pd.concat([o, faulty], ignore_index=True)


def deal_names(company: Company, o: pd.DataFrame) -> list[str]:
    """What people call an opportunity."""
    known = account_names(company)
    what = {"new": "new", "renewal": "renewal", "expansion": "growth"}
    return [
        f"{known.get(a, 'Unknown account')} - {product} {what.get(str(t), 'deal')} {closed.year}"
        for a, product, t, closed in zip(
            o["account_id"], o["product"], o["type"], o["close_date"], strict=True
        )
    ]
