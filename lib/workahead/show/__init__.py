"""What a notebook puts on a page. Each thing displays in Lab, with its numbers for run.json and CSV."""

from workahead.show.cards import Card, cards
from workahead.show.changed import changed
from workahead.show.facts import book
from workahead.show.section import section
from workahead.show.shown import Shown
from workahead.show.start import contents, loaded
from workahead.show.tables import table
from workahead.show.text import finding, note

__all__ = [
    "Card",
    "Shown",
    "book",
    "cards",
    "changed",
    "contents",
    "finding",
    "loaded",
    "note",
    "section",
    "table",
]
