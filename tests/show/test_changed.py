"""What changed since the last report, on two loads that one can add up in the head."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import workahead as wa
from contracts import contracts
from workahead import show
from workahead.book.snapshot import write_snapshot

ACCOUNTS = pd.DataFrame(
    {
        "account_id": ["A", "B", "C", "Z"],
        "name": ["Alder", "Birch", "<b>Cedar", "Zelkova"],
        "csm": ["Ana", "Ana", "Bo", "Ana"],
    }
)
Z, A = ("SZ", "Z", "2025-01-01", None, 1000), ("SA", "A", "2025-06-21", "2026-06-20", 100)
# In September: Z 1,000 and C 50, of 1,150 a year before: NRR and GRR 91.3%, two of three customers.
THEN = contracts(Z, A, ("SC", "C", "2025-01-01", None, 50))
# In October that September reads: A renewed late (120) and C 55, so 1,175 of 1,155. October has B, too: 1,375.
NOW = contracts(
    Z,
    A,
    ("SC", "C", "2025-01-01", None, 55),
    ("SA2", "A", "2026-07-10", None, 120),
    ("SB", "B", "2026-10-05", None, 200),
)
FIGURES = [
    {"label": "ARR", "kind": "money", "value": 1050.0},
    {"label": "NRR", "kind": "percent", "value": 1050 / 1150},
    {"label": "GRR", "kind": "percent", "value": 1050 / 1150},
    {"label": "Never heard of", "kind": "count", "value": 3.0},
]


@pytest.fixture
def loads(tmp_path: Path) -> dict[str, Path]:
    """Both snapshots on disk."""
    folders = {}
    for day, lines in (("2026-09-30", THEN), ("2026-10-31", NOW)):
        tables = {"subscriptions": lines, "accounts": ACCOUNTS}
        rules = wa.Definitions()
        folders[day] = write_snapshot(tmp_path, tables, as_of=day, definitions=rules, currency="USD")
    return folders


def before(folder: Path, **changes: Any) -> dict[str, Any]:
    """What the report knows of the page for September."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    told = {
        "label": "September 2026",
        "kind": "month",
        "start": "2026-08-31",
        "end": "2026-09-30",
        "now": {"start": "2026-09-30", "end": "2026-10-31"},
        "run": "1",
        "months": 12,
        "figures": FIGURES,
        "snapshot": str(folder),
        "fingerprint": manifest["fingerprint"],
    }
    return {**told, **changes}


def october(book: wa.Book) -> None:
    """The cards of October's page: Z 1,000, A 120, C 55 of 1,155 a year before, and B 200: NRR 101.7%, GRR 100%."""
    show.cards(
        [show.Card("ARR", 1375.0, kind="money"), show.Card("NRR", 1175 / 1155), show.Card("GRR", 1.0)], "USD"
    )


def test_figures_then_and_now_and_what_reads_otherwise_with_the_reasons(loads: dict[str, Path]) -> None:
    book = wa.Book.open(loads["2026-10-31"])
    october(book)
    first, behind, why = show.changed(book, before(loads["2026-09-30"]))
    assert first.text.splitlines() == [
        "Since the report for September 2026, ARR rose 325 to USD 1.4k, NRR rose 10.4 points to 101.7% and "
        "GRR rose 8.7 points to 100.0%.",
        "September 2026's ARR read USD 1.1k in last month's report and reads USD 1.2k now, "
        "NRR 91.3% (now 101.7%) and GRR 91.3% (now 100.0%): 1 late renewal and 1 changed contract.",
    ]
    arr = first.data["figures"][0]
    assert (arr["then"], arr["reads"], arr["now"]) == (1050, 1175, 1375)
    rows = {row[1]: row[3] for row in behind.data["rows"]}
    assert rows == {"Birch": 200, "September 2026 reads otherwise now": 125}
    assert sum(rows.values()) == 1375 - 1050
    at_september = [row[1:] for row in why.data["rows"] if row[4] == "2026-09-30"]
    assert at_september == [
        ["Alder", 120, "Late renewal", "2026-09-30", 0, 120, "SA2 from 2026-07-10, renews SA"],
        ["<b>Cedar", 5, "Changed contract", "2026-09-30", 50, 55, "SC: ARR 50.00 → 55.00"],
    ]
    assert "<b>" not in why.html


def test_where_the_data_of_then_are_gone_nobody_can_be_named(loads: dict[str, Path]) -> None:
    book = wa.Book.open(loads["2026-10-31"])
    october(book)
    gone = before(loads["2026-09-30"], fingerprint="another load")
    shown = show.changed(book, gone)
    assert shown[0].text.endswith("no longer kept, so the accounts behind it can't be named.")
    assert shown[0].data["restated"] is None
    shown = show.changed(book, before(loads["2026-09-30"], snapshot=str(loads["2026-09-30"] / "no")))
    assert "can't be named" in shown[0].text
    (loads["2026-09-30"] / "subscriptions.parquet").write_bytes(b"half a file")
    shown = show.changed(book, before(loads["2026-09-30"]))
    assert "can't be named" in shown[0].text


def test_a_figure_that_this_book_does_not_give_is_compared_and_no_more(loads: dict[str, Path]) -> None:
    """A card of the same label with another meaning, a projected NRR say: nothing is said of what it would read."""
    book = wa.Book.open(loads["2026-10-31"])
    show.cards([show.Card("ARR", 7.0, kind="money"), show.Card("NRR", 0.5), show.Card("GRR", 0.5)])
    shown = show.changed(book, before(loads["2026-09-30"]))
    assert [one.kind for one in shown] == ["changes"]
    assert [one["reads"] for one in shown[0].data["figures"]] == [None, None, None]
    assert len(shown[0].text.splitlines()) == 1


def test_nothing_is_shown_where_the_last_report_had_other_figures(loads: dict[str, Path]) -> None:
    other = [{"label": "Nobody's figure", "kind": "count", "value": 1.0}]
    assert show.changed(wa.Book.open(loads["2026-10-31"]), before(loads["2026-09-30"], figures=other)) == []


def test_a_reader_sees_the_names_of_their_own_accounts_alone(
    loads: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Birch and Alder are Ana's. By October Zelkova is Bo's: Ana's September reads 1,000 less, and no page says who."""
    moved = ACCOUNTS.assign(csm=["Ana", "Ana", "Bo", "Bo"])
    tables = {"subscriptions": NOW, "accounts": moved}
    folder = write_snapshot(
        tmp_path / "later", tables, as_of="2026-10-31", definitions=wa.Definitions(), currency="USD"
    )
    monkeypatch.setenv("WORKAHEAD_AUDIENCE", json.dumps({"where": {"csm": ["Ana"]}, "who": "Ana"}))
    book = wa.Book.open(folder)
    show.cards([show.Card("ARR", 320.0, kind="money")], "USD")
    september = [{"label": "ARR", "kind": "money", "value": 1000.0}]
    shown = show.changed(book, before(loads["2026-09-30"], figures=september))
    assert shown[0].text.splitlines()[1] == (
        "September 2026's ARR read USD 1.0k in last month's report and reads USD 120 now: 1 late renewal and "
        "1 account that has moved."
    )
    everything = json.dumps([[one.html, one.data] for one in shown])
    assert "Zelkova" not in everything
    assert "SZ" not in everything
    assert [row[1:4] for row in shown[2].data["rows"]] == [
        ["Alder", 120, "Late renewal"],
        ["Accounts that are no longer in this book", -1000, "Moved account"],
    ]
