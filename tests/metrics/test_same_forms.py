"""The sample company as Salesforce exports it and as HubSpot exports it: one company, so one set of numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import workahead as wa

ROOT = Path(__file__).parents[2]
FORMS = ("salesforce", "hubspot")
GROUPS = [None, "segment", "region", "csm", "tier", "product", ["segment", "region"]]
FIRST, LAST = "2021-10-31", "2026-10-31"

Books = dict[str, wa.Book]


@pytest.fixture(scope="module")
def books(filed: Callable[[str], Path]) -> Books:
    return {form: wa.Book.open(filed(form)) for form in FORMS}


def equal(books: Books, metric: Callable[[wa.Book], pd.DataFrame]) -> pd.DataFrame:
    """Both forms' tables are one table, to the cent; it is not empty."""
    salesforce, hubspot = (metric(books[form]) for form in FORMS)
    pd.testing.assert_frame_equal(salesforce, hubspot, check_exact=True)
    assert len(salesforce)
    return salesforce


def test_both_forms_are_different_files_of_one_company(books):
    ids = [set(books[form]["subscriptions"]["subscription_id"]) for form in FORMS]
    assert not ids[0] & ids[1]
    assert len(ids[0]) == len(ids[1])
    assert all(book.as_of == pd.Timestamp(LAST) for book in books.values())


@pytest.mark.parametrize("by", GROUPS, ids=str)
def test_movements_of_sixty_months(books, by):
    table = equal(books, lambda book: wa.movements(book, FIRST, LAST, freq="month", by=by))
    assert table["period_end"].nunique() == 60
    assert (table[["new", "expansion", "contraction", "churn"]].sum() > 0).all()


@pytest.mark.parametrize("freq", [None, "quarter", "year"])
def test_movements_of_longer_periods(books, freq):
    equal(books, lambda book: wa.movements(book, FIRST, LAST, freq=freq))


@pytest.mark.parametrize("basis", ["cohort", "bridge", "aggregate"])
@pytest.mark.parametrize("by", [None, "segment", "product"], ids=str)
def test_retention_at_four_years_of_month_ends(books, by, basis):
    table = equal(books, lambda book: wa.retention_trend(book, periods=48, by=by, basis=basis))
    assert table["nrr"].notna().any()


@pytest.mark.parametrize("months", [1, 6, 24])
def test_retention_over_other_windows(books, months):
    equal(books, lambda book: wa.retention(book, months=months, by="csm"))


@pytest.mark.parametrize("measure", ["logos", "net", "gross"])
@pytest.mark.parametrize("freq", ["month", "quarter", "year"])
def test_cohorts(books, freq, measure):
    equal(books, lambda book: wa.cohorts(book, freq=freq, measure=measure))
    equal(books, lambda book: wa.cohort_total(book, freq=freq, measure=measure, by="segment"))


def test_arr_with_what_is_overdue(books):
    table = equal(books, lambda book: wa.arr(book, by="segment"))
    assert table["overdue_arr"].sum() > 0


def test_who_moved_in_the_last_year_by_name(books):
    def by_name(book: wa.Book) -> pd.DataFrame:
        moved = wa.movement_detail(book, "2025-10-31", LAST).drop(columns=["customer_id", "account_id"])
        return moved.sort_values(list(moved.columns), ignore_index=True)

    equal(books, by_name)


@pytest.mark.parametrize("grain", ["subscription", "parent"])
def test_movements_at_other_grains(books, grain):
    equal(books, lambda book: wa.movements(book.redefine(grain=grain), FIRST, LAST, freq="year"))


def test_movements_with_the_dates_as_they_stand(books):
    table = equal(
        books, lambda book: wa.movements(book.redefine(late_renewal_days=0), FIRST, LAST, freq="month")
    )
    usual = wa.movements(books["salesforce"], FIRST, LAST, freq="month")
    assert table["churn"].sum() > usual["churn"].sum()  # the sample has late renewals
    assert (
        table["ending"].iloc[-1]
        == usual["ending"].iloc[-1] - wa.arr(books["salesforce"])["overdue_arr"].iloc[0]
    )


def test_both_loads_keep_the_same_arr_and_set_aside_nothing_unsaid(books):
    kept = []
    for book in books.values():
        lines = book.reconciliation.set_index("table").loc[["subscriptions"]].iloc[0]
        assert lines["rows_read"] == lines["kept"] + lines["set_aside"]
        aside = book.set_aside.query("table == 'subscriptions'")
        assert lines["arr_read"] - lines["arr_kept"] == pytest.approx(aside["arr"].sum(), abs=0.005)
        kept.append((lines["kept"], lines["arr_kept"]))
    assert kept[0] == kept[1]


def test_the_renewal_base_its_windows_and_risk(books):
    def by_name(book: wa.Book) -> pd.DataFrame:
        base = wa.renewal_base(book).drop(columns=["subscription_id", "account_id"])
        return base.sort_values(["renewal_date", "arr", "name", "product"], ignore_index=True)

    assert set(equal(books, by_name)["window"]) == {"overdue", "0-3", "3-6", "6-9", "9-12"}
    for by in GROUPS:
        equal(books, lambda book, by=by: wa.renewal_windows(book, by=by))
    equal(books, wa.risk)
    equal(books, lambda book: wa.risk(book, by=["csm", "root_cause"]))
    assert all(wa.renewal_gaps(book).empty for book in books.values())


def test_what_renewed_who_is_reached_and_risk_over_time(books):
    for by in GROUPS:
        equal(books, lambda book, by=by: wa.renewal_rate(book, "2025-10-31", LAST, by=by))
    equal(books, wa.priority_summary)
    table = equal(books, lambda book: wa.priority_accounts(book).drop(columns="account_id"))
    assert set(table["group"]) == {"key", "high_potential", "at_risk"}
    equal(books, wa.risk_trend)


def test_the_record_of_the_calls(books):
    for by in (None, "called_by", "segment", ["csm", "called_by"]):
        equal(books, lambda book, by=by: wa.forecast_accuracy(book, by=by))
    equal(books, lambda book: wa.forecast_accuracy(book, start=FIRST, freq="quarter", by="segment"))
    table = equal(books, wa.accuracy_by_horizon)
    assert table["coverage"].is_monotonic_increasing
    equal(books, wa.call_calibration)
    equal(books, wa.answer_record)

    def by_name(book: wa.Book) -> pd.DataFrame:
        changes = wa.forecast_changes(book, "2026-09-30").drop(columns="account_id")
        return changes.sort_values(list(changes.columns), ignore_index=True)

    equal(books, by_name)


def test_what_is_projected(books):
    """Ids are other ones, so the futures are drawn in another order: what is expected is equal, ranges nearly."""

    def by_name(book: wa.Book) -> pd.DataFrame:
        table = wa.renewal_probabilities(book).drop(columns=["subscription_id", "account_id"])
        return table.sort_values(["renewal_date", "due_arr", "name", "product"], ignore_index=True)

    chances = [by_name(books[form]) for form in FORMS]
    pd.testing.assert_frame_equal(*chances, rtol=0, atol=1e-9)
    ranges = ["grr_low", "grr", "grr_high", "nrr_low", "nrr", "nrr_high"]
    for by in (None, "segment"):
        tables = [wa.project_retention(books[form], LAST, "2027-01-31", by=by) for form in FORMS]
        sure = [table.drop(columns=ranges) for table in tables]
        pd.testing.assert_frame_equal(*sure, rtol=0, atol=0.01)
        pd.testing.assert_frame_equal(*(table[ranges] for table in tables), rtol=0, atol=0.005)
    assert all(wa.projection_gaps(book).empty for book in books.values())


def test_csqls_and_the_quota_period(books):
    for by in (None, "segment", "csm", "region", "product"):
        equal(books, lambda book, by=by: wa.csql_funnel(book, "2025-10-31", LAST, by=by))
    table = equal(books, lambda book: wa.csql_funnel(book, FIRST, LAST, freq="quarter"))
    assert (table["created"].iloc[1:] > 0).all()
    for metric in (wa.csql_reasons, wa.qualification, wa.csql_stages):
        equal(books, lambda book, metric=metric: metric(book, "2023-10-31", LAST))
    assert all(wa.csql_gaps(book).empty for book in books.values())
    for type in ("expansion", "renewal", None):
        equal(books, lambda book, type=type: wa.booking_curve(book, type=type))
    equal(books, lambda book: wa.quota_pace(book, 1e6, "2026-09-30", "2026-12-31", type="expansion"))
    equal(books, lambda book: wa.lead_activities(book, "2026-09-30", "2026-12-31", type="expansion"))
    whole = (wa.team_target(book, "expansion_arr", "2026-09-30", "2026-12-31") for book in books.values())
    assert len(set(whole)) == 1


def test_the_planted_csqls_and_the_late_quarter_are_found(books):
    book = books["salesforce"]
    record = wa.csql_funnel(book, "2021-12-31", LAST).iloc[0]
    assert 1.5 < record["times_new_business"] < 2.5  # planted: about twice
    assert record["new_business_high"] < record["low"]
    years = wa.csql_funnel(book, "2022-12-31", "2025-12-31", freq="year")
    assert 0.10 < years["pipeline_share"].mean() < 0.20  # planted: about 15%
    shape = wa.booking_curve(book, type="expansion").set_index("week")["share"]
    assert shape[4] < 0.2
    assert 1 - shape[9] > 0.4  # planted: late
    parts = wa.qualification(book, "2021-10-31", LAST).set_index("part").loc["(all parts)"]
    assert parts["close_rate_with"] > parts["close_rate_without"]


def test_who_is_reached_and_the_weekly_scoreboard(books):
    for by in ("csm", "owner", ["tier", "csm"]):
        equal(books, lambda book, by=by: wa.touches(book, "2025-10-31", LAST, by=by))
    covered = equal(books, lambda book: wa.coverage(book).drop(columns="account_id"))
    assert covered["email_only"].any()
    equal(books, lambda book: wa.coverage_summary(wa.coverage(book)))

    def by_name(book: wa.Book) -> pd.DataFrame:
        requests = wa.support_requests(book).drop(columns=["activity_id", "account_id", "contact_id"])
        return requests.sort_values(list(requests.columns), ignore_index=True)

    assert set(equal(books, by_name)["state"]) == {"answered", "unanswered", "waiting"}
    equal(books, wa.scoreboard)
    equal(books, wa.lead_measures)


def test_what_people_are_paid_and_what_the_plan_costs(books):
    """Of a period that is running, the scenarios rest on futures drawn in the order of ids: nearly equal, those."""
    plan = wa.comp_plan(ROOT / "plan.yml")
    third, fourth = (
        (p.start, p.end) for p in (plan.during(q, books["hubspot"]) for q in ("2026-Q3", "2026-Q4"))
    )
    for quarter in (third, fourth):
        equal(books, lambda book, quarter=quarter: wa.payouts(book, plan, *quarter))
    for by in (None, "who", "metric"):
        equal(books, lambda book, by=by: wa.plan_cost(book, plan, *third, by=by))
    tables = [wa.plan_cost(books[form], plan, *fourth) for form in FORMS]
    assert tables[0]["cost"].iloc[0] == tables[1]["cost"].iloc[0]  # as it stands
    pd.testing.assert_series_equal(tables[0]["cost"], tables[1]["cost"], rtol=0.002)
    names = ["scenario", "target_pay", "people", "missing"]
    pd.testing.assert_frame_equal(tables[0][names], tables[1][names])
