"""A project that one can add up in the head, and one page published from it: shared by reports and browser tests."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from shared import once

ROOT = Path(__file__).parents[1]
FORMS = {"salesforce": ROOT / "workbench.yml", "hubspot": ROOT / "data/sample/workbench-hubspot.yml"}
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

LONGEST = (
    "reports/test_notebooks_run.py", "reports/test_killed.py", "notebooks/test_nbval_strict.py",
    "browser/test_lab.py", "browser/test_panels.py", "metrics/test_identities.py", "reports/test_privacy.py",
    "test_environment.py", "reports/kernels/test_warm.py", "reports/test_many.py", "browser/test_hostile_readers.py",
)  # fmt: skip
"""Files of minutes: begun first, or one of them would still run when the other process has nothing left to do."""


IN_LAB = (
    "tests/browser/test_lab.py",
    "tests/browser/test_panels.py",
    "tests/browser/test_notebooks_in_lab.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file's tests stay in one process, and those in JupyterLab too: one Lab and its browser at a time."""
    from xdist.scheduler.loadscope import LoadScopeScheduling

    class OneLab(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "in a Lab" if nodeid.startswith(IN_LAB) else super()._split_scope(nodeid)

    return OneLab(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False  # xdist would begin with the files of many tests


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rank = {str(Path(__file__).parent / name): number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(str(item.path), len(rank)))


def pytest_collection_finish() -> None:
    gc.freeze()  # what is imported stays: no use in looking through it again and again


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
def filed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """``filed("hubspot")``: the snapshot of the sample company as its committed workbench.yml of a form loads it."""

    def of(form: str) -> Path:
        def load(folder: Path) -> None:
            import workahead as wa
            import yaml

            path = FORMS[form]
            text = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
            text["snapshots"] = "snapshots"
            for export in text["exports"]:
                export["file"] = str(path.parent / export["file"])
            (folder / path.name).write_text(yaml.safe_dump(text, allow_unicode=True), encoding="utf-8")
            wa.load(folder / path.name)

        return once(tmp_path_factory, f"sample-{form}", load) / "snapshots" / "2026-10-31"

    return of


@pytest.fixture(scope="session")
def executed(small_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a project with each committed notebook as it is after a run with its defaults, in a fresh kernel."""

    def execute(folder: Path) -> None:
        from workahead.reports.start import lean

        lean()
        from papermill import execute_notebook
        from workahead.reports.kernels.warm import kernels

        root = folder / "project"
        shutil.copytree(small_project, root, ignore=shutil.ignore_patterns("published"))
        (root / "executed").mkdir()
        for path in (root / "notebooks").glob("*.py"):  # what they import
            shutil.copy(path, root / "executed")
        with kernels(root / "executed") as ready:  # in the notebook's folder, as Lab and nbval run it
            for path in sorted((root / "notebooks").glob("*.ipynb")):
                with ready.kernel() as kernel:
                    execute_notebook(
                        str(path),
                        str(root / "executed" / path.name),
                        progress_bar=False,
                        km=kernel.manager(),
                        request_save_on_cell_execute=False,
                    )

    return once(tmp_path_factory, "executed", execute) / "project" / "executed"


@pytest.fixture(scope="session")
def published(small_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the monthly report for October 2026, published by the command as people run it."""

    def publish(folder: Path) -> None:
        root = folder / "project"
        shutil.copytree(small_project, root)
        done = subprocess.run(
            [sys.executable, "-m", "workahead.cli", "report", "monthly", "--period", "2026-10"],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == "reports/published/monthly/2026-10/index.html"

    shared = once(tmp_path_factory, "published", publish) / "project"
    return shared / "reports/published/monthly/2026-10"
