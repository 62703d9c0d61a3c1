"""What others computed, or could not: saas-metrics' ledger and waterfall, renewals that hide what was lost."""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from contracts import contracts

BY_CONTRACT = """
company: testdb
as_of: 2026-12-31
snapshots: snapshots
exports:
  - table: subscriptions
    file: GOLDEN/saasops/testdb_contracts.csv
    kind: table
    columns: {subscription_id: ContractID, account_id: CustomerID, start_date: TermStartDate, end_date: TermEndDate,
              total_value: TotalValue, replaces: RenewalFromContractID}
"""
BY_OPPORTUNITY = """
company: testdb
as_of: 2026-12-31
snapshots: snapshots
exports:
  - table: subscriptions
    file: GOLDEN/saasops/testdb_as_salesforce_opportunities.csv
    kind: salesforce
    where: {StageName: Closed Won, EndDate: not blank}
    columns: {subscription_id: ContractId, start_date: StartDate, end_date: EndDate, total_value: Amount}
"""


def test_won_opportunities_with_a_term_have_twelve_times_the_mrr_of_saas_metrics(load, golden):
    theirs = pd.read_csv(golden / "saasops/testdb_ledger_saas_metrics_0_2_1.csv", dtype={"contract_id": str})
    theirs = theirs.assign(short=theirs["contract_id"].str.zfill(15)).set_index("short")["mrr_amount"]
    ours = load(BY_OPPORTUNITY)["subscriptions"]
    ours = ours.set_index(ours["subscription_id"].str[:15])["arr"]
    assert len(ours) == len(theirs) == 46
    assert (ours - 12 * theirs).abs().max() <= 0.06  # theirs is rounded to the cent of a month


def test_won_opportunities_and_contracts_of_one_company_give_one_bridge(load):
    """The opportunities carry no link to what they renew; account and dates find it."""
    bridges = [
        wa.movements(load(text), "2023-12-31", "2026-12-31", freq="month")
        for text in (BY_CONTRACT, BY_OPPORTUNITY)
    ]
    pd.testing.assert_frame_equal(*bridges)


def test_the_flat_contract_renewed_flat_moves_in_no_month_though_it_did_in_saas_metrics(golden):
    theirs = pd.read_csv(golden / "saasops/flat_contract_saas_metrics_0_1_0_waterfall.csv")
    phantom = theirs[["expansion", "contraction"]].iloc[1:].ne(0).any(axis=1)
    assert (phantom.sum(), len(phantom)) == (20, 23)

    book = wa.Book.from_frames(
        "2024-05-31",
        contracts(
            ("S1", "Flat", "2022-06-01", "2023-05-31", 120_000),
            ("S2", "Flat", "2023-06-01", "2024-05-31", 120_000),
        ),
    )
    table = wa.movements(book, "2022-05-31", "2024-05-31", freq="month")
    assert table["period_end"].dt.strftime("%Y-%m-%d").tolist() == theirs["period_end"].tolist()
    assert table["new"].tolist() == [120_000] + [0] * 23
    assert table[["reactivation", "expansion", "contraction", "churn"]].to_numpy().sum() == 0
    assert table["ending"].tolist() == [120_000] * 24


RENEWALS = """
company: Renewals
as_of: 2026-12-31
snapshots: snapshots
exports:
  - table: accounts
    file: GOLDEN/gtm_renewals/users.csv
    kind: table
    columns: {account_id: user_id, name: email}
  - table: subscriptions
    file: GOLDEN/gtm_renewals/renewals.csv
    kind: table
    columns: {subscription_id: renewal_id, account_id: user_id, start_date: due_date, arr: arr_usd, status: outcome,
              product: original_plan}
    values: {status: {renewed: active, churned: lost}}
"""


@pytest.fixture(scope="module")
def renewals(load) -> wa.Book:
    return load(RENEWALS)


def test_all_68_renewals_are_read_49_renewed_and_19_lost(renewals):
    assert renewals.reconciliation.set_index("table").loc[
        "subscriptions", ["rows_read", "kept"]
    ].tolist() == [68, 68]
    assert renewals["subscriptions"]["status"].value_counts().to_dict() == {"active": 49, "lost": 19}


def test_that_the_dollars_lost_cannot_be_computed_is_said_and_not_shown_as_zero(renewals):
    (row,) = renewals.findings[renewals.findings["finding"].str.contains("lost")].to_dict("records")
    assert row["finding"].startswith(
        "19 lost contracts have an ARR of zero: the dollars lost can't be computed"
    )
    assert (row["weight"], row["rows"]) == ("high", 19)
    assert pd.isna(row["arr"])
    first = wa.words.check_sentence(renewals.reconciliation, renewals.findings, renewals.currency)
    assert "the dollars lost can't be computed" in first


def test_what_was_renewed_is_the_sum_of_the_renewed_rows(renewals, golden):
    raw = pd.read_csv(golden / "gtm_renewals/renewals.csv")
    assert wa.arr(renewals)["arr"].iloc[0] == raw.loc[raw["outcome"] == "renewed", "arr_usd"].sum()
    by_product = wa.arr(renewals, by="product").set_index("product")["arr"]
    expected = raw[raw["outcome"] == "renewed"].groupby("original_plan")["arr_usd"].sum()
    assert by_product[by_product > 0].to_dict() == expected[expected > 0].to_dict()
