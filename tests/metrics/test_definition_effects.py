"""Definitions side by side: what each choice makes of the numbers, and the accounts that add up to a difference."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import workahead as wa
from contracts import book, shared
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workahead.metrics.differences.definition_effects import NUMBERS, RULES


@shared
def swap() -> wa.Book:
    """Of 400: A swaps 100 for 50 of another product, B renews 100 two months late, C stays at 200."""
    frame = pd.DataFrame(
        [
            ("A1", "A", "2024-01-01", "2025-02-28", 100.0, "Old"),
            ("A2", "A", "2025-03-01", None, 50.0, "New"),
            ("B1", "B", "2024-01-01", "2025-10-31", 100.0, "Old"),
            ("B2", "B", "2026-01-01", None, 100.0, "Old"),
            ("C1", "C", "2024-01-01", None, 200.0, "Old"),
        ],
        columns=["subscription_id", "account_id", "start_date", "end_date", "arr", "product"],
    )
    return wa.Book.from_frames("2026-01-31", frame)


def number(table: pd.DataFrame, rule: str, choice: str, name: str) -> float:
    return float(table[(table["rule"] == rule) & (table["choice"] == choice)][name].iloc[0])


def test_each_choice_by_hand() -> None:
    """From the close of 2024 to that of 2025."""
    table = wa.definitions_compared(swap(), "2025-12-31")
    assert table["rule"].iloc[0] == "as defined"
    # B's contract ended in October: gone at the year's end, unless 60 days (October has 31, so 61) count as in time
    assert number(table, "as defined", "", "nrr") == (50 + 0 + 200) / 400
    assert number(table, "late_renewal_days", "90", "nrr") == (50 + 100 + 200) / 400
    assert number(table, "late_renewal_days", "90", "logo_retention") == 1
    # A as two customers: the one is lost, the other was not there
    assert number(table, "grain", "subscription", "nrr") == 200 / 400
    # growth of one may make up for the loss of another: here nobody grew
    assert number(table, "cap", "total", "grr") == 250 / 400
    own = table[table["own"]]
    assert set(own["rule"]) == {"as defined", *RULES}
    assert (own["nrr"] == own["nrr"].iloc[0]).all()
    assert "parent" not in set(table["choice"])  # no account names one


@shared
def grown() -> wa.Book:
    """Of 200, due at the end of 2025: A renews at 150, B at 80. C, of 100, is not due."""
    return book(
        "2026-01-31",
        ("A1", "A", "2025-01-01", "2025-12-31", 100.0),
        ("A2", "A", "2026-01-01", None, 150.0),
        ("B1", "B", "2025-01-01", "2025-12-31", 100.0),
        ("B2", "B", "2026-01-01", None, 80.0),
        ("C1", "C", "2025-01-01", None, 100.0),
    )


def test_the_cap_decides_whether_growth_of_one_hides_the_loss_of_another() -> None:
    table = wa.definitions_compared(grown(), choices=[{}, {"cap": "total"}, {"basis": "aggregate"}])
    assert table["rule"].tolist() == ["as defined", "cap", "basis"]
    assert table["grr"].tolist() == [280 / 300, 1, 1]
    assert table["renewal_rate"].tolist() == [180 / 200, 1, 180 / 200]
    assert table["nrr"].tolist() == [330 / 300] * 3
    for name, of in (("grr", 300), ("renewal_rate", 200)):
        found = wa.definition_accounts(grown(), {"cap": "total"}, {}, name)
        assert found[["account_id", "difference"]].to_numpy().tolist() == [["B", 20 / of]]


def test_rows_for_choices_of_one_s_own_and_the_two_farthest_apart() -> None:
    both, held = {"late_renewal_days": 90, "cap": "total"}, swap()
    table = wa.definitions_compared(held, "2025-12-31", choices=[both, {"late_renewal_days": 30}])
    assert table["rule"].tolist() == ["several", "late_renewal_days"]
    assert table["choice"].tolist() == ["late_renewal_days: 90; cap: total", "30"]
    assert table["own"].tolist() == [False, True]
    assert table["grr"].tolist() == [350 / 400, 250 / 400]
    assert wa.definitions_apart(table, "grr") == (both, {"late_renewal_days": 30})
    assert wa.definitions_apart(table, "grr", {}, both) == ({}, both)
    every = wa.definitions_compared(held, "2025-12-31")
    assert wa.definitions_apart(every) == ({"late_renewal_days": 90}, {"grain": "subscription"})
    assert wa.definitions_apart(every.assign(nrr=float("nan"))) == ({}, {})
    never = wa.definitions_compared(held, choices=[{"reactivation_days": None}])
    assert wa.definitions_apart(never)[0] == {"reactivation_days": None}


def test_the_accounts_between_two_numbers() -> None:
    found = wa.definition_accounts(swap(), {"late_renewal_days": 90}, {}, "nrr", "2025-12-31")
    assert found[["account_id", "one_amount", "other_amount", "one_base"]].to_numpy().tolist() == [
        ["B", 100, 0, 100]
    ]
    assert found["difference"].tolist() == [0.25]
    both = wa.definition_accounts(
        swap(), {"late_renewal_days": 90}, {"grain": "subscription"}, "nrr", "2025-12-31"
    )
    assert both.set_index("account_id")["difference"].to_dict() == {"B": 0.25, "A": 0.125}


def test_where_the_base_differs_an_account_that_reads_the_same_has_no_part() -> None:
    """What came due of A 300 and B 100: A renewed, B's is overdue. Open renewals in the base or not: 75% or 100%."""
    due = book(
        "2026-01-20",
        ("A1", "A", "2025-01-01", "2025-12-31", 300.0),
        ("A2", "A", "2026-01-01", None, 300.0),
        ("B1", "B", "2025-01-10", "2026-01-09", 100.0),
    )
    found = wa.definition_accounts(due, {"renewal_rate": "closed_only"}, {}, "renewal_rate")
    assert found["account_id"].tolist() == ["B"]
    # (0 - 0.75 x (0 - 100)) / 300
    assert found["difference"].tolist() == [0.25]


dates = st.dates(pd.Timestamp("2023-06-01").date(), pd.Timestamp("2025-12-01").date())
lines = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"), dates, st.integers(20, 500), st.integers(1, 900), st.sampled_from("PQ")
    ),
    min_size=1,
    max_size=14,
)
choices = st.fixed_dictionaries(
    {}, optional={rule: st.sampled_from(values) for rule, values in RULES.items()}
)


@settings(max_examples=examples(6), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines, choices, choices)
def test_the_accounts_add_up_to_the_difference(rows: list, one: dict, other: dict) -> None:
    frame = pd.DataFrame(
        [
            (f"S{n}", who, str(start), str(start + pd.Timedelta(days=days)), float(arr), product)
            for n, (who, start, days, arr, product) in enumerate(rows)
        ],
        columns=["subscription_id", "account_id", "start_date", "end_date", "arr", "product"],
    )
    accounts = pd.DataFrame(
        {"account_id": list("ABCDE"), "name": list("abcde"), "parent_id": ["B", None, None, "C", None]}
    )
    made = wa.Book.from_frames("2025-12-31", frame, accounts=accounts)
    whole = {}
    for side, choice in (("one", one), ("other", other)):
        basis, total = choice.get("basis", "cohort"), choice.get("cap") == "total"
        under = made.redefine(**{r: value for r, value in choice.items() if r not in ("basis", "cap")})
        kept = wa.retention(under, basis=basis).iloc[0] if len(under["subscriptions"]) else {}
        due = wa.renewal_rate(under, "2024-12-31", "2025-12-31").iloc[0]
        whole[side] = {**dict(kept), **dict(due)}
        if total:
            whole[side] |= {"grr": min(kept["nrr"], 1), "renewal_rate": min(due["net_renewal_rate"], 1)}
    tables = wa.definitions_compared(made, choices=[one, other])
    for name in NUMBERS:
        for side, shown in zip(("one", "other"), tables[name], strict=True):
            assert shown == pytest.approx(whole[side][name], abs=1e-12, nan_ok=True), (name, one, other)
        expected = whole["one"][name] - whole["other"][name]
        found = wa.definition_accounts(made, one, other, name)
        if pd.isna(expected):
            assert found.empty
        else:
            assert found["difference"].sum() == pytest.approx(expected, abs=1e-9), (name, one, other)


def test_every_pair_of_the_sample_adds_up(filed: Callable[[str], Path]) -> None:
    sample = wa.Book.open(filed("salesforce"))
    table = wa.definitions_compared(sample)
    distinct = [wa.definitions_apart(table.iloc[[at]])[0] for at in np.flatnonzero(~table["own"])]
    assert len(distinct) > 10
    numbers = table[~table["own"]].reset_index(drop=True)
    for name in NUMBERS:
        for one, other in itertools.combinations(range(len(distinct)), 2):
            found = wa.definition_accounts(sample, distinct[one], distinct[other], name)
            apart = numbers[name][one] - numbers[name][other]
            assert found["difference"].sum() == pytest.approx(apart, abs=1e-9)


def test_the_same_twice_is_no_difference() -> None:
    held = swap()
    for name, choice in itertools.product(NUMBERS, ({}, {"basis": "bridge"}, {"grain": "subscription"})):
        assert wa.definition_accounts(held, choice, choice, name).empty


def test_what_it_refuses_and_an_empty_book() -> None:
    with pytest.raises(wa.UnknownName, match="Did you mean 'nrr'"):
        wa.definition_accounts(swap(), {}, {}, "nrrr")
    with pytest.raises(wa.ConfigError, match="Did you mean 'grain'"):
        wa.definition_accounts(swap(), {"grian": "account"}, {})
    with pytest.raises(wa.ConfigError, match="Did you mean 'total'"):
        wa.definitions_compared(swap(), choices=[{"cap": "totals"}])
    with pytest.raises(wa.ConfigError, match=r"late_renewal_days = -1.*; renewal_rate = 'all'"):
        wa.definition_accounts(swap(), {"late_renewal_days": -1, "renewal_rate": "all"}, {})
    empty = wa.definition_accounts(book("2025-12-31"), {"late_renewal_days": 0}, {})
    assert empty.empty
    assert empty.columns.tolist()[-1] == "difference"
    assert wa.definitions_compared(book("2025-12-31"))["nrr"].isna().all()
