"""Contracts that run side by side: the links between them, and those that overlap without one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workahead.book.links import backwards, linked


def overlapping(contracts: pd.DataFrame) -> pd.DataFrame:
    """Contracts of one account and product that run beside an earlier one without a link: both ids, ARR
    of the later."""
    columns = ["account_id", "product"] if "product" in contracts else ["account_id"]
    frame = contracts.assign(end=_served_until(contracts))
    frame = frame[frame["end"] >= frame["start_date"]]
    frame = frame.sort_values([*columns, "start_date", "end"], kind="stable")
    frame["reach"] = frame.groupby(columns, dropna=False, sort=False)["end"].cummax()
    frame["reach"] = frame.groupby(columns, dropna=False, sort=False)["reach"].shift()
    suspects = frame[frame["start_date"] <= frame["reach"]]
    if suspects.empty:
        return pd.DataFrame(columns=["earlier", "later", "arr"])
    links = linked(contracts)
    rivals = frame.merge(suspects[[*columns]].drop_duplicates(), on=columns)
    pairs = suspects.merge(rivals, on=columns, suffixes=("", "_earlier"))
    pairs = pairs[
        (pairs["subscription_id"] != pairs["subscription_id_earlier"])
        & (pairs["start_date_earlier"] <= pairs["start_date"])
        & (pairs["end_earlier"] >= pairs["start_date"])
        & (
            (pairs["start_date_earlier"] < pairs["start_date"])
            | (pairs["subscription_id_earlier"] < pairs["subscription_id"])
        )
    ]
    free = [
        (new, old) not in links and (old, new) not in links
        for new, old in zip(pairs["subscription_id"], pairs["subscription_id_earlier"], strict=True)
    ]
    kept = pairs.loc[np.array(free, dtype=bool), ["subscription_id_earlier", "subscription_id", "arr"]]
    return kept.set_axis(["earlier", "later", "arr"], axis=1).reset_index(drop=True)


def _served_until(contracts: pd.DataFrame) -> pd.Series:
    """The last day of each contract: its own, or the day before one that is linked to replace it."""
    never = pd.Timestamp.max.as_unit("us").normalize()
    end = contracts["end_date"] if "end_date" in contracts else pd.Series(pd.NaT, index=contracts.index)
    end = end.astype("datetime64[us]").fillna(never)
    links = pd.DataFrame(sorted(linked(contracts) - backwards(contracts)), columns=["subscription_id", "old"])
    if links.empty:
        return end
    starts = links.merge(contracts[["subscription_id", "start_date"]], on="subscription_id")
    replaced_on = contracts["subscription_id"].map(starts.groupby("old")["start_date"].min())
    day_before = replaced_on.astype("datetime64[us]") - pd.Timedelta(days=1)
    return end.where(~(day_before < end), day_before)
