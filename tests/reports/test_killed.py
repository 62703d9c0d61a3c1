"""Killed at whatever moment, a run leaves whole pages of finished runs, and the next one completes."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from commands import start
from crowd import crowd

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills a whole session, looks into /proc")
READERS = ["Ana", "Bo", "Chen", "Dee"]
# a taste of it in CI, where time is short
KILLS, PUBLISHING = (8, 2) if os.environ.get("CI") else (30, 5)
CELLS = [
    "from IPython.display import HTML, display\ndisplay(HTML(f'<p>stamp {stamp}, ' + 'x' * 400_000 + ' end</p>'))"
]
DELIVER = "deliver:\n- folder: {url}\n- webhook: {{url_env: KILLED_HOOK}}\n"


class Runs:
    """Starts runs of the report one after another, and may kill them."""

    def __init__(self, root: Path, hook: str) -> None:
        self.root, self.environment = root, {"KILLED_MARK": str(root), "KILLED_HOOK": hook}

    def run(
        self, out: Path, stamp: int, until: Callable[[], bool] | None = None, resume: bool = False
    ) -> int:
        """Its exit code, or minus the signal by which it was killed as soon as ``until`` said so."""
        words = ["--set", f"stamp={stamp}", "--out", str(out), "--jobs", "2", *["--resume"][:resume]]
        running = start(self.root, "report", "crowd", *words, **self.environment)
        while until and running.poll() is None:
            if until():
                running.kill()
                break
        return running.wait().returncode

    def kin(self) -> list[int]:
        """What is still there of all that they have started."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"KILLED_MARK={self.root}".encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
        return found


@pytest.fixture
def posts() -> Iterator[tuple[str, Counter[str]]]:
    """A receiver's address, and how often it was sent each message."""
    got: Counter[str] = Counter()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            got[self.headers["Idempotency-Key"]] += 1
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", got
    server.shutdown()
    server.server_close()


@pytest.fixture
def runs(tmp_path: Path, posts: tuple[str, Counter[str]]) -> tuple[Path, Runs]:
    delivered = tmp_path / "delivered"
    delivered.mkdir()
    root = crowd(tmp_path / "project", CELLS, csms=READERS, more=DELIVER.format(url=delivered))
    return root, Runs(root, posts[0])


def whole(page: Path) -> str:
    """The page's text, which must be one whole HTML page."""
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>"), page
    assert text.rstrip().endswith("</html>"), page
    depth: list[str] = []

    class Balanced(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if tag in ("html", "body", "main", "section", "table", "div"):
                depth.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if tag in ("html", "body", "main", "section", "table", "div"):
                assert depth.pop() == tag, page

    Balanced().feed(text)
    assert depth == [], page
    return text


def check(out: Path, started: set[int]) -> dict[str, int]:
    """Every page that a reader can come to is whole and of one run that had started; the stamps of the newest."""
    found = {}
    if (out / "index.html").exists():
        whole(out / "index.html")
    for page in out.glob("crowd/*/2*/index.html"):
        if page.parent.name.startswith("."):
            continue
        run = json.loads((page.parent / "run.json").read_text(encoding="utf-8"))
        stamps = {
            *map(int, re.findall(r"stamp (\d+), x+ end", whole(page))),
            *map(int, re.findall(r"stamp (\d+), x+ end", (page.parent / "notebook.ipynb").read_text())),
        }
        assert run["status"] == "published"
        assert stamps == {run["parameters"]["stamp"]}, page
        assert stamps <= started
    for link in out.glob("crowd/*/latest"):
        found[link.parent.name] = json.loads((link / "run.json").read_text())["parameters"]["stamp"]
        whole(link / "index.html")
    return found


def halves(out: Path) -> list[Path]:
    return [one for one in out.glob("crowd/**/.*") if one.name != ".locks"]


def test_killed_at_random_moments_all_pages_are_whole_and_resume_completes(
    runs: tuple[Path, Runs], posts: tuple[str, Counter[str]]
) -> None:
    root, made = runs
    out, dice = root / "out", random.Random(5)
    began = time.monotonic()
    assert made.run(out, 1, resume=True) == 0
    lasts, killed, publishing, stamp = time.monotonic() - began, 0, 0, 1
    assert check(out, {1}) == {one.lower(): 1 for one in READERS}
    while killed < KILLS or publishing < PUBLISHING:
        stamp += 1
        assert stamp < 5 * KILLS
        if stamp % 10 == 0:
            out = root / f"out-{stamp}"  # from nothing again
        if stamp % 2 == 0:  # while a page is being built or put in place
            after, seen = dice.random() * 0.002, list[float]()

            def moment(after: float = after, seen: list[float] = seen, out: Path = out) -> bool:
                time.sleep(0.0005)
                if not seen and any(out.glob("crowd/*/.2026-10.*")):
                    seen.append(time.monotonic())
                return bool(seen) and time.monotonic() - seen[0] >= after
        else:
            at = time.monotonic() + dice.random() * lasts * 0.8

            def moment(at: float = at) -> bool:
                time.sleep(0.005)
                return time.monotonic() >= at

        was_killed = made.run(out, stamp, moment) == -signal.SIGKILL
        killed += was_killed
        publishing += was_killed and bool(halves(out))  # a folder half built was left
        check(out, set(range(1, stamp + 1)))
    assert len(posts[1]) >= len(READERS)
    for one in (root / "out", *root.glob("out-*")):
        assert made.run(one, 99, resume=True) == 0
        assert set(check(one, {*range(1, stamp + 1), 99})) == {name.lower() for name in READERS}
        assert halves(one) == []
    assert max(posts[1].values()) == 1  # nothing was delivered twice
    until = time.monotonic() + 15
    while made.kin() and time.monotonic() < until:
        time.sleep(0.1)
    assert made.kin() == []
