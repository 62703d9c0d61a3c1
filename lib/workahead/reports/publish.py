"""Where pages go: built beside their place and renamed into it, so that a reader never sees half a page."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

RUN = "run.json"
FAILED = ".failed"


@contextmanager
def building(final: Path) -> Iterator[Path]:
    """A folder beside ``final`` that takes its place when the block ends well, and goes when it does not."""
    final.parent.mkdir(parents=True, exist_ok=True)
    beside = final.with_name(f".{final.name}.{uuid.uuid4().hex[:8]}")
    beside.mkdir()
    try:
        yield beside
        old = final.with_name(f".{final.name}.old.{uuid.uuid4().hex[:8]}")
        if final.exists():
            final.rename(old)
        try:
            beside.rename(final)
        except OSError:
            if old.exists():
                old.rename(final)
            raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def place(out: Path, report: str, period: str) -> Path:
    """The folder of a report's page for a period."""
    return out / report / period


def failed_place(out: Path, report: str, period: str) -> Path:
    """The folder of the page that says why a run failed; the last good page stays where it is."""
    return out / report / f"{period}{FAILED}"


def write_run(folder: Path, run: dict[str, Any]) -> None:
    """run.json: what a run was given, what it found, how long it took."""
    (folder / RUN).write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_runs(out: Path) -> list[dict[str, Any]]:
    """The run.json of every published page, each with its ``folder`` relative to ``out``."""
    runs = []
    for path in sorted(out.glob(f"*/*/{RUN}")):
        if path.parent.name.startswith("."):
            continue
        try:
            run = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # another run is replacing it at this moment
            continue
        runs.append({**run, "folder": path.parent.relative_to(out).as_posix()})
    return runs


def write_text(path: Path, text: str) -> None:
    """A file in one step: readers see the old one or the new one."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
