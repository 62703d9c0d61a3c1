"""The workflow. Its shape is checked against the published schema in tests/schedulers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml
from workahead.errors import ConfigError
from workahead.reports.schedule import once
from workahead.reports.schedule.github import GITHUB
from workahead.reports.schedule.job import jobs


def test_a_workflow_comes_and_goes(project: Path) -> None:
    (project / ".git").mkdir()
    GITHUB.install(project, jobs(project))
    folder = project / ".github" / "workflows"
    read = yaml.safe_load((folder / "workahead-monthly.yml").read_text())
    assert read[True]["schedule"] == [
        {"cron": "0 5 2 3-10 *"},
        {"cron": "0 6 2 1-3,10-12 *"},
    ]  # YAML 1.1: on is True
    steps = read["jobs"]["report"]["steps"]
    assert steps[3]["run"] == '.venv/bin/python -m workahead schedule run monthly --fired "$FIRED"'
    assert str(project) not in (folder / "workahead-monthly.yml").read_text()
    assert GITHUB.installed(project) == ["monthly", "weekly"]
    GITHUB.remove(project, ["monthly", "weekly"])
    assert list(folder.iterdir()) == []


def test_a_project_inside_a_repository_runs_in_its_folder(project: Path) -> None:
    (project.parent / ".git").mkdir()
    GITHUB.install(project, jobs(project, ["weekly"]))
    read = yaml.safe_load((project.parent / ".github" / "workflows" / "workahead-weekly.yml").read_text())
    assert read["jobs"]["report"]["defaults"]["run"]["working-directory"] == project.name


def test_secrets_of_deliveries_are_named_never_written(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (project / "reports" / "monthly.yml").open("a") as definition:
        definition.write("deliver: [{webhook: {url_env: TEAM_HOOK}}, {email: {to: [ana@example.com]}}]\n")
    monkeypatch.setenv("TEAM_HOOK", "https://hooks.example/sentinel")
    ((_, text),) = GITHUB.shown(project, jobs(project, ["monthly"]))
    given = yaml.safe_load(text)["jobs"]["report"]["steps"][3]["env"]
    assert given["TEAM_HOOK"] == "${{ secrets.TEAM_HOOK }}"
    assert given["WORKAHEAD_SMTP_PASSWORD"] == "${{ secrets.WORKAHEAD_SMTP_PASSWORD }}"
    assert "sentinel" not in text


@pytest.mark.parametrize(
    ("line", "now", "due"),
    [
        ("0 6 2 1-3,10-12 *", "2026-11-02T06:12:00Z", "2026-11-02T06:00:00Z"),  # GitHub is late
        ("0 5 2 3-10 *", "2026-10-02T05:40:00Z", "2026-10-02T05:00:00Z"),
        ("0 6 2 1-3,10-12 *", "2026-10-02T06:00:00Z", None),  # an hour after the one that was due
        ("0 6 2 1-3,10-12 *", "2026-03-02T06:00:00Z", "2026-03-02T06:00:00Z"),  # still winter in Berlin
        ("0 5 2 3-10 *", "2026-03-02T05:00:00Z", None),
    ],
)
def test_of_two_lines_of_githubs_clock_one_is_due(
    project: Path, line: str, now: str, due: str | None
) -> None:
    monthly = jobs(project, ["monthly"])[0]
    found = once.fired(monthly, line, dt.datetime.fromisoformat(now))
    assert found == (dt.datetime.fromisoformat(due) if due else None)


def test_a_workflow_of_an_older_schedule_is_told_so(project: Path) -> None:
    with pytest.raises(
        ConfigError, match="Write it again: workahead schedule install --as github-actions monthly"
    ):
        once.fired(jobs(project, ["monthly"])[0], "0 9 * * *", dt.datetime.now(dt.UTC))
