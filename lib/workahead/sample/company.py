"""What a simulation gives back: the canonical tables and the truth behind them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from workahead.sample.parameters import Parameters


@dataclass(frozen=True)
class Truth:
    """What was drawn. In no export.

    - contracts: those due by a year after the end. subscription_id, account_id, renewal_date, segment,
      product, csm (at the end), arr (USD), add_on (its fate is that of the contract it was added to), probability (of
      renewing), outcome (renewed, lost), renewed_arr (USD, of its successor), cause, closed_on, and the
      signals: engagement (standard deviations), champion (stayed, left, replaced), trouble, uplift (per cent),
      renewals (made before), sister_lost (another product was)
    - service: every contract. subscription_id, account_id, start_date, last_day (of unbroken service: late
      renewals of up to 30 days bridged, replaced contracts cut, overdue ones carried to the end; missing:
      open-ended), arr (USD)
    - holders: who looked after an account. account_id, since, csm
    - mergers: accounts merged away. account_id, into, merged_on, name
    - champions: those who left. account_id, left_date
    """

    contracts: pd.DataFrame
    service: pd.DataFrame
    holders: pd.DataFrame
    mergers: pd.DataFrame
    champions: pd.DataFrame

    def arr_at(self, day: pd.Timestamp) -> pd.Series:
        """ARR by account at the close of a day, USD."""
        s = self.service
        live = (s["start_date"] <= day) & (s["last_day"].isna() | (s["last_day"] >= day))
        return s[live].groupby("account_id")["arr"].sum()


@dataclass(frozen=True)
class Company:
    """The sample company: canonical tables (see ``workahead.book.tables``) in USD, original beside."""

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
        return {name: one for name, one in vars(self).items() if isinstance(one, pd.DataFrame)}
