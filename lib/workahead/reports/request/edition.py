"""A report for one period, checked before anything is run or written: what all of its pages have in common."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from workahead.errors import ConfigError, SnapshotError
from workahead.reports import publish
from workahead.reports.kernels.execute import Progress
from workahead.reports.page import changes
from workahead.reports.request import definition, parameters
from workahead.reports.request.span import Span, span

PUBLISHED = Path("reports/published")
PLAN = "plan.yml"


@dataclass(frozen=True)
class Request:
    """What the command line asks for."""

    name: str
    root: Path
    period: str = "latest"
    settings: Sequence[str] = ()
    snapshot: str | None = None
    out: Path | None = None
    shared_assets: bool = False


@dataclass(frozen=True)
class Edition:
    """What is made: ``folder`` is the snapshot's, ``given`` what the notebooks are given, ``settings`` all of it."""

    report: definition.Report
    root: Path
    out: Path
    folder: Path
    manifest: Mapping[str, Any]
    covered: Span
    given: Mapping[str, Any]
    settings: Mapping[str, Any]
    shared_assets: bool = False

    def home(self, reader: str | None) -> Path:
        """The folder that holds a reader's periods."""
        return publish.home(self.out, self.report.name, reader)

    def good(self, reader: str | None) -> Path:
        """Where a reader's page goes."""
        return publish.place(self.out, self.report.name, self.covered.text, reader)

    def failed(self, reader: str | None) -> Path:
        """Where the page goes that says why there is none."""
        return publish.failed_place(self.out, self.report.name, self.covered.text, reader)

    def environment(self, reader: str | None) -> dict[str, str]:
        """What a kernel gets besides the environment: what the reader may see."""
        from workahead.book.audience import VARIABLE

        audience = self.report.audience_of(reader)
        return {VARIABLE: audience.json_text() if audience else ""}

    def before(self, reader: str | None) -> changes.Run | None:
        """The run of the period before, with which the page is compared."""
        own = {"reader": reader, "period": self.covered.data(), "parameters": self.settings}
        return changes.run_before(own, publish.periods(self.home(reader)))

    def input(self, reader: str | None) -> str:
        """A hash of all that a page is made from: of an equal one there is no need to make it again."""
        own = [*self._common, changes.input_of(self.before(reader)), *self.environment(reader).values()]
        return hashlib.sha256(json.dumps(own, sort_keys=True, default=str).encode()).hexdigest()

    @cached_property
    def _common(self) -> list[Any]:
        from workahead.reports.page.bundle import SMALL
        from workahead.show.facts import versions

        files = [self.report.notebook, Path(PLAN), SMALL / "bundle.json"]
        own = sorted((self.root / "notebooks").rglob("*.py"))
        read = [*(self.root / path for path in files), *own]
        report = self.report.model_dump(mode="json", include={"title", "for_each"})
        contents = [_sha256(path.read_bytes()) if path.is_file() else "" for path in read]
        filed = [self.manifest.get(name) for name in ("fingerprint", "plays", "benchmarks")]
        data = [*filed, self.covered.data(), dict(self.settings)]
        return [report, *data, *contents, versions(), _code(), self.shared_assets]

    @cached_property
    def asks(self) -> list[str]:
        """The functions of the library that the notebook calls: what they share is made once for all readers."""
        cells = json.loads((self.root / self.report.notebook).read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        return sorted(set(re.findall(r"\bwa\.(\w+)", code)))


def edition(asked: Request, progress: Progress = lambda *_: None) -> Edition:
    """Check all that is asked for. Raises ConfigError, UnknownName, SnapshotError and PeriodError; writes nothing."""
    report = definition.read(asked.name, asked.root)
    folder, manifest = _snapshot(asked, progress)
    progress("checking the parameters", 0, 0)
    known = parameters.inspect(asked.root / report.notebook)
    covered = span(
        asked.period, manifest, folder, ahead=report.ahead, dated="period" in known, kind=report.period
    )
    given, settings = _parameters(asked, report, known, covered, folder)
    out = asked.out or asked.root / PUBLISHED
    return Edition(report, asked.root, out, folder, manifest, covered, given, settings, asked.shared_assets)


def _snapshot(asked: Request, progress: Progress) -> tuple[Path, dict[str, Any]]:
    """The snapshot's folder and manifest; where nothing has been loaded yet, the exports are loaded first."""
    from workahead.book.snapshot import LATEST, MANIFEST, newest, snapshot_folder

    if asked.snapshot and asked.snapshot != LATEST:
        folder = asked.root / asked.snapshot
        folder = newest(folder.parent) if folder.name == LATEST else folder
        if not (folder / MANIFEST).is_file():
            raise SnapshotError(f"there is no snapshot in {asked.snapshot}. Make one: workahead load")
    else:
        held = snapshot_folder(asked.root)
        try:
            folder = newest(held)
        except SnapshotError:
            if not (asked.root / "workbench.yml").is_file():
                raise
            from workahead.book.load import load

            book = load(
                asked.root / "workbench.yml", progress=lambda step: progress(f"loading: {step}", 0, 0)
            )
            folder = book.folder or newest(held)
    return folder, json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def _parameters(
    asked: Request,
    report: definition.Report,
    known: Mapping[str, parameters.Parameter],
    covered: Span,
    folder: Path,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the notebook is given, and the whole of it with its own defaults."""
    own = {"period": covered.text, "snapshot": _relative(folder, asked.root)}
    wanted = parameters.parse(asked.settings, known, str(report.notebook))
    if stays := sorted(set(wanted) & set(report.fixed)):
        raise ConfigError(
            f"reports/{report.name}.yml fixes {', '.join(stays)}: another report is made with another value"
        )
    given = {
        **report.parameters,
        **wanted,
        **report.fixed,
        **{name: value for name, value in own.items() if name in known},
    }
    parameters.check(given, known, str(report.notebook))
    return given, {name: given[name] if name in given else one.default_value() for name, one in known.items()}


def _relative(folder: Path, root: Path) -> str:
    """A path as notebooks and run.json may hold it: nothing of this machine where it can be helped."""
    inside = folder.resolve().is_relative_to(root.resolve())
    return folder.resolve().relative_to(root.resolve()).as_posix() if inside else str(folder.resolve())


@cache
def _code() -> str:
    """Changes with this library, also between two versions of it."""
    package = Path(__file__).parents[2]
    files = sorted(path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return _sha256(
        b"".join(path.relative_to(package).as_posix().encode() + path.read_bytes() for path in files)
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
