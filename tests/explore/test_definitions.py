"""The panel of definitions: two settings, a number under both, the accounts that make the difference."""

import pandas as pd
import pytest
import workahead as wa
from contracts import contracts
from panels import assert_line_repeats, behind
from workahead import explore
from workahead.errors import ConfigError, UnknownName
from workahead.explore.view import Point


@pytest.fixture(scope="module")
def book() -> wa.Book:
    """Of 400: A swaps 100 for 50 of another product, B renews 100 two months late, C stays at 200."""
    accounts = pd.DataFrame(
        {"account_id": list("ABC"), "name": ["Ash", "Birch", "Cedar"], "csm": ["Ana", "Ana", "Bo"]}
    )
    rows = contracts(
        ("A1", "A", "2024-01-01", "2025-05-31", 100.0, None, "Old"),
        ("A2", "A", "2025-06-01", None, 50.0, None, "New"),
        ("B1", "B", "2024-11-01", "2025-10-31", 100.0, None, "Old"),
        ("B2", "B", "2026-01-01", None, 100.0, None, "Old"),
        ("C1", "C", "2024-01-01", None, 200.0, None, "Old"),
    )
    return wa.Book.from_frames("2026-01-31", rows, accounts=accounts)


LATE, LINES = {"late_renewal_days": 90}, {"grain": "subscription"}
END = "2025-12-31"


def test_the_line_gives_the_table_of_the_panel(book: wa.Book):
    panel = explore.definitions(book, LATE, LINES, end=END)
    assert panel.line == (
        'wa.definitions_compared(book, end="2025-12-31", months=12, '
        'choices=[{"late_renewal_days": 90}, {"grain": "subscription"}])'
    )
    for setting in (
        {"one": {}},
        {"other": {"reactivation_days": None, "cap": "total"}},
        {"number": "renewal_rate"},
    ):
        panel.set(**setting)
        for where in ({"csm": ["Ana"]}, {"csm": []}):
            panel.filter(**where)
            assert_line_repeats(panel, book)


def test_the_accounts_add_up_to_the_difference(book: wa.Book):
    """With 90 days B never left: 350 of 400. As two customers A lost 100, and B its 100: 200 of 400."""
    panel = explore.definitions(book, LATE, LINES, end=END)
    assert panel.table["nrr"].tolist() == [350 / 400, 200 / 400]
    rows = behind(panel, "All accounts")
    assert rows["Account"].tolist() == ["Birch", "Ash"]
    assert rows["Adds, in points"].tolist() == [25, 12.5]
    assert "NRR is 87.5%" in panel._finding.value
    assert "50.0%" in panel._finding.value
    contract = behind(panel, "Contracts of Birch")
    assert contract["Subscription id"].tolist() == ["B1", "B2"]
    assert contract["End date"].tolist() == ["2025-10-31", ""]


def test_higher_and_lower_are_told_apart(book: wa.Book):
    """A's subscriptions lose 100 (of 50 points less 12.5), B's 90 days keep 100."""
    panel = explore.definitions(book, {**LATE, **LINES}, {}, end=END)
    assert panel.table["nrr"].tolist() == [300 / 400, 250 / 400]
    assert behind(panel, "Higher under the first")["Adds, in points"].tolist() == [25]
    assert behind(panel, "Lower under the first")["Adds, in points"].tolist() == [-12.5]


def test_a_click_on_a_bar_opens_the_contracts_of_that_account(book: wa.Book):
    panel = explore.definitions(book, LATE, LINES, end=END)
    panel._clicked(Point(1, None, 0, 0.125, 2))
    assert panel.behind.label == "Contracts of Ash"
    panel._clicked(Point(3, None, 0, 0.5, 0))
    assert panel.behind.label == "All accounts"


def test_rules_are_set_by_their_controls(book: wa.Book):
    panel = explore.definitions(book, end=END)
    assert panel._settings["other"].value == {"basis": "bridge"}
    first = panel._settings["one"]
    late = next(control for control in first.children if control.description == "Late renewals")
    assert [label for label, _ in late.options] == ["as defined: 30 days", "none", "60 days", "90 days"]
    late.value = "90"
    assert first.value == LATE
    assert panel.table["nrr"].iloc[0] == 350 / 400
    panel.set(one={"late_renewal_days": 0, "cap": "total"})
    assert late.label == "none"
    panel.set(one={})
    assert late.label == "as defined: 30 days"
    own = explore.definitions(book, {"late_renewal_days": 45}, {"late_renewal_days": 30})
    assert own._settings["one"].value == {"late_renewal_days": 45}
    assert own._settings["other"].value == {}  # as the book has it


def test_a_report_where_the_page_shows_the_same(book: wa.Book):
    panel = explore.definitions(book, LATE, LINES, "grr", end=END)
    assert panel.command == (
        "workahead report definitions --period 2025-Q4 --set number=grr --set months=12 "
        '--set \'one={"late_renewal_days": 90}\' --set \'other={"grain": "subscription"}\''
    )
    panel.set(end=pd.Timestamp("2025-11-30"))  # no quarter closes then
    assert panel.command == ""
    panel.set(end=book.as_of)  # the quarter under way ends there
    assert "--period 2026-Q1" in panel.command
    panel.set(one={}, other={})  # of two alike the page takes the two farthest apart
    assert panel.command == ""
    assert "under both, account by account" in panel._finding.value


def test_an_empty_book_and_what_it_refuses(book: wa.Book):
    empty = explore.definitions(wa.Book.from_frames(END, book["subscriptions"].head(0)))
    assert empty.message == ""
    assert len(empty.behind.options) == 1
    for error, match, given in (
        (ConfigError, "Did you mean 'grain'", {"one": {"grian": "account"}}),
        (ConfigError, "late_renewal_days = -1", {"one": {"late_renewal_days": -1}}),
        (UnknownName, "Did you mean 'nrr'", {"number": "nrrr"}),
    ):
        with pytest.raises(error, match=match):
            explore.definitions(book, **given)
