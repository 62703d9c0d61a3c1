"""`workahead lab`: what it says before JupyterLab is there."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from workahead.errors import ConfigError
from workahead.lab import free_port


def test_nothing_loaded_and_a_taken_port_are_said_before_it_starts(tmp_path: Path) -> None:
    (tmp_path / "workbench.yml").write_text(
        "currency: USD\nexports: [{table: subscriptions, file: contracts.csv, kind: table}]\n",
        encoding="utf-8",
    )
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [Path(sys.executable).parent / "workahead", "lab", "--no-browser", f"--port={port}"]
        running = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert running.stdout
        first, second, third = (running.stdout.readline() for _ in range(3))
        running.kill()
        running.wait()
    assert "nothing is loaded yet" in first
    assert "workahead load" in first
    assert second.startswith(f"port {port} is taken: JupyterLab listens on ")
    free = int(second.rsplit(" ", 1)[1])
    assert port < free < port + 50
    assert third.startswith(f"JupyterLab starts on http://localhost:{free}/lab (")


def test_no_free_port_is_refused_with_what_to_do() -> None:
    with pytest.raises(ConfigError, match="workahead lab --port 9000"):
        free_port(65_536)
