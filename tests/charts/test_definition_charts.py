"""The charts of definitions side by side."""

from __future__ import annotations

import pandas as pd
from workahead import charts

HOSTILE = "</script><img src=x onerror=alert(1)>"
TABLE = pd.DataFrame(
    [
        ("as defined", "", True, 1.00),
        ("basis", "cohort", True, 1.00),
        ("basis", "bridge", False, 0.97),
        ("late_renewal_days", "60", False, 1.02),
    ],
    columns=["rule", "choice", "own", "nrr"],
)


def accounts(number: int) -> pd.DataFrame:
    """So many accounts that add 0.05 in all, the first of them by a hostile name."""
    names = [HOSTILE, *(f"Account {n}" for n in range(1, number))]
    return pd.DataFrame({"account_id": names, "name": names, "difference": 0.05 / number})


def test_the_spread_shows_the_own_number_and_each_choice_that_changes_it() -> None:
    fig = charts.definition_spread(TABLE)
    assert list(fig.layout.yaxis.ticktext) == [
        "As defined",
        "Basis: monthly bridge",
        "Late renewals: 60 days",
    ]
    assert list(fig.data[-1].x) == [1.0, 0.97, 1.02]
    assert list(fig.data[-1].customdata[1]) == ["Basis: monthly bridge", "97.00%", "−3.00 points"]
    assert "Late renewals: 60 days 102.0%" in fig.layout.meta["alt"]


def test_where_nothing_changes_it_says_so() -> None:
    same = charts.definition_spread(TABLE.head(2))
    assert same.layout.annotations[0].text == "NRR is 100.0% under every definition"
    assert not charts.definition_spread(TABLE.assign(nrr=float("nan"))).data
    assert not charts.definition_spread(TABLE.assign(nrr=[float("nan"), 1.0, 0.97, 1.02])).data
    assert not charts.definition_accounts(TABLE.iloc[[3, 2]], accounts(1).head(0)).data


def test_the_accounts_lead_from_one_number_to_the_other() -> None:
    fig = charts.definition_accounts(TABLE.iloc[[3, 2]], accounts(25))
    bars = [trace for trace in fig.data if trace.type == "bar"]
    assert len(bars) == 11
    assert abs(sum(bar.x[0] for bar in bars) - 0.05) < 1e-5
    assert list(fig.layout.yaxis.ticktext)[-2:] == ["15 other accounts", "Late renewals: 60 days"]
    assert list(fig.data[-1].x) == [0.97, 1.02]
    assert "<img" not in "".join([*fig.layout.yaxis.ticktext, *(bar.hovertemplate for bar in bars)])


def test_one_account_too_many_keeps_its_name() -> None:
    assert (
        sum(
            trace.type == "bar" for trace in charts.definition_accounts(TABLE.iloc[[3, 2]], accounts(11)).data
        )
        == 11
    )
