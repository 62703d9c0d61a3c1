"""Rows set aside are findings: what is wrong with them, with their ARR, once for each reason."""

import pandas as pd
from workahead.book.asides import aside_findings


def aside(*rows):
    """Rows of table, reason, ARR."""
    frame = pd.DataFrame(rows, columns=["table", "reason", "arr"])
    return frame.assign(file="x.csv", line=range(2, 2 + len(frame)), column="Column", value="value")


def told(frame):
    return [(one.weight, one.finding, one.rows, one.arr) for one in aside_findings(frame)]


def test_contracts_set_aside_are_heavy_and_their_arr_is_added_up():
    reason = "the contract ends before it starts"
    frame = aside(
        ("subscriptions", reason, 100.0),
        ("subscriptions", reason, 50.0),
        ("subscriptions", "arr is blank", None),
    )
    assert told(frame)[0] == ("high", f"2 rows of subscriptions were set aside: {reason}", 2, 150.0)
    weight, finding, rows, arr = told(frame)[1]
    assert (weight, finding, rows) == ("high", "1 row of subscriptions was set aside: arr is blank", 1)
    assert pd.isna(arr)  # not zero: what it was worth can't be told


def test_the_same_record_twice_is_light_and_differing_ones_are_not():
    frame = aside(
        ("contacts", "contact_id stands twice: the same as line 4", None),
        ("contacts", "contact_id stands twice: the same as line 9", None),
        ("contacts", "contact_id stands twice and differs: line 4 is kept", None),
    )
    assert [(weight, rows) for weight, _, rows, _ in told(frame)] == [("low", 2), ("medium", 1)]


def test_an_account_merged_in_the_crm_is_no_fault():
    assert told(aside(("accounts", "merged into 001A, which is kept", None))) == []


def test_an_example_names_file_line_column_and_value():
    (one,) = aside_findings(aside(("subscriptions", "arr is no number", None)))
    assert one.example == "x.csv, line 2 (Column: value)"


def test_nothing_set_aside_is_no_finding():
    assert told(aside()) == []
