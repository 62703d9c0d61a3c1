"""How soon a panel answers: a filter is changed, and changed again, in one process as in a notebook's kernel.

The filters are one segment after the other, and one CSM after the other, each new to the panel. Beside it stands
what plain pandas takes to group the same book's contracts by segment for the same filter: the floor of any answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench import due

PANELS = ("retention", "cohorts", "survival", "renewals", "forecast", "plan", "definitions")
SAMPLE, LARGE = "the sample", "50,000 accounts"
BARS = {SAMPLE: 0.150, LARGE: 1.0}
"""Seconds of a redraw, at the median."""
CSMS = 8


@dataclass(frozen=True)
class Redraw:
    """One panel on one book, in seconds: opening it, then filter changes (wall and CPU), and the plain groupby."""

    panel: str
    book: str
    opening: float
    wall: list[float]
    cpu: list[float]
    groupby: list[float]

    def at(self, share: float, values: str = "wall") -> float:
        """A quantile of the filter changes: 0.5 is the median."""
        return float(np.quantile(getattr(self, values), share))


def run(tell: Callable[[str], None]) -> list[Redraw]:
    """Every panel on both books, each in a process of its own."""
    found = []
    for book, folder in {SAMPLE: sample(), LARGE: due.prepared("38k")}.items():
        for panel in PANELS:
            command = [sys.executable, "-m", "bench.redraw", panel, str(folder)]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            one = Redraw(panel, book, **json.loads(told.splitlines()[-1]))
            tell(f"{panel:10} {book:16} {one.at(0.5):6.3f} s   95th {one.at(0.95):6.3f} s")
            found.append(one)
    return found


def sample() -> Path:
    """The sample's snapshot, loaded where it is not."""
    subprocess.run([Path(sys.executable).with_name("workahead"), "load"], check=True, capture_output=True)
    from workahead.book.snapshot import newest, project_root, snapshot_folder

    return newest(snapshot_folder(project_root()))


def measured(panel: str, folder: str) -> dict[str, Any]:
    """One panel: opened, then redrawn under each filter."""
    import workahead as wa
    from workahead import explore

    book = wa.Book.open(folder)
    begun = time.perf_counter()
    held = getattr(explore, panel)(book)
    opening = time.perf_counter() - begun
    accounts, contracts = book["accounts"], book["subscriptions"]
    filters = [("segment", value) for value in sorted(accounts["segment"].dropna().unique())]
    filters += [("csm", value) for value in sorted(accounts["csm"].dropna().unique())[:CSMS]]
    wall, cpu, plain = [], [], []
    for column, value in filters:
        started, busy = time.perf_counter(), time.process_time()
        held.filter(**{"segment": [], "csm": [], column: [value]})
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - busy)
        if held.message:
            raise RuntimeError(held.message)
        started = time.perf_counter()
        chosen = contracts.merge(
            accounts.loc[accounts[column] == value, ["account_id", "segment"]], on="account_id"
        )
        chosen.groupby("segment")["arr"].sum()
        plain.append(time.perf_counter() - started)
    return {"opening": opening, "wall": wall, "cpu": cpu, "groupby": plain}


if __name__ == "__main__":
    print(json.dumps(measured(*sys.argv[1:])))
