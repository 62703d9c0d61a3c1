"""What leaves the company: a customer's page has a folder of its own, and nothing in that is ours alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from contracts import contracts
from workahead.book.definitions import Definitions
from workahead.book.snapshot import write_snapshot

WORKBENCH = "currency: USD\nexports: [{table: subscriptions, file: contracts.csv, kind: table}]\n"
LINES = [
    ("S1", "A1", "2025-12-01", "2026-11-30", 100_000, None, "Core", "active"),
    ("S2", "A1", "2026-10-10", "2027-10-09", 20_000, None, "Extra", "active"),
    ("S3", "BIRCH-9", "2026-01-01", "2026-12-31", 500_000, None, "Core", "active"),
]
TABLES = {
    "accounts": pd.DataFrame(
        [("A1", "Åkerström & Söhne", "Ana", "high_potential"), ("BIRCH-9", "Birch", "Bo", "key")],
        columns=["account_id", "name", "csm", "tier"],
    ),
    "forecast_calls": pd.DataFrame(
        [("A1", "S1", "2026-12-01", "2026-08-01", "at_risk", 61_234.0, 38_766.0, "Sentinel cause", "leaning_no")],
        columns=["account_id", "subscription_id", "renewal_date", "called_on", "category", "forecast_arr",
                 "at_risk_arr", "root_cause", "would_renew"],
    ).assign(called_by="Ana"),
    "opportunities": pd.DataFrame(
        [("O1", "A1", "expansion", "csql", "Sentinel stage", 76_543.0, "2026-08-02", "2026-12-20", False, False)],
        columns=["opportunity_id", "account_id", "type", "source", "stage", "amount", "created_date", "close_date",
                 "is_closed", "is_won"],
    ),
    "contacts": pd.DataFrame(
        [("K1", "A1", "Ida Holm", "CTO", True, "Sentinel role")],
        columns=["contact_id", "account_id", "name", "title", "is_decision_maker", "role"],
    ),
    "targets": pd.DataFrame(
        [("2026-Q4", "team", None, "csql_arr", 98_765.0)], columns=["period", "scope", "who", "metric", "target"]
    ),
}  # fmt: skip
OURS = ["61,234", "61234", "38,766", "38766", "Sentinel", "76,543", "76543", "98,765", "98765", "high_potential",
        "at risk", "decision maker", "Birch", "BIRCH-9", "500,000"]  # fmt: skip


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The account's page for September and October, as the command publishes them."""
    root = tmp_path_factory.mktemp("customer")
    # an internal page of the account is there, to which a link could lead
    ours = root / "reports/published/account_review/a1/latest"
    ours.mkdir(parents=True)
    (ours / "index.html").write_text("ours", encoding="utf-8")
    for path in ("notebooks/account_review.ipynb", "reports/customer_review.yml"):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes((ROOT / path).read_bytes())
    (root / "workbench.yml").write_text(WORKBENCH, encoding="utf-8")
    for day in ("2026-09-30", "2026-10-31"):
        tables = {**TABLES, "subscriptions": contracts(*LINES)}
        write_snapshot(
            root / "data" / "snapshots", tables, as_of=day, definitions=Definitions(), currency="USD", company="Grove"
        )  # fmt: skip
        command = [sys.executable, "-m", "workahead", "report", "customer_review", "--only", "A1"]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
    return root / "reports" / "published"


def told(folder: Path) -> str:
    """All that a folder says: pages without scripts, CSVs, run.json, and what the notebook's cells put out."""
    parts = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".ipynb":
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            parts.append(json.dumps([cell.get("outputs") for cell in cells], ensure_ascii=False))
        elif path.is_file():
            parts.append(
                re.sub(r"(?s)<script.*?</script>|<style.*?</style>", "", path.read_text(encoding="utf-8"))
            )
    return "\n".join(parts)


def test_the_customers_folder_holds_nothing_that_is_ours(out: Path) -> None:
    said = told(out / "customer_review" / "a1")
    assert "Åkerström" in said
    assert [word for word in OURS if word.lower() in said.lower()] == []
    run = json.loads((out / "customer_review" / "a1" / "latest" / "run.json").read_text(encoding="utf-8"))
    assert run["data"]["rows"] == {}


def test_what_changed_is_on_it_and_it_leads_to_none_of_our_pages(out: Path) -> None:
    html = (out / "customer_review" / "a1" / "2026-10" / "index.html").read_text(encoding="utf-8")
    assert "What changed since the last report" in html
    assert "Business review, 31 October 2026" in html
    assert "internal" not in html
    assert re.findall(r'href="(?![#c]|data:)', html) == []  # to places on the page, and its own csv
    # 20k of Extra began in October
    run = json.loads((out / "customer_review" / "a1" / "2026-10" / "run.json").read_text(encoding="utf-8"))
    (arr,) = [one for one in run["changes"]["figures"] if one["label"] == "ARR"]
    assert (arr["then"], arr["now"]) == (100_000, 120_000)
    index = (out / "index.html").read_text(encoding="utf-8")
    assert "Åkerström &amp; Söhne (A1)" in index
