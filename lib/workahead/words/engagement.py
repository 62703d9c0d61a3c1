"""How customers are reached, in sentences."""

from __future__ import annotations

import pandas as pd

from workahead.book.tables import NOT_SET
from workahead.words.grammar import capital, listed
from workahead.words.numbers import count, money, percent, spelled

KIND_NAMES = {"call": "Calls", "meeting": "Meetings", "email": "E-mails"}
TIER_NAMES = {
    "key": "Key",
    "high_potential": "High potential",
    "standard": "Standard",
    NOT_SET: "No tier",
    "at_risk": "At risk",
}
LIVES_ON = 0.75
"""Share of e-mails from which somebody lives on e-mail."""
FEWEST = 10  # touches behind a share


def email_shares(touches: pd.DataFrame, by: str = "csm") -> pd.DataFrame:
    """Each group's touches and its share of e-mails, the highest first. ``touches`` is a table of ``wa.touches``."""
    total = touches.groupby(by)["touches"].sum()
    email = touches[touches["kind"] == "email"].set_index(by)["touches"].reindex(total.index, fill_value=0)
    table = pd.DataFrame({"touches": total, "email": email, "share": email / total}).reset_index()
    return table.sort_values(["share", "touches"], ascending=[False, False], kind="stable", ignore_index=True)


def touch_sentence(touches: pd.DataFrame, by: str = "csm") -> str:
    """How much of the talking is written, and who lives on e-mail. ``touches`` is a table of ``wa.touches``.

    >>> one = pd.DataFrame({"csm": ["José"] * 3 + ["Ana"] * 3, "kind": ["call", "meeting", "email"] * 2,
    ...     "touches": [1, 1, 18, 6, 4, 10]})
    >>> touch_sentence(one)
    'José lives on e-mail: 9 touches in ten; everyone else between them 5 in ten.'
    """
    total = int(touches["touches"].sum()) if len(touches) else 0
    if not total:
        return "Nobody was called, met or written to in this time."
    shares = email_shares(touches, by)
    known = shares[(shares["touches"] >= FEWEST) & (shares[by].astype("str") != NOT_SET)]
    mail = int(touches.loc[touches["kind"] == "email", "touches"].sum())
    living = known[known["share"] >= LIVES_ON]
    if living.empty:
        most = (
            f"; most by {known[by].iloc[0]}, {percent(known['share'].iloc[0], 0)}" if len(known) > 1 else ""
        )
        return f"{percent(mail / total, 0)} of {count(total, 'touch', 'touches')} are e-mails{most}."
    tenths = listed([f"{_tenths(share)}" for share in living["share"]])
    names = listed([str(who) for who in living[by]])
    lives = "lives" if len(living) == 1 else "live"
    rest = shares[~shares[by].isin(living[by])]
    others = ""
    if rest["touches"].sum():
        others = f"; everyone else between them {_tenths(rest['email'].sum() / rest['touches'].sum())} in ten"
    return f"{names} {lives} on e-mail: {tenths} touches in ten{others}."


def _tenths(share: float) -> str:
    return count(int(share * 10 + 0.5))


def coverage_sentence(summary: pd.DataFrame, days: int = 60) -> str:
    """Who is not reached, key accounts first. ``summary`` is a table of ``wa.coverage_summary``; ``days`` how long a
    talk lasts by the plays.

    >>> one = pd.DataFrame({"group": ["key", "at_risk"], "accounts": [20, 10], "touched": [0.9, 0.8],
    ...     "spoken_to": [0.25, 0.1], "email_only": [0.1, 0.3], "single_threaded": [0.05, 0.0]})
    >>> coverage_sentence(one)
    'In 60 days a decision maker was spoken to at 5 of 20 key accounts and 1 of 10 at risk. Of all, 2 live on e-mail alone and 1 hangs on one person.'
    """  # noqa: E501 the printed sentence is one line
    if summary.empty:
        return "There is no customer account to cover."
    column, what = ("spoken_to", "a decision maker was spoken to at")
    if summary[column].isna().all():
        column, what = "touched", "somebody was called, met or written to at"
    names = {
        "key": "{} key accounts", "high_potential": "{} of high potential", "standard": "{} standard ones",
        NOT_SET: "{} without a tier", "at_risk": "{} at risk",
    }  # fmt: skip
    told = summary[summary[column].notna()]
    parts = [
        f"{count(round(share * size))} of {names[group].format(count(size))}"
        for group, size, share in zip(told["group"], told["accounts"], told[column], strict=True)
    ]
    said = f"in {count(days, 'day')} {what} {listed(parts)}. " if parts else ""
    tiers = summary[summary["group"] != "at_risk"]
    sizes = tiers["accounts"]
    thin = []
    for name, one, many in (
        ("email_only", "lives on e-mail alone", "live on e-mail alone"),
        ("single_threaded", "hangs on one person", "hang on one person"),
    ):
        if len(tiers) and tiers[name].notna().all():
            number = int((tiers[name] * sizes).round().sum())
            thin.append(f"{count(number)} {one if number == 1 else many}")
    said += f"of all, {listed(thin)}." if thin else ""
    said = said.strip() or "whom the team reaches is not known."
    return ". ".join(capital(part) for part in said.split(". "))


def support_sentence(requests: pd.DataFrame) -> str:
    """Whether a talk followed when somebody new or senior asked for support.

    ``requests`` is a table of ``wa.support_requests``.
    """
    judged = requests[requests["state"] != "waiting"]
    if judged.empty:
        return "No support request came from a new or senior contact."
    missed = int((judged["state"] == "unanswered").sum())
    what = count(len(judged), "support request")
    said = "none was left without" if not missed else f"{count(missed)} had no"
    waiting = len(requests) - len(judged)
    more = f"; {spelled(waiting)} more {'is' if waiting == 1 else 'are'} still in time" if waiting else ""
    return f"Of {what} from new or senior contacts, {said} call or meeting within five working days{more}."


def thread_sentence(thin: pd.DataFrame, covered: pd.DataFrame, currency: str | None = None) -> str:
    """How much ARR hangs on a thread. ``thin`` is a table of ``charts.on_a_thread``, ``covered`` of ``wa.coverage``."""
    if thin.empty:
        return "No account is known to hang on e-mail or on one person."
    total, arr = float(covered["arr"].sum()), float(thin["arr"].sum())
    share = f", {percent(arr / total, 0)} of all" if total else ""
    largest = thin.iloc[0]
    return (
        f"{count(len(thin), 'account')} with {money(arr, currency)} ARR{share}, "
        f"{'hangs' if len(thin) == 1 else 'hang'} on a thread; the largest is {largest['account']} "
        f"({money(largest['arr'])}: {largest['hangs_on']})."
    )


def engagement_figures(touches: pd.DataFrame, covered: pd.DataFrame) -> pd.DataFrame:
    """Each row makes one ``show.Card``. Tables of ``wa.touches`` and ``wa.coverage``; what is not known has no card."""
    rows: list[tuple[object, ...]] = []
    total = float(touches["touches"].sum()) if len(touches) else 0.0
    if total:
        talks = float(touches.loc[touches["kind"] != "email", "touches"].sum())
        note = f"of {count(total, 'touch', 'touches')}"
        rows.append(("Calls and meetings", talks / total, None, "percent", "up", note, "talk_share", total))
    for column, name in (
        ("email_only", "On e-mail alone"),
        ("single_threaded", "On one person"),
        ("unanswered_support", "Support without a talk"),
    ):
        if len(covered) and covered[column].notna().any():
            note = f"of {count(len(covered), 'account')}" if column != "unanswered_support" else "requests"
            rows.append(
                (name, float(covered[column].sum()), None, "count", "down", note, column, len(covered))
            )
    names = ["label", "value", "change", "kind", "good", "note", "how", "rows_behind"]
    return pd.DataFrame(rows, columns=names, dtype="object")
