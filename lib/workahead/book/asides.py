"""Findings about the rows that loading set aside: what is wrong with them, and the ARR they hold."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from workahead.sources.observed import Observation

MERGED = "merged into an account that is kept"
SAME = "the same as the row that is kept"
TOTAL = "the row is a total of others"
ALIKE = (
    (r"^merged into .* is kept", MERGED),
    (r"the same as .*line \d+", SAME),
    (r"differs: .*line \d+ is kept", "differs: the first is kept"),
    (r"has \d+ cells, (\w+) than the header's \d+", r"has \1 cells than the header"),
)


def alike(reasons: pd.Series) -> pd.Series:
    """Reasons without the ids and lines that are of one row alone, so that those of a kind can be counted."""
    kinds = reasons.astype(str)
    for pattern, instead in ALIKE:
        kinds = kinds.str.replace(pattern, instead, regex=True)
    return kinds


def aside_findings(set_aside: pd.DataFrame) -> Iterator[Observation]:
    """A finding for each table and reason; accounts merged in the CRM are no fault, and make none.

    >>> rows = pd.DataFrame({"file": ["c.csv"], "line": [7], "table": ["subscriptions"], "column": ["End"],
    ...                      "value": ["2023-05-28"], "reason": ["the contract ends before it starts"], "arr": [280.0]})
    >>> [(one.weight, one.finding, one.arr) for one in aside_findings(rows)]
    [('high', '1 row of subscriptions was set aside: the contract ends before it starts', 280.0)]
    """
    kinds = alike(set_aside["reason"].astype(str).str.split("; ").str[0])
    for (table, kind), rows in set_aside.groupby([set_aside["table"], kinds], sort=False):
        if kind == MERGED:
            continue
        money, same, many = table == "subscriptions", str(kind).endswith((SAME, TOTAL)), len(rows)
        first = rows.fillna({"value": ""}).iloc[0]
        shown = f" ({first['column']}: {first['value']})" if first["value"] != "" else ""
        yield Observation(
            "low" if same else "high" if money else "medium",
            str(table),
            f"{many:,} {'row' if many == 1 else 'rows'} of {table} {'was' if many == 1 else 'were'} set aside: {kind}",
            many,
            float(rows["arr"].sum(min_count=1)) if money else None,
            f"{first['file']}, line {first['line']}{shown}",
            "nothing is lost: what it says stands in other rows"
            if same
            else "correct it in the CRM and export again; set_aside.csv lists every row",
        )
