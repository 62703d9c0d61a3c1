"""Calls against what renewed. Contracts run through 2025 and come due on 1 January 2026 unless said otherwise."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import workahead as wa
from contracts import Contract, contracts, segments
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from workahead.metrics.accuracy.call_calibration import wilson

AS_OF = "2026-03-31"
DAY = "2026-01-01"
COLUMNS = ["renewals", "due_arr", "called_arr", "coverage", "forecast_arr", "actual_arr", "wape", "accuracy",
           "aggregate_accuracy", "bias"]  # fmt: skip


def due(number: str, arr: float, renewed: float | None, account: str | None = None) -> list[Contract]:
    """A contract that came due, and what it was renewed for."""
    owner = account or f"A{number}"
    old = (number, owner, "2025-01-01", "2025-12-31", arr, None)
    new = (f"{number}r", owner, DAY, "2026-12-31", renewed, number)
    return [old] if renewed is None else [old, new]


def call(
    number: str | None, forecast: float, on: str = "2025-09-01", category: str = "commit", **more: Any
) -> dict[str, Any]:
    return {
        "subscription_id": number, "account_id": f"A{number}", "renewal_date": DAY, "called_on": on,
        "called_by": "Ana", "category": category, "forecast_arr": forecast, **more,
    }  # fmt: skip


def book_of(lines: list[list[Contract]], calls: list[dict[str, Any]], **tables: Any) -> wa.Book:
    as_of = tables.pop("as_of", AS_OF)
    rows = contracts(*[row for line in lines for row in line])
    return wa.Book.from_frames(as_of, rows, forecast_calls=pd.DataFrame(calls), **tables)


def one(b: wa.Book, **more: Any) -> dict[str, Any]:
    table = wa.forecast_accuracy(b, **more)
    assert len(table) == 1
    return table.iloc[0].to_dict()


def test_forecast_of_a_million_and_actual_of_nine_hundred_thousand() -> None:
    row = one(book_of([due("1", 1_000_000, 900_000)], [call("1", 1_000_000)]))
    assert row["accuracy"] == pytest.approx(0.889, abs=0.0005)
    assert row["bias"] == pytest.approx(0.111, abs=0.0005)
    assert row["wape"] == row["bias"]


def test_errors_that_offset_one_another_hide_from_the_aggregate_alone() -> None:
    """Called 1,000 and 600, came 800 and 800: off by 400 of 1,600, and in sum by nothing."""
    row = one(book_of([due("1", 1000, 800), due("2", 1000, 800)], [call("1", 1000), call("2", 600)]))
    assert [row[c] for c in COLUMNS] == [2, 2000, 2000, 1, 1600, 1600, 0.25, 0.75, 1, 0]


def test_who_does_not_call_does_not_look_accurate() -> None:
    row = one(book_of([due("1", 1000, 1000), due("2", 3000, None)], [call("1", 1000)]))
    assert [row[c] for c in COLUMNS] == [2, 4000, 1000, 0.25, 1000, 1000, 0, 1, 1, 0]


def test_growth_is_not_in_the_actual() -> None:
    row = one(book_of([due("1", 1000, 1500)], [call("1", 1000)]))
    assert (row["actual_arr"], row["accuracy"]) == (1000, 1)


@pytest.mark.parametrize(
    ("horizon", "forecast"), [(180, 0), (123, 0), (122, 1000), (90, 1000), (62, 1000), (61, 700), (0, 300)]
)
def test_the_last_call_by_the_horizon_counts(horizon: int, forecast: float) -> None:
    """Called 1,000 on 1 September (122 days before), 700 on 1 November (61 before), 300 on the day itself."""
    calls = [call("1", 700, "2025-11-01"), call("1", 300, DAY), call("1", 1000, "2025-09-01")]
    row = one(book_of([due("1", 1000, 900)], calls), horizon_days=horizon)
    assert row["forecast_arr"] == forecast
    assert row["coverage"] == (1 if forecast else 0)


def test_where_nothing_was_called_or_nothing_renewed_there_is_no_accuracy() -> None:
    row = one(book_of([due("1", 1000, None)], [call("1", 500)]))
    assert row["coverage"] == 1
    assert all(pd.isna(row[name]) for name in ("wape", "accuracy", "aggregate_accuracy", "bias"))


def test_accuracy_is_never_below_zero() -> None:
    row = one(book_of([due("1", 1000, 100)], [call("1", 1000)]))
    assert (row["wape"], row["accuracy"], row["aggregate_accuracy"], row["bias"]) == (9, 0, 0, 9)


def test_what_is_overdue_is_covered_but_not_an_error_yet() -> None:
    b = book_of(
        [due("1", 1000, 1000), due("2", 500, None)], [call("1", 1000), call("2", 500)], as_of="2026-01-10"
    )
    row = one(b)
    assert [row[c] for c in COLUMNS] == [2, 1500, 1500, 1, 1000, 1000, 0, 1, 1, 0]
    assert row["overdue_arr"] == 500


def test_what_is_not_due_yet_is_not_there_though_it_is_renewed() -> None:
    b = book_of([due("1", 1000, 1000)], [call("1", 1000)], as_of="2025-12-31")
    assert one(b)["renewals"] == 0


def test_a_call_without_a_contract_is_about_all_of_the_account_that_day() -> None:
    """Called 2,000, came 900 + 1,100: no error. By contract the call is shared out as they were due, 500 + 1,500."""
    lines = [due("1", 1000, 900, "A"), due("2", 3000, 1100, "A")]
    b = book_of(lines, [call(None, 2000, account_id="A")])
    row = one(b)
    assert [row[c] for c in COLUMNS] == [2, 4000, 4000, 1, 2000, 2000, 0, 1, 1, 0]
    first = wa.forecast_accuracy(b, by="subscription_id").set_index("subscription_id").loc["1"]
    assert (first["forecast_arr"], first["actual_arr"]) == (500, 900)


def test_a_call_is_of_its_contract_though_the_date_it_names_was_moved() -> None:
    row = one(book_of([due("1", 1000, 1000)], [call("1", 1000, renewal_date="2025-11-30")]))
    assert row["coverage"] == 1


def test_groups_and_periods() -> None:
    lines = [due("1", 1000, 500), due("2", 1000, 1000)]
    people = segments(A1="x", A2="y", A3="z")
    b = book_of(lines, [call("1", 1000), call("2", 1000)], accounts=people)
    table = wa.forecast_accuracy(b, by="segment")
    assert table[["segment", "bias"]].values.tolist()[:2] == [["x", 1.0], ["y", 0.0]]
    assert one(b, start=DAY)["renewals"] == 0
    assert one(b, start="2025-12-31")["renewals"] == 2
    assert one(b, end="2025-12-31")["renewals"] == 0
    assert one(b.where(segment="x"))["bias"] == 1.0
    with pytest.raises(wa.PeriodError):
        wa.forecast_accuracy(b, end="2026-06-30")


@pytest.mark.parametrize("metric", [wa.forecast_accuracy, wa.call_calibration])
def test_without_calls_it_says_which_table_is_missing(metric: Any) -> None:
    b = wa.Book.from_frames(AS_OF, contracts(*due("1", 1000, 1000)))
    with pytest.raises(wa.MissingTable, match="forecast_calls"):
        metric(b)
    with pytest.raises(wa.ConfigError, match="horizon_days"):
        metric(book_of([due("1", 1, 1)], [call("1", 1)]), horizon_days=-1)


def test_calibration_counts_arr_and_orders_the_categories() -> None:
    """Commit: 900 of 1,000 and 3,000 of 3,000. Churn: nothing of 500. The fourth is not decided."""
    lines = [due("1", 1000, 900), due("2", 3000, 4000), due("3", 500, None)]
    late = ("4", "A4", "2025-03-20", "2026-03-19", 700, None)
    calls = [call("3", 0, category="churn"), call("1", 1000), call("2", 3000),
             call("4", 700, category="best_case", renewal_date="2026-03-20")]  # fmt: skip
    table = wa.call_calibration(book_of([*lines, [late]], calls))
    assert table[["category", "renewals", "due_arr", "renewed_arr", "renewal_rate"]].values.tolist() == [
        ["commit", 2, 4000, 3900, 0.975],
        ["churn", 1, 500, 0, 0],
    ]
    assert table["expected_rate"].tolist() == [1, 0]


def test_wilsons_interval_is_newcombes_published_one() -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3: four shares and their 95% intervals."""
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (hits, n), bounds in published.items():
        assert wilson(hits / n, n, 0.95) == pytest.approx(bounds, abs=0.00006)


@pytest.mark.parametrize("renewed", [1000, None])
def test_two_calls_are_neither_never_nor_always(renewed: float | None) -> None:
    """Of two equal renewals all or none came: with z = 1.2816, z^2 = 1.6424, the far bound is 1.6424 / 3.6424 away."""
    b = book_of([due("1", 1000, renewed), due("2", 1000, renewed)], [call("1", 1000), call("2", 1000)])
    row = wa.call_calibration(b).iloc[0]
    away = 1.6424 / 3.6424
    expected = (1 - away, 1) if renewed else (0, away)
    assert (row["low"], row["high"]) == pytest.approx(expected, abs=0.0001)


def test_one_renewal_that_is_nearly_all_the_arr_weighs_as_one() -> None:
    lines = [due("1", 1_000_000, 1_000_000), *[due(str(n), 1, 1) for n in range(2, 12)]]
    table = wa.call_calibration(book_of(lines, [call(str(n), 1) for n in range(1, 12)]))
    assert table["low"].iloc[0] == pytest.approx(wilson(1, 1, 0.8)[0], abs=0.001)


def test_an_empty_record_is_an_empty_table() -> None:
    b = book_of([due("1", 1000, 1000)], [call("1", 1000)], as_of="2025-12-31")
    table = wa.call_calibration(b)
    assert table.empty
    assert table.columns.tolist() == [
        "category",
        "renewals",
        "due_arr",
        "renewed_arr",
        "renewal_rate",
        "low",
        "high",
        "expected_rate",
    ]


records = st.lists(
    st.tuples(st.integers(1, 10**8), st.one_of(st.none(), st.integers(1, 10**8)), st.integers(0, 10**8)),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=examples(25), deadline=None)
@given(records)
def test_the_measures_agree_with_one_another(drawn: list[tuple[int, int | None, int]]) -> None:
    """Absolute errors are at least their sum, whoever looks; the interval holds the rate."""
    lines = [
        due(str(n), arr / 100, None if new is None else new / 100) for n, (arr, new, _) in enumerate(drawn)
    ]
    b = book_of(lines, [call(str(n), forecast / 100) for n, (_, _, forecast) in enumerate(drawn)])
    row = one(b)
    assert row["actual_arr"] <= row["due_arr"]
    assert row["coverage"] == 1
    if row["actual_arr"]:
        assert row["wape"] >= abs(row["bias"]) - 1e-9
        assert row["aggregate_accuracy"] >= row["accuracy"] - 1e-9
    parts = wa.forecast_accuracy(b, by="account_id")
    assert parts["forecast_arr"].sum() == pytest.approx(row["forecast_arr"], abs=0.001)
    said = wa.call_calibration(b).iloc[0]
    assert 0 <= said["low"] <= said["renewal_rate"] + 1e-12
    assert said["renewal_rate"] <= said["high"] + 1e-12
    assert said["high"] <= 1
    assert said["low"] < said["high"]


def test_by_who_called_and_who_was_not_called_is_a_group() -> None:
    """Ana calls 1,000 that come as 500 and was before called by Bo; Bo 600 that come as 800; nobody the third."""
    lines = [due("1", 1000, 500), due("2", 1000, 800), due("3", 300, 300)]
    calls = [
        call("1", 400, "2025-08-01", called_by="Bo"), call("1", 1000),
        call("2", 600, called_by="Bo"), call("2", 800, "2025-12-01", called_by="Ana"),
    ]  # fmt: skip
    b = book_of(lines, calls, accounts=segments(A1="x", A2="x", A3="y"))
    table = wa.forecast_accuracy(b, by="called_by")
    assert table[
        ["called_by", "renewals", "due_arr", "forecast_arr", "actual_arr", "compared"]
    ].values.tolist() == [
        ["Ana", 1, 1000, 1000, 500, 1],
        ["Bo", 1, 1000, 600, 800, 1],
        ["(not set)", 1, 300, 0, 0, 0],
    ]
    assert table["bias"].tolist()[:2] == [1, -0.25]
    beside = wa.forecast_accuracy(b, by=["segment", "called_by"])
    assert beside[["segment", "called_by"]].values.tolist() == [["x", "Ana"], ["x", "Bo"], ["y", "(not set)"]]
    with pytest.raises(wa.UnknownName):
        wa.forecast_accuracy(b, by="caller")


def test_by_period_of_the_renewal_date_in_the_fiscal_calendar() -> None:
    """Due on 1 January, on 20 March and on 1 April 2026; the fiscal year begins in February."""
    lines = [
        due("1", 1000, 500),
        [("2", "A2", "2025-03-20", "2026-03-19", 700, None), ("2r", "A2", "2026-03-20", None, 700, "2")],
        [("3", "A3", "2025-04-01", "2026-03-31", 300, None), ("3r", "A3", "2026-04-01", None, 300, "3")],
    ]
    calls = [call("1", 1000), call("2", 700), call("3", 300)]
    rows = contracts(*[row for line in lines for row in line])
    frames = {"forecast_calls": pd.DataFrame(calls), "definitions": wa.Definitions(fiscal_year_start=2)}
    b = wa.Book.from_frames("2026-04-30", rows, **frames)
    table = wa.forecast_accuracy(b, start="2025-12-31", freq="quarter")
    days = table[["period_start", "period_end"]].apply(lambda column: column.dt.strftime("%Y-%m-%d"))
    assert days.values.tolist() == [["2025-12-31", "2026-01-31"], ["2026-01-31", "2026-04-30"]]
    assert table[["renewals", "due_arr", "bias"]].values.tolist() == [[1, 1000, 1], [2, 1000, 0]]
    whole = wa.forecast_accuracy(b, freq="year")["period_start"]
    assert whole.dt.strftime("%Y-%m-%d").tolist() == ["2025-01-31", "2026-01-31"], "of the first renewal on"
    months = wa.forecast_accuracy(b, start="2025-12-31", by="account_id", freq="month")
    assert len(months) == 3 * 4
    assert months["renewals"].sum() == 3


def test_each_horizon_is_the_accuracy_at_it() -> None:
    """Called 1,000 122 days before, 700 61 before, 300 on the day; 900 came."""
    calls = [call("1", 700, "2025-11-01"), call("1", 300, DAY), call("1", 1000, "2025-09-01")]
    b = book_of([due("1", 1000, 900), due("2", 100, 100)], calls, accounts=segments(A1="x", A2="y"))
    table = wa.accuracy_by_horizon(b, (180, 90, 60, 0))
    assert table["horizon_days"].tolist() == [180, 90, 60, 0]
    assert table["renewals"].tolist() == [2] * 4
    assert table["forecast_arr"].tolist() == [0, 1000, 700, 300]
    for days in (180, 90, 60, 0):
        row = table[table["horizon_days"] == days].drop(columns="horizon_days").reset_index(drop=True)
        pd.testing.assert_frame_equal(row, wa.forecast_accuracy(b, days))
    grouped = wa.accuracy_by_horizon(b, (90, 30), by="segment")
    assert grouped[["segment", "horizon_days"]].values.tolist() == [
        ["x", 90],
        ["x", 30],
        ["y", 90],
        ["y", 30],
    ]
    for wrong in ((), (90, -1)):
        with pytest.raises(wa.ConfigError, match="horizon"):
            wa.accuracy_by_horizon(b, wrong)


def test_answers_against_what_became_of_them() -> None:
    """Yes: 900 of 1,000; no: 100 of 400. The third had not been asked 90 days ahead, the fourth never: 500 of 700."""
    lines = [due("1", 1000, 900), due("2", 400, 100), due("3", 500, 500), due("4", 200, None)]
    calls = [
        call("1", 1000, would_renew="yes"), call("1", 1000, "2025-09-20"),
        call("2", 400, "2025-08-01", would_renew="leaning_yes"), call("2", 100, would_renew="no"),
        call("3", 500), call("3", 500, "2025-12-01", would_renew="yes"),
    ]  # fmt: skip
    b = book_of(lines, calls)
    table = wa.answer_record(b)
    assert table[["answer", "renewals", "due_arr", "renewed_arr", "renewal_rate"]].values.tolist() == [
        ["yes", 1, 1000, 900, 0.9],
        ["no", 1, 400, 100, 0.25],
        ["(not asked)", 2, 700, 500, pytest.approx(5 / 7)],
    ]
    assert (table["low"] < table["renewal_rate"]).all()
    assert (table["renewal_rate"] < table["high"]).all()
    assert wa.answer_record(b, 30)["answer"].tolist() == ["yes", "no", "(not asked)"]
    assert wa.answer_record(b, 30)["renewals"].tolist() == [2, 1, 1]
    assert wa.answer_record(book_of(lines, [call("1", 1000)]))["answer"].tolist() == ["(not asked)"]
    assert wa.answer_record(b, end="2025-12-31").empty


def test_calibration_of_a_period_and_what_the_calls_expected() -> None:
    """At risk: 600 of 1,000 was expected of the one, 200 of 1,000 of the other."""
    lines = [due("1", 1000, 900), due("2", 1000, None)]
    calls = [call("1", 600, category="at_risk"), call("2", 200, category="at_risk")]
    b = book_of(lines, calls)
    assert wa.call_calibration(b)[["renewal_rate", "expected_rate"]].values.tolist() == [[0.45, 0.4]]
    assert wa.call_calibration(b, start=DAY).empty
    assert len(wa.call_calibration(b, start="2025-12-31", end=DAY)) == 1
