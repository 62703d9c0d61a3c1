"""Why CSQLs are turned down or lost, how long they stand in each stage, and whether qualifying them well pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workahead.book import engines
from workahead.book.periods import Day, window
from workahead.book.tables import QUALIFICATION, TABLES
from workahead.metrics.expansion.csql import bounded, csqls
from workahead.metrics.positions import By, money, ordered, rate

if TYPE_CHECKING:
    from workahead.book.book import Book

REASONS = ["outcome", "reason", "csqls", "arr", "share"]
PARTS = [
    "part", "created", "filled", "filled_share", "won_with", "closed_with", "close_rate_with", "low_with",
    "high_with", "won_without", "closed_without", "close_rate_without", "low_without", "high_without",
]  # fmt: skip
ALL_PARTS = "(all parts)"
NOT_STATED = "(not stated)"
STAGES = ["stage", "csqls", "still_there", "days_median", "days_low", "days_high"]
_USED: list[tuple[str, str | None, str]] = [
    ("opportunities", "source", "CSQLs can't be told from other opportunities: no number of this page can be made"),
    ("opportunities", "type", "CSQLs have nothing to be compared with: new business is not told"),
    ("opportunities", "amount", "only numbers of CSQLs are known, not what they are worth"),
    ("opportunities", "loss_reason", "why CSQLs are turned down or lost is not told"),
    ("stage_history", None, "of what was lost nobody knows whether sales had accepted it: there is no close rate"),
    ("targets", None, "there is no goal to compare with"),
    ("accounts", "csm", "CSQLs are not told apart by CSM"),
]  # fmt: skip


def csql_reasons(book: Book, start: Day, end: Day, by: By = None) -> pd.DataFrame:
    """Why the CSQLs created between two closing days were turned down before acceptance, or lost after it.

    | column | meaning |
    |---|---|
    | *by* | the group: what the account says today |
    | outcome | rejected (before acceptance), lost (after it); unknown: no stage history tells which |
    | reason | the loss reason, NOT_STATED where there is none |
    | csqls, arr | so many, and their amounts |
    | share | of the outcome's amount, in the group |

    The largest first. Raises MissingTable, PeriodError, UnknownName.
    """
    names = book.by(by)
    found = csqls(book, *window(book, start, end), names)
    found = found[found["rejected"] | found["lost"]]
    outcome = (
        found["lost"].map({True: "lost", False: "rejected"}).mask(found["unknown"], "unknown").astype("str")
    )
    reason = found["loss_reason"].fillna(NOT_STATED)
    sums = found.assign(outcome=outcome, reason=reason, csqls=1)
    sums = sums.groupby([*names, "outcome", "reason"], as_index=False)[["csqls", "cents"]].sum()
    sums["share"] = rate(sums["cents"], sums.groupby([*names, "outcome"])["cents"].transform("sum"))
    place = sums["outcome"].map({"rejected": 0, "lost": 1, "unknown": 2})
    order = ["place", "cents", "csqls", "reason"]
    sums = sums.assign(place=place).sort_values(
        order, ascending=[True, False, False, True], kind="stable", ignore_index=True
    )
    sums = ordered(sums, names).assign(arr=lambda table: money(table["cents"]))
    return sums[[*names, *REASONS]].astype({"csqls": "int64", "share": "float64"})


def qualification(book: Book, start: Day, end: Day, interval: float = 0.8) -> pd.DataFrame:
    """How completely the CSQLs created between two closing days were qualified, and how often what was so is won.

    | column | meaning |
    |---|---|
    | part | a part of SPICED or MEDDIC (the columns ``qualification_*``); last ALL_PARTS, every part filled |
    | created, filled, filled_share | CSQLs, those with the part filled, and their share |
    | won_with, closed_with, close_rate_with, low_with, high_with | accepted ones with it: won, closed, rate, range |
    | won_without, closed_without, ... | the same without it |

    The ranges are Wilson's at the ``interval``; a better rate is no proof that the part is the cause. No rows where the
    book has no such column. Raises MissingTable, PeriodError.
    """
    found = csqls(book, *window(book, start, end), [])
    untold = bool(found["unknown"].any()) and not found["lost"].any()  # the rate could only be 100%
    parts = [name for name in found.columns if name.startswith(QUALIFICATION)]
    flags = {name.removeprefix(QUALIFICATION): found[name].notna() for name in parts}
    flags |= {ALL_PARTS: found["qualified"]} if parts else {}
    rows = []
    for part, filled in flags.items():
        row: list[object] = [
            part,
            len(found),
            int(filled.sum()),
            filled.mean() if len(found) else float("nan"),
        ]
        for these in (found[filled], found[~filled]):
            won, closed = int(these["won"].sum()), int((these["won"] | these["lost"]).sum())
            share = won / closed if closed and not untold else float("nan")
            row += [won, closed, share, *bounded(share, closed, interval)]
        rows.append(row)
    counts = [
        name
        for name in PARTS
        if name.startswith(("created", "filled", "won", "closed")) and name != "filled_share"
    ]
    kinds = {name: "int64" if name in counts else "float64" for name in PARTS[1:]}
    return pd.DataFrame(rows, columns=PARTS).astype({"part": "str", **kinds})


def csql_stages(book: Book, start: Day, end: Day, by: By = None) -> pd.DataFrame:
    """How many days the CSQLs created between two closing days stood in each stage, open ones included.

    | column | meaning |
    |---|---|
    | *by* | the group: what the account says today |
    | stage | in the order in which stages are usually entered |
    | csqls, still_there | that ever stood in it; that stand in it at the as-of date |
    | days_median, days_low, days_high | from there to the next stage, where one followed: the median, the middle half |

    The first time in each stage counts: a second one, after a step back, is told by some CRMs alone. No rows where
    nothing has a stage history. Raises MissingTable, PeriodError, UnknownName.
    """
    names = book.by(by)
    found = csqls(book, *window(book, start, end), names)
    stays = engines.pandas(book.frame("stage_history").select("opportunity_id", "stage", "entered_date"))
    stays = stays[stays["opportunity_id"].isin(found["opportunity_id"])]
    stays = stays.groupby(["opportunity_id", "stage"], as_index=False)[["entered_date"]].min()
    stays = stays.sort_values(["opportunity_id", "entered_date", "stage"], kind="stable")
    each = stays.groupby("opportunity_id")
    left = each["entered_date"].shift(-1)
    last = left.isna()
    now = found[~found["is_closed"]].set_index("opportunity_id")["stage"]
    stays = stays.assign(
        days=(left - stays["entered_date"]).dt.days.astype("float64"),
        place=each.cumcount(),
        here=stays["stage"] == now.reindex(stays["opportunity_id"]).set_axis(stays.index),
    )
    closed = ~stays["opportunity_id"].isin(now.index)
    stays = stays[~(last & closed)]  # the last stage of what is closed is its end
    stays = stays.merge(found[["opportunity_id", *names]], on="opportunity_id")
    table = stays.groupby([*names, "stage"], as_index=False).agg(
        csqls=("opportunity_id", "nunique"), still_there=("here", "sum"), place=("place", "mean"),
        days_median=("days", "median"), days_low=("days", lambda d: d.quantile(0.25)),
        days_high=("days", lambda d: d.quantile(0.75)),
    )  # fmt: skip
    table = ordered(table.sort_values(["place", "stage"], kind="stable", ignore_index=True), names)
    kinds = {"csqls": "int64", "still_there": "int64", **dict.fromkeys(STAGES[3:], "float64")}
    return table[[*names, *STAGES]].astype(kinds)


def csql_gaps(book: Book) -> pd.DataFrame:
    """What the CSQL figures have no data for: table, column (missing: all of it), effect, advice.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-03-01"], "arr": [100.0]}))
    >>> csql_gaps(book)["table"].tolist()
    ['opportunities', 'stage_history', 'targets', 'accounts']
    """
    rows: list[tuple[str, str | None, str]] = []
    if "opportunities" not in book.tables:
        rows.append(("opportunities", None, "there are no opportunities at all"))
    for table, column, effect in _USED:
        lacking = column is not None and table in book.tables and column not in book.columns(table)
        if lacking or (column is None and table not in book.tables):
            rows.append((table, column, effect))
    have = book.columns("opportunities")
    if have and not any(name.startswith(QUALIFICATION) for name in have):
        effect = "how well CSQLs are qualified is not told"
        rows.append(("opportunities", f"{QUALIFICATION}*", effect))
    advice = [f"it usually comes from {TABLES[table].holder}" for table, _, _ in rows]
    gaps = pd.DataFrame(rows, columns=["table", "column", "effect"], dtype="str")
    return gaps.assign(advice=pd.Series(advice, dtype="str"))
