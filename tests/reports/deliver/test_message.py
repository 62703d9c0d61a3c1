"""A mail as people read it: what is in it, what hostile names do to it (nothing), what a browser fetches (nothing)."""

from __future__ import annotations

import email
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from delivering import FIGURE, card, report, write_page
from workahead.reports.deliver import picture
from workahead.reports.deliver.digest import digest
from workahead.reports.deliver.message import PICTURE, Attached, message, wire
from workahead.reports.page.figures import chart
from workahead.reports.publish import slug

HOSTILE = [
    "Ana\r\nBcc: thief@example.com",
    "Ana\nContent-Type: text/html\n\n<script>alert(1)</script>",
    '"><img src=http://127.0.0.1:9/x onerror=alert(1)>',
    "Ana <thief@example.com>, Bo",
    '=HYPERLINK("http://x")',
    "../../etc/x",
    "Åsa 👩‍💼 Ölund",
    "A" * 300,
    "Ana\u202egnp.exe\u2028X-Evil: 1",
]


def sent(tmp_path: Path, **changes: Any) -> Any:
    """A mail as it comes out of the wire's bytes."""
    _, run = write_page(tmp_path, **changes)
    said = digest(run, report(), "https://reports.example/nrr")
    mail = message(
        said, run["run"], "reports@grove.example", "ana@example.com", b"\x89PNG", Attached("p.html", b"<p>"),
        name=str(run["reader"] or ""),
    )  # fmt: skip
    return email.message_from_bytes(wire(mail), policy=default)


def test_a_mail_has_the_figures_the_findings_the_chart_and_the_page(tmp_path: Path) -> None:
    mail = sent(tmp_path)
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert mail["Subject"] == "Monthly review, October 2026: NRR 92.0%, down 1.4 points"
    assert mail["From"].addresses[0].display_name == "Grove"
    for words in ("NRR 92.0%, down 1.4 points since Sep", "ARR fell 20k.", "ARR fell from 400k to 380k."):
        assert words in text
    assert "https://reports.example/nrr/monthly/2026-10/index.html" in text
    for words in ("92.0%", "▼ 1.4 points", "since Sep", "ARR fell 20k.", f'src="cid:{PICTURE}"'):
        assert words in html
    images = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [(one["Content-ID"], one.get_content()) for one in images] == [(f"<{PICTURE}>", b"\x89PNG")]
    assert [part.get_filename() for part in mail.iter_attachments()] == ["p.html"]


def test_a_failed_run_says_what_went_wrong_and_shows_no_figures(tmp_path: Path) -> None:
    failure = {"error": "MissingTable", "message": "no table 'contacts'", "cell": 4}
    mail = sent(tmp_path, failure=failure, status="failed", key_figures=[], findings=[])
    assert mail["Subject"] == "Failed: Monthly review, October 2026: MissingTable: no table 'contacts'"
    assert "MissingTable: no table 'contacts'" in mail.get_body(("plain",)).get_content()
    assert "2026-10.failed/index.html" in mail.get_body(("html",)).get_content()


def elements(html: str) -> set[tuple[str, str, str]]:
    """What a mail program might fetch, run or lead to: elements with an address, scripts, handlers."""
    found = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.update(
                (tag, name, str(value)) for name, value in attrs if name in ("src", "href", "background")
            )
            found.update((tag, name, str(value)) for name, value in attrs if name.startswith("on"))
            found.update({(tag, "", "")} if tag in ("script", "link", "iframe", "form") else ())

    Reader(convert_charrefs=True).feed(html)
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_name(tmp_path: Path, name: str) -> None:
    finding = f"{name} left."
    mail = sent(
        tmp_path, reader=name, company=name, title=name, findings=[finding], key_figures=[card(name, "1")],
        charts=[{"name": name, "title": name, "alt": name}],
    )  # fmt: skip
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"
    }  # fmt: skip
    assert [one.addr_spec for one in mail["To"].addresses] == ["ana@example.com"]
    assert [one.addr_spec for one in mail["From"].addresses] == ["reports@grove.example"]
    assert "\n" not in mail["Subject"]
    assert len(mail["Subject"]) <= 200
    assert not mail.defects
    html = mail.get_body(("html",)).get_content()
    assert elements(html) == {
        ("img", "src", f"cid:{PICTURE}"), ("a", "href", f"https://reports.example/nrr/monthly/{slug(name)}/2026-10/index.html")
    }  # fmt: skip
    assert {part.get_content_type() for part in mail.walk()} == {
        "multipart/mixed", "multipart/alternative", "multipart/related", "text/plain", "text/html", "image/png"
    }  # fmt: skip


def test_the_name_of_a_reader_is_readable_in_every_language(tmp_path: Path) -> None:
    mail = sent(tmp_path, reader="Åsa 👩‍💼 Ölund")
    assert mail["To"].addresses[0].display_name == "Åsa 👩‍💼 Ölund"
    assert ", Åsa 👩‍💼 Ölund: NRR" in mail["Subject"]


def test_the_page_of_an_account_is_called_by_its_name_not_its_id(tmp_path: Path) -> None:
    _, run = write_page(
        tmp_path, "0014W0001", for_each="account_id", label="Åkerström & Söhne", title="Account review"
    )
    said = digest(run, report(for_each="account_id"), None)
    assert said.subject == "Account review, October 2026, Åkerström & Söhne: NRR 92.0%, down 1.4 points"
    assert (said.about, said.file) == (
        "October 2026, Åkerström & Söhne", "account-review-akerstrom-sohne-2026-10.html"
    )  # fmt: skip
    assert "0014W0001" not in said.subject + said.about


def test_what_reads_otherwise_than_in_the_last_report_comes_second(tmp_path: Path) -> None:
    sentences = ["NRR fell.", "September's NRR read 94.0% and reads 93.4% now."]
    _, run = write_page(tmp_path, changes={"sentences": sentences})
    assert digest(run, report(), None).findings == (
        "NRR fell 1.4 points to 92.0%.", "September's NRR read 94.0% and reads 93.4% now.", "ARR fell 20k."
    )  # fmt: skip


def test_a_subject_of_the_definition(tmp_path: Path) -> None:
    _, run = write_page(tmp_path, reader="Ana")
    said = digest(run, report(), None, "[{company}] {reader}, {period} {title}: {headline}")
    assert said.subject == "[Grove] Ana, October 2026 Monthly review: NRR 92.0%, down 1.4 points"


@pytest.mark.browser
def test_the_main_chart_is_drawn_as_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKAHEAD_BROWSER")
    program = picture.browser()
    if program is None:
        pytest.skip("no Chromium here")
    place, _ = write_page(tmp_path)
    found = picture.main_chart(place / "index.html")
    assert found == chart(FIGURE, 1).figure
    one, two = picture.pictures([found, {"data": [], "layout": {"height": 200}}], program)
    for png, height in ((one, found["layout"]["height"]), (two, 200)):
        assert png is not None
        assert png.startswith(b"\x89PNG")
        # IHDR: width and height, at double density
        assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (1120, 2 * height)


def test_a_browser_that_draws_nothing_leaves_the_words(tmp_path: Path) -> None:
    assert picture.pictures([{"data": [], "layout": {}}], "/bin/echo") == [None]
    mail = sent(tmp_path)  # as above, but for the picture
    assert "ARR fell from 400k to 380k." in mail.get_body(("html",)).get_content()
