"""What-ifs of renewals: a stated probability is taken as it is, a saved account is kept in full, more never means less.

L has 600 without an end; O0 and O1 have 100 each, due on 1 August 2026: O0 is called commit, nobody has called O1.
Their book has no past, so a renewal keeps KEPT of its ARR on average.
"""

from __future__ import annotations

import duckdb
import pandas as pd
import polars as pl
import pytest
import workahead as wa
from contracts import contracts
from projecting import AS_OF, END, KEPT, START, ahead, book_of, calls

LASTING = ("L", "L", "2024-01-01", None, 600.0, None, "Core", "active")
ROWS = [LASTING, *ahead(2)]
CALLS = calls(ahead(1), "Ana", "commit", on="2026-06-01")
GRID = (0.0, 0.05, 0.3, 0.5, 0.75, 0.9, 0.95, 1.0)


@pytest.fixture(scope="module")
def book() -> wa.Book:
    return book_of(ROWS, forecast_calls=CALLS)


def projected(book: wa.Book, **asked: object) -> pd.Series:
    return wa.project_retention(book, START, END, **asked).iloc[0]


def test_a_stated_probability_is_what_renews(book: wa.Book) -> None:
    row = projected(book, probabilities={"commit": 0.5, "uncalled": 0.25})
    assert row["expected_renewed_arr"] == pytest.approx(75 * KEPT, abs=0.01)
    # of 10,000 futures the mean is off by less than four standard errors of 100 x 0.5 / 100 each
    assert row["grr"] == pytest.approx((600 + 75 * KEPT) / 800, abs=4 * 0.7 / 800)
    assert row[["starting_arr", "due_arr", "open_arr", "renewals"]].tolist() == [800, 200, 200, 2]


def test_only_renewals_of_the_category_change(book: wa.Book) -> None:
    before, after = (
        wa.renewal_probabilities(book, probabilities=given).set_index("subscription_id")
        for given in (None, {"commit": 0.6})
    )
    pd.testing.assert_series_equal(before.loc["O1"], after.loc["O1"])
    assert after.loc["O0", ["probability", "low", "high", "call"]].tolist() == [0.6, 0.6, 0.6, 0.0]
    assert after.loc["O0", "expected_arr"] == pytest.approx(60 * KEPT, abs=0.005)
    assert after.loc["O0", "because"] == "stated"


def test_nothing_renews_at_zero_and_nothing_is_lost_where_all_is_saved(book: wa.Book) -> None:
    nothing = projected(book, probabilities={"commit": 0, "uncalled": 0})
    assert nothing[["grr_low", "grr", "grr_high"]].tolist() == [0.75] * 3
    assert nothing["expected_renewed_arr"] == 0
    whole = projected(book, probabilities={"commit": 1, "uncalled": 1}, saved=["O0", "O1"])
    assert whole[["grr_low", "grr", "grr_high", "expected_renewed_arr"]].tolist() == [1, 1, 1, 200]
    assert whole["nrr_low"] >= 1


def test_a_saved_account_is_kept_at_its_full_arr_whatever_else_is_stated(book: wa.Book) -> None:
    row = projected(book, probabilities={"commit": 0, "uncalled": 0}, saved=["O0"])
    assert row[["grr_low", "grr", "grr_high", "expected_renewed_arr"]].tolist() == [0.875] * 3 + [100]
    saved = wa.renewal_probabilities(book, saved=["O0"]).set_index("subscription_id").loc["O0"]
    assert saved[["probability", "expected_arr", "because"]].tolist() == [1.0, 100.0, "counted as saved"]


def test_the_way_to_the_end_has_the_same_what_if(book: wa.Book) -> None:
    path = wa.projection_path(
        book, START, "2026-10-31", probabilities={"commit": 0, "uncalled": 0}, saved=["O0"]
    )
    assert path["grr"].tolist() == [1, *[0.875] * 3]  # July is before the renewals; then 700 of 800
    assert path["grr_low"].tolist() == path["grr_high"].tolist() == path["grr"].tolist()
    with pytest.raises(wa.UnknownName, match="category of a call 'comit'"):
        wa.projection_path(book, START, END, probabilities={"comit": 0.5})


def test_a_higher_probability_never_lowers_retention() -> None:
    monthly = ("M", "M", "2026-06-01", "2026-06-30", 50.0, None, "Core", "active")
    many = book_of(
        [LASTING, monthly, *ahead(12)], forecast_calls=calls(ahead(6), "Ana", "commit", on="2026-06-01")
    )
    for category in ("commit", "uncalled"):
        rows = pd.concat([wa.project_retention(many, START, END, probabilities={category: p}) for p in GRID])
        for name in ("grr_low", "grr", "grr_high", "nrr_low", "nrr", "nrr_high", "expected_renewed_arr"):
            assert rows[name].is_monotonic_increasing, (category, name)
    before, saved = (projected(many, saved=one) for one in ([], ["O1", "M"]))
    assert saved["grr"] > before["grr"]


def test_the_plan_moves_with_the_renewals(book: wa.Book) -> None:
    lost, kept = (
        wa.nrr_plan(book, 1.0, START, END, **given).iloc[0]
        for given in ({"probabilities": {"commit": 0, "uncalled": 0}}, {"saved": ["O0", "O1"]})
    )
    assert lost[["projected_gross_arr", "expansion_needed"]].tolist() == [600, 200]
    assert kept[["projected_gross_arr", "expansion_needed"]].tolist() == [800, 0]


@pytest.mark.parametrize("convert", [pl.from_pandas, duckdb.from_df])
def test_every_engine_answers_alike(book: wa.Book, convert: object) -> None:
    tables = {"subscriptions": contracts(*ROWS), "forecast_calls": CALLS}
    other = wa.Book.from_frames(AS_OF, **{name: convert(table) for name, table in tables.items()})
    asked = {"probabilities": {"commit": 0.4}, "saved": ["O1"]}
    pd.testing.assert_frame_equal(
        wa.project_retention(other, START, END, by="account_id", **asked),
        wa.project_retention(book, START, END, by="account_id", **asked),
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"probabilities": {"comit": 0.5}}, "unknown category of a call 'comit'. Did you mean 'commit'"),
        ({"probabilities": {"commit": 95}}, r"probabilities\['commit'\]=95: .*0.95 for 95%"),
        ({"saved": "O0"}, "write a list of account ids"),
        ({"saved": ["O0", "O7"]}, "unknown account_id 'O7'"),
    ],
)
def test_what_makes_no_sense_is_refused(book: wa.Book, asked: dict[str, object], words: str) -> None:
    with pytest.raises(wa.WorkaheadError, match=words):
        projected(book, **asked)
