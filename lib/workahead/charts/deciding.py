"""The renewals that decide where retention lands, as the table that stands beside the fan."""

from __future__ import annotations

import pandas as pd

from workahead.words.movements import names
from workahead.words.numbers import percent

COLUMNS = (
    "customer",
    "because",
    "due_arr",
    "probability",
    "range",
    "renewal_date",
    "csm",
    "customer_id",
)  # phones show the first; the id is for links and the CSV


def deciding_renewals(renewals: pd.DataFrame, top: int = 15) -> pd.DataFrame:
    """The ``top`` open renewals with most ARR exposed (due_arr x (1 - probability)), largest first.

    ``renewals`` is a table of ``wa.renewal_probabilities``.

    | column | meaning |
    |---|---|
    | customer | the account's name, or its id where it has none |
    | because | what moved the probability most, in words and points |
    | due_arr | ARR that comes due |
    | probability, range | that it renews, and within which that lies |
    | renewal_date | the day after the last day of service |
    | csm | of the account; empty where not known |
    | customer_id | the account |

    >>> due = pd.DataFrame({"account_id": ["A", "B"], "due_arr": [100.0, 90.0], "probability": [0.9, 0.5],
    ...                     "low": [0.8, 0.4], "high": [0.95, 0.6], "because": ["", "called at risk −21"]})
    >>> deciding_renewals(due)[["customer", "because", "due_arr", "probability"]]
      customer             because  due_arr  probability
    0        B  called at risk −21     90.0          0.5
    1        A                        100.0          0.9
    """
    table = renewals.rename(columns={"account_id": "customer_id"})
    exposed = (table["due_arr"] * (1 - table["probability"])).round(2)
    table = table.loc[exposed.sort_values(ascending=False, kind="stable").index].head(top)
    bounds = zip(table["low"], table["high"], strict=True)
    rounded = [(percent(low, 0), percent(high, 0)) for low, high in bounds]
    spans = [low if low == high else f"{low}\u00a0to\u00a0{high}" for low, high in rounded]
    table = table.assign(customer=names(table), range=pd.Series(spans, index=table.index, dtype="str"))
    table = table.reindex(columns=list(COLUMNS)).reset_index(drop=True)
    for name in ("because", "csm"):
        table[name] = table[name].astype("object").fillna("").astype("str")
    return table
