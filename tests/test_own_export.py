"""Somebody's own export, and nothing else: loaded and reported by the README's commands, to the figures of the page."""

import json
import shutil
from pathlib import Path

import pytest
from commands import workahead

ROOT = Path(__file__).parents[1]
DEALS = """\
Opportunity ID,Account ID,Account Name,Stage,Close Date,Created Date,Contract Start,Term,Amount
0065g00000AAAa1,0015g00000ALPHA,Alpha,Closed Won,15.11.2024,01.09.2024,01.12.2024,12,"EUR 12.000,00"
0065g00000AAAa2,0015g00000ALPHA,Alpha,Closed Won,20.11.2025,01.09.2025,01.12.2025,12,"EUR 13.200,00"
0065g00000AAAb1,0015g00000BETAx,Beta,Closed Won,10.01.2025,11.11.2024,15.01.2025,24,"EUR 48.000,00"
0065g00000AAAc1,0015g00000GAMMA,Gamma,Closed Won,03.06.2025,01.04.2025,01.07.2025,12,"EUR 6.000,00"
0065g00000AAAc2,0015g00000GAMMA,Gamma,Closed Lost,25.06.2026,01.04.2026,01.07.2026,12,"EUR 6.000,00"
Grand Totals (5 records)
Confidential Information - Do Not Distribute
"""
WORKBENCH = """\
company: Own
currency: EUR
as_of: 2026-10-31
exports:
  - table: subscriptions
    file: deals.csv
    kind: salesforce
    where: {Stage: Closed Won}
    columns:
      subscription_id: Opportunity ID
      start_date: Contract Start
      term_months: Term
      total_value: Amount
  - table: opportunities
    file: deals.csv
    kind: salesforce
  - table: accounts
    file: deals.csv
    kind: salesforce
    columns: {created_date: ""}
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("own")
    for folder in ("notebooks", "reports"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns(".*", "published"))
    (root / "deals.csv").write_text(DEALS, encoding="utf-8")
    (root / "workbench.yml").write_text(WORKBENCH, encoding="utf-8")
    done = workahead(root, "load")
    assert done.returncode == 0, done.stderr
    return root


def test_won_opportunities_alone_make_the_monthly_page(own):
    """A year ago 12,000 + 24,000 + 6,000; now Alpha is at 13,200, Beta at 24,000 still, and Gamma is gone."""
    done = workahead(own, "report", "monthly", "--period", "2026-10")
    assert done.returncode == 0, done.stderr
    (run,) = (own / "reports/published/monthly/2026-10").glob("run.json")
    figures = {one["label"]: one["value"] for one in json.loads(run.read_text())["key_figures"]}
    assert figures["ARR"] == 37200.0
    assert figures["NRR"] == pytest.approx(37200 / 42000)
    assert figures["GRR"] == pytest.approx(36000 / 42000)
    assert figures["Logo retention"] == pytest.approx(2 / 3)


def test_csqls_where_no_account_names_a_csm_are_those_of_all(own):
    done = workahead(own, "report", "csql", "--period", "2026-10")
    assert done.returncode == 0, done.stderr
    page = (own / "reports/published/csql/2026-10/index.html").read_text(encoding="utf-8")
    assert "CSQLs by Segment" in page
    assert "accounts.csm" in page  # what is missing


@pytest.mark.long
@pytest.mark.parametrize(
    "report", ["retention", "cohorts", "renewals", "forecast", "definitions", "data_check"]
)
def test_won_opportunities_alone_make_every_report_that_needs_no_more(own, report):
    done = workahead(own, "report", report)
    assert done.returncode == 0, done.stderr
