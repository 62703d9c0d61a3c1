"""A small book for panels: two segments, an owner, an account without either."""

import pandas as pd
import pytest
import workahead as wa


@pytest.fixture(scope="package")
def book() -> wa.Book:
    """Four accounts of a year ago: 100 grew to 130, 50 shrank to 40, 80 left, 20 as it was; 30 came since."""
    contracts = pd.DataFrame(
        [
            ("S1", "A", "2024-01-01", None, 100.0),
            ("S2", "A", "2026-03-01", None, 30.0),
            ("S3", "B", "2025-03-01", "2026-02-28", 50.0),
            ("S4", "B", "2026-03-01", "2027-02-28", 40.0),
            ("S5", "C", "2024-06-01", "2026-05-31", 80.0),
            ("S6", "D", "2025-01-01", None, 20.0),
            ("S7", "E", "2026-06-01", None, 30.0),
        ],
        columns=["subscription_id", "account_id", "start_date", "end_date", "arr"],
    )
    accounts = pd.DataFrame(
        {
            "account_id": list("ABCDE"),
            "name": ["Ash", "Birch", "=Cedar", "<b>Dogwood</b>", "Elm"],
            "segment": ["Large", "Large", "Small", "Small", None],
            "csm": ["Ana", "Ana", "Bo", "Bo", "Bo"],
        }
    )
    return wa.Book.from_frames("2026-10-31", contracts, accounts=accounts)
