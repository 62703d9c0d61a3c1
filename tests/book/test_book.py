"""Making a Book, filtering it, and what it refuses."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pandas as pd
import polars as pl
import pytest
import workahead as wa
from contracts import book, contracts, segments

TWO = (("S1", "A", "2024-01-01", None, 100), ("S2", "B", "2024-01-01", None, 50))


def test_python_dates_are_days() -> None:
    lines = pd.DataFrame({
        "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [100.0, 50.0],
        "start_date": [dt.date(2024, 1, 1), dt.date(2024, 7, 1)], "end_date": [dt.date(2024, 3, 31), None],
    })  # fmt: skip
    b = wa.Book.from_frames("2024-12-31", lines)
    assert [wa.arr(b, at=day)["arr"].item() for day in ("2024-03-31", "2024-06-30", "2024-07-01")] == [
        100,
        0,
        50,
    ]
    mixed = lines.assign(start_date=[dt.date(2024, 1, 1), 7], end_date=[pd.Timestamp(2024, 3, 31), pd.NaT])
    with pytest.raises(wa.DataError) as refused:
        wa.Book.from_frames("2024-12-31", mixed)
    assert refused.value.problems[["row", "column", "value"]].iloc[0].tolist() == [1, "start_date", "7"]
    # what is no date is missing, too; nothing else is wrong
    assert refused.value.problems["row"].tolist() == [1, 1]


def test_all_problems_of_all_tables_come_at_once() -> None:
    lines = pd.DataFrame(
        {
            "subscription_id": ["S1", "S1", None, "S4"],
            "account_id": ["A", "A", "B", "C"],
            "start_date": ["2024-01-01", "soon", "2024-01-01", "2024-05-01"],
            "end_date": [None, None, None, "2024-04-30"],
            "arr": [1.0, float("nan"), -5.0, 2.0],
        }
    )
    accounts = pd.DataFrame({"name": ["no id"]})
    with pytest.raises(wa.DataError) as refused:
        wa.Book.from_frames("2024-12-31", lines, accounts=accounts)
    problems = refused.value.problems
    assert problems.columns.tolist() == ["table", "row", "column", "value", "problem"]
    found = {(p.table, None if pd.isna(p.row) else int(p.row), p.column) for p in problems.itertuples()}
    assert found == {
        ("subscriptions", 0, "subscription_id"),
        ("subscriptions", 1, "subscription_id"),
        ("subscriptions", 2, "subscription_id"),
        ("subscriptions", 1, "start_date"),
        ("subscriptions", 1, "arr"),
        ("subscriptions", 2, "arr"),
        ("subscriptions", 3, "end_date"),
        ("accounts", None, "account_id"),
    }


def test_lazy_frames_name_faulty_rows_by_their_key() -> None:
    import duckdb

    lines = contracts(("S1", "A", "2024-01-01", "2023-01-01", 5))
    with pytest.raises(wa.DataError, match="subscription_id S1"):
        wa.Book.from_frames("2024-12-31", duckdb.from_df(lines))


def test_an_unknown_table_is_answered_with_a_hint() -> None:
    with pytest.raises(wa.ConfigError, match="Did you mean 'accounts'"):
        wa.Book.from_frames("2024-12-31", contracts(*TWO), acounts=segments(A="x"))


def test_frames_of_two_engines_do_not_make_one_book() -> None:
    with pytest.raises(wa.ConfigError, match="one engine"):
        wa.Book.from_frames("2024-12-31", contracts(*TWO), accounts=pl.from_pandas(segments(A="x")))


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(wa.ConfigError, match="not supported"):
        wa.Book.from_frames("2024-12-31", [1, 2])


def test_a_missing_table_says_where_it_comes_from_and_what_to_add() -> None:
    with pytest.raises(wa.MissingTable, match=r"(?s)Activities export.*table: activities.*activity_id"):
        book("2024-12-31", *TWO)["activities"]
    with pytest.raises(wa.UnknownName, match="Did you mean 'activities'"):
        book("2024-12-31", *TWO)["activites"]


def test_without_accounts_they_are_those_that_the_contracts_name() -> None:
    assert sorted(book("2024-12-31", *TWO)["accounts"]["account_id"]) == ["A", "B"]


def test_numbers_as_ids_are_text_and_blanks_are_missing() -> None:
    lines = contracts(*TWO).assign(account_id=[1, 2], replaces=["", "  "])
    b = wa.Book.from_frames("2024-12-31", lines)
    assert b["subscriptions"]["account_id"].tolist() == ["1", "2"]
    assert b["subscriptions"]["replaces"].isna().all()


def test_where_chooses_accounts_with_their_rows_in_every_table() -> None:
    contacts = pd.DataFrame({"contact_id": ["1", "2"], "account_id": ["A", "B"]})
    b = wa.Book.from_frames(
        "2024-12-31", contracts(*TWO), accounts=segments(A="Enterprise", B=None), contacts=contacts
    )
    enterprise = b.where(segment="Enterprise")
    assert wa.arr(enterprise)["arr"].item() == 100
    assert enterprise["contacts"]["contact_id"].tolist() == ["1"]
    assert wa.arr(b.where(segment="(not set)"))["arr"].item() == 50
    assert wa.arr(b.where(segment=["Enterprise", "(not set)"]))["arr"].item() == 150


def test_where_by_a_column_of_subscriptions_chooses_subscriptions() -> None:
    b = book(
        "2024-12-31",
        ("S1", "A", "2024-01-01", None, 100, None, "Core"),
        ("S2", "A", "2024-01-01", None, 7, None, "Plus"),
    )
    assert wa.arr(b.where(product="Plus"))["arr"].item() == 7


def test_where_refuses_what_is_not_there() -> None:
    b = book("2024-12-31", *TWO, accounts=segments(A="Enterprise", B="SMB"))
    with pytest.raises(wa.UnknownName, match="Did you mean 'segment'"):
        b.where(segmet="SMB")
    with pytest.raises(wa.UnknownName, match=r"Enterprise, SMB"):
        b.where(segment="Smb")
    with pytest.raises(KeyError):
        b.where(nothing=1)


def test_filters_add_up_and_may_leave_nothing() -> None:
    b = book("2024-12-31", *TWO, accounts=segments(A="Enterprise", B="SMB"))
    none = b.where(segment="Enterprise").where(account_id="B")
    assert wa.arr(none).empty
    assert wa.retention(none).empty
    assert none.filters == {"segment": "Enterprise", "account_id": "B"}


def test_a_filtered_child_keeps_its_ultimate_parent() -> None:
    accounts = segments(A="x", B="y").assign(parent_id=[None, "A"])
    b = book("2024-12-31", *TWO, accounts=accounts, grain="parent").where(segment="y")
    detail = wa.movement_detail(b, "2023-12-31", "2024-12-31")
    assert detail[["customer_id", "change"]].to_numpy().tolist() == [["A", 50]]


def test_redefine_gives_the_same_data_under_other_definitions() -> None:
    b = book("2025-01-31", ("S1", "A", "2024-01-01", "2024-12-31", 100), ("S2", "A", "2025-01-10", None, 100))
    assert wa.retention(b, months=1)["grr"].item() == 1
    strict = b.redefine(late_renewal_days=0)
    assert wa.arr(strict, at="2025-01-05")["arr"].item() == 0
    assert b.definitions.late_renewal_days == 30
    with pytest.raises(ValueError, match="late_renewal"):
        b.redefine(late_renewal_day=0)


def test_importing_workahead_is_light() -> None:
    heavy = "plotly", "lifelines", "pyspark", "ipywidgets", "pandas", "great_tables"
    code = f"import sys, workahead; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_filters_and_empty_books_work_on_every_engine(engine: str) -> None:
    import duckdb

    convert = {"pandas": lambda frame: frame, "polars": pl.from_pandas, "duckdb": duckdb.from_df}[engine]
    lines = contracts(
        ("S1", "A", "2024-01-01", "2024-12-25", 100, None, "Core"),
        ("S2", "B", "2024-01-01", "2024-05-31", 50, None, "Core"),
        ("S3", "B", "2024-03-01", None, 7, "S2", "Plus"),
    )
    b = wa.Book.from_frames(
        "2024-12-31", convert(lines), accounts=convert(segments(A="Enterprise", B=None, C="SMB"))
    )
    assert b.engine == engine
    assert wa.arr(b.where(segment="Enterprise"))[["arr", "overdue_arr"]].iloc[0].tolist() == [100, 100]
    assert wa.arr(b.where(segment="(not set)"), at="2024-02-29")["arr"].item() == 50
    # B's Core ended with the Plus that replaced it, whoever looks at it
    assert wa.arr(b.where(product="Core"), at="2024-04-30")["arr"].item() == 100
    assert wa.arr(b, at="2024-04-30", by="product")["arr"].tolist() == [100, 7]
    for nobody in (b.where(segment="SMB"), wa.Book.from_frames("2024-12-31", convert(lines.head(0)))):
        assert wa.arr(nobody).empty
        assert wa.movements(nobody, "2023-12-31", "2024-12-31", freq="month", by="account_id").empty
        assert wa.movement_detail(nobody, "2023-12-31", "2024-12-31").empty
        assert wa.retention_trend(nobody, periods=2).empty
        assert wa.retention(nobody, basis="bridge").empty
        assert wa.cohorts(nobody, "quarter", "gross").empty
        assert wa.cohort_total(nobody).empty
