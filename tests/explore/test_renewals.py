"""The panel of renewals: windows, calendar and risk, with the contracts behind each part of tests/renewing.py."""

import json

import pytest
import workahead as wa
from panels import assert_line_repeats, behind
from renewing import renewing
from workahead import explore, words
from workahead.errors import ConfigError
from workahead.explore.renewals import SHOWN
from workahead.explore.view import Point


@pytest.fixture(scope="module")
def due() -> wa.Book:
    return renewing()


def test_the_line_gives_the_table_of_the_panel(due: wa.Book):
    panel = explore.renewals(due, where={"segment": ["SMB", "(not set)"]})
    for setting in (
        {"by": "segment"},
        {"width": 1, "months": 6},
        {"show": "risk"},
        {"by": None},
        {"show": "calendar"},
        {"show": "windows", "width": 6, "months": 9},
    ):
        panel.set(**setting)
        assert_line_repeats(panel, due)
    panel.filter(segment=[], csm=["Ana"])
    assert_line_repeats(panel, due)
    assert panel.line == 'wa.renewal_windows(book.where(csm=["Ana"]), edges=(0, 6, 9))'


def test_the_board_and_the_contracts_of_each_part(due: wa.Book):
    panel = explore.renewals(due, months=12)
    assert list(dict(panel.behind.options))[1:] == [
        "Overdue", "0–3 months", "0–3 months, at risk", "0–3 months, not called", "3–6 months",
        "3–6 months, not called", "6–9 months", "9–12 months", "9–12 months, at risk",
    ]  # fmt: skip
    board = panel.table.set_index("window")
    for part, window, column in (
        ("Overdue", "overdue", "arr_due"),
        ("0–3 months", "0-3", "arr_due"),
        ("3–6 months", "3-6", "arr_due"),
        ("0–3 months, not called", "0-3", "uncovered_arr"),
        ("3–6 months, not called", "3-6", "uncovered_arr"),
    ):
        assert behind(panel, part)["ARR"].sum() == board.loc[window, column]
    # 100 is overdue; of 500 in three months (200 and 300) 300 are not called, of 1,000 in six 400
    assert board["arr_due"].tolist() == [100, 500, 1000, 500, 800]
    rows = behind(panel, "0–3 months, at risk")
    assert rows["At risk"].tolist() == [50]
    assert rows["Root cause"].tolist() == ["Product gap"]
    assert rows["Name"].tolist() == ["Beech"]
    assert "Next step" in behind(panel, "0–3 months")


def test_windows_of_another_width_begin_where_the_last_ended(due: wa.Book):
    panel = explore.renewals(due, months=9, width=6)
    assert panel.line == "wa.renewal_windows(book, edges=(0, 6, 9))"
    assert panel.table[["window", "arr_due"]].values.tolist() == [
        ["overdue", 100],
        ["0-6", 1500],
        ["6-9", 500],
    ]
    assert behind(panel, "0–6 months")["ARR"].tolist() == [600, 400, 300, 200]  # the largest first


def test_by_group_every_cell_holds_its_contracts(due: wa.Book):
    panel = explore.renewals(due, by="csm")
    cells = panel.table[panel.table["contracts"] > 0]
    assert len(panel.behind.options) == 1 + len(cells)
    for cell in cells.to_dict("records"):
        rows = behind(panel, f"{cell['csm']}, {words.window_name(cell['window'])}")
        assert rows["ARR"].sum() == cell["arr_due"]
        assert len(rows) == cell["contracts"]
    panel.set(months=24)
    assert behind(panel, "(not set), 12–15 months")["ARR"].tolist() == [700]


def test_a_click_opens_what_was_clicked(due: wa.Book):
    panel = explore.renewals(due)
    assert panel.behind.label == "Choose, or click on the chart"
    for point, part in (
        (Point(2, "Not called", 1, 1, 300.0), "0–3 months, not called"),
        (Point(1, "Called, at risk", 1, 1, 50.0), "0–3 months, at risk"),
        (Point(3, None, 2, 2, 1000.0), "3–6 months"),
        (Point(2, "Not called", 0, 0, 100.0), "Overdue"),  # all of it: the window itself
    ):
        panel._clicked(point)
        assert panel.behind.label == part
    grid = explore.renewals(due, by="csm")
    csm = grid.figure.layout.meta["groups"]
    grid._clicked(Point(0, None, (csm.index("Bo"), 1), 1, csm.index("Bo")))
    assert grid.behind.label == "Bo, 0–3 months"
    calendar = explore.renewals(due, show="calendar")
    calendar._clicked(Point(0, "Not called", 3, 3, 700.0))
    assert calendar.behind.label == "January 2027"
    risk = explore.renewals(due, show="risk")
    risk._clicked(Point(0, "Can be addressed", 0, 50.0, 1))
    assert risk.behind.label == "Product gap"


def test_the_calendar_names_each_month_with_a_renewal(due: wa.Book):
    panel = explore.renewals(due, show="calendar", months=6)
    assert list(dict(panel.behind.options))[1:] == ["Overdue", "November 2026", "January 2027", "April 2027"]
    assert behind(panel, "January 2027")["ARR"].tolist() == [400, 300]
    assert panel.line == "wa.renewal_base(book, months=6)"


def test_risk_by_cause_and_by_group(due: wa.Book):
    panel = explore.renewals(due, show="risk")
    assert panel.table[["root_cause", "at_risk_arr"]].values.tolist() == [
        ["(not set)", 800],
        ["Product gap", 50],
    ]
    assert behind(panel, "No cause stated")["At risk"].tolist() == [800]
    panel.set(by="csm")
    assert panel.line == 'wa.risk(book, months=12, by=["csm", "root_cause"])'
    assert behind(panel, "Bo")["At risk"].tolist() == [800, 50]
    bars = {(trace.name, float(x)) for trace in panel.figure.data for x in trace.x}
    assert bars == {("Can be addressed", 50), ("Not stated or unknown", 800)}


def test_the_report_of_the_same_settings(due: wa.Book):
    panel = explore.renewals(due, by="segment", months=6, where={"csm": ["Bo"]})
    assert panel.command == (
        'workahead report renewals --set by=segment --set months=6 --set \'where={"csm": ["Bo"]}\''
    )
    panel.set(months=3)
    assert "months=3" in panel.command
    odd = explore.renewals(due, months=7)
    assert odd.command == ""  # the page's windows are of three months


def test_a_control_without_effect_can_not_be_set(due: wa.Book):
    panel = explore.renewals(due)
    off = []
    for show in ("windows", "calendar", "risk"):
        panel.set(show=show)
        off.append([name for name, control in panel._settings.items() if control.disabled])
    assert off == [[], ["by", "width"], ["width"]]


def test_a_book_without_calls_and_one_without_anything():
    bare = renewing(forecast_calls=None, contacts=None, activities=None)
    for show in SHOWN:
        panel = explore.renewals(bare, show=show)
        assert panel.message == ""
        assert json.dumps(panel._repr_mimebundle_()["application/vnd.plotly.v1+json"])
        empty = wa.Book.from_frames(bare.as_of, bare["subscriptions"].head(0))
        none = explore.renewals(empty, show=show)
        assert none.message == ""
        assert list(none.behind.options)[1:] == []
    with pytest.raises(ConfigError, match="Did you mean 'risk'"):
        explore.renewals(bare, show="risks")
