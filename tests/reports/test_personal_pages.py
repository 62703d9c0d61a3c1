"""A CSM's page and an account's page over hostile names: what is on them, and what the customer must not see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from contracts import contracts
from workahead.book.definitions import Definitions
from workahead.book.snapshot import write_snapshot
from workahead.reports.kernels.kernel import Kernel
from workahead.reports.page.page import page, story
from workahead.reports.start import lean

ROOT = Path(__file__).parents[2]
SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://x")'
LONG = "Österreichische 🚀 " + "x" * 280
# The account of SCRIPT: 100 of Core comes due on 1 December 2026, called at risk; 50 of Extra on 1 June 2027.
LINES = [
    ("S1", "A1", "2024-12-01", "2025-11-30", 90, None, "Core", "active"),
    ("S2", "A1", "2025-12-01", "2026-11-30", 100, "S1", "Core", "active"),
    ("S3", "A1", "2026-06-01", "2027-05-31", 50, None, f"Extra {SCRIPT}", "active"),
    ("S4", "B2", "2026-01-01", "2026-12-31", 500, None, "Core", "active"),
]
TABLES: dict[str, pd.DataFrame] = {
    "subscriptions": contracts(*LINES),
    "accounts": pd.DataFrame(
        [("A1", f"../../etc/x {SCRIPT}", "SMB", f"Bo {SCRIPT}", "key"), ("B2", LONG, "SMB", FORMULA, "standard")],
        columns=["account_id", "name", "segment", "csm", "tier"],
    ),
    "forecast_calls": pd.DataFrame(
        [
            ("A1", "S2", "2026-12-01", "2026-08-01", "commit", 100.0, 0.0, None, "yes"),
            ("A1", "S2", "2026-12-01", "2026-10-01", "at_risk", 60.0, 40.0, "Competitor", "leaning_no"),
        ],
        columns=["account_id", "subscription_id", "renewal_date", "called_on", "category", "forecast_arr",
                 "at_risk_arr", "root_cause", "would_renew"],
    ).assign(called_by=f"Bo {SCRIPT}"),
    "contacts": pd.DataFrame(
        [("K1", "A1", FORMULA, "CTO", True, "Economic Buyer"), ("K2", "A1", SCRIPT, None, False, "User")],
        columns=["contact_id", "account_id", "name", "title", "is_decision_maker", "role"],
    ),
    "activities": pd.DataFrame(
        [("T1", "A1", "K1", "2026-07-01", "call", None), ("T2", "A1", "K1", "2026-09-01", "support", f"Help {SCRIPT}")],
        columns=["activity_id", "account_id", "contact_id", "date", "kind", "subject"],
    ),
    "opportunities": pd.DataFrame(
        [("O1", "A1", "expansion", "csql", "S2 Pipeline", 7654.0, "2026-10-02", "2026-12-20", False, False, None)],
        columns=["opportunity_id", "account_id", "type", "source", "stage", "amount", "created_date", "close_date",
                 "is_closed", "is_won", "qualification_pain"],
    ),
    "targets": pd.DataFrame(
        [("2026-Q4", "csm", f"Bo {SCRIPT}", "csql_arr", 9000.0), ("2026-Q4", "csm", FORMULA, "csql_arr", 31415.0)],
        columns=["period", "scope", "who", "metric", "target"],
    ),
}  # fmt: skip
PLAN = f"""
metrics: [{{metric: nrr, weight: 100%, target: 100%}}]
people: [{{who: "Bo {SCRIPT}", target_pay: 5000}}, {{who: '{FORMULA}', target_pay: 27182}}]
"""
FOR_CUSTOMERS = ["Contracts", "Coming renewals", "People", "Support requests"]
SECRETS = ["Competitor", "at risk", "At risk", "commit", "lean", "7,654", "7654", "S2 Pipeline", "Economic",
           "robab", "decision maker", "Next step"]  # fmt: skip


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    lean()
    root = tmp_path_factory.mktemp("hostile")
    (root / "workbench.yml").write_text("currency: USD\nexports: []\n", encoding="utf-8")
    (root / "plan.yml").write_text(PLAN, encoding="utf-8")
    snapshots = root / "data" / "snapshots"
    write_snapshot(snapshots, TABLES, as_of="2026-10-31", definitions=Definitions(), currency="USD")
    with Kernel(root) as running:
        yield running


def made(kernel: Kernel, name: str, tmp_path: Path, **given: Any) -> tuple[str, str, list[str]]:
    """The page, what the cells have put out, and the sections of the page."""
    from papermill import execute_notebook
    from workahead.reports.page.bundle import bundle

    given["snapshot"] = "data/snapshots/2026-10-31"
    notebook = execute_notebook(
        str(ROOT / "notebooks" / f"{name}.ipynb"),
        str(tmp_path / "run.ipynb"),
        given,
        progress_bar=False,
        km=kernel.manager(),
        request_save_on_cell_execute=False,
    )
    out = json.dumps([cell.get("outputs") for cell in notebook.cells], ensure_ascii=False)
    html = page(notebook, story(notebook), name, bundle(ROOT))
    sections = re.findall(r'<h2 id="section-\d+">(.*?)</h2>', html)
    return html, out, sections


def visible(html: str) -> str:
    return re.sub(r"(?s)<script.*?</script>|<style.*?</style>|<footer.*", "", html)


def test_an_account_from_all_sides(kernel: Kernel, tmp_path: Path) -> None:
    html, out, sections = made(kernel, "account_review", tmp_path, account="A1")
    assert sections == [*FOR_CUSTOMERS, "Growth", "Risk", "Questions still unasked"]
    assert SCRIPT not in visible(html)
    text = visible(html)
    assert "It is called at risk at 60, and they lean to leaving." in text
    assert "One opportunity worth USD 7.7k is open; it stands in S2 Pipeline" in text
    assert (
        "Two people are known, one of them a decision maker, last spoken to 122 days ago" in text
    )  # since 1 July
    for other in ("B2", "Österreichische", "HYPERLINK"):
        assert (other in out) == (other == "HYPERLINK")  # a contact of this account is called so


def test_what_the_customer_sees_is_what_the_customer_may_see(kernel: Kernel, tmp_path: Path) -> None:
    html, out, sections = made(kernel, "account_review", tmp_path, account="A1", for_customer=True)
    assert sections == FOR_CUSTOMERS
    assert [word for word in SECRETS if word in out] == []
    assert [word for word in SECRETS if word in visible(html)] == []
    assert "Two renewals worth USD 150; the first is Core, USD 100 on 1 December 2026." in visible(html)


def test_a_csm_sees_the_own_book_and_pay_alone(kernel: Kernel, tmp_path: Path) -> None:
    html, out, sections = made(kernel, "csm_book", tmp_path, csm=f"Bo {SCRIPT}")
    assert sections == ["My renewals", "My next steps", "My forecast", "My CSQLs", "My pace", "My pay"]
    assert SCRIPT not in visible(html)
    assert f"Bo {SCRIPT}'s book" in out
    for other in ("B2", "Österreichische", "HYPERLINK", "31,415", "27,182", "S4"):
        assert other not in out
    assert "Accepted pipeline is 252% of the goal of 3.0k." in visible(html)  # 7,654 of 9,000 x 31 / 92
