"""The weekly scoreboard in sentences: are we winning, and do we do what comes before winning."""

from __future__ import annotations

import math

import pandas as pd

from workahead.words.grammar import capital, listed
from workahead.words.numbers import count, percent, points, spelled

MEASURE_NAMES = {
    "nrr": "NRR",
    "csqls": "CSQLs created",
    "calls_on_time": "Calls made on time",
    "decision_makers": "Decision makers spoken to",
    "asked": "“Would you renew?” asked",
    "at_risk_worked": "At-risk accounts worked on",
    "talks": "A call or meeting",
    "quiet_support": "Quiet support",
}
SHARES = ("nrr", "calls_on_time", "at_risk_worked")
_BEFORE = {
    "csqls": "a CSQL",
    "calls_on_time": "a call made on time",
    "decision_makers": "a talk with a decision maker",
    "asked": "“would you renew?” asked",
    "talks": "a call or meeting",
    "quiet_support": "quiet support",
}
_AFTER = {"renewed": "contracts were renewed", "expanded": "customers expanded"}
CAUTION = (
    "This has gone with, not caused: customers who are well take calls. With several measures tried, one may stand "
    "out by chance."
)


def value_text(measure: str, value: float) -> str:
    """A value of the scoreboard as people say it.

    >>> value_text("csqls", 3.0), value_text("csqls", 0.5), value_text("calls_on_time", 0.9), value_text("nrr", 1.0264)
    ('3', '0.5', '90%', '102.6%')
    """
    if measure in SHARES:
        return percent(value, 1 if measure == "nrr" else 0)
    return count(value) if value != value or value == int(value) else f"{value:g}"


def this_week(board: pd.DataFrame) -> pd.DataFrame:
    """The last week of a table of ``wa.scoreboard``, with the week before as ``last``: measure, scope, who, value,
    last, goal, met (the goal is reached; missing where either is not known).
    """
    ends = sorted(board["week_end"].unique())
    keys = ["measure", "scope", "who"]
    now = board[board["week_end"] == (ends[-1] if ends else None)]
    before = board[board["week_end"] == (ends[-2] if len(ends) > 1 else None)]
    table = now[[*keys, "value", "goal"]].merge(
        before[[*keys, "value"]].rename(columns={"value": "last"}), on=keys, how="left"
    )
    known = table["value"].notna() & table["goal"].notna()
    # to a whole thousandth: a rate that prints as its goal has reached it
    table["met"] = (table["value"].round(3) >= table["goal"].round(3)).astype("boolean").where(known)
    return table


def scoreboard_figures(board: pd.DataFrame) -> pd.DataFrame:
    """Each row makes one ``show.Card``: the team's week against the week before, with the goal as its note."""
    rows: list[tuple[object, ...]] = []
    week = this_week(board)
    for row in week[week["scope"] == "team"].dropna(subset=["value"]).to_dict("records"):
        measure = str(row["measure"])
        kind = "percent" if measure in SHARES else "count"
        goal = "" if row["goal"] != row["goal"] else f"; {_goal(measure)} {value_text(measure, row['goal'])}"
        note = f"than last week{goal}" if row["last"] == row["last"] else goal[2:] or None
        change = row["value"] - row["last"]
        rows.append((MEASURE_NAMES[measure], row["value"], change, kind, "up", note, measure))
    names = ["label", "value", "change", "kind", "good", "note", "how"]
    return pd.DataFrame(rows, columns=names, dtype="object")


def _goal(measure: str) -> str:
    return "should be" if measure == "nrr" else "goal"


def scoreboard_sentence(board: pd.DataFrame) -> str:
    """Whether the team is winning: the one goal first, then how many lead measures reached theirs this week."""
    week = this_week(board)
    team = week[week["scope"] == "team"].set_index("measure")
    if team.empty:
        return "There is no customer to win with."
    said = "NRR is not known"
    value, goal = (float(team[name].get("nrr", math.nan)) for name in ("value", "goal"))
    # not that of the last twelve months, which stands on top of a page
    far = f"NRR of the target’s year stands at {percent(value)} so far"
    if value == value:
        gap = round(value - goal, 12)
        if goal != goal:
            year = "the year that ends with this quarter"
            said = f"NRR of {year} stands at {percent(value)} so far; there is no target for it"
        elif points(abs(gap)) == points(0):
            said = f"We are on course: {far}, where it should be today"
        else:
            win = "We are winning" if gap > 0 else "We are behind"
            side = "above" if gap > 0 else "below"
            said = f"{win}: {far}, {points(abs(gap))} {side} where it should be today"
    leads = team.drop(index="nrr", errors="ignore")
    judged = leads[leads["met"].notna()]
    if judged.empty:
        return said + "."
    reached = int(judged["met"].astype("bool").sum())
    of = f"{count(reached)} of {count(len(judged), 'lead measure')} reached the week’s goal"
    missed = [MEASURE_NAMES[name] for name in judged.index[~judged["met"].astype("bool")]]
    short = f"; short: {listed([name if name.startswith('CSQL') else _lower(name) for name in missed])}"
    return f"{said}. {capital(of)}{short if missed else ''}."


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def people_sentence(board: pd.DataFrame) -> str:
    """Who reached most of the week's goals, and who fewest. ``board`` is a table of ``wa.scoreboard``."""
    week = this_week(board)
    leads = week[(week["scope"] == "csm") & (week["measure"] != "nrr")].dropna(subset=["met"])
    if leads.empty:
        return "By person nothing can be told."
    met = leads.groupby("who")["met"].agg(["sum", "size"]).astype("int64")
    share = met["sum"] / met["size"]
    parts = []
    for value, what in ((share.max(), "most"), (share.min(), "fewest")):
        who = share.index[share == value]
        some = listed([str(name) for name in who]) if len(who) <= 3 else f"{count(len(who))} people"
        of = met.loc[who[0]]
        each = " each" if len(who) > 1 and met.loc[who, "size"].nunique() == 1 else ""
        parts.append(f"{some} reached {what} ({count(of['sum'])} of {count(of['size'])}{each})")
    if share.max() == share.min():
        return "All reached as many of the week’s goals."
    return f"Of the week’s goals {parts[0]}, {parts[1].replace(' reached', '')}."


def unknown_sentence(board: pd.DataFrame) -> str:
    """Which measures have no value in these weeks."""
    known = board.groupby("measure", sort=False)["value"].count()
    unknown = [MEASURE_NAMES[str(name)] for name in known.index[known == 0]]
    if not unknown:
        return "Nothing is missing: the book can tell every measure of the scoreboard."
    return (
        f"Nothing is known of {listed(unknown)}: the book lacks the tables, or nothing fell into these weeks."
    )


def gone_before_sentence(leads: pd.DataFrame) -> str:
    """What has gone before renewals and bookings in this book, and the caution it needs.

    ``leads`` is a table of ``wa.lead_measures``.
    """
    judged = leads[leads["finding"] != "too few"]
    if judged.empty:
        return "There is too little history to tell what goes before renewals and bookings."
    parts = []
    for outcome, rows in judged[judged["finding"] != "open"].groupby("outcome", sort=False):
        for finding, some in rows.groupby("finding", sort=False):
            firm = [
                f"{_BEFORE[str(row['measure'])]} ({percent(row['rate_with'], 0)} against "
                f"{percent(row['rate_without'], 0)})"
                for row in some.to_dict("records")
            ]
            parts.append(f"{_AFTER[str(outcome)]} {finding} after {listed(firm)}")
    unclear = int((judged["finding"] == "open").sum())
    more = "comparison" if unclear == 1 else "comparisons"
    rest = f"; of {spelled(unclear)} other {more} nothing can be said" if unclear else ""
    if not parts:
        return f"None of {count(len(judged), 'comparison')} stands out from chance in this book’s history."
    return f"{capital('; '.join(parts))}{rest}. {CAUTION}"
