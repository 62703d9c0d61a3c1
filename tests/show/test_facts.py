"""What a page says about its book: header, definitions in words, money."""

from __future__ import annotations

import pandas as pd
import pytest
from workahead import Book, Definitions, show
from workahead.show.facts import definitions_in_words


@pytest.fixture
def two_accounts() -> Book:
    contracts = pd.DataFrame(
        {
            "subscription_id": ["S1", "S2"],
            "account_id": ["A", "B"],
            "start_date": ["2025-01-01", "2025-01-01"],
            "end_date": [None, None],
            "arr": [100.0, 50.0],
        }
    )
    accounts = pd.DataFrame(
        {"account_id": ["A", "B"], "name": ["<i>Ash</i>", "Bay"], "segment": ["SMB", "Key"]}
    )
    return Book.from_frames(
        as_of="2026-10-31", subscriptions=contracts, accounts=accounts, company="<b>Grove</b>", currency="EUR"
    )


def test_header_names_company_period_date_and_rows(two_accounts: Book) -> None:
    shown = show.book(two_accounts, "Review", "2026-09-30", "2026-10-31", period="October 2026")
    assert "&lt;b&gt;Grove&lt;/b&gt;" in shown.html
    for words in ("<h1>Review</h1>", "October 2026", "1 to 31 October 2026", "2 accounts", "2 subscriptions"):
        assert words in shown.html
    assert "Data as of 31 October 2026" in shown.html
    assert shown.data["money"].startswith("All amounts are in EUR")


def test_a_filter_is_named_and_counted(two_accounts: Book) -> None:
    shown = show.book(two_accounts.where(segment="SMB"), "Review")
    assert "Only accounts where segment is SMB" in shown.html
    assert "1 account<" in shown.html


def test_a_year_is_printed_with_both_its_days(two_accounts: Book) -> None:
    shown = show.book(two_accounts, "Review", "2025-10-31", "2026-10-31")
    assert "1 November 2025 to 31 October 2026" in shown.html


def test_every_definition_that_changes_a_number_changes_the_words() -> None:
    usual = definitions_in_words(Definitions())
    for other in (
        Definitions(grain="parent"),
        Definitions(grain="subscription"),
        Definitions(late_renewal_days=0),
        Definitions(reactivation_days=90),
        Definitions(early_renewal_days=10),
    ):
        assert definitions_in_words(other) != usual
