"""The command below a panel under a what-if: it runs as it is copied, and its page has the panel's numbers."""

from __future__ import annotations

import html
import re
import shlex
import shutil
from pathlib import Path

import pandas as pd
import workahead as wa
from commands import workahead
from workahead import explore
from workahead.book.snapshot import write_snapshot

ROOT = Path(__file__).parents[2]
FUTURE = pd.Timestamp("2026-12-31")


def test_a_copied_command_gives_a_page_with_the_numbers_of_the_panel(tmp_path: Path) -> None:
    """Of 1,200 there are 1,000 sure; A's 100 are saved, B's 100 renew at 40%; of A's 300 open a half closes."""
    lines = [("L", None, 1000.0), ("A", "2026-11-30", 100.0), ("B", "2026-11-30", 100.0)]
    contracts = pd.DataFrame(lines, columns=["account_id", "end_date", "arr"])
    contracts = contracts.assign(subscription_id=contracts["account_id"], start_date="2025-12-01")
    accounts = pd.DataFrame({"account_id": ["L", "A", "B"], "segment": "All"})
    accounts["name"] = ["Larch", "<b>O'Ak</b>", "Birch \U0001f333"]
    deal = {"opportunity_id": ["O"], "account_id": ["A"], "type": "expansion", "stage": ["S1"], "amount": 300.0,
            "created_date": "2026-09-01", "close_date": "2026-12-10", "is_closed": False, "is_won": False}  # fmt: skip
    tables = {"subscriptions": contracts, "accounts": accounts, "opportunities": pd.DataFrame(deal)}
    for file in ("notebooks/forecast.ipynb", "reports/what_if.yml"):
        (tmp_path / file).parent.mkdir()
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / "workbench.yml").write_text(
        "exports: [{table: subscriptions, file: contracts.csv, kind: table}]\n"
    )
    folder = write_snapshot(
        tmp_path / "data/snapshots", tables, as_of="2026-10-31", definitions=wa.Definitions(), currency="USD"
    )
    book = wa.Book.open(folder)
    given = {"probabilities": {"uncalled": 0.4}, "saved": ["A"], "end": FUTURE}
    where = {"name": accounts["name"].tolist()}
    plan = explore.plan(book, target=1.2, close_rate=0.5, where=where, **given)
    assert plan.table.loc[0, ["expansion_weighted", "starting_arr"]].tolist() == [150, 1200]
    ran = workahead(tmp_path, *shlex.split(plan.command)[1:])
    assert ran.returncode == 0, ran.stderr
    page = tmp_path / "reports/published/what_if/2026-12"
    (row,) = pd.read_csv(page / "csv/nrr-plan.csv").to_dict("records")
    for name, value in plan.table.iloc[0].items():
        assert str(row[name]) == str(value)[:10] if name.startswith("period") else row[name] == value, name
    assumed, usual = pd.read_csv(page / "csv/what-if.csv").to_dict("records")
    grr = explore.forecast(book, where=where, **given).table.loc[0, ["grr_low", "grr", "grr_high"]].to_dict()
    assert {name: assumed[name] for name in grr} == grr
    assert usual["grr"] != assumed["grr"]
    said = html.unescape(re.sub(r"<[^>]*>", "", (page / "index.html").read_text(encoding="utf-8")))
    assert "What if: where we would land" in said
    assert (
        "Assumed, not forecast: what nobody has called renews at 40%; <b>O'Ak</b> keeps all that is due; "
        "50% of all open expansion closes."
    ) in said
