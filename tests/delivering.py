"""A page to deliver, and what a real mail server does with it: shared by the tests of delivery."""

from __future__ import annotations

import asyncio
import email
import json
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from workahead.reports import publish
from workahead.reports.deliver import Pace, Page
from workahead.reports.page.figures import chart, figure_html
from workahead.reports.request.definition import Report

SECRET = "hunter2-sentinel"
QUICK = Pace(attempts=3, first=0.01, most=0.05)
FIGURE = {
    "data": [{"type": "bar", "x": ["Sep", "Oct"], "y": [400, 380]}],
    "layout": {
        "title": {"text": "What moved ARR"},
        "meta": {"alt": "ARR fell from 400k to 380k."},
        "height": 300,
    },
}


def card(
    label: str, text: str, way: str | None = None, change: str = "", mood: str | None = None
) -> dict[str, Any]:
    return {
        "label": label, "value": 1.0, "change": None, "kind": "percent", "good": "up", "note": "since Sep",
        "text": text, "way": way, "change_text": change, "mood": mood,
    }  # fmt: skip


def write_page(
    out: Path,
    reader: str | None = None,
    *,
    run: str = "0123456789abcdef" * 2,
    padding: int = 0,
    **changes: Any,
) -> tuple[Path, dict[str, Any]]:
    """A page as a run publishes it, of two figures, two findings and one chart."""
    held = {
        "run": run, "report": "monthly", "title": "Monthly review", "company": "Grove", "reader": reader,
        "for_each": "csm" if reader else None, "status": "published", "failure": None,
        "period": {
            "text": "2026-10", "label": "October 2026", "start": "2026-09-30", "end": "2026-10-31", "kind": "month"
        },
        "started_at": "2026-11-01T08:00:00+00:00", "finished_at": "2026-11-01T08:00:09+00:00",
        "parameters": {"period": "2026-10"}, "data": {"as_of": "2026-10-31", "fingerprint": "aaa"},
        "key_figures": [card("ARR", "USD 380k"), card("NRR", "92.0%", "down", "1.4 points", "bad")],
        "findings": ["NRR fell 1.4 points to 92.0%.", "ARR fell 20k."],
        "charts": [{"name": "bridge", "title": "What moved ARR", "alt": "ARR fell from 400k to 380k."}],
        **changes,
    }  # fmt: skip
    where = publish.failed_place if held["failure"] else publish.place
    place = where(out, "monthly", held["period"]["text"], reader)
    with publish.building(place) as beside:
        body = figure_html(chart(FIGURE, 1))
        (beside / "index.html").write_text(
            f"<!DOCTYPE html><body>{body}<!--{'x' * padding}--></body>", "utf-8"
        )
        (beside / "csv").mkdir()
        (beside / "csv" / "movers.csv").write_text("name,arr\nAlder,1\n", encoding="utf-8")
        publish.write_run(beside, held)
    publish.point_latest(place.parent)
    return place, held


def report(*deliver: dict[str, Any], **changes: Any) -> Report:
    return Report(name="monthly", title="Monthly review", notebook="n.ipynb", deliver=deliver, **changes)


@dataclass
class Post:
    """What a mail server received, and what it answers: ``rcpt`` and ``data`` are used up one by one."""

    port: int = 0
    received: list[tuple[str, EmailMessage]] = field(default_factory=list)
    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    hold: str = ""
    asked: list[str] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)

    async def held(self, at: str) -> None:
        if self.hold == at:
            self.reached.set()
            while not self.go_on.is_set():
                await asyncio.sleep(0.01)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        self.asked.append(address)
        await self.held("rcpt")
        answer = self.rcpt.pop(0) if self.rcpt else "250 OK"
        if answer == "cut":
            server.transport.abort()
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer.startswith(("250", "cut")):
            self.secured.append(server.transport.get_extra_info("ssl_object") is not None)
            parsed = email.message_from_bytes(envelope.content, policy=default)
            self.received += [(to, parsed) for to in envelope.rcpt_tos]  # type: ignore[misc]
        await self.held("data")
        if answer == "cut":
            server.transport.abort()
        return answer


def on_record(page: Page) -> dict[str, str]:
    """The state of each delivery, as it stands on disk."""
    held = json.loads((page.place / "deliveries.json").read_text(encoding="utf-8"))
    assert held["run"] == page.run["run"]
    return {one["to"]: one["state"] for one in held["deliveries"]}
