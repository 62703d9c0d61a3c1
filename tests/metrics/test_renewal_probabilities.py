"""Each renewal's probability: what may move it, how far, and what must not."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import workahead as wa
from contracts import contracts, segments
from projecting import AS_OF, END, KEPT, START, ahead, book_of, calls, odds, past, unseen, width
from workahead.book.audience import Audience
from workahead.metrics.projection.model import BASE, CATEGORY_PRIOR, FACTORS, INTERCEPT, PRIOR
from workahead.sample import Company, Parameters, simulate

TODAY = "2026-10-31"


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(Parameters(accounts=60))


def of(company: Company, *without: str, **changed: pd.DataFrame) -> wa.Book:
    tables = {name: frame for name, frame in {**company.tables, **changed}.items() if name not in without}
    return wa.Book.from_frames(TODAY, **tables)


@pytest.fixture(scope="module")
def full(company: Company) -> wa.Book:
    return of(company)


def test_without_history_probability_and_range_by_hand() -> None:
    row = wa.renewal_probabilities(book_of(ahead(1))).iloc[0]
    z, p = unseen(), odds(unseen())
    # what the made-up renewals tell of z, and the prior's share: one over that is its variance
    spread = (PRIOR * p * (1 - p) + 1 / INTERCEPT**2) ** -0.5
    assert row["probability"] == pytest.approx(p, abs=1e-6)
    assert row["low"] == pytest.approx(odds(z - 1.281552 * spread), abs=1e-6)
    assert row["high"] == pytest.approx(odds(z + 1.281552 * spread), abs=1e-6)
    assert row["expected_arr"] == pytest.approx(100 * p * KEPT, abs=0.005)
    assert (row[list(FACTORS)] == 0).all()
    assert row["because"] == ""


def test_the_first_call_counts_though_no_past_renewal_had_one() -> None:
    rows = ahead(3)
    said = pd.concat(
        [calls(rows[:1], "Ana", "churn", "2026-06-01"), calls(rows[1:2], "Ana", "commit", "2026-06-01")]
    )
    for before in ([], past(40, 5)):
        table = wa.renewal_probabilities(book_of([*before, *rows], forecast_calls=said))
        churn, commit, uncalled = table.set_index("subscription_id")["probability"][["O0", "O1", "O2"]]
        assert churn < 0.6 < uncalled < commit
        assert table["because"].str.contains("called churn \N{MINUS SIGN}").sum() == 1


def test_a_reader_sees_of_others_calls_that_a_colleague_made_them() -> None:
    # Ana calls commit and is right, Bo calls commit and is wrong; each has called one of the open two
    kept, lost, rows = past(40, 0, name="K"), past(0, 40, name="L"), ahead(2)
    said = [
        calls(kept, "Ana", "commit"), calls(lost, "Bo", "commit"),
        calls(rows[:1], "Ana", "commit", "2026-06-01"), calls(rows[1:], "Bo", "commit", "2026-06-01"),
    ]  # fmt: skip
    people = pd.DataFrame({"account_id": ["O0", "O1"], "csm": "Ana"})
    book = book_of([*kept, *lost, *rows], forecast_calls=pd.concat(said), accounts=people)
    because = wa.renewal_probabilities(book).set_index("subscription_id")["because"]
    assert "by Ana" in because["O0"]
    assert "by Bo" in because["O1"]
    seen = Audience(where={"csm": "Ana"}, who="Ana").apply(book)
    assert wa.renewal_probabilities(seen).set_index("subscription_id")["because"].to_dict() == {
        "O0": because["O0"], "O1": because["O1"].replace("by Bo", "by a colleague")
    }  # fmt: skip


@pytest.mark.parametrize(("right", "way"), [(True, 1), (False, -1)])
def test_two_calls_of_a_caller_move_less_than_forty_and_decide_nothing(right: bool, way: int) -> None:
    # Bo's calls renew three times in four. All of Ana's commits came out one way.
    others, open_ = past(45, 15, name="B"), ahead(1)
    found = []
    for count in (2, 40):
        hers = past(count, 0, name="A") if right else past(0, count, name="A")
        said = pd.concat(
            [
                calls(others, "Bo", "commit"),
                calls(hers, "Ana", "commit"),
                calls(open_, "Ana", "commit", "2026-06-01"),
            ]
        )
        book = book_of([*others, *hers, *open_], forecast_calls=said)
        found.append(wa.renewal_probabilities(book).set_index("subscription_id").loc["O0"])
    two, forty = found
    assert 0.2 < two["probability"] < 0.97
    assert 0 < way * two["caller"] < way * forty["caller"]
    assert way * two["probability"] < way * forty["probability"]
    assert f"by Ana {'+' if right else chr(0x2212)}" in forty["because"]


def test_a_size_that_no_past_renewal_had_decides_nothing() -> None:
    table = wa.renewal_probabilities(
        book_of([*past(20, 5), *ahead(1), *ahead(1, 1e7, first=1), *ahead(1, 1.0, first=2)])
    )
    assert table["probability"].between(0.6, 0.95).all()


def test_an_account_that_never_renewed_and_is_not_due_changes_no_probability(
    company: Company, full: wa.Book
) -> None:
    new = [
        ("N1", "NEW", "2026-09-01", None, 5e6, None, "Flow", "active"),
        ("N2", "NEW2", "2026-09-01", "2028-08-31", 7.0, None, "Never sold", "active"),
    ]
    more = pd.concat([company.tables["subscriptions"], contracts(*new)], ignore_index=True)
    who = pd.concat(
        [company.tables["accounts"], segments(NEW="Enterprise", NEW2="Unheard of")], ignore_index=True
    )
    before = wa.renewal_probabilities(full)
    after = wa.renewal_probabilities(of(company, subscriptions=more, accounts=who))
    assert len(before) > 30
    pd.testing.assert_frame_equal(before, after, check_exact=True)


def test_a_filter_shows_the_same_probabilities_of_fewer(full: wa.Book) -> None:
    whole = wa.renewal_probabilities(full)
    csm = whole["csm"].value_counts().index[0]
    some = wa.renewal_probabilities(full.where(csm=csm))
    assert 0 < len(some) < len(whole)
    expected = whole[whole["csm"] == csm].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, expected, check_exact=True)
    flow = wa.renewal_probabilities(full.where(product="Flow"))
    expected = whole[whole["product"] == "Flow"].reset_index(drop=True)
    pd.testing.assert_frame_equal(flow, expected, check_exact=True)


def test_rows_are_the_open_renewals_of_the_coming_year_soonest_first(full: wa.Book) -> None:
    table = wa.renewal_probabilities(full)
    base = wa.renewal_base(full)
    assert set(table["subscription_id"]) == set(base["subscription_id"])
    assert table["renewal_date"].is_monotonic_increasing
    said = table.merge(base, on="subscription_id", suffixes=("", "_base"))
    np.testing.assert_array_equal(said["due_arr"], said["arr"])
    np.testing.assert_array_equal(said["forecast_arr"], said["forecast_arr_base"])
    later = wa.renewal_probabilities(full, "2026-12-31", "2027-03-31")
    inside = table["renewal_date"].between("2027-01-01", "2027-03-31")
    assert later["subscription_id"].tolist() == table["subscription_id"][inside].tolist()


def test_the_months_add_up_to_the_renewals(full: wa.Book) -> None:
    table, months = wa.renewal_probabilities(full), wa.expected_renewals(full, simulations=300)
    assert months["month"].is_monotonic_increasing
    assert months["contracts"].sum() == len(table)
    assert months["due_arr"].sum() == pytest.approx(table["due_arr"].sum(), abs=0.01)
    assert months["expected_arr"].sum() == pytest.approx(table["expected_arr"].sum(), abs=0.01 * len(table))
    assert (months["low"] <= months["expected_arr"]).all()
    assert (months["expected_arr"] <= months["high"]).all()
    assert (months["high"] <= months["due_arr"]).all()


def test_what_is_overdue_counts_in_the_running_month() -> None:
    late = ("D", "D", "2025-06-16", "2026-06-15", 400.0, None, "Core", "active")
    table = wa.expected_renewals(book_of([late, *ahead(2)]), simulations=100)
    assert [str(day.date()) for day in table["month"]] == ["2026-06-01", "2026-08-01"]
    assert table["due_arr"].tolist() == [400, 200]
    assert table["contracts"].tolist() == [1, 2]


LESS = {
    "no calls": ("forecast_calls",),
    "no activities": ("activities",),
    "no contacts": ("contacts",),
    "no accounts": ("accounts",),
    "contracts alone": (
        "accounts",
        "contacts",
        "activities",
        "forecast_calls",
        "opportunities",
        "stage_history",
        "targets",
    ),
}


@pytest.mark.parametrize("without", LESS.values(), ids=LESS)
def test_a_book_without_a_table_is_projected_and_says_so(
    company: Company, full: wa.Book, without: tuple[str, ...]
) -> None:
    book = of(company, *without)
    gaps = wa.projection_gaps(book)
    used = {name for name in without if name in ("forecast_calls", "activities", "contacts", "accounts")}
    assert set(gaps["table"]) == used
    assert gaps["effect"].str.len().gt(20).all()
    assert wa.projection_gaps(full).empty
    table = wa.project_retention(book, TODAY, "2027-10-31", simulations=500)
    assert 0 < table["grr"].iloc[0] < 1


def test_without_the_calls_that_told_them_apart_the_range_is_wider() -> None:
    good, bad = past(60, 0, name="A"), past(0, 60, name="B")
    open_ = ahead(40)
    rows = [*good, *bad, *open_]
    said = pd.concat(
        [
            calls(good, "Ana", "commit"),
            calls(bad, "Ana", "churn"),
            calls(open_[:20], "Ana", "commit", "2026-06-01"),
            calls(open_[20:], "Ana", "churn", "2026-06-01"),
        ]
    )
    deaf, told = (
        wa.project_retention(book_of(rows, forecast_calls=frame), START, END) for frame in (None, said)
    )
    assert width(deaf) > 1.3 * width(told)


def test_a_single_closed_quarter_gives_a_wider_range_and_says_that_the_past_is_short() -> None:
    short = book_of([*past(6, 2), *ahead(60)])
    long = book_of([*past(120, 40), *ahead(60)])
    gaps = wa.projection_gaps(short).set_index("table")["effect"]
    assert "only 8 renewals have been decided so far" in "".join(gaps["subscriptions"])
    assert "decided so far" not in "".join(wa.projection_gaps(long)["effect"])
    spans = [wa.renewal_probabilities(book).eval("high - low").iloc[0] for book in (short, long)]
    assert spans[0] > 2 * spans[1]
    tables = [wa.project_retention(book, START, END) for book in (short, long)]
    of_due = [width(table) * table["starting_arr"][0] / table["due_arr"][0] for table in tables]
    assert of_due[0] > 1.2 * of_due[1]


def test_missing_columns_are_named() -> None:
    said = calls(ahead(1), "Ana", "commit", "2026-06-01").drop(columns="called_by")
    gaps = wa.projection_gaps(book_of(ahead(1), forecast_calls=said, accounts=segments(O0="SMB")))
    named = set(zip(gaps["table"], gaps["column"].fillna(""), strict=True))
    assert {("forecast_calls", "called_by"), ("forecast_calls", "would_renew"), ("activities", "")} <= named
    assert ("accounts", "segment") not in named


def test_an_empty_book_and_a_year_without_renewals() -> None:
    columns = list(wa.renewal_probabilities(book_of(ahead(1))).columns)
    for book in (book_of([]), book_of([("S", "A", "2026-01-01", None, 5.0)])):
        table = wa.renewal_probabilities(book)
        assert table.empty
        assert list(table.columns) == columns
        assert table["due_arr"].sum() == 0
        months = wa.expected_renewals(book)
        assert months.empty
        assert months["expected_arr"].sum() == 0


def test_a_period_or_interval_that_can_not_be_is_refused() -> None:
    book = book_of(ahead(1))
    with pytest.raises(wa.PeriodError, match="end must be later"):
        wa.renewal_probabilities(book, END, AS_OF)
    for call in (wa.renewal_probabilities, wa.expected_renewals):
        with pytest.raises(wa.ConfigError, match="between 0 and 1, not 80"):
            call(book, interval=80)


def test_the_definitions_print_the_priors_that_are_used() -> None:
    page = (Path(__file__).parents[2] / "docs" / "definitions.md").read_text(encoding="utf-8")
    section = page.split("## The projection\n")[1].split("\n## ")[0]
    printed = re.findall(r"^\| `(\w+)` \| .* \| ([\d.]+) \|$", section, re.MULTILINE)
    assert {name: float(effect) for name, effect in printed} == FACTORS
    made_up = ", ".join(f"{name.replace('_', ' ')} {share:.0%}" for name, share in CATEGORY_PRIOR.items())
    assert (
        f"{PRIOR:.0f} uncalled renewals, {BASE:.0%} of which renewed, and {PRIOR:.0f} of each category"
        in section
    )
    assert f"({made_up})" in section
