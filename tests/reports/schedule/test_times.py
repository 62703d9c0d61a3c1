"""Due times in their own zone, and the lines by which another clock comes by then."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim, CronSimError
from hypothesis import example, given, settings
from hypothesis import strategies as st
from workahead.reports.schedule.times import calendar_lines, cron_lines, in_words, last_due, next_due

UTC = dt.UTC


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_the_last_due_time_is_the_one_before_or_now() -> None:
    monthly = ("0 7 2 * *", "Europe/Berlin")  # 07:00 in winter is 06:00 UTC
    assert last_due(*monthly, at("2026-11-02T06:00:00Z")) == at("2026-11-02T06:00:00Z")
    assert last_due(*monthly, at("2026-11-02T05:59:59Z")) == at("2026-10-02T05:00:00Z")  # and in summer 05:00
    assert next_due(*monthly, at("2026-10-02T05:00:00Z"), 2) == [
        at("2026-11-02T06:00:00Z"),
        at("2026-12-02T06:00:00Z"),
    ]


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # on 29 March 2026 Berlin has no 02:30: cron runs it when the clock has jumped, at 03:00 CEST
        ("2026-03-29T00:59:00Z", "2026-03-28T01:30:00Z"),
        ("2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"),
        # on 25 October 2026 it has two: the first counts, 00:30 UTC
        ("2026-10-25T00:29:00Z", "2026-10-24T00:30:00Z"),
        ("2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z"),
        ("2026-10-25T01:10:00Z", "2026-10-25T00:30:00Z"),  # 02:10 for the second time
        ("2026-10-25T01:40:00Z", "2026-10-25T00:30:00Z"),
    ],
)
def test_days_on_which_berlin_changes_its_clocks(now: str, due: str) -> None:
    assert last_due("30 2 * * *", "Europe/Berlin", at(now)) == at(due)


def test_kathmandu_is_five_hours_and_three_quarters_ahead() -> None:
    # 01:00 on the 1st there is 19:15 UTC on the last day of the month before
    assert cron_lines("0 1 1 * *", "Asia/Kathmandu", "UTC") == ["15 19 28-31 * *"]
    assert cron_lines("0 1 * * mon", "Asia/Kathmandu", "UTC") == ["15 19 * * 0"]
    assert cron_lines("0 6 2 * *", "Asia/Kathmandu", "UTC") == ["15 0 2 * *"]
    assert last_due("0 1 1 * *", "Asia/Kathmandu", at("2026-11-15T00:00:00Z")) == at("2026-10-31T19:15:00Z")


def test_a_clock_of_the_same_zone_gets_the_line_as_it_is() -> None:
    assert cron_lines("*/15 7 1,15 * mon", "Europe/Berlin", "Europe/Berlin") == ["*/15 7 1,15 * mon"]


def test_a_day_of_the_month_or_a_weekday_is_two_calendar_lines() -> None:
    assert calendar_lines("0 7 1 * mon", "UTC") == ["*-*-01 07:00:00 UTC", "Mon *-*-* 07:00:00 UTC"]
    assert calendar_lines("0 7 */2 1 mon", "UTC") == [  # a field that begins with a star: both must hold
        "Mon *-01-01,03,05,07,09,11,13,15,17,19,21,23,25,27,29,31 07:00:00 UTC"
    ]


def test_words() -> None:
    assert in_words("0 7 2 * *") == "at 07:00 on the second day of every month"


FIELDS = st.tuples(
    st.sampled_from(["0", "30", "*/20", "5,50"]),
    st.sampled_from(["0", "2", "7", "23", "1-3", "*/6"]),
    st.sampled_from(["*", "1", "2", "28", "31", "1,15", "1-31", "*/3"]),
    st.sampled_from(["*", "1,4,7,10", "2", "3", "10-12"]),
    st.sampled_from(["*", "mon", "0", "7", "1-5"]),
).map(" ".join)
ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "Asia/Kathmandu",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Kiritimati",
    ]
)


MOMENTS = st.integers(0, 3 * 366 * 1440).map(
    lambda minutes: dt.datetime(2027, 1, 1, tzinfo=UTC) + dt.timedelta(minutes=minutes)
)


def possible(cron: str) -> bool:
    try:
        next(CronSim(cron, at("2027-01-01T00:00:00Z")))
    except (StopIteration, CronSimError):
        return False
    return True


@settings(max_examples=30, deadline=None)
@example("0 0 31 2 mon", "UTC", "Europe/Berlin", dt.datetime(2027, 1, 1, tzinfo=UTC))
@given(FIELDS.filter(possible), ZONES, ZONES, MOMENTS)
def test_no_due_time_passes_without_a_line_of_the_other_clock(
    cron: str, zone: str, clock: str, start: dt.datetime
) -> None:
    lines = cron_lines(cron, zone, clock)
    for due in next_due(cron, zone, start, 8):
        just_before = due - dt.timedelta(seconds=1)
        comes = min(next_due(line, clock, just_before)[0] for line in lines)
        # to the minute on a clock without summer time; else, on the days of the change, up to two hours late; and a
        # time of day that the zone skips is caught up at the next one
        shown = due.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
        plain = next_due(cron, "UTC", shown - dt.timedelta(seconds=1))[0] == shown
        late = dt.timedelta(hours=0 if clock in ("UTC", "Asia/Kathmandu", "Pacific/Kiritimati") else 2)
        assert comes - due <= (late if plain else dt.timedelta(days=32))


@settings(max_examples=30, deadline=None)
@given(FIELDS.filter(possible), ZONES, MOMENTS)
def test_backwards_finds_what_forwards_came_by(cron: str, zone: str, start: dt.datetime) -> None:
    for due in next_due(cron, zone, start, 5):
        assert last_due(cron, zone, due) == due
