"""The panel of survival: the share still there, and behind each point who had left."""

import pandas as pd
import pytest
import workahead as wa
from contracts import book as book_of
from contracts import segments
from panels import assert_line_repeats, behind
from workahead import explore
from workahead.errors import ConfigError
from workahead.explore.view import Point


@pytest.fixture(scope="module")
def book() -> wa.Book:
    """Twenty of each segment since January 2024, with 100 each; of Small one leaves in each of ten months."""
    rows = []
    for n in range(20):
        rows.append((f"L{n}", f"L{n:02}", "2024-01-01", None, 100))
        end = f"{pd.Timestamp(2024, n + 2, 10):%Y-%m-%d}" if n < 10 else None  # gone at that month's close
        rows.append((f"S{n}", f"S{n:02}", "2024-01-01", end, 100 + n))
    names = {f"{kind}{n:02}": name for kind, name in (("L", "Large"), ("S", "Small")) for n in range(20)}
    return book_of("2024-12-31", *rows, accounts=segments(**names), late_renewal_days=0)


def test_the_line_gives_the_table_of_the_panel(book: wa.Book):
    panel = explore.survival(book)
    assert panel.line == "wa.survival(book)"
    for setting in ({"measure": "arr"}, {"by": "segment"}):
        panel.set(**setting)
        for where in ({"segment": ["Small"]}, {"segment": []}):
            panel.filter(**where)
            assert_line_repeats(panel, book)
    assert panel.line == 'wa.survival(book, by="segment", measure="arr")'
    assert panel.command == ""


def test_behind_a_point_stand_those_who_had_left_by_then(book: wa.Book):
    panel = explore.survival(book, by="segment")
    rows = behind(panel, "Small, left by month 3")
    assert rows[["Customer id", "Age (months)", "Lost on", "First ARR"]].values.tolist() == [
        ["S02", 3, "2024-04-30", 102],
        ["S01", 2, "2024-03-31", 101],
        ["S00", 1, "2024-02-29", 100],
    ]
    lost = panel.table[panel.table["segment"] == "Small"].set_index("age_months")["lost"].cumsum()
    for age in (1, 6, 11):
        assert len(behind(panel, f"Small, left by month {age}")) == lost[age]
    panel.behind.value = ("Large", 11)
    assert panel.accounts.title.value == "No account."


def test_a_click_on_a_line_is_one_on_its_group(book: wa.Book):
    panel = explore.survival(book, by="segment")
    groups = panel.figure.layout.meta["groups"]
    # a band for each group, then a line for each
    panel._clicked(Point(len(groups) + groups.index("Small"), None, 5, 5, 0.75))
    assert panel.behind.label == "Small, left by month 5"
    together = explore.survival(book)
    together._clicked(Point(1, None, 4, 4, 0.9))
    assert together.behind.label == "Left by month 4"
    assert len(together.accounts.table.df) == 4


def test_it_says_how_long_they_stay_and_whether_groups_differ(book: wa.Book):
    panel = explore.survival(book)
    # 30 of 40 are there at the greatest age
    assert "After 11 months, 75.0% of customers are still there." in panel._finding.value
    panel.set(by="segment")
    assert (
        "100.0% of Large are still there and 50.0% of Small. Half of Small have left by month 10."
        in panel._finding.value
    )
    assert "less than 1% of cases (log-rank test)" in panel._finding.value
    panel.set(measure="arr")
    assert "100.0% of the first ARR of Large is still there" in panel._finding.value
    assert "By customers, groups that are alike" in panel._finding.value


def test_an_empty_book_a_single_group_and_what_it_refuses(book: wa.Book):
    empty = explore.survival(book_of("2024-12-31"))
    assert empty.message == ""
    assert "No customer has been seen for a month yet." in empty._finding.value
    one = explore.survival(book, by="segment", where={"segment": ["Large"]})
    assert "nothing to compare" in one._finding.value
    with pytest.raises(ConfigError, match="Did you mean 'logos'"):
        explore.survival(book, measure="logo")
