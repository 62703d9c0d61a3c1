"""`workahead diff`: two snapshots compared, as people run it."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import workahead as wa
from commands import Done, workahead
from contracts import contracts
from workahead.book.snapshot import write_snapshot
from workahead.errors import ConfigError, PeriodError, SnapshotError
from workahead.reports.diff import check, compare, snapshots, write

ACCOUNTS = pd.DataFrame({"account_id": ["A", "Z"], "name": ["=1+1", "Zelkova"], "segment": ["SMB", "SMB"]})
THEN = contracts(("SZ", "Z", "2025-01-01", None, 1000), ("SA", "A", "2025-06-21", "2026-06-20", 12345.67))
NOW = pd.concat([THEN, contracts(("SB", "A", "2026-07-10", None, 12345.67))], ignore_index=True)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two snapshots; A's late renewal, as much as before, stands in the newer one alone."""
    folder = tmp_path_factory.mktemp("diff")
    (folder / "workbench.yml").write_text(
        "currency: USD\nexports: [{table: subscriptions, file: contracts.csv, kind: table}]\n",
        encoding="utf-8",
    )
    for day, lines in (("2026-09-30", THEN), ("2026-10-31", NOW)):
        write_snapshot(
            folder / "data" / "snapshots",
            {"subscriptions": lines, "accounts": ACCOUNTS},
            as_of=day,
            definitions=wa.Definitions(),
            currency="USD",
        )
    return folder


def command(root: Path, *arguments: str) -> Done:
    return workahead(root, "diff", *arguments, COLUMNS="200")


def test_tables_months_and_accounts_are_printed_and_filed(root: Path) -> None:
    """June to September read 12,345.67 more: 4 months of 24, and one account, whose name is no formula in the file."""
    done = command(root, "--out", "restated.csv")
    assert done.returncode == 0, done.stderr
    assert "From 2026-09-30 to 2026-10-31" in done.stdout
    assert "Of 24 month-ends 4 read otherwise now" in done.stdout
    assert "Why September 2026 reads otherwise: 1 late renewal" in done.stdout
    assert "SB from 2026-07-10, renews SA" in done.stdout
    with (root / "restated.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["at"] for row in rows] == ["2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30"]
    assert {(row["name"], row["reason"], row["difference"]) for row in rows} == {
        ("'=1+1", "late_renewal", "12345.67")
    }


def test_what_changed_in_each_table(root: Path) -> None:
    found = compare(*snapshots(root, "2026-09-30", None), months=4)
    table = found.tables.set_index("table")
    assert table.loc["subscriptions"].to_list() == [2, 3, 1, 0, 0, 12345.67, 0, 0]
    assert table.loc["accounts"].to_list()[:5] == [2, 2, 0, 0, 0]
    assert found.months["arr_difference"].to_list() == [12345.67] * 4


def test_a_workbook_holds_the_cents_and_no_formula(root: Path, tmp_path: Path) -> None:
    found = compare(*snapshots(root, None, None), months=1)
    write(found.accounts, tmp_path / "restated.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "restated.xlsx").active
    assert sheet is not None
    head, row = (list(line) for line in sheet.iter_rows(values_only=True))
    held = dict(zip(head, row, strict=True))
    assert held["name"] == "'=1+1"
    assert held["difference"] == 12345.67


def test_what_it_refuses(root: Path, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="one of these days: 2026-09-30, 2026-10-31"):
        snapshots(root, "2026-08-31", None)
    with pytest.raises(PeriodError, match="give the older one first"):
        compare(*snapshots(root, "2026-10-31", "2026-09-30"))
    with pytest.raises(ConfigError, match=r"must end in \.csv or \.xlsx"):
        check(Path("restated.pdf"))
    (tmp_path / "workbench.yml").write_text((root / "workbench.yml").read_text("utf-8"), encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"there is none.*workahead load --as-of"):
        snapshots(tmp_path, None, None)
    done = command(root, "2026-01-01")
    assert done.returncode == 2
    assert "there is no snapshot 2026-01-01" in done.stderr
    assert "Traceback" not in done.stderr
