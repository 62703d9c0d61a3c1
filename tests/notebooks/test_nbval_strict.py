"""Every notebook runs under nbval, as it does in Lab, and its second run gives the outputs of the first."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbvalidate import nbval


def test_two_runs_give_the_same_outputs(executed: Path) -> None:
    done = nbval(executed, "--nbval")
    assert done.returncode == 0, done.stdout[-4000:]
    assert "passed" in done.stdout


def test_strict_comparison_would_see_another_number(executed: Path) -> None:
    """Without outputs nbval compares nothing and passes; with them, one digit is enough to fail."""
    notebook = nbformat.read(executed / "data_check.ipynb", as_version=4)
    shown = [
        output["data"] for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output
    ]
    told = next(data for data in shown if re.search(r"\d", data.get("text/plain", "")))
    told["text/plain"] = re.sub(r"\d", lambda digit: str(9 - int(digit[0])), told["text/plain"], count=1)
    folder = executed.with_name("changed")
    folder.mkdir()
    nbformat.write(notebook, folder / "data_check.ipynb")
    assert nbval(folder, "--nbval").returncode == 1
