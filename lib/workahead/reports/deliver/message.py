"""A run as a mail: HTML and plain text, the main chart as a picture inside, the page attached or linked.

Nothing in it is fetched from anywhere; ``template/mail.html.j2`` is its form.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from workahead.reports.deliver.digest import Digest, card_line, one_line
from workahead.reports.deliver.picture import PAPER
from workahead.reports.page.scripts import TEMPLATE

PICTURE = "main-chart@page"


@dataclass(frozen=True)
class Attached:
    """A file that comes with the mail."""

    name: str
    content: bytes


def message(
    said: Digest,
    run: str,
    sender: str,
    to: str,
    picture: bytes | None = None,
    page: Attached | None = None,
    name: str = "",
) -> EmailMessage:
    """The mail of a run to one recipient, called ``name``. Its Message-ID is the same whenever it is made again."""
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    mail["From"] = Address(one_line(said.company, 60) or "Workahead", addr_spec=sender)
    mail["To"] = Address(one_line(name, 60), addr_spec=to)
    mail["Subject"] = said.subject
    mail["Date"] = datetime.now(UTC)
    mark = hashlib.sha256(f"{run}\n{to.casefold()}".encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<{mark}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    mail.set_content(_text(said, page))
    mail.add_alternative(_html(said, picture, page), subtype="html")
    if picture:
        _, shown = mail.iter_parts()
        shown.add_related(
            picture, "image", "png", cid=f"<{PICTURE}>", disposition="inline", filename="chart.png"
        )
    if page:
        mail.add_attachment(page.content, maintype="text", subtype="html", filename=page.name)
    return mail


def wire(mail: EmailMessage) -> bytes:
    """The mail as it is sent. Plain headers stay unfolded: Python gives a subject of 70 letters a line of its own, and
    leaves none beside the word Subject."""
    plain = all(str(value).isascii() for value in mail.values())
    return mail.as_bytes(policy=mail.policy.clone(max_line_length=998) if plain else mail.policy)


def _text(said: Digest, page: Attached | None) -> str:
    lines = [said.title, said.about, ""]
    if said.failure:
        lines += [
            f"This run failed. {said.failure}",
            "",
            "The last good page, where there is one, is untouched.",
            "",
        ]
    lines += [*map(card_line, said.cards), *([""] if said.cards else [])]
    lines += [line for sentence in said.findings for line in (sentence, "")]
    lines += [said.chart[1], ""] if said.chart else []
    lines += [*_where(said, page), *([said.link] if said.link else []), "", said.facts]
    # one line each, and no line that could be read as the mail's own end or a new header
    return "\n".join(one_line(line, 2000) for line in lines) + "\n"


def _html(said: Digest, picture: bytes | None, page: Attached | None) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    held = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True, undefined=StrictUndefined)
    shown = {
        "said": said,
        "where": _where(said, page),
        "picture": PICTURE if picture else None,
        "paper": PAPER,
    }
    return held.get_template("mail.html.j2").render(shown)


def _where(said: Digest, page: Attached | None) -> list[str]:
    """Where the whole of it is."""
    more = f"{said.more} more findings, every" if said.more else "Every"
    what = "Cell, error and traceback stand" if said.failure else f"{more} chart and every table stand"
    if page:
        return [f"{what} on the page, which is attached ({page.name}) and opens in a browser."]
    return [
        f"{what} on the page." if said.link else f"{what} on the page, in the published folder: {said.folder}"
    ]
