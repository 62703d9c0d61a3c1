"""The charts of CSQLs and of the quota period, on tables made by hand."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from workahead import charts, words

FUNNEL = pd.DataFrame(
    {
        "created": [8], "created_arr": 580.0, "accepted": 5, "accepted_arr": 480.0, "won": 2, "won_arr": 160.0,
        "lost": 1, "rejected": 2, "open": 3, "unknown": 0, "close_rate": 0.5, "low": 0.3, "high": 0.7,
        "new_business_close_rate": 0.25, "new_business_low": 0.2, "new_business_high": 0.28,
        "times_new_business": 2.0, "goal_arr": 400.0, "attainment": 1.2, "pipeline_share": 0.32,
        "acceptance_rate": 0.625, "qualified_share": 0.4, "starting_arr": 1500.0,
    }
)  # fmt: skip
HOSTILE = "<img src=x onerror=alert(1)>"
GROUPS = pd.concat([FUNNEL, FUNNEL.assign(close_rate=0.9, attainment=0.4)], ignore_index=True)
GROUPS.insert(0, "csm", [HOSTILE, "Bo"])
QUARTERS = pd.concat([FUNNEL, FUNNEL], ignore_index=True)
QUARTERS.insert(0, "period_start", pd.to_datetime(["2025-12-31", "2026-03-31"]))
QUARTERS.insert(1, "period_end", pd.to_datetime(["2026-03-31", "2026-06-30"]))
WEEKS = list(range(1, 5))
CURVE = pd.DataFrame(
    {
        "week": WEEKS, "share": [0.1, 0.2, 0.6, 1.0], "share_low": [0.0, 0.1, 0.5, 1.0],
        "share_high": [0.2, 0.4, 0.8, 1.0], "basis": "record", "periods": 8,
    }
)  # fmt: skip
PACE = pd.DataFrame(
    {
        "week": WEEKS,
        "week_start": pd.to_datetime(["2026-10-01", "2026-10-08", "2026-10-15", "2026-10-22"]),
        "week_end": pd.to_datetime(["2026-10-07", "2026-10-14", "2026-10-21", "2026-10-31"]),
        "expected": [10.0, 20.0, 60.0, 100.0], "expected_low": [0.0, 10.0, 50.0, 100.0],
        "expected_high": [20.0, 40.0, 80.0, 100.0], "actual": [5.0, 25.0, math.nan, math.nan],
        "week_actual": [5.0, 20.0, math.nan, math.nan], "needed": [math.nan, math.nan, 35.0, 40.0],
        "pipeline_open": [0.0, 0.0, 90.0, 10.0], "basis": "record",
    }
)  # fmt: skip
LEAD = pd.DataFrame(
    {
        "activity": ["call"] * 4, "week": WEEKS, "week_start": PACE["week_start"], "usual": 2.0, "goal": 3.0,
        "actual": [4.0, 1.0, math.nan, math.nan], "before_bookings": 0.1, "csms": 2, "periods": 8,
    }
)  # fmt: skip
PARTS = pd.DataFrame(
    {
        "part": ["pain", "(all parts)"], "created": 50, "filled_share": [0.9, 0.6], "closed_with": [30, 20],
        "closed_without": [5, 15], "close_rate_with": [0.5, 0.6], "close_rate_without": [0.4, 0.4],
        "low_with": 0.45, "high_with": 0.7, "low_without": 0.3, "high_without": 0.44,
    }
)  # fmt: skip
MADE: dict[str, tuple[Any, pd.DataFrame]] = {
    "steps": (charts.csql_steps, FUNNEL),
    "cohorts": (charts.csql_cohorts, QUARTERS),
    "rates": (charts.csql_close_rates, FUNNEL),
    "rates by": (charts.csql_close_rates, GROUPS),
    "goals": (charts.csql_goals, GROUPS),
    "parts": (charts.qualification, PARTS),
    "curve": (lambda table: charts.booking_curve({"Expansion": table}), CURVE),
    "pace": (lambda table: charts.quota_pace(table, 100.0, "USD"), PACE),
    "weeks": (charts.weekly_plan, PACE),
    "lead": (charts.lead_activities, LEAD),
}


@pytest.mark.parametrize("which", MADE)
def test_each_has_a_title_words_and_traces_of_the_small_bundle(which: str) -> None:
    make, table = MADE[which]
    fig = make(table)
    assert fig.layout.title.text
    assert fig.layout.meta["alt"]
    assert fig.layout.meta["name"]
    assert {trace.type for trace in fig.data} <= {"bar", "scatter", "heatmap"}
    assert "nan" not in fig.to_json().lower()
    assert "<img" not in fig.to_json().replace(fig.layout.meta["alt"], "")


@pytest.mark.parametrize("which", MADE)
def test_an_empty_table_makes_a_sentence_and_no_frame(which: str) -> None:
    make, table = MADE[which]
    fig = make(table.head(0))
    assert not fig.data
    assert fig.layout.annotations[0].text


def test_a_hostile_name_is_shown_as_text() -> None:
    for fig in (charts.csql_close_rates(GROUPS), charts.csql_goals(GROUPS)):
        assert any(text.startswith("&lt;img") for text in fig.layout.yaxis.ticktext)


def test_every_csql_of_a_quarter_is_in_its_column_once() -> None:
    bars = [trace for trace in charts.csql_cohorts(QUARTERS).data if trace.type == "bar"]
    assert [sum(bar.y[i] for bar in bars) for i in (0, 1)] == [8, 8]


def test_one_funnel_is_drawn_never_two() -> None:
    with pytest.raises(ValueError, match="one funnel"):
        charts.csql_steps(GROUPS)


def test_groups_stand_by_their_close_rate_with_new_business_below() -> None:
    fig = charts.csql_close_rates(GROUPS)
    dots = [trace for trace in fig.data if trace.mode == "markers"]
    assert [dot.x[0] for dot in dots] == [0.9, 0.25, 0.5, 0.25]
    assert fig.layout.yaxis.ticktext[0] == "Bo"


def test_the_pace_ends_at_the_quota_and_what_is_booked_where_it_is() -> None:
    fig = charts.quota_pace(PACE, 100.0)
    expected, actual = (next(t for t in fig.data if t.name == name) for name in ("Expected", "Booked"))
    assert list(expected.y) == [0, 10, 20, 60, 100]
    assert list(actual.y) == [0, 5, 25]
    assert "25 by week 2, 20 expected" in fig.layout.meta["alt"]


def test_without_a_quota_no_plan_and_without_a_record_no_range() -> None:
    assert not charts.quota_pace(PACE, math.nan).data
    straight = PACE.assign(expected_low=math.nan, expected_high=math.nan)
    assert not [trace for trace in charts.quota_pace(straight, 100.0).data if trace.fill]
    curve = CURVE.assign(share_low=math.nan, share_high=math.nan, basis="straight line")
    fig = charts.booking_curve({"Expansion": curve})
    assert not [trace for trace in fig.data if trace.fill]
    assert "Straight, for want of a record" in " ".join(a.text for a in fig.layout.annotations)


def test_the_weeks_hold_what_came_and_what_must_come() -> None:
    bars = {trace.name: list(trace.y) for trace in charts.weekly_plan(PACE).data}
    assert bars == {"Booked": [5, 20], "Needed": [35, 40], "Open, set to close then": [90, 10]}


def test_activities_add_up_week_by_week() -> None:
    goal, actual = (list(trace.y) for trace in charts.lead_activities(LEAD).data)
    assert goal == [0, 3, 6, 9, 12]
    assert actual == [0, 4, 5]


# The sentences that their doctests do not tell.


def test_the_pace_in_words() -> None:
    said = [words.pace_sentence(PACE, 100.0, day) for day in ("2026-09-30", "2026-10-14", "2026-10-31")]
    assert said == [
        "The period has not begun: all of the quota of 100 is ahead.",
        "By 14 October 2026 25 of the quota of 100 is booked (25%), 5 ahead of the usual pace of 20.",
        "The period is over: 25 of the quota of 100 was booked (25%), 75 short.",
    ]
    assert words.pace_sentence(PACE, 20.0, "2026-10-14").endswith("is booked (125%): it is met.")
    assert words.pace_sentence(PACE, math.nan, "2026-10-14") == "There is no quota for this period."
    figures = words.pace_figures(PACE, 100.0, "2026-10-14").set_index("label")
    assert figures["value"].tolist() == [100, 25, 20, 0.25, 75, 100]


def test_close_rates_in_words() -> None:
    assert "2.0 times as often, as it should be" in words.close_rate_sentence(FUNNEL)
    assert "may be chance" in words.close_rate_sentence(FUNNEL.assign(low=0.26))
    assert "the published mark is twice" in words.close_rate_sentence(FUNNEL.assign(times_new_business=1.6))
    untold = FUNNEL.assign(close_rate=math.nan, unknown=2)
    assert "there is no close rate" in words.close_rate_sentence(untold)
    assert words.close_rate_sentence(FUNNEL.head(0)) == "No CSQL that sales accepted has been won or lost."


def test_empty_tables_in_words() -> None:
    for sentence, table in (
        (words.csql_sentence, FUNNEL), (words.pipeline_sentence, FUNNEL), (words.csql_group_sentence, GROUPS),
        (words.cohort_fate_sentence, QUARTERS), (words.qualification_sentence, PARTS),
        (words.booking_sentence, CURVE), (words.lead_sentence, LEAD),
    ):  # fmt: skip
        said = sentence(table.head(0))
        assert said.endswith(".")
        assert "nan" not in said
    assert words.pace_figures(PACE.head(0), math.nan, "2026-10-14")["value"].isna().sum() >= 4
    assert words.csql_figures(FUNNEL.head(0))["value"].isna().all()


def test_groups_in_words() -> None:
    assert words.csql_group_sentence(GROUPS.assign(csm=["Ana", "Bo"])) == (
        "One of two has reached the goal: Ana (120%). Bo is furthest from it (40%)."
    )
    none = GROUPS.assign(csm=["Ana", "Bo"], goal_arr=math.nan, pipeline_share=[0.3, 0.1])
    assert words.csql_group_sentence(none) == (
        "Ana brings most for the size of its book (accepted pipeline of 30% of starting ARR), Bo least (10%)."
    )


def test_one_without_the_other_reason_still_reads() -> None:
    reasons = pd.DataFrame({"outcome": ["lost"], "reason": ["Timing"], "csqls": [2], "arr": [5e5]})
    assert (
        words.reasons_sentence(reasons) == "After acceptance most ARR was lost for “Timing” (2 of 2, 500.0k)."
    )
    assert "No CSQL" in words.reasons_sentence(reasons.head(0))
