"""What README says is so: its commands, its names, its printed table."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import workahead as wa

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_make_target_and_command_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake ([a-z]+)\b(?!\s+are)", README)) - {"are"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    shown = subprocess.run(
        [sys.executable, "-m", "workahead.cli", "--help"], capture_output=True, text=True, check=True
    )
    for command in set(re.findall(r"bin/workahead ([a-z]+)", README)):
        assert f" {command} " in shown.stdout


def test_every_file_it_links_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_public_metric_stands_in_it() -> None:
    for name in (
        "arr",
        "movements",
        "movement_detail",
        "retention",
        "retention_trend",
        "cohorts",
        "cohort_total",
        "cohort_accounts",
        "survival",
        "benchmarks",
        "definitions_compared",
        "definitions_apart",
        "definition_accounts",
        "survival_difference",
        "lost_customers",
        "renewal_rate",
        "forecast_accuracy",
        "accuracy_by_horizon",
        "call_calibration",
        "backtest",
        "answer_record",
        "forecast_changes",
        "renewal_base",
        "renewal_windows",
        "renewal_gaps",
        "risk",
        "risk_trend",
        "priority_accounts",
        "priority_summary",
        "touches",
        "coverage",
        "coverage_summary",
        "support_requests",
        "scoreboard",
        "lead_measures",
        "project_retention",
        "projection_path",
        "renewal_probabilities",
        "expected_renewals",
        "projection_gaps",
        "known",
        "restated",
        "restated_accounts",
        "table_changes",
        "nrr_plan",
        "target",
        "team_target",
        "csql_funnel",
        "csql_reasons",
        "csql_stages",
        "csql_gaps",
        "qualification",
        "booking_curve",
        "quota_pace",
        "lead_activities",
        "payouts",
        "payout_curve",
        "plan_cost",
        "comp_plan",
        "open_opportunities",
        "own_csm",
        "account",
        "account_timeline",
        "account_contacts",
        "account_support",
        "renewal_calls",
    ):
        assert f"`wa.{name}`" in README
        assert callable(getattr(wa, name))


def test_the_printed_table_is_what_the_code_gives(filed: Callable[[str], Path]) -> None:
    book = wa.Book.open(filed("salesforce"))
    code = re.search(r"^wa\.retention\(.*$", README, re.MULTILINE)
    printed = re.search(r"^      segment.*?(?=\n```)", README, re.MULTILINE | re.DOTALL)
    assert code
    assert printed
    with pd.option_context("display.width", 110):
        table = eval(code[0], {"wa": wa, "book": book})
        assert str(table) == printed[0]


@pytest.mark.parametrize("name", sorted(wa.__all__))
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(wa, name).__doc__
