"""What a mail or a chat says of a run, from its run.json: the words, as plain text; who sends them escapes them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from slugify import slugify

from workahead.reports import publish
from workahead.reports.request.definition import Report

_SUBJECT = "{title}, {period}: {headline}"
_FOR_READER = "{title}, {period}, {reader}: {headline}"
_FINDINGS = 6
_JOINER = "\u200d"  # emoji of several parts need it


@dataclass(frozen=True)
class Digest:
    """``cards`` as run.json has them; ``failure``: the sentence of a failed run; ``link``: where the page opens;
    ``file``: what it is called where it is sent alone."""

    subject: str
    company: str
    title: str
    period: str
    reader: str
    cards: tuple[Mapping[str, Any], ...]
    findings: tuple[str, ...]
    more: int
    chart: tuple[str, str] | None
    failure: str
    folder: str
    link: str | None
    file: str
    facts: str

    @property
    def about(self) -> str:
        """The line under the title."""
        return ", ".join(part for part in (self.period, self.reader) if part)


def digest(run: Mapping[str, Any], report: Report, base: str | None, subject: str | None = None) -> Digest:
    """The words of a run; ``subject`` with its braces, as the definition gives it."""
    failed = run.get("failure")
    cards = () if failed else tuple(run["key_figures"])
    # what reads otherwise than in the last report comes second; the changes of the figures stand with them already
    restated = (run.get("changes") or {}).get("sentences", [])[1:]
    findings = () if failed else (*run["findings"][:1], *restated, *run["findings"][1:])
    company, reader = run.get("company") or "", publish.named(run)
    failure = f"{failed['error']}: {failed['message']}" if failed else ""
    words = {
        "title": one_line(run["title"], 70),
        "period": one_line(run["period"]["label"], 40),
        "reader": one_line(reader, 40),
        "company": one_line(company, 40),
        "headline": one_line(failure, 90) if failed else headline(cards, findings),
    }
    pattern = subject or (_FOR_READER if reader else _SUBJECT)
    charts, where = run.get("charts") or [], folder(run, report)
    return Digest(
        subject=one_line(("Failed: " if failed else "") + pattern.format(**words), 200).removesuffix(":"),
        company=company,
        title=run["title"],
        period=run["period"]["label"],
        reader=reader,
        cards=cards,
        findings=findings[:_FINDINGS],
        more=max(0, len(findings) - _FINDINGS),
        chart=(charts[0]["title"], charts[0]["alt"]) if charts and not failed else None,
        failure=failure,
        folder=str(where),
        link=f"{base}/{where}/index.html" if base else None,
        file=slugify(f"{run['title']} {reader} {where.name}", max_length=120) + ".html",
        facts=f"Data as of {run['data']['as_of']}, fingerprint {run['data']['fingerprint']}. Run {run['run'][:8]}.",
    )


def folder(run: Mapping[str, Any], report: Report) -> PurePosixPath:
    """Where the run's page stands, counted from the published folder."""
    where = publish.failed_place if run.get("failure") else publish.place
    return PurePosixPath(where(Path(), report.name, run["period"]["text"], run.get("reader")).as_posix())


def headline(cards: tuple[Mapping[str, Any], ...], findings: tuple[str, ...]) -> str:
    """NRR where the page has it, else its first figure, else its first sentence."""
    for card in sorted(cards, key=lambda one: one["label"] != "NRR"):
        return one_line(f"{card['label']} {card['text']}{_moved(card)}", 90)
    return one_line(findings[0], 90) if findings else ""


def card_line(card: Mapping[str, Any]) -> str:
    """A key figure with its change, as one line of text."""
    return f"{card['label']} {card['text']}{_moved(card)}{' ' + card['note'] if card['note'] else ''}"


def _moved(card: Mapping[str, Any]) -> str:
    way = f"{card['way']} " if card["way"] in ("up", "down") else ""
    return f", {way}{card['change_text']}" if card["way"] else ""


def one_line(text: object, most: int) -> str:
    """Text that can stand in a header: no line end, no control or direction mark, not too long.

    >>> one_line("Ana\\r\\nBcc: x@example.com", 40), one_line("abcdef", 4)
    ('Ana Bcc: x@example.com', 'abc…')
    """
    kept = (
        one if one == _JOINER or unicodedata.category(one)[0] != "C" else " "
        for one in str(text).replace("\u2028", " ").replace("\u2029", " ")
    )
    line = " ".join("".join(kept).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
