"""What the project promises about its environment."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def pinned(name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for package, version in PINNED.findall((ROOT / name).read_text()):
        found.setdefault(package.lower(), version)
    return found


def test_conda_users_install_from_the_same_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    conda = [d for d in environment["dependencies"] if isinstance(d, str)]
    pip = next(d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    assert pip == ["-r requirements.lock"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    python = next(d.split("=")[1] for d in conda if d.startswith("python="))
    least = project["requires-python"].removeprefix(">=")
    assert tuple(map(int, python.split("."))) >= tuple(map(int, least.split(".")))
    assert sorted(d.split("=")[0] for d in conda) == ["pip", "python"]
    assert environment["variables"] == {"PYTHONPATH": "lib"}


def test_the_lock_holds_every_dependency_with_hashes_and_names_no_index() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements.lock").read_text()
    for requirement in project["dependencies"]:
        assert re.split(r"[<>=\[;]", requirement)[0].strip().lower() in pinned("requirements.lock")
    for block in re.split(r"\n(?=\S)", lock.strip()):
        assert "--hash=sha256:" in block, block
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert "index" not in re.sub(r"[a-z-]*index[a-z-]*==", "", text)


def test_the_two_locks_agree() -> None:
    runtime, everything = pinned("requirements.lock"), pinned("requirements-dev.lock")
    assert {name: everything.get(name) for name in runtime} == runtime


def test_the_pip_part_of_the_conda_environment_installs_and_runs(tmp_path: Path) -> None:
    """As conda does it: pip itself, hashes checked, into an environment of its own."""
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    lines = next(d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("\n".join(lines).replace("-r ", f"-r {ROOT}/"))
    # Bytecode for all of it would take longer than the installing, and is not what is asked here.
    install = [python, "-m", "pip", "install", "-q", "--no-compile", "--disable-pip-version-check"]
    done = subprocess.run([*install, "-r", requirements], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    variables = {**os.environ, **environment["variables"]}
    shown = subprocess.run(
        [python, "-m", "workahead", "--help"], capture_output=True, text=True, cwd=ROOT, env=variables
    )
    assert "report" in shown.stdout, shown.stderr


def test_what_is_installed_is_consistent() -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("target", ["report", "test", "lab", "bench", "lint"])
def test_every_target_sets_up_the_environment_by_itself(target: str) -> None:
    done = subprocess.run(["make", "-n", "-B", target], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "pip install -q --disable-pip-version-check uv" in done.stdout
    assert "--require-hashes" in done.stdout


def test_ruff_and_mypy_have_nothing_to_say() -> None:
    for tool in (["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"]):
        done = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_notebooks_are_committed_without_output() -> None:
    notebooks = sorted(map(str, (ROOT / "notebooks").glob("*.ipynb")))
    done = subprocess.run(
        [sys.executable, "-m", "nbstripout", "--keep-id", "--verify", *notebooks],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
