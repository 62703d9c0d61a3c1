"""A notebook as a job of jupyter-scheduler, inside the Lab that `workahead lab` opens."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from .conftest import ROOT

BIN = Path(sys.executable).parent


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample company's project, loaded."""
    root = tmp_path / "the project"
    root.mkdir()
    for file in ("workbench.yml", "plays.yml", "plan.yml"):
        shutil.copy(ROOT / file, root)
    for folder in ("notebooks", "data/sample/salesforce"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns(".*"))
    subprocess.run([BIN / "workahead", "load"], cwd=root, check=True, capture_output=True, timeout=300)
    return root


@pytest.fixture
def lab(sample: Path, tmp_path: Path) -> Iterator[str]:
    """The address of its API."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        name: str(tmp_path / name)
        for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")
    }
    config = tmp_path / "JUPYTER_CONFIG_DIR" / "jupyter_server_config.json"
    config.parent.mkdir()
    config.write_text('{"ServerApp": {"allow_root": true}}')  # CI runs as root
    log = (tmp_path / "lab.log").open("wb")
    server = subprocess.Popen(
        [BIN / "workahead", "lab", "--no-browser", f"--port={port}"],
        cwd=sample,
        env={**os.environ, **own, "JUPYTER_TOKEN": "test"},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        yield f"http://127.0.0.1:{port}/scheduler"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def ask(url: str, given: dict[str, Any] | None = None) -> Any:
    body = json.dumps(given).encode() if given is not None else None
    with urlopen(Request(url, data=body, headers={"Authorization": "token test"}), timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def until(url: str, fits: Any, seconds: float = 240) -> Any:
    end = time.monotonic() + seconds
    while True:
        try:
            found = ask(url)
            if fits(found) or time.monotonic() > end:
                return found
        except URLError:
            assert time.monotonic() < end
        time.sleep(0.5)


def job(lab: str, sample: Path, name: str, formats: list[str], **parameters: str) -> dict[str, Path]:
    """A notebook run as a job to its good end; its files by format."""
    (environment, *_) = until(f"{lab}/runtime_environments", lambda found: found)
    asked = {
        "name": name,
        "input_uri": f"notebooks/{name}.ipynb",
        "runtime_environment_name": environment["name"],
        "output_formats": formats,
        "parameters": parameters,
    }
    number = ask(f"{lab}/jobs", asked)["job_id"]
    ended = until(f"{lab}/jobs/{number}", lambda one: one["status"] in ("COMPLETED", "FAILED"))
    assert (ended["status"], ended.get("status_message")) == ("COMPLETED", None)
    ask(f"{lab}/jobs/{number}/download_files")
    found = until(f"{lab}/jobs/{number}", lambda one: one["downloaded"])
    return {one["file_format"]: sample / one["file_path"] for one in found["job_files"]}


def told(notebook: Path) -> str:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return json.dumps([cell.get("outputs", []) for cell in cells])


def test_a_job_runs_a_notebook_with_parameters(lab: str, sample: Path) -> None:
    files = job(lab, sample, "renewals", ["ipynb", "html"], by='"region"', months="6")
    said = told(files["ipynb"])
    assert "six months" in said or "6 months" in said
    assert "EMEA" in said
    assert files["html"].stat().st_size > 100_000


def test_a_job_finds_the_modules_beside_its_notebook(lab: str, sample: Path) -> None:
    files = job(lab, sample, "own_analysis", ["ipynb"])
    assert "largest customers hold" in told(files["ipynb"])
