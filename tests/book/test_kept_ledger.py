"""A snapshot outlives the code that filed it: its ledger is used only by the code that would build the same."""

from pathlib import Path

import pytest
import workahead as wa
from contracts import contracts
from workahead.book import snapshot


def test_a_ledger_kept_by_another_workahead_is_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = {"subscriptions": contracts(("1", "A", "2025-01-01", None, 100.0))}
    monkeypatch.setattr(snapshot, "_ledger_code", lambda: "of an older version")
    path = snapshot.write_snapshot(
        tmp_path, tables, as_of="2025-12-31", definitions=wa.Definitions(), currency="USD"
    )
    (old,) = path.glob("ledger-*.parquet")
    old.write_bytes(b"what an older version would have made of it")
    monkeypatch.undo()
    assert wa.arr(wa.Book.open(path))["arr"].tolist() == [100.0]
    assert len(list(path.glob("ledger-*.parquet"))) == 2
