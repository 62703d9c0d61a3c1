"""Tables of months, as finance and warehouses keep them: a customer's MRR or ARR in each month, to contracts.

A sheet has a column a month, a warehouse table a row a customer and month. Neither says when a contract ends, so none
is said to: each change of a customer's amount is a contract of its own, open-ended, that replaces the one before; one
of zero ends it where the customer is gone. So the ledger holds month by month what the table says, to the cent, and
no renewal is made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from workahead.errors import some
from workahead.sources.mapping import MONTH_COLUMN
from workahead.sources.observed import Observation, Weight, many
from workahead.sources.part import Part

TOTAL = re.compile(r"\b(?:sub|grand)?\s*totals?\b|\bsum(?:me|s)?\b|\bgesamt", re.IGNORECASE)
"""What the row under a sheet's customers is called."""
SUMMED = ("arr", "arr_original")


def mark_totals(part: Part) -> None:
    """Set aside a sheet's rows that are called a total and are one: of all customers, or of those since the last."""
    ids = part.texts["account_id"].fillna("") if part.mapping.months else pd.Series(dtype="str")
    totals = sorted(set(part.lines[ids.str.contains(TOTAL)])) if len(ids) else []
    if not totals:
        return
    by_line = part.frame.assign(line=part.lines).groupby(["line", "start_date"])["arr"]
    sums = by_line.sum().unstack(fill_value=0)
    own, since = sums.drop(index=totals), 0
    for line in totals:
        above = own[(own.index > since) & (own.index < line)]
        rows, since = np.flatnonzero(part.lines == line), line
        if any(len(one) and np.allclose(one.sum(), sums.loc[line], atol=0.5) for one in (own, above)):
            part.mark(rows, "account_id", "the row is a total of others")
            continue
        name = f"{ids.iloc[rows[0]]!r} in {part.export.file}"
        part.saw(
            "high",
            f"{name} is called a total and is not the sum of the rows: kept as a customer",
            len(rows),
            example=f"line {line}",
            advice="leave it out with `where:`, if it is no customer",
        )


def contracts(rows: pd.DataFrame) -> pd.DataFrame:
    """A row for each change of a customer's amount, of rows of account_id, start_date (any day of the month), arr; and
    product, if each has an amount of its own. Rows of one customer and month are added up. A month of which the whole
    table says nothing leaves every amount as it was.

    >>> rows = pd.DataFrame({"account_id": ["A", "A", "A"], "arr": [120.0, 120.0, 240.0],
    ...                      "start_date": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"])})
    >>> contracts(rows)[["subscription_id", "arr", "replaces"]].fillna("").values.tolist()
    [['A 2026-01', 120.0, ''], ['A 2026-03', 240.0, 'A 2026-01']]
    """
    keys = [name for name in ("account_id", "product") if name in rows]
    summed = {name: "sum" for name in SUMMED if name in rows}
    rows = rows.assign(
        start_date=rows["start_date"].dt.to_period("M").dt.to_timestamp().astype("datetime64[us]")
    )
    others = {str(name): "first" for name in rows if name not in (*keys, "start_date", *summed)}
    rows = rows.groupby([*keys, "start_date"], dropna=False, as_index=False).agg({**summed, **others})
    days = pd.Series(np.sort(rows["start_date"].unique()))
    at = rows["start_date"].map(pd.Series(days.index, index=days))
    following = at.groupby([rows[key] for key in keys], dropna=False).shift(-1)
    last = (following != at + 1) & (at < len(days) - 1)
    gone = rows[last].assign(start_date=days.reindex(at[last] + 1).to_numpy())
    gone[list(summed)] = 0.0
    rows = pd.concat([rows, gone]).sort_values([*keys, "start_date"], kind="stable", ignore_index=True)
    rows[list(summed)] = rows[list(summed)].round(2)
    rows = rows[rows["arr"] != rows.groupby(keys, dropna=False)["arr"].shift().fillna(0.0)]
    names = rows["account_id"]
    if "product" in rows:
        names = (names + " " + rows["product"].fillna("")).str.rstrip()
    rows = rows.assign(subscription_id=names + " " + rows["start_date"].dt.strftime("%Y-%m"))
    rows["replaces"] = rows.groupby(keys, dropna=False)["subscription_id"].shift().astype("str")
    rows["end_date"] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
    return rows.reset_index(drop=True)


def told(rows: pd.DataFrame, parts: Sequence[Part], made: pd.DataFrame) -> Iterator[Observation]:
    """What a reader of numbers that come from months should know."""
    if rows.empty:
        return
    months, count = rows["start_date"].dt.to_period("M"), int((made["arr"] > 0).sum())
    files, first, last = some(dict.fromkeys(part.export.file for part in parts)), months.min(), months.max()
    yield _observed(
        f"{files}: {len(rows):,} customer-months, {first} to {last}, make {many(count, 'contract')} without an end: "
        "nothing comes due, so renewals, renewal rates and the projection say nothing",
        "movements, retention and cohorts are as in the table; load contracts with end dates for the rest",
        len(rows),
    )
    for part in parts:
        used = {n for places in part.mapping.columns.values() for n in places} | set(part.mapping.months)
        header = part.table.header if part.mapping.months else []
        unread = [one for n, one in enumerate(header) if n not in used and MONTH_COLUMN.fullmatch(one)]
        if unread:
            said = f"{many(len(unread), 'column')} of {part.export.file} not read as a month: {some(unread)}"
            yield _observed(said, "if it is one, head it like 2026-10", len(unread))
    if len(lacking := pd.period_range(first, last, freq="M").difference(months.unique())):
        said = f"{files}: no amount at all in {some(lacking)}: what was there before stands"
        yield _observed(said, "add the months, unless the table is by quarter or year")
    keys = [name for name in ("account_id", "product") if name in rows]
    several, equal = (
        rows.assign(start_date=months).duplicated([*keys, "start_date"]).sum(),
        rows.duplicated().sum(),
    )
    if several:
        yield _observed(
            f"{files}: {many(int(several), 'row')} more than one for a customer and month, added up"
            + (f", {equal:,} of them the same as another" if equal else ""),
            "map `product`, if they are products; take out what stands there twice",
            int(several),
            "medium" if equal else "low",
        )


def _observed(finding: str, advice: str, rows: int | None = None, weight: Weight = "medium") -> Observation:
    return Observation(weight, "subscriptions", finding, rows, advice=advice)
