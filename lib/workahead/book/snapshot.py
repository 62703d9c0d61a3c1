"""Dated snapshots on disk: one Parquet file a table, the ledger, and a manifest. Never half written."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workahead import __version__
from workahead.book import engines
from workahead.book.book import FINDINGS, SET_ASIDE, Book
from workahead.book.definitions import Definitions
from workahead.book.ledger import DEPENDS_ON
from workahead.errors import SnapshotError

if TYPE_CHECKING:
    from workahead.book.engines import Engine, Frame

FORMAT = 1
MANIFEST = "manifest.json"
LATEST = "latest"


def write_snapshot(
    folder: Path,
    tables: dict[str, pd.DataFrame],
    *,
    as_of: str | dt.date | pd.Timestamp,
    definitions: Definitions,
    currency: str,
    company: str | None = None,
    sources: Sequence[dict[str, Any]] = (),
    findings: pd.DataFrame | None = None,
    set_aside: pd.DataFrame | None = None,
    notes: Sequence[str] = (),
    extra: dict[str, Any] | None = None,
) -> Path:
    """File the tables as ``folder/<as_of>/`` and return that path.

    The tables are validated first (DataError names all problems). The snapshot is built beside its place and renamed
    into it: a reader finds the old one or the new one, whole. ``extra`` is kept in the manifest as it is.
    """
    book = Book.from_frames(
        as_of, definitions=definitions, currency=currency, company=company, plays=None, **tables
    )
    final = folder / f"{book.as_of:%Y-%m-%d}"
    folder.mkdir(parents=True, exist_ok=True)
    building = folder / f".{final.name}.{uuid.uuid4().hex[:8]}"
    building.mkdir()
    try:
        files: dict[str, Any] = {}
        for name, native in book.tables.items():
            path = building / f"{name}.parquet"
            native.to_parquet(path, index=False)
            files[name] = {"rows": len(native), "file": path.name, "sha256": digest(path)}
        engines.write_parquet(book.ledger(), building / _ledger_name(definitions), book.engine)
        aside = set_aside if set_aside is not None else pd.DataFrame(columns=SET_ASIDE)
        aside.to_csv(building / "set_aside.csv", index=False)
        found = findings if findings is not None else pd.DataFrame(columns=FINDINGS)
        found.to_csv(building / "findings.csv", index=False)
        manifest = {
            "format": FORMAT,
            "as_of": f"{book.as_of:%Y-%m-%d}",
            "company": company,
            "currency": currency,
            "created_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "workahead": __version__,
            "definitions": definitions.model_dump(),
            "tables": files,
            "fingerprint": _fingerprint(files, definitions),
            "sources": list(sources),
            "notes": list(notes),
            "findings": json.loads(found.to_json(orient="records")),
            **(extra or {}),
        }
        (building / MANIFEST).write_text(json.dumps(manifest, indent=1, default=_plain), encoding="utf-8")
        _replace(building, final)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return final


_HELD: dict[tuple[Path, str], Book] = {}
"""Books that this process hands out again, by folder and fingerprint; forked kernels inherit them."""


def hold(folder: Path) -> Book:
    """Open a snapshot, whoever may see it, so that whoever opens it later gets the same book (on pandas).

    For a process that forks kernels: an engine that has run a query in it would hang in them.
    """
    book = read_snapshot(folder, "pandas")
    _HELD[folder.resolve(), book.manifest["fingerprint"]] = book
    return book


def read_snapshot(folder: Path, engine: Engine, definitions: Definitions | None = None) -> Book:
    """Open a snapshot's tables on an engine. Raises SnapshotError where there is none, or it is not whole."""
    path = folder / MANIFEST
    if not path.is_file():
        raise SnapshotError(f"{folder} holds no snapshot ({MANIFEST} is missing). Make one: workahead load")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    if manifest.get("format") != FORMAT:
        raise SnapshotError(
            f"{folder} was written in format {manifest.get('format')}, this version reads {FORMAT}. "
            "Make it anew: workahead load --force"
        )
    held = _HELD.get((folder.resolve(), manifest["fingerprint"])) if engine == "pandas" else None
    if held is not None and definitions in (None, held.definitions):
        return held
    paths = {name: folder / str(table["file"]) for name, table in manifest["tables"].items()}
    gone = [p.name for p in paths.values() if not p.is_file()]
    if gone:
        raise SnapshotError(
            f"{folder} is not whole: {', '.join(gone)} missing. Make it anew: workahead load --force"
        )
    return Book(
        engines.open_parquet(paths, engine),
        as_of=pd.Timestamp(manifest["as_of"]),
        definitions=definitions or Definitions(**manifest["definitions"]),
        engine=engine,
        manifest=manifest,
        folder=folder,
    )


def open_snapshot(snapshot: str | Path = LATEST, engine: str = "pandas") -> Book:
    """Open a snapshot by its folder or by ``latest``, from anywhere inside the project.

    ``latest`` (or a path that ends in it) is the newest dated folder. Relative paths count from the project's root:
    the nearest folder upwards that has a ``workbench.yml``. Raises SnapshotError with the command that makes one.
    """
    path = Path(snapshot)
    if str(snapshot) == LATEST:
        path = snapshot_folder(project_root()) / LATEST
    if not path.is_absolute():
        path = project_root() / path
    if path.name == LATEST and not path.is_dir():
        path = newest(path.parent)
    return Book.open(path, engine)


def newest(folder: Path) -> Path:
    """The newest dated snapshot of a folder."""
    dated = sorted(p.parent for p in folder.glob(f"[0-9]*/{MANIFEST}"))
    if not dated:
        raise SnapshotError(
            f"nothing is loaded yet: there is no snapshot in {folder}. Make one: workahead load"
        )
    return dated[-1]


def snapshot_folder(root: Path) -> Path:
    """Where the project files its snapshots: as its workbench.yml says, else data/snapshots."""
    from workahead.sources.config import read_workbench

    workbench = root / "workbench.yml"
    return read_workbench(workbench).snapshot_folder if workbench.is_file() else root / "data" / "snapshots"


def project_root() -> Path:
    """The nearest folder upwards that has a workbench.yml, else the current one.

    Lab's scheduled jobs run outside the project: ``workahead lab`` names it to them in the environment.
    """
    here = Path.cwd()
    named = Path(os.environ.get("WORKAHEAD_PROJECT") or here)
    return next((p for p in (here, *here.parents) if (p / "workbench.yml").is_file()), named)


def kept_ledger(book: Book) -> Frame | None:
    """The snapshot's ledger for the book's definitions; built and kept there where it is the first of its kind."""
    if book.folder is None:
        return None
    path = book.folder / _ledger_name(book.definitions)
    if not path.is_file():
        if not os.access(book.folder, os.W_OK):
            return None
        beside = path.with_suffix(f".{uuid.uuid4().hex[:8]}")
        engines.write_parquet(book._build(()), beside, book.engine)
        beside.replace(path)
    return engines.lazy(engines.like(book.tables["subscriptions"], path, book.engine))


def _ledger_name(definitions: Definitions) -> str:
    chosen = {name: getattr(definitions, name) for name in DEPENDS_ON}
    return f"ledger-{hashlib.sha256((json.dumps(chosen) + _ledger_code()).encode()).hexdigest()[:8]}.parquet"


@cache
def _ledger_code() -> str:
    """Changes with the modules that make a ledger: one that another Workahead kept is not taken for its own."""
    here = Path(__file__).parent
    made_by = ("service.py", "customers.py", "ordered.py", "ledger.py")
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in made_by)).hexdigest()


def digest(path: Path) -> str:
    """A file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(files: dict[str, Any], definitions: Definitions) -> str:
    """Twelve characters that change when any table or definition does."""
    facts = {
        "files": {name: f["sha256"] for name, f in sorted(files.items())},
        "as": definitions.model_dump(),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]


def _replace(building: Path, final: Path) -> None:
    """Rename into place; an older snapshot of the same day steps aside first and goes last."""
    old = final.with_name(f".{final.name}.old.{uuid.uuid4().hex[:8]}")
    if final.exists():
        final.rename(old)
    try:
        building.rename(final)
    except OSError:
        if old.exists():
            old.rename(final)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _plain(value: Any) -> Any:
    """NumPy numbers and days as JSON has them."""
    return value.item() if hasattr(value, "item") else str(value)
