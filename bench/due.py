"""Renewals to be measured: accounts with one contract each that comes due within a year, its past, and all tables.

Every account has a chain of yearly contracts up to the one that is open; some accounts were lost before. Each open
contract and each of the last two renewals of a chain has forecast calls; each account has contacts and activities.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from bench.data import AS_OF, HERE

DUE = {"20k": 20_000, "38k": 38_462, "100k": 100_000}
YEARS = 4  # of a chain, at most
CALLERS = 40
CALL_DAYS = (170, 120, 80, 30)


def prepared(size: str) -> Path:
    """The snapshot with so many contracts due in the coming year."""
    place = HERE / f"due-{size}"
    if not place.exists():
        from workahead.book.definitions import Definitions
        from workahead.book.snapshot import write_snapshot

        made = write_snapshot(
            HERE / f"due-{size}-filed",
            tables(DUE[size]),
            as_of=AS_OF,
            definitions=Definitions(),
            currency="USD",
        )
        made.rename(place)
    return place


def tables(due: int) -> dict[str, pd.DataFrame]:
    """The canonical tables with so many contracts due within a year of the as-of date."""
    r = np.random.default_rng(20261031)
    accounts = int(due * 1.3)
    live = np.arange(accounts) < due
    today = np.datetime64(AS_OF, "D")
    ends = np.where(live, r.integers(0, 365, accounts), -r.integers(60, 365 * 3, accounts))
    years = r.integers(1, YEARS + 1, accounts)
    account = np.repeat(np.arange(accounts), years)
    back = np.concatenate([np.arange(count) for count in years])
    end = today + (ends[account] - 365 * back).astype("timedelta64[D]")
    arr = np.round(np.exp(r.normal(9.5, 1, accounts)))[account] * np.where(back > 0, 0.95, 1.0)
    ids = np.char.add("A", account.astype("U8"))
    contract = pd.DataFrame(
        {
            "subscription_id": np.char.add(np.char.add(ids, "-"), back.astype("U2")),
            "account_id": ids,
            "product": np.array(["Core", "Plus"])[r.integers(0, 2, accounts)][account],
            "start_date": end - np.timedelta64(364, "D"),
            "end_date": end,
            "arr": arr.round(2),
            "replaces": np.where(
                back < years[account] - 1, np.char.add(np.char.add(ids, "-"), (back + 1).astype("U2")), None
            ),
        }
    )
    contract["signed_date"] = contract["start_date"] - pd.Timedelta(days=10)
    called = contract[back <= 2]
    calls = called.loc[called.index.repeat(len(CALL_DAYS)), ["account_id", "subscription_id", "end_date"]]
    calls["renewal_date"] = calls.pop("end_date") + pd.Timedelta(days=1)
    days = pd.to_timedelta(np.tile(CALL_DAYS, len(called)), unit="D")
    calls["called_on"] = calls["renewal_date"] - days
    calls["called_by"] = np.char.add("CSM ", r.integers(0, CALLERS, len(calls)).astype("U3"))
    place = r.choice(4, len(calls), p=[0.65, 0.2, 0.12, 0.03])
    calls["category"] = np.array(["commit", "best_case", "at_risk", "churn"])[place]
    whole = called.loc[called.index.repeat(len(CALL_DAYS)), "arr"].to_numpy()
    calls["forecast_arr"] = (whole * np.array([1, 0.9, 0.5, 0])[place]).round(2)
    calls["at_risk_arr"] = (whole - calls["forecast_arr"]).round(2)
    calls["would_renew"] = np.array(["yes", "leaning_yes", "unsure", "no"])[place]
    calls = calls[calls["called_on"] <= pd.Timestamp(AS_OF)]
    names = np.char.add("A", np.arange(accounts).astype("U8"))
    people = pd.DataFrame(
        {
            "contact_id": np.char.add("P", np.arange(accounts * 2).astype("U8")),
            "account_id": np.repeat(names, 2),
            "is_decision_maker": np.tile([True, False], accounts),
            "role": np.tile(["Economic Buyer", "Champion"], accounts),
            "created_date": today - np.timedelta64(2000, "D"),
            "left_date": np.where(
                r.random(accounts * 2) < 0.1, today - r.integers(0, 900, accounts * 2), np.datetime64("NaT")
            ),
        }
    )
    count = accounts * 10
    who = r.integers(0, accounts * 2, count)
    touched = pd.DataFrame(
        {
            "activity_id": np.char.add("T", np.arange(count).astype("U9")),
            "account_id": people["account_id"].to_numpy()[who],
            "contact_id": people["contact_id"].to_numpy()[who],
            "date": today - r.integers(0, 1200, count).astype("timedelta64[D]"),
            "kind": np.array(["call", "meeting", "email", "support"])[r.integers(0, 4, count)],
        }
    )
    segments = np.array(["Enterprise", "Mid-Market", "SMB"])[r.integers(0, 3, accounts)]
    csms = np.char.add("CSM ", (np.arange(accounts) % CALLERS).astype("U3"))
    customers = pd.DataFrame(
        {"account_id": names, "name": names, "segment": segments, "csm": csms, "tier": "standard"}
    )
    made = {
        "subscriptions": contract,
        "accounts": customers,
        "forecast_calls": calls,
        "contacts": people,
        "activities": touched,
    }
    for table in made.values():
        days_of = [name for name, kind in table.dtypes.items() if kind.kind == "M"]
        table[days_of] = table[days_of].astype("datetime64[us]")
    return {name: table.reset_index(drop=True) for name, table in made.items()}
