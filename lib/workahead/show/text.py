"""Sentences on a page: the finding that opens a section, and notes in small print."""

from __future__ import annotations

from workahead.show.shown import Shown, escaped


def finding(text: str) -> Shown:
    """The sentence that opens a section: what the chart below it shows. Escaped.

    >>> finding("NRR fell 1.4 points to 103.2%.").html
    '<p class="wa-finding">NRR fell 1.4 points to 103.2%.</p>'
    """
    return Shown("finding", f'<p class="wa-finding">{escaped(text)}</p>', text, {"text": text})


def note(text: str) -> Shown:
    """A remark in small print, for instance that a section has no data. Escaped.

    >>> note("No renewals were due.").html
    '<p class="wa-note">No renewals were due.</p>'
    """
    return Shown("note", f'<p class="wa-note">{escaped(text)}</p>', text, {"text": text})
