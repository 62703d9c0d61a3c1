"""An Airflow DAG for each report: papermill's operator runs a notebook that runs the report.

Not the report's notebook itself: what readers may see, the lock, what changed, the page and its delivery are the
command's. The operator's notebook is its log, and Airflow needs nothing of the workbench in its own environment.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path

from workahead.errors import ConfigError
from workahead.reports.schedule.files import Files, mark_of
from workahead.reports.schedule.job import Job
from workahead.reports.schedule.once import record

NOTEBOOK = Path(__file__).with_name("launch.ipynb")

_DAG = """\
from datetime import datetime

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.sdk import DAG
from airflow.timetables.trigger import CronTriggerTimetable

with DAG(
    dag_id={dag_id},
    description={said},
    schedule=CronTriggerTimetable({cron}, timezone={zone}),
    start_date=datetime.fromisoformat({start}),
    catchup=False,  # of the runs missed while Airflow was down, the last alone
    max_active_runs=1,
    tags=["workahead"],
):
    PapermillOperator(
        task_id="report",
        input_nb={notebook},
        output_nb={output},
        parameters={{"command": {command}}},
        kernel_name="python3",
        log_output=True,
    )
"""


def _folder(root: Path) -> Path:
    return Path(os.environ.get("AIRFLOW_HOME") or Path.home() / "airflow") / "dags"


def _named(root: Path, report: str) -> list[str]:
    return [f"workahead_{mark_of(root)}_{report}.py"]


def _written(job: Job) -> list[str]:
    command = [*job.command, "--again"]  # whether it is due, Airflow knows
    paths = [str(NOTEBOOK), str(job.state.with_suffix(".ipynb")), *command]
    if any(re.search(r"\{[{%#]", path) for path in paths):
        raise ConfigError(f"Airflow would read {job.root} as a template: move the project to another path")
    return [
        _DAG.format(
            dag_id=repr(f"workahead_{mark_of(job.root)}_{job.name}"),
            said=repr(f"{job.title}: {job.said}"),
            cron=repr(job.cron),
            zone=repr(job.zone),
            start=repr(record(job.state).since or dt.datetime.now(dt.UTC).isoformat(timespec="seconds")),
            notebook=repr(paths[0]),
            output=repr(paths[1]),
            command=repr(command),
        )
    ]


AIRFLOW = Files(
    _folder,
    _named,
    _written,
    lambda *_: ["Airflow finds them by itself; a new DAG is paused until you unpause it"],
)
