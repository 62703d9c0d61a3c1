"""Runs to those who get them: each once. What is going to be sent is written down before it is sent.

A report's run sends what was never tried; ``workahead deliver`` also what failed, and, where asked, what went already.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_attempt

from workahead.errors import ConfigError, WorkaheadError
from workahead.reports import publish
from workahead.reports.deliver import folder, mail, picture, record, webhook
from workahead.reports.deliver.attached import alone
from workahead.reports.deliver.digest import Digest, digest
from workahead.reports.deliver.digest import folder as place_of
from workahead.reports.deliver.message import message
from workahead.reports.deliver.outcome import NotNow, Refused, Unanswered, harmless
from workahead.reports.deliver.record import Record
from workahead.reports.deliver.settings import base_url, mail_server
from workahead.reports.deliver.targets import Target, targets
from workahead.reports.request.addressed import Email, Webhook
from workahead.reports.request.definition import Report


class DeliveringError(WorkaheadError, RuntimeError):
    """Another process delivers the same report, or who got it can't be put on record."""


@dataclass(frozen=True)
class Page:
    """One run's page: its folder, its run.json, its definition, the project that it is of."""

    place: Path
    run: Mapping[str, Any]
    report: Report
    root: Path

    def there(self) -> bool:
        """Whether the folder still is this run's."""
        held = publish.read_run(self.place)
        return held is not None and held.get("run") == self.run["run"]


@dataclass(frozen=True)
class Pace:
    """How often a delivery is tried; the seconds between, twice as many each time; and those until an answer."""

    attempts: int = 4
    first: float = 2
    most: float = 30
    answer: float = 30


@dataclass
class Job:
    """One delivery of one page, on its way; ``state`` is new where none is on record."""

    page: Page
    target: Target
    state: str
    record: Record
    picture: bytes | None = None
    after: float = 0

    def says(self) -> Digest:
        """The words of it."""
        subject = self.target.entry.subject if isinstance(self.target.entry, Email) else None
        return digest(self.page.run, self.page.report, base_url(), subject)

    def note(self, record_: Record) -> None:
        """Put on record, in memory and on disk, where no newer run has taken the place."""
        self.record = record_
        run = self.page.run["run"]
        if self.page.there():
            try:
                record.write(
                    self.page.place, run, {**record.read(self.page.place, run), record_.key: record_}
                )
            except OSError as error:
                raise DeliveringError(
                    f"{self.page.place / record.FILE} can't be written, so nothing more is sent: {error}"
                ) from None


def jobs(pages: Iterable[Page]) -> list[Job]:
    """All deliveries of these pages, due or done."""
    found = []
    for page in pages:
        held = record.read(page.place, page.run["run"])
        for target in targets(page.run, page.report, page.root):
            before = held.get(target.record.key)
            found.append(Job(page, target, before.state if before else "new", before or target.record))
    return found


def deliver(
    pages: Sequence[Page],
    states: Sequence[str] = ("new",),
    say: Callable[[str], None] = lambda _: None,
    pace: Pace = Pace(),
) -> list[Job]:
    """Send what these pages have in one of ``states``, and return it as it ended. ``say`` gets a line for each.

    All are tried once, then after a while those again that were not taken: a dead server costs one back-off.
    Raises DeliveringError where another process delivers the same report, or the record can't be written; ConfigError
    where it can't be read.
    """
    pages = [page for page in pages if page.report.deliver]
    with ExitStack() as held:
        for lock in sorted({_lock(page) for page in pages}):
            lock.parent.mkdir(exist_ok=True)
            try:
                held.enter_context(FileLock(lock, timeout=60))
            except Timeout:
                raise DeliveringError(
                    f"another process delivers {lock.stem}: wait until it is done"
                ) from None
        for page in pages:
            if page.there():
                keys = {one.record.key for one in targets(page.run, page.report, page.root)}
                record.settle(page.place, str(page.run["run"]), keys)
        due = [job for job in jobs(pages) if job.state in states]
        _draw(due, say)
        waiting = list(due)

        def round_() -> list[Job]:
            waiting[:] = [job for job in waiting if not _attempted(job, pace)]
            return waiting

        Retrying(
            stop=stop_after_attempt(pace.attempts),
            wait=lambda state: _pause(state, pace),
            retry=retry_if_result(bool),
            retry_error_callback=lambda state: None,
        )(round_)
    for job in due:
        say(line(job))
    return due


def _lock(page: Page) -> Path:
    """One for a report, whoever reads it."""
    home = page.place.parents[page.run.get("reader") is not None]
    return home.parent / publish.LOCKS / f"{home.name}.delivery"


def line(job: Job) -> str:
    """A delivery and its state, for people."""
    if job.record.state == "nobody":
        return f"{place_of(job.page.run, job.page.report)}: {job.record.error}"
    at = f" {job.record.at[:16].replace('T', ' ')} UTC" if job.record.at else ""
    tries = f" after {job.record.attempts} attempts" if job.record.attempts > 1 else ""
    why = f": {job.record.error}" if job.record.error else ""
    where = place_of(job.page.run, job.page.report)
    return f"{where}, {job.record.kind} to {job.record.to}: {job.record.state}{at}{tries}{why}"


def _pause(state: RetryCallState, pace: Pace) -> float:
    """Twice as long each time, or what the other side asks for."""
    asked = max((job.after for job in state.outcome.result()), default=0.0) if state.outcome else 0.0
    return float(min(max(pace.first * 2 ** (state.attempt_number - 1), asked), pace.most))


def _attempted(job: Job, pace: Pace) -> bool:
    """Try once. True where that settles it, well or not."""
    if job.target.fault and job.target.name:
        job.note(job.record.now("nobody", job.target.fault))
        return True
    try:
        go = ready(job, pace)
    except (ConfigError, OSError) as error:
        job.note(job.record.now("failed", harmless(error)))
        return True
    job.note(job.record.now("sending"))
    try:
        go()
    except NotNow as error:
        job.note(job.record.now("failed", str(error)))
        job.after = error.after
        return False
    except Refused as error:
        job.note(job.record.now("failed", str(error)))
    except Unanswered as error:
        job.note(job.record.now("unknown", str(error)))
    except Exception as error:  # not foreseen: it may have gone
        job.note(job.record.now("unknown", harmless(f"{type(error).__name__}: {error}")))
    else:
        job.note(job.record.now("sent"))
    return True


def ready(job: Job, pace: Pace) -> Callable[[], None]:
    """All that can be done before the first byte goes out; what is left is to send it. Raises ConfigError."""
    if job.target.fault:
        raise ConfigError(job.target.fault)
    if not job.page.there():
        raise ConfigError("a newer run has taken its place")
    page, entry, to = job.page, job.target.entry, job.target.to
    run, where = str(page.run["run"]), place_of(page.run, page.report)
    if isinstance(entry, Email):
        server, said = mail_server(), job.says()
        attached = alone(page.place, said.file, said.link) if entry.attach else None
        written = message(said, run, server.sender, to, job.picture, attached, job.target.name)
        return lambda: mail.send(written, to, server, pace.answer)
    if isinstance(entry, Webhook):
        said, mark = job.says(), hashlib.sha256(f"{run}\n{job.record.key}".encode()).hexdigest()[:32]
        return lambda: webhook.post(said, os.environ[to], mark, pace.answer)
    return lambda: folder.copy(page.place, run, where, entry.url, page.root)


def _draw(due: Sequence[Job], say: Callable[[str], None]) -> None:
    """Pictures for the mails among them, one for each page."""
    mails = [job for job in due if isinstance(job.target.entry, Email) and not job.target.fault]
    charts = {}
    for place in {job.page.place for job in mails if not job.page.run.get("failure")}:
        chart = picture.main_chart(place / "index.html")
        if chart:
            charts[place] = chart
    program = picture.browser() if charts else None
    if charts and not program:
        say("no Chrome, Chromium or Edge is installed here: mails say the main chart in words")
    drawn = (
        dict(zip(charts, picture.pictures(list(charts.values()), program), strict=True)) if program else {}
    )
    for job in mails:
        job.picture = drawn.get(job.page.place)
    if any(one is None for one in drawn.values()):
        say("the browser could not draw every chart: those mails say it in words")
