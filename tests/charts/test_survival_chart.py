"""Survival as lines: where they end, what is said of them, hostile names, nothing to draw."""

from __future__ import annotations

import pandas as pd
from workahead import charts, words


def lives(*groups: tuple[str, list[int], list[float]]) -> pd.DataFrame:
    """Groups with their customers at risk and their survival at ages 0, 6, 12, ..."""
    return pd.concat(
        pd.DataFrame({
            "segment": group, "age_months": range(0, 6 * len(at_risk), 6), "at_risk": at_risk, "lost": 0,
            "survival": left, "low": [x - 0.05 for x in left], "high": [min(1, x + 0.05) for x in left],
        })
        for group, at_risk, left in groups
    )  # fmt: skip


def difference(p_value: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"groups": [2], "customers": [70], "lost": [9], "statistic": [1.0], "p_value": [p_value]}
    )


TWO = lives(("SMB", [50, 40, 30, 9], [1, 0.9, 0.5, 0.4]), ("Large", [20, 20, 19, 18], [1, 1, 0.95, 0.9]))


def test_a_line_ends_where_fewer_than_ten_are_left() -> None:
    fig = charts.survival_curves(TWO, "segment")
    lines = [trace for trace in fig.data if trace.fill is None]
    assert [list(line.x) for line in lines] == [[0, 6, 12], [0, 6, 12, 18]]
    assert list(lines[0].y) == [1, 0.9, 0.5]
    assert "month 12: 50.0%<br>45.0% to 55.0%; 30 customers at risk" in lines[0].customdata[2]
    assert [text.split("<br>")[1] for text in fig.layout.xaxis.ticktext] == ["n 70", "n 49"]
    assert "SMB: 50.0% after 12 months; Large: 95.0% after 12 months." in fig.layout.meta["alt"]


def test_only_the_largest_groups_are_drawn_and_that_is_said() -> None:
    many = lives(*((f"G{n}", [20 + n, 20], [1, 0.9]) for n in range(8)))
    fig = charts.survival_curves(many, "segment")
    assert sum(trace.fill is None for trace in fig.data) == 5
    assert "the 5 largest of 8 groups" in str(fig.layout.annotations)
    assert "G7" in str(fig.layout.annotations)
    assert "G0" not in str(fig.layout.annotations)


def test_a_group_s_name_is_text() -> None:
    fig = charts.survival_curves(lives(("<img src=x>", [20, 20], [1, 0.9])), "segment")
    assert "<img" not in str(fig.layout.annotations)
    assert "<img" not in str([trace.customdata for trace in fig.data])


def test_too_few_customers_are_no_line() -> None:
    fig = charts.survival_curves(lives(("A", [9, 9], [1, 0.9])), "segment")
    assert "Fewer than 10 customers" in str(fig.layout.annotations)
    assert len(charts.survival_curves(TWO.head(0)).data) == 0


def test_the_sentence() -> None:
    assert words.survival_sentence(TWO, difference(0.004), "segment") == (
        "After 12 months, 95.0% of Large are still there and 50.0% of SMB. Half of SMB have left by month 12. Groups "
        "that are alike would differ as much in less than 1% of cases (log-rank test), so the groups probably do "
        "differ; this does not say why."
    )
    assert "in 30% of cases (log-rank test), so this may well be chance." in words.survival_sentence(
        TWO, difference(0.3), "segment"
    )
    one = words.survival_sentence(TWO[TWO["segment"] == "SMB"], difference(float("nan")), "segment")
    assert one == "There is one group with at least 10 customers: nothing to compare."
    assert words.survival_sentence(TWO.head(0), difference(1), "segment") == (
        "No customer has been seen for a month yet."
    )
