"""docs/own_analysis.md, done step by step as it stands there: its page comes out, with the section of one's own."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import workahead as wa
from contracts import book

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "own_analysis.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"([^\n]*)\n\n```(\w*)\n(.*?)```", DOCS, re.DOTALL)


def said(kind: str, before: str) -> list[str]:
    """The blocks of a kind that follow such a line."""
    return [block for line, language, block in BLOCKS if language == kind and before in line]


MODULE = "\n\n".join(said("python", "`notebooks/own.py`"))


def test_the_module_beside_the_notebooks_is_the_one_of_the_docs() -> None:
    assert (ROOT / "notebooks" / "own.py").read_text(encoding="utf-8") == MODULE


@pytest.fixture(scope="module")
def project(small_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The steps of the docs, up to the commands."""
    root = tmp_path_factory.mktemp("own") / "project"
    shutil.copytree(small_project, root, ignore=shutil.ignore_patterns("published", "executed", "own*"))
    (root / "notebooks" / "own.py").write_text(MODULE, encoding="utf-8")
    [report] = said("yaml", "`reports/own.yml`")
    (root / "reports" / "own.yml").write_text(report, encoding="utf-8")
    theirs = nbformat.read(root / "notebooks" / "retention.ipynb", as_version=4)
    [heading] = said("markdown", "Markdown cell")
    [code] = said("python", "code cell")
    theirs.cells += [nbformat.v4.new_markdown_cell(heading), nbformat.v4.new_code_cell(code)]
    nbformat.write(theirs, root / "notebooks" / "our_retention.ipynb")
    return root


def test_the_commands_give_a_page_with_the_section_and_a_crontab(project: Path) -> None:
    [commands] = said("", "airflow")
    asked = [shlex.split(line) for line in commands.splitlines()]
    assert [words[1:3] for words in asked] == [
        ["report", "own"],
        ["schedule", "show"],
        ["schedule", "install"],
    ]
    done = [
        subprocess.run(
            [sys.executable, "-m", "workahead.cli", *words],
            cwd=project,
            capture_output=True,
            text=True,
            timeout=300,
        )
        for _, *words in asked[:2]  # not into the crontab of whoever runs the tests
    ]
    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
    page = (project / "reports/published/own/2026-10/index.html").read_text(encoding="utf-8")
    assert "Who we depend on</h2>" in page
    # five accounts at the close of October, all of them among the ten largest
    assert "The 10 largest customers hold 100.0% of ARR at the end of October 2026" in page
    assert "Share of ARR of the 10 largest customers" in page
    assert (project / "reports/published/own/2026-10/csv/concentration.csv").is_file()
    assert "0 7 2 * *" in done[1].stdout


def test_a_changed_module_makes_the_page_anew(project: Path) -> None:
    from workahead.reports.request.edition import Request, edition

    asked = Request(name="own", root=project, period="2026-10")
    before = edition(asked).input(None)
    assert edition(asked).input(None) == before
    (project / "notebooks" / "own.py").write_text(MODULE + "\n", encoding="utf-8")
    assert edition(asked).input(None) != before


def test_from_a_metric_s_table_to_one_s_own_pandas(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "notebooks")
    found: dict[str, object] = {}
    [code] = said("python", "In a notebook")
    exec(code, found)
    by_age = found["by_age"]
    assert isinstance(by_age, pd.DataFrame)
    assert by_age["starting_arr"].sum() == 400_000
    # Alder (2023-01) grew from 100 to 120, the hostile one (2023-03) lost 50: 120 of 150
    assert by_age.loc[3, "nrr"] == 0.8


def test_the_example_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "own.py"
    path.write_text(MODULE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("own", path)
    assert spec
    assert spec.loader
    own = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(own)
    held = book(
        "2026-02-28",
        ("A1", "A", "2026-01-01", None, 60.0),
        ("B1", "B", "2026-01-01", None, 20.0),
        ("C1", "C", "2026-02-01", None, 20.0),
    )
    table = own.concentration(held, wa.period("2026-02", held).end, largest=2, months=3)
    assert table["arr"].tolist() == [0, 80, 100]
    assert table["share"].tolist()[1:] == [1.0, 0.8]
    assert own.concentration_sentence(table, 2) == (
        "The 2 largest customers hold 80.0% of ARR at the end of February 2026: −20.0 points since January 2026."
    )
    assert list(own.concentration_over_time(table, 2).data[0].y) == [1.0, 0.8]
    assert own.concentration_sentence(table.head(1)) == "There is no ARR to hang on anybody."
    assert not own.concentration_over_time(table.head(1)).data
