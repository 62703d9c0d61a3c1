"""Parts of several exports to whole tables: merged accounts followed, repeated keys resolved, nothing
lost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workahead.book.tables import TABLES
from workahead.sources.observed import Observation
from workahead.sources.part import ENTRY, LINE, Part

ASIDE = ["file", "line", "table", "column", "value", "reason", "arr"]


def assemble(parts: Sequence[Part]) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, list[Observation]]:
    """Canonical tables (with hidden columns of entry and line), the rows set aside, and what was seen on
    the way."""
    asides: list[pd.DataFrame] = []
    tables: dict[str, pd.DataFrame] = {}
    for table in TABLES:
        frames = []
        for n, part in enumerate(parts):
            if part.export.table == table:
                asides.append(_labelled(part.aside, part, n))
                frames.append(part.kept.assign(**{ENTRY: n}))
        if frames:
            tables[table] = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    observations = [one for part in parts for one in part.observations]
    observations += _follow_merges(tables, parts, asides)
    for name in tables:
        tables[name] = _once(name, tables[name], parts, asides)
    _link_forward(tables)
    aside = (
        pd.concat([one for one in asides if len(one)], ignore_index=True)
        if any(map(len, asides))
        else pd.DataFrame(columns=[*ASIDE, ENTRY])
    )
    return tables, aside.sort_values([ENTRY, "line"], kind="stable", ignore_index=True), observations


def _labelled(aside: pd.DataFrame, part: Part, entry: int) -> pd.DataFrame:
    return aside.assign(file=part.export.file, table=part.export.table, **{ENTRY: entry})[[*ASIDE, ENTRY]]


def _set_aside(
    rows: pd.DataFrame, reasons: Sequence[str], column: str, parts: Sequence[Part], table: str
) -> pd.DataFrame:
    """Rows that had been read well and are not kept after all."""
    headers = [parts[n].header(column) for n in rows[ENTRY]]
    return pd.DataFrame(
        {
            "file": [parts[n].export.file for n in rows[ENTRY]],
            "line": rows[LINE].to_numpy(),
            "table": table,
            "column": headers,
            "value": rows[column].astype("str").to_numpy() if column in rows else "",
            "reason": list(reasons),
            "arr": rows["arr"].to_numpy() if table == "subscriptions" else np.nan,
            ENTRY: rows[ENTRY].to_numpy(),
        }
    )


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


def _follow_merges(
    tables: dict[str, pd.DataFrame], parts: Sequence[Part], asides: list[pd.DataFrame]
) -> list[Observation]:
    """Point every table at the surviving account; the accounts that were merged away are set aside."""
    accounts = tables.get("accounts")
    if accounts is None:
        return []
    into: dict[str, str] = {}
    if "merged_into" in accounts:
        merged = accounts.dropna(subset=["merged_into"])
        into |= dict(zip(merged["account_id"], merged["merged_into"], strict=True))
    if "merged_ids" in accounts:
        for survivor, ids in accounts.dropna(subset=["merged_ids"])[["account_id", "merged_ids"]].itertuples(
            index=False
        ):
            into |= {one: survivor for one in str(ids).split(";") if one != survivor}
    into = survivors({old: new for old, new in into.items() if old != new})
    accounts = accounts.drop(columns=[one for one in ("merged_into", "merged_ids") if one in accounts])
    gone = accounts["account_id"].isin(list(into)).to_numpy()
    if gone.any():
        rows = accounts[gone]
        asides.append(
            _set_aside(
                rows,
                [f"merged into {into[one]}, which is kept" for one in rows["account_id"]],
                "account_id",
                parts,
                "accounts",
            )
        )
    tables["accounts"] = accounts[~gone].reset_index(drop=True)
    observations = []
    for name, frame in tables.items():
        for column in ("parent_id",) if name == "accounts" else ("account_id",):
            if column in frame and (old := frame[column].isin(list(into))).any():
                tables[name] = frame = frame.assign(**{column: frame[column].map(into).fillna(frame[column])})
                arr = float(frame.loc[old, "arr"].sum()) if name == "subscriptions" else None
                finding = (
                    f"{int(old.sum()):,} rows of {name} still named an account that was merged away: "
                    "now counted with the surviving one"
                )
                advice = "nothing to do"
                observations.append(Observation("low", name, finding, int(old.sum()), arr, advice=advice))
    return observations


def _once(name: str, frame: pd.DataFrame, parts: Sequence[Part], asides: list[pd.DataFrame]) -> pd.DataFrame:
    """Each key once: the first row is kept, the others are set aside, saying whether they were the same."""
    key = [one for one in TABLES[name].key if one in frame]
    again = frame.duplicated(key).to_numpy()
    if not again.any():
        return frame
    content = [one for one in frame.columns if one not in (LINE, ENTRY)]
    equal = frame.duplicated(content).to_numpy()[again]
    first = frame.groupby(key, dropna=False, sort=False)[[LINE, ENTRY]].transform("first")[again]
    reasons = []
    for same, line, entry, own in zip(equal, first[LINE], first[ENTRY], frame.loc[again, ENTRY], strict=True):
        where = f"line {line}" if entry == own else f"{parts[entry].export.file} line {line}"
        reasons.append(
            f"{key[0]} stands twice: the same as {where}"
            if same
            else f"{key[0]} stands twice and differs: {where} is kept"
        )
    asides.append(_set_aside(frame[again], reasons, key[0], parts, name))
    return frame[~again].reset_index(drop=True)


def _link_forward(tables: dict[str, pd.DataFrame]) -> None:
    """Where the old contract names the new one (`replaced_by`), turn the link round into `replaces`."""
    frame = tables.get("subscriptions")
    if frame is None or "replaced_by" not in frame:
        return
    links = frame.dropna(subset=["replaced_by"])[["subscription_id", "replaced_by"]]
    links = links.assign(replaced_by=links["replaced_by"].str.split(";")).explode("replaced_by")
    turned = links.groupby("replaced_by")["subscription_id"].agg(";".join)
    own = frame["replaces"] if "replaces" in frame else pd.Series(np.nan, index=frame.index, dtype="str")
    tables["subscriptions"] = frame.drop(columns="replaced_by").assign(
        replaces=own.fillna(frame["subscription_id"].map(turned)).astype("str")
    )
