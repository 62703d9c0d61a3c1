"""``make bundle``: build the small plotly.js of the trace types in use, with npm, into ``reports/bundle/``."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from workahead.errors import ConfigError
from workahead.reports.page.bundle import SMALL, version_of, wheel
from workahead.reports.publish import write_text

TRACES = ("bar", "heatmap", "scatter")
"""The trace types that the charts of this library draw; a test keeps it so."""
ESBUILD = "0.28.2"
_CORE = {"scatter"}  # plotly.js' core brings it


def build(root: Path, traces: Sequence[str] = TRACES) -> Path:
    """plotly.js of the installed wheel's version with these trace types alone. Returns the script's path.

    Raises ConfigError where npm is missing, or fails, with what it said.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise ConfigError(
            "building the small plotly.js needs npm, which comes with Node (https://nodejs.org). "
            "Without it pages are about 2 MB, and work the same"
        )
    version = version_of(wheel())
    parts = ", ".join(f'require("plotly.js/lib/{name}")' for name in sorted(set(traces) - _CORE))
    entry = f'const P = require("plotly.js/lib/core"); P.register([{parts}]); window.Plotly = P;\n'
    with tempfile.TemporaryDirectory(prefix="workahead-bundle-") as name:
        desk = Path(name)
        (desk / "small.js").write_text(entry, encoding="utf-8")
        (desk / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        quiet = ("--no-audit", "--no-fund", "--loglevel=error")
        _run([npm, "install", *quiet, f"plotly.js@{version}", f"esbuild@{ESBUILD}"], desk)
        options = ("--bundle", "--minify", "--define:global=window", "--legal-comments=inline")
        _run([npm, "exec", "--", "esbuild", "small.js", *options, "--outfile=plotly.min.js"], desk)
        code = (desk / "plotly.min.js").read_text(encoding="utf-8")
    folder = root / SMALL
    folder.mkdir(parents=True, exist_ok=True)
    # the facts first go and last come: a page that is made meanwhile takes the whole of plotly.js
    (folder / "bundle.json").unlink(missing_ok=True)
    write_text(folder / "plotly.min.js", code)
    told = {"version": version, "traces": sorted({*traces, *_CORE})}
    write_text(folder / "bundle.json", json.dumps(told) + "\n")
    return folder / "plotly.min.js"


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)  # noqa: S603 - ours
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-12:])
        raise ConfigError(f"npm {command[1]} failed:\n{said}")


if __name__ == "__main__":
    try:
        made = build(Path.cwd(), sys.argv[1:] or TRACES)
    except (ConfigError, subprocess.TimeoutExpired) as error:
        sys.exit(str(error))
    print(f"{made.relative_to(Path.cwd())}: {made.stat().st_size / 1e6:.1f} MB before packing")  # noqa: T201
