"""A second run of every notebook gives the outputs of the first."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbvalidate import nbval


@pytest.fixture(scope="module")
def executed(small_project: Path) -> Path:
    """Copies beside the notebooks, each executed by papermill in a kernel of its own."""
    from papermill import execute_notebook
    from workahead.reports.kernel import Kernel
    from workahead.reports.start import lean

    lean()
    folder = small_project / "executed"
    folder.mkdir()
    for path in sorted((small_project / "notebooks").glob("*.ipynb")):
        with Kernel(small_project) as kernel:
            execute_notebook(
                str(path),
                str(folder / path.name),
                progress_bar=False,
                km=kernel.manager(),
                request_save_on_cell_execute=False,
            )
    return folder


def test_two_runs_give_the_same_outputs(executed: Path) -> None:
    done = nbval(executed, "--nbval")
    assert done.returncode == 0, done.stdout[-4000:]
    assert "passed" in done.stdout


def test_strict_comparison_would_see_another_number(executed: Path) -> None:
    """Without outputs nbval compares nothing and passes; with them, one digit is enough to fail."""
    text = (executed / "data_check.ipynb").read_text(encoding="utf-8")
    changed = text.replace("380", "381") if "380" in text else text.replace("No contract", "One contract")
    assert changed != text
    (executed / "changed").mkdir()
    (executed / "changed" / "data_check.ipynb").write_text(changed, encoding="utf-8")
    assert nbval(executed / "changed", "--nbval").returncode == 1
