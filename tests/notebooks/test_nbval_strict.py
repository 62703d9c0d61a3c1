"""Every notebook runs under nbval, as it does in Lab, and its second run gives the outputs of the first."""

from __future__ import annotations

from pathlib import Path

from nbvalidate import nbval


def test_two_runs_give_the_same_outputs(executed: Path) -> None:
    done = nbval(executed, "--nbval")
    assert done.returncode == 0, done.stdout[-4000:]
    assert "passed" in done.stdout


def test_strict_comparison_would_see_another_number(executed: Path) -> None:
    """Without outputs nbval compares nothing and passes; with them, one digit is enough to fail."""
    text = (executed / "data_check.ipynb").read_text(encoding="utf-8")
    changed = text.replace("380", "381") if "380" in text else text.replace("No contract", "One contract")
    assert changed != text
    folder = executed.with_name("changed")
    folder.mkdir()
    (folder / "data_check.ipynb").write_text(changed, encoding="utf-8")
    assert nbval(folder, "--nbval").returncode == 1
