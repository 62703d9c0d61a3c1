"""The sample company's renewals, as the library finds them in the tables, are those that were drawn."""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from workahead.metrics.renewals.events import RENEWED, events
from workahead.sample import Company

DAY = pd.Timedelta(days=1)


def book_of(company: Company, **changed: pd.DataFrame) -> wa.Book:
    return wa.Book.from_frames(company.parameters.end, **{**company.tables, **changed})


@pytest.fixture(scope="module")
def found(company: Company) -> pd.DataFrame:
    """What was found beside what was drawn, of the contracts that have come due."""
    drawn = company.truth.contracts[["subscription_id", "outcome", "renewed_arr"]]
    drawn = drawn.merge(company.truth.service[["subscription_id", "last_day"]], on="subscription_id")
    found = events(book_of(company)).merge(drawn, on="subscription_id", suffixes=("", "_drawn"))
    return found[found["renewal_date"] <= pd.Timestamp(company.parameters.end)]


def test_what_was_lost_has_no_successor_and_service_ends_as_the_outcome_says(company, found):
    assert len(found) > 1500
    assert set(found["outcome"]) == {*RENEWED, "lost", "overdue"}
    assert found.loc[found["outcome_drawn"] == "lost", "successor_id"].isna().all()
    renewed = found["successor_id"].notna()
    ends = (found["renewed_on"] - DAY).where(renewed, found["renewal_date"] - DAY)
    ends = ends.where(found["outcome"] != "overdue", pd.Timestamp(company.parameters.end))
    assert (found["last_day"] == ends).all()


def test_the_renewed_arr_is_what_was_drawn_for_each_successor(found):
    renewed = found[found["successor_id"].notna()]
    sums = renewed.groupby("successor_id")[["net_renewed_arr", "renewed_arr_drawn"]].sum()
    assert sums["net_renewed_arr"].to_numpy() == pytest.approx(sums["renewed_arr_drawn"].to_numpy(), abs=0.01)


def test_without_a_single_link_nearly_all_outcomes_are_the_same(company, found):
    """Only account and product are left to go by: links decide where a customer has several of one product."""
    bare = company.subscriptions.drop(columns="replaces")
    again = events(book_of(company, subscriptions=bare)).set_index("subscription_id")["outcome"]
    same = again.reindex(found["subscription_id"]).to_numpy() == found["outcome"].to_numpy()
    assert same.mean() > 0.97
