"""Mails to a real server: once to each, over TLS, and what is known when something goes wrong."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from delivering import QUICK, SECRET, Post, on_record
from workahead.errors import ConfigError
from workahead.reports.deliver import Page, deliver

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")  # aiosmtpd's, for the line without TLS
MAIL = {"email": {"to": ["ana@example.com"]}}
TWO = {"email": {"to": ["ana@example.com", "bo@example.com"]}}


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_mail_arrives_once_with_a_login(page: Any, post_office: Callable[..., Post], security: str) -> None:
    post, held = post_office(security), page(TWO)
    deliver([held], pace=QUICK)
    assert [to for to, _ in post.received] == ["ana@example.com", "bo@example.com"]
    assert post.secured == [security != "none"] * 2
    assert deliver([held], states=("new", "failed"), pace=QUICK) == []
    assert len(post.received) == 2
    assert on_record(held) == {"ana@example.com": "sent", "bo@example.com": "sent"}


def test_each_recipient_has_a_message_id_of_their_own_that_stays(
    page: Any, post_office: Callable[..., Post]
) -> None:
    post, held = post_office(), page(TWO)
    deliver([held], pace=QUICK)
    deliver([held], states=("sent",), pace=QUICK)
    ids = [mail["Message-ID"] for _, mail in post.received]
    assert ids[:2] == ids[2:]
    assert len(set(ids)) == 2
    assert all(mail["To"].count("@") == 1 for _, mail in post.received)  # nobody learns who else gets it


def test_what_is_not_taken_now_is_tried_again_and_what_is_refused_is_not(
    page: Any, post_office: Callable[..., Post]
) -> None:
    post, held = (
        post_office(),
        page({"email": {"to": ["ana@example.com", "bo@example.com", "chen@example.com"]}}),
    )
    post.rcpt = ["451 greylisted", "550 no such user", "250 OK", "250 OK"]
    post.data = ["452 full", "250 OK", "250 OK"]
    deliver([held], pace=QUICK)
    # first round: Ana greylisted, Bo refused, Chen's mail not stored; second round: Ana and Chen
    assert [to for to, _ in post.received] == ["ana@example.com", "chen@example.com"]
    assert post.asked.count("bo@example.com") == 1
    assert on_record(held) == {
        "ana@example.com": "sent",
        "bo@example.com": "failed",
        "chen@example.com": "sent",
    }


def test_a_server_that_never_takes_it_leaves_a_failure_that_can_be_sent_later(
    page: Any, post_office: Callable[..., Post]
) -> None:
    post, held = post_office(), page(MAIL)
    post.rcpt = ["450 later"] * 3
    (job,) = deliver([held], pace=QUICK)
    assert (job.record.state, job.record.attempts) == ("failed", 3)
    assert deliver([held], pace=QUICK) == []  # a report's run does not take it up again
    deliver([held], states=("new", "failed"), pace=QUICK)
    assert on_record(held) == {"ana@example.com": "sent"}


def test_a_line_cut_before_the_end_of_the_mail_is_tried_again(
    page: Any, post_office: Callable[..., Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    post, held = post_office(), page(MAIL, padding=5_000_000)  # more than the sockets between them hold
    monkeypatch.setenv("WORKAHEAD_SMTP_PORT", str(_cutting(post.port, after=200_000)))
    (job,) = deliver([held], pace=QUICK)
    assert (job.record.state, job.record.attempts) == ("sent", 2)
    assert len(post.received) == 1


def test_a_line_cut_after_the_end_of_the_mail_is_not_tried_again(
    page: Any, post_office: Callable[..., Post]
) -> None:
    post, held = post_office(), page(MAIL)
    post.data = ["cut"]
    (job,) = deliver([held], pace=QUICK)
    assert (job.record.state, job.record.attempts) == ("unknown", 1)
    assert deliver([held], states=("new", "failed"), pace=QUICK) == []
    assert len(post.received) == 1


def test_a_server_that_cannot_be_trusted_gets_nothing(
    page: Any, post_office: Callable[..., Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    post, held = post_office(), page(MAIL)
    monkeypatch.setenv("WORKAHEAD_SMTP_CA", "")
    (job,) = deliver([held], pace=QUICK)
    assert (job.record.state, job.record.attempts) == ("failed", 1)
    assert "certificate" in str(job.record.error)
    assert post.asked == []


def test_a_server_that_offers_no_tls_gets_nothing(page: Any, post_office: Callable[..., Post]) -> None:
    post, held = post_office("starttls", offer="none"), page(MAIL)
    (job,) = deliver([held], pace=QUICK)
    assert job.record.state == "failed"
    assert "STARTTLS" in str(job.record.error)
    assert post.asked == []


def test_a_password_goes_over_a_plain_line_to_this_machine_alone(
    page: Any, post_office: Callable[..., Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    post_office("none")
    monkeypatch.setenv("WORKAHEAD_SMTP_HOST", "mail.example.com")
    (job,) = deliver([page(MAIL)], pace=QUICK)
    assert job.record.error is not None
    assert "would send the password to mail.example.com for all to read" in job.record.error


def test_a_wrong_password_is_refused_and_stands_nowhere(
    page: Any, post_office: Callable[..., Post], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    post_office()
    monkeypatch.setenv("WORKAHEAD_SMTP_PASSWORD", f"{SECRET}-wrong")
    held, said = page(MAIL), list[str]()
    (job,) = deliver([held], say=said.append, pace=QUICK)
    assert (job.record.state, job.record.attempts) == ("failed", 1)
    assert "535" in str(job.record.error)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SECRET not in "".join(said)
    assert SECRET.encode() not in written


def test_all_that_the_environment_lacks_is_said_at_once(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WORKAHEAD_SMTP_HOST", "WORKAHEAD_MAIL_FROM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORKAHEAD_SMTP_PORT", "many")
    (job,) = deliver([page(MAIL)], pace=QUICK)
    for name in ("WORKAHEAD_SMTP_HOST", "WORKAHEAD_MAIL_FROM", "WORKAHEAD_SMTP_PORT"):
        assert name in str(job.record.error)
    assert job.record.attempts == 0


def test_nothing_is_sent_where_it_cannot_be_known_who_got_it(
    page: Any, post_office: Callable[..., Post]
) -> None:
    post, held = post_office(), page(MAIL)
    (held.place / "deliveries.json").write_text("half of", encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r"deliveries\.json can't be read .* without it everybody gets it again"
    ):
        deliver([held], pace=QUICK)
    assert post.asked == []


def test_what_a_newer_run_has_replaced_is_not_sent(page: Any, post_office: Callable[..., Post]) -> None:
    post, held = post_office(), page(MAIL)
    newer = page(MAIL, run="f" * 32)
    (job,) = deliver([held], pace=QUICK)
    assert job.record.error == "a newer run has taken its place"
    assert not (newer.place / "deliveries.json").exists()
    deliver([newer], pace=QUICK)
    assert len(post.received) == 1


def _cutting(port: int, after: int) -> int:
    """A line to ``port`` that is cut, the first time, after so many bytes; from then on it is whole."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    door.bind(("127.0.0.1", 0))
    door.listen()

    def carry(source: socket.socket, target: socket.socket, most: float) -> None:
        count = 0
        try:
            while data := source.recv(65536):
                count += len(data)
                if count > most:
                    break
                target.sendall(data)
        except OSError:
            pass
        for one in (source, target):
            one.close()

    def serve() -> None:
        for most in (after, float("inf")):
            client, _ = door.accept()
            server = socket.create_connection(("127.0.0.1", port))
            threading.Thread(target=carry, args=(server, client, float("inf")), daemon=True).start()
            threading.Thread(target=carry, args=(client, server, most), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return int(door.getsockname()[1])


def test_two_pages_of_two_readers_go_to_two_people(page: Any, post_office: Callable[..., Post]) -> None:
    post = post_office()
    entry = {"email": {"to": ["{reader}"], "addresses": {"Ana": "ana@example.com", "Bo": "bo@example.com"}}}
    pages: list[Page] = [page(entry, reader=name, run=name.ljust(32, "0")) for name in ("Ana", "Bo", "Chen")]
    jobs = deliver(pages, pace=QUICK)
    assert [(to, mail["Subject"]) for to, mail in post.received] == [
        ("ana@example.com", "Monthly review, October 2026, Ana: NRR 92.0%, down 1.4 points"),
        ("bo@example.com", "Monthly review, October 2026, Bo: NRR 92.0%, down 1.4 points"),
    ]
    assert (jobs[2].record.state, jobs[2].record.error) == (
        "nobody",
        "no mail to Chen: no address in addresses",
    )
