"""A marked block in the user's crontab: written and taken out without touching another line."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from workahead.errors import ConfigError
from workahead.reports.schedule.job import Job, clock
from workahead.reports.schedule.times import cron_lines

LONGEST = 990  # characters of a command that every cron takes
_REPORT = re.compile(r"# report ([A-Za-z0-9_-]+): ")


def written(job: Job) -> str:
    """The lines of one report. They come by too often rather than too seldom: the command runs what is due."""
    command, zone = quoted(job.command), clock()
    lines = cron_lines(job.cron, job.zone, zone)
    head = f"# report {job.name}: {job.said}" + (f", on a clock of {zone}" if lines != [job.cron] else "")
    return "\n".join([head, *(f"{line} {command}" for line in lines), f"@reboot {command}"]) + "\n"


def quoted(command: Sequence[str]) -> str:
    r"""A command as a crontab holds it: quoted for the shell, and % kept from being a line break.

    >>> print(quoted(["/opt/100% own/python", "run"]))
    '/opt/100\% own/python' run

    Raises ConfigError for a backslash, which crons read in different ways, and for more than cron takes.
    """
    line = shlex.join(command)
    if "\\" in line:
        raise ConfigError(
            f"crons differ in how they read a backslash: move the project away from {command[-1]}"
        )
    line = line.replace("%", r"\%")
    if len(line.encode(errors="surrogateescape")) > LONGEST:
        raise ConfigError(f"a line of cron holds {LONGEST} characters: the project's path is too long for it")
    return line


def installed(root: Path) -> list[str]:
    """The reports in the project's block; none where there is no cron, or none for this user."""
    done = _crontab("-l") if shutil.which("crontab") else None
    return (
        sorted(_reports(_parted(os.fsdecode(done.stdout), root)[1])) if done and not done.returncode else []
    )


def shown(root: Path, jobs: Sequence[Job]) -> list[tuple[str, str]]:
    """What would be written, and where."""
    return [("crontab", _block(root, {job.name: written(job) for job in jobs}))]


def install(root: Path, jobs: Sequence[Job], drop: Sequence[str] = ()) -> list[str]:
    """Write the block anew with these reports, the others in it as they are; what there is to say.

    It stands on top, so that no SHELL or CRON_TZ of the user's, meant for what follows it, holds for ours.
    """
    _change(root, lambda held: {**held, **{job.name: written(job) for job in jobs}}, drop)
    return [f"written to the crontab of {_user()}; `crontab -l` shows it"]


def remove(root: Path, names: Sequence[str]) -> list[str]:
    """Take reports out of the block, and the block with the last of them."""
    _change(root, lambda held: held, names)
    return [f"taken out of the crontab of {_user()}"]


def _change(root: Path, change: Callable[[dict[str, str]], dict[str, str]], drop: Sequence[str]) -> None:
    now = _read()
    before, ours, after = _parted(now, root)
    reports = {name: text for name, text in change(_reports(ours)).items() if name not in drop}
    block = _block(root, reports) if reports else ""
    wanted = before + block + after if ours else block + now
    if wanted == now:
        return
    done = _crontab("-", given=wanted) if wanted else _crontab("-r")
    if done.returncode:
        raise ConfigError(f"crontab refused the lines, and the crontab is as it was: {_said(done)}")


def _read() -> str:
    """The crontab as it is; empty where the user has none."""
    done = _crontab("-l")
    if done.returncode and "no crontab for" not in _said(done):
        raise ConfigError(f"the crontab can't be read: {_said(done)}")
    return "" if done.returncode else os.fsdecode(done.stdout)


def _crontab(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("crontab")
    if program is None:
        raise ConfigError("this machine has no crontab. Install cron, or use --as systemd")
    entered = os.fsencode(given) if given is not None else None
    return subprocess.run(  # noqa: S603 the user's own crontab
        [program, *arguments],
        input=entered,
        capture_output=True,
        env={**os.environ, "LC_ALL": "C"},
        check=False,
    )


def _marks(root: Path) -> tuple[str, str]:
    return f"# >>> workahead schedule of {root} >>>\n", f"# <<< workahead schedule of {root} <<<\n"


def _block(root: Path, reports: dict[str, str]) -> str:
    first, last = _marks(root)
    return first + "".join(text for _, text in sorted(reports.items())) + last


def _parted(text: str, root: Path) -> tuple[str, str, str]:
    """What stands before our block, the block, what stands after it."""
    first, last = _marks(root)
    start = 0 if text.startswith(first) else text.find("\n" + first) + 1
    if not text.startswith(first, start):
        return text, "", ""
    end = text.find(last, start)
    if end < 0:
        raise ConfigError(
            f"the crontab has a line {first.strip()!r} without its end: put it right by `crontab -e`"
        )
    end += len(last)
    return text[:start], text[start:end], text[end:]


def _reports(block: str) -> dict[str, str]:
    """The lines of each report in a block."""
    found: dict[str, str] = {}
    name = None
    for line in block.splitlines(keepends=True)[1:-1]:
        if match := _REPORT.match(line):
            name = match[1]
        if name is not None:
            found[name] = found.get(name, "") + line
    return found


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return os.fsdecode(done.stderr).strip()


def _user() -> str:
    import getpass

    return getpass.getuser()
