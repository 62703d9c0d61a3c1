"""One page, start to finish: run its notebook, export, publish; a run that fails says why beside the last good page."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tempfile
import time
import traceback
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from workahead.errors import WorkaheadError
from workahead.reports import publish
from workahead.reports.kernels.execute import Progress, StoppedError, execute
from workahead.reports.kernels.kernel import Kernel
from workahead.reports.masked import masked
from workahead.reports.page import changes, csvs
from workahead.reports.page.bundle import Bundle
from workahead.reports.page.failure import Failure, failure_page, of_notebook
from workahead.reports.page.links import account_pages, no_account_pages
from workahead.reports.page.page import Story, page, story
from workahead.reports.request.edition import Edition
from workahead.reports.request.readers import ACCOUNT, Reader, value_of
from workahead.show.facts import versions


@dataclass(frozen=True)
class Outcome:
    """What came of it: the page, or the page that says why there is none; ``unchanged``: it was there already."""

    reader: Reader | None
    page: Path
    failure: Failure | None
    seconds: float
    unchanged: bool = False


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


class Interrupted(WorkaheadError):  # noqa: N818 - nothing is wrong with it
    """Somebody has stopped all runs: this one leaves no trace."""


def unchanged(edition: Edition, reader: str | None) -> bool:
    """Whether the page is there, made from just what it would be made from now."""
    run = publish.read_run(edition.good(reader))
    return bool(run and run["status"] == "published" and run.get("input") == edition.input(reader))


def run(
    edition: Edition,
    reader: Reader | None,
    start: Callable[[], Kernel],
    packing: Future[Bundle],
    progress: Progress = lambda *_: None,
    *,
    clock: Clock | None = None,
    interrupted: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Publish the page of one reader. Whatever goes wrong is told by a page beside the last good one.

    Raises Interrupted where it was stopped from outside.
    """
    clock, began, number, whose = clock or Clock(), _now(), uuid.uuid4().hex, value_of(reader)
    report, good, failed = edition.report, edition.good(whose), edition.failed(whose)
    html, told, trouble = "", Story(), None
    with tempfile.TemporaryDirectory(prefix="workahead-") as desk:
        executed = Path(desk) / "notebook.ipynb"

        def write(place: Path) -> None:
            if not trouble:
                csvs.write(told.tables, place / "csv")
            (place / "index.html").write_text(html, encoding="utf-8")
            if executed.is_file():
                _file_notebook(executed, place / "notebook.ipynb", edition)
            clock.part("publish")
            publish.write_run(place, json.loads(masked(json.dumps({
                "run": number,
                "report": report.name,
                "title": report.title,
                "for_each": report.for_each,
                "reader": whose,
                "label": reader.label if reader else None,
                "company": edition.manifest.get("company"),
                "period": edition.covered.data(),
                "status": "failed" if trouble else "published",
                "started_at": began,
                "finished_at": _now(),
                "seconds": clock.seconds(),
                "parameters": edition.settings,
                "input": edition.input(whose),
                "data": _data(edition.manifest, told, alone=reader is not None),
                "versions": versions(),
                "key_figures": told.cards,
                "findings": told.findings,
                "changes": told.changes,
                "charts": [{"name": c.name, "title": c.title, "alt": c.alt} for c in told.charts],
                "tables": [{"name": t["name"], "title": t["title"], "rows": len(t["rows"])} for t in told.tables],
                "page_bytes": len(html.encode()),
                "failure": trouble.data() if trouble else None,
            }))))  # fmt: skip

        try:
            with start() as kernel:
                notebook = _executed(edition, whose, executed, kernel, progress)
            clock.part("notebook")
            progress("making the page", 1, 1)
            html, told = _page(edition, whose, notebook, began, packing)
            clock.part("page")
            if interrupted():
                raise Interrupted
            with publish.building(good) as place:
                write(place)
            settle(edition, whose)
        except Exception as error:  # whatever it is, the failure page tells it
            if interrupted():
                raise Interrupted from error
            trouble = _why(error, executed, edition.root)
            html, told = _failure(edition, reader, trouble, executed), Story()
            with publish.building(failed) as place:
                write(place)
    return Outcome(reader, (failed if trouble else good) / "index.html", trouble, clock.seconds()["total"])


def settle(edition: Edition, reader: str | None) -> None:
    """What follows from a good page: no failed one beside it, ``latest`` leads to the newest, old periods go."""
    shutil.rmtree(edition.failed(reader), ignore_errors=True)
    publish.point_latest(edition.home(reader))
    publish.prune(edition.home(reader), edition.report.keep)


def _executed(
    edition: Edition, reader: str | None, executed: Path, kernel: Kernel, progress: Progress
) -> Any:
    compared = changes.cell(edition.before(reader), edition.covered.data())
    try:
        return execute(
            changes.with_cell(edition.root / edition.report.notebook, compared, executed.parent),
            executed,
            edition.given,
            kernel,
            progress,
            edition.environment(reader),
            edition.report.timeout_minutes * 60,
        )
    except Exception as error:
        if said := kernel.ended() and kernel.log():
            error.add_note(said)
        raise


def _page(
    edition: Edition, reader: str | None, notebook: Any, began: str, packing: Future[Bundle]
) -> tuple[str, Story]:
    told, about = story(notebook), [("Page made", f"{began[:16].replace('T', ' ')} UTC")]
    if not (told.book and told.book.get("brief")):
        about = [*_about(edition)[: 1 if told.book else 2], *about]
    bundle, place = packing.result(), edition.good(reader)
    shared = None
    if edition.shared_assets and told.charts:
        shared = Path(os.path.relpath(bundle.share(edition.out), place)).as_posix()
    # an account's own page leads to no other one of it: the customer's must not lead to ours
    own = edition.report.for_each == ACCOUNT
    accounts = no_account_pages if own else account_pages(edition.out, place)
    return page(notebook, told, edition.report.title, bundle, about, shared, accounts), told


def _why(error: Exception, executed: Path, root: Path) -> Failure:
    """The failing cell where there is one; else the error itself, with the kernel's last words."""
    import nbformat

    if executed.is_file():
        try:
            found = of_notebook(nbformat.read(executed, as_version=4))
        except ValueError:  # half a notebook: the disk is full
            executed.unlink()
            found = None
        if found and not isinstance(error, StoppedError):
            return replace(found, traceback=_here(found.traceback, root))
    trace = "" if isinstance(error, WorkaheadError) else "".join(traceback.format_exception(error))
    trace = masked(_here(trace or "\n".join(getattr(error, "__notes__", [])), root))
    cell, source = (error.cell, error.source) if isinstance(error, StoppedError) else (None, "")
    return Failure(type(error).__name__, masked(str(error)), cell, masked(source), trace)


def _here(text: str, root: Path) -> str:
    """Paths as seen from the project: where that lies on this machine is nobody's business."""
    return text.replace(f"{root}{os.sep}", "")


def _failure(edition: Edition, reader: Reader | None, trouble: Failure, executed: Path) -> str:
    good = edition.good(value_of(reader))
    newest = good.name if (good / "index.html").is_file() else publish.newest(good.parent)
    last = f"../{newest}/index.html" if newest else None
    links = {"The notebook as far as it ran": "notebook.ipynb"} if executed.is_file() else None
    period = edition.covered.label if reader is None else f"{edition.covered.label}, {reader.label}"
    return failure_page(edition.report.title, period, trouble, _about(edition), last, links)


def _file_notebook(executed: Path, place: Path, edition: Edition) -> None:
    """The executed notebook, without the paths of the machine that ran it."""
    held = json.loads(_here(executed.read_text(encoding="utf-8"), edition.root))
    paths = {"input_path": edition.report.notebook.as_posix(), "output_path": place.name}
    held["metadata"].get("papermill", {}).update(paths)
    place.write_text(json.dumps(held, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _data(manifest: Mapping[str, Any], told: Story, alone: bool) -> dict[str, Any]:
    """What the page was made from; of a reader's page the rows that it has, which are the reader's."""
    rows = {name: held["rows"] for name, held in manifest["tables"].items()}
    if alone:
        rows = dict(told.book["rows"]) if told.book else {}
    return {"as_of": manifest["as_of"], "fingerprint": manifest["fingerprint"], "rows": rows}


def _about(edition: Edition) -> list[tuple[str, str]]:
    """For the foot of a page."""
    given = ", ".join(f"{name} = {value}" for name, value in edition.given.items())
    data = f"as of {edition.manifest['as_of']}, fingerprint {edition.manifest['fingerprint']}"
    return [("Parameters", masked(given)), ("Data", data)]


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
