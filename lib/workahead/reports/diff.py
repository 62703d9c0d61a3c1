"""Two snapshots compared: what the newer load changed by table, which past months read otherwise, and why."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workahead.book.book import Book
from workahead.book.snapshot import LATEST, MANIFEST, newest, snapshot_folder
from workahead.errors import ConfigError, SnapshotError, some
from workahead.metrics.differences.restated import restated, restated_causes
from workahead.metrics.differences.table_changes import table_changes
from workahead.reports.page.csvs import harmless

if TYPE_CHECKING:
    from workahead.metrics.positions import By

FORMS = (".csv", ".xlsx")


@dataclass(frozen=True)
class Differences:
    """What ``wa.table_changes`` and ``wa.restated`` give, and the accounts behind each month-end that differs (at)."""

    old: Book
    new: Book
    tables: pd.DataFrame
    months: pd.DataFrame
    accounts: pd.DataFrame


def snapshots(root: Path, old: str | None, new: str | None) -> tuple[Path, Path]:
    """The folders of two snapshots, given by folder or date; by default the two newest.

    Raises SnapshotError, which says what there is.
    """
    held = snapshot_folder(root)
    if old is not None:
        return _one(old, root, held), _one(new or LATEST, root, held)
    dated = sorted(path.parent for path in held.glob(f"[0-9]*/{MANIFEST}"))
    if len(dated) < 2:
        there = f"only {dated[0].name}" if dated else "none"
        raise SnapshotError(
            f"two snapshots are compared, and in {held} there is {there}. File one of another day: "
            "workahead load --as-of 2026-10-31"
        )
    return dated[-2], dated[-1]


def _one(text: str, root: Path, held: Path) -> Path:
    if text == LATEST:
        return newest(held)
    for folder in (held / text, Path(text), root / text):
        if (folder / MANIFEST).is_file():
            return folder
    there = some(sorted(path.parent.name for path in held.glob(f"[0-9]*/{MANIFEST}")))
    raise SnapshotError(
        f"there is no snapshot {text}: name a folder or one of these days: {there or 'none yet'}"
    )


def compare(old: Path, new: Path, months: int = 24, by: By = None) -> Differences:
    """Compare two snapshots. Raises PeriodError where the older one comes second, UnknownName for ``by``."""
    before, after = Book.open(old), Book.open(new)
    table = restated(before, after, months, by)
    differ = table[table[["by_data", "by_definitions"]].ne(0).any(axis=1)]
    days = sorted(differ["period_end"].unique()) or list(table["period_end"].tail(1)) or [before.as_of]
    accounts = restated_causes(before, after, days, by)
    return Differences(before, after, table_changes(before, after), table, accounts)


def check(path: Path | None) -> None:
    """Raises ConfigError for a file whose name ends in neither form."""
    if path is not None and path.suffix.lower() not in FORMS:
        raise ConfigError(f"--out {path}: the name says the form, and must end in {' or '.join(FORMS)}")


def write(accounts: pd.DataFrame, path: Path) -> None:
    """The accounts as CSV or XLSX, with nothing in them that a spreadsheet would run."""
    known = ["account_id", "name", "reason", "then", "now", "difference", "detail"]
    groups = [column for column in accounts if column not in {*known, "at", "causes"}]
    columns = ["at", *groups, *known]
    rows: list[list[Any]] = [columns]
    for row in accounts[columns].itertuples(index=False, name=None):
        rows.append([_cell(value) for value in row])
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".xlsx":
        from workahead.sample.files import write_sheet

        write_sheet(path, "restated", rows)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _cell(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return None if value is None or value != value else harmless(value)
