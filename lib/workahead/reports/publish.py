"""Where pages go: built beside their place and swapped into it, so that a reader never sees half a page.

``out/REPORT/PERIOD/`` for one page, ``out/REPORT/READER/PERIOD/`` for one of many; ``latest`` beside the periods.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import re
import shutil
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

RUN = "run.json"
FAILED = ".failed"
LATEST = "latest"
LOCKS = ".locks"
_HALF_BUILT = re.compile(r"\.(?P<name>.+?)(?P<old>\.old)?\.[0-9a-f]{8}")
_TAKEN = {LATEST, "con", "prn", "aux", "nul"}  # a reader must not be called so, nor a folder on Windows
REDIRECT = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>The newest page</title>\n'
    '<meta http-equiv="refresh" content="0; url=../{0}/index.html"></head>\n'
    '<body><a href="../{0}/index.html">The newest page</a></body></html>\n'
)


def slug(text: str) -> str:
    """A reader's name as a folder: readable, and another one for every other name.

    What can be read back as it was stays bare; else eight characters of the name's hash follow.

    >>> slug("Ana Lima"), slug("ana lima"), slug("../../etc/x")
    ('ana-lima', 'ana-lima-357a7e2d', 'etc-x-56da1a2e')
    """
    from slugify import slugify

    bare = str(slugify(text, max_length=60))
    read_back = " ".join(word.capitalize() for word in bare.split("-"))
    if bare and read_back == text and bare not in _TAKEN:
        return bare
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{bare or 'unnamed'}-{mark}"


def home(out: Path, report: str, reader: str | None = None) -> Path:
    """The folder that holds the periods of a report, or of one of its readers."""
    return out / report / slug(reader) if reader is not None else out / report


def place(out: Path, report: str, period: str, reader: str | None = None) -> Path:
    """The folder of a report's page for a period."""
    return home(out, report, reader) / period


def failed_place(out: Path, report: str, period: str, reader: str | None = None) -> Path:
    """The folder of the page that says why a run failed; the last good page stays where it is."""
    return home(out, report, reader) / f"{period}{FAILED}"


@contextmanager
def building(final: Path) -> Iterator[Path]:
    """A folder beside ``final`` that takes its place when the block ends well, and goes when it does not."""
    final.parent.mkdir(parents=True, exist_ok=True)
    beside = final.with_name(f".{final.name}.{uuid.uuid4().hex[:8]}")
    beside.mkdir()
    try:
        yield beside
        if not final.exists():
            beside.rename(final)
        elif not _swap(beside, final):
            old = final.with_name(f".{final.name}.old.{uuid.uuid4().hex[:8]}")
            final.rename(old)  # whoever ends this process here leaves no page: clean() puts the old one back
            beside.rename(final)
            shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _swap(one: Path, other: Path) -> bool:
    """Two folders change places in one step, where the system can: renameat2 of Linux, renamex_np of macOS."""
    libc, exchange = ctypes.CDLL(None) if os.name == "posix" else None, 2
    with suppress(AttributeError):
        if sys.platform == "linux" and libc:
            here = -100  # AT_FDCWD: the paths are whole
            return bool(libc.renameat2(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)
        if sys.platform == "darwin" and libc:
            return bool(libc.renamex_np(os.fsencode(one), os.fsencode(other), exchange) == 0)
    return False


def clean(out: Path, report: str) -> None:
    """Remove what runs that were killed left half built; only for who holds the report's lock."""
    for folder in (out / report, *(out / report).glob("*/"), *(out / report).glob("*/*/")):
        if folder.is_symlink():
            continue
        for path in folder.glob(".*"):
            found = _HALF_BUILT.fullmatch(path.name)
            if not found:
                continue
            whole = folder / found["name"]
            if found["old"] and path.is_dir() and not whole.exists():
                path.rename(whole)
            elif path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def periods(folder: Path) -> list[dict[str, Any]]:
    """run.json of the good pages of a report or reader, newest period first, each with its ``place``."""
    found = [
        {**run, "place": path.parent}
        for path in folder.glob(f"*/{RUN}")
        if not path.parent.is_symlink()
        and not path.parent.name.startswith(".")
        and not path.parent.name.endswith(FAILED)
        and (run := read_run(path.parent)) is not None
    ]
    return sorted(found, key=lambda run: (run["period"]["end"], run["finished_at"]), reverse=True)


def point_latest(folder: Path) -> None:
    """``latest`` in a report's or reader's folder: a link to the newest good page, replaced in one step.

    Where links are refused it is a folder whose page leads on.
    """
    period, link = newest(folder), folder / LATEST
    if period is None or (link.is_symlink() and link.readlink() == Path(period)):
        return
    beside = folder / f".{LATEST}.{uuid.uuid4().hex[:8]}"
    try:
        beside.symlink_to(period, target_is_directory=True)
        beside.replace(link)
    except OSError:  # no links here, or a folder stands in the place
        beside.unlink(missing_ok=True)
        if link.is_symlink():
            raise
        link.mkdir(exist_ok=True)
        write_text(link / "index.html", REDIRECT.format(period))


def newest(folder: Path) -> str | None:
    """The newest period with a good page, of a report or reader."""
    pages = periods(folder)
    return str(pages[0]["place"].name) if pages else None


def prune(folder: Path, keep: int | None) -> list[str]:
    """Remove all but the newest ``keep`` periods of a report or reader, and failed runs of older ones; their names.

    ``latest`` is among the newest, and so stays.
    """
    good = periods(folder)
    kept, gone = good[:keep], [run["place"] for run in good[keep:]] if keep else []
    if keep and len(kept) == keep:
        oldest = kept[-1]["period"]["end"]
        failed = ((path, read_run(path)) for path in folder.glob(f"*{FAILED}"))
        gone += [path for path, run in failed if run and run["period"]["end"] < oldest]
    for path in gone:
        aside = folder / f".{path.name}.{uuid.uuid4().hex[:8]}"
        path.rename(aside)  # gone in one step: a reader never sees half a page
        shutil.rmtree(aside, ignore_errors=True)
    return [path.name for path in gone]


def write_run(folder: Path, run: dict[str, Any]) -> None:
    """run.json: what a run was given, what it found, how long it took."""
    (folder / RUN).write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_runs(out: Path) -> list[dict[str, Any]]:
    """The run.json of every published page, each with its ``folder`` relative to ``out``."""
    runs = []
    for path in sorted([*out.glob(f"*/*/{RUN}"), *out.glob(f"*/*/*/{RUN}")]):
        parts = path.parent.relative_to(out).parts
        if any(part.startswith(".") for part in parts) or path.parent.is_symlink():
            continue
        run = read_run(path.parent)
        if run is not None:
            runs.append({**run, "folder": "/".join(parts)})
    return runs


def read_run(folder: Path) -> dict[str, Any] | None:
    """run.json of a page; None where there is none that is whole."""
    try:
        run = json.loads((folder / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # another run is replacing it at this moment
        return None
    return run if isinstance(run, dict) else None


def named(run: Mapping[str, Any]) -> str:
    """A page's reader as people know them; empty for the page of all."""
    return str(run.get("label") or run.get("reader") or "")


def write_text(path: Path, text: str) -> None:
    """A file in one step: readers see the old one or the new one."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
