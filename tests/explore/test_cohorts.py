"""The panel of cohorts: cells, curves and lines a group, with what the customers of each had and have."""

from collections.abc import Callable

import pandas as pd
import pytest
import workahead as wa
from contracts import book as book_of
from contracts import segments
from panels import assert_line_repeats, behind
from workahead import explore
from workahead.errors import ConfigError, UnknownName
from workahead.explore.cohorts import MOST_CELLS
from workahead.explore.view import Point

Q1, Q2 = pd.Timestamp("2025-01-01"), pd.Timestamp("2025-04-01")


@pytest.fixture(scope="module")
def book() -> wa.Book:
    """Q1: A 100 grows to 150 in August, B 100 leaves in June. Q2: C 40 sinks to 30 in September; all until October."""
    return book_of(
        "2025-10-31",
        ("A1", "A", "2025-01-05", None, 100),
        ("A2", "A", "2025-08-10", None, 50),
        ("B1", "B", "2025-02-01", "2025-06-20", 100),
        ("C1", "C", "2025-04-01", "2025-09-09", 40),
        ("C2", "C", "2025-09-10", None, 30),
        accounts=segments(A="Large", B="Large", C="Small"),
        late_renewal_days=0,
    )


def test_the_line_gives_the_table_of_the_panel(book: wa.Book):
    panel = explore.cohorts(book)
    assert panel.line == 'wa.cohorts(book, freq="quarter", measure="net")'
    for setting in (
        {"freq": "month"},
        {"measure": "gross"},
        {"show": "curves"},
        {"by": "segment"},
        {"freq": "year"},
    ):
        panel.set(**setting)
        for where in ({"segment": ["Small"]}, {"segment": []}):
            panel.filter(**where)
            assert_line_repeats(panel, book)
    assert panel.line == 'wa.cohort_total(book, freq="year", measure="gross", by="segment")'


def test_every_cell_holds_its_customers(book: wa.Book):
    panel = explore.cohorts(book)
    cells = panel.table.set_index(["cohort", "age"])["value"].to_dict()
    # Q1 at the closes of March, June, September and October; Q2 from June on
    assert cells == {
        (Q1, 0): 200,
        (Q1, 1): 100,
        (Q1, 2): 150,
        (Q1, 3): 150,
        (Q2, 0): 40,
        (Q2, 1): 30,
        (Q2, 2): 30,
    }
    for (first, age), value in cells.items():
        rows = behind(panel, f"Q{first.quarter} 2025, quarter {age}")
        assert rows["ARR"].sum() == value
        assert rows["Change"].sum() == value - cells[first, 0]
    rows = behind(panel, "Q1 2025, quarter 2")
    assert rows[["Customer id", "First ARR", "ARR", "Change"]].values.tolist() == [
        ["B", 100, 0, -100],
        ["A", 100, 150, 50],
    ]
    everyone = behind(panel, "All cohorts, quarter 1")  # September closed the quarter in which C was one old
    assert everyone[["Customer id", "Cohort", "ARR"]].values.tolist() == [
        ["B", "Q1 2025", 0],
        ["C", "Q2 2025", 30],
        ["A", "Q1 2025", 100],
    ]


def test_gross_is_of_what_each_keeps_and_logos_of_who_has_any(book: wa.Book):
    panel = explore.cohorts(book, measure="gross")
    rows = behind(panel, "Q1 2025, quarter 2")
    value = panel.table.set_index(["cohort", "age"])["value"]
    assert rows["Kept ARR"].sum() == value[Q1, 2] == 100
    panel.set(measure="logos")  # what was open stays open, as it is now
    assert panel.behind.label == "Q1 2025, quarter 2"
    rows = panel.accounts.table.df
    assert (rows["ARR"] > 0).sum() == panel.table.set_index(["cohort", "age"])["value"][Q1, 2] == 1


@pytest.mark.parametrize(
    ("settings", "point", "part"),
    [
        ({}, Point(0, None, (1, 1), 1, 1), "Q2 2025, quarter 1"),
        ({"show": "curves"}, Point(0, None, 2, 2, 0.75), "Q1 2025, quarter 2"),
        (
            {"show": "curves"},
            Point(0, None, 4, 0, 1.0),
            "Q2 2025, quarter 0",
        ),  # after the gap behind the first
        ({"show": "curves"}, Point(1, None, 1, 1, 0.5), "All cohorts, quarter 1"),
    ],
)
def test_a_click_opens_the_customers_of_that_cell(
    book: wa.Book, settings: dict[str, str], point: Point, part: str
):
    panel = explore.cohorts(book, **settings)
    panel._clicked(point)
    assert panel.behind.label == part


@pytest.fixture(scope="module")
def crowd() -> wa.Book:
    """Two segments that win one customer of 100 each month of 2024; Small's sink to 50 in the month after."""
    rows = []
    for month in range(1, 13):
        first = pd.Timestamp(2024, month, 1)
        rows.append((f"L{month}", f"L{month}", f"{first:%Y-%m-%d}", None, 100))
        sinks = first + pd.DateOffset(months=1)
        rows.append(
            (f"S{month}", f"S{month}", f"{first:%Y-%m-%d}", f"{sinks - pd.Timedelta(days=1):%Y-%m-%d}", 100)
        )
        rows.append((f"T{month}", f"S{month}", f"{sinks:%Y-%m-%d}", None, 50))
    names = {
        f"{kind}{month}": name for kind, name in (("L", "Large"), ("S", "Small")) for month in range(1, 13)
    }
    return book_of("2024-12-31", *rows, accounts=segments(**names))


def test_a_group_holds_the_customers_of_all_its_cohorts_at_an_age(crowd: wa.Book):
    panel = explore.cohorts(crowd, freq="month", by="segment")
    assert panel._finding.value == (
        '<p class="wa-finding">After 11 months, cohorts of Large hold 100.0% of their first ARR, growth included, '
        "those of Small 50.0%.</p>"
    )
    totals = panel.table.set_index(["segment", "age"])["value"]
    for name, age in (("Large", 0), ("Small", 1), ("Small", 11)):
        rows = behind(panel, f"{name}, month {age}")
        assert rows["ARR"].sum() == totals[name, age]
        assert len(rows) == 12 - age
        assert set(rows["Segment"]) == {name}
    line = panel.figure.layout.meta["groups"].index("Small")
    panel._clicked(Point(line, None, 3, 3, 0.5))
    assert panel.behind.label == "Small, month 3"
    assert panel._settings["show"].disabled


def test_of_very_many_cells_whole_years_have_a_name():
    """A customer a month for nine years: 108 + 107 + ... + 1 = 5,886 cells."""
    months = pd.date_range("2016-01-01", periods=108, freq="MS")
    rows = [(f"S{n}", f"A{n}", f"{day:%Y-%m-%d}", None, 1) for n, day in enumerate(months)]
    panel = explore.cohorts(book_of("2024-12-31", *rows), freq="month")
    assert len(panel.table) == 5886 > MOST_CELLS
    named = [part for part in dict(panel.behind.options) if part.startswith("Jan 2016")]
    assert named == [f"Jan 2016, month {12 * year}" for year in range(9)]


def test_an_empty_book_and_what_it_refuses(book: wa.Book):
    none = book_of("2025-10-31")
    for settings in ({}, {"show": "curves"}, {"by": "account_id"}):
        panel = explore.cohorts(none, **settings)
        assert panel.message == ""
        assert panel.table.empty
    refused: list[tuple[type[Exception], str, Callable[[], object]]] = [
        (ConfigError, "Did you mean 'quarter'", lambda: explore.cohorts(book, freq="quater")),
        (ConfigError, "Did you mean 'gross'", lambda: explore.cohorts(book, measure="grosss")),
        (UnknownName, "segment", lambda: explore.cohorts(book, by="segmnt")),
    ]
    for error, match, call in refused:
        with pytest.raises(error, match=match):
            call()
