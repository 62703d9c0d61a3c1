"""Which subscriptions are one customer does not depend on what their ids look like."""

import pytest
import workahead as wa
from contracts import book, bridge


@pytest.mark.parametrize(("large", "small"), [("1", "2"), ("2", "1")])
def test_a_co_termed_contract_goes_on_with_the_larger_part(large: str, small: str) -> None:
    """100 and 40 become one contract of 140: at grain subscription the 100 grow by 40, and the 40 are gone."""
    b = book(
        "2025-12-31",
        (large, "A", "2024-01-01", "2024-12-31", 100, None),
        (small, "A", "2024-06-01", "2024-12-31", 40, None),
        ("3", "A", "2025-01-01", None, 140, f"{large};{small}"),
        grain="subscription",
    )
    moved = bridge(wa.movements(b, "2024-12-31", "2025-12-31"))
    assert moved == {"starting": 140, "expansion": 40, "churn": 40, "ending": 140}
    assert wa.movement_detail(b, "2024-12-31", "2025-12-31")["customer_id"].tolist() == ["1", "2"]
    assert bridge(wa.movements(b.redefine(grain="account"), "2024-12-31", "2025-12-31")) == {
        "starting": 140,
        "ending": 140,
    }


@pytest.mark.parametrize(("older", "younger"), [("1", "2"), ("2", "1")])
def test_of_equal_parts_the_older_one_goes_on(older: str, younger: str) -> None:
    b = book(
        "2025-12-31",
        (older, "A", "2023-01-01", "2024-12-31", 50, None),
        (younger, "A", "2024-01-01", "2024-12-31", 50, None),
        ("3", "A", "2025-01-01", None, 100, None),
        grain="subscription",
    )
    moved = wa.movement_detail(b, "2024-12-31", "2025-12-31").set_index("movement")["customer_id"]
    assert moved.to_dict() == {"expansion": older, "churn": younger}
