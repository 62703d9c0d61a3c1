"""What a simulation gives back: the canonical tables, the truth behind them, and what only the exports need."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from workahead.sample.parameters import Parameters


@dataclass(frozen=True)
class Truth:
    """What was drawn. In no export.

    | frame | a row | columns |
    |---|---|---|
    | contracts | contract that is due by a year after the end | subscription_id, account_id, renewal_date, segment, product, csm (at the end), arr (USD), probability (of renewing), outcome (renewed, lost), renewed_arr (USD, of its successor), cause, closed_on, engagement, champion (stayed, left, replaced), trouble, uplift (per cent), renewals, sister_lost |
    | service | contract | subscription_id, account_id, start_date, last_day (of unbroken service: late renewals of up to 30 days bridged, replaced contracts cut, overdue ones carried to the end; missing: open-ended), arr (USD) |
    | csms | CSM | name, region, bias (log-odds), noise, diligence, asks, email |
    | holders | account and CSM | account_id, since, csm |
    | mergers | account merged away | account_id, into, merged_on |
    | champions | champion who left | account_id, left_date, next_date |
    | trouble | spell of trouble | account_id, first_day |
    """

    contracts: pd.DataFrame
    service: pd.DataFrame
    csms: pd.DataFrame
    holders: pd.DataFrame
    mergers: pd.DataFrame
    champions: pd.DataFrame
    trouble: pd.DataFrame


@dataclass(frozen=True)
class Company:
    """The sample company: canonical tables (as in ``workahead.book.tables``) in USD, with original amounts beside them."""

    parameters: Parameters
    seed: int
    accounts: pd.DataFrame
    subscriptions: pd.DataFrame
    opportunities: pd.DataFrame
    stage_history: pd.DataFrame
    forecast_calls: pd.DataFrame
    activities: pd.DataFrame
    contacts: pd.DataFrame
    targets: pd.DataFrame
    truth: Truth
    recorded: dict[str, pd.Series]
    """Account ids as the CRM recorded them, by table: some still name an account merged away."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The canonical tables by name."""
        return {
            "accounts": self.accounts,
            "subscriptions": self.subscriptions,
            "opportunities": self.opportunities,
            "stage_history": self.stage_history,
            "forecast_calls": self.forecast_calls,
            "activities": self.activities,
            "contacts": self.contacts,
            "targets": self.targets,
        }
