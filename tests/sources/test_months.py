"""Tables of months, a column each or a row each, become contracts that hold what the table says."""

import datetime as dt
from decimal import Decimal

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import workahead as wa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workahead.errors import ConfigError, SourceError
from workahead.sources.months import contracts

SHEET = """
exports:
  - {file: m.csv, kind: table, table: subscriptions, months: mrr, columns: {account_id: Customer}}
"""
ROWS = "exports:\n  - {file: m.csv, kind: table, table: subscriptions}\n"


def changes(loaded):
    rows = loaded.tables["subscriptions"].sort_values(["account_id", "start_date"])
    return [(one.account_id, f"{one.start_date:%Y-%m-%d}", one.arr) for one in rows.itertuples()]


def book_of(loaded, as_of):
    return wa.Book.from_frames(as_of, loaded.tables["subscriptions"])


def test_a_column_a_month_gives_the_bridge_that_finance_has(write, read):
    """MRR 3,000 in January; Birch (500) leaves, Alder grows by 200, Elm comes with 450, Dogwood pauses a month."""
    write(
        "m.csv",
        """
        MRR snowball
        Customer,Segment,Jan 2026,Feb-26,2026-03,04/2026
        Alder,Ent,1700,1700,1900,1900
        Birch,SMB,500,500,-,
        Dogwood,Ent,800,0,800,800
        Elm,SMB,--,--,,450
        Total MRR,,3000,2200,2700,3150
        """,
    )
    loaded = read(SHEET)
    assert changes(loaded) == [
        ("Alder", "2026-01-01", 20400.0), ("Alder", "2026-03-01", 22800.0),
        ("Birch", "2026-01-01", 6000.0), ("Birch", "2026-03-01", 0.0),
        ("Dogwood", "2026-01-01", 9600.0), ("Dogwood", "2026-02-01", 0.0), ("Dogwood", "2026-03-01", 9600.0),
        ("Elm", "2026-04-01", 5400.0),
    ]  # fmt: skip
    assert set(loaded.set_aside["reason"]) == {"the row is a total of others"}
    (account,) = loaded.sources
    # 11 filled cells of customers and 4 of the total; the ARR is April's, 12 x 3,150, and the total's beside it
    assert [account[one] for one in ("rows_read", "kept", "set_aside")] == [15, 11, 4]
    assert [account[one] for one in ("arr_read", "arr_kept")] == [75600.0, 37800.0]
    bridge = wa.movements(book_of(loaded, "2026-04-30"), "2026-01-31", "2026-04-30", freq="month")
    names = ["starting", "new", "reactivation", "expansion", "churn", "ending"]
    assert bridge[names].values.tolist() == [
        [36000.0, 0.0, 0.0, 0.0, 9600.0, 26400.0],
        [26400.0, 0.0, 9600.0, 2400.0, 6000.0, 32400.0],
        [32400.0, 5400.0, 0.0, 0.0, 0.0, 37800.0],
    ]
    due = wa.renewal_rate(book_of(loaded, "2026-04-30"), "2026-01-31", "2026-04-30")
    assert due["due_arr"].tolist() == [0.0]  # a table of months knows no renewal


def test_a_workbook_with_title_rows_dates_as_headers_and_brackets(tmp_path, read):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Snowball"
    sheet.append(["Fin Corp, MRR in USD"])
    sheet.append([None, "FY26"])
    sheet.append(["Customer", dt.date(2026, 9, 1), "Oct 2026"])
    sheet.append(["Fir", "(50.00)", 700])
    sheet.append(["Gum", "1,200.00", "1,200.00"])
    book.create_sheet("Notes").append(["Customer", "Comment"])
    book.save(tmp_path / "m.xlsx")
    loaded = read(SHEET.replace("m.csv", "m.xlsx"))
    assert changes(loaded) == [("Fir", "2026-10-01", 8400.0), ("Gum", "2026-09-01", 14400.0)]
    assert loaded.set_aside[["line", "value", "reason"]].values.tolist() == [
        [4, "(50.00)", "ARR below zero: a credit is no contract"]
    ]
    assert loaded.sources[0]["delimiter"] == "sheet 'Snowball'"


def test_merged_cells_name_all_their_rows_and_an_amount_counts_once(tmp_path, read):
    """A header of two rows, a customer over two products, one amount over both of them."""
    book = openpyxl.Workbook()
    sheet = book.active
    rows = [
        ["Customer", "Product", "FY26", None],
        [None, None, "Mär 2026", "Mai 2026"],
        ["Oak", "Core", 100, "EUR 120.00"],
        [None, "Plus", 50, None],
    ]
    for row in rows:
        sheet.append(row)
    for cells in ("A1:A2", "B1:B2", "C1:D1", "A3:A4", "D3:D4"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "m.xlsx")
    loaded = read(
        "currency: EUR" + SHEET.replace("m.csv", "m.xlsx").replace("Customer}", "Customer, product: Product}")
    )
    rows = loaded.tables["subscriptions"][["subscription_id", "arr"]]
    assert rows.values.tolist() == [
        ["Oak Core 2026-03", 1200.0], ["Oak Core 2026-05", 1440.0],
        ["Oak Plus 2026-03", 600.0], ["Oak Plus 2026-05", 0.0],
    ]  # fmt: skip


def test_columns_that_are_no_month_are_told_and_months_in_no_order_refused(write, read):
    write("m.csv", "Customer,2026-01,enero 26,2026-03,FY2026\nA,1,2,1,4\n")
    loaded = read(SHEET)
    assert any(
        "2 columns of m.csv not read as a month: enero 26, FY2026" in one.finding
        for one in loaded.observations
    )
    write("m.csv", "Customer,Jan 31,Feb 28,Mar 31\nA,1,2,1\n")
    with pytest.raises(SourceError, match="the columns' months are in no order: Jan 31, Feb 28, Mar 31"):
        read(SHEET)


def test_a_row_a_customer_and_month_from_a_warehouse(tmp_path, read):
    rows = [
        (7, "2025-12", "100.00"),
        (7, "2026-01", "100.00"),
        (7, "2026-03", "33.33"),
        (8, "2026-03", "10.00"),
    ]
    table = {
        "account_id": pa.array([one for one, _, _ in rows], pa.int64()),
        "month": pa.array([dt.date.fromisoformat(f"{one}-01") for _, one, _ in rows], pa.date32()),
        "mrr": pa.array([Decimal(one) for _, _, one in rows], pa.decimal128(12, 2)),
    }
    pq.write_table(pa.table(table), tmp_path / "m.parquet")
    loaded = read(ROWS.replace("m.csv", "m.parquet"))
    # nobody has a row for February: what stood in January stands
    assert changes(loaded) == [
        ("7", "2025-12-01", 1200.0),
        ("7", "2026-03-01", 399.96),
        ("8", "2026-03-01", 120.0),
    ]
    told = " ".join(one.finding for one in loaded.observations)
    assert "no amount at all in 2026-02" in told
    assert "nothing comes due" in told


def test_rows_of_one_customer_and_month_add_up_and_equal_ones_are_told(write, read):
    write(
        "m.csv",
        "account_id,month,mrr\nA,2026-01,10\nA,2026-01,15\nB,2026-01,5\nB,2026-01,5\nA,2026-02,25\nB,2026-02,10\n",
    )
    loaded = read(ROWS)
    assert changes(loaded) == [("A", "2026-01-01", 300.0), ("B", "2026-01-01", 120.0)]
    (told,) = [one for one in loaded.observations if "added up" in one.finding]
    assert (told.weight, told.rows) == ("medium", 2)
    assert "1 of them the same as another" in told.finding


def test_products_have_amounts_of_their_own_and_years_may_stand_in_two_files(write, read):
    write("m.csv", "account_id,product,month,mrr\nA,Core,2025-12,10\nA,Plus,2025-12,5\n")
    write("n.csv", "account_id,product,month,mrr\nA,Core,2026-01,10\n")
    loaded = read(ROWS + ROWS.replace("m.csv", "n.csv").removeprefix("exports:\n"))
    rows = loaded.tables["subscriptions"][["subscription_id", "product", "arr", "replaces"]].fillna("")
    assert rows.values.tolist() == [
        ["A Core 2025-12", "Core", 120.0, ""],
        ["A Plus 2025-12", "Plus", 60.0, ""],
        ["A Plus 2026-01", "Plus", 0.0, "A Plus 2025-12"],
    ]


def test_a_customer_called_total_is_kept_and_told(write, read):
    write("m.csv", "Customer,2026-01\nTotal Wines,100\nBo,50\n")
    loaded = read(SHEET)
    assert changes(loaded) == [("Bo", "2026-01-01", 600.0), ("Total Wines", "2026-01-01", 1200.0)]
    assert any(one.weight == "high" and "'Total Wines'" in one.finding for one in loaded.observations)


def test_a_customer_called_total_in_rows_of_months_is_a_customer(write, read):
    write(
        "m.csv",
        "account_id,month,mrr\nTotal Wines,2026-01,10\nTotal Wines,2026-02,10\nBo,2026-02,10\nCy,x,1\n",
    )
    loaded = read(ROWS)
    assert changes(loaded) == [("Bo", "2026-02-01", 120.0), ("Total Wines", "2026-01-01", 120.0)]
    assert loaded.set_aside["reason"].tolist() == ["month is no date"]


def test_days_beside_the_months_take_no_part(write, read):
    """A customer's own start_date in a table of months is no contract's."""
    write(
        "m.csv",
        "account_id,Month,mrr,start_date,end_date\nA,2026-01,10,2020-05-05,2021-05-04\nA,2026-02,20,2020-05-05,\n",
    )
    loaded = read(ROWS.replace("subscriptions}", "subscriptions, columns: {month: Month}}"))
    assert changes(loaded) == [("A", "2026-01-01", 120.0), ("A", "2026-02-01", 240.0)]
    write("m.csv", "Customer,start_date,2026-01\nA,2020-05-05,10\n")
    assert changes(read(SHEET)) == [("A", "2026-01-01", 120.0)]


def test_months_of_which_none_can_be_read_make_no_contract(write, read):
    write("m.csv", "account_id,month,mrr\nA,soon,10\n")
    assert read(ROWS).tables["subscriptions"].empty
    write("m.csv", "account_id,month,mrr\n")
    assert (
        read(ROWS.replace("subscriptions}", "subscriptions, may_be_empty: true}"))
        .tables["subscriptions"]
        .empty
    )


def test_months_that_are_not_there_or_stand_twice_are_refused(write, read):
    write("m.csv", "Customer,FY25,Total\nA,1,1\n")
    with pytest.raises(SourceError, match="no column is headed by a month"):
        read(SHEET)
    write("m.csv", "Customer,2026-01,Jan 2026\nA,1,1\n")
    with pytest.raises(SourceError, match="'Jan 2026' stands twice"):
        read(SHEET)
    write("m.csv", "Customer,2026-01,Feb 2026\nA,1,1\n")
    with pytest.raises(SourceError, match="2 columns are headed by months: `months: mrr`"):
        read(SHEET.replace("months: mrr, ", ""))
    with pytest.raises(ConfigError, match="none of: mrr, arr"):
        read(SHEET.replace("months: mrr", "months: tcv"))


amounts = st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5), min_size=1, max_size=4)


@given(amounts)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_book_has_at_each_month_end_what_the_table_has(table):
    """Also through gaps of a month, which `late_renewal_days` would bridge between contracts with ends."""
    days = pd.date_range("2026-01-01", periods=5, freq="MS")
    rows = [
        (f"C{n}", day, 12.0 * one) for n, row in enumerate(table) for day, one in zip(days, row, strict=True)
    ]
    made = contracts(pd.DataFrame(rows, columns=["account_id", "start_date", "arr"]))
    book = wa.Book.from_frames("2026-05-31", made)
    for n, day in enumerate(days):
        assert wa.arr(book, at=day + pd.offsets.MonthEnd(0))["arr"].sum() == sum(
            12.0 * row[n] for row in table
        )
