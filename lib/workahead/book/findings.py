"""What an analyst should look at before trusting the numbers: findings over the canonical tables, by weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from workahead.book.asides import aside_findings
from workahead.book.book import FINDINGS
from workahead.book.links import link_findings
from workahead.book.overlaps import overlapping
from workahead.book.tables import TABLES
from workahead.book.working_days import unknown_countries
from workahead.errors import some
from workahead.sources.harmless import harmless
from workahead.sources.observed import Observation, Weight

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
    """Findings, heaviest first: weight, table, finding, rows, arr (reporting currency; NaN: can't be told), example,
    advice.

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
        found += _contracts(tables["subscriptions"])
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
    weight = {"weight": frame["weight"].map(WEIGHTS.index)}
    order = frame.assign(arr=-frame["arr"].fillna(0), rows=-frame["rows"].fillna(0), **weight)
    return frame.loc[order.sort_values(["weight", "arr", "rows"], kind="stable").index].reset_index(drop=True)


def _with_arr(one: Observation, tables: dict[str, pd.DataFrame]) -> Observation:
    """An observation about accounts, with the ARR that their contracts hold."""
    if one.arr is not None or not one.accounts or "subscriptions" not in tables:
        return one
    contracts = tables["subscriptions"]
    arr = float(contracts.loc[contracts["account_id"].isin(list(one.accounts)), "arr"].sum())
    return replace(one, arr=arr)


def _n(count: int, thing: str, verb: str = "") -> str:
    """Number and noun, and a verb that agrees: `1 contract has`, `3 contracts have`."""
    one = count == 1
    said = {"has": "has" if one else "have", "is": "is" if one else "are", "": ""}.get(
        verb, verb if not one else f"{verb}s"
    )
    return f"{count:,} {thing}{'' if one else 's'} {said}".strip()


def _in(
    rows: pd.DataFrame, weight: Weight, table: str, finding: str, advice: str, arr: str = "arr"
) -> Iterator[Observation]:
    """A finding about rows, if there are any: how many, the ARR they hold, and the first as an example."""
    if len(rows):
        money = float(rows[arr].sum()) if arr in rows else None
        yield Observation(
            weight, table, finding, len(rows), money, str(rows.iloc[0][TABLES[table].key[0]]), advice
        )


def _cut(sources: Iterable[dict[str, Any]]) -> Iterator[Observation]:
    for one in sources:
        rows = one["rows_read"] + one.get("left_out", 0)
        if rows in CUTS:
            finding = f"{one['file']} holds exactly {rows:,} rows: it looks cut"
            advice = "export it without a row limit (details export, or the data loader)"
            yield Observation("high", one["table"], finding, rows, advice=advice)


def _contracts(contracts: pd.DataFrame) -> Iterator[Observation]:
    table, arr = "subscriptions", contracts["arr"]
    status = contracts.get("status", pd.Series(index=contracts.index, dtype="str"))
    nothing = contracts[(arr == 0) & (status != "lost")]
    lost, zero = contracts[(arr == 0) & (status == "lost")], nothing
    if {"replaces", "end_date"} <= set(contracts):  # made of a table of months: that the customer is gone
        zero = nothing[nothing["replaces"].isna() | nothing["end_date"].notna()]
    yield from _in(
        zero,
        "high" if len(zero) == len(contracts) else "medium",
        table,
        f"{_n(len(zero), 'contract', 'has')} an ARR of zero",
        "what was lost with it can't be told: enter what the contract was worth",
    )
    yield from _in(
        lost,
        "high",
        table,
        f"{_n(len(lost), 'lost contract', 'has')} an ARR of zero: the dollars lost can't be computed "
        "from this export",
        "export the ARR as it was before the loss",
        arr="unknown",
    )
    yield from _overlaps(contracts)
    yield from link_findings(contracts)
    if "end_date" in contracts:
        brief = contracts[(contracts["end_date"] - contracts["start_date"]).dt.days + 1 < 28]
        yield from _in(
            brief,
            "medium",
            table,
            f"{_n(len(brief), 'contract', 'run')} for less than four weeks: a trial is no ARR",
            "leave trials out with `where:`",
        )
    huge = contracts[arr > 1000 * arr[arr > 0].median()]
    yield from _in(
        huge,
        "high",
        table,
        f"{_n(len(huge), 'contract', 'has')} more than a thousand times the usual ARR",
        "look for a slipped decimal mark or a wrong currency",
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
                example=str(lost_parents.iloc[0]),
                advice="export the parents, too, where grain is parent",
            )


def _opportunities(tables: dict[str, pd.DataFrame]) -> Iterator[Observation]:
    table = "opportunities"
    frame = tables.get(table)
    if frame is None or not len(frame):
        return
    if "type" in frame:
        blank = frame[frame["type"].isna()]
        yield from _in(
            blank,
            "medium",
            table,
            f"{len(blank):,} {'opportunity' if len(blank) == 1 else 'opportunities'} without a type: in "
            "no count of new, renewal or expansion",
            "fill Type in the CRM",
            arr="amount",
        )
    odd = frame[frame["is_won"].fillna(False) & ~frame["is_closed"].fillna(False)]
    yield from _in(
        odd, "medium", table, f"{len(odd):,} won and not closed at once", "correct the stage", arr="unknown"
    )


def _countries(tables: dict[str, pd.DataFrame]) -> Iterator[Observation]:
    accounts = tables.get("accounts")
    names = [] if accounts is None or "country" not in accounts else unknown_countries(accounts["country"])
    if accounts is not None and names:
        rows = int(accounts["country"].isin(names).sum())
        yield Observation(
            "low",
            "accounts",
            f"{_n(rows, 'account')} of a country whose public holidays are not known ({some(names)}): "
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
