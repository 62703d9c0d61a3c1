"""What the report command refuses: one clear message, exit code 2, nothing touched."""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

import pytest
from workahead import cli


@pytest.fixture
def project(small_project: Path, tmp_path: Path) -> Path:
    """A copy with something published, so that a touch would show."""
    root = tmp_path / "project"
    shutil.copytree(small_project, root, ignore=shutil.ignore_patterns("published"))
    page = root / "reports" / "published" / "monthly" / "2026-09" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("the last good page", encoding="utf-8")
    return root


def contents(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["montly"], ["unknown report 'montly'", "Did you mean 'monthly'?"]),
        (["monthly", "--period", "2019-03"], ["there is no data for 2019-03", "1 January 2022"]),
        (["monthly", "--period", "2026-12"], ["2026-12 begins after the data ends", "2026-10-31"]),
        (["monthly", "--period", "October"], ["'October' is not a period", "2026-10"]),
        (["forecast_accuracy", "--period", "2026-Q5"], ["'2026-Q5' is not a period"]),
        (["forecast_accuracy", "--period", "2027"], ["2027 begins after the data ends", "2026-10-31"]),
        (["forecast", "--period", "2019"], ["there is no data for 2019", "1 January 2022"]),
        (["renewals", "--period", "2026-09"], ["takes no period", "31 October 2026", "--snapshot"]),
        (["monthly", "--set", "regoin=EMEA"], ["unknown parameter 'regoin'", "by: str", "months: int"]),
        (["monthly", "--set", "months=a year"], ["months = 'a year' is not of type int", "months: int"]),
        (
            ["account_review", "--only", "A1", "--set", "for_customer=true"],
            ["reports/account_review.yml fixes for_customer"],
        ),
        (["monthly", "--set", "by"], ["'by': write it as name=value"]),
        (
            ["monthly", "--snapshot", "data/snapshots/2020-01-31"],
            ["no snapshot in data/snapshots/2020-01-31"],
        ),
    ],
)
def test_refused_with_one_message(
    arguments: list[str],
    said: list[str],
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = contents(project)
    monkeypatch.chdir(project)
    monkeypatch.setattr(sys, "argv", ["workahead", "report", *arguments])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    out, err = capsys.readouterr()
    for words in said:
        assert words in err
    assert "Traceback" not in err
    assert out == ""
    assert contents(project) == before


def test_a_faulty_definition_names_every_fault(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "reports" / "weekly.yml").write_text("tittle: Weekly\nparameters: 3\n", encoding="utf-8")
    monkeypatch.chdir(project)
    monkeypatch.setattr(sys, "argv", ["workahead", "report", "weekly"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    err = capsys.readouterr().err
    assert "reports/weekly.yml" in err
    assert "tittle: not a key of a report. Did you mean 'title'?" in err
    assert "title: missing" in err
    assert "notebook: missing" in err
    assert "parameters: " in err
