"""The whole way: exports loaded as an analyst would, compared with what was simulated."""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from workahead.sample import ids


@pytest.fixture(scope="module", params=["salesforce", "hubspot"])
def book(request, filed):
    return wa.Book.open(filed(request.param))


def test_arr_by_account_is_the_truth_at_every_month_end(book, company):
    """Apart from what was planted: the orphan, and small early renewals that nobody linked (they count twice)."""
    form = ids.salesforce_18 if book["accounts"]["account_id"].str.startswith("001").any() else ids.hubspot
    plain = {form(x): x for x in company.accounts["account_id"]}
    s = company.subscriptions.merge(
        company.truth.service[["subscription_id", "last_day"]], on="subscription_id"
    )
    linked = {old for cell in s["replaces"].dropna() for old in cell.split(";")}
    cut = (s["last_day"] < s["end_date"]) & ~s["subscription_id"].isin(linked)
    doubled = set(s.loc[cut, "account_id"])
    assert len(doubled) < 10
    for day in pd.date_range("2021-10-31", "2026-10-31", freq="QE-OCT"):
        found = wa.arr(book, at=day, by="account_id")
        found = found.assign(account_id=found["account_id"].map(plain)).dropna(subset=["account_id"])
        both = pd.concat([found.set_index("account_id")["arr"], company.truth.arr_at(day)], axis=1).fillna(0)
        both = both[~both.index.isin(doubled)]
        assert (both.iloc[:, 0] - both.iloc[:, 1]).abs().max() < 0.005, day


def test_rows_read_are_rows_kept_and_set_aside(book):
    r = book.reconciliation
    assert (r["rows_read"] == r["kept"] + r["set_aside"]).all()
    assert len(book["activities"]) == len(book["activities"]["activity_id"].unique())


def test_every_table_came_through_whole(book, company):
    for name in ("activities", "contacts", "forecast_calls", "targets"):
        assert len(book[name]) == len(company.tables[name]), name
    assert len(book["opportunities"]) == len(company.opportunities) + 2  # those of the faulty contracts
