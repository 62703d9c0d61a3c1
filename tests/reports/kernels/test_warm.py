"""Kernels forked from a process that holds the book: the same pages as from kernels of their own, and no hang."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest
from commands import workahead
from workahead.book.snapshot import hold, read_snapshot
from workahead.metrics.projection.outlook import outlook
from workahead.metrics.renewals.events import _events
from workahead.metrics.shared import learn
from workahead.reports.kernels.execute import KernelError, execute
from workahead.reports.kernels.warm import POSSIBLE, Warm, WarmError
from workahead.reports.start import lean

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="kernels are forked on Linux alone")


def notebook(folder: Path, *cells: str) -> Path:
    path = folder / f"tried-{len(cells)}.ipynb"
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    held = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)), metadata=metadata)
    nbformat.write(held, path)
    return path


def printed(executed: Any) -> str:
    return "".join(out.get("text", "") for cell in executed.cells for out in cell.get("outputs", []))


def pages(out: Path) -> dict[str, Any]:
    """What readers get, without what differs from run to run: the time, and how long each cell took."""
    found: dict[str, Any] = {}
    for path in sorted(out.glob("csm_book/*/2026-10/**/*")):
        name = str(path.relative_to(out))
        if path.suffix == ".csv":
            found[name] = path.read_bytes()
        elif path.name == "index.html":
            found[name] = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "", path.read_text(encoding="utf-8"))
        elif path.name == "notebook.ipynb":
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            found[name] = [cell.get("outputs") for cell in cells]
        elif path.name == "run.json":
            run = json.loads(path.read_text(encoding="utf-8"))
            found[name] = {key: run[key] for key in ("key_figures", "findings", "tables", "charts")}
    return found


def test_pages_of_forked_kernels_are_those_of_kernels_of_their_own(
    small_project: Path, tmp_path: Path
) -> None:
    for way in ("--warm", "--no-warm"):
        command = ["report", "csm_book", "--period", "2026-10", "--only", "Ana", "--only", "Bo", way]
        done = workahead(small_project, *command, "--out", str(tmp_path / way))
        assert done.returncode == 0, done.stderr
    warm, plain = pages(tmp_path / "--warm"), pages(tmp_path / "--no-warm")
    assert len([name for name in warm if name.endswith("index.html")]) == 2
    assert list(warm) == list(plain)
    for name, content in warm.items():
        assert content == plain[name], name


def test_forty_forks_after_the_book_was_loaded_none_hangs(small_project: Path, tmp_path: Path) -> None:
    """Every engine, and what starts threads: a lock that was held at the fork would never be free in the child."""
    lean()
    few = (
        "import os, numpy as np, pandas as pd, workahead as wa\n"
        "book = wa.Book.open('data/snapshots/2026-10-31')\nprint(os.environ['WHO'], book.rows('accounts'))",
        "pd.read_parquet(book.folder / 'accounts.parquet')\n"
        "print(len(wa.renewal_probabilities(book)) >= 0, np.linalg.inv(np.eye(200) * 2).sum())",
    )
    more = (
        "from sklearn.linear_model import LogisticRegression\n"
        "X = np.random.default_rng(1).normal(size=(400, 8))\n"
        "print(LogisticRegression().fit(X, X[:, 0] > 0).score(X, X[:, 0] > 0) > 0.9)",
        "for engine in ('polars', 'duckdb'):\n"
        "    print(wa.arr(wa.Book.open('data/snapshots/2026-10-31', engine))['arr'].sum())",
    )
    light, heavy = notebook(tmp_path, *few), notebook(tmp_path, *few, *more)
    with Warm(small_project) as warm:
        warm.load(small_project / "data" / "snapshots" / "2026-10-31", ["renewal_probabilities"])

        def one(number: int) -> str:
            with warm.kernel() as kernel:
                tried = heavy if number % 5 == 0 else light
                executed = tmp_path / f"{number}.ipynb"
                return printed(execute(tried, executed, {}, kernel, lambda *_: None, {"WHO": f"W{number}"}))

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(one, range(40)))
    for number, text in enumerate(found):
        lines = [f"W{number} 7", "True 100.0", "True", "380000.0", "380000.0"]
        assert text.splitlines() == (lines if number % 5 == 0 else lines[:2])


def test_the_process_that_forks_ends_with_its_parent_whatever_ends_that(small_project: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from workahead.reports.kernels.warm import Warm\n"
        "warm = Warm(Path.cwd()); kernel = warm.kernel(); kernel.manager()\n"
        "print(kernel.process.pid, warm._server.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=small_project, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pids = [int(one) for one in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_without_the_process_that_forks_a_run_fails_with_a_reason(
    small_project: Path, tmp_path: Path
) -> None:
    lean()
    path = notebook(tmp_path, "import time\ntime.sleep(600)")
    with Warm(small_project) as warm:
        with warm.kernel() as kernel, ThreadPoolExecutor(1) as pool:
            running = pool.submit(execute, path, tmp_path / "out.ipynb", {}, kernel, lambda *_: None)
            while not kernel.process.pid:
                time.sleep(0.05)
            warm._server.kill()
            with pytest.raises((KernelError, RuntimeError)):
                running.result(60)
        with warm.kernel() as kernel, pytest.raises(WarmError, match="has ended"):
            kernel.manager()


def test_a_held_book_is_handed_out_again_and_knows_what_was_learned(small_project: Path) -> None:
    folder = small_project / "data" / "snapshots" / "2026-10-31"
    try:
        book = hold(folder)
        learn(book, ["renewal_probabilities"])
        assert read_snapshot(folder, "pandas") is book
        assert read_snapshot(folder, "polars") is not book
        assert (
            read_snapshot(folder, "pandas", book.definitions.model_copy(update={"late_renewal_days": 0}))
            is not book
        )
        assert outlook(book.where(csm="Ana")) is outlook(book)
        assert _events(book) is _events(book)
    finally:
        from workahead.book import snapshot

        snapshot._HELD.clear()
    assert os.environ.get("WORKAHEAD_AUDIENCE") is None
