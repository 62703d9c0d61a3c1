"""Workahead's commands as people run them, each in a process and a session of its own with its own environment.

The processes are forked from one that has the imports behind it, which takes a tenth of the time of a start from
nothing. That one works as well: ``published`` in conftest.py, README and what a schedule runs start so.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SECONDS = 300


@dataclass(frozen=True)
class Done:
    """How a command has ended: minus the signal, where one ended it; and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


class Running:
    """A command under way: ``start(root, "report", "monthly")``."""

    def __init__(
        self, cwd: Path, words: tuple[str, ...], environment: Mapping[str, str], largest: int | None
    ):
        self._files = [tempfile.NamedTemporaryFile("r", encoding="utf-8") for _ in range(2)]  # noqa: SIM115
        paths = [one.name for one in self._files]
        self._process = _server().Process(
            target=_be, args=(words, str(cwd), dict(environment), *paths, largest)
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def kill(self, number: int = signal.SIGKILL) -> None:
        """It and all that it has started in its session."""
        while self.poll() is None:
            try:
                return os.killpg(self.pid, number)
            except ProcessLookupError:  # it has no session of its own yet, or none any more
                time.sleep(0.002)

    def wait(self, seconds: float = SECONDS) -> Done:
        self._process.join(seconds)
        if self.poll() is None:
            self.kill()
            raise TimeoutError(f"still running after {seconds} seconds: {self._said()}")
        return Done(self._process.exitcode or 0, *self._said())

    def _said(self) -> list[str]:
        for one in self._files:
            one.seek(0)
        return [one.read() for one in self._files]


def start(cwd: Path, *words: str, largest: int | None = None, **environment: str) -> Running:
    """A command in a folder, with more in its environment; ``largest``: a file beyond so many bytes is refused."""
    return Running(cwd, words, {**os.environ, **environment}, largest)


def workahead(cwd: Path, *words: str, largest: int | None = None, **environment: str) -> Done:
    """The same, once it has ended."""
    return start(cwd, *words, largest=largest, **environment).wait()


def _server() -> multiprocessing.context.ForkServerContext:
    """Where processes are forked from; it begins with the first of them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["started"])
    here, before = str(Path(__file__).parent), os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [here, before]))
    try:
        from multiprocessing import forkserver

        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
    return context


def _be(
    words: tuple[str, ...], cwd: str, environment: dict[str, str], out: str, err: str, largest: int | None
) -> None:
    """In the child: the command."""
    os.setsid()
    for number, path, mode in ((0, os.devnull, os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY)):
        os.dup2(os.open(path, mode), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    if largest is not None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    sys.argv = ["workahead", *words]
    from workahead.cli import main

    main()
