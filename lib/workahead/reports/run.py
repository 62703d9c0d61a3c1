"""One report, start to finish: check, run, export, publish, index."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workahead.errors import SnapshotError, WorkaheadError
from workahead.reports import csvs, definition, parameters, publish
from workahead.reports.bundle import Bundle, bundle
from workahead.reports.execute import KernelError, Progress, execute
from workahead.reports.failure import Failure, failure_page, of_notebook
from workahead.reports.index import index_page
from workahead.reports.kernel import Kernel
from workahead.reports.page import Story, page, story
from workahead.reports.span import Span, span

PUBLISHED = Path("reports/published")


@dataclass(frozen=True)
class Request:
    """What the command line asks for."""

    name: str
    root: Path
    period: str = "latest"
    settings: Sequence[str] = ()
    snapshot: str | None = None
    out: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of it: the page, or the page that says why there is none."""

    page: Path
    failure: Failure | None
    seconds: float


@dataclass
class Clock:
    """Seconds by part, in the order in which they end."""

    started: float = field(default_factory=time.perf_counter)
    parts: dict[str, float] = field(default_factory=dict)

    def part(self, name: str) -> None:
        """What has passed since the part before belongs to ``name``."""
        self.parts[name] = round(time.perf_counter() - self.started - sum(self.parts.values()), 3)

    def seconds(self) -> dict[str, float]:
        """All parts and their sum."""
        return {**self.parts, "total": round(sum(self.parts.values()), 3)}


def run(
    asked: Request, kernel: Kernel, progress: Progress = lambda *_: None, clock: Clock | None = None
) -> Outcome:
    """Publish one report. A run that fails leaves the last good page, and adds one that says why.

    Raises ConfigError, UnknownName, SnapshotError and PeriodError before anything is run or written.
    """
    clock = clock or Clock()
    report = definition.read(asked.name, asked.root)
    folder, manifest = _snapshot(asked, progress)
    clock.part("snapshot")
    progress("checking the parameters", 0, 0)
    known = parameters.inspect(asked.root / report.notebook)
    covered = span(asked.period, manifest, folder, ahead=report.ahead, dated="period" in known)
    given, all_of_them = _parameters(asked, report, known, covered, folder)
    clock.part("check")

    began = _now()
    out = asked.out or asked.root / PUBLISHED
    with tempfile.TemporaryDirectory(prefix="workahead-") as desk, ThreadPoolExecutor(1) as aside:
        executed = Path(desk) / "notebook.ipynb"
        packing = aside.submit(_get_ready, asked.root)
        html, told, trouble = "", Story(), None
        try:
            notebook = execute(asked.root / report.notebook, executed, given, kernel, progress)
            clock.part("notebook")
            progress("making the page", 1, 1)
            html, told = _make(notebook, report.title, given, manifest, began, packing)
            clock.part("page")
        except Exception as error:  # whatever it is, the failure page tells it
            trouble = _why(error, executed, kernel)
        good, failed = (
            publish.place(out, report.name, covered.text),
            publish.failed_place(out, report.name, covered.text),
        )
        with publish.building(failed if trouble else good) as place:
            if trouble:
                html = _failure(report.title, covered, trouble, given, manifest, good, executed)
            else:
                csvs.write(told.tables, place / "csv")
            (place / "index.html").write_text(html, encoding="utf-8")
            if executed.is_file():
                _file_notebook(executed, place / "notebook.ipynb", report.notebook)
            clock.part("publish")
            publish.write_run(place, {
                "report": report.name,
                "title": report.title,
                "company": manifest.get("company"),
                "period": covered.data(),
                "status": "failed" if trouble else "published",
                "started_at": began,
                "finished_at": _now(),
                "seconds": clock.seconds(),
                "parameters": all_of_them,
                "data": _data(manifest),
                "versions": dict(told.book["versions"]) if told.book else {},
                "key_figures": told.cards,
                "findings": told.findings,
                "charts": [{"name": c.name, "title": c.title, "alt": c.alt} for c in told.charts],
                "tables": [{"name": t["name"], "title": t["title"], "rows": len(t["rows"])} for t in told.tables],
                "page_bytes": len(html.encode()),
                "failure": trouble.data() if trouble else None,
            })  # fmt: skip
        if not trouble:
            shutil.rmtree(failed, ignore_errors=True)
    publish.write_text(out / "index.html", index_page(publish.read_runs(out)))
    return Outcome((failed if trouble else good) / "index.html", trouble, clock.seconds()["total"])


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
    given = {
        **report.parameters,
        **parameters.parse(asked.settings, known, str(report.notebook)),
        **{name: value for name, value in own.items() if name in known},
    }
    parameters.check(given, known, str(report.notebook))
    return given, {name: given[name] if name in given else one.default_value() for name, one in known.items()}


def _get_ready(root: Path) -> Bundle:
    """What the page needs, while the notebook runs: plotly.js packed, nbconvert imported."""
    from workahead.reports import exporter  # noqa: F401

    return bundle(root)


def _make(
    notebook: Any,
    title: str,
    given: Mapping[str, Any],
    manifest: Mapping[str, Any],
    began: str,
    packing: Future[Bundle],
) -> tuple[str, Story]:
    told = story(notebook)
    about = [("Parameters", _listed(given)), ("Page made", f"{began[:16].replace('T', ' ')} UTC")]
    if not told.book:
        about.append(("Data", f"as of {manifest['as_of']}, fingerprint {manifest['fingerprint']}"))
    return page(notebook, told, title, packing.result(), about), told


def _why(error: Exception, executed: Path, kernel: Kernel) -> Failure:
    """The failing cell where there is one; else the error itself, with the kernel's last words."""
    import nbformat

    if executed.is_file():
        found = of_notebook(nbformat.read(executed, as_version=4))
        if found:
            return found
    trace = "" if isinstance(error, WorkaheadError) else "".join(traceback.format_exception(error))
    said = kernel.log() if kernel.process.poll() is not None else ""
    source = error.source if isinstance(error, KernelError) else ""
    told = "\n".join(part for part in (trace, said) if part)
    return Failure(type(error).__name__, str(error), source=source, traceback=told)


def _failure(
    title: str,
    covered: Span,
    trouble: Failure,
    given: Mapping[str, Any],
    manifest: Mapping[str, Any],
    good: Path,
    executed: Path,
) -> str:
    about = [
        ("Parameters", _listed(given)),
        ("Data", f"as of {manifest['as_of']}, fingerprint {manifest['fingerprint']}"),
    ]
    last = f"../{good.name}/index.html" if (good / "index.html").is_file() else None
    links = {"The notebook as far as it ran": "notebook.ipynb"} if executed.is_file() else None
    return failure_page(title, covered.label, trouble, about, last, links)


def _file_notebook(executed: Path, place: Path, original: Path) -> None:
    """The executed notebook, without the paths of the machine that ran it."""
    held = json.loads(executed.read_text(encoding="utf-8"))
    held["metadata"].get("papermill", {}).update(input_path=original.as_posix(), output_path=place.name)
    place.write_text(json.dumps(held, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _data(manifest: Mapping[str, Any]) -> dict[str, Any]:
    rows = {name: held["rows"] for name, held in manifest["tables"].items()}
    return {"as_of": manifest["as_of"], "fingerprint": manifest["fingerprint"], "rows": rows}


def _listed(given: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in given.items())


def _relative(folder: Path, root: Path) -> str:
    """A path as notebooks and run.json may hold it: nothing of this machine where it can be helped."""
    inside = folder.resolve().is_relative_to(root.resolve())
    return folder.resolve().relative_to(root.resolve()).as_posix() if inside else str(folder.resolve())


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
