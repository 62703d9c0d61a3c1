"""The planted leak: what came after a day shouts how every renewal ended, and no number of that day may hear it."""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from workahead.metrics.projection.outlook import outlook
from workahead.metrics.projection.signals import signals
from workahead.metrics.renewals.events import RENEWED, events
from workahead.sample import Parameters, simulate

DAY = pd.Timestamp("2026-03-31")
DATED = {"forecast_calls": "called_on", "activities": "date", "stage_history": "entered_date"}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return simulate(Parameters(accounts=60)).tables


def of(tables: dict[str, pd.DataFrame]) -> wa.Book:
    return wa.Book.from_frames("2026-10-31", **tables)


def shouted(tables: dict[str, pd.DataFrame], on: pd.Timestamp) -> pd.DataFrame:
    """A call made on a day on every renewal that came due after it, which knows how it ended."""
    every = events(of(tables))
    due = every[(every["renewal_date"] > on) & (every["outcome"] != "open")]
    renewed = due["outcome"].isin(RENEWED)
    calls = due[["subscription_id", "account_id", "renewal_date"]].assign(
        called_on=on,
        called_by="Oracle",
        category=renewed.map({True: "commit", False: "churn"}),
        forecast_arr=due["due_arr"].where(renewed, 0),
        would_renew=renewed.map({True: "yes", False: "no"}),
    )
    return calls.reset_index(drop=True)


@pytest.fixture(scope="module")
def leaking(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same company; whatever came after the day is scrambled, and cries out what happened."""
    changed = dict(tables)
    for name, column in DATED.items():
        later = pd.to_datetime(tables[name][column]) > DAY
        mixed = tables[name].loc[later].sample(frac=1, random_state=1).drop(columns=column)
        mixed[column] = tables[name].loc[later, column].to_numpy()
        changed[name] = pd.concat([tables[name][~later], mixed], ignore_index=True)
    changed["forecast_calls"] = pd.concat(
        [changed["forecast_calls"], shouted(tables, DAY + pd.Timedelta(days=1))], ignore_index=True
    )
    lines = tables["subscriptions"].copy()
    signed = pd.to_datetime(lines["signed_date"]).fillna(pd.to_datetime(lines["start_date"]))
    lines.loc[signed > DAY, "arr"] *= 7
    lines["status"] = "lost"
    changed["subscriptions"] = lines
    deals = tables["opportunities"].copy()
    closed_later = deals["is_closed"].astype(bool) & ~(pd.to_datetime(deals["close_date"]) <= DAY)
    deals.loc[closed_later, "is_won"] = ~deals.loc[closed_later, "is_won"].astype(bool)
    deals.loc[closed_later, ["stage", "loss_reason"]] = ["Closed Lost", "we knew"]
    changed["opportunities"] = deals
    people = tables["contacts"].copy()
    here = ~(pd.to_datetime(people["left_date"]) <= DAY)
    people.loc[here, "left_date"] = DAY + pd.Timedelta(days=1)
    changed["contacts"] = people
    accounts = tables["accounts"].copy()
    plans = pd.to_datetime(accounts["plan_updated_date"])
    accounts["plan_updated_date"] = plans.where(plans <= DAY, DAY + pd.Timedelta(days=9))
    changed["accounts"] = accounts
    return changed


def test_what_is_known_on_a_day_does_not_hear_what_came_after(tables, leaking) -> None:
    honest, fooled = (wa.known(of(some), DAY) for some in (tables, leaking))
    for name in honest.tables:
        key = list(honest.columns(name))
        one, other = (
            book[name].astype("str").sort_values(key, ignore_index=True).fillna("")
            for book in (honest, fooled)
        )
        pd.testing.assert_frame_equal(one, other, check_dtype=False)


def test_nor_does_any_number_computed_from_it(tables, leaking) -> None:
    honest, fooled = (wa.known(of(some), DAY) for some in (tables, leaking))
    for table in (
        wa.renewal_probabilities,
        lambda book: wa.project_retention(book, DAY, "2026-06-30", simulations=300),
        lambda book: wa.project_retention(book, "2025-12-31", "2026-12-31", by="segment", simulations=300),
        lambda book: wa.expected_renewals(book, simulations=300),
    ):
        assert len(table(honest))
        pd.testing.assert_frame_equal(table(honest), table(fooled), check_exact=True)


def test_the_leak_would_be_heard_without_the_cut(leaking) -> None:
    """The same outlook with the calls of the uncut book: this test of the test must see a difference."""
    honest = wa.known(of(leaking), DAY)
    uncut = honest._like(
        {**honest.tables, "forecast_calls": of(leaking)["forecast_calls"]}, honest.definitions
    )
    uncut.as_of = DAY + pd.Timedelta(days=1)  # so that its calls of that day are read
    made = outlook(honest)
    rows = made.open[made.open["renewal_date"] <= "2026-09-30"].assign(vantage=uncut.as_of)
    heard = signals(uncut, rows.drop(columns="segment"), made.every)
    assert (heard["called_by"] == "Oracle").sum() > 10
    chances = wa.renewal_probabilities(honest).set_index("subscription_id")["probability"]
    odds = []
    for band, part in rows.groupby("band"):
        model = made.models[band]
        odds.append(
            pd.Series(model.log_odds(model.matrix(heard.loc[part.index]))[0], part["subscription_id"])
        )
    moved = (1 / (1 + (-pd.concat(odds)).map(lambda z: 2.718281828**z))) - chances
    assert moved.abs().max() > 0.1


def test_the_backtest_does_not_hear_calls_made_after_its_vantage_days(tables) -> None:
    def judged(some: dict[str, pd.DataFrame]) -> pd.DataFrame:
        return wa.backtest(of(some), quarters=2, simulations=200)

    honest = judged(tables)
    assert set(honest["model"]) >= {"workahead", "csm_calls"}
    last = honest["period_start"].max() - pd.Timedelta(days=90)  # the vantage day of the last quarter
    later = dict(tables)
    later["forecast_calls"] = pd.concat(
        [tables["forecast_calls"], shouted(tables, last + pd.Timedelta(days=1))], ignore_index=True
    )
    pd.testing.assert_frame_equal(honest, judged(later), check_exact=True)
    early = dict(tables)
    early["forecast_calls"] = pd.concat([tables["forecast_calls"], shouted(tables, last)], ignore_index=True)
    assert not honest.equals(judged(early))  # a day earlier, and it is known
