"""The process that runs notebooks: an IPython kernel that has its imports behind it, or one that forks such kernels.

Plain, it reads one request from its standard input and becomes that kernel. With ``--warm`` it stays as it is: a book
loaded, no event loop, no ZMQ context, no query of an engine; and forks a kernel for each request (Linux only).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import sys
from pathlib import Path
from typing import Any

from workahead.reports.start import lean

# What a report's notebook imports anyway. Done while the other process is still loading papermill.
IMPORTS = (
    "plotly.graph_objs._figure",  # plotly.graph_objects alone imports nothing before it is asked
    "workahead.book.snapshot",
    "workahead.metrics",
    "workahead.charts",
    "workahead.show",
    "great_tables",
    "polars",  # what great-tables holds a table in
    "nbformat",  # asked for by Plotly when it shows its first figure
    "scipy.sparse",  # a projection's sums
    "workahead.metrics.projection.nrr_plan",
)
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Import, then do what is asked on standard input."""
    lean()
    import ipykernel.kernelapp  # noqa: F401

    # as in Lab, where a notebook finds the modules beside it
    sys.path.append(str(Path.cwd() / "notebooks"))
    for name in IMPORTS:
        with contextlib.suppress(ImportError):  # the notebook will say which of its imports fails
            importlib.import_module(name)
    if "--warm" in sys.argv:
        serve()
    elif asked := sys.stdin.buffer.readline():
        become(json.loads(asked))


def become(asked: dict[str, Any]) -> None:
    """Be the kernel of a connection file until it is told to end, or its parent has ended."""
    from ipykernel.kernelapp import IPKernelApp

    os.environ.update(asked["environment"])
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    arguments = ["-f", asked["connection_file"], "--HistoryManager.enabled=False"]
    arguments.append("--IPKernelApp.outstream_class=workahead.reports.kernels.output.LimitedStream")
    if os.name == "posix":
        arguments.append(f"--IPKernelApp.parent_handle={os.getppid()}")
    app = IPKernelApp.instance()
    app.initialize(arguments)
    app.start()


def serve() -> None:
    """Answer requests, a line of JSON each: load a book, or fork a kernel; until standard input ends."""
    requests, answers = os.dup(0), os.dup(1)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # whatever prints by chance goes to the log
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)

    def answer(**told: Any) -> None:
        os.write(answers, json.dumps(told).encode() + b"\n")

    held = b""
    while True:
        ready, _, _ = select.select([requests, woken], [], [])
        if woken in ready:
            os.read(woken, 512)
            for pid, code in _ended():
                answer(pid=pid, code=code)
        if requests not in ready:
            continue
        read = os.read(requests, 65536)
        if not read:
            return
        *lines, held = (held + read).split(b"\n")
        for asked in map(json.loads, lines):
            if "load" in asked:
                answer(loaded=asked["load"], problem=_load(asked["load"], asked["shared"]))
                continue
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for one in (requests, answers, woken, wake):
                    os.close(one)
                _be_kernel(asked)
            answer(forked=asked["connection_file"], pid=pid)


def _load(folder: str, shared: list[str]) -> str | None:
    """Open the snapshot's book and learn from the whole of it; what went wrong, which the notebooks will say again."""
    from workahead.book.snapshot import hold
    from workahead.metrics.shared import learn

    problem = None
    try:
        learn(hold(Path(folder)), shared)
    except Exception as error:  # a notebook without any book is a report as well
        problem = f"{type(error).__name__}: {error}"
    gc.collect()
    gc.freeze()  # the children share these pages as long as no collection touches them
    return problem


def _be_kernel(asked: dict[str, Any]) -> None:
    """In the child: never returns."""
    code = 1
    try:
        parent = os.getppid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.setsid()
        log = os.open(asked["log_file"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)
        if os.getppid() == parent:
            become(asked)
            code = 0
    except BaseException:  # what would climb up into the server's loop ends here, in the log
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _ended() -> list[tuple[int, int]]:
    """The children that have ended, with their exit codes (negative: the signal)."""
    found = []
    with contextlib.suppress(ChildProcessError):
        while (one := os.waitpid(-1, os.WNOHANG))[0]:
            found.append((one[0], os.waitstatus_to_exitcode(one[1])))
    return found


if __name__ == "__main__":
    main()
