"""Parts of several exports to whole tables: merged accounts followed, repeated keys resolved, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from workahead.book.tables import TABLES
from workahead.sources.months import contracts, told
from workahead.sources.observed import Observation, many
from workahead.sources.part import Part


def assemble(parts: Sequence[Part]) -> tuple[dict[str, pd.DataFrame], list[Observation]]:
    """Canonical tables, and what was seen on the way. Rows that are not kept after all are marked in their parts."""
    of = {name: [part for part in parts if part.export.table == name] for name in TABLES}
    of = {name: some for name, some in of.items() if some}
    observations = [one for part in parts for one in part.observations]
    observations += _follow_merges(of)
    monthly = [part for part in parts if part.monthly]
    for name, some in of.items():
        if several := [part for part in some if not part.monthly]:
            _once(name, several)
    rows = {name: [part.kept for part in some if not part.monthly] for name, some in of.items()}
    if monthly:
        months = pd.concat([part.kept for part in monthly], ignore_index=True)
        rows["subscriptions"].append(contracts(months))
        observations += told(months, monthly, rows["subscriptions"][-1])
    tables = {name: pd.concat(some, ignore_index=True) for name, some in rows.items()}
    if "subscriptions" in tables:
        tables["subscriptions"] = _linked_forward(tables["subscriptions"])
    return tables, observations


def survivors(merged_into: dict[str, str]) -> dict[str, str]:
    """Each merged id with the id that is left at the end of the chain; a circle is left as it is.

    >>> survivors({"A": "B", "B": "C"})
    {'A': 'C', 'B': 'C'}
    """
    found = {}
    for start in merged_into:
        seen, one = {start}, merged_into[start]
        while one in merged_into and one not in seen:
            seen.add(one)
            one = merged_into[one]
        if one not in merged_into:
            found[start] = one
    return found


def _follow_merges(of: dict[str, list[Part]]) -> Iterator[Observation]:
    """Point every table at the surviving account; the accounts that were merged away are set aside."""
    into: dict[str, str] = {}
    for part in of.get("accounts", []):
        accounts = part.kept
        if "merged_into" in accounts:
            merged = accounts.dropna(subset=["merged_into"])
            into |= dict(zip(merged["account_id"], merged["merged_into"], strict=True))
        if "merged_ids" in accounts:
            merged = accounts.dropna(subset=["merged_ids"])
            for survivor, ids in zip(merged["account_id"], merged["merged_ids"], strict=True):
                into |= {one: survivor for one in str(ids).split(";") if one != survivor}
        part.frame = part.frame.drop(columns=["merged_into", "merged_ids"], errors="ignore")
    into = survivors({old: new for old, new in into.items() if old != new})
    for part in of.get("accounts", []):
        ids = part.kept["account_id"]
        gone = ids[ids.isin(list(into))]
        for row, one in zip(gone.index.tolist(), gone, strict=True):
            part.mark([row], "account_id", f"merged into {into[one]}, which is kept")
    for name, parts in of.items():
        rows, arr, column = 0, 0.0, "parent_id" if name == "accounts" else "account_id"
        for part in parts:
            kept = part.kept
            if column in kept and len(old := kept.index[kept[column].isin(list(into))]):
                rows, arr = rows + len(old), arr + float(part.money[old].sum())
                part.frame.loc[old, column] = part.frame.loc[old, column].map(into)
        if rows:
            yield Observation(
                "low",
                name,
                f"{many(rows, 'row')} of {name} still named an account that was merged away: now counted with the "
                "surviving one",
                rows,
                arr if name == "subscriptions" else None,
                advice="nothing to do",
            )


def _once(name: str, parts: Sequence[Part]) -> None:
    """Each key once: the first row is kept, the others are set aside, saying whether they were the same."""
    frame = pd.concat([part.kept for part in parts], keys=range(len(parts)))
    key = [one for one in TABLES[name].key if one in frame]
    again = frame.duplicated(key)
    if not again.any():
        return
    same = frame.duplicated()
    places = pd.Series(list(frame.index), index=frame.index)
    first = places.groupby([frame[one] for one in key], dropna=False, sort=False).transform("first")
    for (n, row), (m, kept), equal in zip(places[again], first[again], same[again], strict=True):
        where = (
            f"line {parts[m].lines[kept]}"
            if m == n
            else f"{parts[m].export.file} line {parts[m].lines[kept]}"
        )
        said = f": the same as {where}" if equal else f" and differs: {where} is kept"
        parts[n].mark([row], key[0], f"{key[0]} stands twice{said}")


def _linked_forward(frame: pd.DataFrame) -> pd.DataFrame:
    """Where the old contract names the new one (`replaced_by`), turn the link round into `replaces`."""
    if "replaced_by" not in frame:
        return frame
    links = frame.dropna(subset=["replaced_by"])[["subscription_id", "replaced_by"]]
    links = links.assign(replaced_by=links["replaced_by"].str.split(";")).explode("replaced_by")
    turned = links.groupby("replaced_by")["subscription_id"].agg(";".join)
    own = frame["replaces"] if "replaces" in frame else pd.Series(np.nan, index=frame.index, dtype="str")
    replaces = own.fillna(frame["subscription_id"].map(turned)).astype("str")
    return frame.drop(columns="replaced_by").assign(replaces=replaces)
