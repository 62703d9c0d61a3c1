"""What is owed, for which period, and what a scheduled run leaves behind."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from commands import Done, workahead
from filelock import FileLock
from workahead.errors import ConfigError
from workahead.reports.schedule import once
from workahead.reports.schedule.job import Job, clock, jobs

COMMAND = [sys.executable, "-m", "workahead", "schedule"]


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.fixture
def monthly(project: Path) -> Job:
    return jobs(project, ["monthly"])[0]


def ran(job: Job, due: str, code: int | None = 0) -> None:
    job.state.parent.mkdir(parents=True, exist_ok=True)
    held = {"since": "2026-01-10T00:00:00+00:00", "due": due, "started_at": due, "exit": code}
    job.state.with_suffix(".json").write_text(json.dumps(held))


def test_what_lay_before_the_schedule_is_not_owed(monthly: Job) -> None:
    once.begin(monthly.state, at("2026-11-02T08:00:00Z"))  # an hour after Berlin's 07:00 of that day
    assert once.owed(monthly, at("2026-12-02T05:59:00Z")) is None
    assert once.owed(monthly, at("2026-12-02T06:00:00Z")) == at("2026-12-02T06:00:00Z")
    once.begin(monthly.state, at("2026-12-20T00:00:00Z"))  # installed again: it is still owed
    assert once.owed(monthly, at("2026-12-21T00:00:00Z")) == at("2026-12-02T06:00:00Z")


def test_many_missed_runs_are_one(monthly: Job) -> None:
    ran(monthly, "2026-02-02T06:00:00+00:00")
    assert once.owed(monthly, at("2026-11-22T12:00:00Z")) == at("2026-11-02T06:00:00Z")
    ran(monthly, "2026-11-02T06:00:00+00:00")
    assert once.owed(monthly, at("2026-11-22T12:00:00Z")) is None


@pytest.mark.parametrize(("code", "is_owed"), [(0, False), (1, False), (2, False), (None, True)])
def test_a_failed_run_is_not_tried_again_but_one_cut_off_is(
    monthly: Job, code: int | None, is_owed: bool
) -> None:
    ran(monthly, "2026-11-02T06:00:00+00:00", code)
    assert (once.owed(monthly, at("2026-11-22T12:00:00Z")) is not None) == is_owed


@pytest.mark.parametrize(
    ("kind", "fiscal", "due", "period"),
    [
        (None, 1, "2026-11-02T06:00:00Z", "2026-10"),
        ("month", 1, "2026-01-02T06:00:00Z", "2025-12"),
        ("month", 1, "2026-10-31T23:30:00Z", "2026-10"),  # in Berlin it is November already
        ("quarter", 1, "2026-11-02T06:00:00Z", "2026-Q3"),
        ("quarter", 1, "2026-01-02T06:00:00Z", "2025-Q4"),
        ("quarter", 2, "2026-05-02T06:00:00Z", "2027-Q1"),  # February to April opens fiscal year 2027
        ("quarter", 2, "2026-02-02T06:00:00Z", "2026-Q4"),
        ("year", 1, "2026-11-02T06:00:00Z", "2025"),
        ("year", 2, "2026-11-02T06:00:00Z", "2026"),  # February 2025 to January 2026
    ],
)
def test_a_run_makes_the_period_that_was_complete(
    project: Path, kind: str | None, fiscal: int, due: str, period: str
) -> None:
    with (project / "workbench.yml").open("a") as workbench:
        workbench.write(f"definitions: {{fiscal_year_start: {fiscal}}}\n")
    monthly = jobs(project, ["monthly"])[0]
    monthly = replace(monthly, report=monthly.report.model_copy(update={"period": kind}))
    assert monthly.period(at(due)) == period


def test_a_report_that_looks_ahead_knows_its_period_itself(monthly: Job) -> None:
    ahead = replace(monthly, report=monthly.report.model_copy(update={"ahead": True}))
    assert ahead.period(at("2026-11-02T06:00:00Z")) is None


def schedule(root: Path, *words: str) -> Done:
    return workahead(root, "schedule", *words, COLUMNS="200")


def test_a_missed_run_is_caught_up_once(project: Path, monthly: Job) -> None:
    ran(monthly, "2026-01-02T06:00:00+00:00")
    before = dt.datetime.now(dt.UTC)
    done = schedule(project.parent, "run", "monthly", "--project", str(project))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    held = once.record(monthly.state)
    due = monthly.due(before)
    assert due is not None
    period = monthly.period(due)
    assert (held.due, held.period, held.exit) == (due.isoformat(timespec="seconds"), period, 0)
    assert (project / "reports" / "published" / "monthly" / str(period) / "index.html").is_file()
    log = monthly.state.with_suffix(".log").read_text()
    assert f"workahead report monthly --load --period {period}" in log
    assert log.endswith("ended with exit code 0\n")
    assert schedule(project, "run", "monthly").returncode == 0
    assert once.record(monthly.state) == held  # nothing was run


def test_what_goes_wrong_is_said_and_recorded(project: Path, monthly: Job) -> None:
    (project / "contracts.csv").rename(project / "contracts.gone")
    done = schedule(project, "run", "monthly")
    assert done.returncode == 2
    assert "contracts.csv" in done.stdout  # cron mails what is written to stdout
    assert once.record(monthly.state).exit == 2
    (project / "contracts.gone").rename(project / "contracts.csv")
    tiny = project / "notebooks" / "tiny.ipynb"
    tiny.write_text(tiny.read_text().replace('"source": "period"', '"source": "1 / 0"'))
    done = schedule(project, "run", "monthly", "--again")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stdout
    assert once.record(monthly.state).exit == 1
    listed = schedule(project, "list").stdout
    assert "the run failed" in listed


def test_a_run_that_is_killed_stays_owed(project: Path, monthly: Job) -> None:
    tiny = project / "notebooks" / "tiny.ipynb"
    tiny.write_text(
        tiny.read_text().replace('"source": "period"', '"source": "import time; time.sleep(600)"')
    )
    running = subprocess.Popen([*COMMAND, "run", "monthly"], cwd=project, start_new_session=True)
    waited = time.monotonic() + 60
    while once.record(monthly.state).started_at is None and time.monotonic() < waited:
        time.sleep(0.05)
    with pytest.raises(once.Running, match="under way already"):
        once.run(monthly, at("2026-11-02T06:00:00Z"), {})
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert once.record(monthly.state).exit is None
    assert once.owed(monthly, dt.datetime.now(dt.UTC)) is not None


def test_of_two_started_together_one_runs(monthly: Job) -> None:
    ran(monthly, "2026-11-02T06:00:00+00:00")
    assert once.run(monthly, at("2026-11-02T06:00:00Z"), {}) == (0, "")  # by whoever held the lock just now
    with FileLock(monthly.state.with_suffix(".lock")), pytest.raises(once.Running):
        once.run(monthly, at("2026-12-02T06:00:00Z"), {})


def test_secrets_come_from_a_file_that_others_can_not_read(tmp_path: Path) -> None:
    assert once.secrets(tmp_path) == {}
    path = tmp_path / "workahead" / "environment"
    path.parent.mkdir()
    path.write_text("# mail\nWORKAHEAD_SMTP_PASSWORD='a=b c'\n\nWORKAHEAD_SMTP_HOST=mail.example\n")
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        once.secrets(tmp_path)
    path.chmod(0o600)
    assert once.secrets(tmp_path) == {
        "WORKAHEAD_SMTP_PASSWORD": "a=b c",
        "WORKAHEAD_SMTP_HOST": "mail.example",
    }
    path.write_text("hunter2\n")
    with pytest.raises(ConfigError, match="line 1") as error:
        once.secrets(tmp_path)
    assert "hunter2" not in str(error.value)


def test_the_log_stays_short(monthly: Job) -> None:
    ran(monthly, "2026-11-02T06:00:00+00:00")
    monthly.state.with_suffix(".log").write_bytes(b"line\n" * 100_000)
    once.run(monthly, at("2026-11-02T06:00:00Z"), {})
    assert monthly.state.with_suffix(".log").stat().st_size <= once.LOG_BYTES


def test_the_machines_own_zone(tmp_path: Path) -> None:
    assert clock(tmp_path) == "UTC"
    zone = tmp_path / "zoneinfo" / "Europe" / "Berlin"
    zone.parent.mkdir(parents=True)
    zone.touch()
    (tmp_path / "localtime").symlink_to(zone)
    assert clock(tmp_path) == "Europe/Berlin"
    (tmp_path / "localtime").unlink()
    (tmp_path / "localtime").touch()
    with pytest.raises(ConfigError, match="timedatectl"):
        clock(tmp_path)
    (tmp_path / "timezone").write_text("Asia/Kathmandu\n")
    assert clock(tmp_path) == "Asia/Kathmandu"
