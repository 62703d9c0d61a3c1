import math

import pytest
from workahead.sources.amounts import parse_amounts


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("12500", 12500.0, None),
        ("12500.5", 12500.5, None),
        ("(500.00)", -500.0, None),
        ("-500.00", -500.0, None),
        ("500.00-", -500.0, None),
        ("\u2212500.00", -500.0, None),
        ("USD 10,000.00", 10000.0, "USD"),
        ("10,000.00 EUR", 10000.0, "EUR"),
        ("€1.234,50", 1234.5, "EUR"),
        ("1.234,50 €", 1234.5, "EUR"),
        ("£ 1,234,567", 1234567.0, "GBP"),
        ("US$12.50", 12.5, "USD"),
        ("USD (1,500.00)", -1500.0, "USD"),
        ("1\u202f234,50", 1234.5, None),
        ("1'234.50", 1234.5, None),
        ("12,34,567.00", 1234567.0, None),
        ("1.2E+05", 120000.0, None),
        (".5", 0.5, None),
        ("0.125", 0.125, None),
    ],
)
def test_a_text_that_speaks_for_itself(text, value, currency):
    read = parse_amounts([text])
    assert read.values == [value]
    assert read.currencies == [currency]
    assert read.ambiguous == []


@pytest.mark.parametrize("text", ["1.234", "1,234", "EUR 12.500"])
def test_a_lone_group_of_three_is_ambiguous(text):
    read = parse_amounts([text])
    assert read.ambiguous == [text]
    assert math.isnan(read.values[0])


def test_another_value_of_the_column_decides():
    assert parse_amounts(["1.234", "0,50"]).values == [1234.0, 0.5]
    assert parse_amounts(["1.234", "12.50"]).values == [1.234, 12.5]
    assert parse_amounts(["1.234", "1.234.567"]).values == [1234.0, 1234567.0]


def test_the_stated_decimal_mark_decides():
    assert parse_amounts(["1.234"], decimal=",").values == [1234.0]
    assert parse_amounts(["1.234"], decimal=".").values == [1.234]
    assert parse_amounts(["1234,56"], decimal=",").values == [1234.56]


def test_columns_that_mix_both_forms_are_read_each_by_its_own_marks_and_the_rest_is_asked():
    read = parse_amounts(["€1.234,50", "USD 10,000.00", "1.234"])
    assert read.values[:2] == [1234.5, 10000.0]
    assert read.ambiguous == ["1.234"]


@pytest.mark.parametrize("text", ["n/a", "12 monkeys", "1,2,3", "1.23.456,78,9", "--5", "", "."])
def test_what_is_no_number_is_not_forced_into_one(text):
    read = parse_amounts([text])
    assert math.isnan(read.values[0])
    assert read.ambiguous == []
