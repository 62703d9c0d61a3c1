"""What was planted in the sample company is found: who lives on e-mail, and the requests that came before churn."""

from __future__ import annotations

import pytest
import workahead as wa
from workahead.sample import Company


@pytest.fixture(scope="module")
def book(company: Company) -> wa.Book:
    return wa.Book.from_frames(company.parameters.end, **company.tables)


def test_the_csm_who_lives_on_email_is_found_by_all_that_looks_for_him(book: wa.Book) -> None:
    touches = wa.touches(book, "2025-10-31", book.as_of)
    email = touches[touches["kind"] == "email"].set_index("csm")["share"]
    assert email.idxmax() == "José Almeida"
    assert email["José Almeida"] > 0.8
    assert email.drop("José Almeida").max() < 0.6
    assert wa.words.touch_sentence(touches).startswith("José Almeida lives on e-mail: 9 touches in ten")
    alone = wa.coverage(book).groupby("csm")["email_only"].mean()
    assert alone.idxmax() == "José Almeida"
    assert alone["José Almeida"] > 2 * alone.drop("José Almeida").max()


def test_support_requests_came_before_churn(company: Company, book: wa.Book) -> None:
    """Beside what was drawn: renewals in trouble were lost more often, and so were those after loud support."""
    drawn = company.truth.contracts
    assert (
        drawn.loc[drawn["trouble"] > 0, "probability"].mean()
        < drawn.loc[drawn["trouble"] == 0, "probability"].mean()
    )
    table = wa.lead_measures(book)
    row = table[(table["outcome"] == "renewed") & (table["measure"] == "quiet_support")].iloc[0]
    assert row["finding"] == "more often"
    assert row["rate_without"] < row["rate_with"] - 0.1


def test_csqls_come_before_expansion(book: wa.Book) -> None:
    table = wa.lead_measures(book)
    row = table[(table["outcome"] == "expanded") & (table["measure"] == "csqls")].iloc[0]
    assert row["finding"] == "more often"
    assert row["rate_with"] > 3 * row["rate_without"]
