"""The sample company as HubSpot exports."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workahead.sample import labels as to
from workahead.sample.company import Company
from workahead.sample.deals import deal_names, with_faults
from workahead.sample.faults import ACTIVITIES_WITHOUT_ACCOUNT, CALL_WITHOUT_RENEWAL_DATE, DEALS
from workahead.sample.files import Columns, write_csv
from workahead.sample.ids import hubspot
from workahead.sample.stages import LOST, RENEWAL, SALES, WON

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
    _companies(company, folder)
    _deals(company, folder)
    _calls(company, folder)
    _contacts(company, folder)
    _activities(company, folder)
    _targets(company, folder)


def _export(path: Path, columns: Columns) -> None:
    write_csv(path, columns, encoding="utf-8-sig", quote_all=False, line_end="\r\n")


def _companies(company: Company, folder: Path) -> None:
    a, merged = company.accounts, company.truth.mergers
    gone = merged.groupby("into")["account_id"].agg(";".join)
    n = len(a)
    columns: Columns = [
        ("Record ID", to.each(a["account_id"], hubspot)),
        ("Company name", to.text(a["name"])),
        ("Parent Company ID", to.each(a["parent_id"], hubspot)),
        ("Merged Company IDs", to.each(gone.reindex(a["account_id"]), hubspot)),
        ("Lifecycle Stage", to.text(a["type"])),
        ("Segment", to.text(a["segment"])),
        ("Region", to.text(a["region"])),
        ("Country Code", to.text(a["country"])),
        ("Industry", to.text(a["industry"])),
        ("Account Tier", to.text(a["tier"], to.TIER_HUBSPOT)),
        ("Customer Success Manager", to.text(a["csm"])),
        ("Company owner", to.text(a["account_manager"])),
        ("Create Date", to.timed(a["created_date"], 1)),
        ("Account Plan Updated", to.iso(a["plan_updated_date"])),
        ("Industry", [""] * n),
        ("Number of Employees", ["" if i % 5 == 0 else str(20 + i * 37 % 4000) for i in range(n)]),
        ("Website URL", [f"https://example-{i + 1}.test" if i % 3 else "" for i in range(n)]),
        ("Description", [_MAIL[0] if i % 97 == 11 else "" for i in range(n)]),
    ]
    _export(folder / "companies.csv", columns)


def _pipeline(o: pd.DataFrame) -> list[str]:
    """Where the type is blank, the pipeline still knows."""
    found = []
    for renews, kind, role in zip(o["renews"], o["type"], o["created_by_role"], strict=True):
        if kind == "renewal" or isinstance(renews, str):
            found.append("Renewal Pipeline")
        else:
            found.append("Expansion Pipeline" if role in ("CSM", "Account Manager") else "Sales Pipeline")
    return found


def _deals(company: Company, folder: Path) -> None:
    o = with_faults(company)
    s = company.subscriptions.assign(recorded=company.recorded["subscriptions"]).set_index("subscription_id")
    deal_of = dict(zip(o["subscription_id"], o["opportunity_id"], strict=True))
    faulty = pd.DataFrame(
        {
            "product": "Flow",
            "start_date": pd.to_datetime([d.start for d in DEALS if d.in_hubspot]),
            "end_date": pd.to_datetime([d.end for d in DEALS if d.in_hubspot]),
            "arr_original": [d.arr for d in DEALS if d.in_hubspot],
            "signed_date": pd.to_datetime([d.start for d in DEALS if d.in_hubspot]),
            "status": "active",
        },
        index=[d.subscription_id for d in DEALS if d.in_hubspot],
    )
    s = pd.concat([s, faulty]).reindex(o["subscription_id"].where(o["subscription_id"].notna(), ""))
    s = s.reset_index(drop=True)
    account = s["recorded"].where(s["recorded"].notna(), o["account_id"])
    partner = company.accounts["account_id"].iloc[-1]
    company_ids = [
        hubspot(x) + (f";{hubspot(partner)}" if i % 331 == 17 else "") for i, x in enumerate(account)
    ]
    contact = company.contacts.groupby("account_id")["contact_id"].first()
    pipeline = _pipeline(o)
    n = len(o)
    flag = {True: "true", False: "false"}
    columns: Columns = [
        ("Record ID", to.each(o["opportunity_id"], hubspot)),
        ("Deal Name", deal_names(company, o)),
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
        ("Subscription Status", to.text(s["status"], to.STATUS_HUBSPOT)),
        ("Signed Date", to.iso(s["signed_date"])),
        ("Replaces Deal IDs", to.each(s["replaces"], lambda x: hubspot(deal_of[x]))),
        ("Renews Deal IDs", to.each(o["renews"], lambda x: hubspot(deal_of[x]))),
        ("Proposed Uplift (%)", to.short(o["proposed_uplift"])),
        ("Create Date", to.timed(o["created_date"], 2)),
        ("Close Date", to.timed(o["close_date"], 3)),
        ("Is Deal Closed?", [flag[bool(x)] for x in o["is_closed"]]),
        ("Is closed won", [flag[bool(x)] for x in o["is_won"]]),
        ("Deal owner", to.text(o["owner"])),
        ("Closed Lost Reason", to.text(o["loss_reason"])),
        ("Situation", to.text(o["qualification_situation"])),
        ("Pain", to.text(o["qualification_pain"])),
        ("Impact", to.text(o["qualification_impact"])),
        ("Critical Event", to.text(o["qualification_critical_event"])),
        ("Decision", to.text(o["qualification_decision"])),
        ("Associated Company IDs", company_ids),
        ("Associated Contact IDs", to.each(contact.reindex(o["account_id"]), hubspot)),
        ("Notes", [_MAIL[i // 83 % 2] if i % 83 == 5 else "" for i in range(n)]),
        ("Notes", [""] * n),
        *_stage_columns(company, o["opportunity_id"], pipeline),
    ]
    _export(folder / "deals.csv", columns)


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


def _calls(company: Company, folder: Path) -> None:
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
        ("Category", to.text(f["category"], to.CATEGORY_HUBSPOT)),
        ("Forecast ARR", to.short(f["forecast_arr"])),
        ("At-risk ARR", to.short(f["at_risk_arr"])),
        ("Change vs. Due", to.short(f["change_vs_due"])),
        ("Root Cause", to.text(f["root_cause"])),
        ("Would Renew Today?", to.text(f["would_renew"], to.ANSWER)),
    ]
    fault = {"Record ID": hubspot(CALL_WITHOUT_RENEWAL_DATE), "Renewal Date": ""}
    for header, cells in columns:
        cells.append(fault.get(header, cells[0]))
    _export(folder / "renewal_calls.csv", columns)


def _contacts(company: Company, folder: Path) -> None:
    c = company.contacts
    columns: Columns = [
        ("Record ID", to.each(c["contact_id"], hubspot)),
        ("Associated Company IDs", to.each(c["account_id"], hubspot)),
        ("Full Name", to.text(c["name"])),
        ("Job Title", to.text(c["title"])),
        ("Decision Maker", ["Yes" if x else "No" for x in c["is_decision_maker"]]),
        ("Contact Role", to.text(c["role"])),
        ("Left Company On", to.iso(c["left_date"])),
        ("Create Date", to.timed(c["created_date"], 4)),
    ]
    _export(folder / "contacts.csv", columns)


def _activities(company: Company, folder: Path) -> None:
    t = company.activities
    n, bad = len(t), ACTIVITIES_WITHOUT_ACCOUNT
    mails = 0
    bodies = []
    for kind in t["kind"]:
        mails += kind == "email"
        bodies.append(_MAIL[mails // 61 % 2] if kind == "email" and mails % 61 == 0 else "")
    columns: Columns = [
        ("Record ID", to.each([*t["activity_id"], *bad], hubspot)),
        ("Associated Company IDs", [*to.each(company.recorded["activities"], hubspot), *("" for _ in bad)]),
        ("Associated Contact IDs", [*to.each(t["contact_id"], hubspot), *("" for _ in bad)]),
        ("Activity date", to.timed(t["date"], 5)),
        ("Activity type", to.text(t["kind"], to.KIND_HUBSPOT)),
        ("Direction", to.text(t["direction"], to.DIRECTION)),
        ("Activity assigned to", to.text(t["owner"])),
        ("Subject", to.text(t["subject"])),
        ("Email body", bodies),
    ]
    for _, cells in columns:
        cells.extend(cells[: n + len(bad) - len(cells)])
    _export(folder / "activities.csv", columns)


def _targets(company: Company, folder: Path) -> None:
    t = company.targets
    money = [f"{v:.2f}".replace(".", ",") for v in t["target"]]
    columns: Columns = [
        ("Period", to.text(t["period"])),
        ("Scope", to.text(t["scope"], to.SCOPE)),
        ("Who", to.text(t["who"])),
        ("Metric", to.text(t["metric"], to.METRIC)),
        ("Target", money),
    ]
    write_csv(
        folder / "targets.csv", columns, encoding="utf-8-sig", delimiter=";", quote_all=False, line_end="\r\n"
    )
