"""Many pages by one command: one that fails stops no other, and each failure says why."""

from __future__ import annotations

import json
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from commands import Done, start, workahead
from crowd import crowd

ENDS = """if who == 'Ana':
    print('the token is', os.environ['CROWD_TOKEN'])
    raise ValueError('no page for ' + os.environ['CROWD_TOKEN'])
if who == 'Bo':
    print('x' * 50_000_000)
if who == 'Chen':
    os._exit(3)
if who == 'Dee':
    os.kill(os.getpid(), 9)"""
SECRET = "s3cr3t&<sentinel>"


def report(root: Path, *arguments: str, **environment: str) -> Done:
    return workahead(root, "report", *arguments, **environment)


def run_of(root: Path, reader: str, kind: str = "2026-10", name: str = "crowd") -> dict[str, Any]:
    path = root / "reports/published" / name / reader.lower() / kind / "run.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """Six readers, four of whose kernels come to a bad end."""
    root = crowd(tmp_path_factory.mktemp("crowd"), [ENDS, "print(who, 'is fine')"])
    return root, report(root, "crowd", CROWD_TOKEN=SECRET)


def test_each_bad_end_is_a_failed_run_and_the_others_finish(
    ended: tuple[Path, Done],
) -> None:
    root, done = ended
    assert done.returncode == 1, done.stderr
    assert "2 published, 4 failed" in done.stderr
    found = {one: run_of(root, one, "2026-10.failed")["failure"] for one in ("Ana", "Bo", "Chen", "Dee")}
    assert {one: failure["error"] for one, failure in found.items()} == {
        "Ana": "ValueError",
        "Bo": "OutputLimit",
        "Chen": "KernelError",
        "Dee": "KernelError",
    }
    assert {failure["cell"] for failure in found.values()} == {3}
    assert "4,000,000 characters" in found["Bo"]["message"]
    assert "ended with exit code 3" in found["Chen"]["message"]
    assert "was ended by SIGKILL" in found["Dee"]["message"]
    for one in found:
        assert f"the report for {one} failed in cell 3: " in " ".join(done.stderr.split())
        page = root / "reports/published/crowd" / one.lower() / "2026-10.failed/index.html"
        assert page.stat().st_size < 5_000_000
        assert "This run failed" in page.read_text(encoding="utf-8")
        assert str(page.relative_to(root)) in done.stdout.split()
    for one in ("Eve", "Fay"):
        assert run_of(root, one)["status"] == "published"
        assert f"{one} is fine" in (
            root / "reports/published/crowd" / one.lower() / "latest/index.html"
        ).read_text(encoding="utf-8")


def test_a_secret_that_a_notebook_prints_is_in_no_file(
    ended: tuple[Path, Done],
) -> None:
    root, done = ended
    held = [path for path in (root / "reports" / "published").rglob("*") if path.is_file()]
    assert len(held) > 12
    for path in held:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"s3cr3t|sentinel", text), path
    assert "s3cr3t" not in done.stdout + done.stderr
    assert "the token is ***" in (
        root / "reports/published/crowd/ana/2026-10.failed/notebook.ipynb"
    ).read_text(encoding="utf-8")


def test_status_tells_the_last_good_page_and_the_last_failure(
    ended: tuple[Path, Done],
) -> None:
    root, _ = ended
    told = report(root, "status", COLUMNS="200")
    assert told.returncode == 1
    lines = {line.split("│")[2].strip(): line for line in told.stdout.splitlines() if line.count("│") > 4}
    assert "never" in lines["Dee"]
    assert "was ended by SIGKILL" in " ".join(told.stdout.split())
    assert "October 2026" in lines["Fay"]
    assert lines["Fay"].split("│")[5].strip() == ""


def test_resume_makes_what_failed_and_nothing_else(
    ended: tuple[Path, Done],
) -> None:
    root, _ = ended
    before = {one: run_of(root, one)["run"] for one in ("Eve", "Fay")}
    crowd(root, ["print(who, 'is fine now')"])
    done = report(root, "crowd", "--resume")
    assert done.returncode == 0, done.stderr
    assert "4 published, 2 unchanged" in done.stderr
    assert {one: run_of(root, one)["run"] for one in before} == before
    assert not list((root / "reports/published").rglob("*.failed"))
    one_more = report(root, "crowd", "--only", "Ana", "--only", "Eve")
    assert "1 published, 1 unchanged" in one_more.stderr  # Eve's page was of the notebook before
    assert run_of(root, "Eve")["run"] != before["Eve"]
    assert run_of(root, "Fay")["run"] == before["Fay"]
    mistyped = report(root, "crowd", "--only", "Anna")
    assert mistyped.returncode == 2
    assert "unknown reader 'Anna'. Did you mean 'Ana'?" in mistyped.stderr


def test_a_run_past_its_limit_is_stopped_and_the_others_finish(tmp_path: Path) -> None:
    cells = ["import time\nif who == 'Bo':\n    time.sleep(600)", "print('done')"]
    root = crowd(tmp_path, cells, "slow", ["Bo", "Fay"], "timeout_minutes: 0.2\n")
    began = time.monotonic()
    done = report(root, "slow")
    assert done.returncode == 1
    assert time.monotonic() - began < 120
    failure = run_of(root, "Bo", "2026-10.failed", "slow")["failure"]
    assert (failure["error"], failure["cell"]) == ("TimeLimitError", 3)
    assert "longer than the 12 seconds it may take" in failure["message"]
    assert run_of(root, "Fay", name="slow")["status"] == "published"


def wait_for(found: Any, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < until
        time.sleep(0.05)


def kin(mark: str) -> list[int]:
    """The processes that have this mark in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"CROWD_MARK={mark}".encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_second_run_of_a_report_says_who_runs_the_first_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    root = crowd(
        tmp_path, ["import time\nopen(f'{who}.began', 'w').close()\ntime.sleep(600)"], "long", ["Bo", "Fay"]
    )
    mark = str(tmp_path)
    first = start(root, "report", "long", CROWD_MARK=mark)
    wait_for(lambda: len(list(root.glob("*.began"))) == 2)
    second = report(root, "long")
    assert second.returncode == 2
    assert "long is being made already: by " in second.stderr
    assert f"(process {first.pid})" in " ".join(second.stderr.split())
    first.kill(signal.SIGINT)
    ended = first.wait(60)
    assert ended.returncode != 0
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    wait_for(lambda: not kin(mark), 15)
    published = root / "reports" / "published"
    assert [path for path in published.rglob("*") if path.is_file() and ".locks" not in path.parts] == [
        published / "index.html"
    ]
