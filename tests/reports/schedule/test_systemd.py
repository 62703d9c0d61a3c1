"""User units, as systemd itself reads them."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from workahead.errors import ConfigError
from workahead.reports.schedule.job import jobs
from workahead.reports.schedule.systemd import SYSTEMD, quoted
from workahead.reports.schedule.times import calendar_lines, next_due

systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd-analyze: apt-get install systemd"
)


@pytest.fixture(autouse=True)
def no_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Units in a folder of the test, and no running systemd that would be told of them."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        (tmp_path / name).mkdir(mode=0o700)
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    return tmp_path / "XDG_CONFIG_HOME" / "systemd" / "user"


def test_units_come_and_go_and_say_what_is_left_to_do(project: Path, units: Path) -> None:
    said = SYSTEMD.install(project, jobs(project))
    assert len(list(units.glob("*.timer"))) == len(list(units.glob("*.service"))) == 2
    assert SYSTEMD.installed(project) == ["monthly", "weekly"]
    assert any(line.startswith("systemctl --user daemon-reload") for line in said)
    timer = next(units.glob("*-monthly.timer"))
    assert "Persistent=true" in timer.read_text()
    (units / "timers.target.wants").mkdir()  # as systemctl enable links it
    (units / "timers.target.wants" / timer.name).symlink_to(timer)
    SYSTEMD.remove(project, ["monthly"])
    assert SYSTEMD.installed(project) == ["weekly"]
    SYSTEMD.remove(project, ["weekly"])
    assert [path for path in units.rglob("*") if not path.is_dir()] == []


def test_a_unit_of_somebody_else_is_not_replaced(project: Path, units: Path) -> None:
    SYSTEMD.install(project, jobs(project, ["monthly"]))
    service = next(units.glob("*.service"))
    service.write_text("[Service]\nExecStart=/bin/true\n")
    with pytest.raises(ConfigError, match="not written by workahead"):
        SYSTEMD.install(project, jobs(project, ["monthly"]))
    assert service.read_text() == "[Service]\nExecStart=/bin/true\n"


@systemd
def test_systemd_finds_nothing_to_say_against_them(
    project: Path, units: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = project / "bin" / "python 3"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(python))
    SYSTEMD.install(project, jobs(project))
    for unit in sorted(units.glob("workahead-*")):
        done = subprocess.run(["systemd-analyze", "--user", "verify", unit], capture_output=True, text=True)
        ours = [line for line in (done.stdout + done.stderr).splitlines() if "workahead" in line]
        assert (done.returncode, ours) == (0, [])
    service = next(units.glob("*.service"))
    service.write_text(service.read_text().replace("/bin/sh", "/bin/no-shell"))  # so it does look
    assert subprocess.run(["systemd-analyze", "--user", "verify", service], capture_output=True).returncode


@systemd
@pytest.mark.parametrize(
    ("cron", "zone"),
    [
        ("0 7 2 * *", "Europe/Berlin"),
        ("30 6 * * mon", "Asia/Kathmandu"),
        ("0 7 5 1,4,7,10 *", "America/New_York"),
        ("*/20 8-10 1,15 * 1-5", "UTC"),
    ],
)
def test_systemd_reads_the_same_times(cron: str, zone: str) -> None:
    base = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    found = set()
    for line in calendar_lines(cron, zone):
        said = subprocess.run(
            [
                "systemd-analyze",
                "calendar",
                "--iterations=12",
                f"--base-time={base:%Y-%m-%d %H:%M:%S} UTC",
                line,
            ],
            capture_output=True,
            text=True,
            env={**os.environ, "TZ": "UTC"},
            check=True,
        )
        stamps = re.findall(r"(?:Next elapse|Iteration #\d+|Iter. #\d+): \w+ (\S+ \S+) UTC", said.stdout)
        found |= {dt.datetime.fromisoformat(f"{stamp}+00:00") for stamp in stamps}
    assert sorted(found)[:12] == next_due(cron, zone, base, 12)


def test_an_escape_or_specifier_is_a_letter() -> None:
    start = r'":/bin/sh" "-c" "exec \"$0\" \"$@\"" '
    assert quoted(["/a b", "100%", 'say "x"', "c\\n"]) == start + r'"/a b" "100%%" "say \"x\"" "c\\n"'
