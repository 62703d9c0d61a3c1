"""The block in a real crontab. A user's own crontab is never touched: with lines in it, the tests are skipped."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workahead.errors import ConfigError
from workahead.reports.schedule import crontab
from workahead.reports.schedule.job import jobs

OWN = '# mine\nMAILTO="ana@example.com"\n\nCRON_TZ=Asia/Tokyo\n*/5 * * * *\tdate +\\%s  # every five\n'


def crontab_l() -> str:
    return subprocess.run(["crontab", "-l"], capture_output=True, text=True).stdout


@pytest.fixture
def empty_crontab() -> Iterator[None]:
    if shutil.which("crontab") is None:
        pytest.skip("no crontab here: apt-get install cron")
    if crontab_l():
        pytest.skip("the crontab of this user holds lines, which tests leave alone")
    yield
    subprocess.run(["crontab", "-r"], capture_output=True)


@pytest.mark.usefixtures("empty_crontab")
def test_lines_of_others_stay_byte_for_byte(project: Path) -> None:
    subprocess.run(["crontab", "-"], input=OWN, text=True, check=True)
    monthly, weekly = jobs(project)
    crontab.install(project, [monthly])
    once = crontab_l()
    assert once.endswith(OWN)
    assert crontab.installed(project) == ["monthly"]
    crontab.install(project, [monthly])
    assert crontab_l() == once
    subprocess.run(["crontab", "-"], input=once + "0 0 * * * true\n", text=True, check=True)
    crontab.install(project, [weekly])  # monthly stays as it is
    assert crontab_l().endswith(OWN + "0 0 * * * true\n")
    assert crontab.installed(project) == ["monthly", "weekly"]
    assert once.splitlines()[1:-1][0] in crontab_l()
    crontab.remove(project, ["monthly"])
    assert crontab.installed(project) == ["weekly"]
    crontab.remove(project, ["weekly"])
    assert crontab_l() == OWN + "0 0 * * * true\n"


@pytest.mark.usefixtures("empty_crontab")
def test_nothing_is_left_of_a_crontab_that_was_ours_alone(project: Path) -> None:
    crontab.install(project, jobs(project))
    crontab.remove(project, ["monthly", "weekly"])
    done = subprocess.run(
        ["crontab", "-l"], capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin"}
    )
    assert done.returncode
    assert "no crontab for" in done.stderr


@pytest.mark.usefixtures("empty_crontab")
def test_two_projects_do_not_see_each_other(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(project, other)
    crontab.install(project, jobs(project, ["monthly"]))
    crontab.install(other, jobs(other, ["weekly"]))
    assert (crontab.installed(project), crontab.installed(other)) == (["monthly"], ["weekly"])
    crontab.remove(project, ["monthly"])
    assert crontab_l() == "".join(text for _, text in crontab.shown(other, jobs(other, ["weekly"])))


@pytest.mark.usefixtures("empty_crontab")
def test_what_crontab_says_against_the_lines_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        crontab, "cron_lines", lambda *_: ["61 * * * *"]
    )  # a line that a real crontab refuses
    with pytest.raises(ConfigError, match=r"(?s)crontab refused the lines.*bad minute"):
        crontab.install(project, jobs(project, ["monthly"]))
    assert crontab_l() == ""


@pytest.mark.usefixtures("empty_crontab")
def test_a_block_without_its_end_is_left_alone(project: Path) -> None:
    crontab.install(project, jobs(project))
    cut = "".join(crontab_l().splitlines(keepends=True)[:-1])
    subprocess.run(["crontab", "-"], input=cut, text=True, check=True)
    with pytest.raises(ConfigError, match="without its end"):
        crontab.remove(project, ["monthly"])
    assert crontab_l() == cut


def test_a_line_has_the_time_on_this_machines_clock(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crontab, "clock", lambda: "UTC")
    head, summer, winter, boot = crontab.written(jobs(project, ["monthly"])[0]).splitlines()
    assert head == (
        "# report monthly: at 07:00 on the second day of every month (Europe/Berlin), on a clock of UTC"
    )
    assert summer.startswith("0 5 2 3-10 * ")
    assert winter.startswith("0 6 2 1-3,10-12 * ")
    assert boot.startswith("@reboot ")
    monkeypatch.setattr(crontab, "clock", lambda: "Europe/Berlin")
    assert crontab.written(jobs(project, ["monthly"])[0]).splitlines()[1].startswith("0 7 2 * * ")


def as_cron_reads(command: str) -> str:
    """crontab(5): an unescaped % ends the command, an escaped one is a %."""
    assert "%" not in command.replace(r"\%", "")
    return command.replace(r"\%", "%")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters="\\"), min_size=1),
        min_size=1,
        max_size=4,
    )
)
def test_a_shell_gets_every_word_as_it_is(words: list[str]) -> None:
    line = as_cron_reads(crontab.quoted(words))
    said = subprocess.run(
        ["/bin/sh", "-c", f"for word in {line}; do printf '%s\\0' \"$word\"; done"], capture_output=True
    )
    assert said.stdout.decode() == "".join(f"{word}\0" for word in words)


@pytest.mark.parametrize("path", ["/a\\b", "/" + "a" * 1000])
def test_paths_that_cron_can_not_hold_are_refused(path: str) -> None:
    with pytest.raises(ConfigError, match=r"move the project|too long"):
        crontab.quoted(["python", path])
