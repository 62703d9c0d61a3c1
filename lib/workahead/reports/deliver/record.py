"""``deliveries.json`` beside ``run.json``: what went to whom, written before it goes and after."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from workahead.errors import ConfigError
from workahead.reports.publish import write_text

FILE = "deliveries.json"
State = Literal["sending", "sent", "failed", "unknown", "nobody"]
"""``nobody``: the page has a reader to whom no mail can go."""
CUT = "this machine stopped while it was being sent"


@dataclass(frozen=True)
class Record:
    """One delivery of one run. ``to`` is an address, the variable that holds a URL, or a folder."""

    kind: str
    to: str
    state: State
    attempts: int = 0
    at: str = ""
    error: str | None = None

    @property
    def key(self) -> str:
        """What tells it from the run's other deliveries."""
        return f"{self.kind} {self.to}"

    def now(self, state: State, error: str | None = None) -> Record:
        """The record as it stands from this moment; an attempt begins with ``sending``."""
        at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        return replace(self, state=state, attempts=self.attempts + (state == "sending"), at=at, error=error)


def read(place: Path, run: str) -> dict[str, Record]:
    """The deliveries of a run by key. One that is still ``sending`` was cut off: nobody knows whether it went.

    A copy of a folder that was cut off is as good as none, for doing it again does no harm.
    """
    try:
        held: Any = json.loads((place / FILE).read_text(encoding="utf-8"))
        records = [Record(**one) for one in held["deliveries"]] if held["run"] == run else []
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConfigError(
            f"{place / FILE} can't be read ({error}). It says who got this page: without it everybody gets it again"
        ) from None
    return {
        one.key: replace(one, state="unknown", error=CUT) if one.state == "sending" else one
        for one in records
        if (one.kind, one.state) != ("folder", "sending")
    }


def settle(place: Path, run: str, due: Collection[str]) -> None:
    """Put on disk what ``read`` makes of deliveries that were cut off, without what came to nothing and is not ``due``
    any more; only for who holds the report's lock."""
    held = read(place, run)
    if held:
        kept = {key: one for key, one in held.items() if key in due or one.state in ("sent", "unknown")}
        write(place, run, kept)


def write(place: Path, run: str, records: dict[str, Record]) -> None:
    """All deliveries of a run, in one step."""
    held = {"run": run, "deliveries": [asdict(one) for one in records.values()]}
    write_text(place / FILE, json.dumps(held, indent=1, ensure_ascii=False) + "\n")
