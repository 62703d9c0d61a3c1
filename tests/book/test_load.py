"""From exports to a snapshot on disk and the Book in it."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest
import workahead as wa
from workahead.book.load import load

ACCOUNTS = "Account ID,Account Name,Segment\nA,Alpha,SMB\nB,Beta,Enterprise\n"
CONTRACTS = (
    "Contract ID,Account ID,Contract Start Date,Contract End Date,ARR\n"
    "1,A,2026-01-01,2026-12-31,1200\n2,B,2025-11-01,2026-12-31,2400\n3,X,2026-01-01,2026-12-31,100\n,B,2026-01-01,2026-12-31,7\n"
)
WORKBENCH = """
company: Tiny
as_of: 2026-06-30
exports:
  accounts: {file: a.csv, kind: salesforce}
  subscriptions: {file: c.csv, kind: salesforce}
"""


@pytest.fixture
def bench(tmp_path):
    (tmp_path / "a.csv").write_text(ACCOUNTS)
    (tmp_path / "c.csv").write_text(CONTRACTS)
    (tmp_path / "workbench.yml").write_text(WORKBENCH)
    return tmp_path / "workbench.yml"


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_load_files_a_snapshot_with_its_account(bench):
    book = load(bench)
    assert book.folder == bench.parent / "data/snapshots/2026-06-30"
    assert (book.company, book.currency, f"{book.as_of:%Y-%m-%d}") == ("Tiny", "USD", "2026-06-30")
    rows = book.reconciliation.set_index("table")
    assert rows.loc["subscriptions", ["rows_read", "kept", "set_aside"]].tolist() == [4, 3, 1]
    assert rows.loc["subscriptions", ["arr_read", "arr_kept"]].tolist() == [3707.0, 3700.0]
    assert rows.loc["accounts", "sha256"] == hashlib.sha256(ACCOUNTS.encode()).hexdigest()
    (aside,) = book.set_aside.to_dict("records")
    assert (aside["file"], aside["line"], aside["column"], aside["reason"], aside["arr"]) == (
        "c.csv", 5, "Contract ID", "subscription_id is blank", 7.0,
    )  # fmt: skip


def test_an_orphan_keeps_its_arr_under_an_account_of_its_own_and_is_a_finding(bench):
    book = load(bench)
    assert wa.arr(book)["arr"].tolist() == [3700.0]
    assert book["accounts"]["account_id"].tolist() == ["A", "B", "X"]
    orphan = book.findings.query("finding.str.contains('orphans')").iloc[0]
    assert (orphan["weight"], orphan["rows"], orphan["arr"]) == ("high", 1, 100.0)


def test_unchanged_files_are_not_read_again(bench):
    first = load(bench).manifest["created_at"]
    read = []
    again = load(bench, progress=read.append)
    assert (again.manifest["created_at"], read) == (first, [])
    load(bench, force=True, progress=read.append)
    assert read[:2] == ["a.csv", "c.csv"]


@pytest.mark.parametrize("changed", ["a.csv", "workbench.yml"])
def test_a_change_of_an_export_or_of_the_mapping_is_read(bench, changed):
    load(bench)
    path = bench.parent / changed
    path.write_text(path.read_text().replace("SMB", "Mid-Market").replace("Tiny", "Small"))
    read = []
    load(bench, progress=read.append)
    assert read


def test_a_damaged_snapshot_is_made_anew(bench):
    book = load(bench)
    (book.folder / "subscriptions.parquet").unlink()
    assert len(load(bench)["subscriptions"]) == 3


def test_days_stand_beside_each_other(bench):
    load(bench)
    later = load(bench, as_of="2026-07-31")
    assert [one.name for one in sorted((bench.parent / "data/snapshots").iterdir())] == [
        "2026-06-30",
        "2026-07-31",
    ]
    assert f"{later.as_of:%Y-%m-%d}" == "2026-07-31"


def test_without_a_day_it_is_today(bench):
    bench.write_text(WORKBENCH.replace("as_of: 2026-06-30\n", ""))
    assert load(bench).as_of == pd.Timestamp.today().normalize()


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_other_engines_open_the_same_book(bench, engine):
    assert wa.arr(load(bench, engine=engine))["arr"].tolist() == [3700.0]


def test_a_failed_load_leaves_the_snapshot_as_it_was(bench):
    folder = load(bench).folder.parent
    before = bytes_of(folder)
    (bench.parent / "c.csv").write_text(CONTRACTS.replace("ARR", "Annual"))
    with pytest.raises(wa.SourceError):
        load(bench)
    assert bytes_of(folder) == before


def test_a_day_that_is_none_is_refused(bench):
    with pytest.raises(wa.ConfigError, match="'soon' is no date"):
        load(bench, as_of="soon")


def test_without_accounts_they_are_those_of_the_contracts(bench):
    bench.write_text("as_of: 2026-06-30\nexports:\n  subscriptions: {file: c.csv, kind: salesforce}\n")
    book = load(bench)
    assert sorted(book["accounts"]["account_id"]) == ["A", "B", "X"]
    told = book.findings.query("finding.str.contains('segment')")
    assert told["weight"].tolist() == ["low"]
    # at the end of 2025 B alone had ARR, 2,400, and has it still; reports group by segment unless told otherwise
    kept = wa.retention(book, end="2026-06-30", months=6, by="segment")
    assert kept[["segment", "starting_arr", "nrr"]].values.tolist() == [["(not set)", 2400.0, 1.0]]
    with pytest.raises(wa.UnknownName, match="name its header"):
        wa.retention(book, by="csm")


def test_contracts_of_which_none_can_be_kept_make_no_book(bench):
    text = CONTRACTS.replace("2026-", "26.").replace("2025-", "25.")
    (bench.parent / "c.csv").write_text(text)
    with pytest.raises(
        wa.SourceError, match=r"none of the 4 rows for subscriptions can be kept.*line 2: start_date"
    ):
        load(bench)
    assert not (bench.parent / "data").exists()


def test_accounts_alone_make_no_book(bench):
    bench.write_text("as_of: 2026-06-30\nexports:\n  accounts: {file: a.csv, kind: salesforce}\n")
    with pytest.raises(wa.ConfigError, match="subscriptions"):
        load(bench)


def test_a_notebook_in_a_folder_below_finds_the_workbench(bench, monkeypatch):
    (bench.parent / "notebooks").mkdir()
    monkeypatch.chdir(bench.parent / "notebooks")
    assert load().company == "Tiny"


def test_contracts_that_may_be_empty_make_a_book_without_rows(bench):
    (bench.parent / "c.csv").write_text("Contract ID,Account ID,Contract Start Date,Contract End Date,ARR\n")
    bench.write_text(
        WORKBENCH.replace("c.csv, kind: salesforce", "c.csv, kind: salesforce, may_be_empty: true")
    )
    book = load(bench)
    assert (book.rows("subscriptions"), book.rows("accounts")) == (0, 2)
    assert wa.arr(book)["arr"].sum() == 0
