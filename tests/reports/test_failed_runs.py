"""A run that fails leaves the last good page, and adds one that says which cell, which error and why."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from commands import Done, workahead

RAISES = "raise ValueError('<b>no</b> ' + period)"
RAISES = f"""import os; exec(compile({RAISES!r}, os.path.join(os.getcwd(), "own.py"), "exec"))"""


@pytest.fixture(scope="module")
def project(small_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report whose notebook fails where it is told to."""
    root = tmp_path_factory.mktemp("failing") / "project"
    shutil.copytree(small_project, root, ignore=shutil.ignore_patterns("published"))
    v4 = nbformat.v4
    cells = [
        v4.new_code_cell(
            'period: str = "latest"  # the period\nfail: bool = False  # whether to fail',
            metadata={"tags": ["parameters"]},
        ),
        v4.new_code_cell("from workahead import show\nshow.finding('All is well.')"),
        v4.new_code_cell(f"if fail:\n    {RAISES}"),
        v4.new_code_cell("import plotly.graph_objects as go\ngo.Figure(go.Bar(y=[1, 2]))"),
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(v4.new_notebook(cells=cells, metadata=metadata), root / "notebooks" / "fragile.ipynb")
    (root / "reports" / "fragile.yml").write_text(
        "title: Fragile\nnotebook: notebooks/fragile.ipynb\n", encoding="utf-8"
    )
    return root


def report(root: Path, *arguments: str) -> Done:
    return workahead(root, "report", "fragile", "--period", "2026-10", *arguments)


def test_fails_beside_the_last_good_page_then_heals(project: Path) -> None:
    good = report(project)
    assert good.returncode == 0, good.stderr
    page = project / "reports/published/fragile/2026-10/index.html"
    assert good.stdout.strip() == "reports/published/fragile/2026-10/index.html"
    before = page.read_bytes()
    assert b"All is well." in before

    bad = report(project, "--set", "fail=yes")
    assert bad.returncode == 1
    assert "ValueError: <b>no</b> 2026-10" in bad.stderr
    assert page.read_bytes() == before
    failed = project / "reports/published/fragile/2026-10.failed"
    assert bad.stdout.strip() == str((failed / "index.html").relative_to(project))
    said = (failed / "index.html").read_text(encoding="utf-8")
    assert "Cell 3 of the notebook stopped the run" in said
    assert "ValueError: &lt;b&gt;no&lt;/b&gt; 2026-10" in said
    assert "<b>no</b>" not in said
    assert "raise ValueError" in said
    assert "Traceback" in said
    assert "own.py" in said
    written = [path.read_text(encoding="utf-8") for path in failed.rglob("*") if path.is_file()]
    assert [
        text for text in written if str(project) in text
    ] == []  # where the project lies is nobody's business
    assert 'href="../2026-10/index.html"' in said
    run = json.loads((failed / "run.json").read_text(encoding="utf-8"))
    assert run["status"] == "failed"
    assert run["failure"]["error"] == "ValueError"
    assert run["failure"]["cell"] == 3
    index = (project / "reports/published/index.html").read_text(encoding="utf-8")
    assert "2026-10.failed/index.html" in index
    assert "2026-10/index.html" in index

    healed = report(project)
    assert healed.returncode == 0, healed.stderr
    assert not failed.exists()
    assert ".failed/" not in (project / "reports/published/index.html").read_text(encoding="utf-8")
    held = sorted(p.name for p in (project / "reports/published/fragile").iterdir())
    assert held == ["2026-10", "latest"]  # nothing half built


def test_a_kernel_that_dies_is_a_failed_run(project: Path) -> None:
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cell = nbformat.v4.new_code_cell("import os\nos._exit(3)")
    nbformat.write(
        nbformat.v4.new_notebook(cells=[cell], metadata=metadata), project / "notebooks" / "dies.ipynb"
    )
    (project / "reports" / "dies.yml").write_text(
        "title: Dies\nnotebook: notebooks/dies.ipynb\n", encoding="utf-8"
    )
    assert workahead(project, "report", "dies").returncode == 1
    said = (project / "reports/published/dies/2026-10.failed/index.html").read_text(encoding="utf-8")
    assert "ended with exit code 3" in said
    assert "os._exit(3)" in said


def test_run_json_tells_the_run(published: Path) -> None:
    """380k ARR and NRR 368/400: see tests/conftest.py."""
    run = json.loads((published / "run.json").read_text(encoding="utf-8"))
    assert run["status"] == "published"
    assert run["period"] == {
        "text": "2026-10", "label": "October 2026", "start": "2026-09-30", "end": "2026-10-31", "kind": "month"
    }  # fmt: skip
    figures = {card["label"]: card["value"] for card in run["key_figures"]}
    assert figures["ARR"] == 380_000
    assert figures["NRR"] == pytest.approx(368 / 400)
    assert figures["GRR"] == pytest.approx(348 / 400)
    assert run["parameters"]["snapshot"] == "data/snapshots/2026-10-31"
    assert run["parameters"]["by"] == "segment"
    assert len(run["data"]["fingerprint"]) == 12
    assert run["data"]["rows"]["subscriptions"] == 9
    assert run["seconds"]["total"] == pytest.approx(sum(v for k, v in run["seconds"].items() if k != "total"))
    assert {"python", "workahead", "pandas", "plotly", "papermill", "nbconvert"} <= set(run["versions"])


def test_no_path_of_the_machine_is_published(published: Path) -> None:
    root = str(published.parents[3])
    assert Path(root, "workbench.yml").is_file()
    for path in published.rglob("*"):
        if path.is_file():
            assert root not in path.read_text(encoding="utf-8"), path.name


def test_every_table_is_beside_the_page_as_csv_without_formulas(published: Path) -> None:
    run = json.loads((published / "run.json").read_text(encoding="utf-8"))
    files = {path.stem for path in (published / "csv").glob("*.csv")}
    assert files == {table["name"] for table in run["tables"]}
    movers = (published / "csv" / "movers.csv").read_text(encoding="utf-8")
    assert "'=1+1" in movers  # an account called =1+1 joined in October
    assert "\n=" not in movers
    assert ",=" not in movers
    page = (published / "index.html").read_text(encoding="utf-8")
    for name in (table["name"] for table in run["tables"] if table["rows"]):
        assert f'href="csv/{name}.csv"' in page
