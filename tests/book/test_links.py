"""Links between contracts that can't be followed are said, and erase nothing."""

import pandas as pd
import pytest
import workahead as wa
from contracts import book, bridge, contracts
from workahead.book.links import backwards, link_findings, linked


def test_co_termed_links_are_several_with_or_without_spaces() -> None:
    frame = contracts(
        ("3", "A", "2025-01-01", None, 9, "1; 2"),
        ("1", "A", "2024-01-01", None, 5),
        ("2", "A", "2024-01-01", None, 4),
    )
    assert linked(frame) == {("3", "1"), ("3", "2")}
    assert list(link_findings(frame)) == []


def test_a_link_entered_on_the_old_contract_erases_nothing_and_is_a_finding() -> None:
    """The contract of 2024 says that it replaces that of 2025."""
    rows = [("1", "A", "2024-01-01", "2024-12-31", 100, "2"), ("2", "A", "2025-01-01", None, 120, None)]
    b = book("2025-12-31", *rows)
    assert bridge(wa.movements(b, "2024-12-31", "2025-12-31")) == {
        "starting": 100,
        "expansion": 20,
        "ending": 120,
    }
    chain = wa.movement_detail(b.redefine(grain="subscription"), "2024-12-31", "2025-12-31")
    assert chain[["customer_id", "movement"]].to_numpy().tolist() == [["1", "expansion"]]
    (one,) = link_findings(contracts(*rows))
    assert (
        one.finding
        == "1 link says that a contract replaces a later one: not followed, so both count by their own dates"
    )
    assert (one.weight, one.rows, one.arr, one.example) == ("high", 1, 100.0, "1 replaces 2")


def test_a_contract_that_replaces_another_from_its_first_day_takes_its_place() -> None:
    rows = [
        ("1", "A", "2025-01-01", "2025-12-31", 100, None),
        ("2", "A", "2025-01-01", "2025-12-31", 90, "1"),
    ]
    assert backwards(contracts(*rows)) == set()
    assert wa.arr(book("2025-06-30", *rows))["arr"].tolist() == [90.0]


@pytest.mark.parametrize("old", ["9", None])
def test_a_link_to_a_contract_that_is_not_there_is_told(old: str | None) -> None:
    told = [one.finding for one in link_findings(contracts(("1", "A", "2025-01-01", None, 10, old)))]
    assert told == (["1 link to a replaced contract leads nowhere: it is not in the book"] if old else [])


def test_contracts_without_links_have_none() -> None:
    frame = pd.DataFrame(
        {"subscription_id": ["1"], "start_date": pd.to_datetime(["2025-01-01"]), "arr": [1.0]}
    )
    assert linked(frame) == backwards(frame) == set()
