"""The record in sentences: what matters, and how thin it is."""

import pandas as pd
import pytest
from workahead import words

NAN = float("nan")


def record(days=90, **more):
    """One row: 40 renewals of 1.0M came due, 710k were called, 84% right and 6% too high."""
    row = {
        "renewals": 40, "due_arr": 1e6, "called_arr": 7.1e5, "coverage": 0.71, "forecast_arr": 7.42e5,
        "actual_arr": 7e5, "accuracy": 0.84, "bias": 0.06, "compared": 30, **more,
    }  # fmt: skip
    return pd.DataFrame([{"horizon_days": days, **row}])


def callers(*rows):
    """(who, bias, compared)"""
    return pd.DataFrame(
        [{**record().iloc[0], "called_by": who, "bias": off, "compared": n} for who, off, n in rows]
    )


def test_accuracy_bias_who_and_coverage():
    who = callers(
        ("Lukas Brandt", 0.14, 12), ("Kenji Watanabe", -0.11, 9), ("Ana", 0.02, 40), ("(not set)", NAN, 0)
    )
    assert words.accuracy_sentence(record(), who) == (
        "Calls made 90 days ahead were 84% accurate and 6% too hopeful; Lukas Brandt calls 14% high, "
        "Kenji Watanabe 11% low; 71% of the ARR due had a call by then."
    )
    assert "; Bo calls 9% low; " in words.accuracy_sentence(
        record(), callers(("Ana", 0, 9), ("Bo", -0.09, 9))
    )
    assert "calls" not in words.accuracy_sentence(record(), callers(("Ana", 0.01, 9), ("Bo", -0.02, 9)))[5:]


def test_a_thin_record_says_how_thin():
    said = words.accuracy_sentence(record(compared=3), callers(("Bo", 0.5, 2)))
    assert said.startswith(
        "Calls made 90 days ahead were 84% accurate and 6% too hopeful (from 3 renewals); "
    )
    assert "Bo calls 50% high (from 2 renewals)" in said
    both = words.accuracy_sentence(record(), callers(("Bo", 0.5, 2), ("Ana", 0.07, 30)))
    assert "Ana calls 7% high;" in both
    assert "Bo" not in both


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (record().head(0), "No renewal came due in this time."),
        (record(renewals=0), "No renewal came due in this time."),
        (record(30), "No renewal came due in this time."),
        (
            record(called_arr=0.0, accuracy=NAN, bias=NAN, compared=0),
            "None of the 40 renewals that came due had been called 90 days ahead: there is nothing to judge.",
        ),
        (
            record(accuracy=NAN, bias=NAN, compared=0),
            "What was called 90 days ahead is not decided yet; 71% of the ARR due had a call by then.",
        ),
        (
            record(accuracy=NAN, bias=NAN, compared=2),
            "Nothing renewed of the 2 renewals called 90 days ahead, so they have no accuracy; "
            "71% of the ARR due had a call by then.",
        ),
    ],
)
def test_what_can_not_be_judged_is_said(row, said):
    assert words.accuracy_sentence(row) == said


def test_cautious_and_right():
    assert "and 11% too cautious;" in words.accuracy_sentence(record(bias=-0.11))
    assert "and right in sum;" in words.accuracy_sentence(record(bias=0.001))


def test_horizons_from_early_to_late():
    both = pd.concat([record(30, coverage=0.93, accuracy=0.73), record(180, coverage=0.55, accuracy=0.6)])
    assert words.horizon_sentence(both) == (
        "180 days ahead 55% of the ARR due had been called, and those calls were 60% accurate; "
        "30 days ahead it was 93%, at 73%."
    )
    assert words.horizon_sentence(record()).startswith("There is no second horizon")


def test_who_calls_high_low_and_near():
    who = callers(("Ana", 0.3, 9), ("Bo", 0.14, 3), ("Chen", -0.2, 2), ("Dee", 0.01, 9))
    assert words.bias_sentence(who) == (
        "2 of 4 call too high, most of all Ana (+30%); 1 of 4 calls too low: Chen (−20%, from 2 renewals); "
        "1 came within 5%."
    )
    near = "came within 5% of what renewed, in sum."
    assert words.bias_sentence(who.tail(1)) == f"Dee, the only one who called, {near}"
    assert words.bias_sentence(pd.concat([who.tail(1)] * 2)) == f"All 2 who called {near}"
    assert words.bias_sentence(who.head(0)).startswith("Nobody's calls can be judged yet")
    assert words.bias_sentence(callers(("(not set)", NAN, 0))).startswith("Nobody's calls can be judged yet")


def test_best_and_worst_group_leave_thin_ones_out():
    table = callers(("x", 0.1, 9), ("y", -0.2, 9), ("z", 0.0, 1)).rename(columns={"called_by": "segment"})
    table = table.assign(accuracy=[0.9, 0.7, 0.1])[["segment", "accuracy", "bias", "compared"]]
    assert words.accuracy_by_sentence(table) == (
        "Accuracy ranged from 70% in y (−20% bias) to 90% in x (+10% bias)."
    )
    assert words.accuracy_by_sentence(table.tail(1)) == "Accuracy was 10% in z (0% bias, from 1 renewal)."
    assert words.accuracy_by_sentence(table.head(0)) == "No segment has calls that can be judged yet."


def test_best_and_worst_quarter():
    days = pd.to_datetime(["2026-03-31", "2026-06-30", "2026-09-30"])
    table = pd.DataFrame(
        {"period_start": days[:2], "period_end": days[1:], "accuracy": [0.9, 0.7], "bias": 0.1}
    )
    assert words.accuracy_by_sentence(table.assign(compared=9)) == (
        "Accuracy ranged from 70% in Jul 2026 to Sep 2026 (+10% bias) to 90% in Apr 2026 to Jun 2026 (+10% bias)."
    )


def test_cards_have_the_change_and_say_which_way_the_bias_leans():
    cards = words.accuracy_figures(record(), record(accuracy=0.8, coverage=NAN), 6)
    assert cards["label"].tolist() == ["Accuracy", "Bias", "Called in time", "Came due"]
    assert cards["value"].tolist() == [0.84, 0.06, 0.71, 1e6]
    assert cards["change"].tolist()[0] == pytest.approx(0.04)
    assert cards["note"].tolist() == [
        "than in the 6 months before",
        "called above what came",
        None,
        "40 renewals",
    ]


def calibrated(*rows):
    columns = ["category", "renewals", "renewal_rate", "low", "high", "expected_rate"]
    return pd.DataFrame(rows, columns=columns)


def test_categories_against_what_was_expected_and_which_can_not_be_told_apart():
    table = calibrated(
        ("commit", 30, 0.84, 0.8, 0.87, 1.0),
        ("best_case", 20, 0.82, 0.73, 0.89, 0.95),
        ("churn", 3, 0.2, 0.1, 0.5, 0.0),
    )
    assert words.calibration_sentence(table) == (
        "Of the ARR called commit, 84% renewed (where the calls expected 100%); of best case, 82% renewed "
        "(expected 95%); of churn, 20% renewed (expected 0%, from 3 renewals). The record can't tell commit from best "
        "case: their ranges overlap."
    )
    assert words.calibration_sentence(table.head(0)) == "No renewal that has been decided was called."


def test_answers_and_who_was_not_asked():
    table = pd.DataFrame(
        {
            "answer": ["yes", "leaning_no", "(not asked)"],
            "renewals": [30, 2, 68],
            "renewal_rate": [0.88, 0.2, 0.76],
        }
    )
    assert words.answer_sentence(table) == (
        "Who answered yes renewed 88% of the ARR due, who answered leaning no 20% (from 2 renewals). "
        "68 of 100 renewals had not been asked: 76% renewed."
    )
    assert words.answer_sentence(table.head(1)) == (
        "Who answered yes renewed 88% of the ARR due. All 30 renewals had been asked."
    )
    assert words.answer_sentence(table.tail(1)).startswith("Nobody has been asked")


def changed(*rows):
    columns = ["account_id", "name", "change", "forecast_before", "forecast_after"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(difference=table["forecast_after"] - table["forecast_before"])


def test_what_changed_and_the_largest_fall():
    table = changed(
        ("A", "Alder", "new", 0.0, 500.0), ("B", "Beech", "lost", 200.0, 0.0), ("C", None, "downgraded", 400.0, 100.0),
        ("D", "Dogwood", "unchanged", 50.0, 50.0),
    )  # fmt: skip
    days = ("2026-09-30", "2026-10-31")
    assert words.change_sentence(table, *days, "USD") == (
        "The forecast of the renewals ahead stands at USD 650, as before, in October 2026: 500 called for the first "
        "time, less 200 lost and 300 downgraded. The largest fall is C (downgraded, −300)."
    )
    assert words.change_sentence(table.head(1), *days) == (
        "The forecast of the renewals ahead rose 500 to 500 in October 2026: 500 called for the first time."
    )
    assert words.change_sentence(table.tail(1), *days) == (
        "The forecast of the renewals ahead stands at 50, as before, in October 2026."
    )
    assert words.change_sentence(table.head(0), *days) == "No renewal ahead had been called."


def tried(**models):
    """Errors of each model over two quarters in which 95% came, the projection's range 2 points either way."""
    days = pd.to_datetime(["2026-06-30", "2026-09-30"])
    parts = []
    for model, errors in models.items():
        part = pd.DataFrame(
            {"period_end": days[: len(errors)], "model": model, "error": errors, "actual": 0.95}
        )
        own = model == "workahead"
        at = part["actual"] + part["error"]
        parts.append(part.assign(low=at - 0.02 if own else NAN, high=at + 0.02 if own else NAN))
    return pd.concat(parts, ignore_index=True)


def test_the_projection_against_the_best_of_the_others():
    """Off by 1 and 3 points, 2 on average; last year's by 4, the CSMs' by 5."""
    table = tried(workahead=[0.01, -0.03], last_year=[0.04, -0.04], csm_calls=[0.05, 0.05])
    assert words.backtest_sentence(table) == (
        "Over 2 quarters the projection of GRR was 2.0 points off on average, 50% less than the best of the others "
        "(last year's GRR, 4.0 points); 1 of 2 quarters came inside the range."
    )


def test_a_projection_that_is_no_better_or_worse_says_so():
    worse = words.backtest_sentence(tried(workahead=[0.01, -0.03], fixed_percent=[0.01, 0.01]))
    assert "and fixed percentages by category would have been nearer, at 1.0 points; 1 of 2" in worse
    same = words.backtest_sentence(tried(workahead=[0.01, -0.03], segment_rate=[0.02, 0.02]))
    assert "2.0 points off on average, no better than the segments' renewal rates; 1 of 2" in same


def test_a_baseline_of_fewer_quarters_is_compared_over_those():
    """Over the one quarter that both have the projection was off by 1 point, last year's GRR by 4."""
    said = words.backtest_sentence(tried(workahead=[0.01, -0.03], last_year=[0.04]))
    assert "75% less than the best of the others (last year's GRR, 4.0 points); 1 of 2" in said
    assert "off on average over the 1 quarter that both have, 75%" in said


def test_nothing_to_try_it_on():
    assert words.backtest_sentence(tried(last_year=[0.1])).startswith("No past quarter")
    assert words.backtest_sentence(tried(workahead=[0.01, -0.03])) == (
        "Over 2 quarters the projection of GRR was 2.0 points off on average; 1 of 2 quarters came inside the range."
    )
