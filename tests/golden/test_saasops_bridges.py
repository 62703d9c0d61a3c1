"""Contracts that nobody here made, from the file to the bridge, against what saasops 0.1.1 computed from them.

saasops counts otherwise in three things, each of which is a choice here, too:

| | saasops | Workahead |
|---|---|---|
| ARR begins | on the day of signing | on the first day of service (map signing to `start_date` for the other) |
| new, churn | of a contract and its renewals | of a customer (`grain: subscription` for the other) |
| a contract that ends before it starts | 240,000 of phantom ARR for ever | set aside |

With the first two chosen alike, every column of every month agrees, to the cent.
"""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa

BRIDGE = ["starting", "new", "expansion", "contraction", "churn", "ending"]
EVERYTHING = ("2022-12-31", "2027-12-31")

TESTDB = """
company: testdb
as_of: 2027-12-31
snapshots: snapshots
exports:
  - table: accounts
    file: GOLDEN/saasops/testdb_customers.csv
    kind: table
    columns: {account_id: CustomerID, name: Name, region: State}
  - table: subscriptions
    file: GOLDEN/saasops/testdb_contracts.csv
    kind: table
    columns: {subscription_id: ContractID, account_id: CustomerID, start_date: TermStartDate, end_date: TermEndDate,
              total_value: TotalValue, replaces: RenewalFromContractID, signed_date: ContractDate}
"""


def monthly(book: wa.Book, start: str, end: str) -> pd.DataFrame:
    """Our bridge by month-end; who comes back is `new` in saasops."""
    table = wa.movements(book, start, end, freq="month").set_index("period_end")
    return table.assign(new=table["new"] + table["reactivation"])[BRIDGE]


def from_signing(book: wa.Book, **definitions: object) -> wa.Book:
    """The same contracts with ARR from the day of signing, as saasops has it."""
    rows = book["subscriptions"]
    return wa.Book.from_frames(
        book.as_of,
        rows.assign(start_date=rows["signed_date"]),
        accounts=book["accounts"],
        definitions=wa.Definitions(**definitions),
    )


def same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(ours, theirs, check_freq=False, check_index_type=False, check_exact=True)


@pytest.fixture(scope="module")
def testdb(load):
    return load(TESTDB)


def test_all_contracts_of_testdb_arrive(testdb):
    counts = testdb.reconciliation.set_index("table")[["rows_read", "kept", "set_aside"]].to_dict("index")
    assert counts == {
        "accounts": {"rows_read": 20, "kept": 20, "set_aside": 0},
        "subscriptions": {"rows_read": 46, "kept": 46, "set_aside": 0},
    }


def test_contracts_and_their_renewals_from_signing_agree_in_every_column_of_every_month(
    testdb, saasops_bridge
):
    book = from_signing(testdb, grain="subscription")
    same(monthly(book, *EVERYTHING), saasops_bridge("testdb"))


def test_customers_from_signing_agree_in_starting_and_ending_of_every_month(testdb, saasops_bridge):
    ours, theirs = monthly(from_signing(testdb), *EVERYTHING), saasops_bridge("testdb")
    same(ours[["starting", "ending"]], theirs[["starting", "ending"]])


def test_a_customers_second_contract_is_expansion_here_and_new_there(testdb, saasops_bridge):
    """What saasops calls new and churn beyond ours is, to the cent, our expansion and contraction beyond theirs."""
    ours, theirs = monthly(from_signing(testdb), *EVERYTHING), saasops_bridge("testdb")
    assert (theirs["new"] - ours["new"] == ours["expansion"] - theirs["expansion"]).all()
    assert (theirs["churn"] - ours["churn"] == ours["contraction"] - theirs["contraction"]).all()
    # Anderson's third contract (300,000) in October 2024, beside Smith, Carter and Foster, who are new
    assert ours.loc["2024-10-31", "new"] == 1_040_000 + 480_000 + 90_000
    assert ours.loc["2024-10-31", "expansion"] == 300_000
    assert theirs.loc["2024-10-31", "new"] == 1_910_000
    # Williams' 540,000 ran out at the end of September; their 30,000 go on
    assert ours.loc["2024-10-31", ["contraction", "churn"]].tolist() == [540_000, 0]
    assert theirs.loc["2024-10-31", ["contraction", "churn"]].tolist() == [0, 540_000]


def test_hernandez_comes_back_after_four_months_as_reactivation_and_is_new_in_saasops(testdb):
    moved = wa.movements(from_signing(testdb), *EVERYTHING, freq="month").set_index("period_end")[
        "reactivation"
    ]
    assert moved[moved > 0].to_dict() == {pd.Timestamp("2025-01-31"): 820_000}


def test_every_customer_has_the_arr_that_saasops_gives_them_at_every_month_end(testdb, golden):
    theirs = pd.read_csv(golden / "saasops/testdb_customer_arr_saasops_0_1_1.csv", index_col="CustomerName")
    theirs = theirs.drop(index="Total ARR", errors="ignore")
    table = wa.movements(from_signing(testdb), *EVERYTHING, freq="month", by="name")
    ours = table.pivot(index="name", columns="period_end", values="ending")
    ours = ours.rename(columns="{:%b %Y}".format)[theirs.columns]
    pd.testing.assert_frame_equal(ours, theirs.sort_index(), check_names=False)


def test_from_service_dates_arr_differs_by_what_is_signed_and_not_yet_in_service(
    testdb, golden, saasops_bridge
):
    """The default. At each month-end the difference is the ARR of contracts signed by then that start later; every
    renewal of testdb is signed on its first day, so none of them takes the place of another.
    """
    table = pd.read_csv(golden / "saasops/testdb_arr_table_saasops_0_1_1.csv")
    dates = pd.read_csv(
        golden / "saasops/testdb_contracts.csv", parse_dates=["ContractDate", "TermStartDate"]
    )
    ours, theirs = monthly(testdb, *EVERYTHING)["ending"], saasops_bridge("testdb")["ending"]
    for close in theirs.index:
        waiting = (dates["ContractDate"] <= close) & (dates["TermStartDate"] > close)
        assert theirs[close] - ours[close] == table.loc[waiting, "ARR"].sum(), close
    assert theirs["2024-12-31"] - ours["2024-12-31"] == 820_000 + 2_000_000 + 60_000 - 820_000
    assert (ours["2025-01-31":] == theirs["2025-01-31":]).all()  # by then everything signed is in service


def test_from_service_dates_every_later_month_agrees_in_every_column(testdb, saasops_bridge):
    ours = monthly(testdb.redefine(grain="subscription"), "2025-01-31", "2027-12-31")
    same(ours, saasops_bridge("testdb")["2025-02-28":])


LATE = {12: 6, 14: 13, 20: 12, 29: 1, 36: 13, 39: 14, 41: 11, 42: 2}
"""Renewals of testdb, and the days that passed without a contract before each."""


def test_on_the_eve_of_a_late_renewal_the_old_contract_still_counts_as_in_saasops(testdb, golden):
    days = ["ARRStartDate", "ARREndDate"]
    table = pd.read_csv(golden / "saasops/testdb_arr_table_saasops_0_1_1.csv", parse_dates=days)
    table = table.set_index("ContractID")
    books = {late: testdb.redefine(late_renewal_days=late) for late in (0, 13, 30)}
    for renewal, late in LATE.items():
        old = table.loc[int(table.loc[renewal, "RenewalFromContractID"])]
        eve = table.loc[renewal, "ARRStartDate"] - pd.Timedelta(days=1)
        assert old["ARREndDate"] == eve  # saasops' own bridging
        on_the_eve = {
            days: wa.arr(book, eve, by="name").set_index("name").loc[old["CustomerName"], "arr"]
            for days, book in books.items()
        }
        assert on_the_eve[30] - on_the_eve[0] == old["ARR"]
        assert on_the_eve[13] == on_the_eve[30 if late <= 13 else 0]


# testdb2: four customers, six contracts, of which the last segment ends before it starts

TESTDB2 = """
company: testdb2
as_of: 2025-12-31
snapshots: snapshots
exports:
  - table: accounts
    file: GOLDEN/saasops/testdb2_customers.csv
    kind: table
    columns: {account_id: Name, region: State}
  - table: subscriptions
    file: GOLDEN/saasops/testdb2_arr_table_saasops_0_1_1.csv
    kind: table
    columns: {subscription_id: ContractID, account_id: CustomerName, start_date: ARRStartDate, end_date: ARREndDate,
              arr: ARR, replaces: RenewalFromContractID}
"""


def test_the_contract_that_ends_before_it_starts_is_set_aside_and_said(load):
    book = load(TESTDB2)
    (row,) = book.set_aside.to_dict("records")
    assert (row["line"], row["column"], row["value"]) == (7, "ARREndDate", "2023-05-28")
    assert row["reason"] == "the contract ends before it starts"
    counts = book.reconciliation.set_index("table").loc["subscriptions", ["rows_read", "kept", "set_aside"]]
    assert counts.tolist() == [6, 5, 1]


def test_testdb2_agrees_with_saasops_until_the_phantom_and_with_its_point_in_time_column_throughout(
    load, golden, saasops_bridge
):
    ours = monthly(load(TESTDB2), "2020-12-31", "2025-12-31")
    theirs = saasops_bridge("testdb2")
    same(ours[:"2024-04-30"], theirs[:"2024-04-30"])
    # Beta's 240,000 ran out on 30 May 2024. saasops' bridge never lets them go; its own sum of customers does
    assert ours.loc["2024-05-31", "churn"] == 240_000
    assert theirs.loc["2024-05-31", "churn"] == 0
    assert (theirs["ending"] - ours["ending"])["2024-05-31":].unique().tolist() == [240_000]
    flows = ["new", "expansion", "contraction", "churn"]
    same(ours.loc["2024-06-30":, flows], theirs.loc["2024-06-30":, flows])
    point = pd.read_csv(golden / "saasops/testdb2_arr_change_saasops_0_1_1.csv")["pointintime"]
    known = point.notna().to_numpy()
    assert ours["ending"][known].tolist() == point[known].tolist()
    assert ours["ending"].iloc[-1] == 0


def test_two_of_the_four_customers_of_testdb2_have_no_contract_and_no_arr(load):
    table = wa.arr(load(TESTDB2), "2023-06-30", by="account_id").set_index("account_id")["arr"]
    assert table[table > 0].to_dict() == {"Alpha, Inc.": 160_000, "Beta, Inc.": 240_000}


# cases: a contract of twelve months; renewed at twice; renewed at half; a contract of six months for 60,000

CASE = """
company: case
as_of: 2024-12-31
snapshots: snapshots
exports:
  - table: subscriptions
    file: GOLDEN/saasops/cases/NAME_contracts.csv
    kind: table
    columns: {subscription_id: ContractID, account_id: CustomerID, start_date: TermStartDate, end_date: TermEndDate,
              total_value: TotalValue, replaces: RenewalFromContractID, signed_date: ContractDate}
"""


@pytest.mark.parametrize("case", ["case1", "case2", "case3", "case4"])
def test_a_hand_made_case_agrees_in_every_column_of_every_month(load, saasops_bridge, case):
    book = from_signing(load(CASE.replace("NAME", case)))
    same(monthly(book, "2021-12-31", "2024-12-31"), saasops_bridge(f"cases/{case}"))


@pytest.mark.parametrize("case", ["case1", "case2", "case3", "case4"])
def test_from_service_dates_the_case_moves_a_month_later_and_ends_alike(load, saasops_bridge, case):
    """Every contract of the cases is signed on 1 May for service from 1 June."""
    ours = monthly(load(CASE.replace("NAME", case)), "2021-12-31", "2024-12-31")
    theirs = saasops_bridge(f"cases/{case}")
    arrivals = ["new", "expansion", "contraction"]
    assert ours[arrivals].iloc[1:].to_numpy().tolist() == theirs[arrivals].iloc[:-1].to_numpy().tolist()
    assert ours["churn"].tolist() == theirs["churn"].tolist()
