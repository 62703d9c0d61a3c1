"""The renewals that decide where retention lands, as the table that stands beside the fan."""

from __future__ import annotations

import pandas as pd

from workahead.charts.movers import names
from workahead.words.numbers import percent

COLUMNS = (
    "customer", "due_arr", "probability", "range", "because", "exposed_arr", "renewal_date", "call", "segment", "csm",
)  # fmt: skip


def deciding_renewals(renewals: pd.DataFrame, top: int = 15) -> pd.DataFrame:
    """The ``top`` open renewals with most ARR exposed, of a table of ``wa.renewal_probabilities``.

    | column | meaning |
    |---|---|
    | customer | the account's name, or its id where it has none |
    | due_arr | ARR that comes due |
    | probability, range | that it renews, and within which that lies |
    | because | what moved the probability most, in words |
    | exposed_arr | due_arr x (1 - probability), largest first |
    | renewal_date | the day after the last day of service |
    | call | the last call's category |
    | segment, csm | of the account; empty where not known |

    >>> due = pd.DataFrame({"account_id": ["A", "B"], "due_arr": [100.0, 90.0], "probability": [0.9, 0.5],
    ...                     "low": [0.8, 0.4], "high": [0.95, 0.6], "category": [None, "best_case"]})
    >>> deciding_renewals(due)[["customer", "probability", "range", "exposed_arr", "call"]]
      customer  probability       range  exposed_arr        call
    0        B          0.5  40% to 60%         45.0   Best case
    1        A          0.9  80% to 95%         10.0  Not called
    """
    table = renewals.rename(columns={"account_id": "customer_id"})
    exposed = (table["due_arr"] * (1 - table["probability"])).round(2)
    calls = table["category"].astype("object")
    spans = [f"{percent(a, 0)} to {percent(b, 0)}" for a, b in zip(table["low"], table["high"], strict=True)]
    table = table.assign(
        customer=names(table),
        exposed_arr=exposed,
        range=pd.Series(spans, index=table.index, dtype="str"),
        call=calls.where(calls.isna(), calls.astype("str").str.replace("_", " ").str.capitalize()).fillna(
            "Not called"
        ),
    ).reindex(columns=list(COLUMNS))
    for column in ("because", "segment", "csm"):
        table[column] = table[column].astype("object").fillna("").astype("str")
    return table.sort_values("exposed_arr", ascending=False, kind="stable").head(top).reset_index(drop=True)
