"""The worked examples that others published, each through the public functions, over a book that gives its inputs.

Every number here is the publisher's or a sum one can do in the head; none was read off the code.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pandas as pd
import pytest
import workahead as wa

YEAR_AGO, TODAY = "2024-12-31", "2025-12-31"
FLOWS = ["starting", "new", "reactivation", "expansion", "contraction", "churn", "ending"]


def contracts(*rows: tuple[str, str, str, str | None, float]) -> pd.DataFrame:
    """Contracts as one writes them down: id, account, first day, last day (None: open), ARR."""
    return pd.DataFrame(rows, columns=["subscription_id", "account_id", "start_date", "end_date", "arr"])


def year_of(then_and_now: dict[str, tuple[float, float]]) -> wa.Book:
    """A book of customers with ARR a year ago and ARR now; whoever moves does so on the first of July."""
    rows: list[tuple[str, str, str, str | None, float]] = []
    for account, (then, now) in then_and_now.items():
        if then == now:
            rows.append((f"{account}1", account, "2024-01-01", None, then))
            continue
        rows.append((f"{account}1", account, "2024-01-01", "2025-06-30", then))
        if now:
            rows.append((f"{account}2", account, "2025-07-01", None, now))
    return wa.Book.from_frames(TODAY, contracts(*rows))


def load(folder: Path, workbench: str, **files: str) -> wa.Book:
    """The book of a workbench.yml over small CSV files, all the way through loading."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    (folder / "workbench.yml").write_text(dedent(workbench), encoding="utf-8")
    return wa.load(folder / "workbench.yml")


# E1, E2, E3, E5, E6: (ARR then, ARR now) by customer; GRR and NRR as published, or as the published inputs give them

BRIDGES = {
    # start 200,000; churn 6,000; contraction 4,000; expansion 20,000
    "E1": (
        {"Gone": (6_000, 0), "Less": (10_000, 6_000), "More": (84_000, 104_000), "Same": (100_000, 100_000)},
        [200_000, 0, 0, 20_000, 4_000, 6_000, 210_000],
        (0.95, 1.05),
    ),
    # start 100,000; expansion 15,000; contraction 5,000; churn 10,000
    "E2": (
        {"Gone": (10_000, 0), "Less": (20_000, 15_000), "More": (30_000, 45_000), "Same": (40_000, 40_000)},
        [100_000, 0, 0, 15_000, 5_000, 10_000, 100_000],
        (0.85, 1.00),
    ),
    # start 1.0M; churn 100k; expansion 300k
    "E3": (
        {"Gone": (100_000, 0), "More": (900_000, 1_200_000)},
        [1_000_000, 0, 0, 300_000, 0, 100_000, 1_200_000],
        (0.90, 1.20),
    ),
    # start 10.0M; contraction 0.6M; churn 0.9M; expansion 1.8M
    "E5": (
        {"Gone": (900_000, 0), "Less": (1_600_000, 1_000_000), "More": (7_500_000, 9_300_000)},
        [10_000_000, 0, 0, 1_800_000, 600_000, 900_000, 10_300_000],
        (0.85, 1.03),
    ),
    # start 24.0M; expansion 4.2M; lost 1.9M (the retention side; published rounded: 92.1% and 109.6%)
    "E6": (
        {"Gone": (1_900_000, 0), "More": (22_100_000, 26_300_000)},
        [24_000_000, 0, 0, 4_200_000, 0, 1_900_000, 26_300_000],
        (22.1 / 24, 26.3 / 24),
    ),
}


@pytest.mark.parametrize("example", BRIDGES)
@pytest.mark.parametrize("freq", [None, "month", "quarter", "year"])
def test_e1_to_e6_the_bridge_shows_the_published_inputs(example, freq):
    customers, flows, _ = BRIDGES[example]
    table = wa.movements(year_of(customers), YEAR_AGO, TODAY, freq=freq)
    seen = [table["starting"].iloc[0], *table[FLOWS[1:-1]].sum(), table["ending"].iloc[-1]]
    assert seen == flows


@pytest.mark.parametrize("example", BRIDGES)
@pytest.mark.parametrize("basis", ["cohort", "bridge"])
def test_e1_to_e6_grr_and_nrr_as_published(example, basis):
    customers, flows, (grr, nrr) = BRIDGES[example]
    row = wa.retention(year_of(customers), TODAY, basis=basis).iloc[0]
    assert row["starting_arr"] == flows[0]
    assert row["grr"] == pytest.approx(grr, abs=1e-12)
    assert row["nrr"] == pytest.approx(nrr, abs=1e-12)


def test_e1_the_aggregate_basis_lets_growth_hide_the_losses():
    row = wa.retention(year_of(BRIDGES["E1"][0]), TODAY, basis="aggregate").iloc[0]
    assert (row["grr"], row["nrr"]) == (1.0, 1.05)  # min(210,000; 200,000) / 200,000, where 10,000 were lost


def test_e8_three_of_200_cancel_and_one_downgrades():
    """200 customers at 50 MRR (600 a year); 3 cancel, one downgrades by 10 MRR: 9,840 of 10,000 MRR stay."""
    customers = {f"C{n:03}": (600.0, 600.0) for n in range(200)}
    customers |= {"C000": (600.0, 0.0), "C001": (600.0, 0.0), "C002": (600.0, 0.0), "C003": (600.0, 480.0)}
    row = wa.retention(year_of(customers), TODAY).iloc[0]
    assert row["starting_arr"] == 12 * 10_000
    assert row["retained_gross_arr"] == 12 * 9_840
    assert row["grr"] == pytest.approx(0.984)
    assert row["nrr"] == pytest.approx(0.984)
    assert row["logo_retention"] == pytest.approx(197 / 200)


def test_e11_renewals_of_a_quarter_of_the_base_at_80_percent_leave_95():
    """Base 1,000,000; 250,000 due, of which 200,000 renew; the rest is locked in multi-year contracts."""
    due = [(f"D{n}", f"Due {n}", "2024-07-01", "2025-06-30", 50_000.0) for n in range(5)]
    renewed = [(f"R{n}", f"Due {n}", "2025-07-01", "2026-06-30", 50_000.0) for n in range(4)]
    locked = [("L1", "Locked", "2024-01-01", "2026-12-31", 750_000.0)]
    row = wa.retention(wa.Book.from_frames(TODAY, contracts(*due, *renewed, *locked))).iloc[0]
    assert row["starting_arr"] == 1_000_000
    assert row["grr"] == row["nrr"] == 0.95
    assert row["grr"] >= 200_000 / 250_000  # retention of the whole base is at least the renewal rate


E13 = """
company: Seats
as_of: 2026-01-31
snapshots: snapshots
exports:
  - table: subscriptions
    file: orders.csv
    kind: table
    columns: {subscription_id: Order, account_id: Customer, start_date: From, end_date: To, total_value: Billed,
              replaces: Replaces}
"""


def test_e13_seats_added_at_midyear_and_co_termed(tmp_path):
    """100 users at 100 a month from 1 January; 50 more from 1 July to the same end: 30,000 billed for the half year
    is ARR of 60,000; 120k becomes 180k, and the one contract that replaces both in January moves nothing.
    """
    book = load(
        tmp_path,
        E13,
        orders="""
            Order,Customer,From,To,Billed,Replaces
            O1,Acme,2025-01-01,2025-12-31,120000,
            O2,Acme,2025-07-01,2025-12-31,30000,
            O3,Acme,2026-01-01,2026-12-31,180000,O1;O2
            """,
    )
    at = {
        day: wa.arr(book, day)["arr"].iloc[0]
        for day in ("2025-06-30", "2025-07-01", "2025-12-31", "2026-01-01")
    }
    assert at == {"2025-06-30": 120_000, "2025-07-01": 180_000, "2025-12-31": 180_000, "2026-01-01": 180_000}
    moved = wa.movements(book, "2024-12-31", "2026-01-31", freq="month").set_index("period_end")
    assert moved.loc["2025-01-31", "new"] == 120_000
    assert moved.loc["2025-07-31", "expansion"] == 60_000
    assert moved[FLOWS[1:-1]].to_numpy().sum() == 120_000 + 60_000
    assert wa.arr(book)["customers"].iloc[0] == 1


def test_e16_monthly_and_yearly_prices_are_one_mrr(tmp_path):
    """100 customers at 100 a month and 50 at 600 a year: MRR 12,500, so ARR 150,000."""
    monthly = "\n".join(f"M{n},Monthly {n},2025-01-01,,100," for n in range(100))
    yearly = "\n".join(f"Y{n},Yearly {n},2025-01-01,2025-12-31,,600" for n in range(50))
    book = load(
        tmp_path,
        """
        company: Prices
        as_of: 2025-06-30
        snapshots: snapshots
        exports:
          - {table: subscriptions, file: plans.csv, kind: table,
             columns: {subscription_id: Plan, account_id: Customer, start_date: From, end_date: To,
                       mrr: Monthly, arr: Yearly}}
        """,
        plans=f"Plan,Customer,From,To,Monthly,Yearly\n{monthly}\n{yearly}\n",
    )
    row = wa.arr(book).iloc[0]
    assert row["arr"] / 12 == 12_500
    assert row["customers"] == 150


LAST_DAYS = pd.date_range("2024-12-31", periods=12, freq="ME").strftime("%Y-%m-%d").tolist()
"""A customer whose last day of service is the last of a month is lost in the month after it."""


@pytest.mark.parametrize(
    ("monthly", "yearly"), [(0.01, 0.1136), (0.03, 0.3062), (0.05, 0.4596), (0.10, 0.7176)]
)
def test_e17_monthly_churn_compounds_to_the_published_year(monthly, yearly):
    """Each month customers leave who hold that share of what is left; after twelve, (1 - m)^12 stays, not 1 - 12m."""
    left = [1_000_000_000 * (1 - monthly) ** k for k in range(13)]
    rows = [(f"S{k}", f"C{k}", "2024-01-01", day, left[k] - left[k + 1]) for k, day in enumerate(LAST_DAYS)]
    book = wa.Book.from_frames(TODAY, contracts(*rows, ("S", "Stays", "2024-01-01", None, left[12])))

    year = wa.retention(book).iloc[0]
    assert 1 - year["grr"] == pytest.approx(yearly, abs=0.00005)
    months = wa.retention_trend(book, months=1, periods=12)["grr"]
    assert months.tolist() == pytest.approx([1 - monthly] * 12)
    assert months.prod() == pytest.approx(year["grr"])
    assert 12 * monthly > 1 - year["grr"]


def test_e17_logos_compound_exactly():
    """Of 4,096 customers half leave every month: one is left after twelve."""
    many = [2048 >> k for k in range(12)]
    rows = [
        (f"{k}-{n}", f"{k}-{n}", "2024-01-01", LAST_DAYS[k], 12.0) for k in range(12) for n in range(many[k])
    ]
    book = wa.Book.from_frames(TODAY, contracts(*rows, ("stays", "stays", "2024-01-01", None, 12.0)))
    year = wa.retention(book).iloc[0]
    assert (year["starting_customers"], year["retained_customers"]) == (4096, 1)
    trend = wa.retention_trend(book, months=1, periods=12)
    assert trend["logo_retention"].tolist() == [0.5] * 12
    assert trend["logo_retention"].prod() == year["logo_retention"] == 1 / 4096
    lost = wa.movements(book, YEAR_AGO, TODAY, freq="month")["churned_customers"]
    assert lost.tolist() == many


def test_e19_yen_and_dollars_become_10_083_86_never_20_000(tmp_path):
    book = load(
        tmp_path,
        """
        company: Two currencies
        currency: USD
        as_of: 2026-06-30
        snapshots: snapshots
        rates: {JPY: 0.008386}
        exports:
          - {table: subscriptions, file: contracts.csv, kind: salesforce}
        """,
        contracts="""
            Contract ID,Account ID,Contract Start Date,Contract End Date,ARR Currency,ARR
            C1,A1,2026-01-01,2026-12-31,JPY,"10,000.00"
            C2,A2,2026-01-01,2026-12-31,USD,"10,000.00"
            """,
    )
    assert wa.arr(book)["arr"].tolist() == [10_083.86]
    assert wa.arr(book, by="currency").set_index("currency")["arr"].to_dict() == {
        "JPY": 83.86,
        "USD": 10_000.0,
    }
    assert book.reconciliation["arr_kept"].tolist() == [10_083.86]
    assert any("1 JPY = 0.008386 USD" in note for note in book.manifest["notes"])


E27 = {
    "001C000000o4OOI": "IA2",
    "0014000000Lmabc": "AAB",
    "0017Q00000KGhjM": "QAT",
    "0017Q00000M1H7E": "QAV",
}


@pytest.mark.parametrize("short", E27)
def test_e27_published_checksums(short):
    from workahead.sources.ids import to_18

    assert to_18(short) == short + E27[short]
    assert to_18(short + E27[short]) == short + E27[short]


def test_e27_short_ids_of_one_file_join_long_ids_of_another(tmp_path):
    """Accounts with 15 characters, contracts with 18: no contract becomes an orphan, each finds its segment."""
    accounts = "\n".join(f"{short},Name {n},Segment {n}" for n, short in enumerate(E27))
    lines = "\n".join(
        f"C{n},{short}{check},2026-01-01,,{10**n}" for n, (short, check) in enumerate(E27.items())
    )
    book = load(
        tmp_path,
        """
        company: Ids
        as_of: 2026-06-30
        snapshots: snapshots
        exports:
          - {table: accounts, file: accounts.csv, kind: salesforce}
          - {table: subscriptions, file: contracts.csv, kind: salesforce}
        """,
        accounts=f"Account ID,Account Name,Segment\n{accounts}\n",
        contracts=f"Contract ID,Account ID,Contract Start Date,Contract End Date,ARR\n{lines}\n",
    )
    assert sorted(book["accounts"]["account_id"]) == sorted(short + check for short, check in E27.items())
    table = wa.arr(book, by="segment").set_index("segment")["arr"].to_dict()
    assert table == {"Segment 0": 1.0, "Segment 1": 10.0, "Segment 2": 100.0, "Segment 3": 1000.0}
    assert not book.findings["finding"].str.contains("orphan").any()
