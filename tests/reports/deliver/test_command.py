"""The command, as people run it; and a process that is killed between the intent and its end."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Running, workahead
from commands import start as begin
from delivering import Post, write_page

DEFINITION = """
title: Monthly review
notebook: n.ipynb
for_each: csm
deliver:
  - email: {to: ["{reader}"], addresses: {Ana: ana@example.com, Bo: bo@example.com}, attach: false}
  - folder: shared
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a page for Ana and one for Bo."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "monthly.yml").write_text(DEFINITION, encoding="utf-8")
    (tmp_path / "workbench.yml").write_text("currency: USD\n", encoding="utf-8")
    (tmp_path / "n.ipynb").write_text("{}", encoding="utf-8")
    for name in ("Ana", "Bo"):
        write_page(tmp_path / "reports" / "published", name, run=name.ljust(32, "0"))
    return tmp_path


def start(project: Path, *options: str) -> Running:
    return begin(project, "deliver", "monthly", *options)


def said(project: Path, *options: str, code: int = 0) -> list[str]:
    done = start(project, *options).wait()
    assert done.returncode == code, done.stderr
    return (done.stdout or done.stderr).splitlines()


def status(project: Path, code: int) -> str:
    done = workahead(project, "report", "status", COLUMNS="200")
    assert done.returncode == code, done.stderr
    return done.stdout


def records(project: Path, reader: str) -> dict[str, str]:
    path = project / "reports" / "published" / "monthly" / reader / "2026-10" / "deliveries.json"
    return {one["kind"]: one["state"] for one in json.loads(path.read_text(encoding="utf-8"))["deliveries"]}


def test_a_dry_run_says_who_would_get_what_and_sends_nothing(
    project: Path, post_office: Callable[..., Post]
) -> None:
    post = post_office()
    assert said(project, "--dry-run", "--only", "Ana") == [
        "monthly/ana/2026-10, email to ana@example.com: would go: "
        "Monthly review, October 2026, Ana: NRR 92.0%, down 1.4 points",
        "monthly/ana/2026-10, folder to shared: would go",
    ]
    assert post.asked == []
    assert not (project / "shared").exists()
    assert not list(project.rglob("deliveries.json"))


def test_a_second_time_there_is_nothing_to_deliver(project: Path, post_office: Callable[..., Post]) -> None:
    post = post_office()
    said(project)
    assert said(project) == ["nothing to deliver: all of it has gone (--again sends it once more)"]
    assert [to for to, _ in post.received] == ["ana@example.com", "bo@example.com"]
    said(project, "--again", "--only", "Bo")
    assert [to for to, _ in post.received][2:] == ["bo@example.com"]


def test_what_does_not_arrive_is_said_and_exits_with_1(
    project: Path, post_office: Callable[..., Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    post = post_office()
    post.rcpt = ["550 no such user"]
    lines = said(project, code=1)
    (ana,) = [line for line in lines if "ana@example.com" in line]
    assert "email to ana@example.com: failed" in ana
    assert ana.endswith("550 no such user")
    assert sum(": sent" in line for line in lines) == 3
    assert "email to ana@example.com: failed" in status(project, code=1)


def test_a_reader_without_an_address_is_said_once_and_is_no_failure(
    project: Path, post_office: Callable[..., Post]
) -> None:
    post, definition = post_office(), project / "reports" / "monthly.yml"
    definition.write_text(DEFINITION.replace(", Bo: bo@example.com", ""), encoding="utf-8")
    why = "no mail to Bo: no address in addresses"
    assert why in said(project, "--dry-run")
    assert f"monthly/bo/2026-10: {why}" in said(project)
    assert [to for to, _ in post.received] == ["ana@example.com"]
    assert records(project, "bo") == {"email": "nobody", "folder": "sent"}
    assert why in status(project, code=0)
    # once there is an address the mail goes out, and nothing is left to say
    definition.write_text(DEFINITION, encoding="utf-8")
    said(project)
    assert [to for to, _ in post.received][1:] == ["bo@example.com"]
    assert "Bo:" not in status(project, code=0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--period", "2020-01"], "no page of monthly is published for 2020-01. There are: 2026-10"),
        (["--only", "Anna"], "unknown reader 'Anna'. Did you mean 'Ana'?"),
    ],
)
def test_what_is_not_there_is_refused(project: Path, options: list[str], words: str) -> None:
    assert words in said(project, *options, code=2)[0]


def test_every_variable_that_is_read_is_documented() -> None:
    root = Path(__file__).parents[3]
    code = "".join(path.read_text("utf-8") for path in (root / "lib/workahead/reports/deliver").glob("*.py"))
    told = (root / "docs" / "delivery.md").read_text(encoding="utf-8")
    names = set(re.findall(r"WORKAHEAD_[A-Z_]*[A-Z]\b", code))
    assert names
    assert {name for name in names if f"`{name}`" not in told} == set()


@pytest.mark.parametrize(("at", "arrived"), [("rcpt", 0), ("data", 1)])
def test_killed_between_intent_and_end_it_is_not_sent_again_by_itself(
    project: Path, post_office: Callable[..., Post], at: str, arrived: int
) -> None:
    post = post_office()
    post.hold = at
    running = start(project, "--only", "Ana")
    assert post.reached.wait(120)
    running.kill()
    running.wait()
    post.go_on.set()
    post.hold = ""
    assert records(project, "ana") == {"email": "sending"}
    assert len(post.received) == arrived

    lines = said(project)  # all that is left: Ana's folder, which was never begun, and Bo's both
    assert not any("ana@example.com" in line for line in lines)
    assert [to for to, _ in post.received][arrived:] == ["bo@example.com"]
    assert records(project, "ana") == {"email": "unknown", "folder": "sent"}
    assert "unknown" in said(project, "--dry-run", "--only", "Ana")[0]

    said(project, "--again", "--only", "Ana")
    ids = {mail["Message-ID"] for to, mail in post.received if to == "ana@example.com"}
    assert len([to for to, _ in post.received if to == "ana@example.com"]) == arrived + 1
    assert len(ids) == 1  # a mail program that knows the first knows the second for the same
