"""The quota period in sentences: where it should stand, where it stands, what is still to come."""

from __future__ import annotations

import pandas as pd

from workahead.words.dates import day
from workahead.words.grammar import capital, extremes, listed
from workahead.words.numbers import count, money, percent, spelled

_NO_QUOTA = "There is no quota for this period."
_ACTIVITIES = {"call": "calls", "meeting": "meetings", "csql": "new CSQLs"}


def booking_sentence(curve: pd.DataFrame, what: str = "bookings") -> str:
    """When half of a period's bookings are in. ``curve`` is a table of ``wa.booking_curve``.

    >>> curve = {"week": [1, 2, 3, 4], "share": [0.1, 0.2, 0.6, 1.0], "basis": "record", "periods": 8}
    >>> booking_sentence(pd.DataFrame(curve))
    'By half time 20% of bookings are in, half of them only by week 3, and 40% come in the last week (8 past periods).'
    """
    if curve.empty:
        return "There are no bookings to learn the shape of a period from."
    if (curve["basis"] != "record").any():
        had = int(curve["periods"].iloc[0])
        few = f"Only {count(had, 'past period')}" if had else "No past period"
        return f"{few} had {what}, so the plan is a straight line: three are needed for a record."
    weeks = len(curve)
    middle = float(curve["share"].iloc[weeks // 2 - 1])
    half = int(curve.loc[curve["share"] >= 0.5, "week"].iloc[0])
    last = 1 - float(curve["share"].iloc[-2]) if weeks > 1 else 1.0
    when = f"half of them {'already' if half <= weeks / 2 else 'only'} by week {half}"
    past = count(curve["periods"].iloc[0], "past period")
    text = f"By half time {percent(middle, 0)} of {what} are in, {when}"
    return f"{text}, and {percent(last, 0)} come in the last week ({past})."


def expected_by(pace: pd.DataFrame, at: object) -> float:
    """What past periods would have had by the close of a day: within a week, on a straight line.

    >>> pace = pd.DataFrame({"week_start": pd.to_datetime(["2026-10-01", "2026-10-08"]), "expected": [70.0, 140.0],
    ...                      "week_end": pd.to_datetime(["2026-10-07", "2026-10-14"])})
    >>> expected_by(pace, "2026-10-02"), expected_by(pace, "2026-10-08"), expected_by(pace, "2026-12-31")
    (20.0, 80.0, 140.0)
    """
    today = pd.Timestamp(at)  # type: ignore[arg-type]
    begun = pace[pace["week_start"] <= today]
    if begun.empty:
        return 0.0
    row = begun.iloc[-1]
    before = float(begun["expected"].iloc[-2]) if len(begun) > 1 else 0.0
    days = (row["week_end"] - row["week_start"]).days + 1
    done = min((today - row["week_start"]).days + 1, days) / days
    return round(before + (float(row["expected"]) - before) * float(done), 2)


def pace_figures(pace: pd.DataFrame, quota: float, at: object) -> pd.DataFrame:
    """The cards of a quota plan: label, value, kind, note. ``pace`` is a table of ``wa.quota_pace`` at this day."""
    booked, expected = _stands(pace), expected_by(pace, at) if len(pace) else float("nan")
    left = max(quota - booked, 0.0) if quota == quota else float("nan")
    weeks = int(pace["needed"].notna().sum())
    open_ = float(pace["pipeline_open"].sum()) if len(pace) else float("nan")
    rows = [
        ("Quota", quota, "money", "for the whole period"),
        ("Booked", booked, "money", f"by {day(at)}"),
        ("Usual by now", expected, "money", "at the pace of past periods"),
        ("Of the quota", booked / quota if quota > 0 else float("nan"), "percent", "is booked"),
        ("Still needed", left, "money", f"in {count(weeks, 'week')}"),
        ("Open", open_, "money", "set to close in the period"),
    ]
    table = pd.DataFrame(rows, columns=["label", "value", "kind", "note"]).astype({"value": "float64"})
    return table.assign(how=["quota", "booked", "usual", "booked_share", "still_needed", "pipeline_open"])


def pace_sentence(pace: pd.DataFrame, quota: float, at: object, currency: str | None = None) -> str:
    """Where the period stands against where it should. ``pace`` is a table of ``wa.quota_pace`` at this day.

    >>> pace = pd.DataFrame({"week_start": pd.to_datetime(["2026-10-01", "2026-10-08"]), "expected": [30.0, 100.0],
    ...     "week_end": pd.to_datetime(["2026-10-07", "2026-10-14"]), "actual": [20.0, None], "needed": [None, 80.0],
    ...     "week": [1, 2]})
    >>> pace_sentence(pace, 100.0, "2026-10-07")
    'By 7 October 2026 20 of the quota of 100 is booked (20%), 10 behind the usual pace of 30.'
    """
    if pace.empty or quota != quota:
        return _NO_QUOTA
    today, end = pd.Timestamp(at), pace["week_end"].iloc[-1]  # type: ignore[arg-type]
    booked = _stands(pace)
    share = f" ({percent(booked / quota, 0)})" if quota else ""
    if today < pace["week_start"].iloc[0]:
        return f"The period has not begun: all of the quota of {money(quota, currency)} is ahead."
    if today >= end:
        verdict = "the quota is met" if booked >= quota else f"{money(quota - booked)} short"
        text = f"The period is over: {money(booked, currency)} of the quota of {money(quota)} was booked"
        return f"{text}{share}, {verdict}."
    stands = f"By {day(today)} {money(booked, currency)} of the quota of {money(quota)} is booked{share}"
    if booked >= quota:
        return f"{stands}: it is met."
    usual = expected_by(pace, today)
    off = round(booked - usual, 2)
    if money(abs(off)) == money(0):
        return f"{stands}, just as usual by then."
    return (
        f"{stands}, {money(abs(off))} {'ahead of' if off > 0 else 'behind'} the usual pace of {money(usual)}."
    )


def needed_sentence(pace: pd.DataFrame, quota: float, currency: str | None = None) -> str:
    """What the weeks to come must bring, and whether as much is open. ``pace`` is a table of ``wa.quota_pace``.

    >>> pace = pd.DataFrame({"week": [1, 2], "needed": [30.0, 50.0], "pipeline_open": [40.0, 10.0]})
    >>> for part in needed_sentence(pace, 100).split("; "): print(part)
    The two weeks to come must bring 80, the most in week 2 (50)
    50 is open that is set to close by the end: not enough.
    """
    if pace.empty or quota != quota:
        return _NO_QUOTA
    coming = pace.dropna(subset=["needed"])
    left = float(coming["needed"].sum())
    if coming.empty:
        return "No week is left."
    if not round(left, 2):
        return "The quota is met: nothing more is needed."
    heaviest, _ = extremes(coming, "needed")
    open_ = float(pace["pipeline_open"].sum())
    weeks = f"The {spelled(len(coming))} weeks" if len(coming) > 1 else "The week"
    most = (
        f", the most in week {int(heaviest['week'])} ({money(heaviest['needed'])})" if len(coming) > 1 else ""
    )
    if not open_:
        text = f"{weeks} to come must bring {money(left, currency)}{most}"
        return f"{text}; nothing is open that is set to close by the end."
    enough = "not enough" if open_ < left else f"{open_ / left:.1f} times what is needed"
    return (
        f"{weeks} to come must bring {money(left, currency)}{most}; {money(open_)} is open that is set to close by the "
        f"end: {enough}."
    )


def lead_sentence(table: pd.DataFrame) -> str:
    """How this period's conversations compare with those of better periods. ``table`` is one of ``wa.lead_activities``.

    >>> said = lead_sentence(pd.DataFrame({"activity": ["call", "call", "csql", "csql"], "week": [1, 2, 1, 2],
    ...     "goal": [2.0, 2.0, 1.0, 1.0], "actual": [3.0, None, 0.5, None], "periods": 8}))
    >>> for part in said.split(": "): print(part)
    Per CSM so far, against the better half of 8 past periods
    calls 3.0 (goal 2.0) and new CSQLs 0.5 (goal 1.0). New CSQLs lag.
    """
    begun = table.dropna(subset=["actual"])
    if table.empty or begun.empty:
        return "Nobody has called or met a customer in this period yet."
    sums = begun.groupby("activity", sort=False)[["goal", "actual"]].sum(min_count=1)
    if sums["goal"].isna().all():
        said = listed([f"{_ACTIVITIES[str(kind)]} {row['actual']:.1f}" for kind, row in sums.iterrows()])
        return f"Per CSM so far: {said}. Fewer than three past periods had bookings, so there is no goal."
    past = count(table["periods"].iloc[0], "past period")
    said = listed(
        [
            f"{_ACTIVITIES[str(kind)]} {row['actual']:.1f} (goal {row['goal']:.1f})"
            for kind, row in sums.iterrows()
        ]
    )
    lag = [_ACTIVITIES[str(kind)] for kind, row in sums.iterrows() if row["actual"] < row["goal"]]
    text = f"Per CSM so far, against the better half of {past}: {said}."
    if not lag:
        return f"{text} None of them lags."
    return f"{text} {capital(listed(lag))} {'lag' if len(lag) > 1 or lag[0].endswith('s') else 'lags'}."


def _stands(pace: pd.DataFrame) -> float:
    """What is booked so far."""
    begun = pace["actual"].dropna()
    return float(begun.iloc[-1]) if len(begun) else 0.0
