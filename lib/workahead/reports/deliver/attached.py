"""A page as a mail carries it: alone, so nothing on it may lead to a file that stays behind."""

from __future__ import annotations

import base64
import re
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

from workahead.reports.deliver.message import Attached
from workahead.reports.page.links import TO_FILE
from workahead.show.shown import escaped

LARGEST = 12_000_000
"""Bytes of a page that a mail carries: many servers refuse more than 20 MB, and in a mail it is a third larger."""
WITH_TABLES = 2_300_000
"""Bytes up to which the tables' CSVs come along inside the page."""

_SHARED = re.compile(r"<script[^>]* src=")
_AROUND = re.compile(r'<(span|p) class="(?:wa-csv|wa-note wa-beside)">.*?</\1>', re.DOTALL)


def alone(place: Path, name: str, link: str | None) -> Attached | None:
    """The page in ``place``; None where it needs a script beside it, or no mail can carry it.

    Its tables' CSVs are put into it, as far as there is room. Other links lead to the published folder by ``link``, the
    page's address there; without one their words remain.
    """
    html = (place / "index.html").read_text(encoding="utf-8")
    room = WITH_TABLES - len(html.encode())
    if room < WITH_TABLES - LARGEST or _SHARED.search(html):
        return None

    def led(found: re.Match[str]) -> str:
        nonlocal room
        where, words = unescape(found[1]), found[2]
        file = place / where
        if file.suffix == ".csv" and file.is_file() and file.stat().st_size * 4 / 3 < room:
            held = base64.b64encode(file.read_bytes()).decode("ascii")
            room -= len(held)
            return f'<a href="data:text/csv;base64,{held}" download="{escaped(file.name)}">{words}</a>'
        return f'<a href="{escaped(urljoin(link, where))}">{words}</a>' if link else words

    def around(found: re.Match[str]) -> str:
        inside = TO_FILE.sub(led, found[0])
        return inside if "<a " in inside else ""

    html = TO_FILE.sub(led, _AROUND.sub(around, html))
    return Attached(name, html.encode())
