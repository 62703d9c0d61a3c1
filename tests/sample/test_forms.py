"""Both forms describe the same company: every record, every amount."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from workahead.sample import ids
from workahead.sources.ids import to_18

FAULTY = 2
"""Faulty contracts that stand in both forms."""


def test_every_account_contact_and_activity_stands_in_both_forms(company, exported):
    merged = len(company.truth.mergers)
    assert len(exported["salesforce/accounts.csv"]) == len(company.accounts) + merged
    assert len(exported["hubspot/companies.csv"]) == len(company.accounts)
    for table, file, extra in (("contacts", "contacts.csv", 0), ("activities", "activities.csv", 2)):
        for form in ("salesforce", "hubspot"):
            assert len(exported[f"{form}/{file}"]) == len(company.tables[table]) + extra
    for form in ("salesforce", "hubspot"):
        assert len(exported[f"{form}/renewal_calls.csv"]) == len(company.forecast_calls) + 1


def test_every_contract_has_the_same_arr_and_days_in_both_forms(company, exported):
    deals = {row["Record ID"]: row for row in exported["hubspot/deals.csv"]}
    rows = {row["Contract ID"]: row for row in exported["salesforce/contracts.csv"] if row["Contract ID"]}
    deal_of = company.opportunities.dropna(subset=["subscription_id"])
    assert len(deal_of) == len(company.subscriptions) == len(rows) - FAULTY
    for contract, opportunity in zip(deal_of["subscription_id"], deal_of["opportunity_id"], strict=True):
        row, deal = rows[ids.salesforce_15(contract)], deals[ids.hubspot(opportunity)]
        assert Decimal(row["Annual Recurring Revenue"]) == Decimal(deal["Annual recurring revenue"])
        assert row["Annual Recurring Revenue Currency"] == deal["Currency"]
        day, month, year = row["Contract Start Date"].split("/")
        assert deal["Subscription Start Date"] == f"{year}-{int(month):02d}-{int(day):02d}"
        assert (row["Contract End Date"] == "") == (deal["Subscription End Date"] == "")
        assert len(row["Replaces Contract"].split(";")) == len(deal["Replaces Deal IDs"].split(";"))


def test_every_opportunity_has_the_same_stage_type_and_amount_in_both_forms(company, exported):
    rows = {row["Opportunity ID"]: row for row in exported["salesforce/opportunities.csv"]}
    deals = {row["Record ID"]: row for row in exported["hubspot/deals.csv"]}
    assert len(rows) == len(deals) == len(company.opportunities) + FAULTY
    for plain in company.opportunities["opportunity_id"]:
        row, deal = rows[ids.salesforce_15(plain)], deals[ids.hubspot(plain)]
        assert (row["Stage"], row["Type"], row["Lead Source"]) == (
            deal["Deal Stage"],
            deal["Deal Type"],
            deal["Deal Source"],
        )
        assert Decimal(row["Amount (converted)"] or 0) == Decimal(deal["Amount in company currency"] or 0)
        month, day, year = row["Close Date"].split("/")
        assert deal["Close Date"][:10] == f"{year}-{int(month):02d}-{int(day):02d}"


def test_converted_amounts_are_amount_times_rate_to_the_cent(exported):
    rates = {"USD": Decimal(1), "EUR": Decimal("1.08"), "GBP": Decimal("1.27")}
    for row in exported["salesforce/contracts.csv"]:
        rate = rates[row["Annual Recurring Revenue Currency"]]
        assert Decimal(row["Annual Recurring Revenue"]) * rate == Decimal(
            row["Annual Recurring Revenue (converted)"]
        )
    used = Counter(row["Annual Recurring Revenue Currency"] for row in exported["salesforce/contracts.csv"])
    assert set(used) == set(rates)


def test_stages_were_entered_on_the_same_days_in_both_forms(company, exported):
    first: dict[tuple[str, str], str] = {}
    entries = Counter()
    for row in exported["salesforce/opportunity_history.csv"]:
        if row["From Stage"] != row["To Stage"]:
            month, day, year = row["Last Modified"].split("/")
            key = (to_18(row["Opportunity ID"]), row["To Stage"])
            first.setdefault(key, f"{year}-{int(month):02d}-{int(day):02d}")
            entries[key] += 1
    deals = {row["Record ID"]: row for row in exported["hubspot/deals.csv"]}
    seen = 0
    for plain in company.opportunities["opportunity_id"]:
        for header, cell in deals[ids.hubspot(plain)].items():
            if header.startswith("Date entered") and cell:
                stage = header.split('"')[1].rsplit(" (", 1)[0]
                assert first[ids.salesforce_18(plain), stage] == cell[:10]
                seen += 1
    assert seen == len(first)
    assert sum(entries.values()) == len(company.stage_history)


def test_targets_are_the_same_numbers(exported, company):
    cells = [float(row["Target"].replace(",", ".")) for row in exported["hubspot/targets.csv"]]
    assert cells == company.targets["target"].tolist()
