"""Risk over the calls of eight renewals (see tests/renewing.py), month by month, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from contracts import contracts
from renewing import AS_OF, renewing
from workahead.book.plays import default_plays

COLUMNS = [
    "period_end", "due_arr", "called_arr", "renewals", "at_risk_arr", "addressable_arr", "fixed_arr", "unstated_arr",
]  # fmt: skip


def test_each_month_end_by_the_calls_made_by_then() -> None:
    """August and September see S1 to S6, S9 (900, lost later) and S10 (1,000, renewed later): 4,000 due. Of them S2
    was called in July; at risk it is from 1 September, and S10 from the 30th on. In October those two are decided, S8
    comes into sight, called as churn of 800 without a cause.
    """
    table = wa.risk_trend(renewing(), periods=3)
    assert list(table.columns) == COLUMNS
    assert table["period_end"].dt.strftime("%m-%d").tolist() == ["08-31", "09-30", "10-31"]
    assert table[COLUMNS[1:]].to_numpy().tolist() == [
        [4000, 200, 0, 0, 0, 0, 0],
        [4000, 1200, 2, 1050, 1050, 0, 0],
        [2900, 1600, 2, 850, 50, 0, 800],
    ]


@pytest.mark.parametrize("months", [1, 3, 12])
def test_the_last_month_end_is_the_risk_of_today(months: int) -> None:
    last = wa.risk_trend(renewing(), periods=2, months=months).iloc[-1]
    today = wa.risk(renewing(), months=months, by=None).iloc[0]
    assert last[["renewals", "at_risk_arr", "addressable_arr", "unstated_arr"]].tolist() == [
        today[name] for name in ("renewals", "at_risk_arr", "addressable_arr", "unstated_arr")
    ]
    windows = wa.renewal_windows(renewing(), edges=(0, months))
    assert last[["due_arr", "called_arr"]].tolist() == [windows["arr_due"].sum(), windows["called_arr"].sum()]


def test_a_renewal_is_ahead_until_it_is_signed_or_written_off() -> None:
    """All three come due on 26 August: S1 is signed on 5 September, S2 and S3 are lost, S3 was marked so. At the end of
    August all are awaited; 30 days after its date a loss is one.
    """
    lines = contracts(
        ("S1", "A", "2025-08-26", "2026-08-25", 100, None, None, "active"),
        ("S2", "B", "2025-08-26", "2026-08-25", 200, None, None, "active"),
        ("S3", "C", "2025-08-26", "2026-08-25", 400, None, None, "lost"),
        ("S4", "A", "2026-09-10", "2028-09-09", 100, "S1", None, "active"),
    ).assign(signed_date=pd.to_datetime([None, None, None, "2026-09-05"]))
    book = wa.Book.from_frames("2026-09-30", lines)
    assert wa.risk_trend(book, periods=2)["due_arr"].tolist() == [700, 0]


def test_the_team_decides_which_causes_are_addressable() -> None:
    plays = default_plays().model_copy(update={"root_causes": {"Product gap": False, "Competitor": None}})
    table = wa.risk_trend(renewing(), periods=2, plays=plays)
    assert table["addressable_arr"].tolist() == [0, 0]
    assert table["fixed_arr"].tolist() == [50, 50]
    assert table["unstated_arr"].tolist() == [1000, 800]


def test_without_calls_nothing_is_known_to_be_at_risk() -> None:
    table = wa.risk_trend(renewing(forecast_calls=None), periods=1)
    assert table[COLUMNS[1:]].to_numpy().tolist() == [[2900, 0, 0, 0, 0, 0, 0]]


def test_an_empty_book_has_no_rows_and_wrong_numbers_are_refused() -> None:
    empty = wa.Book.from_frames(AS_OF, contracts())
    assert list(wa.risk_trend(empty).columns) == COLUMNS
    assert wa.risk_trend(empty).empty
    for wrong in ({"periods": 0}, {"months": 1.5}, {"periods": True}):
        with pytest.raises(wa.ConfigError, match="a whole number, 1 or more"):
            wa.risk_trend(renewing(), **wrong)  # type: ignore[arg-type]
