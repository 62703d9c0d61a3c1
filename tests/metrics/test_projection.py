"""The projection: what is over is retention's number, what is decided stays, what is open follows the odds."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
import workahead as wa
from contracts import segments
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from projecting import AS_OF, END, KEPT, START, ahead, book_of, calls, odds, past, unseen, width
from workahead.metrics.projection.model import Design, Model
from workahead.metrics.projection.outlook import STEPS, Outlook
from workahead.metrics.projection.simulation import futures
from workahead.sample import Company, Parameters, simulate

RATES = ["grr_low", "grr", "grr_high", "nrr_low", "nrr", "nrr_high"]
LASTING = ("L", "L", "2024-01-01", None, 600.0, None, "Core", "active")
SURE = 0.02
"""Of 10,000 futures of one renewal the mean is off by 0.005 at most (a standard error of 0.5 / 100); what the logistic
curve's mean is approximated by is off by less than 0.01."""


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(Parameters(accounts=60))


@pytest.fixture(scope="module")
def sample(company: Company) -> wa.Book:
    return wa.Book.from_frames(company.parameters.end, **company.tables)


@pytest.mark.parametrize("grain", ["subscription", "account", "parent"])
def test_a_period_that_is_over_is_retention_exactly(sample: wa.Book, grain: str) -> None:
    book = sample.redefine(grain=grain)
    for by in (None, "segment", "product", ["segment", "product"]):
        for start, end, months in (("2025-10-31", "2026-10-31", 12), ("2025-06-30", "2025-09-30", 3)):
            ours = wa.project_retention(book, start, end, by=by)
            theirs = wa.retention(book, end, months=months, by=by)
            assert len(ours) == len(theirs)
            for name in RATES:
                np.testing.assert_array_equal(ours[name], theirs[name.split("_")[0]])
            np.testing.assert_array_equal(ours["starting_arr"], theirs["starting_arr"])


def test_what_is_decided_ahead_is_certain() -> None:
    book = book_of(
        [
            ("S1", "A", "2025-08-01", "2026-07-31", 100.0, None, "Core", "active"),
            ("S2", "A", "2026-08-01", "2027-07-31", 80.0, "S1", "Core", "active"),  # signed: 80 of 100
            ("S3", "B", "2025-08-01", "2026-07-31", 100.0, None, "Core", "lost"),
            ("S4", "C", "2024-01-01", None, 200.0, None, "Core", "active"),
        ]
    )
    row = wa.project_retention(book, "2026-03-31", END).iloc[0]
    assert row[RATES].tolist() == [0.7] * 6  # (80 + 0 + 200) / 400
    assert row[["due_arr", "expected_renewed_arr", "open_arr", "renewals"]].tolist() == [200, 80, 0, 2]


def test_a_half_over_period_keeps_what_happened() -> None:
    gone = ("G", "G", "2025-06-10", "2026-06-09", 300.0, None, "Core", "lost")  # too lately to learn from
    row = wa.project_retention(book_of([LASTING, gone, *ahead(1)]), "2026-03-31", END).iloc[0]
    expected = 100 * odds(unseen()) * KEPT
    assert row["starting_arr"] == 1000
    assert row["expected_renewed_arr"] == pytest.approx(expected, abs=0.005)
    assert row["grr"] == pytest.approx((600 + expected) / 1000, abs=SURE * 0.1)
    assert row["grr_high"] == pytest.approx(0.7)
    assert row[["due_arr", "open_arr", "renewals", "called_share"]].tolist() == [400, 100, 2, 0]


def test_without_history_the_made_up_record_speaks() -> None:
    row = wa.project_retention(book_of([LASTING, *ahead(4)]), START, END).iloc[0]
    expected = 400 * odds(unseen()) * KEPT
    assert row["expected_renewed_arr"] == pytest.approx(expected, abs=0.02)  # four amounts rounded to cents
    assert row["grr"] == pytest.approx((600 + expected) / 1000, abs=SURE * 0.4)


def test_the_mean_of_the_futures_is_what_the_probabilities_expect() -> None:
    book = book_of([LASTING, *past(90, 30), *ahead(60)])
    row = wa.project_retention(book, START, END).iloc[0]
    expected = wa.renewal_probabilities(book)["expected_arr"].sum()
    assert row["expected_renewed_arr"] == pytest.approx(expected, abs=0.01)
    assert row["due_arr"] == 6000
    # the deviation of one future is about a third of the range's width; of the mean, a hundredth of that
    error = 4 * width(row.to_frame().T) / 2.56 / 100
    assert row["grr"] == pytest.approx(1 - (6000 - expected) / row["starting_arr"], abs=error + 0.001)


def test_down_sell_counts_in_dollars() -> None:
    book = book_of([*past(200, 0, keeps=0.8), *ahead(1)])
    chance = wa.renewal_probabilities(book).iloc[0]
    # Of 256 steps the last is 1: the made-up record weighs 0.3%. All others keep four fifths.
    assert chance["expected_arr"] == pytest.approx(
        100 * chance["probability"] * (255 * 0.8 + 1) / 256, abs=0.006
    )
    drawn = wa.project_retention(book, START, END, by="account_id").set_index("account_id").loc["O0"]
    assert drawn["grr_high"] == pytest.approx(0.8, abs=0.001)


def test_growth_at_renewals_is_in_nrr_alone() -> None:
    book = book_of([*past(200, 0, keeps=1.5), *ahead(1)])
    drawn = wa.project_retention(book, START, END, by="account_id").set_index("account_id").loc["O0"]
    assert drawn["grr_high"] == 1
    assert drawn["nrr_high"] >= 1.5


def test_the_range_widens_as_renewals_get_fewer() -> None:
    many = book_of([*past(180, 20), *ahead(200)])
    few = book_of([*past(18, 2), *ahead(20)])
    thin = book_of([*past(18, 2), *ahead(200)])  # the same renewals ahead, less known of such
    tables = [wa.project_retention(book, START, END) for book in (few, thin, many)]
    of_due = [width(table) * table["starting_arr"][0] / table["due_arr"][0] for table in tables]
    assert of_due[0] > 1.2 * of_due[1] > 1.2 * 1.2 * of_due[2]


def test_a_wider_interval_is_a_wider_range_and_the_same_seed_the_same_numbers() -> None:
    book = book_of([LASTING, *past(9, 3), *ahead(20)])
    tables = [wa.project_retention(book, START, END, interval=share) for share in (0.5, 0.8, 0.95)]
    assert width(tables[0]) < width(tables[1]) < width(tables[2])
    assert len({table["grr"].iloc[0] for table in tables}) == 1
    pd.testing.assert_frame_equal(tables[1], wa.project_retention(book, START, END), check_exact=True)
    other = wa.project_retention(book, START, END, seed=1)
    assert other["grr"].iloc[0] != tables[1]["grr"].iloc[0]
    assert other["grr"].iloc[0] == pytest.approx(tables[1]["grr"].iloc[0], abs=0.01)


def test_a_monthly_contract_comes_due_twelve_times_a_year() -> None:
    chance = 0.95
    z = float(np.log(chance / (1 - chance)))
    design = Design({}, pd.DataFrame(), pd.Series(dtype="float64"), np.zeros(0), [])
    model = Model(design, np.array([z / 3]), np.array([[1e-12]]))  # a rate that is known
    rows = pd.DataFrame({"band": 0, "row": [0], "log_odds": [z], "spread": [0.0], "ratios": [0]})
    whole = np.ones((1, STEPS), dtype="float32")
    outlook = Outlook(rows, rows, {0: model}, {0: np.array([[3.0]])}, whole, rows)
    times = [np.array([often]) for often in (1, 12)]
    once, yearly = (
        np.concatenate([shares for _, shares in part], axis=1)
        for part in zip(*futures(outlook, rows, times, 40_000, 0), strict=True)
    )
    # standard errors: 0.0011 and 0.0025
    assert once.mean() == pytest.approx(0.95, abs=0.005)
    assert yearly.mean() == pytest.approx(0.95**12, abs=0.01)  # 0.540
    assert (yearly <= once).all()  # what is lost stays lost


def test_a_monthly_contract_loses_more_in_a_year_than_a_yearly_one() -> None:
    monthly = ("M", "M", "2026-06-15", "2026-07-14", 100.0, None, "Core", "active")
    yearly = ("M", "M", "2025-07-15", "2026-07-14", 100.0, None, "Core", "active")
    often, once = (
        wa.project_retention(book_of([one]), START, "2027-06-30")["grr"].iloc[0] for one in (monthly, yearly)
    )
    assert once == pytest.approx(odds(unseen()) * KEPT, abs=SURE)
    assert often < 0.5 * once


def test_a_period_that_begins_ahead_starts_with_what_will_be_left_by_then() -> None:
    before = ("B", "B", "2025-08-01", "2026-07-31", 100.0, None, "Core", "active")
    inside = ("I", "I", "2025-12-01", "2026-11-30", 300.0, None, "Core", "active")
    row = wa.project_retention(book_of([LASTING, before, inside]), "2026-09-30", "2026-12-31").iloc[0]
    kept = odds(unseen()) * KEPT
    # B and I are new of the last twelve months; at their pace, in the 92 days to the start: 400 x 92 / 365
    base = 900 + 100 * kept + 400 * 92 / 365
    assert row["starting_arr"] == pytest.approx(base, abs=100 * SURE)
    assert row[["due_arr", "open_arr", "renewals"]].tolist() == [300, 300, 1]
    # whether B is there changes the base by 100: of the mean of the ratios, less than 0.003
    assert row["grr"] == pytest.approx(1 - 300 * (1 - kept) / base, abs=SURE * 0.3)


def test_what_is_signed_to_begin_by_the_start_is_not_expected_again() -> None:
    first = ("I", "I", "2025-12-01", None, 365.0, None, "Core", "active")
    for signed, starting in ((30, 600 + 365 + 92), (92, 600 + 365 + 92), (200, 600 + 365 + 200)):
        new = ("N", "N", "2026-08-01", None, float(signed), None, "Core", "active")
        row = wa.project_retention(book_of([LASTING, first, new]), "2026-09-30", "2026-12-31").iloc[0]
        assert row["starting_arr"] == starting
        assert row[["grr_low", "grr", "grr_high"]].tolist() == [1, 1, 1]


def test_a_book_that_had_no_arr_a_year_ago_has_no_pace() -> None:
    young = ("I", "I", "2025-12-01", None, 365.0, None, "Core", "active")
    row = wa.project_retention(book_of([young]), "2026-09-30", "2026-12-31").iloc[0]
    assert row["starting_arr"] == 365


def test_a_group_that_may_be_gone_before_the_start_is_measured_where_it_is_not() -> None:
    before = ("B", "B", "2025-08-01", "2026-07-31", 1_234_567.89, None, "Core", "active")
    row = wa.project_retention(book_of([before]), "2026-09-30", "2026-12-31").iloc[0]
    assert row["starting_arr"] == pytest.approx(1_234_567.89 * odds(unseen()) * KEPT, rel=SURE)
    assert row[["grr_low", "grr", "grr_high"]].tolist() == [1, 1, 1]  # nothing is due in the period


def test_what_is_overdue_may_still_be_renewed() -> None:
    late = ("D", "D", "2025-06-16", "2026-06-15", 400.0, None, "Core", "active")
    row = wa.project_retention(book_of([LASTING, late]), START, END).iloc[0]
    assert row[["starting_arr", "due_arr", "open_arr", "renewals"]].tolist() == [1000, 400, 400, 1]
    assert row["grr"] == pytest.approx((600 + 400 * odds(unseen()) * KEPT) / 1000, abs=SURE * 0.4)


def test_a_product_that_is_sold_but_has_not_begun() -> None:
    new = ("N", "L", "2026-08-01", "2027-07-31", 50.0, None, "New", "active")
    table = wa.project_retention(book_of([LASTING, new]), START, END, by="product").set_index("product")
    assert table["starting_arr"].to_dict() == {"Core": 600, "New": 0}
    assert table["grr"]["Core"] == 1
    assert np.isnan(table["grr"]["New"])


def test_groups_of_numbers_some_of_them_missing() -> None:
    staff = pd.DataFrame({"account_id": ["L", "O0"], "staff": [20.0, None]})
    book = book_of([LASTING, *ahead(1)], accounts=staff)
    table = wa.project_retention(book, START, END, by="staff")
    assert table["starting_arr"].tolist() == [600, 100]
    assert table["grr"][0] == 1
    assert table["grr"][1] == pytest.approx(odds(unseen()) * KEPT, abs=SURE)


def test_an_empty_book_and_one_account() -> None:
    one = wa.project_retention(book_of(ahead(1)), START, END, by="account_id")
    for by in (None, "account_id"):
        table = wa.project_retention(book_of([]), START, END, by=by)
        assert table.empty
        assert list(table.columns) == list(one.columns)[by is None :]
    assert wa.projection_path(book_of([]), START, "2026-07-31").empty
    assert one["account_id"].tolist() == ["O0"]
    assert one["grr"][0] == pytest.approx(odds(unseen()) * KEPT, abs=SURE)


def test_the_path_is_retention_up_to_today_and_the_projection_at_its_end(sample: wa.Book) -> None:
    path = wa.projection_path(sample, "2026-06-30", "2027-03-31", simulations=300)
    assert list(path["period_end"]) == list(pd.date_range("2026-07-31", "2027-03-31", freq="ME"))
    assert path["known"].tolist() == [True] * 4 + [False] * 5
    for months, row in enumerate(path[path["known"]].itertuples(), start=1):
        over = wa.retention(sample, row.period_end, months=months)
        assert (row.grr_low, row.grr, row.grr_high) == (over["grr"][0],) * 3
        assert (row.nrr_low, row.nrr, row.nrr_high) == (over["nrr"][0],) * 3
    last = wa.project_retention(sample, "2026-06-30", "2027-03-31", simulations=300)
    np.testing.assert_array_equal(path[RATES].iloc[-1], last[RATES].iloc[0])


def test_a_path_ends_on_its_own_day() -> None:
    path = wa.projection_path(book_of(ahead(1)), START, "2026-08-15", simulations=50)
    assert [str(day.date()) for day in path["period_end"]] == ["2026-07-31", "2026-08-15"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"end": START}, "end must be later"),
        ({"end": "soon"}, "'soon' is not a day"),
        ({"interval": 1.0}, "between 0 and 1, not 1.0"),
        ({"simulations": 0}, "simulations=0: write a whole number"),
        ({"simulations": True}, "simulations=True"),
        ({"by": "colour"}, "unknown column 'colour'"),
    ],
)
def test_what_can_not_be_projected_is_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(wa.WorkaheadError, match=words):
        wa.project_retention(book_of(ahead(1)), **{"start": START, "end": END, **change})


@st.composite
def books(draw: st.DrawFn) -> wa.Book:
    """Up to ten contracts of four accounts, begun in the last two years, some renewed, some with a call."""
    rows, said = [], []
    for n in range(draw(st.integers(1, 10))):
        start = pd.Timestamp("2024-07-01") + dt.timedelta(days=draw(st.integers(0, 760)))
        length = draw(st.sampled_from([None, 27, 364, 364, 729]))
        end = None if length is None else start + dt.timedelta(days=length)
        who, product = draw(st.sampled_from("ABCD")), draw(st.sampled_from(["P", "Q", None]))
        arr = draw(st.integers(1, 99_999)) / 100
        rows.append(
            (f"S{n}", who, start, end, arr, None, product, draw(st.sampled_from(["active", "lost", None])))
        )
        if end is not None and draw(st.booleans()):
            on = end - dt.timedelta(days=draw(st.integers(0, 200)))
            category = draw(st.sampled_from(["commit", "at_risk", "churn", "who knows"]))
            by = draw(st.sampled_from(["Ana", None]))
            said.append((who, f"S{n}", end + dt.timedelta(days=1), on, by, category, arr))
    columns = [
        "account_id",
        "subscription_id",
        "renewal_date",
        "called_on",
        "called_by",
        "category",
        "forecast_arr",
    ]
    frame = pd.DataFrame(said, columns=columns) if said else None
    return book_of(rows, accounts=segments(A="x", B="y", C=None, D="x"), forecast_calls=frame)


@given(books(), st.sampled_from([("2026-03-31", END), (START, END), ("2026-09-30", "2027-06-30")]))
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate]
)
def test_rates_are_in_order_and_parts_add_up(book: wa.Book, period: tuple[str, str]) -> None:
    total = wa.project_retention(book, *period, simulations=60)
    for by in ("segment", "product"):
        parts = wa.project_retention(book, *period, by=by, simulations=60)
        names = ["due_arr", "expected_renewed_arr", "open_arr", "renewals"]
        names += ["starting_arr"] * (period[0] <= AS_OF)
        for name in names:
            assert parts[name].sum() == pytest.approx(total[name].sum(), abs=0.02 * len(parts))
        for table in (parts, total):
            some = table.dropna(subset=["grr", "nrr"])
            assert (some["grr"] <= some["nrr"] + 1e-9).all()
            for rate in ("grr", "nrr"):
                assert (some[f"{rate}_low"] <= some[rate]).all()
                assert (some[rate] <= some[f"{rate}_high"]).all()
            assert (some["grr_low"] >= 0).all()
            assert (some["grr_high"] <= 1).all()
            assert (table["expected_renewed_arr"] <= table["due_arr"] + 0.005).all()
    chances = wa.renewal_probabilities(book)
    assert (chances["low"] <= chances["probability"]).all()
    assert (chances["probability"] <= chances["high"]).all()
    assert chances[["low", "high"]].stack().between(0, 1).all()


@pytest.mark.parametrize("convert", [pl.from_pandas, duckdb.from_df], ids=["polars", "duckdb"])
def test_every_engine_gives_the_tables_of_pandas(company: Company, sample: wa.Book, convert: object) -> None:
    tables = {name: convert(frame) for name, frame in company.tables.items()}
    other = wa.Book.from_frames(company.parameters.end, **tables)
    for table in (
        lambda book: wa.project_retention(book, "2026-08-31", "2027-01-31", by="segment", simulations=200),
        wa.renewal_probabilities,
        lambda book: wa.expected_renewals(book, simulations=200),
        wa.projection_gaps,
    ):
        pd.testing.assert_frame_equal(table(sample), table(other), rtol=1e-9)


def test_calls_raise_what_is_covered() -> None:
    rows = ahead(4)
    book = book_of([LASTING, *rows], forecast_calls=calls(rows[:3], "Ana", "commit", on="2026-06-01"))
    assert wa.project_retention(book, START, END)["called_share"].tolist() == [0.75]


def test_an_answer_is_the_askers_own_and_so_is_each_book() -> None:
    book = book_of([LASTING, *ahead(4)])
    first = wa.project_retention(book, START, END)
    kept = first.copy()
    first["grr"] = 0.0
    pd.testing.assert_frame_equal(wa.project_retention(book, START, END), kept)
    # another day, and other customers, are other questions
    due = [wa.project_retention(book, START, end)["due_arr"].item() for end in ("2026-07-31", END)]
    assert due == [0.0, 400.0]
    alone = wa.project_retention(book.where(name="L"), START, END)
    assert alone[["starting_arr", "due_arr"]].iloc[0].tolist() == [600.0, 0.0]
