"""plotly.js for a page: from the installed wheel, so that it always matches, packed small.

Whoever has Node can build a bundle of the few trace types in use (``make bundle``); it is picked up from
``reports/bundle/`` when it is of the same version, and saves more than half of a page.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.util
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from workahead.errors import ConfigError
from workahead.reports.publish import write_text

SMALL = Path("reports/bundle")
ASSETS = "assets"


@dataclass(frozen=True)
class Bundle:
    """``packed`` is gzip in base64; ``sha256`` is the script's own, as a Content-Security-Policy names it.

    ``traces`` are the trace types in it; None: all that there are.
    """

    version: str
    packed: str
    sha256: str
    traces: frozenset[str] | None

    def require(self, types: Iterable[str]) -> None:
        """Refuse trace types that the bundle lacks: plotly.js would draw plain lines, with no error."""
        lacking = set() if self.traces is None else set(types) - self.traces
        if lacking:
            every = " ".join(sorted({*lacking, *(self.traces or ())}))
            raise ConfigError(
                f"the small plotly.js in {SMALL} cannot draw {', '.join(sorted(lacking))}. Build it anew "
                f'(make bundle TRACES="{every}"), or delete {SMALL} to use the full one'
            )

    def share(self, out: Path) -> Path:
        """The script as a file that all pages below ``out`` share; written once, in one step. Returns its path."""
        code = gzip.decompress(base64.b64decode(self.packed))
        file = out / ASSETS / f"plotly-{self.version}-{hashlib.sha256(code).hexdigest()[:12]}.js"
        if not file.is_file():
            file.parent.mkdir(parents=True, exist_ok=True)
            write_text(file, code.decode("utf-8"))
        return file


def bundle(root: Path) -> Bundle:
    """This project's small bundle where there is one of the right version, else the whole of plotly.js."""
    full = wheel()
    version = version_of(full)
    small, facts = root / SMALL / "plotly.min.js", root / SMALL / "bundle.json"
    if small.is_file() and facts.is_file():
        told = json.loads(facts.read_text(encoding="utf-8"))
        if told.get("version") == version:
            return _pack(small, version, frozenset(told["traces"]))
    return _pack(full, version, None)


def _pack(script: Path, version: str, traces: frozenset[str] | None) -> Bundle:
    # a script's text is hashed as the page holds it: line ends as \n
    code = script.read_text(encoding="utf-8").encode("utf-8")
    return Bundle(
        version=version,
        packed=base64.b64encode(gzip.compress(code, 9, mtime=0)).decode("ascii"),
        sha256=csp_hash(code),
        traces=traces,
    )


def csp_hash(code: bytes) -> str:
    """A script's hash as a Content-Security-Policy writes it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(code).digest()).decode("ascii")


def wheel() -> Path:
    """plotly.js of the installed wheel."""
    found = importlib.util.find_spec("plotly")  # found, not imported: that would take longer than the rest
    if found is None or not found.submodule_search_locations:
        raise ConfigError(
            "plotly is not installed in this environment; run make again, or pip install plotly"
        )
    return Path(next(iter(found.submodule_search_locations))) / "package_data" / "plotly.min.js"


def version_of(script: Path) -> str:
    """The version that a plotly.js says it is."""
    with script.open(encoding="utf-8") as file:
        match = re.search(r"plotly\.js v(\d+\.\d+\.\d+)", file.read(400))
    return match[1] if match else "unknown"
