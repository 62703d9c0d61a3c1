"""Charts of engagement and of the scoreboard: the tables' numbers, in words too, safe, and honest when empty."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from workahead import charts

HOSTILE = '</script><img src=x onerror=alert(1)><a href="x">A</a>'
WEEKS = pd.to_datetime(["2026-10-24", "2026-10-31"])


def touches() -> pd.DataFrame:
    """Ana 2 of 10 by e-mail, the hostile one 9 of 10."""
    rows = [
        ("Ana", "call", 5, 3, 0.5), ("Ana", "meeting", 3, 2, 0.3), ("Ana", "email", 2, 1, 0.2),
        (HOSTILE, "call", 1, 1, 0.1), (HOSTILE, "meeting", 0, 0, 0.0), (HOSTILE, "email", 9, 4, 0.9),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["csm", "kind", "touches", "accounts", "share"])


def board() -> pd.DataFrame:
    """NRR 101% and 102% where 104% is asked; CSQLs 3, then 5, of 4; by person 3 and 2 of 2; calls not known."""
    rows = [
        ("nrr", "team", "Team", 1.01, 1.04), ("nrr", "team", "Team", 1.02, 1.04),
        ("csqls", "team", "Team", 3.0, 4.0), ("csqls", "team", "Team", 5.0, 4.0),
        ("csqls", "csm", "Ana", 1.0, 2.0), ("csqls", "csm", "Ana", 3.0, 2.0),
        ("csqls", "csm", HOSTILE, 2.0, 2.0), ("csqls", "csm", HOSTILE, 1.0, 2.0),
        ("calls_on_time", "team", "Team", np.nan, 0.9), ("calls_on_time", "team", "Team", np.nan, 0.9),
        ("asked", "csm", "Ana", np.nan, 2.0), ("asked", "csm", "Ana", 2.5, 2.0),
        ("asked", "csm", HOSTILE, np.nan, 2.0), ("asked", "csm", HOSTILE, np.nan, 2.0),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["measure", "scope", "who", "value", "goal"])
    return table.assign(week_end=list(WEEKS) * 7, week_start=lambda t: t["week_end"] - pd.Timedelta(days=6))


def leads() -> pd.DataFrame:
    rows = [
        ("renewed", "talks", 30, 30, 0.9, 0.4, 0.5, 0.26, 0.67, "more often"),
        ("renewed", "asked", 30, 30, 0.5, 0.5, 0.0, -0.2, 0.2, "open"),
        ("expanded", "csqls", 3, 90, 0.3, 0.1, np.nan, np.nan, np.nan, "too few"),
    ]
    names = ["outcome", "measure", "cases_with", "cases_without", "rate_with", "rate_without", "difference", "low",
             "high", "finding"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def covered(**more: object) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "account_id": ["A", "B", "C"], "name": ["Alder", None, "Cedar"], "csm": "Ana", "tier": "high_potential",
            "arr": [300.0, 200.0, 100.0], "at_risk_arr": 0.0, "days_since_touch": 1, "days_since_decision_maker": 2,
            "contacts": 3, "decision_makers": 1, "email_only": [True, False, False],
            "single_threaded": pd.array([True, None, False], dtype="boolean"), "unanswered_support": [0, 2, 0],
        }
    )  # fmt: skip
    return table.assign(**more)


def test_whoever_writes_most_stands_on_top_with_the_share() -> None:
    fig = charts.touch_mix(touches())
    assert [bar.name for bar in fig.data[:3]] == ["Calls", "Meetings", "E-mails"]
    assert list(fig.data[2].x) == [0.9, 0.2]
    assert list(fig.data[3].text) == [" 90% (10)", " 20% (10)"]
    assert "Ana 20%" in fig.layout.meta["alt"]


def test_weeks_with_their_goal_and_what_reached_it() -> None:
    fig = charts.scoreboard(board())
    bars = [one for one in fig.data if one.type == "bar"]
    assert len(bars) == 2  # calls_on_time has no value
    assert [base + y for base, y in zip([bars[0].base] * 2, bars[0].y, strict=True)] == pytest.approx(
        [1.01, 1.02]
    )
    assert list(bars[1].y) == [3, 5]
    assert len(set(bars[1].marker.color)) == 2  # the second week reached it
    assert len(set(bars[0].marker.color)) == 1
    assert "NRR 102.0% (goal 104.0%)" in fig.layout.meta["alt"]
    one = charts.scoreboard(board(), "Ana")
    assert list(next(bar for bar in one.data if bar.type == "bar").y) == [1, 3]


def test_people_by_measure_and_what_is_not_known_is_no_zero() -> None:
    fig = charts.scoreboard_people(board())
    heat, text = fig.data
    assert list(heat.z[0]) == [1, 1]
    assert list(heat.z[1]) == [0, None]
    assert list(text.text) == ["<b>3</b>", "<b>2.5</b>", "1", "–"]
    aimless = charts.scoreboard_people(board().assign(goal=np.nan)).data
    assert list(aimless[1].text) == ["3", "2.5", "1", "–"]
    assert list(aimless[0].z[0]) == [None, None]
    assert (
        charts.scoreboard(board().assign(goal=np.nan))
        .layout.meta["alt"]
        .startswith("This week: NRR 102.0%; CSQLs")
    )


def test_the_scoreboard_as_it_is_read_out() -> None:
    table = charts.scoreboard_table(board())
    assert table.iloc[0].tolist() == ["Team", "NRR", "102.0%", "101.0%", "104.0%", "101.0% · 102.0%"]
    assert table[table["who"] == "Ana"].iloc[1].tolist()[2:] == ["2.5", "n/a", "2", "n/a · 2.5"]


def test_differences_with_their_range() -> None:
    fig = charts.lead_measures(leads())
    dots = [trace for trace in fig.data if trace.mode == "markers"]
    assert [list(dot.x) for dot in dots] == [[0.5], [0.0]]
    assert (
        "renewed after A call or meeting: +50.0 points (+26.0 points to +67.0 points)"
        in fig.layout.meta["alt"]
    )
    assert "csqls" not in fig.to_json().lower()


def test_accounts_that_hang_on_a_thread_say_on_which() -> None:
    table = charts.on_a_thread(covered())
    assert table[["account", "hangs_on", "tier"]].to_numpy().tolist() == [
        ["Alder", "e-mail alone, one person alone", "high potential"],
        ["B", "2 support requests without a talk", "high potential"],
    ]
    nobody = covered(email_only=pd.NA, single_threaded=pd.NA, unanswered_support=pd.NA)
    assert charts.on_a_thread(nobody).empty
    assert charts.on_a_thread(covered().head(0)).empty


def test_coverage_leaves_out_what_is_not_known() -> None:
    summary = pd.DataFrame(
        {
            "group": ["key", "standard"], "accounts": [4, 10], "arr": [1.0, 2.0], "touched": [0.5, 0.1],
            "spoken_to": np.nan, "has_plan": [0.25, 0.0], "email_only": np.nan, "single_threaded": [0.0, 0.2],
        }
    )  # fmt: skip
    fig = charts.coverage_by_tier(summary, 30)
    assert [bar.name for bar in fig.data] == ["Key (4)", "Standard (10)"]
    assert list(fig.data[0].x) == [0.5, 0.25, 0.0]
    assert "touch in 30 days 50%" in fig.layout.meta["alt"]


@pytest.mark.parametrize(
    ("draw", "table"),
    [
        (charts.touch_mix, touches()),
        (charts.scoreboard, board()),
        (charts.scoreboard_people, board()),
        (charts.lead_measures, leads()),
    ],
)
def test_hostile_names_are_escaped_and_an_empty_table_says_so(draw, table) -> None:
    drawn = json.loads(draw(table).to_json())
    drawn["layout"].pop("meta")  # plain text, escaped where it is set
    assert "<img" not in json.dumps(drawn)
    assert "<a href" not in json.dumps(drawn)
    empty = draw(table.head(0))
    assert not empty.data
    assert empty.layout.meta["alt"]
    assert empty.layout.meta["name"] == draw(table).layout.meta["name"]
