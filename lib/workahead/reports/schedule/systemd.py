"""systemd's user units: a service that runs a report once, and a timer that catches up what was missed."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from workahead.reports.schedule.files import Files, mark_of
from workahead.reports.schedule.job import Job
from workahead.reports.schedule.times import calendar_lines

_SERVICE = """\
[Unit]
Description=Workahead report {name}: {title}

[Service]
Type=oneshot
Nice=10
ExecStart={command}
"""
_TIMER = """\
[Unit]
Description=Workahead report {name}: {said}

[Timer]
{calendar}
Persistent=true

[Install]
WantedBy=timers.target
"""


def quoted(command: Sequence[str]) -> str:
    r"""A command for ExecStart: no specifier, variable or escape in it means anything.

    A shell starts it, since systemd takes no program with a quote in its path.

    >>> print(quoted(["/opt/100% $own/python", "run"]))
    ":/bin/sh" "-c" "exec \"$0\" \"$@\"" "/opt/100%% $own/python" "run"
    """
    words = [":/bin/sh", "-c", 'exec "$0" "$@"', *command]  # with the colon a $ is a $
    escaped = (word.replace("\\", r"\\").replace('"', r"\"").replace("%", "%%") for word in words)
    return " ".join(f'"{word}"' for word in escaped)


def _folder(root: Path) -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _named(root: Path, report: str) -> list[str]:
    unit = f"workahead-{mark_of(root)}-{report}"
    return [f"{unit}.timer", f"{unit}.service"]


def _written(job: Job) -> list[str]:
    calendar = "\n".join(f"OnCalendar={line}" for line in calendar_lines(job.cron, job.zone))
    said, title = job.said.replace("%", "%%"), job.title.replace("\\", r"\\").replace("%", "%%")
    return [
        _TIMER.format(name=job.name, said=said, calendar=calendar),
        _SERVICE.format(name=job.name, title=title, command=quoted(job.command)),
    ]


def _begun(folder: Path, files: Sequence[str]) -> list[str]:
    timers = [file for file in files if file.endswith(".timer")]
    said = _systemctl(["daemon-reload"], ["enable", *timers], ["restart", *timers])
    return said or ["the timers run while you are logged in; for always: loginctl enable-linger"]


def _ending(folder: Path, files: Sequence[str]) -> list[str]:
    timers = [file for file in files if file.endswith(".timer")]
    said = _systemctl(["disable", "--now", *timers]) if timers else []
    stamps = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "systemd" / "timers"
    for timer in timers:  # what systemctl leaves where no session runs, and when a timer last elapsed
        (folder / "timers.target.wants" / timer).unlink(missing_ok=True)
        (stamps / f"stamp-{timer}").unlink(missing_ok=True)
    return said


def _systemctl(*commands: Sequence[str]) -> list[str]:
    """Run them; where that can't be done, they are what the user is told to run."""
    program = shutil.which("systemctl")
    for at, command in enumerate(commands):
        whole = ["systemctl", "--user", *command]
        done = program and subprocess.run([program, *whole[1:]], capture_output=True, check=False)  # noqa: S603
        if not done or done.returncode:
            reason = (
                os.fsdecode(done.stderr).strip().splitlines()[:1] if done else ["there is no systemctl here"]
            )
            left = [shlex.join(["systemctl", "--user", *one]) for one in commands[at:]]
            return [f"systemd was not told ({' '.join(reason)}). Run in your own session:", *left]
    return []


SYSTEMD = Files(_folder, _named, _written, _begun, _ending)
