"""One kernel for one report, started before the libraries that talk to it are imported."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, Protocol

APP = "workahead.reports.kernels.app"
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM")}
"""Set before NumPy is imported: a notebook's matrices are small, a fork bears no threads, sums come out the same."""


class Process(Protocol):
    """What is asked of a kernel's process: as of subprocess.Popen."""

    pid: int

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended."""

    def kill(self) -> None:
        """End it."""


class Kernel(AbstractContextManager["Kernel"]):
    """A kernel process of our own. Use it as a context: the process ends with it, whatever happens.

    It imports its libraries at once, and becomes a kernel when :meth:`manager` is asked for. Where there are Unix
    sockets the two sides talk through them, in a folder that nobody else may read: no port can clash with another
    run's.
    """

    def __init__(self, cwd: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="workahead-"))
        self.connection_file = self._folder / "kernel.json"
        self.log_file = self._folder / "kernel.log"
        self._begun = False
        self.process: Process = self._start(cwd)

    def _start(self, cwd: Path) -> Process:
        with self.log_file.open("wb") as log:
            started = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
                [sys.executable, "-m", APP],
                cwd=cwd,
                env={**os.environ, **ONE_THREAD},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._requests = started.stdin
        return started

    def _begin(self, environment: Mapping[str, str]) -> None:
        """Let the process serve, with some more in its environment."""
        if self._requests:
            with suppress(OSError):  # it has ended: whoever waits for its answer learns of it
                self._requests.write(self.request(environment))
                self._requests.close()

    def request(self, environment: Mapping[str, str]) -> bytes:
        """What the process reads from its standard input: a line of JSON."""
        asked = {
            "connection_file": str(self.connection_file),
            "log_file": str(self.log_file),
            "environment": dict(environment),
        }
        return json.dumps(asked).encode() + b"\n"

    def __exit__(self, *_: object) -> None:
        self.close()

    def manager(self, environment: Mapping[str, str] | None = None) -> Any:
        """jupyter_client's manager of this process, for papermill; the first call lets it serve."""
        from jupyter_client.connect import write_connection_file
        from jupyter_client.manager import AsyncKernelManager
        from jupyter_client.provisioning import LocalProvisioner

        if not self._begun:
            where = {"transport": "ipc", "ip": str(self._folder / "k")} if os.name == "posix" else {}
            key = secrets.token_hex(16).encode()
            write_connection_file(str(self.connection_file), key=key, kernel_name="python3", **where)
            self._begin(environment or {})
            self._begun = True
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
        with suppress(OSError):
            return self.log_file.read_text(encoding="utf-8", errors="replace")[-4000:]
        return ""

    def ended(self) -> str:
        """How the process ended by itself, for people; empty while it runs."""
        code = self.process.poll()
        if code is None:
            return ""
        if code >= 0:
            return f"ended with exit code {code}"
        with suppress(ValueError):
            return f"was ended by {signal.Signals(-code).name}"
        return f"was ended by signal {-code}"

    def close(self) -> None:
        """End the process and all that it started. Nothing is left to wait for: the notebook has run."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End the process: whoever waits for its answers learns of it."""
        if self.process.poll() is None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (AttributeError, ProcessLookupError, PermissionError):  # Windows has no groups
                self.process.kill()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        if self._requests and not self._requests.closed:
            with suppress(OSError):
                self._requests.close()
