"""The simulated company: canonical tables that hold together."""

from __future__ import annotations

import pandas as pd
import pytest
from workahead.book.tables import TABLES
from workahead.sample import Parameters, simulate

END = pd.Timestamp("2026-10-31")
HELD = [name for name in TABLES if name != "owners"]
"""The sample's accounts have had one CSM each."""


@pytest.mark.parametrize("table", HELD)
def test_tables_have_their_columns_keys_and_values(company, table):
    frame, shape = company.tables[table], TABLES[table]
    for name, column in shape.columns.items():
        assert name in frame.columns
        if column.required:
            assert frame[name].notna().all(), name
        if column.values:
            assert set(frame[name].dropna()) <= set(column.values), name
        if column.kind == "date":
            assert pd.api.types.is_datetime64_any_dtype(frame[name]), name
    assert not frame.duplicated(list(shape.key)).any()


def test_every_record_names_an_account_contract_and_contact_that_exist(company):
    accounts = set(company.accounts["account_id"])
    contracts = set(company.subscriptions["subscription_id"])
    for name in ("subscriptions", "opportunities", "forecast_calls", "activities", "contacts"):
        assert set(company.tables[name]["account_id"]) <= accounts, name
    assert set(company.accounts["parent_id"].dropna()) <= accounts
    assert set(company.forecast_calls["subscription_id"]) <= contracts
    assert set(company.activities["contact_id"].dropna()) <= set(company.contacts["contact_id"])
    assert set(company.stage_history["opportunity_id"]) == set(company.opportunities["opportunity_id"])
    for column, frame in (("replaces", company.subscriptions), ("renews", company.opportunities)):
        assert {x for cell in frame[column].dropna() for x in cell.split(";")} <= contracts


def test_nothing_is_known_that_happens_after_the_end(company):
    for frame, column in (
        (company.accounts, "created_date"),
        (company.accounts, "plan_updated_date"),
        (company.subscriptions, "signed_date"),
        (company.opportunities, "created_date"),
        (company.stage_history, "entered_date"),
        (company.forecast_calls, "called_on"),
        (company.activities, "date"),
        (company.contacts, "created_date"),
        (company.contacts, "left_date"),
    ):
        assert frame[column].max() <= END, column
    closed = company.opportunities["is_closed"]
    assert (company.opportunities.loc[closed, "close_date"] <= END).all()
    assert (company.opportunities.loc[~closed, "close_date"] > END).all()
    assert (company.opportunities["close_date"] >= company.opportunities["created_date"]).all()


def test_contracts_run_forward_and_are_signed_before_they_start(company):
    s = company.subscriptions
    assert (s["end_date"].isna() | (s["end_date"] >= s["start_date"])).all()
    assert (s["signed_date"] <= s["start_date"]).all()
    assert (s["arr"] > 0).all()


def test_every_contract_came_from_one_won_opportunity_of_its_arr(company):
    won = company.opportunities[company.opportunities["is_won"]]
    assert sorted(won["subscription_id"]) == sorted(company.subscriptions["subscription_id"])
    both = won.merge(company.subscriptions, on="subscription_id", suffixes=("", "_contract"))
    bought = both[both["subscription_id"].notna() & (both["type"] != "expansion") & both["type"].notna()]
    assert (bought["amount"] == bought["arr"]).all()


def test_a_bigger_contract_is_the_old_one_and_the_expansion(company):
    s = company.subscriptions.set_index("subscription_id")
    grown = company.opportunities.query("is_won and type == 'expansion'").set_index("subscription_id")
    replaced = s.loc[grown.index, "replaces"].dropna()
    assert len(replaced) > 50
    added = s.loc[replaced.index, "arr"] - s.loc[replaced, "arr"].to_numpy()
    assert (added - grown.loc[replaced.index, "amount"]).abs().max() < 0.005


def test_every_shape_of_contract_life_occurs(company):
    s = company.subscriptions
    next_of = {
        old: new
        for new, cell in zip(s["subscription_id"], s["replaces"], strict=True)
        if isinstance(cell, str)
        for old in cell.split(";")
    }
    start = s.set_index("subscription_id")["start_date"]
    end = s.set_index("subscription_id")["end_date"]
    gap = pd.Series({old: (start[new] - end[old]).days - 1 for old, new in next_of.items()})
    assert (gap < 0).sum() > 50  # early, or amended under way
    assert (gap == 0).sum() > 300  # on time
    assert gap.between(1, 30).sum() > 100  # late, within thirty days
    assert (gap > 30).sum() > 5
    assert s["replaces"].str.contains(";", na=False).sum() > 3  # co-terming
    assert (s["start_date"] > END).sum() > 3  # signed ahead
    assert ((s["status"] == "lost") & (s["end_date"] > END)).sum() > 0  # given notice
    assert s["end_date"].isna().sum() > 0
    term = (s["end_date"] - s["start_date"]).dt.days
    assert (term > 700).sum() > 50  # multi-year
    overdue = s["end_date"].between(END - pd.Timedelta(days=30), END) & (s["status"] == "active")
    assert (overdue & ~s["subscription_id"].isin(next_of)).sum() >= 3
    coming = s["end_date"].between(END, END + pd.Timedelta(days=365)) & ~s["subscription_id"].isin(next_of)
    assert s.loc[coming, "end_date"].dt.to_period("M").nunique() >= 12
    assert len(company.truth.mergers) == 8
    assert company.accounts["parent_id"].notna().sum() > 10


def test_retention_is_that_of_a_sound_company(company):
    """By hand: ARR now of the customers of a year ago over their ARR then."""
    for end in pd.date_range("2023-10-31", END, freq="QE-OCT"):
        then, now = company.truth.arr_at(end - pd.offsets.MonthEnd(12)), company.truth.arr_at(end)
        now = now.reindex(then.index).fillna(0)
        assert 0.995 <= now.sum() / then.sum() <= 1.12
        assert 0.84 <= now.clip(upper=then).sum() / then.sum() <= 0.95
    assert 30e6 < company.truth.arr_at(END).sum() < 60e6


def test_the_story_is_there_to_be_found(company):
    """NRR falls in the last two quarters; Enterprise champions who left are behind most Enterprise losses."""

    def nrr(end: str) -> float:
        then = company.truth.arr_at(pd.Timestamp(end) - pd.offsets.MonthEnd(12))
        return company.truth.arr_at(pd.Timestamp(end)).reindex(then.index).fillna(0).sum() / then.sum()

    assert nrr("2026-10-31") < nrr("2026-07-31") < nrr("2026-04-30")
    assert nrr("2026-04-30") - nrr("2026-10-31") > 0.03
    due = company.truth.contracts.query(
        "segment == 'Enterprise' and '2026-01-01' <= renewal_date <= '2026-10-31'"
    )
    lost = due[due["outcome"] == "lost"]
    assert (lost["champion"] == "left").mean() > 0.5
    before = company.truth.contracts.query("segment == 'Enterprise' and renewal_date < '2026-01-01'")
    assert (due["champion"] == "left").mean() > 3 * (before["champion"] == "left").mean()


def test_all_csms_have_a_book_and_no_book_is_most_of_it(company):
    now = company.truth.arr_at(END)
    by = now.groupby(company.accounts.set_index("account_id")["csm"].reindex(now.index)).sum()
    assert len(by) == 8
    assert by.max() / by.sum() < 0.25
    assert by.min() / by.sum() > 0.05


def test_seeds_give_other_companies_and_the_same_seed_the_same():
    a, b, c = (simulate(Parameters(accounts=30), seed=s) for s in (1, 1, 2))
    for name, frame in a.tables.items():
        pd.testing.assert_frame_equal(frame, b.tables[name])
    pd.testing.assert_frame_equal(a.truth.contracts, b.truth.contracts)
    assert not a.subscriptions["arr"].equals(c.subscriptions["arr"])


@pytest.mark.parametrize("seed", range(6))
def test_small_companies_hold_together_too(seed):
    company = simulate(Parameters(accounts=12), seed=seed)
    s = company.subscriptions
    assert (s["end_date"].isna() | (s["end_date"] >= s["start_date"])).all()
    for name in HELD:
        assert not company.tables[name].duplicated(list(TABLES[name].key)).any()
