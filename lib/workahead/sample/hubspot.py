"""The sample company as HubSpot exports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from workahead.sample import cells as to
from workahead.sample import recorded
from workahead.sample.company import Company
from workahead.sample.files import Columns, write_csv
from workahead.sample.ids import hubspot
from workahead.sample.opportunities import LOST, RENEWAL, SALES, WON

TIER = {"key": "Key account", "high_potential": "High potential", "standard": "Standard"}
STATUS = {"active": "Active", "lost": "Lost"}
CATEGORY = {"commit": "Commit", "best_case": "Best case", "at_risk": "At risk", "churn": "Churn"}
KIND = {"call": "Call", "meeting": "Meeting", "email": "Email", "support": "Ticket", "other": "Note"}
_PIPELINES = {
    "Sales Pipeline": (*SALES, WON, LOST),
    "Expansion Pipeline": (*SALES, WON, LOST),
    "Renewal Pipeline": (*RENEWAL, WON, LOST),
}
_MAIL = (
    'Hi,\n\nthank you for the call. As agreed:\n- numbers by Friday\n- "who signs", we asked\n\nBest regards',
    "Dear team,\r\n\r\nplease find the offer; it holds until month-end.\r\n\r\n"
    "> On Tuesday you wrote:\r\n> which seats, which sites?",
)


def write(company: Company, folder: Path) -> None:
    """Write all HubSpot files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "companies": _companies,
        "deals": _deals,
        "renewal_calls": _calls,
        "contacts": _contacts,
        "activities": _activities,
        "targets": _targets,
    }
    for name, columns in files.items():
        write_csv(
            folder / f"{name}.csv",
            columns(company),
            encoding="utf-8-sig",
            delimiter=";" if name == "targets" else ",",
            quote_all=False,
            line_end="\r\n",
        )


def _companies(company: Company) -> Columns:
    a, merged = company.accounts, company.truth.mergers
    gone = merged.groupby("into")["account_id"].agg(";".join)
    n = len(a)
    return [
        ("Record ID", to.each(a["account_id"], hubspot)),
        ("Company name", to.text(a["name"])),
        ("Parent Company ID", to.each(a["parent_id"], hubspot)),
        ("Merged Company IDs", to.each(gone.reindex(a["account_id"]), hubspot)),
        ("Lifecycle Stage", to.text(a["type"])),
        ("Segment", to.text(a["segment"])),
        ("Region", to.text(a["region"])),
        ("Country Code", to.text(a["country"])),
        ("Industry", to.text(a["industry"])),
        ("Account Tier", to.text(a["tier"], TIER)),
        ("Customer Success Manager", to.text(a["csm"])),
        ("Company owner", to.text(a["account_manager"])),
        ("Create Date", to.timed(a["created_date"], 1)),
        ("Account Plan Updated", to.iso(a["plan_updated_date"])),
        ("Industry", [""] * n),
        ("Number of Employees", ["" if i % 5 == 0 else str(20 + i * 37 % 4000) for i in range(n)]),
        ("Website URL", [f"https://example-{i + 1}.test" if i % 3 else "" for i in range(n)]),
        ("Description", [_MAIL[0] if i % 97 == 11 else "" for i in range(n)]),
    ]


def _deals(company: Company) -> Columns:
    o = recorded.deals(company)
    s = o[["subscription_id"]].merge(recorded.contracts(company), how="left", on="subscription_id")
    deal_of = dict(zip(o["subscription_id"], o["opportunity_id"], strict=True))
    account = s["account_id"].fillna(o["account_id"])
    partner = hubspot(company.accounts["account_id"].iloc[-1])
    companies = [hubspot(x) + (f";{partner}" if i % 331 == 17 else "") for i, x in enumerate(account)]
    contact = company.contacts.groupby("account_id")["contact_id"].first()
    # where the type is blank, the pipeline still knows
    renewal = (o["type"] == "renewal") | o["renews"].notna()
    grown = o["created_by_role"].isin(["CSM", "Account Manager"])
    kinds = ["Renewal Pipeline", "Expansion Pipeline"]
    pipeline = np.select([renewal, grown], kinds, "Sales Pipeline").tolist()
    n = len(o)
    return [
        ("Record ID", to.each(o["opportunity_id"], hubspot)),
        ("Deal Name", recorded.deal_names(company, o)),
        ("Pipeline", pipeline),
        ("Deal Stage", to.text(o["stage"])),
        ("Deal Type", to.text(o["type"], to.TYPE)),
        ("Deal Source", to.text(o["source"], to.SOURCE)),
        ("Created by Role", to.text(o["created_by_role"])),
        ("Forecast category", to.text(o["forecast_category"])),
        ("Currency", to.text(o["currency"])),
        ("Amount", to.short(o["amount_original"])),
        ("Amount in company currency", to.short(o["amount"])),
        ("Annual recurring revenue", to.short(s["arr_original"])),
        ("Product", to.text(s["product"])),
        ("Subscription Start Date", to.iso(s["start_date"])),
        ("Subscription End Date", to.iso(s["end_date"])),
        ("Subscription Status", to.text(s["status"], STATUS)),
        ("Signed Date", to.iso(s["signed_date"])),
        ("Replaces Deal IDs", to.each(s["replaces"], lambda x: hubspot(deal_of[x]))),
        ("Renews Deal IDs", to.each(o["renews"], lambda x: hubspot(deal_of[x]))),
        ("Proposed Uplift (%)", to.short(o["proposed_uplift"])),
        ("Create Date", to.timed(o["created_date"], 2)),
        ("Close Date", to.timed(o["close_date"], 3)),
        ("Is Deal Closed?", to.flags(o["is_closed"], "true", "false")),
        ("Is closed won", to.flags(o["is_won"], "true", "false")),
        ("Deal owner", to.text(o["owner"])),
        ("Closed Lost Reason", to.text(o["loss_reason"])),
        ("Situation", to.text(o["qualification_situation"])),
        ("Pain", to.text(o["qualification_pain"])),
        ("Impact", to.text(o["qualification_impact"])),
        ("Critical Event", to.text(o["qualification_critical_event"])),
        ("Decision", to.text(o["qualification_decision"])),
        ("Associated Company IDs", companies),
        ("Associated Contact IDs", to.each(contact.reindex(o["account_id"]), hubspot)),
        ("Notes", [_MAIL[i // 83 % 2] if i % 83 == 5 else "" for i in range(n)]),
        ("Notes", [""] * n),
        *_stage_columns(company, o["opportunity_id"], pipeline),
    ]


def _stage_columns(company: Company, opportunities: pd.Series, pipeline: list[str]) -> Columns:
    """HubSpot keeps one date a stage: the first entry."""
    h = company.stage_history
    first = h.drop_duplicates(["opportunity_id", "stage"])
    wide = first.pivot(index="opportunity_id", columns="stage", values="entered_date").reindex(opportunities)
    columns: Columns = []
    for k, (name, stages) in enumerate(_PIPELINES.items()):
        for j, stage in enumerate(stages):
            cells = to.timed(wide[stage], 10 * k + j)
            kept = [c if p == name else "" for c, p in zip(cells, pipeline, strict=True)]
            columns.append((f'Date entered "{stage} ({name})"', kept))
    return columns


def _calls(company: Company) -> Columns:
    f = company.forecast_calls
    o = company.opportunities.dropna(subset=["subscription_id"])
    deal_of = dict(zip(o["subscription_id"], o["opportunity_id"], strict=True))
    columns: Columns = [
        ("Record ID", [hubspot(f"F{i + 1:05d}") for i in range(len(f))]),
        ("Associated Company IDs", to.each(f["account_id"], hubspot)),
        ("Associated Deal IDs", to.each(f["subscription_id"], lambda x: hubspot(deal_of[x]))),
        ("Renewal Date", to.iso(f["renewal_date"])),
        ("Called On", to.iso(f["called_on"])),
        ("Called By", to.text(f["called_by"])),
        ("Category", to.text(f["category"], CATEGORY)),
        ("Forecast ARR", to.short(f["forecast_arr"])),
        ("At-risk ARR", to.short(f["at_risk_arr"])),
        ("Change vs. Due", to.short(f["change_vs_due"])),
        ("Root Cause", to.text(f["root_cause"])),
        ("Would Renew Today?", to.text(f["would_renew"], to.ANSWER)),
    ]
    fault = {"Record ID": hubspot(recorded.CALL_WITHOUT_RENEWAL_DATE), "Renewal Date": ""}
    return recorded.again(columns, [fault])


def _contacts(company: Company) -> Columns:
    c = company.contacts
    return [
        ("Record ID", to.each(c["contact_id"], hubspot)),
        ("Associated Company IDs", to.each(c["account_id"], hubspot)),
        ("Full Name", to.text(c["name"])),
        ("Job Title", to.text(c["title"])),
        ("Decision Maker", to.flags(c["is_decision_maker"], "Yes", "No")),
        ("Contact Role", to.text(c["role"])),
        ("Left Company On", to.iso(c["left_date"])),
        ("Create Date", to.timed(c["created_date"], 4)),
    ]


def _activities(company: Company) -> Columns:
    t = company.activities
    email = t["kind"] == "email"
    bodies = [
        _MAIL[k // 61 % 2] if is_mail and k % 61 == 0 else ""
        for is_mail, k in zip(email, email.cumsum(), strict=True)
    ]
    columns: Columns = [
        ("Record ID", to.each(t["activity_id"], hubspot)),
        ("Associated Company IDs", to.each(company.recorded["activities"], hubspot)),
        ("Associated Contact IDs", to.each(t["contact_id"], hubspot)),
        ("Activity date", to.timed(t["date"], 5)),
        ("Activity type", to.text(t["kind"], KIND)),
        ("Direction", to.text(t["direction"], to.DIRECTION)),
        ("Activity assigned to", to.text(t["owner"])),
        ("Subject", to.text(t["subject"])),
        ("Email body", bodies),
    ]
    blank = {"Associated Company IDs": "", "Associated Contact IDs": ""}
    ids = map(hubspot, recorded.ACTIVITIES_WITHOUT_ACCOUNT)
    return recorded.again(columns, [{"Record ID": one, **blank} for one in ids])


def _targets(company: Company) -> Columns:
    t = company.targets
    return [
        ("Period", to.text(t["period"])),
        ("Scope", to.text(t["scope"], to.SCOPE)),
        ("Who", to.text(t["who"])),
        ("Metric", to.text(t["metric"], to.METRIC)),
        ("Target", [cell.replace(".", ",") for cell in to.number(t["target"])]),
    ]
