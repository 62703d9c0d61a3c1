"""The DAG in a real Airflow, which has nothing of the workbench: imported, and its task run once."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from .conftest import workahead

IMPORT = """
import json, sys
from airflow.dag_processing.dagbag import DagBag

bag = DagBag(sys.argv[1])
(task,) = [task for dag in bag.dags.values() for task in dag.tasks]
print(json.dumps([bag.import_errors, list(bag.dags), task.task_type]))
"""


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An Airflow of its own, with a fresh database."""
    home = tmp_path_factory.mktemp("airflow")
    python(home, "-m", "airflow", "db", "migrate")
    return home


@pytest.fixture
def airflow(migrated: Path) -> Path:
    """The same without DAGs."""
    for dag in migrated.glob("dags/*.py"):
        dag.unlink()
    return migrated


def python(home: Path, *words: str) -> str:
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_dag_is_imported_and_its_task_publishes_the_page(project: Path, airflow: Path) -> None:
    workahead(project, "schedule", "install", "--as", "airflow", AIRFLOW_HOME=str(airflow))
    (dag,) = (airflow / "dags").glob("*.py")
    errors, found, operator = json.loads(python(airflow, "-c", IMPORT, str(dag.parent)).splitlines()[-1])
    assert (errors, found, operator) == ({}, [dag.stem], "PapermillOperator")

    python(airflow, "-m", "airflow", "dags", "test", dag.stem)
    state = project / "reports" / "published" / ".schedule"
    held = json.loads((state / "monthly.json").read_text())
    due = dt.datetime.fromisoformat(held["due"]).astimezone(ZoneInfo("Europe/Berlin"))
    assert (due.day, due.hour, held["exit"]) == (2, 7, 0)
    month_before = due.date().replace(day=1) - dt.timedelta(days=1)
    assert held["period"] == f"{month_before:%Y-%m}"
    page = project / "reports" / "published" / "monthly" / held["period"] / "index.html"
    assert f"42 {held['period']}" in page.read_text(encoding="utf-8")
    assert (
        "ended with exit code 0" in (state / "monthly.ipynb").read_text()
    )  # the operator's own notebook is the log

    workahead(project, "schedule", "remove", AIRFLOW_HOME=str(airflow))
    assert list((airflow / "dags").glob("*.py")) == []


def test_a_report_that_fails_fails_the_task(project: Path, airflow: Path) -> None:
    (project / "contracts.csv").unlink()
    workahead(project, "schedule", "install", "--as", "airflow", AIRFLOW_HOME=str(airflow))
    (dag,) = (airflow / "dags").glob("*.py")
    with pytest.raises(AssertionError, match="the report ended with exit code 2"):
        python(airflow, "-m", "airflow", "dags", "test", dag.stem)
