"""Where retention will land, and the plan for NRR, in sentences."""

from __future__ import annotations

import pandas as pd

from workahead.words.dates import day, span
from workahead.words.grammar import capital, extremes, listed, ungrouped
from workahead.words.numbers import count, money, percent, points, spelled

DECIDE = 3
"""Renewals that a sentence names."""


def forecast_figures(projected: pd.DataFrame, plan: pd.DataFrame) -> pd.DataFrame:
    """The cards of a forecast: label, value, kind, note.

    ``projected`` is a table of ``wa.project_retention`` and ``plan`` one of ``wa.nrr_plan``, both of one row.
    """
    now, goal = _first(projected), _first(plan)
    target = percent(goal["target"]) if goal["target"] == goal["target"] else "no target"
    rows = [
        ("GRR, projected", now["grr"], "percent", _between(now, "grr")),
        ("NRR, projected", now["nrr"], "percent", _between(now, "nrr")),
        ("Due in the period", now["due_arr"], "money", count(now["renewals"], "renewal")),
        ("Called", now["called_share"], "percent", "of what is due"),
        ("Expansion needed", goal["expansion_needed"], "money", f"for NRR of {target}"),
        ("Still short by", goal["gap"], "money", "after booked and open, weighted"),
    ]
    table = pd.DataFrame(rows, columns=["label", "value", "kind", "note"]).astype({"value": "float64"})
    if nothing_due(projected):
        table.loc[:1, "value"], table.loc[:1, "note"] = float("nan"), "no contract with an end date comes due"
    renewals = now["renewals"]
    return table.assign(
        how=[
            "grr_projected",
            "nrr_projected",
            "due_arr",
            "called_share",
            "expansion_needed",
            "expansion_gap",
        ],
        rows_behind=[renewals] * 4 + [None] * 2,
    )


def nothing_due(projected: pd.DataFrame) -> bool:
    """Whether days lie ahead in which no contract comes due: a table of ``wa.project_retention`` then knows of no loss.

    Contracts without an end date, as a table of months gives them, never come due; yet their ARR can be lost.
    """
    if not _none_due(projected):
        return False
    ranges = [projected[f"{one}_high"] > projected[f"{one}_low"] for one in ("grr", "nrr")]
    return any(one.any() for one in ranges)  # what is over is known, whatever came due


def nothing_due_sentence(last: pd.DataFrame | None = None) -> str:
    """That GRR can't be projected; ``last``, a table of ``wa.retention`` of one row, tells what it was.

    >>> last = pd.DataFrame({"period_start": ["2025-10-31"], "period_end": ["2026-10-31"], "grr": [0.893]})
    >>> print(nothing_due_sentence(last).split(", ")[1])
    so nothing can be said on where GRR will land; from November 2025 to October 2026 it was 89.3%.
    """
    none = "No contract with an end date comes due in the period"
    text = f"{none}, so nothing can be said on where GRR will land"
    if last is None or last["grr"].isna().all():
        return f"{text}."
    row = _first(last)
    return f"{text}; from {span(row['period_start'], row['period_end'])} it was {percent(row['grr'])}."


def projection_sentence(
    projected: pd.DataFrame,
    renewals: pd.DataFrame | None = None,
    currency: str | None = None,
    last: pd.DataFrame | None = None,
) -> str:
    """Where GRR and NRR will land, and on which renewals that rests.

    ``projected`` is a table of ``wa.project_retention`` of one row, ``renewals`` one of ``wa.renewal_probabilities``
    for what is still open in the period, ``last`` one of ``wa.retention``: said where nothing comes due.

    >>> row = pd.DataFrame({"grr": [0.912], "grr_low": 0.896, "grr_high": 0.928, "nrr": 1.03, "nrr_low": 1.01,
    ...                     "nrr_high": 1.05})
    >>> projection_sentence(row)
    'GRR will land at 91.2%, between 89.6% and 92.8% in four cases of five; NRR at 103.0%, between 101.0% and 105.0%.'
    """
    row = _first(projected)
    if row["grr"] != row["grr"]:
        return "There is nothing to project: no customer has ARR at the period's start."
    if nothing_due(projected):
        return nothing_due_sentence(last)
    if row["grr_low"] == row["grr_high"] and row["nrr_low"] == row["nrr_high"]:
        said = "Nothing is left to project:"
        if _none_due(projected):
            said = "No contract with an end date comes due in the period; as far as is known,"
        return f"{said} GRR is {percent(row['grr'])}, NRR {percent(row['nrr'])}."
    text = (
        f"GRR will land at {percent(row['grr'])}, between {percent(row['grr_low'])} and {percent(row['grr_high'])} "
        f"in four cases of five; NRR at {percent(row['nrr'])}, between {percent(row['nrr_low'])} and "
        f"{percent(row['nrr_high'])}."
    )
    return text if renewals is None else f"{text} {deciding_sentence(renewals, currency)}"


def deciding_sentence(renewals: pd.DataFrame, currency: str | None = None) -> str:
    """On which renewals the projection rests: the largest in ARR exposed.

    >>> due = pd.DataFrame({"account_id": ["A", "B", "C", "D", "E"], "due_arr": [6e5, 5e5, 3e5, 1e5, 1e5],
    ...                     "probability": [0.5, 0.6, 0.4, 0.9, 0.9], "low": 0.3, "high": 0.9, "category": None})
    >>> deciding_sentence(due)
    'Of 1.6M still due, 1.4M rests on three renewals: A, B and C.'
    """
    due = float(renewals["due_arr"].sum())
    if not due:
        return "Nothing is still due in the period."
    exposed = (renewals["due_arr"] * (1 - renewals["probability"])).round(2)
    largest = renewals.loc[exposed.sort_values(ascending=False, kind="stable").index].head(DECIDE)
    called = largest["name"].fillna(largest["account_id"]) if "name" in largest else largest["account_id"]
    who = listed([str(one) for one in called])
    if len(renewals) <= DECIDE:
        return f"{money(due, currency)} is still due: {who}."
    amount = money(largest["due_arr"].sum())
    return f"Of {money(due, currency)} still due, {amount} rests on {spelled(len(largest))} renewals: {who}."


def projection_group_sentence(table: pd.DataFrame, by: str | None = None) -> str:
    """The groups with the highest and the lowest projected GRR.

    >>> projection_group_sentence(pd.DataFrame({"segment": ["SMB", "Enterprise"], "starting_arr": [1e6, 2e6],
    ...                                         "grr": [0.82, 0.94], "called_share": [0.3, 0.9]}))
    'Enterprise is projected to keep most (GRR 94.0%), SMB least (82.0%; 30% of what it has due is called).'
    """
    by = by or str(table.columns[0])
    known = table.dropna(subset=["grr"])
    known = known[known["starting_arr"] >= 0.01 * float(known["starting_arr"].sum())]
    if nothing_due(table):
        return "Nothing comes due in any group: there is no projected GRR to compare."
    if len(known) < 2:
        return f"There are not two groups by {by.replace('_', ' ')} to compare."
    best, worst = extremes(known, "grr")
    if percent(best["grr"]) == percent(worst["grr"]):
        return f"All {count(len(known), 'group')} are projected alike, at {percent(best['grr'])}."
    called = worst["called_share"]
    said = "" if called != called else f"; {percent(called, 0)} of what it has due is called"
    return (
        f"{best[by]} is projected to keep most (GRR {percent(best['grr'])}), "
        f"{worst[by]} least ({percent(worst['grr'])}{said})."
    )


def target_sentence(projected: pd.DataFrame, target: float) -> str:
    """How far the projected NRR is from its target, and whether the range reaches it.

    >>> row = pd.DataFrame({"nrr": [1.03], "nrr_low": 1.01, "nrr_high": 1.05})
    >>> target_sentence(row, 1.06)
    'The projected NRR lies 3.0 points below the target of 106.0%, which is above the range.'
    >>> target_sentence(row, 1.02)
    'The projected NRR lies 1.0 points above the target of 102.0%, which is inside the range.'
    """
    row = _first(projected)
    if row["nrr"] != row["nrr"]:
        return "There is nothing to hold against a target: no customer has ARR at the period's start."
    if target != target:
        return "This period has no NRR target."
    off = round(float(row["nrr"]) - target, 12)
    if row["nrr_low"] == row["nrr_high"]:
        range_ = "; the period is over, or nothing in it is uncertain"
    elif row["nrr_low"] <= target <= row["nrr_high"]:
        range_ = ", which is inside the range"
    else:
        range_ = f", which is {'above' if off < 0 else 'below'} the range"
    range_ += (
        "; the projection counts no loss to come, as nothing comes due" if nothing_due(projected) else ""
    )
    if points(abs(off)) == points(0):
        return f"The projected NRR is the target of {percent(target)}{range_}."
    way = "above" if off > 0 else "below"
    return f"The projected NRR lies {points(abs(off))} {way} the target of {percent(target)}{range_}."


def ahead_sentence(as_of: object, end: object, page_end: object) -> str:
    """Which days a look ahead spans, on a page whose own period may be over.

    >>> print(ahead_sentence("2026-10-31", "2027-10-31", "2026-09-30"))
    Ahead from the data's last day, 31 October 2026, to 31 October 2027; the page's period ended on 30 September 2026.
    """
    text = f"Ahead from the data's last day, {day(as_of)}, to {day(end)}"
    if pd.Timestamp(page_end) >= pd.Timestamp(as_of):  # type: ignore[arg-type]
        return f"{text}."
    return f"{text}; the page's period ended on {day(page_end)}."


def plan_sentence(
    plan: pd.DataFrame,
    currency: str | None = None,
    assumed: bool = False,
    projected: pd.DataFrame | None = None,
) -> str:
    """What expansion must still close for the target, and whether the open pipeline is enough.

    ``plan`` is a table of ``wa.nrr_plan`` of one row, ``assumed``: its close rate is a what-if's; ``projected`` one of
    ``wa.project_retention`` for its days, to tell where it counts no loss because nothing comes due.

    >>> plan = pd.DataFrame({"period_end": [pd.Timestamp("2026-12-31")], "starting_arr": [24e6], "target": [1.08],
    ...     "expansion_needed": [3.9e6], "expansion_booked": [1.8e6], "expansion_weighted": [0.9e6], "gap": [1.2e6],
    ...     "close_rate": [0.41], "pipeline_needed": [5.12e6], "pipeline_open": [3e6]})
    >>> for sentence in plan_sentence(plan).split(". "): print(sentence)
    To reach NRR of 108.0% by 31 December 2026, 2.1M of expansion must still close, beside 1.8M that is booked
    At our close rate of 41% that takes 5.1M of pipeline; 3.0M is open, worth 900.0k by its stages: 1.2M short.
    """
    row = _first(plan)
    if not row["starting_arr"] > 0:
        return "There is no plan to make: no customer has ARR at the period's start."
    if row["target"] != row["target"]:
        return "There is no plan to make: this period has no NRR target."
    goal = f"NRR of {percent(row['target'])} by {day(row['period_end'])}"
    booked = money(row["expansion_booked"])
    lossless = row.get("projected_gross_arr") == row["starting_arr"]
    lossless = lossless or (projected is not None and nothing_due(projected))
    left = row["expansion_needed"] - row["expansion_booked"]
    if round(left, 2) <= 0:
        enough = f"the {booked} that is booked" if row["expansion_booked"] else "what is expected to stay"
        losses = "nothing is lost (no loss to come is projected)" if lossless else "losses come as projected"
        return f"{capital(goal)} needs no more expansion: {enough} is enough, if {losses}."
    beside = f", beside {booked} that is booked" if row["expansion_booked"] else ""
    more = ", and more if anything is lost (no loss to come is projected)" if lossless else ""
    text = f"To reach {goal}, {money(left, currency)} of expansion must still close{beside}{more}."
    if row["close_rate"] != row["close_rate"]:
        return f"{text} No expansion opportunity has been closed in this book: what that takes can't be said."
    ours, worth_by = ("an assumed", "at that rate") if assumed else ("our", "by its stages")
    needs = (
        f"At {ours} close rate of {percent(row['close_rate'], 0)} that takes {money(row['pipeline_needed'])}"
    )
    needs += " of pipeline"
    if not row["pipeline_open"]:
        return f"{text} {needs}; none is open that closes by then."
    worth = f"{money(row['pipeline_open'])} is open, worth {money(row['expansion_weighted'])} {worth_by}"
    verdict = f"{money(row['gap'])} short" if round(row["gap"], 2) > 0 else "enough"
    return f"{text} {needs}; {worth}: {verdict}."


def plan_group_sentence(plan: pd.DataFrame, by: str | None = None, currency: str | None = None) -> str:
    """Which groups are short of their own target. ``plan`` is a table of ``wa.nrr_plan`` with ``by``.

    >>> plan_group_sentence(pd.DataFrame({"csm": ["Ana", "Bo", "Cy"], "starting_arr": 1e6, "gap": [2e5, 0.0, 1e5]}))
    'With the same target for each, two of three are short, together by 300.0k; Ana by most (200.0k).'
    """
    by = by or str(plan.columns[0])
    there = plan[plan["starting_arr"] > 0]
    short = there[there["gap"].round(2) > 0]
    if there.empty:
        return "No customer has ARR at the period's start."
    if nothing := ungrouped(there, by):
        return nothing
    if short.empty and len(there) == 1:
        return f"{there[by].iloc[0]} is not short of the target."
    if short.empty:
        return f"With the same target for each, none of {spelled(len(there))} is short."
    most, _ = extremes(short, "gap")
    if len(there) == 1:
        return f"{most[by]} is short of the target by {money(most['gap'], currency)}."
    amount = money(short["gap"].sum(), currency)
    if len(short) == 1:
        return (
            f"With the same target for each, one of {spelled(len(there))} is short: {most[by]}, by {amount}."
        )
    return (
        f"With the same target for each, {spelled(len(short))} of {spelled(len(there))} are short, "
        f"together by {amount}; {most[by]} by most ({money(most['gap'])})."
    )


def projection_gaps_sentence(gaps: pd.DataFrame) -> str:
    """What the book lacks for the projection. ``gaps`` is the table of ``wa.projection_gaps``.

    >>> print(projection_gaps_sentence(pd.DataFrame({"table": ["activities", "accounts", "subscriptions"],
    ...     "column": [None, "segment", None], "effect": ["", "", "the past is short"]})))
    The projection could know more: the book lacks activities and accounts.segment. The past is short.
    """
    if gaps.empty:
        return "The book has every table and column that the projection uses."
    # every book has subscriptions: it is their past, or their ends
    there = gaps["table"].eq("subscriptions") & (gaps["column"].isna() | gaps["column"].eq("end_date"))
    lacks = [
        str(table) if pd.isna(column) else f"{table}.{column}"
        for table, column in gaps.loc[~there, ["table", "column"]].itertuples(index=False)
    ]
    said = [f"The projection could know more: the book lacks {listed(lacks)}."] if lacks else []
    return " ".join([*said, *(f"{capital(str(effect))}." for effect in gaps.loc[there, "effect"])])


def _none_due(projected: pd.DataFrame) -> bool:
    return "due_arr" in projected and projected["starting_arr"].sum() > 0 and not projected["due_arr"].sum()


def _first(table: pd.DataFrame) -> pd.Series:
    """The one row; where there is none (an empty book), one of missing values."""
    if table.empty:
        return pd.Series(float("nan"), index=table.columns, dtype="float64")
    return table.iloc[0]


def _between(row: pd.Series, metric: str) -> str:
    low, high = row[f"{metric}_low"], row[f"{metric}_high"]
    return "" if low != low or low == high else f"{percent(low)} to {percent(high)}"
