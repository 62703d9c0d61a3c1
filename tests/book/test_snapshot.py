"""Snapshots on disk: the same numbers from every engine, never half written."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import workahead as wa
from contracts import contracts, segments
from workahead.book.snapshot import newest, write_snapshot

ROWS = (
    ("S1", "A", "2023-01-01", "2023-12-31", 100.0, None),
    ("S2", "A", "2024-01-15", None, 130.0, "S1"),
    ("S3", "B", "2023-03-01", "2024-06-30", 60.0, None),
    ("S4", "C", "2024-02-01", "2024-12-20", 10.0, None),
)


def filed(folder: Path, as_of: str = "2024-12-31", **definitions: object) -> Path:
    return write_snapshot(
        folder,
        {"subscriptions": contracts(*ROWS), "accounts": segments(A="x", B="y", C="y")},
        as_of=as_of,
        definitions=wa.Definitions(**definitions),  # type: ignore[arg-type]
        currency="EUR",
        company="O'Neil & Sons",
    )


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_every_engine_opens_it_with_equal_tables(tmp_path: Path, engine: str) -> None:
    path = filed(tmp_path / "it's here")
    book = wa.Book.open(path, engine=engine)
    assert (book.currency, book.company, book.as_of) == ("EUR", "O'Neil & Sons", pd.Timestamp("2024-12-31"))
    # A 100 -> 130, B leaves with 60; C came with 10 and is overdue since 20 December
    moved = wa.movements(book, "2023-12-31", "2024-12-31", by="segment")
    assert moved[["starting", "new", "expansion", "churn", "ending"]].to_numpy().tolist() == [
        [100, 0, 30, 0, 130],
        [60, 10, 0, 60, 10],
    ]
    assert wa.arr(book)["overdue_arr"].item() == 10
    strict = wa.Book.open(path, engine=engine, definitions=wa.Definitions(late_renewal_days=0))
    assert wa.arr(strict)["arr"].item() == 130


def test_a_ledger_is_built_once_a_definition_and_kept(tmp_path: Path) -> None:
    path = filed(tmp_path)
    assert len(list(path.glob("ledger-*.parquet"))) == 1
    book = wa.Book.open(path, definitions=wa.Definitions(late_renewal_days=0))
    wa.arr(book)
    kept = sorted(path.glob("ledger-*.parquet"))
    assert len(kept) == 2
    stamps = [ledger.stat().st_mtime_ns for ledger in kept]
    wa.arr(wa.Book.open(path, engine="polars", definitions=wa.Definitions(late_renewal_days=0)))
    wa.arr(wa.Book.open(path, engine="duckdb", definitions=wa.Definitions(accepted_stage="S3")))
    assert [ledger.stat().st_mtime_ns for ledger in sorted(path.glob("ledger-*.parquet"))] == stamps


def test_the_fingerprint_is_of_the_data_and_the_definitions(tmp_path: Path) -> None:
    prints = [
        wa.Book.open(path).manifest["fingerprint"]
        for path in (filed(tmp_path / "1"), filed(tmp_path / "2"), filed(tmp_path / "3", late_renewal_days=5))
    ]
    assert prints[0] == prints[1]
    assert prints[0] != prints[2]


def test_tables_that_make_no_book_leave_the_older_snapshot_as_it_was(tmp_path: Path) -> None:
    path = filed(tmp_path)
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    with pytest.raises(wa.DataError):
        write_snapshot(
            tmp_path,
            {"subscriptions": contracts(("S1", "A", "2024-01-01", "2023-01-01", 1))},
            as_of="2024-12-31",
            definitions=wa.Definitions(),
            currency="USD",
        )
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["2024-12-31"]


def test_loading_again_replaces_the_day_and_leaves_nothing_beside(tmp_path: Path) -> None:
    filed(tmp_path)
    filed(tmp_path, late_renewal_days=0)
    assert [p.name for p in tmp_path.iterdir()] == ["2024-12-31"]
    assert wa.Book.open(tmp_path / "2024-12-31").definitions.late_renewal_days == 0


def test_latest_is_the_newest_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(wa.SnapshotError, match="workahead load"):
        newest(tmp_path)
    (tmp_path / "workbench.yml").write_text(
        "currency: EUR\nsnapshots: filed\nexports: [{table: subscriptions, file: contracts.csv, kind: table}]\n"
    )
    (tmp_path / "notebooks").mkdir()
    for day in ("2024-11-30", "2024-12-31", "2024-10-31"):
        filed(tmp_path / "filed", day)
    monkeypatch.chdir(tmp_path / "notebooks")
    assert wa.open_snapshot().as_of == pd.Timestamp("2024-12-31")
    assert wa.open_snapshot("filed/2024-11-30").as_of == pd.Timestamp("2024-11-30")


def test_what_is_no_whole_snapshot_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no snapshot"):
        wa.Book.open(tmp_path)
    path = filed(tmp_path)
    (path / "accounts.parquet").unlink()
    with pytest.raises(wa.SnapshotError, match=r"accounts\.parquet missing"):
        wa.Book.open(path)
    manifest = json.loads((path / "manifest.json").read_text()) | {"format": 99}
    (path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(wa.SnapshotError, match="format 99"):
        wa.Book.open(path)


def test_an_unknown_engine_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(wa.ConfigError, match="Did you mean 'polars'"):
        wa.Book.open(filed(tmp_path), engine="polar")
