"""The renewal base of eight renewals (see tests/renewing.py): every column worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from contracts import book as small
from contracts import contracts
from renewing import ACCOUNTS, ACTIVITIES, AS_OF, CALLS, CONTACTS, ROWS, renewing
from workahead.book.plays import Play, Plays, default_plays

CONTRACT = [
    "subscription_id", "account_id", "name", "product", "segment", "csm", "tier", "arr", "renewal_date",
    "days_to_renewal", "window", "call_due", "called_on", "category", "forecast_arr", "at_risk_arr",
    "root_cause", "would_renew", "days_since_decision_maker", "next_step",
]  # fmt: skip
SETTLE = "Settle it, get the signature or close it as lost"
CALL = "Call the forecast, the call is due"
SPEAK = "Speak to a decision maker, by phone or in person"
ASK = 'Ask "would you renew today?"'
PLAN = "Write the account plan, or bring it up to date"
FIND = "Find the root cause of the ARR at risk"


def column(table: pd.DataFrame, name: str) -> dict[str, object]:
    values = table[name].astype(object).where(table[name].notna(), None)
    if str(table[name].dtype).startswith("datetime"):
        values = [None if v is None else str(pd.Timestamp(v).date()) for v in values]
    return dict(zip(table["subscription_id"], values, strict=True))


def test_every_column() -> None:
    table = wa.renewal_base(renewing())
    assert list(table.columns[:20]) == CONTRACT
    rows = {row[0]: list(row[1:]) for row in table[CONTRACT].astype(object).where(table[CONTRACT].notna(), None)
            .assign(**{day: table[day].dt.strftime("%Y-%m-%d").astype(object).where(table[day].notna(), None)
                       for day in ("renewal_date", "call_due", "called_on")}).to_numpy().tolist()}  # fmt: skip
    key, standard = ["Enterprise", "Ana", "key"], ["SMB", "Bo", "standard"]
    assert rows == {
        "S1": ["A", "Alder", "Core", *key, 100, "2026-10-11", -20, "overdue", "2026-04-11", None, None,
               None, None, None, None, None, SETTLE],
        "S2": ["B", "Beech", "Core", *standard, 200, "2026-11-01", 1, "0-3", "2026-08-01", "2026-09-01",
               "at_risk", 150, 50, "Product gap", "leaning_yes", 60, None],
        "S3": ["C", "Cedar", "Core", *standard, 300, "2027-01-30", 91, "0-3", "2026-10-30", None, None,
               None, None, None, None, 61, CALL],
        "S4": ["D", "Dogwood", "Core", "SMB", "Bo", "high_potential", 400, "2027-01-31", 92, "3-6",
               "2026-10-31", None, None, None, None, None, None, 0, CALL],
        "S6": ["A", "Alder", "Extra", *key, 600, "2027-04-29", 180, "3-6", "2026-10-29", "2026-10-20",
               "commit", 600, 0, None, None, None, ASK],
        "S5": ["E", "Elm", "Core", *key, 500, "2027-05-01", 182, "6-9", "2026-11-01", None, None,
               None, None, None, None, None, PLAN],
        "S8": ["B", "Beech", "Extra", *standard, 800, "2027-10-30", 364, "9-12", "2027-07-30", "2026-10-30",
               "churn", 0, 800, None, None, 60, FIND],
    }  # fmt: skip
    assert list(table["subscription_id"]) == ["S1", "S2", "S3", "S4", "S6", "S5", "S8"]


def test_everything_that_is_lacking_stands_beside_the_next_step() -> None:
    assert column(wa.renewal_base(renewing()), "lacks") == {
        "S1": "settled",
        "S2": "",
        "S3": "called, answered, decision_maker",
        "S4": "called, answered",
        "S6": "answered, decision_maker",
        "S5": "planned, decision_maker",
        "S8": "cause_stated",
    }


@pytest.mark.parametrize(
    ("months", "ids"),
    [(1, "S1 S2"), (3, "S1 S2 S3"), (6, "S1 S2 S3 S4 S6"), (12, "S1 S2 S3 S4 S6 S5 S8"),
     (13, "S1 S2 S3 S4 S6 S5 S8 S7")],
)  # fmt: skip
def test_a_window_ends_before_its_last_month_is_full(months: int, ids: str) -> None:
    table = wa.renewal_base(renewing(), months=months)
    assert list(table["subscription_id"]) == ids.split()


def test_further_ahead_windows_go_on_in_quarters() -> None:
    assert column(wa.renewal_base(renewing(), months=13), "window")["S7"] == "12-15"


@pytest.mark.parametrize("months", [0, -1, 2.5, "3", True])
def test_months_that_are_none(months: object) -> None:
    with pytest.raises(wa.ConfigError, match="whole number of months"):
        wa.renewal_base(renewing(), months=months)  # type: ignore[arg-type]


def test_the_team_decides_what_is_asked_of_whom() -> None:
    plays = Plays(
        call_due_months=1,
        call_due_by_segment={"Enterprise": 12},
        decision_maker_days=61,
        plan_days=400,
        plays=(
            Play(window="3-6", segment="SMB", must="called", next_step="Ring SMB"),
            Play(window="0-12", tier=("key",), must="called", next_step="Ring key accounts"),
            Play(window="0-12", must="decision_maker", next_step="Speak"),
            Play(window="0-12", must="planned", next_step="Plan"),
            Play(window="0-12", must="called", next_step="Ring"),
        ),
        root_causes={"PRODUCT gap": None},
    )
    table = wa.renewal_base(renewing(), plays=plays)
    assert column(table, "call_due")["S4"] == "2026-12-31"
    assert column(table, "call_due")["S5"] == "2026-05-01"
    assert column(table, "root_cause")["S2"] == "PRODUCT gap"
    # Elm's plan is 366 days old, Cedar's decision maker was spoken to 61 days ago; S4's call is not due yet.
    assert column(table, "next_step") == {
        "S1": None, "S2": "Plan", "S3": "Plan", "S4": "Plan", "S5": "Ring key accounts", "S6": "Speak", "S8": "Plan",
    }  # fmt: skip


def test_a_cause_of_which_nothing_can_be_said_is_not_stated_yet() -> None:
    calls = CALLS.assign(root_cause=CALLS["root_cause"].fillna("unknown"))
    table = wa.renewal_base(renewing(forecast_calls=calls))
    assert column(table, "root_cause")["S8"] == "Unknown"
    assert column(table, "next_step")["S8"] == FIND


def test_of_two_calls_on_one_day_the_lower_forecast_stands() -> None:
    again = CALLS.iloc[[1]].assign(called_by="Ana", forecast_arr=120, at_risk_arr=80)
    for calls in (pd.concat([CALLS, again]), pd.concat([again, CALLS])):
        table = wa.renewal_base(renewing(forecast_calls=calls))
        assert column(table, "forecast_arr")["S2"] == 120


def test_a_call_on_an_account_is_shared_out_by_what_is_due() -> None:
    """100.00 and 200.00 are due the same day; 200.01 called on both are 66.67 and 133.34."""
    rows = [
        ("P", "A", "2026-02-01", "2027-01-31", 100, None, "Core"),
        ("Q", "A", "2026-02-01", "2027-01-31", 200, None, "Extra"),
    ]
    call = pd.DataFrame(
        {"account_id": ["A"], "renewal_date": ["2027-02-01"], "called_on": ["2026-10-01"],
         "category": ["best_case"], "forecast_arr": [200.01]}
    )  # fmt: skip
    book = wa.Book.from_frames(AS_OF, contracts(*rows), forecast_calls=call)
    assert column(wa.renewal_base(book), "forecast_arr") == {"P": 66.67, "Q": 133.34}
    alone = wa.renewal_base(book.where(product="Core"))
    assert column(alone, "forecast_arr") == {"P": 66.67}
    assert wa.renewal_windows(book)["forecast_arr"].sum() == 200.01


def test_a_book_of_contracts_alone_says_what_is_missing() -> None:
    book = wa.Book.from_frames(AS_OF, contracts(*ROWS))
    table = wa.renewal_base(book)
    assert column(table, "next_step") == {
        "S1": SETTLE, "S2": None, "S3": None, "S4": None, "S5": None, "S6": None, "S8": None,
    }  # fmt: skip
    empty = ["called_on", "category", "forecast_arr", "at_risk_arr", "root_cause", "would_renew",
             "days_since_decision_maker", "segment", "csm", "tier"]  # fmt: skip
    assert table[empty].isna().all(axis=None)
    assert list(table.dtypes) == list(wa.renewal_base(renewing()).dtypes)
    gaps = wa.renewal_gaps(book)
    whole = gaps[gaps["column"].isna()]
    assert set(whole["table"]) == {"forecast_calls", "activities", "contacts"}
    effect = whole.set_index("table")["effect"]
    assert effect["forecast_calls"] == (
        "called_on, category, forecast_arr, at_risk_arr, root_cause, would_renew stay empty; "
        "no play asks for called, cause_stated, answered"
    )
    assert set(gaps.loc[gaps["table"] == "accounts", "column"]) == {
        "plan_updated_date",
        "segment",
        "csm",
        "tier",
    }


@pytest.mark.parametrize("lacking", ["contacts", "activities", "forecast_calls"])
def test_each_table_may_be_missing_alone(lacking: str) -> None:
    book = renewing(**{lacking: None})
    table = wa.renewal_base(book)
    whole = wa.renewal_base(renewing())
    pd.testing.assert_frame_equal(table[CONTRACT[:12]], whole[CONTRACT[:12]])
    assert list(wa.renewal_gaps(book)["table"]) == [lacking]
    if lacking == "forecast_calls":
        assert not table["lacks"].str.contains("called|answered|cause_stated").any()
    else:
        assert table["days_since_decision_maker"].isna().all()
        assert not table["lacks"].str.contains("decision_maker").any()


def test_a_whole_book_lacks_nothing_and_a_misspelt_segment_is_named() -> None:
    assert wa.renewal_gaps(renewing()).empty
    plays = default_plays().model_copy(update={"call_due_by_segment": {"Enterprize": 6}})
    gaps = wa.renewal_gaps(renewing(), plays)
    assert gaps["effect"].item().startswith("what it says of 'Enterprize' holds for nobody")
    assert "Did you mean 'Enterprise'?" in gaps["advice"].item()


def test_nothing_due_gives_an_empty_table_with_its_columns() -> None:
    for book in (small(AS_OF, ("S1", "A", "2025-01-01", None, 100)), small(AS_OF)):
        table = wa.renewal_base(book)
        assert table.empty
        assert list(table.columns[:20]) == CONTRACT


def test_a_filter_leaves_the_rows_as_they_are() -> None:
    whole = wa.renewal_base(renewing())
    filtered = wa.renewal_base(renewing().where(csm="Bo"))
    pd.testing.assert_frame_equal(filtered, whole[whole["csm"] == "Bo"].reset_index(drop=True))


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_other_engines_give_the_same(engine: str) -> None:
    import duckdb
    import polars as pl

    connection = duckdb.connect()
    frames = {"subscriptions": contracts(*ROWS), "accounts": ACCOUNTS, "forecast_calls": CALLS,
              "contacts": CONTACTS, "activities": ACTIVITIES}  # fmt: skip
    for name, frame in frames.items():
        native = pl.from_pandas(frame)
        frames[name] = native if engine == "polars" else connection.from_arrow(native.to_arrow())
    book = wa.Book.from_frames(AS_OF, **frames)
    assert book.engine == engine
    pd.testing.assert_frame_equal(wa.renewal_base(book), wa.renewal_base(renewing()))
    pd.testing.assert_frame_equal(
        wa.renewal_windows(book, by="segment"), wa.renewal_windows(renewing(), by="segment")
    )
    pd.testing.assert_frame_equal(wa.risk(book), wa.risk(renewing()))
