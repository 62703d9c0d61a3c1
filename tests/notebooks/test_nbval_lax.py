"""The committed notebooks run as they do in Lab."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbvalidate import nbval

pytestmark = pytest.mark.long


def test_the_committed_notebooks_run_as_they_do_in_lab(small_project: Path) -> None:
    done = nbval(small_project / "notebooks", "--nbval-lax")
    assert done.returncode == 0, done.stdout[-4000:]
    assert "passed" in done.stdout
