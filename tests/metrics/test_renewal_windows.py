"""The window board and risk of eight renewals (see tests/renewing.py), added up by hand."""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from contracts import book as small
from contracts import contracts
from renewing import AS_OF, CALLS, ROWS, renewing
from workahead.book.plays import default_plays

COLUMNS = [
    "window", "contracts", "customers", "arr_due", "called_arr", "forecast_arr", "at_risk_arr", "uncovered_arr",
]  # fmt: skip
RISK = ["root_cause", "addressable", "renewals", "at_risk_arr", "share"]


def rows(table: pd.DataFrame) -> list[list[object]]:
    return table.astype(object).where(table.notna(), None).to_numpy().tolist()


def test_every_window_with_overdue_first() -> None:
    table = wa.renewal_windows(renewing())
    assert list(table.columns) == COLUMNS
    assert rows(table) == [
        ["overdue", 1, 1, 100, 0, 0, 0, 100],
        ["0-3", 2, 2, 500, 200, 150, 50, 300],
        ["3-6", 2, 2, 1000, 600, 600, 0, 400],
        ["6-9", 1, 1, 500, 0, 0, 0, 500],
        ["9-12", 1, 1, 800, 800, 0, 800, 0],
    ]


def test_other_edges_and_empty_windows() -> None:
    table = wa.renewal_windows(renewing(), edges=(1, 2, 4, 13))
    assert rows(table[COLUMNS[:4]]) == [
        ["overdue", 1, 1, 100],
        ["1-2", 0, 0, 0],
        ["2-4", 2, 2, 700],  # S3 and S4
        ["4-13", 4, 4, 2600],  # S6, S5, S8, S7; four customers
    ]


def test_by_segment_every_group_has_every_window() -> None:
    table = wa.renewal_windows(renewing(), edges=(0, 6, 12), by="segment")
    assert list(table.columns) == ["segment", *COLUMNS]
    assert rows(table[["segment", "window", "contracts", "arr_due", "uncovered_arr"]]) == [
        ["Enterprise", "overdue", 1, 100, 100],
        ["Enterprise", "0-6", 1, 600, 0],
        ["Enterprise", "6-12", 1, 500, 500],
        ["Mid-Market", "overdue", 0, 0, 0],
        ["Mid-Market", "0-6", 0, 0, 0],
        ["Mid-Market", "6-12", 0, 0, 0],
        ["SMB", "overdue", 0, 0, 0],
        ["SMB", "0-6", 3, 900, 700],
        ["SMB", "6-12", 1, 800, 0],
        ["(not set)", "overdue", 0, 0, 0],
        ["(not set)", "0-6", 0, 0, 0],
        ["(not set)", "6-12", 0, 0, 0],
    ]


@pytest.mark.parametrize("by", [None, "segment", "product", "csm", ["tier", "product"]])
def test_windows_of_groups_add_up_to_the_renewal_base(by: object) -> None:
    base = wa.renewal_base(renewing())
    table = wa.renewal_windows(renewing(), by=by)  # type: ignore[arg-type]
    assert table["contracts"].sum() == len(base)
    assert table["arr_due"].sum() == base["arr"].sum()
    assert table["at_risk_arr"].sum() == base["at_risk_arr"].sum()
    by_window = table.groupby("window")["arr_due"].sum()
    assert by_window.to_dict() == base.groupby("window")["arr"].sum().to_dict()
    assert (table["called_arr"] + table["uncovered_arr"] == table["arr_due"]).all()


def test_customers_follow_the_grain() -> None:
    """Alder and Beech belong to one parent; each has one contract in the coming half year, Beech one of 200."""
    accounts = pd.DataFrame(
        {"account_id": ["A", "B", "P"], "parent_id": ["P", "P", None], "segment": ["x", "y", "z"]}
    )
    lines = [
        ("S1", "A", "2026-01-01", "2026-12-31", 100),
        ("S2", "A", "2026-02-01", "2027-01-14", 150),
        ("S3", "B", "2026-03-01", "2026-12-31", 200),
    ]
    for grain, customers in (("subscription", 3), ("account", 2), ("parent", 1)):
        table = wa.renewal_windows(small(AS_OF, *lines, accounts=accounts, grain=grain), edges=(0, 3))
        assert table["customers"].tolist() == [0, customers]
    grouped = wa.renewal_windows(
        small(AS_OF, *lines, accounts=accounts, grain="parent"), edges=(0, 3), by="segment"
    )
    assert rows(grouped[["segment", "window", "arr_due"]]) == [["z", "overdue", 0], ["z", "0-3", 450]]


def test_who_has_signed_and_not_begun_is_in_its_group() -> None:
    accounts = pd.DataFrame({"account_id": ["A", "B"], "segment": ["x", "y"]})
    lines = [("S1", "A", "2026-01-01", None, 100), ("S2", "B", "2026-11-15", "2027-01-14", 50)]
    table = wa.renewal_windows(small(AS_OF, *lines, accounts=accounts), edges=(0, 3), by="segment")
    assert dict(zip(table["segment"] + " " + table["window"], table["arr_due"], strict=True)) == {
        "x overdue": 0, "x 0-3": 0, "y overdue": 0, "y 0-3": 50,
    }  # fmt: skip


def test_nothing_due_leaves_all_windows_and_an_empty_book_none() -> None:
    table = wa.renewal_windows(small(AS_OF, ("S1", "A", "2025-01-01", None, 100)))
    assert table["window"].tolist() == ["overdue", "0-3", "3-6", "6-9", "9-12"]
    assert not table["arr_due"].any()
    assert rows(wa.renewal_windows(small(AS_OF))) == []
    assert list(wa.renewal_windows(small(AS_OF), by="account_id").columns) == ["account_id", *COLUMNS]


@pytest.mark.parametrize("edges", [(), (3,), (3, 0), (0, 0, 3), (-3, 0), (0, 1.5), (False, 3)])
def test_edges_that_make_no_windows(edges: object) -> None:
    with pytest.raises(wa.ConfigError, match="whole months that rise"):
        wa.renewal_windows(renewing(), edges=edges)  # type: ignore[arg-type]


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(wa.UnknownName, match="Did you mean 'segment'"):
        wa.renewal_windows(renewing(), by="segmnt")
    with pytest.raises(wa.UnknownName, match="Did you mean 'root_cause'"):
        wa.risk(renewing(), by="root_caus")


def test_risk_by_cause_largest_first() -> None:
    """850 at risk: 800 of S8 without a cause, 50 of S2. What S10 called does not count: it has been renewed."""
    table = wa.risk(renewing())
    assert list(table.columns[:5]) == RISK
    assert rows(table) == [
        ["(not set)", None, 1, 800, 800 / 850, 0, 800],
        ["Product gap", True, 1, 50, 50 / 850, 50, 0],
    ]
    assert rows(wa.risk(renewing(), months=3)[RISK]) == [["Product gap", True, 1, 50, 1]]


def test_risk_by_anything_else_keeps_what_is_addressable_beside_its_own_row() -> None:
    """Beech (B) alone has ARR at risk; with S3 at risk of Payment, Cedar stands first by name and last by amount."""
    more = pd.DataFrame(
        [("C", "S3", "2027-01-30", "2026-10-01", "Bo", "at_risk", 290, 10, "out OF business", None)],
        columns=CALLS.columns,
    )
    book = renewing(forecast_calls=pd.concat([CALLS, more], ignore_index=True))
    assert rows(wa.risk(book, by="name")) == [
        ["Beech", 2, 850, 850 / 860, 50, 800],
        ["Cedar", 1, 10, 10 / 860, 0, 0],
    ]
    assert rows(wa.risk(book, by=["product", "root_cause"])) == [
        ["Extra", "(not set)", None, 1, 800, 800 / 860, 0, 800],
        ["Core", "Product gap", True, 1, 50, 50 / 860, 50, 0],
        ["Core", "Out of business", False, 1, 10, 10 / 860, 0, 0],
    ]
    assert rows(wa.risk(book, by=None)) == [[3, 860, 1, 50, 800]]


def test_the_team_decides_which_causes_are_addressable() -> None:
    plays = default_plays().model_copy(update={"root_causes": {"Product gap": False}})
    assert rows(wa.risk(renewing(), plays=plays))[1] == ["Product gap", False, 1, 50, 50 / 850, 0, 0]


@pytest.mark.parametrize("by", ["root_cause", None, "segment"])
def test_without_calls_there_is_no_known_risk(by: str | None) -> None:
    book = wa.Book.from_frames(AS_OF, contracts(*ROWS), accounts=renewing()["accounts"])
    table = wa.risk(book, by=by)
    assert table.empty
    assert list(table.columns) == list(wa.risk(renewing(), by=by).columns)
