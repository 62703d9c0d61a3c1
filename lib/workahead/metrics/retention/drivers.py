"""Which customers changed NRR between two closing days, so that a sentence can name them.

NRR is 1 + the sum over its customers of (ARR now - ARR then) / starting ARR. So the difference between two
NRRs is the sum of the customers' differences, exactly, and each has a share in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.metrics.positions import standing
from workahead.metrics.retention.movements import movement_detail
from workahead.metrics.retention.retention import retention

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["customer_id", "name", "segment", "cause", "effect"]
GAINS = ("new", "reactivation", "expansion")
LOSSES = ("contraction", "churn")
_OF_BASE = ("expansion", *LOSSES)


def nrr_drivers(book: Book, start: object, end: object, months: int = 12) -> pd.DataFrame:
    """What each customer did to NRR (cohort basis) between two closing days, largest first.

    | column | meaning |
    |---|---|
    | customer_id, name, segment | the customer; name and segment where the book has them |
    | cause | its movement between the days; *earlier gain* or *earlier loss* where it left the window |
    | effect | what it did to NRR, as a fraction: the effects add up to NRR at ``end`` less NRR at ``start`` |

    Empty where either NRR is missing. Raises PeriodError.
    """
    now, before = retention(book, end=end, months=months), retention(book, end=start, months=months)  # type: ignore[arg-type]
    if now.empty or before.empty or now["nrr"].isna().any() or before["nrr"].isna().any():
        return pd.DataFrame(columns=COLUMNS).astype({"effect": "float64"})
    detail, older = _detail(book, now), _detail(book, before)
    effect = _effects(detail, now).sub(_effects(older, before), fill_value=0.0)
    effect = effect[effect.abs() > 1e-12]
    moved = movement_detail(book, start, end).set_index("customer_id")["movement"]  # type: ignore[arg-type]
    people = pd.concat([detail, older], ignore_index=True)
    people = people.reindex(columns=["customer_id", "name", "segment"]).drop_duplicates("customer_id")
    table = pd.DataFrame({"customer_id": effect.index, "effect": effect.to_numpy()})
    now_moved = table["customer_id"].map(moved).astype("object")
    # A gain between the two days can't have lowered NRR: then it was an older one that left the window.
    loses = table["effect"] < 0
    fits = now_moved.isin(LOSSES).where(loses, now_moved.isin(GAINS))
    # Who was not in the base before has no older gain: what it did since it joined is the cause.
    joined = table["customer_id"].isin(_base(book, now) - _base(book, before))
    since = table["customer_id"].map(detail.set_index("customer_id")["movement"])
    now_moved, fits = now_moved.where(~joined, since), fits | joined
    earlier = pd.Series("earlier gain", index=table.index).where(loses, "earlier loss")
    table["cause"] = now_moved.where(fits, earlier)
    table = table.merge(people, on="customer_id", how="left").reindex(columns=COLUMNS)
    order = table["effect"].abs().round(12).sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _detail(book: Book, row: pd.DataFrame) -> pd.DataFrame:
    return movement_detail(book, row["period_start"].iloc[0], row["period_end"].iloc[0])


def _base(book: Book, row: pd.DataFrame) -> set[str]:
    """The customers with ARR at the start of a window."""
    start = row["period_start"].iloc[0]
    there = standing(book, [(start, start)], None).filter(nw.col("starting") > 0)
    return set(engines.pandas(there.select("customer_id"))["customer_id"])


def _effects(detail: pd.DataFrame, row: pd.DataFrame) -> pd.Series:
    """Each customer's part in NRR - 1, by customer_id."""
    base = detail[detail["movement"].isin(_OF_BASE)].set_index("customer_id")["change"]
    return base.astype("float64") / float(row["starting_arr"].iloc[0])
