"""From the exports that workbench.yml names to a dated snapshot on disk, and the Book in it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from workahead import __version__
from workahead.book.book import Book
from workahead.book.findings import check
from workahead.book.snapshot import MANIFEST, digest, project_root, write_snapshot
from workahead.book.tables import TABLES
from workahead.errors import ConfigError, SourceError
from workahead.sources.benchmarks import FILE as BENCHMARKS
from workahead.sources.benchmarks import project_benchmarks
from workahead.sources.config import read_workbench
from workahead.sources.exports import Loaded, read_exports
from workahead.sources.observed import Observation
from workahead.sources.plays import FILE as PLAYS
from workahead.sources.plays import project_plays
from workahead.sources.workbench import Workbench


def load(
    path: str | Path = "workbench.yml",
    as_of: str | dt.date | pd.Timestamp | None = None,
    *,
    force: bool = False,
    engine: str = "pandas",
    progress: Callable[[str], None] | None = None,
) -> Book:
    """Read the exports that `path` names, file a snapshot as of a day, and open it.

    as_of: default is workbench.yml's, else today. Where neither the exports nor workbench.yml nor the loader have
    changed since that day's snapshot was filed, it is opened as it is; `force` reads everything again. A load that
    fails leaves the snapshots that are there untouched.

    Raises ConfigError (workbench.yml), SourceError (an export), DataError (tables that make no book): each names
    everything that is wrong, and where.
    """
    path = workbench_path(path)
    workbench = read_workbench(path)
    if not any(one.table == "subscriptions" for one in workbench.exports):
        raise ConfigError(
            f"{path}: no export feeds the table subscriptions, and a book is made of contracts. They usually come "
            f"from {TABLES['subscriptions'].holder}. Add an entry:\n"
            "  - table: subscriptions\n    file: <your export>\n    kind: salesforce   # or hubspot, table"
        )
    plays, benchmarks = project_plays(path.parent), project_benchmarks(path.parent)
    day = _day(as_of, workbench)
    final = workbench.snapshot_folder / f"{day:%Y-%m-%d}"
    mapping = mapping_digest(path)
    if not force and is_current(final, workbench, mapping):
        return Book.open(final, engine)
    loaded = read_exports(workbench, progress)
    if progress:
        progress("checking and filing")
    _refuse_nothing(loaded)
    tables = with_all_accounts(loaded.tables)
    findings = check(
        loaded.tables,
        as_of=day,
        observations=[*loaded.observations, *_no_segment(loaded.tables)],
        sources=loaded.sources,
        set_aside=loaded.set_aside,
    )
    filed = write_snapshot(
        workbench.snapshot_folder,
        tables,
        as_of=day,
        definitions=workbench.definitions,
        currency=workbench.currency,
        company=workbench.company,
        sources=loaded.sources,
        findings=findings,
        set_aside=loaded.set_aside,
        notes=[*_rate_notes(workbench), *loaded.notes],
        extra={
            "mapping": mapping,
            "rates": dict(workbench.rates),
            "time_zone": workbench.time_zone,
            **({"plays": plays.model_dump(mode="json")} if plays else {}),
            "benchmarks": [one.model_dump(mode="json") for one in benchmarks],
        },
    )
    return Book.open(filed, engine)


def workbench_path(path: str | Path) -> Path:
    """The file itself, or the one of that name in the project's root: notebooks run in a folder below it."""
    here, above = Path(path), project_root() / path
    return above if above.exists() and not here.exists() else here


def _day(as_of: str | dt.date | pd.Timestamp | None, workbench: Workbench) -> pd.Timestamp:
    if as_of is None:
        return pd.Timestamp(workbench.as_of or dt.date.today())  # noqa: DTZ011  the analyst's own day
    try:
        return pd.Timestamp(as_of).normalize()
    except ValueError:
        raise ConfigError(f"as_of {as_of!r} is no date; write it as 2026-10-31.") from None


def mapping_digest(path: Path) -> str:
    """Changes with workbench.yml, plays.yml and benchmarks.yml, the standard mappings, and the loader's own code."""
    beside, here = [path.parent / PLAYS, path.parent / BENCHMARKS], Path(__file__).parent
    code = [*here.glob("*.py"), *here.parent.glob("sources/*.py"), *here.parent.glob("sources/*.yml")]
    files = [path, *(one for one in beside if one.is_file()), *sorted(code)]
    return hashlib.sha256(__version__.encode() + b"".join(one.read_bytes() for one in files)).hexdigest()


def is_current(folder: Path, workbench: Workbench, mapping: str) -> bool:
    """Whether a snapshot was filed from exactly these files and this mapping, and is whole."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        filed = {one["file"]: one["sha256"] for one in manifest["sources"]}
        if manifest["mapping"] != mapping or set(filed) != {one.file for one in workbench.exports}:
            return False
        whole = all((folder / table["file"]).is_file() for table in manifest["tables"].values())
        return whole and all(digest(workbench.folder / file) == sha256 for file, sha256 in filed.items())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def with_all_accounts(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Every account that a contract names has a row: those that the accounts export lacks are added, named by their
    id, and so are all where there is no such export. They have a segment, which reports group by, though it be blank.
    """
    if "subscriptions" not in tables:
        return tables
    nobody = pd.DataFrame({"account_id": [], "name": []}, dtype="str")
    accounts = tables.get("accounts", nobody)
    known, named = set(accounts["account_id"]), tables["subscriptions"]["account_id"].dropna().unique()
    lacking = [one for one in named if one not in known]
    if lacking:
        added = {"account_id": lacking, **({"name": lacking} if "name" in accounts else {})}
        accounts = pd.concat([accounts, pd.DataFrame(added, dtype="str")], ignore_index=True)
    if "segment" not in accounts:
        accounts = accounts.assign(segment=pd.Series(None, index=accounts.index, dtype="str"))
    return {**tables, "accounts": accounts}


def _refuse_nothing(loaded: Loaded) -> None:
    """SourceError where exports hold rows for contracts and none of them is one: the mapping is wrong, or the file."""
    if (
        len(loaded.tables["subscriptions"])
        or (aside := loaded.set_aside.query("table == 'subscriptions'")).empty
    ):
        return
    first = aside.iloc[0]
    at = f" ({first['column']} = {first['value']!r})" if first["column"] else ""
    raise SourceError(
        f"{first['file']}: none of the {len(aside):,} rows for subscriptions can be kept, so there is no book. The "
        f"first, line {first['line']}: {first['reason']}{at}. Correct the mapping in workbench.yml, or the export."
    )


def _no_segment(tables: dict[str, pd.DataFrame]) -> list[Observation]:
    if "segment" in tables.get("accounts", ()):
        return []
    return [
        Observation(
            "low",
            "accounts",
            "no column says the segment of an account: tables by segment hold one row, (not set)",
            advice="map it in the entry of accounts (`columns: segment: <header>`), or group a report by a column "
            "you have: --set by=region",
        )
    ]


def _rate_notes(workbench: Workbench) -> list[str]:
    if not workbench.rates:
        return []
    listed = ", ".join(
        f"1 {code} = {rate:g} {workbench.currency}" for code, rate in sorted(workbench.rates.items())
    )
    return [f"constant exchange rates: {listed}"]
