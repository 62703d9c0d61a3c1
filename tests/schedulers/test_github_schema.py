"""The workflow against the schema that GitHub's workflows are published with, as check-jsonschema brings it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .conftest import workahead


def test_the_workflow_is_one(project: Path) -> None:
    (project / ".git").mkdir()
    workahead(project, "schedule", "install", "--as", "github-actions")
    (written,) = (project / ".github" / "workflows").iterdir()
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*check, written], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    written.write_text(written.read_text().replace("runs-on:", "runs_on:"))  # so it does look
    assert subprocess.run([*check, written], capture_output=True).returncode == 1
