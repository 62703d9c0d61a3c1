"""A scheduled report, run where it is due: once for a due time, and once for all that were missed."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from workahead.errors import ConfigError
from workahead.reports import publish
from workahead.reports.schedule.job import Job
from workahead.reports.schedule.times import cron_lines, last_due

TURN = "turn.lock"
LOG_BYTES = 200_000  # of the log, what is kept when the next run begins


class Running(ConfigError):  # noqa: N818
    """The scheduled run of this report is under way already."""


@dataclass(frozen=True)
class Record:
    """STATE.json: since when a report is scheduled, and its last run by schedule; without ``exit`` it was cut off."""

    since: str | None = None
    due: str | None = None
    period: str | None = None
    started_at: str | None = None
    finished_at: str | None = None
    exit: int | None = None

    @property
    def settled(self) -> dt.datetime | None:
        """Up to when nothing is owed."""
        done = self.due if self.exit is not None else None
        return max((dt.datetime.fromisoformat(one) for one in (self.since, done) if one), default=None)


def record(state: Path) -> Record:
    """What is known of a report's scheduled runs."""
    try:
        held = json.loads(state.with_suffix(".json").read_text(encoding="utf-8"))
        return Record(**{name: held.get(name) for name in Record.__dataclass_fields__})
    except (OSError, ValueError, AttributeError):  # none yet
        return Record()


def begin(state: Path, at: dt.datetime) -> None:
    """From now on it is due: what lay before is no missed run."""
    if record(state).since is None:
        _write(state, Record(since=_text(at)))


def forget(state: Path) -> None:
    """Remove the record and the log, and the folder with the last of them."""
    for ending in (".json", ".log", ".lock", ".ipynb"):
        state.with_suffix(ending).unlink(missing_ok=True)
    if state.parent.is_dir() and not [one for one in state.parent.iterdir() if one.name != TURN]:
        state.with_name(TURN).unlink(missing_ok=True)
        state.parent.rmdir()


def owed(job: Job, at: dt.datetime) -> dt.datetime | None:
    """The due time for which the report has not run: the last one, however many were missed; None: there is none."""
    due, settled = job.due(at), record(job.state).settled
    return due if due and (settled is None or due > settled) else None


def fired(job: Job, line: str, at: dt.datetime) -> dt.datetime | None:
    """The due time that a line of GitHub's UTC clock came for; None where it came in vain. It keeps no record.

    Raises ConfigError where the schedule has been changed since the workflow was written.
    """
    lines = cron_lines(job.cron, job.zone, "UTC")
    if line not in lines:
        raise ConfigError(
            f"{job.name} is now scheduled {job.said}, its workflow comes by at {line!r}. "
            f"Write it again: workahead schedule install --as github-actions {job.name}"
        )
    came = last_due(line, "UTC", at)
    if came is None:
        return None
    just_before = came - dt.timedelta(seconds=1)
    before = max(filter(None, (last_due(one, "UTC", just_before) for one in lines)))
    due = job.due(came)
    return due if due and due > before else None


def run(job: Job, due: dt.datetime, secrets: Mapping[str, str], again: bool = False) -> tuple[int, str]:
    """Load the exports and run the report for the period complete at ``due``; its exit code, and what it said.

    Both are recorded. A project's scheduled runs take turns, so that all that are due at a start of the machine do not
    load it at once.

    Raises Running where such a run is under way.
    """
    state = job.state
    state.parent.mkdir(parents=True, exist_ok=True)
    period = job.period(due)
    command = [job.python, "-m", "workahead", "report", job.name, "--load"]
    command += ["--period", period] if period else []
    try:
        with (
            FileLock(state.with_suffix(".lock"), timeout=0),
            FileLock(state.with_name(TURN)),
            _log(state) as log,
        ):
            settled = record(state).settled
            if not again and settled and due <= settled:  # by the run that has just ended
                return 0, ""
            begun = Record(record(state).since, _text(due), period, _text(dt.datetime.now(dt.UTC)))
            _write(state, begun)
            start = log.seek(0, os.SEEK_END)
            log.write(f"\n{begun.started_at} {' '.join(command[2:])} (due {begun.due})\n".encode())
            log.flush()
            with subprocess.Popen(  # noqa: S603 our own command
                command,
                cwd=job.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**secrets, **os.environ},
            ) as process:
                code = _until_it_ends(process)
            finished = _text(dt.datetime.now(dt.UTC))
            log.write(f"{finished} ended with exit code {code}\n".encode())
            _write(state, Record(**{**asdict(begun), "finished_at": finished, "exit": code}))
            log.seek(start)
            return code, log.read().decode(errors="replace").strip()
    except Timeout:
        raise Running(f"the scheduled run of {job.name} is under way already; its log: {state}.log") from None


def secrets(config: Path | None = None) -> dict[str, str]:
    """NAME=value lines of ``~/.config/workahead/environment``, for schedulers that start without a login's variables.

    Raises ConfigError where others may read the file, or a line is none.
    """
    home = config or Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    path = home / "workahead" / "environment"
    if not path.is_file():
        return {}
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise ConfigError(f"others may read {path}, which holds secrets: chmod 600 {path}")
    found, faults = {}, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        name, sign, value = line.strip().partition("=")
        if sign and name.isidentifier():
            found[name] = (
                value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value
            )
        elif line.strip() and not line.lstrip().startswith("#"):
            faults.append(str(number))  # never the line itself
    if faults:
        raise ConfigError(f"{path}: write NAME=value, not as in line {', '.join(faults)}")
    return found


def _until_it_ends(process: subprocess.Popen[bytes]) -> int:
    """Its exit code. Asked to stop, it is told to, and the run stays owed: nothing records its end."""

    def stop(number: int, _: object) -> None:
        process.send_signal(number)
        process.wait()
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        code = process.wait()
    finally:
        signal.signal(signal.SIGTERM, before)
    return code if code >= 0 else 128 - code


def _log(state: Path) -> BinaryIO:
    path = state.with_suffix(".log")
    if path.is_file() and path.stat().st_size > LOG_BYTES:
        path.write_bytes(path.read_bytes()[-LOG_BYTES:].partition(b"\n")[2])
    return path.open("a+b")


def _write(state: Path, what: Record) -> None:
    state.parent.mkdir(parents=True, exist_ok=True)
    publish.write_text(state.with_suffix(".json"), json.dumps(asdict(what), indent=1) + "\n")


def _text(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")
