"""Sentences on a page: the finding that opens a section, and notes in small print."""

from __future__ import annotations

from workahead.show.how import how_html
from workahead.show.shown import Shown, escaped


def finding(text: str, how: str | None = None, rows_behind: float | None = None) -> Shown:
    """The sentence that opens a section: what the chart below it shows. Escaped.

    ``how`` is the metric whose definition is folded away below it, ``rows_behind`` what it was counted over.

    >>> finding("NRR fell 1.4 points to 103.2%.").html
    '<p class="wa-finding">NRR fell 1.4 points to 103.2%.</p>'
    """
    below = how_html(how, rows_behind)
    return Shown("finding", f'<p class="wa-finding">{escaped(text)}</p>{below}', text, {"text": text})


def note(text: str) -> Shown:
    """A remark in small print, for instance that a section has no data. Escaped.

    >>> note("No renewals were due.").html
    '<p class="wa-note">No renewals were due.</p>'
    """
    return Shown("note", f'<p class="wa-note">{escaped(text)}</p>', text, {"text": text})
