"""Charts of the renewals ahead: that they carry the tables' numbers, say what they show, and stay honest when empty."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from workahead import charts, show

HOSTILE = '</script><img src=x onerror=alert(1)><a href="x">A</a>'
DUE = pd.to_datetime(["2026-10-11", "2026-11-05", "2026-11-20", "2027-01-15", "2027-01-31"])


def base(**more: Any) -> pd.DataFrame:
    """100 overdue, 200 and 300 due in November, none in December, 400 and 500 in January."""
    return pd.DataFrame(
        {
            "subscription_id": ["S1", "S2", "S3", "S4", "S5"],
            "account_id": ["A", "B", "C", "D", "E"],
            "name": ["Alder", "Beech", None, "Dogwood", HOSTILE],
            "arr": [100.0, 200.0, 300.0, 400.0, 500.0],
            "renewal_date": DUE,
            "window": ["overdue", "0-3", "0-3", "0-3", "3-6"],
            "category": [None, "commit", "churn", "upside", None],
            "csm": ["Ana", "Bo", "Bo", None, "Bo"],
            "next_step": ["Settle it", "Call", None, "Call", "Call"],
            "at_risk_arr": [None, 0.0, 300.0, None, None],
            "root_cause": [None, None, HOSTILE, None, None],
            "would_renew": [None, "leaning_no", None, None, None],
            "tier": ["key", "high_potential", None, None, None],
            "days_since_decision_maker": pd.array([1, None, 3, 4, 5], dtype="Int64"),
            "product": "Core",
            "segment": "SMB",
        }
    ).assign(**more)


def expected() -> pd.DataFrame:
    """December has none; February lies beyond what is due, and is left out."""
    return pd.DataFrame(
        {
            "month": pd.to_datetime(["2026-11-01", "2027-01-01", "2027-02-01"]),
            "expected_arr": [180.0, 700.0, 1.0],
            "low": [150.0, 500.0, 0.0],
            "high": [420.0, 880.0, 2.0],
        }
    )


def windows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "window": ["overdue", "0-3", "3-6"],
            "contracts": [1, 3, 0],
            "customers": [1, 2, 0],
            "arr_due": [100.0, 900.0, 0.0],
            "called_arr": [0.0, 700.0, 0.0],
            "forecast_arr": [0.0, 600.0, 0.0],
            "at_risk_arr": [0.0, 300.0, 0.0],
            "uncovered_arr": [100.0, 200.0, 0.0],
        }
    )


def risk() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "root_cause": ["Product gap", "(not set)", HOSTILE],
            "addressable": pd.array([True, None, False], dtype="boolean"),
            "renewals": [2, 1, 1],
            "at_risk_arr": [600.0, 300.0, 100.0],
            "share": [0.6, 0.3, 0.1],
        }
    )


def trend() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "period_end": pd.to_datetime(["2026-09-30", "2026-10-31"]),
            "at_risk_arr": [500.0, 400.0],
            "addressable_arr": [300.0, 100.0],
            "fixed_arr": [150.0, 0.0],
        }
    )


def summary() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": ["key", "at_risk"],
            "accounts": [4, 2],
            "touch_share": [0.75, 0.5],
            "decision_maker_share": [0.25, 1.0],
            "plan_share": [np.nan, np.nan],
            "expansion_share": [0.0, 0.5],
        }
    )


def rates() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "segment": ["SMB", HOSTILE, "None due"],
            "due_arr": [100.0, 900.0, 0.0],
            "renewal_rate": [0.8, 0.9, None],
        }
    )


EVERY = {
    "calendar": lambda: charts.renewal_calendar(base(), currency="USD"),
    "calendar_expected": lambda: charts.renewal_calendar(base(), expected()),
    "calendar_only_overdue": lambda: charts.renewal_calendar(base().head(1), expected()),
    "board": lambda: charts.window_board(windows(), "USD"),
    "causes": lambda: charts.risk_causes(risk(), "USD"),
    "over_time": lambda: charts.risk_over_time(trend()),
    "attention": lambda: charts.attention(summary()),
    "rates": lambda: charts.renewal_rates(rates(), rates().assign(quarter="Q1")),
    "rates_alone": lambda: charts.renewal_rates(rates()),
}
EMPTY = {
    "calendar": lambda: charts.renewal_calendar(base().head(0), expected()),
    "board": lambda: charts.window_board(windows().head(0)),
    "board_of_zeros": lambda: charts.window_board(windows().tail(1)),
    "causes": lambda: charts.risk_causes(risk().head(0)),
    "over_time": lambda: charts.risk_over_time(trend().head(0)),
    "over_time_of_zeros": lambda: charts.risk_over_time(trend().assign(at_risk_arr=0.0)),
    "attention": lambda: charts.attention(summary().head(0)),
    "rates": lambda: charts.renewal_rates(rates().tail(1)),
}


@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
def test_every_figure_has_title_words_and_trace_types_of_the_small_bundle(make: Any) -> None:
    fig = json.loads(make().to_json())
    assert fig["layout"]["title"]["text"]
    assert fig["layout"]["meta"]["alt"].endswith(".")
    assert fig["layout"]["meta"]["name"]
    assert "width" not in fig["layout"]
    assert {trace["type"] for trace in fig["data"]} <= {"bar", "scatter"}
    shown = json.dumps({**fig, "layout": {**fig["layout"], "meta": None}})
    assert "bdata" not in shown
    assert "<img" not in shown
    assert "<a href" not in shown
    assert "NaN" not in shown


@pytest.mark.parametrize("make", EMPTY.values(), ids=EMPTY)
def test_an_empty_table_makes_a_sentence_and_no_frame(make: Any) -> None:
    fig = make()
    assert not fig.data
    assert fig.layout.xaxis.visible is False
    assert fig.layout.annotations[0].text


def columns(fig: Any) -> dict[str, dict[int, float]]:
    return {t.name: dict(zip(t.x, t.y, strict=True)) for t in fig.data if t.type == "bar"}


def test_the_calendar_stacks_each_month_by_call_with_overdue_first_and_empty_months() -> None:
    fig = charts.renewal_calendar(base(), currency="USD")
    assert columns(fig) == {
        "Commit": {1: 200.0},
        "Churn": {1: 300.0},
        "Other calls": {3: 400.0},
        "Not called": {0: 100.0, 3: 500.0},
    }
    assert list(fig.layout.xaxis.tickvals) == [0, 1, 2, 3]
    assert list(fig.layout.xaxis.ticktext) == ["Over-<br>due", "Nov<br>2026", "Dec<br>2026", "Jan<br>2027"]
    assert fig.layout.meta["alt"] == (
        "USD 1.5k of ARR due, 100 of it overdue, 600 without a call; the most in January 2027, 900."
    )
    assert fig.data[0].customdata[0] == ["November 2026", "200.00", "1 contract"]


def test_nothing_overdue_leaves_no_column_for_it() -> None:
    fig = charts.renewal_calendar(base().tail(4))
    assert columns(fig)["Commit"] == {0: 200.0}
    assert fig.layout.xaxis.ticktext[0] == "Nov<br>2026"


def test_what_is_expected_stands_on_the_months_it_belongs_to() -> None:
    fig = charts.renewal_calendar(base(), expected())
    ranges, marks = fig.data[-2:]
    assert list(marks.x) == [1, 3]
    assert list(marks.y) == [180.0, 700.0]
    assert list(ranges.y) == [150.0, 420.0, None, 500.0, 880.0, None]
    assert marks.customdata[0] == ["November 2026", "180.00", "150.00", "420.00"]


def test_what_is_expected_of_what_is_overdue_stands_over_it() -> None:
    late = pd.DataFrame(
        {"month": [pd.Timestamp("2026-10-01")], "expected_arr": [60.0], "low": [0.0], "high": [100.0]}
    )
    marks = charts.renewal_calendar(base(), pd.concat([late, expected()])).data[-1]
    assert list(marks.x) == [0, 1, 3]
    alone = charts.renewal_calendar(base().head(1), late).data[-1]
    assert (list(alone.x), list(alone.y)) == ([0], [60.0])


def test_the_board_splits_what_is_due_into_called_at_risk_and_not_called() -> None:
    fig = charts.window_board(windows())
    assert columns(fig) == {
        "Called, no risk seen": {0: 0.0, 1: 400.0, 2: 0.0},
        "Called, at risk": {0: 0.0, 1: 300.0, 2: 0.0},
        "Not called": {0: 100.0, 1: 200.0, 2: 0.0},
    }
    assert list(fig.layout.xaxis.ticktext) == ["Overdue", "0–3<br>months", "3–6<br>months"]
    assert list(fig.data[-1].text) == ["<b>100</b>", "<b>900</b>", "<b>0</b>"]


def test_a_board_of_several_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="one group"):
        charts.window_board(pd.concat([windows(), windows()]))


def test_causes_say_what_can_be_done_and_what_nobody_stated() -> None:
    fig = charts.risk_causes(risk(), "USD")
    assert {t.name: (list(t.y), list(t.x)) for t in fig.data} == {
        "Can be addressed": ([0], [600.0]),
        "Can't be addressed": ([2], [100.0]),
        "Not stated or unknown": ([1], [300.0]),
    }
    assert fig.layout.yaxis.ticktext[:2] == ("Product gap", "No cause stated")
    assert fig.data[0].text == (" 600, 60%",)
    assert fig.layout.meta["alt"].startswith(
        "USD 1.0k at risk by root cause: Product gap 600 (60%); No cause"
    )


def test_the_parts_of_each_month_add_up_to_what_is_at_risk() -> None:
    fig = charts.risk_over_time(trend())
    assert columns(fig) == {
        "Can be addressed": {0: 300.0, 1: 100.0},
        "Can't be addressed": {0: 150.0, 1: 0.0},
        "Not stated or unknown": {0: 50.0, 1: 300.0},
    }


def test_attention_shows_what_is_known_and_how_many_it_is() -> None:
    fig = charts.attention(summary(), days=30)
    assert [t.name for t in fig.data] == ["Key (4)", "At risk (2)"]
    assert list(fig.data[0].x) == [0.75, 0.25, 0.0]
    assert fig.data[0].customdata[0] == ["Touch in 30 days", "75.0%", "3"]
    assert list(fig.layout.yaxis.ticktext) == [
        "Touch in<br>30 days",
        "Decision maker<br>in 30 days",
        "Open expansion",
    ]


def test_renewal_rates_stand_by_size_with_their_quarters_behind() -> None:
    quarters = pd.concat([rates().assign(quarter="Q1", renewal_rate=0.7), rates().assign(quarter="Q2")])
    small, large = charts.renewal_rates(rates(), quarters).data
    assert list(large.x) == [0.9, 0.8]  # the group with the most due first; one without any is left out
    assert sorted(zip(small.x, small.y, strict=True)) == [(0.7, 0), (0.7, 1), (0.8, 1), (0.9, 0)]


def test_steps_by_window_come_in_the_order_of_time() -> None:
    steps = charts.next_steps(base())
    assert steps[["window", "next_step", "renewals", "arr", "at_risk_arr"]].to_numpy().tolist() == [
        ["overdue", "Settle it", 1, 100, 0],
        ["0–3 months", "Call", 2, 600, 0],
        ["0–3 months", "Nothing lacking", 1, 300, 300],
        ["3–6 months", "Call", 1, 500, 0],
    ]
    assert steps["first_due"].tolist() == [DUE[0], DUE[1], DUE[2], DUE[4]]


def test_steps_by_anything_else_come_by_size_and_what_lacks_nothing_last() -> None:
    assert charts.next_steps(base(), "csm")[["csm", "next_step", "arr"]].to_numpy().tolist() == [
        ["Bo", "Call", 700],
        ["not given", "Call", 400],
        ["Ana", "Settle it", 100],
        ["Bo", "Nothing lacking", 300],
    ]


def test_the_work_list_is_what_lacks_something_the_largest_first_in_words() -> None:
    table = charts.worklist(base(name=["Alder", "Beech", None, " ", HOSTILE]))
    assert table["account"].tolist() == [HOSTILE, "D", "Beech", "Alder"]
    assert table["call"].tolist() == ["Not called", "upside", "Commit", "Not called"]
    shown = show.table(table, "Work list").html
    assert all(f">{said}</td>" in shown for said in ("Leaning no", "High potential", "Key"))


def test_unattended_accounts_are_those_that_lack_something() -> None:
    accounts = pd.DataFrame(
        {
            "account_id": ["A", "B"],
            "name": ["Alder", None],
            "group": ["key", "at_risk"],
            "lacks": ["", "plan"],
            "arr": [100.0, 200.0],
        }
    )
    others = [
        "arr_due",
        "next_renewal",
        "at_risk_arr",
        "csm",
        "segment",
        "days_since_touch",
        "plan_updated_date",
    ]
    others += ["days_since_decision_maker", "open_expansion_arr"]
    accounts = accounts.reindex(columns=[*accounts.columns, *others])
    assert charts.unattended(accounts)[["account", "group", "lacks"]].to_numpy().tolist() == [
        ["B", "At risk", "plan"]
    ]
