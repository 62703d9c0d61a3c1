"""`workahead lab`: what it says before JupyterLab is there."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from workahead.errors import ConfigError
from workahead.lab import free_port

WORKBENCH = "currency: USD\nexports: [{table: subscriptions, file: contracts.csv, kind: table}]\n"


def test_nothing_loaded_and_a_taken_port_are_said_before_it_starts(tmp_path: Path) -> None:
    (tmp_path / "workbench.yml").write_text(WORKBENCH, encoding="utf-8")
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


def test_the_first_ctrl_c_is_asked_about_and_the_second_ends_it(tmp_path: Path) -> None:
    (tmp_path / "workbench.yml").write_text(WORKBENCH, encoding="utf-8")
    _, terminal = pty.openpty()  # JupyterLab asks where somebody can answer
    (tmp_path / "jupyter_server_config.json").write_text(
        '{"ServerApp": {"allow_root": true}}', encoding="utf-8"
    )
    command = [Path(sys.executable).parent / "workahead", "lab", "--no-browser"]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path)}
    running = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True, bufsize=0,
    )  # fmt: skip

    def read_until(wanted: str) -> re.Match[str]:
        said = ""
        while not (found := re.search(wanted, said)):
            more = running.stdout.read(1)
            assert more, f"it ended, having said: {said}"
            said += more.decode(errors="replace")
        return found

    try:
        address = read_until(r"(http://\S+?)/lab\S*token=\w+\s")[1]
        os.killpg(running.pid, signal.SIGINT)
        read_until(r"Shut down this Jupyter server \(y/\[n\]\)\?")
        with urlopen(f"{address}/api", timeout=30) as answer:
            assert answer.status == 200, "it goes on while it asks"
        os.killpg(running.pid, signal.SIGINT)
        assert running.wait(60) == 0
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        os.close(terminal)
