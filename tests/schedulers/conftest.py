"""Tests on the schedulers themselves: `make test-schedulers`. Each environment runs what it holds."""

from __future__ import annotations

import json
import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKAHEAD = ROOT / ".venv" / "bin" / "workahead"

# in the workbench's own environment there is neither, and nothing is collected
collect_ignore = [
    file
    for file, package in {
        "test_airflow.py": "airflow",
        "test_github_schema.py": "check_jsonschema",
        "test_jupyter_scheduler.py": "jupyter_scheduler",
    }.items()
    if find_spec(package) is None
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one contract, under a path with all that may be misread, and one report that runs by itself."""
    root = tmp_path / '100% o\'wn $HOME "it" & <co>'
    for folder in ("reports", "notebooks"):
        (root / folder).mkdir(parents=True)
    (root / "contracts.csv").write_text("subscription_id,account_id,start_date,arr\nS1,A1,2020-01-01,1200\n")
    (root / "workbench.yml").write_text(
        "currency: USD\ntime_zone: Europe/Berlin\n"
        "exports: [{table: subscriptions, file: contracts.csv, kind: table, date_format: yyyy-mm-dd}]\n"
    )
    cell = {"cell_type": "code", "execution_count": None, "outputs": []}
    cells = [
        {**cell, "id": "a", "metadata": {"tags": ["parameters"]}, "source": 'period: str = "latest"'},
        {**cell, "id": "b", "metadata": {}, "source": "print(6 * 7, period)"},
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (root / "notebooks" / "tiny.ipynb").write_text(json.dumps(notebook))
    (root / "reports" / "monthly.yml").write_text(
        "title: '100% \"sure\" {{ ds }} ${{ secrets.X }}'\nnotebook: notebooks/tiny.ipynb\n"
        "schedule: {monthly: 2 at 07:00}\n"
    )
    return root


def workahead(root: Path, *words: str, **environment: str) -> str:
    """One command of the workbench's own environment; what it printed."""
    done = subprocess.run(
        [WORKAHEAD, *words],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
