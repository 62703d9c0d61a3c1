"""Who changed NRR: the effects add up, and each has its cause."""

from __future__ import annotations

import pytest
import workahead as wa
from contracts import book


def test_who_joined_the_base_and_left_is_a_loss_not_an_older_gain() -> None:
    """At 30 November the base is A alone (NRR 100%); a month later B, there since 10 December and gone in June, too."""
    b = book("2025-12-31", ("S1", "A", "2024-01-01", None, 100), ("S2", "B", "2024-12-10", "2025-05-31", 100))
    found = wa.nrr_drivers(b, "2025-11-30", "2025-12-31")
    assert found[["customer_id", "cause", "effect"]].to_numpy().tolist() == [["B", "churn", -0.5]]


def test_a_gain_that_leaves_the_window_is_named_as_older() -> None:
    """A's growth of 10 December 2024 is in the year to November 2025 and no longer in the year to December."""
    b = book("2025-12-31", ("S1", "A", "2024-01-01", None, 100), ("S2", "A", "2024-12-10", None, 50))
    found = wa.nrr_drivers(b, "2025-11-30", "2025-12-31")
    assert found[["customer_id", "cause"]].to_numpy().tolist() == [["A", "earlier gain"]]
    assert found["effect"].item() == pytest.approx(1.0 - 1.5)


def test_a_contract_of_no_arr_that_replaces_another_ends_it() -> None:
    b = book(
        "2025-12-31",
        ("S1", "A", "2025-01-01", "2025-12-31", 100, None),
        ("S2", "A", "2025-07-01", None, 0, "S1"),
    )
    assert wa.arr(b, at="2025-06-30")["arr"].item() == 100
    assert wa.arr(b, at="2025-07-01")["arr"].item() == 0
