"""A project that one can add up in the head, and one page published from it: shared by reports and browser tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
HOSTILE = "</script><img src=x onerror=alert(1)>"

# At the close of September 2026: 100 + 50 + 10 + 200 + 40 = 400k. In October: 12k new, 20k expansion,
# 2k contraction, 50k churn; so 380k at its close. Of the 400k of a year before, 368k are there (NRR 92%), and
# 348k without growth (GRR 87%).
ACCOUNTS = pd.DataFrame(
    [
        ("A1", "Alder", "Enterprise", "EMEA", "Ana"),
        ("A2", HOSTILE, "Mid-Market", "EMEA", "Bo"),
        ("A3", "Cedar", "SMB", "APAC", "Bo"),
        ("A4", "=1+1", "SMB", "APAC", "Ana"),
        ("A5", "Elm & Sons", "Enterprise", "Americas", "Chen"),
        ("A6", "Fir", "Mid-Market", "Americas", "Chen"),
        ("A7", "Gum", "Public Sector", "EMEA", "Ana"),
    ],
    columns=["account_id", "name", "segment", "region", "csm"],
)
SUBSCRIPTIONS = pd.DataFrame(
    [
        ("S1", "A1", "Core", "2023-01-01", None, 100_000, None, "active"),
        ("S2", "A1", "Extra", "2026-10-10", None, 20_000, None, "active"),
        ("S3", "A2", "Core", "2023-03-01", "2026-10-15", 50_000, None, "lost"),
        ("S4", "A3", "Core", "2024-01-01", "2026-10-04", 10_000, None, "active"),
        ("S5", "A3", "Core", "2026-10-05", None, 8_000, "S4", "active"),
        ("S6", "A4", "Core", "2026-10-20", None, 12_000, None, "active"),
        ("S7", "A5", "Core", "2022-05-01", None, 200_000, None, "active"),
        ("S8", "A6", "Core", "2025-06-01", None, 40_000, None, "active"),
        ("S9", "A7", "Core", "2022-01-01", "2022-12-31", 30_000, None, "lost"),
    ],
    columns=[
        "subscription_id",
        "account_id",
        "product",
        "start_date",
        "end_date",
        "arr",
        "replaces",
        "status",
    ],
)


@pytest.fixture(scope="session")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project's root with the committed notebooks and reports, and one snapshot as of 31 October 2026."""
    from workahead.book.definitions import Definitions
    from workahead.book.snapshot import write_snapshot

    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / "plan.yml", root)
    (root / "reports").mkdir()
    for path in (ROOT / "reports").glob("*.yml"):
        shutil.copy(path, root / "reports")
    (root / "workbench.yml").write_text(
        "currency: USD\nexports: [{table: subscriptions, file: contracts.csv, kind: table}]\n",
        encoding="utf-8",
    )
    write_snapshot(
        root / "data" / "snapshots",
        {"accounts": ACCOUNTS, "subscriptions": SUBSCRIPTIONS},
        as_of="2026-10-31",
        definitions=Definitions(),
        currency="USD",
        company=f"Grove {HOSTILE}",
    )
    return root


@pytest.fixture(scope="session")
def published(small_project: Path) -> Path:
    """The folder of the monthly report for October 2026, published by the command as people run it."""
    done = subprocess.run(
        [sys.executable, "-m", "workahead.cli", "report", "monthly", "--period", "2026-10"],
        cwd=small_project,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    page = small_project / done.stdout.strip().splitlines()[-1]
    assert page.name == "index.html"
    return page.parent
