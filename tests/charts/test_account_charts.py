"""An account's contracts and calls, drawn: where each bar lies, what the marks say, and hostile products."""

from __future__ import annotations

import json

import pandas as pd
import workahead as wa
from contracts import contracts
from renewing import renewing
from workahead import charts

AS_OF = pd.Timestamp("2026-10-31")
HOSTILE = '<a href="x">Core</a>'
DAY = 86_400_000


def timeline(*rows: tuple[object, ...]) -> pd.DataFrame:
    return wa.account_timeline(wa.Book.from_frames("2026-10-31", contracts(*rows)))


def bars(fig) -> list[tuple[str, str, int, int]]:
    """(state, first day, days, lane)"""
    return [
        (trace.name, base, x // DAY, y)
        for trace in fig.data
        if trace.type == "bar"
        for base, x, y in zip(trace.base, trace.x, trace.y, strict=True)
    ]


def test_a_bar_a_contract_side_by_side_by_product_and_below_where_they_overlap() -> None:
    fig = charts.contract_timeline(
        timeline(
            ("S1", "A", "2024-11-01", "2025-10-31", 100, None, "Core", "active"),
            ("S2", "A", "2025-11-01", "2026-10-31", 120, "S1", "Core", "active"),
            ("S3", "A", "2026-01-01", "2026-06-30", 30, None, "Core", "lost"),
            ("S4", "A", "2026-12-01", "2027-11-30", 70, None, HOSTILE, "active"),
        ),
        AS_OF,
    )
    assert sorted(bars(fig)) == [
        ("Past contracts", "2024-11-01", 365, 0),
        ("Past contracts", "2026-01-01", 181, 1),
        ("Running", "2025-11-01", 365, 0),
        ("Signed, not begun", "2026-12-01", 365, 2),
    ]
    assert list(fig.layout.yaxis.ticktext) == ["Core", "", '&lt;a href="x"&gt;Cor…']
    assert "<a href" not in json.dumps(fig.to_plotly_json(), default=str)


def test_the_marks_are_renewals_to_come_and_losses() -> None:
    fig = charts.contract_timeline(
        timeline(
            ("S2", "A", "2025-11-01", "2026-11-30", 120, None, "Core", "active"),
            ("S3", "A", "2026-01-01", "2026-06-30", 30, None, "Extra", "lost"),
        ),
        AS_OF,
    )
    marks = {
        trace.marker.symbol: list(trace.x)
        for trace in fig.data
        if trace.type == "scatter" and "markers" in trace.mode
    }
    assert marks == {"diamond": ["2026-12-01"], "x": ["2026-06-30"]}
    assert "Diamond: a renewal to come. Cross: a lost contract." in str(fig.layout.annotations)
    line = next(trace for trace in fig.data if trace.type == "scatter" and trace.mode == "lines")
    assert list(zip(line.x, line.y, strict=True)) == [
        ("2025-11-01", 120.0), ("2026-01-01", 150.0), ("2026-07-01", 120.0), ("2026-10-31", 120.0),
    ]  # fmt: skip


def test_the_oldest_years_are_cut_and_their_level_is_kept() -> None:
    fig = charts.contract_timeline(timeline(("S1", "A", "2015-01-01", None, 80)), AS_OF)
    ((state, first, days, lane),) = bars(fig)
    assert (state, first, lane) == ("Running", "2022-10-31", 0)
    assert (
        days == (pd.Timestamp("2028-01-31") - pd.Timestamp("2022-10-31")).days
    )  # no known end: up to the margin
    line = next(trace for trace in fig.data if trace.type == "scatter" and trace.mode == "lines")
    assert list(line.y) == [80.0, 80.0]


def test_contracts_long_over_and_none_at_all_are_said() -> None:
    gone = timeline(("S1", "A", "2015-01-01", "2016-12-31", 80, None, "Core", "lost"))
    for table in (gone, gone.head(0)):
        assert "No contract in these years" in str(charts.contract_timeline(table, AS_OF).layout.annotations)


def test_calls_keep_their_category_and_what_was_due() -> None:
    """Beech's S2 of 200: commit at 200 in July, at risk at 150 in September."""
    fig = charts.calls_over_time(wa.renewal_calls(renewing().where(name="Beech").where(product="Core")))
    points = {
        trace.name: list(zip(trace.x, trace.y, strict=True)) for trace in fig.data if trace.mode == "markers"
    }
    assert points == {"Commit": [("2026-07-01", 200.0)], "At risk": [("2026-09-01", 150.0)]}
    assert fig.layout.meta["alt"] == "Core, Nov 2026: 200 due, last called at risk at 150."
    none = wa.renewal_calls(renewing().where(name="Cedar"))
    assert "No call has been made" in str(charts.calls_over_time(none).layout.annotations)
