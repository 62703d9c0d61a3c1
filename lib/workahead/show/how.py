"""\"How is this computed?\": the folded note beside a number, and the link to the rows behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slugify import slugify

from workahead.show.shown import escaped
from workahead.words.computed import counted_over, how_computed

if TYPE_CHECKING:
    from workahead.book.definitions import Definitions

# A page is about one book, and says which by show.book: what is shown after it counts as that book does.
_counting: list[Definitions] = []


def counts_as(definitions: Definitions) -> None:
    """From here on, notes speak of these definitions."""
    _counting[:] = [definitions]


def how_html(
    metric: str | None, rows_behind: float | None = None, rows: str | None = None, about: str = ""
) -> str:
    """The note and the link; nothing where neither is known. ``about`` names the number for a screen reader.

    Raises UnknownName for a metric that has no definition.
    """
    link = rows_html(rows) if rows else ""
    if not metric:
        return link
    text = how_computed(metric, _counting[0] if _counting else None)
    if rows_behind is not None:
        text = f"{text} {counted_over(metric, int(rows_behind))}"
    of = f'<span class="wa-sr">: {escaped(about)}</span>' if about else ""
    note = f'<div class="wa-note">{escaped(text)} {link}</div>'
    return (
        f'<details class="wa-how" name="wa-how"><summary>How is this computed?{of}</summary>{note}</details>'
    )


def rows_html(name: str) -> str:
    """The link to a table on the same page. The page leaves out those that lead nowhere."""
    return f'<a class="wa-rows" href="#table-{slugify(name)}">The rows behind it</a>'
