"""All pages of a report for one period, side by side; one that fails does not stop the others."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import os
import platform
import threading
import traceback
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from workahead.errors import ConfigError, WorkaheadError
from workahead.reports import publish
from workahead.reports.index import index_page
from workahead.reports.kernels.warm import Cold, Warm
from workahead.reports.masked import masked
from workahead.reports.page.bundle import Bundle, bundle
from workahead.reports.page.failure import Failure
from workahead.reports.publish import LOCKS
from workahead.reports.request.edition import Edition
from workahead.reports.request.readers import Reader, chosen, readers, value_of
from workahead.reports.run import Clock, Interrupted, Outcome, run, settle, unchanged


class RunningError(WorkaheadError, RuntimeError):
    """The report is being made by somebody else at this moment."""


class Told(Protocol):
    """Who is told how it goes on, from several threads."""

    def step(self, reader: Reader | None, doing: str, done: int, cells: int) -> None:
        """A page is at work."""

    def done(self, reader: Reader | None, outcome: Outcome) -> None:
        """A page is finished, or its run has failed."""


@dataclass(frozen=True)
class Plan:
    """Who is to get a page now (``None``: the one page of all), and who has it already."""

    edition: Edition
    todo: list[Reader | None] = field(default_factory=list)
    there: list[Reader | None] = field(default_factory=list)


def plan(edition: Edition, only: Sequence[str] = (), resume: bool = False, force: bool = False) -> Plan:
    """Who is to get a page: all or those named; with ``resume`` whose page is missing or failed; whose input changed.

    Raises UnknownName for a reader who is none, ConfigError where the report has none or must be told whom.
    """
    todo, there = list[Reader | None](), list[Reader | None]()
    for reader in _asked(edition, only):
        value = value_of(reader)
        if resume:
            has = publish.read_run(edition.good(value)) is not None and not edition.failed(value).exists()
        else:
            has = not force and unchanged(edition, value)
        (there if has else todo).append(reader)
    return Plan(edition, todo, there)


def _asked(edition: Edition, only: Sequence[str]) -> list[Reader | None]:
    from workahead.book.snapshot import read_snapshot

    report = edition.report
    if report.for_each is None:
        if only:
            raise ConfigError(f"{report.name} is one page for all: it has no readers, leave --only out")
        if report.audience is not None:
            readers(report, read_snapshot(edition.folder, "pandas"))  # are its columns and values there?
        return [None]
    if report.on_request and not only:
        raise ConfigError(f"{report.name} is made on request: name one or more by --only ({report.for_each})")
    known = readers(report, read_snapshot(edition.folder, "pandas"))
    if not known:
        raise ConfigError(f"{report.name} has no readers: no row of the snapshot has a {report.for_each}")
    return list(chosen(known, only))


def make(
    made: Plan, kernels: Warm | Cold, jobs: int, told: Told, clock: Clock | None = None
) -> list[Outcome]:
    """Make the pages that are to be made, so many at a time, then the index. Returns all outcomes, in order.

    Raises RunningError where somebody else makes this report now; what is interrupted leaves only whole pages.
    """
    edition, stop = made.edition, threading.Event()
    outcomes = dict[Reader | None, Outcome]()
    with alone(edition.out, edition.report.name):
        publish.clean(edition.out, edition.report.name)
        for reader in made.there:
            outcomes[reader] = _as_it_is(edition, reader)
            told.done(reader, outcomes[reader])
        try:
            if made.todo:
                kernels.load(edition.folder, edition.asks if len(made.todo) > 1 else [])
                for reader, outcome in _side_by_side(made, kernels, jobs, told, clock, stop):
                    outcomes[reader] = outcome
                    told.done(reader, outcome)
        finally:
            index = write_index(edition.out)
    return [outcomes[reader] for reader in [*made.there, *made.todo]] + ([index] if index else [])


def _side_by_side(
    made: Plan, kernels: Warm | Cold, jobs: int, told: Told, clock: Clock | None, stop: threading.Event
) -> Iterator[tuple[Reader | None, Outcome]]:
    def one(reader: Reader | None) -> Outcome:
        def step(doing: str, done: int, cells: int) -> None:
            told.step(reader, doing, done, cells)

        start, stopped = kernels.kernel, stop.is_set
        try:
            return run(made.edition, reader, start, packing, step, clock=clock, interrupted=stopped)
        except Interrupted:
            raise
        except Exception as error:  # not even the page that says why could be written
            return _unwritten(made.edition.good(value_of(reader)) / "index.html", error, reader)

    with ThreadPoolExecutor(1) as aside, ThreadPoolExecutor(max(1, jobs)) as pool:
        packing = aside.submit(_get_ready, made.edition.root)
        running = {pool.submit(one, reader): reader for reader in made.todo}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        except BaseException:  # Ctrl-C above all: end the kernels, then wait for those who talk to them
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            kernels.close()
            for future in running:
                with suppress(Interrupted, Exception, BaseException):
                    future.result(30)
            raise


def _as_it_is(edition: Edition, reader: Reader | None) -> Outcome:
    """A page that stays, with what a killed run may have left undone."""
    page = edition.good(value_of(reader)) / "index.html"
    try:
        settle(edition, value_of(reader))
    except OSError as error:
        return _unwritten(page, error, reader)
    return Outcome(reader, page, None, 0, unchanged=True)


def _get_ready(root: Path) -> Bundle:
    """What a page needs, while the first notebook runs: plotly.js packed, nbconvert imported."""
    from workahead.reports.page import exporter  # noqa: F401

    return bundle(root)


def write_index(out: Path) -> Outcome | None:
    """The index of all runs, in one step; of two who write it at a time the second sees what the first has made.

    Returns what was in the way, where the old one had to stay.
    """
    from filelock import FileLock

    try:
        with FileLock(out / LOCKS / "index.lock"):
            for half in out.glob(".index.html.*"):
                half.unlink(missing_ok=True)
            publish.write_text(out / "index.html", index_page(publish.read_runs(out)))
    except OSError as error:
        return _unwritten(out / "index.html", error)
    return None


def _unwritten(page: Path, error: Exception, reader: Reader | None = None) -> Outcome:
    trace = masked("".join(traceback.format_exception(error)))
    return Outcome(reader, page, Failure(type(error).__name__, masked(str(error)), traceback=trace), 0)


@contextmanager
def alone(out: Path, report: str) -> Iterator[None]:
    """Nobody else makes this report meanwhile; the lock goes with its process. Raises RunningError: who, since when."""
    from filelock import FileLock, Timeout

    folder = out / LOCKS
    note = folder / f"{report}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{report}.lock", timeout=0)
        lock.acquire()
    except Timeout:
        held = {}
        with suppress(OSError, ValueError):
            held = json.loads(note.read_text(encoding="utf-8"))
        since = str(held.get("since", ""))[:16].replace("T", " ")
        raise RunningError(
            f"{report} is being made already: by {held.get('by', 'another process')} (process {held.get('pid', '?')}), "
            f"since {since or 'a moment ago'} UTC. Wait until that run is done"
        ) from None
    except OSError as error:
        raise ConfigError(f"nothing can be written to {out}: {error.strerror or error}") from error
    try:
        with suppress(OSError):  # the disk is full: whoever comes now does not learn whom to ask
            since = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            publish.write_text(note, json.dumps({"pid": os.getpid(), "by": _who(), "since": since}))
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _who() -> str:
    name = "somebody"
    with suppress(OSError, KeyError, ImportError):
        name = getpass.getuser()
    return f"{name} on {platform.node()}"


def failures(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Those that have failed."""
    return [one for one in outcomes if one.failure]
