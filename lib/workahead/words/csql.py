"""CSQLs in sentences."""

from __future__ import annotations

import pandas as pd

from workahead.book.tables import NOT_SET
from workahead.words.grammar import capital, extremes, listed
from workahead.words.numbers import count, money, percent, spelled

MARK, TWICE = 0.15, 2.0
"""Published marks: pipeline of 15% of starting ARR a year, and twice the close rate of new business."""
_LOST = "after acceptance most ARR was lost for"
_NONE = "No CSQL was created in this period."
FEWEST = 5  # decided CSQLs behind a rate that is named


def csql_figures(funnel: pd.DataFrame, record: pd.DataFrame | None = None) -> pd.DataFrame:
    """The cards of a CSQL page: label, value, kind, note.

    ``funnel`` is a table of ``wa.csql_funnel`` of one row; ``record`` one of the longer time that the close rates are
    of, where that is another.
    """
    row = _first(funnel)
    past = _first(funnel if record is None else record)
    times = past["times_new_business"]
    beside = f"{times:.1f} times new business" if times == times else "of the accepted, by count"
    goal = (
        f"of a goal of {money(row['goal_arr'])}" if row["goal_arr"] == row["goal_arr"] else "no goal is set"
    )
    rows = [
        ("Created", row["created_arr"], "money", count(row["created"], "CSQL")),
        ("Accepted", row["accepted_arr"], "money", f"{percent(row['acceptance_rate'], 0)} of them, by count"),
        ("Close rate", past["close_rate"], "percent", beside),
        ("Pipeline", row["pipeline_share"], "percent", "accepted, of starting ARR"),
        ("Attainment", row["attainment"], "percent", goal),
        ("Fully qualified", row["qualified_share"], "percent", "of those created"),
    ]
    table = pd.DataFrame(rows, columns=["label", "value", "kind", "note"]).astype({"value": "float64"})
    behind = [row["created"], row["accepted"], past["won"] + past["lost"], row["accepted"], row["accepted"]]
    hows = ("created", "accepted", "close_rate", "pipeline", "attainment", "qualified")
    return table.assign(how=[f"csql_{name}" for name in hows], rows_behind=[*behind, row["created"]])


def csql_sentence(funnel: pd.DataFrame, currency: str | None = None) -> str:
    """What was created, accepted and won, against the goal. ``funnel`` is a table of ``wa.csql_funnel`` of one row.

    >>> row = pd.DataFrame({"created": [40], "created_arr": 4e6, "accepted": 30, "accepted_arr": 3e6, "won": 12,
    ...                     "won_arr": 1e6, "open": 9, "goal_arr": 2.5e6, "attainment": 1.2})
    >>> for part in csql_sentence(row).split("; "): print(part)
    Of 40 CSQLs worth 4.0M, sales accepted 30 (3.0M) and 12 are won (1.0M)
    9 are still open. Accepted pipeline is 120% of the goal of 2.5M.
    """
    row = _first(funnel)
    if not row["created"] > 0:
        return _NONE
    one = row["created"] == 1
    text = (
        f"Of {count(row['created'], 'CSQL')} worth {money(row['created_arr'], currency)}, sales accepted "
        f"{count(row['accepted'])} ({money(row['accepted_arr'])}) and {count(row['won'])} "
        f"{'is' if row['won'] == 1 else 'are'} won ({money(row['won_arr'])})"
    )
    if row["open"]:
        text += (
            f"; {'it is' if one else count(row['open']) + (' is' if row['open'] == 1 else ' are')} still open"
        )
    if row["attainment"] == row["attainment"]:
        goal = money(row["goal_arr"])
        text += f". Accepted pipeline is {percent(row['attainment'], 0)} of the goal of {goal}"
    return f"{text}."


def pipeline_sentence(funnel: pd.DataFrame, months: int = 12) -> str:
    """Accepted pipeline as a share of starting ARR, beside the published mark. The funnel is of so many ``months``.

    >>> pipeline_sentence(pd.DataFrame({"created": [9], "pipeline_share": [0.18], "starting_arr": [1e6]}))
    'What sales accepted is 18% of the ARR at the start of these 12 months; 15% a year is the published mark.'
    """
    row = _first(funnel)
    if not row["starting_arr"] > 0:
        return "There was no ARR at the start to compare CSQLs with."
    mark = f"{percent(MARK, 0)} a year is the published mark"
    return (
        f"What sales accepted is {percent(row['pipeline_share'], 0)} of the ARR at the start of these "
        f"{count(months, 'month')}; {mark}."
    )


def close_rate_sentence(funnel: pd.DataFrame) -> str:
    """How often CSQLs close, beside new business. ``funnel`` is a table of ``wa.csql_funnel`` of one row.

    >>> row = pd.DataFrame({"won": [12], "lost": 12, "close_rate": 0.5, "low": 0.37, "high": 0.63, "unknown": 0,
    ...     "new_business_close_rate": 0.25, "new_business_low": 0.2, "new_business_high": 0.31,
    ...     "times_new_business": 2.0})
    >>> for part in close_rate_sentence(row).split("; "): print(part)
    Of the CSQLs that sales accepted and closed, 50% were won
    of new business 25%: 2.0 times as often, as it should be.
    """
    row = _first(funnel)
    if row["close_rate"] != row["close_rate"]:
        if row["unknown"] > 0:
            return (
                "No CSQL that was lost has a stage history, so nobody can say which of them sales had accepted: "
                "there is no close rate."
            )
        return "No CSQL that sales accepted has been won or lost."
    text = f"Of the CSQLs that sales accepted and closed, {percent(row['close_rate'], 0)} were won"
    if row["new_business_close_rate"] != row["new_business_close_rate"]:
        return f"{text}; no new business of these days has been closed to compare it with."
    text += f"; of new business {percent(row['new_business_close_rate'], 0)}"
    if row["new_business_low"] <= row["high"] and row["low"] <= row["new_business_high"]:
        return f"{text}: the ranges overlap, so it may be chance."
    times = f"{row['times_new_business']:.1f} times as often"
    if row["times_new_business"] >= TWICE:
        return f"{text}: {times}, as it should be."
    return f"{text}: {times}; the published mark is twice."


def csql_group_sentence(funnel: pd.DataFrame, by: str | None = None) -> str:
    """Which groups reach their goal, or where there is none, which bring most for their book.

    ``funnel`` is a table of ``wa.csql_funnel`` with ``by``.

    >>> print(csql_group_sentence(pd.DataFrame({"csm": ["Ana", "Bo", "Cy"], "created": [9, 4, 2],
    ...     "goal_arr": [1e5, 1e5, 2e5], "attainment": [1.3, 0.8, 0.5], "pipeline_share": [0.2, 0.1, 0.05]})))
    One of three has reached the goal: Ana (130%). Cy is furthest from it (50%).
    """
    by = by or str(funnel.columns[0])
    there = funnel[funnel[by].astype("str") != NOT_SET]
    if not funnel["created"].sum():
        return _NONE
    goals = there[there["goal_arr"] > 0]
    if goals.empty:
        known = there[there["pipeline_share"].notna() & (there["created"] > 0)]
        if len(known) < 2:
            return "There are not two groups with CSQLs to compare."
        best, worst = extremes(known, "pipeline_share")
        most, least = (percent(row["pipeline_share"], 0) for row in (best, worst))
        return (
            f"{best[by]} brings most for the size of its book (accepted pipeline of {most} of starting ARR), "
            f"{worst[by]} least ({least})."
        )
    met = goals[goals["attainment"] >= 1].sort_values("attainment", ascending=False, kind="stable")
    best, worst = extremes(goals, "attainment")
    furthest = f"{worst[by]} is furthest from it ({percent(worst['attainment'], 0)})."
    if len(goals) == 1:
        return f"{best[by]} is at {percent(best['attainment'], 0)} of the goal."
    if met.empty:
        closest = f"{best[by]} is closest ({percent(best['attainment'], 0)})."
        return f"None of {spelled(len(goals))} has reached the goal. {closest} {furthest}"
    who = listed(
        [f"{name} ({percent(share, 0)})" for name, share in zip(met[by], met["attainment"], strict=True)][:3]
    )
    more = f" and {spelled(len(met) - 3)} more" if len(met) > 3 else ""
    who = who.replace(" and ", ", ") if more else who
    has = "has" if len(met) == 1 else "have"
    text = f"{capital(spelled(len(met)))} of {spelled(len(goals))} {has} reached the goal: {who}{more}."
    return text if len(met) == len(goals) else f"{text} {furthest}"


def cohort_fate_sentence(funnel: pd.DataFrame) -> str:
    """How much of each period's CSQLs is still open. ``funnel`` is a table of ``wa.csql_funnel`` with ``freq``.

    >>> print(cohort_fate_sentence(pd.DataFrame({"created": [20, 10, 0], "open": [0, 6, 0]})))
    6 of the 30 CSQLs are still open, all created in the newest period that has any: its rates will still move.
    """
    created, still = int(funnel["created"].sum()), int(funnel["open"].sum())
    if not created:
        return _NONE
    if not still:
        return f"All {count(created, 'CSQL')} are decided."
    waiting = funnel[funnel["open"] > 0]
    text = f"{count(still)} of the {count(created, 'CSQL')} {'is' if still == 1 else 'are'} still open"
    newest = funnel[funnel["created"] > 0].index[-1]
    if len(waiting) == 1 and waiting.index[0] == newest:
        return f"{text}, all created in the newest period that has any: its rates will still move."
    return f"{text}, in {spelled(len(waiting))} of the periods: their rates will still move."


def reasons_sentence(reasons: pd.DataFrame) -> str:
    """The reason most often given before acceptance, and after it. ``reasons`` is a table of ``wa.csql_reasons``.

    >>> said = reasons_sentence(pd.DataFrame({"outcome": ["rejected", "rejected", "lost"],
    ...     "reason": ["Timing", "Not a fit", "No budget"], "csqls": [3, 2, 4], "arr": [2e5, 1e5, 4e5]}))
    >>> for part in said.split("; "): print(part)
    Before acceptance most ARR was turned down for “Timing” (3 of 5, 200.0k)
    after it most was lost for “No budget” (4 of 4, 400.0k).
    """
    parts: list[str] = []
    said = (
        ("rejected", "before acceptance most ARR was turned down for"),
        ("lost", "after it most was lost for" if "rejected" in set(reasons["outcome"]) else _LOST),
        ("unknown", "where no history tells whether it was accepted, most was lost for"),
    )
    for outcome, text in said:
        rows = reasons[reasons["outcome"] == outcome]
        if rows.empty:
            continue
        top, _ = extremes(rows, "arr")
        parts.append(
            f"{text} “{top['reason']}” ({count(top['csqls'])} of {count(rows['csqls'].sum())}, {money(top['arr'])})"
        )
    return f"{capital('; '.join(parts))}." if parts else "No CSQL of this period was turned down or lost."


def qualification_sentence(table: pd.DataFrame) -> str:
    """How complete CSQLs are, and whether complete ones close more often. ``table`` is one of ``wa.qualification``.

    >>> said = qualification_sentence(pd.DataFrame({"part": ["pain", "impact", "(all parts)"], "created": 50,
    ...     "filled_share": [0.9, 0.7, 0.6], "closed_with": [30, 25, 20], "closed_without": [5, 10, 15],
    ...     "close_rate_with": [0.5, 0.5, 0.6], "close_rate_without": [0.4, 0.4, 0.4],
    ...     "low_with": 0.5, "high_with": 0.7, "low_without": 0.3, "high_without": 0.45}))
    >>> for sentence in said.split(". "): print(sentence)
    60% of CSQLs have every part filled; impact is filled least often (70%)
    Complete ones close more often: 60% against 40%.
    """
    if table.empty:
        return "The opportunities hold no qualification: nothing tells how well CSQLs are qualified."
    if not table["created"].iloc[0]:
        return _NONE
    parts, every = table.iloc[:-1], table.iloc[-1]
    _, least = extremes(parts, "filled_share")
    text = f"{percent(every['filled_share'], 0)} of CSQLs have every part filled; "
    text += f"{least['part'].replace('_', ' ')} is filled least often ({percent(least['filled_share'], 0)})."
    one, other = every["close_rate_with"], every["close_rate_without"]
    if min(every["closed_with"], every["closed_without"]) < FEWEST or one != one or other != other:
        return f"{text} Too little is known of what closed to say whether complete ones close more often."
    rates = f"{percent(one, 0)} against {percent(other, 0)}"
    if every["low_with"] > every["high_without"]:
        return f"{text} Complete ones close more often: {rates}."
    if every["high_with"] < every["low_without"]:
        return f"{text} Complete ones close less often: {rates}."
    return f"{text} Complete ones close {rates}: the ranges overlap, so it may be chance."


def stages_sentence(stages: pd.DataFrame) -> str:
    """Where CSQLs stand longest. ``stages`` is a table of ``wa.csql_stages``.

    >>> stages = pd.DataFrame({"stage": ["S1", "S2"], "days_median": [12.0, 30.0], "still_there": [2, 1]})
    >>> print(stages_sentence(stages))
    CSQLs stand longest in S2, 30 days at the median; 3 are on their way.
    """
    known = stages.dropna(subset=["days_median"])
    if known.empty:
        return "No CSQL of this period has left a stage yet, or no stage history is told."
    longest, _ = extremes(known, "days_median")
    here = int(stages["still_there"].sum())
    text = f"CSQLs stand longest in {longest['stage']}, {count(longest['days_median'], 'day')} at the median"
    return f"{text}; {count(here)} {'is' if here == 1 else 'are'} on their way." if here else f"{text}."


def csql_gaps_sentence(gaps: pd.DataFrame) -> str:
    """What the book lacks for these figures. ``gaps`` is the table of ``wa.csql_gaps``."""
    if gaps.empty:
        return "The book has every table and column that these figures use."
    said = [
        f"{str(table).replace('_', ' ')}" if pd.isna(column) else f"{table}.{column}"
        for table, column in zip(gaps["table"], gaps["column"], strict=True)
    ]
    return f"The book lacks {listed(said)}: {gaps['effect'].iloc[0]}."


def _first(table: pd.DataFrame) -> pd.Series:
    """The one row; where there is none (an empty book), one of missing values."""
    return table.iloc[0] if len(table) else pd.Series(float("nan"), index=table.columns, dtype="float64")
