"""An executed notebook as one page: it fetches nothing, and no script runs but ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from workahead.errors import WorkaheadError
from workahead.reports.page import cells
from workahead.reports.page.bundle import Bundle
from workahead.reports.page.figures import PLOTLY, Chart, chart
from workahead.reports.page.links import AccountPages, no_account_pages, resolved
from workahead.reports.page.scripts import Scripts, drawing, own, shell
from workahead.show.facts import header_html
from workahead.show.shown import MIME, escaped


class PageError(WorkaheadError, RuntimeError):
    """An executed notebook that would not make a whole page."""


@dataclass(frozen=True)
class Story:
    """What a notebook has put on its page, apart from the HTML: for run.json, the CSVs and the index."""

    book: Mapping[str, Any] | None = None
    cards: list[dict[str, Any]] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    changes: Mapping[str, Any] | None = None


def story(notebook: Any) -> Story:
    """Collect what the cells have shown, in order."""
    told: dict[str, list[Any]] = {
        kind: [] for kind in ("book", "cards", "finding", "table", "chart", "changes")
    }
    for data in _outputs(notebook):
        if PLOTLY in data:
            told["chart"].append(chart(data[PLOTLY], len(told["chart"]) + 1))
        for kind in ("book", "cards", "finding", "table", "changes"):
            if MIME.format(kind) in data:
                told[kind].append(data[MIME.format(kind)])
    return Story(
        book=told["book"][0] if told["book"] else None,
        cards=[one for cards in told["cards"] for one in cards["cards"]],
        findings=[one["text"] for one in told["finding"]],
        tables=told["table"],
        charts=told["chart"],
        changes=told["changes"][0] if told["changes"] else None,
    )


def page(
    notebook: Any,
    told: Story,
    title: str,
    bundle: Bundle,
    about: Sequence[tuple[str, str]] = (),
    shared: str | None = None,
    accounts: AccountPages = no_account_pages,
) -> str:
    """The whole page. ``about`` are lines for the foot (when it was made, with which parameters).

    ``shared`` is the way from the page to a script file that many pages share (``bundle.share``); without it the page
    holds all that it needs. ``accounts`` says where an account's own page is (``links.account_pages``).

    Raises ConfigError where a small plotly.js lacks a trace type, PageError where a chart is missing.
    """
    bundle.require(kind for one in told.charts for kind in one.traces)
    # nbconvert takes most of a second to import: only who makes a page needs it
    from workahead.reports.page.exporter import export

    body = resolved(export(cells.prepared(notebook, titled=told.book is not None)), accounts)
    drawn = body.count('<figure class="wa-chart"')
    if drawn != len(told.charts):
        raise PageError(f"the notebook made {len(told.charts)} charts, but {drawn} are on the page")
    body, headings = _numbered(body)
    header = (
        header_html(told.book)
        if told.book
        else f'<header class="wa-header"><h1>{escaped(title)}</h1></header>'
    )
    menu = _menu(headings)
    main = f"{header}{menu}<main>{body}</main>{_footer(told.book, about)}"
    shown = str(told.book["title"]) if told.book else title
    if told.book and told.book.get("period"):
        shown = f"{shown}, {told.book['period']}"
    scripts = own("menu.js") if menu else Scripts()
    if told.tables:
        scripts += own("tables.js")
    if told.charts:
        scripts += drawing(bundle, shared, main)
    return shell(shown, main, scripts)


def _outputs(notebook: Any) -> list[Mapping[str, Any]]:
    return [
        output["data"]
        for cell in cells.shown(notebook)
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type in ("display_data", "execute_result")
    ]


def _numbered(body: str) -> tuple[str, list[tuple[str, str]]]:
    """Second-level headings with ids, and their list."""
    found: list[tuple[str, str]] = []

    def mark(heading: re.Match[str]) -> str:
        found.append((f"section-{len(found) + 1}", unescape(re.sub(r"<[^>]+>", "", heading[1]))))
        return f'<h2 id="{found[-1][0]}">{heading[1]}</h2>'

    return re.sub(r"<h2>(.*?)</h2>", mark, body, flags=re.DOTALL), found


def _menu(headings: Sequence[tuple[str, str]]) -> str:
    """The sections, beside the text where there is room; else folded, on top. The script keeps it in reach."""
    if len(headings) < 3:
        return ""
    links = "".join(f'<li><a href="#{where}">{escaped(text)}</a></li>' for where, text in headings)
    return (
        '<nav class="wa-menu" aria-label="Sections"><details open><summary>Sections<span class="wa-here"></span>'
        f"</summary><ol>{links}</ol></details></nav>"
    )


def _footer(book: Mapping[str, Any] | None, about: Sequence[tuple[str, str]]) -> str:
    parts = []
    facts: list[tuple[str, str]] = []
    if book:
        rules = "".join(f"<li>{escaped(line)}</li>" for line in [*book["definitions"], book["money"]])
        parts.append(f"<h2>How these numbers are counted</h2><ul>{rules}</ul>")
        rows = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in book["rows"])
        facts = [
            ("Data", f"as of {book['as_of_text']}{_loaded(book['loaded_at'])}"),
            ("Rows", rows),
            ("From", ", ".join(dict.fromkeys(book["sources"]))),
            ("Fingerprint", book["fingerprint"] or ""),
            ("Notes of the load", "\n".join(book["notes"])),
            ("Made with", ", ".join(f"{name} {number}" for name, number in sorted(book["versions"].items()))),
        ]
    lines = "".join(
        f"<dt>{escaped(name)}</dt>" + "".join(f"<dd>{escaped(line)}</dd>" for line in value.splitlines())
        for name, value in [*facts, *about]
        if value
    )
    if lines:
        parts.append(f"<h2>About this page</h2><dl>{lines}</dl>")
    return f'<footer class="wa-footer">{"".join(parts)}</footer>'


def _loaded(at: str | None) -> str:
    return f", loaded {at[:16].replace('T', ' ')} UTC" if at else ""
