"""What an analyst should look at before trusting the numbers: findings over the canonical tables, by
weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from workahead.book.asides import aside_findings
from workahead.book.book import FINDINGS
from workahead.book.links import link_findings
from workahead.book.overlaps import overlapping
from workahead.book.tables import TABLES
from workahead.book.working_days import unknown_countries
from workahead.sources.harmless import harmless
from workahead.sources.observed import Observation

WEIGHTS = ("high", "medium", "low")
CUTS = (2_000, 10_000, 50_000, 65_535, 65_536, 100_000, 1_048_575, 1_048_576)
"""Row counts at which reports, lists and spreadsheets are cut: exactly so many rows were probably more."""
FAR_YEARS = 10
NEARLY_EMPTY = 0.05


def check(
    tables: dict[str, pd.DataFrame],
    *,
    as_of: pd.Timestamp,
    observations: Sequence[Observation] = (),
    sources: Sequence[dict[str, Any]] = (),
    set_aside: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Findings, heaviest first: weight, table, finding, rows, arr (reporting currency; NaN: can't be
    told), example, advice.

    >>> contracts = pd.DataFrame({"subscription_id": ["S1"], "account_id": ["A"], "arr": [0.0],
    ...                           "start_date": pd.to_datetime(["2026-01-01"]),
    ...                           "end_date": pd.to_datetime(["2026-12-31"])})
    >>> check({"subscriptions": contracts}, as_of=pd.Timestamp("2026-10-31"))["finding"].tolist()
    ['1 contract has an ARR of zero']
    """
    found = [_with_arr(one, tables) for one in observations]
    found += _cut(sources)
    found += aside_findings(set_aside) if set_aside is not None else []
    if "subscriptions" in tables:
        found += _contracts(tables["subscriptions"], as_of)
    found += _orphans(tables)
    found += _opportunities(tables)
    found += _countries(tables)
    for name, frame in tables.items():
        found += _far_dates(name, frame, as_of)
        found += _nearly_empty(name, frame)
    rows = [[getattr(one, name) for name in FINDINGS] for one in found]
    frame = pd.DataFrame(rows, columns=FINDINGS)
    frame["rows"] = frame["rows"].astype("Int64")
    frame["example"] = frame["example"].map(harmless)  # findings.csv is opened in spreadsheets
    frame["arr"] = frame["arr"].astype(float).round(2)
    order = pd.DataFrame(
        {
            "weight": frame["weight"].map(WEIGHTS.index),
            "arr": -frame["arr"].fillna(0),
            "rows": -frame["rows"].fillna(0),
        }
    )
    return frame.loc[order.sort_values(["weight", "arr", "rows"], kind="stable").index].reset_index(drop=True)


def _with_arr(one: Observation, tables: dict[str, pd.DataFrame]) -> Observation:
    """An observation about accounts, with the ARR that their contracts hold."""
    if one.arr is not None or not one.accounts or "subscriptions" not in tables:
        return one
    contracts = tables["subscriptions"]
    arr = float(contracts.loc[contracts["account_id"].isin(list(one.accounts)), "arr"].sum())
    return Observation(one.weight, one.table, one.finding, one.rows, arr, one.example, one.advice)


def _n(count: int, thing: str, verb: str = "") -> str:
    """Number and noun, and a verb that agrees: `1 contract has`, `3 contracts have`."""
    one = count == 1
    said = {"has": "has" if one else "have", "is": "is" if one else "are", "": ""}.get(
        verb, verb if not one else f"{verb}s"
    )
    return f"{count:,} {thing}{'' if one else 's'} {said}".strip()


def _cut(sources: Iterable[dict[str, Any]]) -> Iterator[Observation]:
    for one in sources:
        rows = one["rows_read"] + one.get("left_out", 0)
        if rows in CUTS:
            yield Observation(
                "high",
                one["table"],
                f"{one['file']} holds exactly {rows:,} rows: it looks cut",
                rows,
                advice="export it without a row limit (details export, or the data loader)",
            )


def _contracts(contracts: pd.DataFrame, as_of: pd.Timestamp) -> Iterator[Observation]:
    lost = _lost_without_arr(contracts)
    zero = contracts[contracts["arr"] == 0].drop(lost.index)
    if len(zero):
        every = len(zero) == len(contracts)
        yield Observation(
            "high" if every else "medium",
            "subscriptions",
            f"{_n(len(zero), 'contract', 'has')} an ARR of zero",
            len(zero),
            0.0,
            str(zero["subscription_id"].iloc[0]),
            "what was lost with it can't be told: enter what the contract was worth",
        )
    if len(lost):
        yield Observation(
            "high",
            "subscriptions",
            f"{_n(len(lost), 'lost contract', 'has')} an ARR of zero: the dollars lost can't be computed "
            "from this export",
            len(lost),
            None,
            str(lost["subscription_id"].iloc[0]),
            "export the ARR as it was before the loss",
        )
    yield from _overlaps(contracts)
    yield from link_findings(contracts)
    lengths = (
        (contracts["end_date"] - contracts["start_date"]).dt.days + 1
        if "end_date" in contracts
        else pd.Series(dtype=float)
    )
    brief = contracts[(lengths < 28).reindex(contracts.index, fill_value=False)]
    if len(brief):
        yield Observation(
            "medium",
            "subscriptions",
            f"{_n(len(brief), 'contract', 'run')} for less than four weeks: a trial is no ARR",
            len(brief),
            float(brief["arr"].sum()),
            str(brief["subscription_id"].iloc[0]),
            "leave trials out with `where:`",
        )
    usual = contracts.loc[contracts["arr"] > 0, "arr"].median()
    huge = contracts[contracts["arr"] > 1000 * usual] if pd.notna(usual) else contracts.iloc[:0]
    if len(huge):
        yield Observation(
            "high",
            "subscriptions",
            f"{_n(len(huge), 'contract', 'has')} more than a thousand times the usual ARR",
            len(huge),
            float(huge["arr"].sum()),
            str(huge["subscription_id"].iloc[0]),
            "look for a slipped decimal mark or a wrong currency",
        )


def _lost_without_arr(contracts: pd.DataFrame) -> pd.DataFrame:
    return (
        contracts[(contracts["arr"] == 0) & (contracts["status"] == "lost")]
        if "status" in contracts
        else contracts.iloc[:0]
    )


def _overlaps(contracts: pd.DataFrame) -> Iterator[Observation]:
    pairs = overlapping(contracts)
    if len(pairs):
        later = pairs.drop_duplicates("later")
        known = "product" in contracts
        yield Observation(
            "high" if known else "medium",
            "subscriptions",
            f"{_n(len(later), 'contract', 'overlap')} another of the same "
            f"account{' and product' if known else ' (no product is given)'} without a link: "
            "ARR may count twice",
            len(later),
            float(later["arr"].sum()),
            f"{pairs['later'].iloc[0]} and {pairs['earlier'].iloc[0]}",
            "fill the field that says which contract it renews (replaces), or correct the dates",
        )


def _orphans(tables: dict[str, pd.DataFrame]) -> Iterator[Observation]:
    if "accounts" not in tables:
        return
    known = set(tables["accounts"]["account_id"])
    for name, frame in tables.items():
        if name == "accounts" or "account_id" not in frame:
            continue
        lost = frame[frame["account_id"].notna() & ~frame["account_id"].isin(known)]
        if len(lost):
            money = name == "subscriptions"
            yield Observation(
                "high" if money else "low",
                name,
                f"{_n(len(lost), 'row')} of {name} {'names' if len(lost) == 1 else 'name'} an account "
                "that the accounts export lacks (orphans)"
                + (": kept, under an account of their own without segment or CSM" if money else ""),
                len(lost),
                float(lost["arr"].sum()) if money else None,
                str(lost["account_id"].iloc[0]),
                "export all accounts, those merged or archived among them",
            )
    if "parent_id" in tables["accounts"]:
        parents = tables["accounts"]["parent_id"].dropna()
        lost_parents = parents[~parents.isin(known)]
        if len(lost_parents):
            yield Observation(
                "low",
                "accounts",
                f"{_n(len(lost_parents), 'account')} with a parent that the export lacks",
                len(lost_parents),
                None,
                str(lost_parents.iloc[0]),
                "export the parents, too, where grain is parent",
            )


def _opportunities(tables: dict[str, pd.DataFrame]) -> Iterator[Observation]:
    frame = tables.get("opportunities")
    if frame is None or not len(frame):
        return
    if "type" in frame and (blank := frame["type"].isna()).any():
        rows = frame[blank]
        yield Observation(
            "medium",
            "opportunities",
            f"{_n(len(rows), 'opportunity').replace('opportunitys', 'opportunities')} without a type: in "
            "no count of new, renewal or expansion",
            len(rows),
            float(rows["amount"].sum()) if "amount" in rows else None,
            str(rows["opportunity_id"].iloc[0]),
            "fill Type in the CRM",
        )
    odd = frame[frame["is_won"].fillna(False) & ~frame["is_closed"].fillna(False)]
    if len(odd):
        yield Observation(
            "medium",
            "opportunities",
            f"{len(odd):,} won and not closed at once",
            len(odd),
            None,
            str(odd["opportunity_id"].iloc[0]),
            "correct the stage",
        )


def _countries(tables: dict[str, pd.DataFrame]) -> Iterator[Observation]:
    accounts = tables.get("accounts")
    names = [] if accounts is None or "country" not in accounts else unknown_countries(accounts["country"])
    if accounts is not None and names:
        rows = int(accounts["country"].isin(names).sum())
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        yield Observation(
            "low",
            "accounts",
            f"{_n(rows, 'account')} of a country whose public holidays are not known ({', '.join(names[:5])}{more}): "
            "working days are counted as for an account without a country",
            rows,
            example=names[0],
            advice="export the country's code, two letters",
        )


def _far_dates(name: str, frame: pd.DataFrame, as_of: pd.Timestamp) -> Iterator[Observation]:
    limit = as_of + pd.DateOffset(years=FAR_YEARS)
    key = TABLES[name].key[0]
    for column, spec in TABLES[name].columns.items():
        if spec.kind == "date" and column in frame and (far := frame[column] > limit).any():
            rows = frame[far]
            yield Observation(
                "medium",
                name,
                f"{_n(len(rows), 'value')} of {column} more than {FAR_YEARS} years ahead",
                len(rows),
                float(rows["arr"].sum()) if name == "subscriptions" else None,
                f"{rows[key].iloc[0]}: {rows[column].iloc[0]:%Y-%m-%d}",
                "a slip of the century? leave an open end blank",
            )


def _nearly_empty(name: str, frame: pd.DataFrame) -> Iterator[Observation]:
    """Columns that groupings rest on and that hardly anyone fills."""
    if len(frame) < 20:
        return
    for column in ("segment", "region", "csm", "product", "tier", "currency"):
        if column in frame and (share := frame[column].notna().mean()) < NEARLY_EMPTY:
            yield Observation(
                "low",
                name,
                f"{column} is filled in {share:.0%} of {name}: tables by it will say little",
                int(frame[column].isna().sum()),
                advice="fill it in the CRM, or map another column",
            )
