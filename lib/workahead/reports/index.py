"""The index over all reports, readers and runs: newest first, failed ones on top, NRR and GRR over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workahead.reports import publish
from workahead.reports.page.changes import comparable, run_before
from workahead.reports.page.scripts import own, shell
from workahead.reports.page.sparkline import sparkline
from workahead.show.cards import change_html, change_text
from workahead.show.shown import escaped
from workahead.words.numbers import count

Run = Mapping[str, Any]
RATES = ("NRR", "GRR")
_MANY = 8  # readers, from which on a box finds them
_NO_RATE = '<span class="wa-size">n/a</span>'


def index_page(runs: Sequence[Run]) -> str:
    """One page over the run.json of every run."""
    runs = [run for run in runs if not str(run["folder"]).endswith("/latest")]
    reports: dict[str, list[Run]] = {}
    for run in sorted(runs, key=_age, reverse=True):
        reports.setdefault(str(run["report"]), []).append(run)
    failed = [run for run in runs if _failed(run)]
    company = next((str(run["company"]) for run in reversed(runs) if run.get("company")), "")
    above = f'<p class="wa-company">{escaped(company)}</p>' if company else ""
    pages = count(len(runs) - len(failed), "page")
    body = (
        f'<header class="wa-header">{above}<h1>Reports</h1>'
        f'<p class="wa-facts"><span>{pages}, newest first</span></p></header><main>'
        + _failures(sorted(failed, key=lambda run: str(run["finished_at"]), reverse=True))
        + ("".join(map(_report, sorted(reports.values(), key=_place))) or "<p>Nothing is published yet.</p>")
        + "</main>"
    )
    return shell("Reports", body, own("filter.js") if 'class="wa-filter"' in body else None)


def _age(run: Run) -> tuple[str, str]:
    return str(run["period"]["end"]), str(run["finished_at"])


def _place(runs: Sequence[Run]) -> tuple[bool, bool, str]:
    """What is for everybody first, then what has a page for each person, then for each account."""
    each = [run.get("for_each") or (run.get("reader") and "reader") for run in runs]
    return any(each), "account_id" in each, str(runs[0]["title"]).casefold()


def _failed(run: Run) -> bool:
    return bool(run["status"] != "published")


def _failures(failed: Sequence[Run]) -> str:
    if not failed:
        return ""
    lines = []
    for run in failed:
        error = f"{run['failure']['error']}: {run['failure']['message']}"
        what = ", ".join(filter(None, (run["title"], publish.named(run), run["period"]["label"])))
        when = str(run["finished_at"])[:16].replace("T", " ")
        told = f"{escaped(when)} UTC: {_link(run, what)}. {escaped(error)}"
        lines.append(f'<p class="wa-failed"><strong>Failed</strong> {told}</p>')
    more = lines[8:]
    rest = (
        f'<details class="wa-earlier"><summary>{len(more)} more</summary>{"".join(more)}</details>'
        if more
        else ""
    )
    heading = f"<h2>{count(len(failed), 'failed run')}</h2>"
    return f'<section class="wa-index">{heading}{"".join(lines[:8])}{rest}</section>'


def _report(runs: Sequence[Run]) -> str:
    """All runs of one report, newest first."""
    shown = _readers(runs) if any(run.get("reader") is not None for run in runs) else _pages(runs)
    return f'<section class="wa-index"><h2>{escaped(runs[0]["title"])}</h2>{shown}</section>'


def _pages(runs: Sequence[Run]) -> str:
    """A report without readers: the newest page with its figures, the earlier ones as a table."""
    good = [run for run in runs if not _failed(run)]
    if not good:
        return '<p class="wa-note">There is no page yet.</p>'
    newest, earlier = good[0], good[1:]
    trends = [f"<span>{name} {line}</span>" for name in RATES if (line := _line(name, good))]
    trend = f'<p class="wa-trend">{"".join(trends)}</p>' if trends else ""
    table = ""
    if earlier:
        labels = [card["label"] for card in newest["key_figures"]][:4]
        head = "".join(f'<th scope="col" class="gt_right">{escaped(label)}</th>' for label in labels)
        rows = "".join(_row(run, labels, run_before(run, good)) for run in earlier)
        table = (
            f'<details class="wa-earlier"><summary>{count(len(earlier), "earlier page")}</summary>'
            '<div class="wa-scroll" tabindex="0" role="region" aria-label="Earlier pages"><table><thead><tr>'
            f'<th scope="col">Period</th>{head}<th scope="col">Data</th></tr></thead>'
            f"<tbody>{rows}</tbody></table></div></details>"
        )
    return _newest(newest, run_before(newest, good)) + trend + table


def _newest(run: Run, before: Run | None) -> str:
    """The newest page of a report: its figures with their change against the period before, and its finding."""
    figures = "".join(_figure(card, _same(card, before)) for card in run["key_figures"])
    columns = min(len(run["key_figures"]), 4)
    cards = f'<dl class="wa-cards" style="--columns:{columns}">{figures}</dl>' if figures else ""
    said = f'<p class="wa-finding">{escaped(run["findings"][0])}</p>' if run["findings"] else ""
    versus = f"Change against {escaped(before['period']['label'])}. " if before else ""
    again = ""
    if before and before["data"]["fingerprint"] != run["data"]["fingerprint"]:
        again = f"; the one before was made from other data, {escaped(before['data']['fingerprint'])}"
    return (
        f"<article><h3>{_link(run, run['period']['label'])}</h3>{cards}{said}"
        f'<p class="wa-note">{versus}Data as of {_data(run)}{again}.</p></article>'
    )


def _row(run: Run, labels: Iterable[str], before: Run | None) -> str:
    cells = ""
    for label in labels:
        card = _card(run, label)
        if card is None:
            cells += f'<td class="gt_right">{_NO_RATE}</td>'
            continue
        way, size, mood = _change(card, _same(card, before))
        cells += f'<td class="gt_right">{escaped(card["text"])} {change_html(way, size, mood)}</td>'
    return f'<tr><th scope="row">{_link(run, run["period"]["label"])}</th>{cells}<td>{_data(run)}</td></tr>'


def _readers(runs: Sequence[Run]) -> str:
    """A report with a page for each reader: a row for each of them, by name."""
    held: dict[str, list[Run]] = {}
    for run in runs:
        held.setdefault(str(run.get("reader") or ""), []).append(run)
    figures = _labels(runs)
    drawn = [rate for rate in RATES if rate in figures and any(_line(rate, of) for of in held.values())]
    named = sorted(((_name(name, of), of) for name, of in held.items()), key=lambda one: one[0].casefold())
    rows = "".join(_reader(name, of, figures, drawn) for name, of in named)
    heads = "".join(
        f'<th scope="col"{side}>{escaped(name)}</th>'
        for name, side in (
            ("Reader", ""), ("Newest page", ""), ("Status", ""),
            *((name, ' class="gt_right"') for name in figures), *((f"{name} over time", "") for name in drawn),
        )
    )  # fmt: skip
    title = escaped(runs[0]["title"])
    box = (
        f'<p class="wa-filter" hidden><label>Find a reader <input type="search" aria-label="Reader of {title}"></label>'
        '<span role="status"></span></p>'
    )
    return (
        f'{box if len(held) >= _MANY else ""}<div class="wa-scroll" tabindex="0" role="region" aria-label="{title}">'
        f'<table class="wa-readers"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _labels(runs: Sequence[Run]) -> list[str]:
    """The figures in a table of readers: NRR and GRR, else the first two that the pages have."""
    there = list(dict.fromkeys(str(card["label"]) for run in runs for card in run["key_figures"]))
    return [label for label in RATES if label in there] or there[:2]


def _name(reader: str, runs: Sequence[Run]) -> str:
    """A reader's name; with the id where it is an account's."""
    label = publish.named(runs[0])
    return reader if label == reader else f"{label} ({reader})"


def _reader(name: str, runs: Sequence[Run], figures: Sequence[str], drawn: Sequence[str]) -> str:
    good = [run for run in runs if not _failed(run)]
    newest = good[0] if good else None
    bad = next((run for run in runs if _failed(run)), None)
    status = f'<a class="wa-bad" href="{_href(bad)}">Failed</a>' if bad else "Published"
    links = [_link(run, run["period"]["label"]) for run in good]
    pages = links[0] if links else _NO_RATE
    if links[1:]:
        pages += f"<details><summary>{len(links) - 1} earlier</summary>{''.join(links[1:])}</details>"
    cells = f"<td>{pages}</td><td>{status}</td>"
    for label in figures:
        card = _card(newest, label) if newest else None
        cells += f'<td class="gt_right">{escaped(card["text"]) if card else _NO_RATE}</td>'
    cells += "".join(f"<td>{_line(rate, runs)}</td>" for rate in drawn)
    return f'<tr><th scope="row">{escaped(name)}</th>{cells}</tr>'


def _line(rate: str, runs: Sequence[Run]) -> str:
    """A rate over a reader's good pages as a line; empty below two."""
    good = [run for run in runs if not _failed(run)]
    return sparkline(rate, _values(rate, good[0], good)) if good else ""


def _values(label: str, newest: Run, good: Sequence[Run]) -> list[float | None]:
    """A rate on the pages that can be compared with the newest, in order of time."""
    alike = [run for run in reversed(good) if comparable(run, newest)]
    return [card["value"] if (card := _card(run, label)) else None for run in alike]


def _href(run: Run) -> str:
    return escaped(f"{run['folder']}/index.html")


def _link(run: Run, text: str) -> str:
    return f'<a href="{_href(run)}">{escaped(text)}</a>'


def _data(run: Run) -> str:
    return f"{escaped(run['data']['as_of'])}, fingerprint {escaped(run['data']['fingerprint'])}"


def _card(run: Run, label: str) -> Mapping[str, Any] | None:
    return next((card for card in run["key_figures"] if card["label"] == label), None)


def _same(card: Mapping[str, Any], before: Run | None) -> Mapping[str, Any] | None:
    there = _card(before, card["label"]) if before else None
    return there if there and there["kind"] == card["kind"] else None


def _change(card: Mapping[str, Any], before: Mapping[str, Any] | None) -> tuple[str | None, str, str | None]:
    """Way, size and mood of the change against the period before; no way where there is none."""
    if not before or card["value"] is None or before["value"] is None:
        return None, "", None
    way, size = change_text(card["value"] - before["value"], card["kind"])
    mood = ("good" if way == card["good"] else "bad") if way in ("up", "down") and card["good"] else None
    return way, size, mood


def _figure(card: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """A key figure with its change against the period before, else with the change that its page shows."""
    way, size, mood = _change(card, before)
    note = None
    if way is None:
        way, size, mood, note = card["way"], card["change_text"], card["mood"], card["note"]
    said = f'<span class="wa-note">{escaped(note)}</span>' if note else ""
    below = f'<dd class="wa-change">{change_html(way, size, mood)} {said}</dd>' if way or note else ""
    return (
        f'<div class="wa-card"><dt class="wa-label">{escaped(card["label"])}</dt>'
        f'<dd class="wa-value">{escaped(card["text"])}</dd>{below}</div>'
    )
