"""Who moved: the customers with the largest changes, as the table that stands beside the bridge."""

from __future__ import annotations

import pandas as pd

from workahead.words.movements import names

# phones show the first; the id is for links and the CSV
COLUMNS = ("customer", "change", "movement", "segment", "csm", "starting", "ending", "customer_id")


def movers(detail: pd.DataFrame, top: int = 10) -> pd.DataFrame:
    """The ``top`` largest gains and the ``top`` largest losses of a table of ``wa.movement_detail``.

    | column | meaning |
    |---|---|
    | customer | the account's name, or its id where it has none |
    | change | of ARR, in reporting currency |
    | movement | New, Reactivation, Expansion, Contraction, Churn |
    | segment, csm | of the account; empty where not known |
    | starting, ending | ARR at the two closing days |
    | customer_id | which customer it is |

    Gains come first, largest first; then losses, largest first.

    >>> detail = pd.DataFrame({"customer_id": ["A", "B"], "movement": ["churn", "new"],
    ...                        "starting": [50.0, 0.0], "ending": [0.0, 80.0], "change": [-50.0, 80.0]})
    >>> movers(detail)[["customer", "movement", "change"]]
      customer movement  change
    0        B      New    80.0
    1        A    Churn   -50.0
    """
    table = detail.assign(customer=names(detail), movement=detail["movement"].str.capitalize())
    for column in ("segment", "csm"):
        table[column] = (
            table[column].astype("str").where(table[column].notna(), "") if column in table else ""
        )
    gains = table[table["change"] > 0].sort_values("change", ascending=False, kind="stable").head(top)
    losses = table[table["change"] < 0].sort_values("change", kind="stable").head(top)
    return pd.concat([gains, losses], ignore_index=True)[list(COLUMNS)]
