"""A project with a page for each CSM whose notebook needs a second: for tests of many runs, limits and ends."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pandas as pd

CSMS = ["Ana", "Bo", "Chen", "Dee", "Eve", "Fay"]
WHO = "import json, os\nwho = json.loads(os.environ['WORKAHEAD_AUDIENCE'])['who']"


def crowd(root: Path, cells: list[str], name: str = "crowd", csms: list[str] = CSMS, more: str = "") -> Path:
    """The project in ``root`` with the report ``name`` for each CSM, made of these cells."""
    from workahead.book.definitions import Definitions
    from workahead.book.snapshot import write_snapshot

    (root / "notebooks").mkdir(parents=True, exist_ok=True)
    (root / "reports").mkdir(exist_ok=True)
    (root / "workbench.yml").write_text(
        "currency: USD\nexports: [{table: subscriptions, file: contracts.csv, kind: table}]\n",
        encoding="utf-8",
    )
    v4 = nbformat.v4
    parameters = v4.new_code_cell("period: str = 'latest'\nstamp: int = 0", metadata={"tags": ["parameters"]})
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    held = [parameters, *map(v4.new_code_cell, [WHO, *cells])]
    nbformat.write(v4.new_notebook(cells=held, metadata=metadata), root / "notebooks" / f"{name}.ipynb")
    (root / "reports" / f"{name}.yml").write_text(
        f"title: {name.title()}\nnotebook: notebooks/{name}.ipynb\nfor_each: csm\n{more}", encoding="utf-8"
    )
    if not (root / "data").exists():
        ids = [f"A{number}" for number in range(len(csms))]
        accounts = pd.DataFrame({"account_id": ids, "name": [f"Account {one}" for one in ids], "csm": csms})
        contracts = pd.DataFrame(
            {
                "subscription_id": [f"S{one}" for one in ids],
                "account_id": ids,
                "start_date": ["2025-01-01"] * len(ids),
                "end_date": ["2026-12-31"] * len(ids),
                "arr": [1200.0 * (number + 1) for number in range(len(ids))],
            }
        )
        write_snapshot(
            root / "data" / "snapshots",
            {"accounts": accounts, "subscriptions": contracts},
            as_of="2026-10-31",
            definitions=Definitions(),
            currency="USD",
            company="Crowd",
        )
    return root


def without_pages(root: Path) -> None:
    """As if nothing had been published."""
    shutil.rmtree(root / "reports" / "published", ignore_errors=True)
