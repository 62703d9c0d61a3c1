"""What is dear and the same for all tests of a run is made by the first process that asks; the others wait for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def once(temp: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder of this name, which ``make`` has filled: for reading, by all processes of the run."""
    base = temp.getbasetemp()
    home = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = home / f"shared-{name}", home / f"shared-{name}.done"
    with FileLock(home / f"shared-{name}.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)  # half of it, from one that failed
            folder.mkdir()
            make(folder)
            done.touch()
    return folder
