"""One kernel for one report, started before the libraries that talk to it are imported."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_CHANNELS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")


class Kernel:
    """A kernel process of our own. Use it as a context: the process ends with it, whatever happens.

    Where there are Unix sockets the two sides talk through them, in a folder that nobody else may read: no
    port can clash with another run's.
    """

    def __init__(self, cwd: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="workahead-"))
        self.connection_file = self._folder / "kernel.json"
        self.connection_file.write_text(json.dumps(_connection(self._folder)), encoding="utf-8")
        environment = {
            **os.environ,
            "JPY_PARENT_PID": str(os.getpid()),
        }  # ends by itself when this process is killed
        self._log = (self._folder / "kernel.log").open("wb")
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [
                sys.executable,
                "-m",
                "workahead.reports.kernel_app",
                "-f",
                str(self.connection_file),
                "--HistoryManager.enabled=False",
            ],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def manager(self) -> Any:
        """jupyter_client's manager of this process, for papermill."""
        from jupyter_client.manager import AsyncKernelManager
        from jupyter_client.provisioning import LocalProvisioner

        manager = AsyncKernelManager(connection_file=str(self.connection_file))
        manager.load_connection_file()
        provisioner = LocalProvisioner(
            kernel_id=manager.kernel_id, kernel_spec=manager.kernel_spec, parent=manager
        )
        provisioner.process = self.process
        provisioner.pid = provisioner.pgid = self.process.pid
        manager.provisioner = provisioner
        return manager

    def log(self) -> str:
        """What the process itself wrote, for a report that fails before its first cell."""
        path = self._folder / "kernel.log"
        return path.read_text(encoding="utf-8", errors="replace")[-4000:] if path.is_file() else ""

    def close(self) -> None:
        """End the process and all that it started. Nothing is left to wait for: the notebook has run."""
        if self.process.poll() is None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (AttributeError, ProcessLookupError, PermissionError):  # Windows has no groups
                self.process.kill()
        self.process.wait()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _connection(folder: Path) -> dict[str, Any]:
    common = {"key": secrets.token_hex(16), "signature_scheme": "hmac-sha256", "kernel_name": "python3"}
    if hasattr(socket, "AF_UNIX") and os.name == "posix":
        ports: dict[str, Any] = {name: number for number, name in enumerate(_CHANNELS, start=1)}
        return {"transport": "ipc", "ip": str(folder / "k"), **ports, **common}
    with ExitStack() as held:  # all at once, so that they differ
        found = {}
        for name in _CHANNELS:
            sock = held.enter_context(socket.socket())
            sock.bind(("127.0.0.1", 0))
            found[name] = sock.getsockname()[1]
    return {"transport": "tcp", "ip": "127.0.0.1", **found, **common}
