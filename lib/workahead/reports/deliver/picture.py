"""A page's main chart as a PNG: drawn by the Chrome, Chromium or Edge that is installed, for mails run no script.

A browser starts once for all charts; it has no network, and its own empty profile. Where there is none, a mail says the
chart in its words.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workahead.reports.page.bundle import wheel
from workahead.reports.page.figures import script_json

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
    "chrome",
)
WIDTH = 560
PAPER = "#fdfcf9"
_AT_A_TIME = 20
_SECONDS = 60
_FIGURE = re.compile(r'<script type="application/json" class="wa-data">(.*?)</script>', re.DOTALL)
_PNG = re.compile(r'<img id="p(\d+)" src="data:image/png;base64,([A-Za-z0-9+/=]+)"')
_DRAW = """
const charts = JSON.parse(document.getElementById("charts").textContent);
charts.forEach(({data, layout}, number) => {
  const height = layout.height || 420;
  Plotly.toImage({data, layout: {...layout, width: WIDTH, height, paper_bgcolor: PAPER, plot_bgcolor: PAPER}},
                 {format: "png", width: WIDTH, height, scale: 2})
    .then((url) => { const img = new Image(); img.id = "p" + number; img.src = url; document.body.append(img); });
});
"""


def browser() -> str | None:
    """The browser that draws: the one that ``WORKAHEAD_BROWSER`` names, else the first that is installed."""
    wanted = os.environ.get("WORKAHEAD_BROWSER")
    return shutil.which(wanted) if wanted else next(filter(None, map(shutil.which, BROWSERS)), None)


def main_chart(page: Path) -> dict[str, Any] | None:
    """The figure of a published page's first chart."""
    found = _FIGURE.search(page.read_text(encoding="utf-8"))
    return dict(json.loads(found[1])) if found else None


def pictures(charts: Sequence[Mapping[str, Any]], program: str) -> list[bytes | None]:
    """A PNG, 560 pixels wide at double density, for each chart; None for one that could not be drawn."""
    found: list[bytes | None] = []
    for start in range(0, len(charts), _AT_A_TIME):
        drawn = dict(_PNG.findall(_drawn(charts[start : start + _AT_A_TIME], program)))
        found += [
            base64.b64decode(drawn[str(number)]) if str(number) in drawn else None
            for number in range(len(charts[start : start + _AT_A_TIME]))
        ]
    return found


def _drawn(charts: Sequence[Mapping[str, Any]], program: str) -> str:
    """The browser's page after it has drawn; empty where it fails or takes too long."""
    with tempfile.TemporaryDirectory(prefix="workahead-", ignore_cleanup_errors=True) as desk:
        page = Path(desk) / "charts.html"
        page.write_text(_page(charts), encoding="utf-8")
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
        ]
        command += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={desk}/profile"]
        command += ["--virtual-time-budget=30000", "--dump-dom", page.as_uri()]
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # Chromium will not run as root with its sandbox
            command.insert(1, "--no-sandbox")
        # a group of its own, so that its helpers end with it
        running = subprocess.Popen(  # noqa: S603 - our own arguments
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            return running.communicate(timeout=_SECONDS)[0].decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            return ""
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL) if hasattr(os, "killpg") else running.kill()
                running.wait()


def _page(charts: Sequence[Mapping[str, Any]]) -> str:
    policy = (
        "default-src 'none'; script-src file: 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
    )
    return (
        f'<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}"><body>'
        f'<script src="{wheel().as_uri()}"></script>'
        f'<script type="application/json" id="charts">{script_json(list(charts))}</script>'
        f"<script>{_DRAW.replace('WIDTH', str(WIDTH)).replace('PAPER', repr(PAPER))}</script>"
    )
