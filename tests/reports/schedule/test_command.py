"""workahead schedule, as a person uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner
from workahead.errors import ConfigError, UnknownName
from workahead.reports.schedule.command import app


@pytest.fixture
def run(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One command in the project, at home in a folder of the test; what it printed."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "airflow"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("COLUMNS", "200")

    def command(*words: str) -> str:
        done = CliRunner().invoke(app, words, catch_exceptions=False, standalone_mode=False)
        if done.exception:
            raise done.exception
        return done.stdout

    return command


def files(tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "airflow").rglob("*") if path.is_file()}


def test_from_definition_to_dag_and_back(run, project: Path, tmp_path: Path) -> None:
    shown = run("show", "--as", "airflow", "monthly")
    assert files(tmp_path) == set()
    said = run("install", "--as", "airflow")
    assert "monthly: at 07:00 on the second day of every month (Europe/Berlin), next " in said
    (monthly,) = list((tmp_path / "airflow").rglob("*_monthly.py"))
    assert shown.splitlines()[0] == monthly.read_text().splitlines()[0]
    listed = [line for line in run("list").splitlines() if "airflow" in line]
    assert [line.split()[0] for line in listed] == ["monthly", "weekly"]
    assert "by_hand" not in run("list")
    (project / "reports" / "weekly.yml").unlink()
    assert "has no schedule any more" in run("list")
    run("install", "--as", "airflow")
    assert files(tmp_path) == {monthly.name}
    run("remove")
    assert files(tmp_path) == set()
    assert not (project / "reports" / "published" / ".schedule").exists()
    assert run("remove") == "nothing is installed\n"


def test_it_says_what_it_does_not_know(run) -> None:
    with pytest.raises(ConfigError, match=r"(?s)Did you mean 'monthly'.*by_hand has no schedule"):
        run("install", "--as", "airflow", "montly", "by_hand")
    with pytest.raises(UnknownName, match="installed report 'monthly'"):
        run("remove", "monthly")


def test_a_report_on_request_is_not_scheduled(run, project: Path) -> None:
    with (project / "reports" / "monthly.yml").open("a") as definition:
        definition.write("on_request: true\nfor_each: account_id\n")
    with pytest.raises(ConfigError, match="on request alone"):
        run("install", "--as", "airflow")


def test_nothing_scheduled_is_said(run, project: Path) -> None:
    for name in ("monthly", "weekly"):
        (project / "reports" / f"{name}.yml").unlink()
    with pytest.raises(ConfigError, match="no report has a schedule"):
        run("list")


@pytest.mark.parametrize("name", ["-rf", "a b", "x;reboot", "%", "é"])
def test_definitions_with_hostile_names_are_no_reports(run, project: Path, name: str) -> None:
    (project / "reports" / f"{name}.yml").write_text(
        "title: x\nnotebook: notebooks/tiny.ipynb\nschedule: {daily: 07:00}"
    )
    assert "07:00 every day" not in run("list")
