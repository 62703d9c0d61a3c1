"""Who gets what: fixed people, the page's own reader, failures to those who mend them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from delivering import report, write_page
from workahead.book.definitions import Definitions
from workahead.book.snapshot import write_snapshot
from workahead.reports.deliver.targets import targets

FAILURE = {"error": "MissingTable", "message": "no table", "cell": 4}


def told(
    tmp_path: Path, *deliver: dict[str, Any], reader: str | None = None, **changes: Any
) -> dict[str, str | None]:
    """Whom a run of a report for each CSM is sent to, and what stands in the way."""
    _, run = write_page(tmp_path / "published", reader, **changes)
    found = targets(run, report(*deliver, for_each="csm"), tmp_path)
    return {one.to: one.fault for one in found}


def test_everybody_gets_a_page_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADERS", "bo@example.com, Ana@Example.com,,not an address")
    entry = {"email": {"to": ["ana@example.com"], "to_env": "LEADERS"}}
    assert told(tmp_path, entry, entry) == {
        "ana@example.com": None,
        "bo@example.com": None,
        "not an address": "mail cannot go to this address",
    }


def test_failed_runs_go_to_those_who_mend_them(tmp_path: Path) -> None:
    entries = (
        {"email": {"to": ["reader@example.com"]}},
        {"email": {"to": ["mender@example.com"], "when": "failed"}},
        {"email": {"to": ["both@example.com"], "when": "always"}},
    )
    assert list(told(tmp_path, *entries)) == ["reader@example.com", "both@example.com"]
    failed = told(tmp_path, *entries, status="failed", failure=FAILURE)
    assert list(failed) == ["mender@example.com", "both@example.com"]


def test_the_reader_of_a_page_by_the_accounts(tmp_path: Path) -> None:
    accounts = pd.DataFrame(
        [
            ("A1", "Ana", "ana@example.com"),
            ("A2", "Ana", "ana@example.com"),
            ("A3", "Bo", "bo@example.com"),
            ("A4", "Bo", "old-bo@example.com"),
            ("A5", "Chen", None),
            ("A6", "Dee", "dee@example.com\nBcc: thief@example.com"),
        ],
        columns=["account_id", "csm", "csm_email"],
    )
    subscriptions = pd.DataFrame(
        {"subscription_id": ["S1"], "account_id": ["A1"], "start_date": ["2026-01-01"], "arr": [1.0]}
    )
    write_snapshot(
        tmp_path / "data" / "snapshots",
        {"accounts": accounts, "subscriptions": subscriptions},
        as_of="2026-10-31",
        definitions=Definitions(),
        currency="USD",
    )
    entry = {"email": {"to": ["{reader}"], "address_column": "csm_email"}}
    assert told(tmp_path, entry, reader="Ana") == {"ana@example.com": None}
    # of two addresses one may be somebody else's, and the page is for Bo alone
    (why,) = told(tmp_path, entry, reader="Bo").values()
    two = "bo@example.com, old-bo@example.com"
    assert why == f"no mail to Bo: more than one address in accounts.csm_email: {two}"
    assert told(tmp_path, entry, reader="Chen") == {
        "nobody (Chen)": "no mail to Chen: no address in accounts.csm_email"
    }
    (why,) = told(tmp_path, entry, reader="Dee").values()
    assert str(why).endswith("in accounts.csm_email is no address")
    missing = {"email": {"to": ["{reader}"], "address_column": "mail"}}
    assert list(told(tmp_path, missing, reader="Ana").values()) == [
        "no mail to Ana: no address in accounts.mail (there is no such column)"
    ]
    # the definition's own list goes before the accounts
    own = {"email": {**entry["email"], "addresses": {"Bo": "bo@example.com"}}}
    assert told(tmp_path, own, reader="Bo") == {"bo@example.com": None}


def test_a_page_for_all_has_no_reader_to_write_to(tmp_path: Path) -> None:
    entry = {"email": {"to": ["{reader}"], "addresses": {"Ana": "ana@example.com"}}}
    assert list(told(tmp_path, entry).values()) == ["this page has no reader of its own"]
