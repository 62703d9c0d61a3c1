"""A run as a mail: HTML and plain text, the main chart as a picture inside, the page attached or linked.

Nothing in it is fetched from anywhere. Styles stand on each element, because mail programs drop style sheets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from workahead.reports.deliver.digest import Digest, card_line, one_line
from workahead.reports.deliver.picture import PAPER
from workahead.show.shown import escaped

PICTURE = "main-chart@page"
_INK, _QUIET, _RULE, _ACCENT = "#23272c", "#5a6068", "#ddd9d0", "#0b7285"
_MOODS = {"good": "#0f6b57", "bad": "#a3371f"}
_SERIF = "font-family:Palatino,'Palatino Linotype','Book Antiqua',Georgia,serif"
_SANS = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_ARROWS = {"up": "▲ ", "down": "▼ "}


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
    parts = []
    if said.company:
        parts.append(
            f'<p style="margin:0 0 14px;{_SANS};font-size:12px;font-weight:600;letter-spacing:1px;'
            f'text-transform:uppercase;color:{_ACCENT}">{escaped(said.company)}</p>'
        )
    parts.append(
        f'<h1 style="margin:0;font-size:28px;line-height:1.2;font-weight:600">{escaped(said.title)}</h1>'
        f'<p style="margin:4px 0 22px;font-size:18px;font-style:italic;color:{_QUIET}">{escaped(said.about)}</p>'
    )
    if said.failure:
        parts.append(
            f'<p style="margin:0 0 18px;padding:10px 14px;border-left:3px solid {_MOODS["bad"]};background:#f5f2ec">'
            f"<strong>This run failed.</strong> {escaped(said.failure)}</p>"
            "<p>The last good page, where there is one, is untouched.</p>"
        )
    if said.cards:
        parts.append(f'<div style="margin:0 0 10px">{"".join(map(_card, said.cards))}</div>')
    lead, *rest = [
        f'<p style="margin:0 0 14px;font-size:{size}px;line-height:1.5">{escaped(sentence)}</p>'
        for sentence, size in zip(said.findings, [17, *[15] * len(said.findings)], strict=False)
    ] or [""]
    parts += [lead, *_chart(said.chart, picture), *rest]
    parts += [
        f'<p style="margin:18px 0 8px;font-size:15px">{_link(said, line)}</p>' for line in _where(said, page)
    ]
    parts.append(
        f'<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid {_RULE};{_SANS};font-size:12px;'
        f'line-height:1.5;color:{_QUIET}">{escaped(said.facts)}</p>'
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light"><title>{escaped(said.subject)}</title></head>\n'
        f'<body style="margin:0;padding:0;background:{PAPER};color:{_INK}">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px"><tr>'
        f'<td align="left" style="padding:28px 18px;{_SERIF};font-size:15px;line-height:1.5;color:{_INK};'
        f'overflow-wrap:anywhere">{"".join(parts)}</td></tr></table></td></tr></table></body></html>\n'
    )


def _card(card: Mapping[str, Any]) -> str:
    """Blocks in a row that wrap on a phone; a mail program that knows no inline blocks puts one under another."""
    colour = _MOODS.get(card["mood"] or "", _QUIET)
    move = _ARROWS.get(card["way"] or "", "") + (card["change_text"] if card["way"] else "")
    note = f" {escaped(card['note'])}" if card["note"] else ""
    return (
        '<div style="display:inline-block;vertical-align:top;width:138px;margin:0 12px 14px 0;padding-top:8px;'
        f'border-top:2px solid {_ACCENT}"><div style="{_SANS};font-size:13px;color:{_QUIET}">{escaped(card["label"])}'
        f'</div><div style="font-size:24px;line-height:1.3">{escaped(card["text"])}</div>'
        f'<div style="{_SANS};font-size:13px;color:{_QUIET}"><strong style="color:{colour}">{escaped(move)}</strong>'
        f"{note}</div></div>"
    )


def _chart(chart: tuple[str, str] | None, picture: bytes | None) -> list[str]:
    """The picture with its words for those who do not see it; without a picture the words alone."""
    if chart is None:
        return []
    title, words = chart
    heading = f'<p style="margin:22px 0 6px;{_SANS};font-size:14px;font-weight:600">{escaped(title)}</p>'
    if picture is None:
        return [heading, f'<p style="margin:0 0 14px;color:{_QUIET}">{escaped(words)}</p>']
    return [
        heading,
        f'<img src="cid:{PICTURE}" width="604" alt="{escaped(words)}" '
        'style="display:block;width:100%;max-width:604px;height:auto;border:0;margin:0 0 18px">',
    ]


def _where(said: Digest, page: Attached | None) -> list[str]:
    """Where the whole of it is."""
    more = f"{said.more} more findings, every" if said.more else "Every"
    what = "Cell, error and traceback stand" if said.failure else f"{more} chart and every table stand"
    if page:
        return [f"{what} on the page, which is attached ({page.name}) and opens in a browser."]
    return [
        f"{what} on the page." if said.link else f"{what} on the page, in the published folder: {said.folder}"
    ]


def _link(said: Digest, line: str) -> str:
    if not said.link:
        return escaped(line)
    return f'{escaped(line)} <a href="{escaped(said.link)}" style="color:{_ACCENT}">Open the page</a>'
