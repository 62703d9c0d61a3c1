"""`workahead report monthly` over contracts that nobody here made: the page's bridge is the one saasops computed."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import workahead as wa
from commands import workahead

ROOT = Path(__file__).parents[2]
BRIDGE = ["starting", "new", "expansion", "contraction", "churn", "ending"]

TESTDB = """
company: testdb
as_of: 2025-12-31
snapshots: snapshots
definitions: {grain: subscription}
exports:
  - table: accounts
    file: GOLDEN/saasops/testdb_customers.csv
    kind: table
    columns: {account_id: CustomerID, name: Name, region: State, segment: City}
  - table: subscriptions
    file: GOLDEN/saasops/testdb_contracts.csv
    kind: table
    columns: {subscription_id: ContractID, account_id: CustomerID, start_date: TermStartDate, end_date: TermEndDate,
              total_value: TotalValue, replaces: RenewalFromContractID, signed_date: ContractDate}
"""
TESTDB2 = """
company: testdb2
as_of: 2025-01-31
snapshots: snapshots
exports:
  - table: accounts
    file: GOLDEN/saasops/testdb2_customers.csv
    kind: table
    columns: {account_id: Name, region: State, segment: City}
  - table: subscriptions
    file: GOLDEN/saasops/testdb2_arr_table_saasops_0_1_1.csv
    kind: table
    columns: {subscription_id: ContractID, account_id: CustomerName, start_date: ARRStartDate, end_date: ARREndDate,
              arr: ARR, replaces: RenewalFromContractID}
"""

Published = Callable[[str, str], tuple[Path, wa.Book]]


@pytest.fixture(scope="module")
def publish(load, tmp_path_factory) -> Published:
    """The folder of a page, published by the command from the snapshot that a workbench.yml gives."""

    def run(workbench: str, period: str) -> tuple[Path, wa.Book]:
        book, out = load(workbench), tmp_path_factory.mktemp("published")
        command = ["report", "monthly", "--period", period, "--snapshot", str(book.folder), "--out", str(out)]
        done = workahead(ROOT, *command)
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.strip().splitlines()[-1]).parent, book

    return run


@pytest.fixture(scope="module")
def testdb(publish) -> Path:
    return publish(TESTDB, "2025-12")[0]


@pytest.fixture(scope="module")
def testdb2(publish) -> Path:
    return publish(TESTDB2, "2025-01")[0]


def bridges(folder: Path) -> dict[str, list[float]]:
    """The twelve monthly bridges in the CSV beside the page, by closing day."""
    with (folder / "csv" / "movements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {float(row["reactivation"]) for row in rows} == {0.0}
    return {row["period_end"][:10]: [float(row[column]) for column in BRIDGE] for row in rows}


def card(folder: Path, label: str) -> float:
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (value,) = (one["value"] for one in run["key_figures"] if one["label"] == label)
    return float(value)


def text(folder: Path) -> str:
    """What the page says, without its scripts and tags."""
    page = (folder / "index.html").read_text(encoding="utf-8")
    return " ".join(
        html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<script.*?</script>", " ", page))).split()
    )


def test_the_page_over_testdb_shows_the_bridge_of_saasops(testdb, saasops_bridge):
    ours, theirs = bridges(testdb), saasops_bridge("testdb")
    assert list(ours) == [f"{close:%Y-%m-%d}" for close in theirs["2025-01-31":"2025-12-31"].index]
    for close, row in theirs["2025-02-28":"2025-12-31"].iterrows():
        assert ours[f"{close:%Y-%m-%d}"] == row.tolist(), close


def test_in_january_it_differs_by_what_was_signed_in_2024_for_service_from_january(testdb, saasops_bridge):
    """Contracts 5 (2,000,000) and 38 (60,000) were signed in December: in saasops they are ARR by then."""
    ours, theirs = bridges(testdb)["2025-01-31"], saasops_bridge("testdb").loc["2025-01-31"].tolist()
    starting, new, expansion, contraction, churn, ending = (a - b for a, b in zip(ours, theirs, strict=True))
    assert (starting, new) == (-2_060_000, 2_060_000)
    assert (expansion, contraction, churn, ending) == (0, 0, 0, 0)


def test_its_key_figure_is_the_arr_that_saasops_ends_december_with(testdb, saasops_bridge):
    assert card(testdb, "ARR") == saasops_bridge("testdb").loc["2025-12-31", "ending"] == 1_470_000


def test_the_page_over_testdb2_agrees_but_for_the_phantom(testdb2, saasops_bridge):
    ours, theirs = bridges(testdb2), saasops_bridge("testdb2")
    for close in ("2024-02-29", "2024-03-31", "2024-04-30"):
        assert ours[close] == theirs.loc[close].tolist()
    assert ours["2024-05-31"] == [380_000, 0, 0, 0, 240_000, 140_000]  # Beta ran out on 30 May
    assert theirs.loc["2024-05-31"].tolist() == [380_000, 0, 0, 0, 0, 380_000]
    assert ours["2025-01-31"] == [140_000, 0, 0, 0, 140_000, 0]
    assert theirs.loc["2025-01-31"].tolist() == [380_000, 0, 0, 0, 140_000, 240_000]


def test_the_page_over_testdb2_says_which_row_was_set_aside_and_why(testdb2):
    said = text(testdb2)
    assert "Of 10 rows in 2 files, 9 were kept and 1 was set aside" in said
    assert "1 row of subscriptions was set aside: the contract ends before it starts" in said
    assert "line 7 (ARREndDate: 2023-05-28)" in said
    assert card(testdb2, "ARR") == 0
