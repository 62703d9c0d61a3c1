"""Numbers of prose: scale, rounding at the boundaries, signs, and what is not there."""

import math

import numpy as np
import pandas as pd
import pytest
from workahead.words.numbers import count, exact, money, percent, points, spelled


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0"),
        (0.4, "0"),
        (-0.4, "0"),
        (0.5, "1"),
        (999.49, "999"),
        (999.5, "1.0k"),
        (1_000, "1.0k"),
        (1_250, "1.3k"),
        (999_949.99, "999.9k"),
        (999_950, "1.0M"),
        (1_234_567.89, "1.2M"),
        (999_950_000, "1.0B"),
        (2.5e12, "2.5T"),
        (3.2e15, "3,200.0T"),
        (-1_500, "−1.5k"),
        (np.float64(1_200_000), "1.2M"),
        (np.int64(12), "12"),
    ],
)
def test_money_is_short_and_rounds_half_up(amount, text):
    assert money(amount) == text


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, -math.inf, pd.NaT, np.float64("nan")])
def test_what_is_not_there_reads_n_a(nothing):
    assert money(nothing) == percent(nothing) == points(nothing) == count(nothing) == exact(nothing) == "n/a"


def test_currency_stands_between_sign_and_amount():
    assert money(-1_200_000, "EUR") == "−EUR 1.2M"
    assert money(1_200_000, "EUR", sign=True) == "+EUR 1.2M"
    assert money(0, sign=True) == "0"


def test_percent_rounds_what_is_printed_and_not_the_binary_value():
    assert percent(1.0005) == "100.1%"  # 100.05 is a shade below in binary
    assert percent(0.9995) == "100.0%"
    assert percent(0.99949) == "99.9%"
    assert percent(-0.0004) == "0.0%"
    assert percent(12.5, 0) == "1,250%"


def test_points_keep_their_sign_and_their_plural():
    assert points(0.0135) == "1.4 points"
    assert points(-0.0135) == "−1.4 points"
    assert points(0.01) == "1.0 points"
    assert points(0.01, digits=0) == "1 point"


def test_counts_with_their_noun():
    assert [count(n, "row") for n in (0, 1, 2, 1234)] == ["0 rows", "1 row", "2 rows", "1,234 rows"]
    assert count(2, "company", "companies") == "2 companies"
    assert [spelled(n) for n in (0, 1, 12, 13, 1300)] == ["no", "one", "twelve", "13", "1,300"]


def test_exact_has_cents():
    assert exact(1234.5) == "1,234.50"
