"""A chat's receiver that is a real HTTP server: what it is sent, how often, and what its answers mean."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from delivering import QUICK, SECRET, on_record
from workahead.reports.deliver import Pace, deliver

HOOK = {"webhook": {"url_env": "WORKAHEAD_WEBHOOK"}}


@dataclass
class Chat:
    """What it was sent; ``answers`` are used up one by one, then 200. 0: it says nothing, -1: it hangs up."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    chat = Chat()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            chat.received.append(json.loads(body))
            chat.marks.append(self.headers["Idempotency-Key"])
            answer = chat.answers.pop(0) if chat.answers else 200
            if answer == 0:
                chat.closing.wait(20)
            if answer <= 0:
                self.close_connection = True
                return
            self.send_response(answer)
            if answer == 302:
                self.send_header("Location", f"http://127.0.0.1:{chat.port}/elsewhere")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    chat.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("WORKAHEAD_WEBHOOK", f"http://127.0.0.1:{chat.port}/services/{SECRET}")
    yield chat
    chat.closing.set()
    server.shutdown()
    server.server_close()


def test_a_message_arrives_once(page: Any, chat: Chat) -> None:
    held = page(HOOK)
    deliver([held], pace=QUICK)
    assert deliver([held], states=("new", "failed"), pace=QUICK) == []
    (message,) = chat.received
    assert message["text"].startswith("Monthly review, October 2026: NRR 92.0%, down 1.4 points")
    assert message["blocks"][0]["text"]["text"] == "Monthly review, October 2026: NRR 92.0%, down 1.4 points"
    assert "• NRR 92.0%, down 1.4 points since Sep" in message["blocks"][1]["text"]["text"]


def test_an_ill_receiver_is_asked_again_with_the_same_mark(page: Any, chat: Chat) -> None:
    chat.answers = [500, 500, 200]
    (job,) = deliver([page(HOOK)], pace=QUICK)
    assert (job.record.state, job.record.attempts, len(chat.received)) == ("sent", 3, 3)
    assert len(set(chat.marks)) == 1


@pytest.mark.parametrize("answer", [0, -1, 504])
def test_a_receiver_that_may_have_taken_it_is_not_asked_again(page: Any, chat: Chat, answer: int) -> None:
    chat.answers, held = [answer], page(HOOK)
    (job,) = deliver([held], pace=Pace(attempts=3, first=0.01, answer=0.5))
    assert (job.record.state, len(chat.received)) == ("unknown", 1)
    assert deliver([held], states=("new", "failed"), pace=QUICK) == []


@pytest.mark.parametrize("answer", [400, 404, 302])
def test_a_refusal_is_final_and_nobody_is_led_elsewhere(page: Any, chat: Chat, answer: int) -> None:
    chat.answers = [answer]
    (job,) = deliver([page(HOOK)], pace=QUICK)
    assert (job.record.state, len(chat.received)) == ("failed", 1)
    assert f"127.0.0.1 answered {answer}" in str(job.record.error)


def test_the_address_is_a_secret_that_stands_nowhere(
    page: Any, chat: Chat, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said, held = list[str](), page(HOOK)
    for url in (
        f"http://127.0.0.1:{chat.port}/services/{SECRET}", f"http://127.0.0.1:9/services/{SECRET}",
        f"http://chat.example/services/{SECRET}", f"no-address-{SECRET}",
    ):  # fmt: skip
        monkeypatch.setenv("WORKAHEAD_WEBHOOK", url)
        deliver([held], states=("new", "failed", "sent", "unknown"), say=said.append, pace=QUICK)
        written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert SECRET.encode() not in written
    assert SECRET not in "".join(said)
    assert [line.partition(": ")[2].split(" ")[0].rstrip(":") for line in said] == [
        "sent",
        "failed",
        "failed",
        "failed",
    ]
    assert on_record(held) == {"WORKAHEAD_WEBHOOK": "failed"}


def test_a_plain_line_carries_a_message_to_this_machine_alone(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKAHEAD_WEBHOOK", "http://chat.example/x")
    (job,) = deliver([page(HOOK)], pace=QUICK)
    assert job.record.error == "the address must begin with https://"


def test_a_name_calls_nobody_and_links_nowhere(tmp_path: Path, chat: Chat, page: Any) -> None:
    name = "<!channel> <http://x|y> R&D @all [z](http://z)"
    deliver([page(HOOK, findings=[f"{name} left."], company=name)], pace=QUICK)
    sent = json.dumps(chat.received[0], ensure_ascii=False)
    assert "<!channel>" not in sent
    assert "<http://x" not in sent
    assert "@all" not in sent
    assert "](http" not in sent
    assert "&lt;!channel&gt;" in sent
    assert "R&amp;D" in sent
    assert (chat.received[0]["unfurl_links"], chat.received[0]["unfurl_media"]) == (False, False)
