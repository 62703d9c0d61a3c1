"""The index over all runs: newest first, with key figures and what changed against the period before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workahead.reports.scripts import shell
from workahead.show.cards import change_html, change_text
from workahead.show.shown import escaped

Run = Mapping[str, Any]


def index_page(runs: Sequence[Run]) -> str:
    """One page over the run.json of every run."""
    reports: dict[str, list[Run]] = {}
    for run in runs:
        reports.setdefault(str(run["report"]), []).append(run)
    blocks = [_report(held) for _, held in sorted(reports.items())]
    count = sum(run["status"] == "published" for run in runs)
    pages = "1 page" if count == 1 else f"{count} pages"
    company = next((str(run["company"]) for run in reversed(runs) if run.get("company")), "")
    above = f'<p class="wa-company">{escaped(company)}</p>' if company else ""
    body = (
        f'<header class="wa-header">{above}<h1>Reports</h1>'
        f'<p class="wa-facts"><span>{pages}, newest first</span></p></header>'
        f"<main>{''.join(blocks) or '<p>Nothing is published yet.</p>'}</main>"
    )
    return shell("Reports", body)


def _report(runs: Sequence[Run]) -> str:
    newest = sorted(runs, key=lambda run: (run["period"]["end"], run["finished_at"]), reverse=True)
    title = newest[0]["title"]
    entries = "".join(_entry(run, _before(run, newest)) for run in newest)
    return f'<section class="wa-index"><h2>{escaped(title)}</h2>{entries}</section>'


def _before(run: Run, runs: Sequence[Run]) -> Run | None:
    """The published run of the period that ends where this one starts, of the same parameters."""
    for other in runs:
        if (
            other["status"] == "published"
            and other["period"]["end"] == run["period"]["start"]
            and other["period"]["kind"] == run["period"]["kind"]
            and _settings(other) == _settings(run)
        ):
            return other
    return None


def _settings(run: Run) -> dict[str, Any]:
    return {name: value for name, value in run["parameters"].items() if name not in ("period", "snapshot")}


def _entry(run: Run, before: Run | None) -> str:
    link = f"{run['folder']}/index.html"
    label = run["period"]["label"]
    if run["status"] != "published":
        error = f"{run['failure']['error']}: {run['failure']['message']}"
        return (
            f'<article><h3><a href="{escaped(link)}">{escaped(label)}</a></h3><p class="wa-failed">'
            f"<strong>Failed</strong> {_when(run)}. {escaped(error)}</p></article>"
        )
    figures = "".join(_figure(card, _same(card, before)) for card in run["key_figures"])
    columns = len(run["key_figures"])
    cards = f'<dl class="wa-cards" style="--columns:{columns}">{figures}</dl>' if figures else ""
    said = f'<p class="wa-finding">{escaped(run["findings"][0])}</p>' if run["findings"] else ""
    versus = f"Change against {escaped(before['period']['label'])}. " if before else ""
    facts = f"Data as of {escaped(run['data']['as_of'])}, fingerprint {escaped(run['data']['fingerprint'])}"
    again = ""
    if before and before["data"]["fingerprint"] != run["data"]["fingerprint"]:
        again = f"; the one before was made from other data, {escaped(before['data']['fingerprint'])}"
    return (
        f'<article><h3><a href="{escaped(link)}">{escaped(label)}</a></h3>{cards}{said}'
        f'<p class="wa-note">{versus}{facts}{again}.</p></article>'
    )


def _when(run: Run) -> str:
    return escaped(str(run["finished_at"])[:16].replace("T", " ")) + " UTC"


def _same(card: Mapping[str, Any], before: Run | None) -> Mapping[str, Any] | None:
    held = before["key_figures"] if before else []
    return next((one for one in held if one["label"] == card["label"] and one["kind"] == card["kind"]), None)


def _figure(card: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """A key figure with its change against the period before, else with the change that its page shows."""
    way, size, mood, note = card["way"], card["change_text"], card["mood"], card["note"]
    if before and card["value"] is not None and before["value"] is not None:
        way, size = change_text(card["value"] - before["value"], card["kind"])
        mood, note = None, None
        if way in ("up", "down") and card["good"]:
            mood = "good" if way == card["good"] else "bad"
    said = f'<span class="wa-note">{escaped(note)}</span>' if note else ""
    below = f'<dd class="wa-change">{change_html(way, size, mood)} {said}</dd>' if way or note else ""
    return (
        f'<div class="wa-card"><dt class="wa-label">{escaped(card["label"])}</dt>'
        f'<dd class="wa-value">{escaped(card["text"])}</dd>{below}</div>'
    )
