"""Exports that others made, read in place; skipped where they are absent."""

from pathlib import Path

import pandas as pd
import pytest

GOLDEN = Path(__file__).parents[3] / "shared" / "golden"
pytestmark = [
    pytest.mark.golden,
    pytest.mark.skipif(not GOLDEN.is_dir(), reason="../shared/golden is absent"),
]


def entry(file, kind, table, **more):
    return {"file": str(GOLDEN / file), "kind": kind, "table": table, **more}


@pytest.fixture
def loaded(read):
    import yaml

    return lambda *exports, **more: read(yaml.safe_dump({**more, "exports": list(exports)}))


def test_three_layouts_of_one_history_give_the_same_stages_and_days(loaded):
    layouts = [
        ("hubspot", "hubspot_deal_export.csv"),
        ("salesforce", "salesforce_opportunity_history.csv"),
        ("salesforce", "salesforce_field_history.csv"),
    ]
    histories = []
    for kind, file in layouts:
        one = loaded(entry(f"crm_stage_history/{file}", kind, "stage_history"))
        frame = one.tables["stage_history"]
        rank = frame["opportunity_id"].drop_duplicates().reset_index(drop=True)
        deal = frame["opportunity_id"].map(
            dict(zip(rank, rank.index, strict=True))
        )  # the nth deal of the file
        histories.append(
            frame.assign(opportunity_id=deal).sort_values(
                ["opportunity_id", "entered_date", "stage"], ignore_index=True
            )
        )
        assert one.sources[0]["set_aside"] == 0
    for other in histories[1:]:
        pd.testing.assert_frame_equal(histories[0], other)
    assert histories[0]["opportunity_id"].nunique() == 1600
    assert histories[0]["stage"].value_counts()[["Closed Won", "Closed Lost"]].tolist() == [175, 1384]


def test_the_order_of_a_field_history_does_not_matter(read, write, loaded):
    lines = (
        (GOLDEN / "crm_stage_history/salesforce_field_history.csv").read_text(encoding="utf-8").splitlines()
    )
    write("h.csv", "\n".join([lines[0], *reversed(lines[1:])]))
    back = read("exports:\n  - {file: h.csv, kind: salesforce, table: stage_history}\n").tables[
        "stage_history"
    ]
    there = loaded(
        entry("crm_stage_history/salesforce_field_history.csv", "salesforce", "stage_history")
    ).tables["stage_history"]
    columns = ["opportunity_id", "entered_date", "stage"]
    pd.testing.assert_frame_equal(
        back[columns].sort_values(columns, ignore_index=True),
        there[columns].sort_values(columns, ignore_index=True),
    )


def test_saasops_total_values_become_the_arr_that_saasops_computes(loaded):
    one = loaded(
        entry(
            "saasops/testdb_customers.csv", "table", "accounts", columns={"account_id": "CustomerID", "name": "Name"}
        ),
        entry(
            "saasops/testdb_contracts.csv", "table", "subscriptions",
            columns={
                "subscription_id": "ContractID", "account_id": "CustomerID", "start_date": "TermStartDate",
                "end_date": "TermEndDate", "total_value": "TotalValue", "signed_date": "ContractDate",
                "replaces": "RenewalFromContractID",
            },
        ),
    )  # fmt: skip
    theirs = pd.read_csv(GOLDEN / "saasops/testdb_arr_table_saasops_0_1_1.csv")
    ours = one.tables["subscriptions"]
    assert ours["arr"].tolist() == pytest.approx(theirs["ARR"].tolist())
    links = theirs["RenewalFromContractID"].dropna().astype(int).astype(str).tolist()
    assert ours["replaces"].dropna().tolist() == links
    assert [len(one.tables["accounts"]), len(ours)] == [20, 46]


def test_the_segment_that_ends_before_it_starts_is_set_aside_with_its_money(loaded):
    one = loaded(
        entry(
            "saasops/testdb2_segments.csv", "table", "subscriptions",
            columns={"subscription_id": "SegmentID", "account_id": "ContractID", "start_date": "SegmentStartDate",
                     "end_date": "SegmentEndDate", "arr": "SegmentValue"},
        )
    )  # fmt: skip
    (row,) = one.set_aside.to_dict("records")
    assert (row["line"], row["value"], row["reason"]) == (
        7,
        "2023-05-28",
        "the contract ends before it starts",
    )
    assert row["arr"] == 280_000
    assert one.tables["subscriptions"]["arr"].sum() == 120_000 + 160_000 + 140_000 + 240_000 + 240_000
    assert one.sources[0]["arr_read"] == one.sources[0]["arr_kept"] + 280_000


def test_opportunities_in_salesforce_columns_are_read_by_their_standard_names(loaded):
    one = loaded(
        entry(
            "saasops/testdb_as_salesforce_opportunities.csv",
            "salesforce",
            "opportunities",
            constant={"created_date": "2024-01-01"},
        ),
    )
    frame = one.tables["opportunities"]
    assert len(frame) == 46
    assert frame["is_won"].all()
    assert frame["opportunity_id"].str.len().eq(18).all()
    assert frame["amount"].sum() == pytest.approx(
        pd.read_csv(GOLDEN / "saasops/testdb_contracts.csv")["TotalValue"].sum()
    )


def test_a_field_history_in_long_form_is_read_by_where(loaded):
    one = loaded(
        entry(
            "pipeline_diff_demo/opportunity_field_history.csv.gz", "table", "stage_history",
            where={"field": "stage"},
            columns={"opportunity_id": "deal_id", "stage": "value", "entered_date": "changed_at"},
        ),
        entry(
            "pipeline_diff_demo/opportunities.csv", "table", "opportunities",
            columns={"opportunity_id": "id", "account_id": "name", "owner": "owner_id", "created_date": "created_at"},
            values={"stage": {"renewalsigned": "Renewed"}},
            won=["closedwon", "renewalsigned"], lost=["closedlost", "renewalchurned"],
            keep=["pipeline"],
        ),
        time_zone="UTC",
    )  # fmt: skip
    history, deals = one.tables["stage_history"], one.tables["opportunities"]
    assert [source["rows_read"] + source["left_out"] for source in one.sources] == [29_734, 1_814]
    renewals = deals[deals["pipeline"] == "renewals"]
    assert len(renewals) == 113
    assert [int(renewals["is_won"].sum()), int((renewals["is_closed"] & ~renewals["is_won"]).sum())] == [
        66,
        13,
    ]
    assert set(history["opportunity_id"]) >= set(deals["opportunity_id"])


def test_warehouse_tables_of_368_columns_are_read_by_api_names(loaded):
    folder = "fivetran_salesforce"
    active = {"_fivetran_active": ["true", "TRUE"]}
    one = loaded(
        entry(f"{folder}/sf_account_data.csv", "salesforce", "accounts", where={"is_deleted": "false"}),
        entry(f"{folder}/sf_contact_data.csv", "salesforce", "contacts"),
        entry(f"{folder}/sf_opportunity_data.csv", "salesforce", "opportunities", where=active),
    )
    raw = pd.read_csv(GOLDEN / folder / "sf_account_data.csv", dtype=str)
    assert len(one.tables["accounts"]) == (raw["is_deleted"].str.lower() == "false").sum()
    assert one.tables["accounts"]["name"].isin(raw["name"]).all()
    for source in one.sources:
        assert source["rows_read"] == source["kept"] + source["set_aside"]
    contacts = one.sources[1]
    raw = pd.read_csv(GOLDEN / folder / "sf_contact_data.csv", dtype=str)
    assert contacts["rows_read"] == len(raw)
    assert contacts["set_aside"] == raw["account_id"].isna().sum()


def test_hubspot_tables_of_a_warehouse_are_read(loaded):
    one = loaded(
        entry("fivetran_hubspot/company_data.csv", "hubspot", "accounts"),
        entry("fivetran_hubspot/contact_data.csv", "table", "contacts",
              columns={"contact_id": "id", "account_id": "property_company", "title": "property_jobtitle",
                       "created_date": "property_createdate", "name": "property_firstname + property_lastname"}),
    )  # fmt: skip
    raw = pd.read_csv(GOLDEN / "fivetran_hubspot/company_data.csv", dtype=str)
    assert one.tables["accounts"]["account_id"].tolist() == raw["id"].drop_duplicates().tolist()
    assert one.sources[1]["rows_read"] == len(pd.read_csv(GOLDEN / "fivetran_hubspot/contact_data.csv"))
