"""A thing on a page: HTML for people, plain text for terminals, and its numbers for the exporter."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

MIME = "application/vnd.workahead.{}+json"

# Lab has none of the page's style sheet, and floats a list's terms, so a cell brings this little along; the exporter
# leaves it out.
_LAB_STYLE = """<style>
.wa-cards{display:flex;flex-wrap:wrap;gap:.6em 2.4em;margin:.6em 0}.wa-card{margin:0}
.wa-card dt.wa-label,.wa-card dd.wa-value,.wa-card dd.wa-change{float:none;display:block;width:auto;margin:0;padding:0}
.wa-card dt.wa-label{font-size:.85em;font-weight:400;opacity:.75}
.wa-card dd.wa-value{font-size:1.7em;line-height:1.3;font-variant-numeric:tabular-nums}
.wa-change,.wa-note{font-size:.85em;opacity:.8}.wa-finding{font-size:1.15em;max-width:46em}
.wa-how{font-size:.85em}.wa-sr{position:absolute;left:-9999px}.wa-table summary{cursor:pointer;font-weight:600}
.wa-scroll{overflow:auto;max-height:28em}.wa-scroll table{border-collapse:collapse}
.wa-scroll th,.wa-scroll td{padding:.2em .8em;border-bottom:1px solid #8884}
.wa-scroll .gt_right{text-align:right;font-variant-numeric:tabular-nums}
.wa-scroll .gt_left{text-align:left}
</style>"""


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
            "text/html": f"{_LAB_STYLE}\n{self.html}",
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
