"""Movements, cohorts and the data check in sentences; dates and periods."""

import pandas as pd
import pytest
from workahead import words
from workahead.words.dates import cohort, span


def movements(start="2026-09-30", end="2026-10-31", starting=1000.0, **moved):
    row = {"new": 0.0, "reactivation": 0.0, "expansion": 0.0, "contraction": 0.0, "churn": 0.0, **moved}
    gained = row["new"] + row["reactivation"] + row["expansion"]
    ending = starting + gained - row["contraction"] - row["churn"]
    days = {"period_start": pd.Timestamp(start), "period_end": pd.Timestamp(end)}
    return pd.DataFrame([{**days, "starting": starting, **row, "ending": ending}])


def test_movements_up_down_level_and_none():
    assert words.movement_sentence(movements(new=50.0, churn=20.0), "EUR") == (
        "ARR grew 30 (3.0%) to EUR 1.0k in October 2026: 50 new, less 20 churn."
    )
    assert words.movement_sentence(movements(contraction=100.0)) == (
        "ARR fell 100 (10.0%) to 900 in October 2026: 100 contraction, and no gains."
    )
    assert words.movement_sentence(movements(new=20.0, churn=20.0)) == (
        "ARR ended where it began, at 1.0k, in October 2026: 20 new, less 20 churn."
    )
    assert words.movement_sentence(movements()) == "No ARR moved in October 2026: it stands at 1.0k."
    assert words.movement_sentence(movements(starting=0.0)) == "There is no ARR in October 2026."
    assert words.movement_sentence(movements().head(0)) == "There is no ARR in this period."


def test_a_rate_too_small_to_print_is_left_out():
    said = words.movement_sentence(movements(starting=1e6, new=40.0))
    assert said == "ARR grew 40 to 1.0M in October 2026: 40 new, and no losses."


def test_movements_from_nothing_have_no_rate():
    said = words.movement_sentence(movements(starting=0.0, new=500.0))
    assert said == "ARR grew 500 to 500 in October 2026: 500 new, and no losses."


def test_movements_of_several_periods_and_groups_are_added_up():
    months = pd.concat(
        [movements("2026-08-31", "2026-09-30", new=10.0), movements(starting=1010.0, churn=5.0)] * 2
    )
    assert words.movement_sentence(months) == (
        "ARR grew 10 (0.5%) to 2.0k from September 2026 to October 2026: 20 new, less 10 churn."
    )


def test_movements_count_customers_where_the_table_does():
    said = words.movement_sentence(movements(new=10.0).assign(new_customers=1))
    assert "10 new (1 customer)" in said


def detail(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "name", "segment", "movement", "change"])


def test_movers_are_named_with_segment_movement_and_amount():
    said = words.movers_sentence(
        detail(
            ("A", "<b>Acme</b>", "SMB", "expansion", 1500.0),
            ("B", None, None, "churn", -700.0),
            ("C", "Cole", "SMB", "churn", -200.0),
        )
    )
    assert said == (
        "The largest gain is <b>Acme</b> (SMB, expansion, +1.5k); the largest loss is B (churn, −700)."
    )


def test_movers_say_how_few_make_most_of_the_losses():
    four = detail(
        *[(c, c, "SMB", "churn", -x) for c, x in zip("ABCD", (50.0, 30.0, 10.0, 10.0), strict=True)]
    )
    assert words.movers_sentence(four) == (
        "The largest loss is A (SMB, churn, −50). Three of the 4 that shrank or left make 90% of the loss."
    )


def test_no_movers():
    assert words.movers_sentence(detail()) == "No customer's ARR changed in this period."


def test_overdue():
    arr = pd.DataFrame({"arr": [1000.0], "overdue_arr": [50.0]})
    assert words.overdue_sentence(arr, "USD", 30).startswith("USD 50 of ARR (5.0% of it) is overdue")
    assert words.overdue_sentence(arr.assign(overdue_arr=0.0)) == "No contract is overdue."


def cohorts(*rows):
    table = pd.DataFrame(rows, columns=["cohort", "age", "size", "value", "complete"])
    return table.assign(cohort=pd.to_datetime(table["cohort"]), rate=table["value"] / table["size"])


def total(cells):
    done = cells[cells["complete"]]
    table = done.groupby("age", as_index=False).agg(
        cohorts=("cohort", "size"), size=("size", "sum"), value=("value", "sum")
    )
    return table.assign(rate=table["value"] / table["size"])


def test_cohorts_after_a_year_best_and_worst():
    cells = cohorts(
        ("2024-01-01", 0, 100.0, 100.0, True),
        ("2024-01-01", 1, 100.0, 90.0, True),
        ("2025-01-01", 0, 300.0, 300.0, True),
        ("2025-01-01", 1, 300.0, 330.0, True),
    )
    assert words.cohort_sentence(cells, total(cells), "net", "year") == (
        "After 1 year, cohorts hold 105.0% of their first ARR, growth included. "
        "Of 2 cohorts at 1 year, 2025 kept most (110.0%), 2024 least (90.0%)."
    )
    assert "of their customers" in words.cohort_sentence(cells, total(cells), "logos", "year")


def test_young_running_and_missing_cohorts():
    young = cohorts(("2026-01-01", 0, 100.0, 100.0, True))
    assert words.cohort_sentence(young, total(young), "net", "quarter") == (
        "Every cohort is in its first quarter: there is nothing to compare yet."
    )
    running = cohorts(("2026-01-01", 0, 100.0, 100.0, False))
    assert words.cohort_sentence(running, total(running)) == "No cohort has a full period behind it yet."
    none = young.head(0)
    assert words.cohort_sentence(none, total(none)) == "No cohort has a full period behind it yet."
    one = cohorts(("2025-01-01", 0, 100.0, 100.0, True), ("2025-01-01", 1, 100.0, 80.0, True))
    assert words.cohort_sentence(one, total(one), "gross", "year") == (
        "After 1 year, cohorts hold 80.0% of their first ARR, growth left out (1 cohort so far)."
    )


def read(*rows):
    return pd.DataFrame(rows, columns=["file", "rows_read", "kept", "set_aside", "arr_read", "arr_kept"])


def test_rows_kept_and_set_aside():
    assert words.kept_sentence(read(("a.csv", 10, 10, 0, 5.0, 5.0), ("b.csv", 5, 5, 0, 0.0, 0.0))) == (
        "All 15 rows of 2 files were kept."
    )
    assert words.kept_sentence(read(("a.csv", 10, 9, 1, 500.0, 400.0)), "USD") == (
        "Of 10 rows in 1 file, 9 were kept and 1 was set aside, with USD 100 of ARR."
    )
    assert words.kept_sentence(read(("a.csv", 10, 8, 2, 500.0, 500.0))).endswith("none with ARR.")
    assert words.kept_sentence(read()).startswith("This book was made from tables in memory")


def test_findings_are_counted_by_weight_and_the_heaviest_speaks():
    columns = ["weight", "finding", "arr"]
    rows = [("low", "small thing", 9.0), ("high", "contracts overlap.", 10.0), ("high", "keys repeat", 1.0)]
    found = pd.DataFrame(rows, columns=columns)
    assert words.findings_sentence(found) == (
        "The data check has 3 findings, 2 of high weight and 1 of low weight. First: Contracts overlap."
    )
    assert words.findings_sentence(found.head(1)) == (
        "The data check has one finding, of low weight: Small thing."
    )
    of_file = found.head(1).assign(finding="exports/m.csv: 3 rows")
    assert words.findings_sentence(of_file).endswith("weight: exports/m.csv: 3 rows.")
    assert words.findings_sentence(found.head(0)) == "The data check found nothing."
    assert words.check_sentence(read(), found.head(0)).endswith("The data check found nothing.")


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2026-09-30", "2026-10-31", "October 2026"),
        ("2026-06-30", "2026-09-30", "July 2026 to September 2026"),
        ("2025-12-31", "2026-12-31", "2026"),
        ("2026-09-30", "2026-10-15", "1 October 2026 to 15 October 2026"),
        ("2026-10-14", "2026-10-15", "15 October 2026"),
        ("2024-01-31", "2024-02-29", "February 2024"),
    ],
)
def test_a_period_is_named_from_its_closing_days(start, end, text):
    assert span(start, end) == text


def test_cohorts_of_a_fiscal_calendar_are_named_by_their_first_month():
    assert cohort("2026-02-01", "quarter") == "from Feb 2026"
    assert cohort("2026-10-01", "quarter") == "Q4 2026"
