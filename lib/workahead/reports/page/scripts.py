"""The frame of every page: its style, its scripts, and a policy that allows those scripts alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workahead.reports.page.bundle import Bundle, csp_hash
from workahead.show.shown import escaped

TEMPLATE = Path(__file__).parent / "template"


@dataclass(frozen=True)
class Scripts:
    """``html`` ends the body; ``allowed`` are the sources that the policy names."""

    html: str = ""
    allowed: tuple[str, ...] = ()

    def __add__(self, other: Scripts) -> Scripts:
        return Scripts(self.html + other.html, self.allowed + other.allowed)


def own(name: str) -> Scripts:
    """A script of ours, allowed by its hash: it is a constant, hashed before it goes on any page."""
    code = read(name)
    return Scripts(f"<script>{code}</script>\n", (csp_hash(code.encode()),))


def drawing(bundle: Bundle, shared: str | None, body: str) -> Scripts:
    """plotly.js, in the page or in a file that pages ``shared``, and the script that draws the charts with it.

    A script file is allowed by a nonce: Chromium refuses to check the integrity of a file that was opened from a disk,
    and 'self' would allow every file beside it. The nonce is the hash of the page's body, so no text in the body
    can know it.
    """
    if shared is None:
        packed = f'<script type="text/plain" id="wa-plotly">{bundle.packed}</script>\n'
        return Scripts(packed, (bundle.sha256,)) + own("charts.js")
    nonce = hashlib.sha256(body.encode()).hexdigest()[:32]
    file = f'<script nonce="{nonce}" src="{escaped(shared)}"></script>\n'
    return Scripts(file, (f"nonce-{nonce}",)) + own("charts.js")


def shell(title: str, body: str, scripts: Scripts | None = None) -> str:
    """A whole page: style, policy, body, scripts."""
    scripts = scripts or Scripts()
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(scripts.allowed)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{escaped(title)}</title>\n<style>\n{read('page.css')}</style>\n</head>\n"
        f"<body>\n{body}\n{scripts.html}</body>\n</html>\n"
    )


def _policy(allowed: Sequence[str]) -> str:
    sources = " ".join(f"'{one}'" for one in allowed) or "'none'"
    return (
        f"default-src 'none'; script-src {sources}; style-src 'unsafe-inline'; img-src data: blob:; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )


def read(name: str) -> str:
    """A file of the template."""
    return (TEMPLATE / name).read_text(encoding="utf-8")
