"""Kernels forked from one process that has the imports done and the book loaded: what many pages share is made once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from workahead.errors import WorkaheadError
from workahead.reports.kernels.kernel import APP, ONE_THREAD, Kernel, Process

POSSIBLE = sys.platform == "linux"
"""Elsewhere a fork can't be trusted (macOS), or there is none."""


class WarmError(WorkaheadError, RuntimeError):
    """The process that forks the kernels has ended."""


class Warm(AbstractContextManager["Warm"]):
    """The process that forks kernels. Use it as a context: it ends with it, and all kernels with that.

    It ends as well when this process does, whatever ends that: its standard input is closed then.
    """

    def __init__(self, cwd: Path) -> None:
        self.cwd = cwd
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        server = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-m", APP, "--warm"],
            cwd=cwd,
            env={**os.environ, **ONE_THREAD},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        self._server, self._asked, self._told = server, server.stdin, server.stdout
        self._news = threading.Condition()
        self._pids: dict[str, int] = {}
        self._codes: dict[int, int] = {}
        self._over = False
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def load(self, folder: Path, shared: Sequence[str]) -> None:
        """Have the book of a snapshot loaded, and what these functions share made; kernels wait for it."""
        self._send(json.dumps({"load": str(folder), "shared": list(shared)}).encode() + b"\n")

    def kernel(self) -> Kernel:
        """A kernel that is forked when its manager is asked for."""
        return _Forked(self)

    def close(self) -> None:
        """End the process; the kernels end with it."""
        self._server.kill()
        self._server.wait()
        self._listener.join(5)
        for pipe in (self._asked, self._told, self._log):
            with suppress(OSError):  # what could not be written any more
                if pipe:
                    pipe.close()

    def fork(self, asked: bytes, connection_file: str) -> int:
        """The process id of a new kernel. Raises WarmError where there is no server any more."""
        self._send(asked)
        with self._news:
            self._news.wait_for(lambda: self._over or connection_file in self._pids)
            if connection_file not in self._pids:
                raise WarmError(f"the process that starts the kernels has ended.\n{self._last_words()}")
            return self._pids.pop(connection_file)

    def code(self, pid: int, timeout: float | None = 0) -> int | None:
        """A kernel's exit code, None while it runs; waits that long for it."""
        with self._news:
            self._news.wait_for(lambda: self._over or pid in self._codes, timeout)
            return self._codes.get(pid, -signal.SIGKILL if self._over else None)

    def _send(self, line: bytes) -> None:
        with self._news, suppress(OSError, ValueError):  # it has ended: who waits for the answer learns of it
            if self._asked:
                self._asked.write(line)
                self._asked.flush()

    def _listen(self) -> None:
        for line in self._told or ():
            told = json.loads(line)
            with self._news:
                if "forked" in told:
                    self._pids[told["forked"]] = told["pid"]
                elif "code" in told:
                    self._codes[told["pid"]] = told["code"]
                self._news.notify_all()
        with self._news:
            self._over = True
            self._news.notify_all()

    def _last_words(self) -> str:
        with suppress(OSError, ValueError):
            self._log.seek(0)
            return self._log.read().decode("utf-8", "replace")[-2000:]
        return ""


class _Child:
    """A kernel's process, a child of the server's: as subprocess.Popen has it."""

    stdin = stdout = stderr = None

    def __init__(self, warm: Warm) -> None:
        self.warm, self.pid = warm, 0

    def poll(self) -> int | None:
        return self.warm.code(self.pid) if self.pid else None

    def wait(self, timeout: float | None = None) -> int:
        code = self.warm.code(self.pid, timeout) if self.pid else 0
        if code is None:
            raise subprocess.TimeoutExpired("kernel", timeout or 0)
        return code

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def send_signal(self, number: int) -> None:
        if self.pid and self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


class _Forked(Kernel):
    """A kernel of the warm process."""

    def __init__(self, warm: Warm) -> None:
        self._warm = warm
        super().__init__(warm.cwd)

    def _start(self, cwd: Path) -> Process:
        self._child, self._requests = _Child(self._warm), None
        return self._child

    def _begin(self, environment: Mapping[str, str]) -> None:
        self._child.pid = self._warm.fork(self.request(environment), str(self.connection_file))

    def stop(self) -> None:
        """End the process, and what it has started."""
        if self._child.pid:
            super().stop()


def kernels(cwd: Path, warm: bool = True) -> Warm | Cold:
    """Where kernels come from: the warm process where there can be one, else one process for each."""
    return Warm(cwd) if warm and POSSIBLE else Cold(cwd)


class Cold(AbstractContextManager["Cold"]):
    """Kernels that are processes of their own; the first is started at once, the others when they are asked for."""

    def __init__(self, cwd: Path) -> None:
        self.cwd = cwd
        self._made = [Kernel(cwd)]
        self._first: Kernel | None = self._made[0]

    def __exit__(self, *_: object) -> None:
        self.close()

    def load(self, folder: Path, shared: Sequence[str]) -> None:
        """Nothing is shared: each kernel opens the book for itself."""

    def kernel(self) -> Kernel:
        """A kernel of its own."""
        first, self._first = self._first, None
        if first is None:
            first = Kernel(self.cwd)
            self._made.append(first)
        return first

    def close(self) -> None:
        """End them all."""
        for one in self._made:
            one.close()
