"""A thing on a page: HTML for people, plain text for terminals, and its numbers for the exporter."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

MIME = "application/vnd.workahead.{}+json"

# Lab has none of the page's style sheet, floats a list's terms, and draws charts on its own ground, light or dark. So
# an output brings this along; the exporter leaves it out.
LAB_CSS = Path(__file__).with_name("lab.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Shown:
    """What ``show`` returns: ``kind`` names it, ``html`` is escaped, ``data`` is plain JSON."""

    kind: str
    html: str
    text: str
    data: dict[str, Any] = field(repr=False)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {
            "text/plain": self.text,
            "text/html": f"<style>{LAB_CSS}</style>\n{self.html}",
            MIME.format(self.kind): self.data,
        }

    def __repr__(self) -> str:
        return self.text


def page_html(html: str) -> str:
    """The HTML of a shown thing without the style that it brings along for Lab."""
    head, mark, rest = html.partition("</style>\n")
    return rest if mark and head.startswith("<style>") else html


def escaped(text: object) -> str:
    """Text from a CRM as HTML shows it, never as HTML reads it.

    >>> escaped('</script><img src=x onerror=alert(1)>')
    '&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;'
    """
    return escape(str(text), quote=True)
