from datetime import date
from zoneinfo import ZoneInfo

import pytest
from workahead.sources.dates import parse_dates, stated_order

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-31", date(2026, 10, 31)),
        ("2026/10/31", date(2026, 10, 31)),
        ("20261031", date(2026, 10, 31)),
        ("2026-10-31 23:59", date(2026, 10, 31)),
        ("2026-10-31T23:59:59.000", date(2026, 10, 31)),
        ("10/31/2026 5:05 PM", date(2026, 10, 31)),
        ("31.12.2026", date(2026, 12, 31)),
        ("01.02.2026", date(2026, 2, 1)),
        ("31-Oct-2026", date(2026, 10, 31)),
        ("31 October 2026", date(2026, 10, 31)),
        ("Oct 31, 2026", date(2026, 10, 31)),
        ("10/31/26", date(2026, 10, 31)),
        ("46326", date(2026, 10, 31)),
    ],
)
def test_a_text_that_speaks_for_itself(text, day):
    assert parse_dates([text]).values == [day]


def test_one_value_above_twelve_decides_the_column():
    assert parse_dates(["3/4/2026", "31/4/2026", "25/12/2026"]).order == "dmy"
    assert parse_dates(["3/4/2026", "12/25/2026"]).values == [date(2026, 3, 4), date(2026, 12, 25)]


def test_a_column_that_fits_both_is_asked_about():
    read = parse_dates(["3/4/2026", "5/5/2026", "12/11/2026"])
    assert read.ambiguous == ["3/4/2026", "12/11/2026"]


def test_days_equal_to_their_month_need_no_order():
    read = parse_dates(["1/1/2026", "05/5/2026"])
    assert (read.values, read.ambiguous) == ([date(2026, 1, 1), date(2026, 5, 5)], [])


def test_a_column_that_holds_both_orders_is_a_clash_until_one_is_stated():
    assert parse_dates(["25/12/2026", "12/25/2026"]).clash == ("25/12/2026", "12/25/2026")
    assert parse_dates(["25/12/2026", "12/25/2026"], order="dmy").values == [date(2026, 12, 25), None]


def test_a_time_with_a_zone_falls_on_the_day_it_has_here():
    assert parse_dates(["2026-10-31T23:30:00Z"], wanted_in=BERLIN).values == [date(2026, 11, 1)]
    assert parse_dates(["2026-10-31T23:30:00-05:00"], wanted_in=BERLIN).values == [date(2026, 11, 1)]


def test_a_time_without_zone_stays_on_its_day_where_it_was_written_here():
    assert parse_dates(["2026-10-31 23:58"], written_in=BERLIN, wanted_in=BERLIN).values == [
        date(2026, 10, 31)
    ]


def test_a_time_written_elsewhere_is_turned_into_days_here():
    new_york = ZoneInfo("America/New_York")
    assert parse_dates(["2026-10-31 23:58"], written_in=new_york, wanted_in=BERLIN).values == [
        date(2026, 11, 1)
    ]


@pytest.mark.parametrize("text", ["2026-02-30", "soon", "31/31/2026", "0000-00-00", "12", "2026-10-31 25:00"])
def test_what_is_no_day_is_none(text):
    assert parse_dates([text], order="dmy").values == [None]


def test_order_of_a_stated_format():
    assert [stated_order(one) for one in ("dd/mm/yyyy", "D.M.YY", "%m/%d/%Y", "mm-dd-yyyy", "yyyy-mm-dd", "long")] == [
        "dmy", "dmy", "mdy", "mdy", "ymd", None,
    ]  # fmt: skip
