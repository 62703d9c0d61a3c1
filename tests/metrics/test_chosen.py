"""What is made once of the whole book and chosen from: nothing differs, and no reader gets what is not theirs."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import workahead as wa
from contracts import book as book_of
from pandas.testing import assert_frame_equal
from workahead.book.audience import Audience
from workahead.book.quick import quick
from workahead.metrics import chosen, positions
from workahead.metrics.projection import ahead

AS_OF, START, END = "2025-12-31", "2025-06-30", "2026-06-30"
DAYS = tuple(map(pd.Timestamp, ("2025-03-31", "2025-09-30")))
ACCOUNTS = pd.DataFrame(
    {"account_id": ["A", "B", "C"], "csm": ["Ana", "Bo", "Ana"], "segment": ["SMB", "SMB", None]}
)
ROWS = [
    ("S1", "A", "2024-07-01", "2025-06-30", 1000, None, "Core"),
    ("S2", "A", "2025-07-01", "2026-03-31", 1200, "S1", "Core"),
    ("S3", "B", "2025-01-01", "2026-02-28", 500, None, "Core"),
    ("S4", "C", "2025-08-01", "2026-04-30", 300, None, "Extra"),
    ("S5", "C", "2026-01-15", "2027-01-14", 80, None, "Core"),
]


def made(**definitions: Any) -> wa.Book:
    return book_of(AS_OF, *ROWS, accounts=ACCOUNTS, **definitions)


def held(book: wa.Book, *by: str) -> list[list[Any]]:
    return positions.levels(book, DAYS, by)[["customer_id", *by, 0, 1]].to_numpy().tolist()


def test_levels_are_cents_at_the_close_of_each_day_also_of_who_has_none_yet():
    assert held(made()) == [["A", 100_000, 120_000], ["B", 50_000, 50_000], ["C", 0, 30_000]]
    assert held(made(), "segment")[0] == ["A", "SMB", 100_000, 120_000]
    assert held(made(), "segment")[2] == ["C", "(not set)", 0, 30_000]  # what has no value comes last


@pytest.mark.parametrize("move", [lambda book: book, quick])
def test_a_filter_chooses_among_the_customers_of_the_whole_book(move: Any):
    assert held(move(made()).where(csm="Ana")) == [["A", 100_000, 120_000], ["C", 0, 30_000]]
    assert held(move(made()).where(product="Extra")) == [["C", 0, 30_000]]
    assert held(move(made()).where(csm="Ana").where(csm="Bo")) == []


@pytest.mark.parametrize(
    "where", [{"csm": "Ana"}, {"segment": "(not set)"}, {"csm": "Bo", "segment": ["SMB"]}]
)
def test_chosen_or_made_anew_the_answers_are_the_same(where: Any, monkeypatch: pytest.MonkeyPatch):
    asked: dict[str, Any] = {"by": "product", "simulations": 50, "saved": ["A"] if "csm" in where else []}

    def answers() -> list[pd.DataFrame]:
        book = made().where(**where)
        asked["saved"] = [one for one in asked["saved"] if one in set(book["accounts"]["account_id"])]
        projected = wa.project_retention(book, START, END, **asked)
        return [projected, wa.nrr_plan(book, 1.1, START, END, **asked), wa.projection_path(book, START, END)]

    quickly = answers()
    for module in (ahead, positions):
        monkeypatch.setattr(module, "of_accounts", lambda _: False)
    for one, other in zip(quickly, answers(), strict=True):
        assert_frame_equal(one, other, check_exact=True)


def test_it_is_made_once_of_the_whole_book_and_for_a_reader_of_theirs_alone():
    of = []

    @chosen.chosen_by("account_id")
    def accounts(book: wa.Book) -> pd.DataFrame:
        of.append(book)
        return book["accounts"][["account_id"]].copy()

    book = made()
    assert accounts(book.where(csm="Bo"))["account_id"].tolist() == ["B"]
    assert accounts(book.where(csm="Ana"))["account_id"].tolist() == ["A", "C"]
    assert of == [book]
    reader = Audience(where={"csm": "Ana"}).apply(book)
    assert accounts(reader.where(segment="SMB"))["account_id"].tolist() == ["A"]
    assert of[1].rows("accounts") == 1
    assert not chosen.of_accounts(reader.where(segment="SMB"))


def test_where_customers_are_not_accounts_or_lines_are_chosen_nothing_is():
    assert chosen.of_accounts(made().where(csm="Ana"))
    assert not chosen.of_accounts(made())
    assert not chosen.of_accounts(made().where(product="Core"))
    assert not chosen.of_accounts(made(grain="parent").where(csm="Ana"))
    assert not chosen.of_accounts(made(grain="subscription").where(csm="Ana"))


def test_panels_on_a_book_share_one_that_is_quick():
    book = made()
    assert quick(book) is quick(book)
    assert quick(quick(book)) is quick(book)
    assert quick(book.where(csm="Bo"))._base is quick(book)
