"""One account in figures and sentences: what it is worth, what comes due, whom we know there."""

from __future__ import annotations

import pandas as pd

from workahead.words.dates import day, month
from workahead.words.grammar import capital, listed
from workahead.words.numbers import count, money, percent, spelled

_ANSWERS = {
    "yes": "they would renew today",
    "leaning_yes": "they lean to renewing",
    "unsure": "they are unsure whether they would renew",
    "leaning_no": "they lean to leaving",
    "no": "they would not renew today",
}


OUTCOME_NAMES = {
    "early": "renewed early",
    "on_time": "renewed on time",
    "late": "renewed late",
    "co_termed": "joined with another",
    "lost": "lost",
    "open": "to come",
    "overdue": "overdue",
}


def account_figures(
    steps: pd.DataFrame,
    base: pd.DataFrame,
    as_of: pd.Timestamp,
    deals: pd.DataFrame | None = None,
    for_customer: bool = False,
) -> pd.DataFrame:
    """The cards of an account's page: label, value, change, kind, good, note, how, rows_behind.

    ``steps``: of ``wa.arr_steps``; ``base``: of ``wa.renewal_base``; ``deals``: of ``wa.open_opportunities``, if
    they are known. What is at risk or not asked is not for the customer.
    """
    now, then = (arr_on(steps, at) for at in (as_of, as_of - pd.DateOffset(years=1)))
    late = base["window"] == "overdue"
    ahead = base[~late]
    first = ahead[ahead["renewal_date"] == ahead["renewal_date"].min()]
    when = f"on {day(first['renewal_date'].iloc[0])}" if len(first) else "none in 12 months"
    rows: list[tuple[object, ...]] = [
        ("ARR", now, now - then, "money", "up", "in 12 months", "arr", None),
        (
            "Next renewal",
            first["arr"].sum() if len(first) else None,
            None,
            "money",
            None,
            when,
            "due_arr",
            len(first),
        ),
        _amount("Due in 12 months", ahead, "arr", "due_arr", None),
    ]
    if not for_customer:
        if late.any():
            rows.append(_amount("Overdue", base[late], "arr", "overdue_arr"))
        rows.append(_amount("ARR at risk", base[base["at_risk_arr"] > 0], "at_risk_arr", "at_risk_arr"))
        unmet = base["next_step"].notna().sum()
        rows.append(
            ("Next steps", unmet, None, "count", None, f"for {count(len(base), 'renewal')}", None, None)
        )
    if deals is not None:
        number = count(len(deals), "opportunity", "opportunities")
        rows.append(("Open expansion", deals["amount"].sum(), None, "money", "up", number, None, None))
    names = ["label", "value", "change", "kind", "good", "note", "how", "rows_behind"]
    return pd.DataFrame(rows, columns=names).astype({"value": "float64", "change": "float64"})


def _amount(
    label: str, rows: pd.DataFrame, column: str, how: str, good: str | None = "down"
) -> tuple[object, ...]:
    return (label, rows[column].sum(), None, "money", good, count(len(rows), "renewal"), how, len(rows))


def arr_on(steps: pd.DataFrame, at: pd.Timestamp) -> float:
    """The ARR of ``arr_steps`` at the close of a day."""
    return float(steps.loc[steps["date"] <= at, "arr"].tail(1).sum())


def account_sentence(
    who: str, timeline: pd.DataFrame, steps: pd.DataFrame, as_of: pd.Timestamp, currency: str | None = None
) -> str:
    """Since when it is a customer, what it is worth, and how that has changed.

    >>> lines = pd.DataFrame({"start_date": pd.to_datetime(["2024-05-01"]), "product": ["Core"], "state": ["running"]})
    >>> steps = pd.DataFrame({"date": pd.to_datetime(["2024-05-01", "2026-05-01"]), "arr": [100e3, 120e3]})
    >>> account_sentence("Acme", lines, steps, pd.Timestamp("2026-10-31"))
    'Acme, a customer since May 2024, is worth 120.0k a year for Core, 20% more than a year ago.'
    """
    begun = timeline[timeline["start_date"] <= as_of]
    if begun.empty:
        return f"{who} has no contract that has begun."
    since = month(begun["start_date"].min())
    now, then = (arr_on(steps, at) for at in (as_of, as_of - pd.DateOffset(years=1)))
    if not now:
        return f"{who}, a customer since {since}, has no contract that is running."
    running = timeline.loc[timeline["state"].isin(["running", "overdue"]), "product"]
    products = listed(sorted(set(running.dropna().astype("str"))))
    text = f"{who}, a customer since {since}, is worth {money(now, currency)} a year"
    text += f" for {products}" if products else ""
    if not then:
        return f"{text}; a year ago it had no ARR."
    change = now / then - 1
    if abs(change) < 0.005:
        return f"{text}, as a year ago."
    return f"{text}, {percent(abs(change), 0)} {'more' if change > 0 else 'less'} than a year ago."


def history_sentence(timeline: pd.DataFrame) -> str:
    """How its renewals went so far.

    >>> history_sentence(pd.DataFrame({"outcome": ["on_time", "late", "lost", "open"]}))
    'Three renewals are decided: two were renewed, one of them late, and one was lost.'
    """
    ended = timeline.loc[
        timeline["outcome"].notna() & ~timeline["outcome"].isin(["open", "overdue"]), "outcome"
    ]
    if ended.empty:
        return "No renewal has been decided yet."
    lost, late = int((ended == "lost").sum()), int((ended == "late").sum())
    kept = len(ended) - lost
    head = f"{capital(spelled(len(ended)))} renewal{' is' if len(ended) == 1 else 's are'} decided: "
    if not kept:
        return f"{head}{'it was' if lost == 1 else 'all were'} lost."
    tail = f", {spelled(late)} of them late" if late and len(ended) > 1 else ", late" if late else ""
    if not lost:
        return f"{head}{'it was' if kept == 1 else 'all were'} renewed{tail}."
    return (
        f"{head}{spelled(kept)} {'was' if kept == 1 else 'were'} renewed{tail}, "
        f"and {spelled(lost)} {'was' if lost == 1 else 'were'} lost."
    )


def coming_sentence(base: pd.DataFrame, currency: str | None = None, said: bool = True) -> str:
    """What comes due, and with ``said`` what the last call on the first of it expects.

    >>> base = pd.DataFrame({"renewal_date": pd.to_datetime(["2026-12-18"]), "arr": [84e3], "product": ["Core"],
    ...     "category": ["commit"], "forecast_arr": [80e3], "would_renew": ["yes"]})
    >>> coming_sentence(base)
    'One renewal: Core, 84.0k on 18 December 2026. It is called commit at 80.0k, and they would renew today.'
    >>> coming_sentence(base, said=False)
    'One renewal: Core, 84.0k on 18 December 2026.'
    """
    if base.empty:
        return "Nothing comes up for renewal in twelve months."
    first = base.iloc[0]
    what = f"{first['product']}, " if isinstance(first["product"], str) and first["product"] else ""
    worth = f"{what}{money(first['arr'], currency)} on {day(first['renewal_date'])}"
    if len(base) == 1:
        text = f"One renewal: {worth}."
    else:
        total = money(base["arr"].sum(), currency)
        text = f"{capital(spelled(len(base)))} renewals worth {total}; the first is {worth}."
    if not said:
        return text
    answer = _ANSWERS.get(str(first["would_renew"]), "nobody has asked whether they would renew today")
    if not isinstance(first["category"], str):
        return f"{text} Nobody has called it, and {answer}."
    called = f"called {first['category'].replace('_', ' ')} at {money(first['forecast_arr'])}"
    return f"{text} It is {called}, and {answer}."


def contacts_sentence(contacts: pd.DataFrame, days: int | None = None) -> str:
    """Whom we know, and with ``days`` (how long a talk lasts) when a decision maker was last spoken to.

    >>> people = pd.DataFrame({"name": ["Max", "Ida"], "is_decision_maker": [True, False], "left_date": pd.NaT,
    ...                        "days_since_talk": [75, 10]})
    >>> contacts_sentence(people, 60)
    'Two people are known, one of them a decision maker, last spoken to 75 days ago: longer than 60 days.'
    >>> contacts_sentence(people)
    'Two people are known; the last conversation was 10 days ago.'
    """
    there = contacts[contacts["left_date"].isna()]
    if there.empty:
        return "Nobody is known there."
    text = f"{capital(spelled(len(there)))} {'person is' if len(there) == 1 else 'people are'} known"
    if days is None:
        last = there["days_since_talk"].min()
        return f"{text}; no conversation is on record." if pd.isna(last) else f"{text}; {_talked(last)}."
    deciding = there[there["is_decision_maker"].fillna(False).astype(bool)]
    if deciding.empty:
        return f"{text}, none of them a decision maker."
    number = len(deciding)
    text += f", {spelled(number)} of them {'a decision maker' if number == 1 else 'decision makers'}"
    last = deciding["days_since_talk"].min()
    if pd.isna(last):
        return f"{text}, with whom no conversation is on record."
    late = f": longer than {days} days" if last > days else ""
    return f"{text}, last spoken to {count(last, 'day')} ago{late}."


def _talked(last: float) -> str:
    return "the last conversation was " + (f"{count(last, 'day')} ago" if last else "today")


def requests_sentence(requests: pd.DataFrame, judged: bool = True) -> str:
    """How many support requests there were, and with ``judged`` whether the right ones became a talk.

    ``requests`` is a table of ``wa.account_support``.
    """
    if requests.empty:
        return "There was no support request in twelve months."
    last = day(requests["requested_on"].iloc[0])
    number = f"{capital(spelled(len(requests)))} support request{'s' if len(requests) > 1 else ''}"
    text = f"{number} in twelve months, the last on {last}"
    missed = int((requests["state"] == "unanswered").sum())
    senior = int(requests["state"].isin(["answered", "unanswered"]).sum())
    if not judged or not senior:
        return f"{text}."
    talk = "a call or meeting followed within five working days"
    if senior == 1:
        return f"{text}. The one from a new or senior contact had {'no' if missed else 'a'} talk in time."
    number = {senior: "none", 0: "each"}.get(missed, f"{count(senior - missed)}")
    return f"{text}. To {number} of the {spelled(senior)} from new or senior contacts {talk}."


def deals_sentence(deals: pd.DataFrame, currency: str | None = None) -> str:
    """What is open, and which of it closes first. ``deals`` is a table of ``wa.open_opportunities``."""
    if deals.empty:
        return "No expansion is open."
    first = deals.iloc[0]
    number = f"{capital(spelled(len(deals)))} {'opportunity' if len(deals) == 1 else 'opportunities'}"
    text = (
        f"{number} worth {money(deals['amount'].sum(), currency)} {'is' if len(deals) == 1 else 'are'} open"
    )
    when = f" by {day(first['close_date'])}" if pd.notna(first["close_date"]) else ""
    stands = f"{'it stands' if len(deals) == 1 else 'the first to close stands'} in {first['stage']}"
    parts = str(first["not_known"]).split(", ") if first["not_known"] else []
    lacks = f", and its {listed(parts)} {'is' if len(parts) == 1 else 'are'} not known" if parts else ""
    return f"{text}; {stands}, {money(first['amount'])}{when}{lacks}."


def chance_sentence(renewals: pd.DataFrame, currency: str | None = None) -> str:
    """How probable the renewals are, the most exposed first, and why. ``renewals``: of ``wa.renewal_probabilities``.

    >>> due = pd.DataFrame({"due_arr": [84e3], "probability": [0.87], "low": [0.78], "high": [0.92], "product": "Core",
    ...     "renewal_date": pd.to_datetime(["2026-12-18"]), "because": ["called commit +4, segment −4"]})
    >>> for part in chance_sentence(due).split(" has "): print(part)
    The renewal of 84.0k on 18 December 2026 (Core)
    a probability of 87%, 78% to 92%: called commit +4, segment −4.
    """
    if renewals.empty:
        return "Nothing is due that could be lost."
    exposed = renewals["due_arr"] * (1 - renewals["probability"])
    row = renewals.iloc[int(exposed.to_numpy("float64").argmax())]
    what = f" ({row['product']})" if isinstance(row["product"], str) and row["product"] else ""
    why = f": {row['because']}" if row["because"] else ""
    return (
        f"The renewal of {money(row['due_arr'], currency)} on {day(row['renewal_date'])}{what} has a probability of "
        f"{percent(row['probability'], 0)}, {percent(row['low'], 0)} to {percent(row['high'], 0)}{why}."
    )
