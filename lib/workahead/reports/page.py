"""An executed notebook as one self-contained page: nothing is fetched, no script runs but two of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from workahead.errors import WorkaheadError
from workahead.reports.bundle import Bundle, csp_hash
from workahead.reports.csvs import unused
from workahead.reports.figures import PLOTLY, Chart, chart
from workahead.show.facts import header_html
from workahead.show.shown import MIME, escaped

TEMPLATE = Path(__file__).parent / "template"
HIDDEN_TAGS = {"parameters", "injected-parameters", "hide", "remove-cell"}


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


def story(notebook: Any) -> Story:
    """Collect what the cells have shown, in order."""
    told: dict[str, list[Any]] = {kind: [] for kind in ("book", "cards", "finding", "table", "chart")}
    for data in _outputs(notebook):
        if PLOTLY in data:
            told["chart"].append(chart(data[PLOTLY], len(told["chart"]) + 1))
        for kind in ("book", "cards", "finding", "table"):
            if MIME.format(kind) in data:
                told[kind].append(data[MIME.format(kind)])
    return Story(
        book=told["book"][0] if told["book"] else None,
        cards=[one for cards in told["cards"] for one in cards["cards"]],
        findings=[one["text"] for one in told["finding"]],
        tables=told["table"],
        charts=told["chart"],
    )


def page(
    notebook: Any, told: Story, title: str, bundle: Bundle, about: Sequence[tuple[str, str]] = ()
) -> str:
    """The whole page. ``about`` are lines for the foot (when it was made, with which parameters).

    Raises ConfigError where a small plotly.js lacks a trace type, PageError where a chart is missing.
    """
    bundle.require(kind for one in told.charts for kind in one.traces)
    body = _body(notebook, told)
    drawn = body.count('<figure class="wa-chart"')
    if drawn != len(told.charts):
        raise PageError(f"the notebook made {len(told.charts)} charts, but {drawn} are on the page")
    body, headings = _numbered(body)
    header = (
        header_html(told.book)
        if told.book
        else f'<header class="wa-header"><h1>{escaped(title)}</h1></header>'
    )
    scripts = _scripts(bundle) if told.charts else ""
    main = f"{header}{_contents(headings)}<main>{body}</main>{_footer(told.book, about)}"
    shown = str(told.book["title"]) if told.book else title
    if told.book and told.book.get("period"):
        shown = f"{shown}, {told.book['period']}"
    return shell(
        shown, main, scripts, [bundle.sha256, csp_hash(_read("page.js").encode())] if told.charts else []
    )


def shell(title: str, body: str, scripts: str = "", hashes: Sequence[str] = ()) -> str:
    """The frame of every page here: style, and a policy that allows the page itself alone."""
    allowed = " ".join(f"'{one}'" for one in hashes) or "'none'"
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{escaped(title)}</title>\n<style>\n{_read('page.css')}</style>\n</head>\n"
        f"<body>\n{body}\n{scripts}</body>\n</html>\n"
    )


def _body(notebook: Any, told: Story) -> str:
    # nbconvert takes most of a second to import: only who makes a page needs it
    from workahead.reports.exporter import export

    return export(_prepared(notebook, told))


def _prepared(notebook: Any, told: Story) -> Any:
    """A copy for the page: without hidden cells, the header's cell and the title; sections marked."""
    import nbformat

    cells, taken, titled = [], list[str](), told.book is None
    for cell in notebook.cells:
        if HIDDEN_TAGS & set(cell.metadata.get("tags", [])):
            continue
        cell = nbformat.from_dict({**cell, "metadata": dict(cell.metadata)})
        if cell.cell_type == "code":
            cell.outputs = [
                _own_csv(one, taken) for one in cell.outputs if MIME.format("book") not in one.get("data", {})
            ]
            if not cell.outputs:
                continue
        if cell.cell_type == "markdown":
            if not titled and re.match(r"\s*# ", cell.source):
                cell.source, titled = re.sub(r"\A\s*# .*\n*", "", cell.source), True
            if re.match(r"\s*## ", cell.source):
                cell.metadata["workahead"] = {"section": True}
            if not cell.source.strip():
                continue
        cells.append(cell)
    return nbformat.from_dict({**notebook, "cells": cells})


def _own_csv(output: Any, taken: list[str]) -> Any:
    """Of two tables with one name, the second links to the file that csvs.write gives it."""
    table = output.get("data", {}).get(MIME.format("table"))
    if table is None:
        return output
    old, new = str(table["name"]), unused(str(table["name"]), taken)
    taken.append(new)
    html = output["data"]["text/html"].replace(
        f'<a href="csv/{old}.csv" download>{old}.csv</a>', f'<a href="csv/{new}.csv" download>{new}.csv</a>'
    )
    return type(output)({**output, "data": {**output["data"], "text/html": html}})


def _outputs(notebook: Any) -> list[Mapping[str, Any]]:
    return [
        output["data"]
        for cell in notebook.cells
        if cell.cell_type == "code" and not HIDDEN_TAGS & set(cell.metadata.get("tags", []))
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


def _contents(headings: Sequence[tuple[str, str]]) -> str:
    if len(headings) < 3:
        return ""
    links = "".join(f'<li><a href="#{where}">{escaped(text)}</a></li>' for where, text in headings)
    return f'<nav class="wa-contents" aria-label="Sections"><ol>{links}</ol></nav>'


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


def _scripts(bundle: Bundle) -> str:
    return (
        f'<script type="text/plain" id="wa-plotly">{bundle.packed}</script>\n'
        f"<script>{_read('page.js')}</script>\n"
    )


def _read(name: str) -> str:
    return (TEMPLATE / name).read_text(encoding="utf-8")
