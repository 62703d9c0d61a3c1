"""What comes up for renewal, in sentences: what is due and called, what to do next, what is at risk, who is reached."""

from __future__ import annotations

import pandas as pd

from workahead.book.tables import NOT_SET
from workahead.words.dates import month
from workahead.words.grammar import capital, extremes, listed
from workahead.words.numbers import count, money, percent

GROUP_NAMES = {"key": "Key", "high_potential": "High potential", "at_risk": "At risk"}
_SOON = "0-3"
_ASKED = {
    "touch_share": "no call, meeting or email in {days} days",
    "decision_maker_share": "no conversation with a decision maker in {days} days",
    "plan_share": "no current plan",
    "expansion_share": "no open expansion",
}


def window_name(window: str) -> str:
    """A window of ``wa.renewal_windows`` or ``wa.renewal_base`` as people say it.

    >>> window_name("0-3"), window_name("overdue")
    ('0–3 months', 'overdue')
    """
    return window if "-" not in window else window.replace("-", "–") + " months"


def renewal_figures(windows: pd.DataFrame) -> pd.DataFrame:
    """Each row makes one ``show.Card``: ARR due soon and in all windows, called, at risk, overdue.

    ``windows`` is a table of ``wa.renewal_windows`` without ``by``.
    """
    late, ahead = windows[windows["window"] == "overdue"], windows[windows["window"] != "overdue"]
    soon = ahead.head(1)
    near = soon["window"].str.split("-").str[1].max() if len(soon) else "3"
    far = ahead["window"].iloc[-1].split("-")[1] if len(ahead) else "12"
    due = float(windows["arr_due"].sum())
    called = float(soon["called_arr"].sum()) / float(soon["arr_due"].sum() or "nan")
    seen = float(windows["called_arr"].sum()) > 0
    risk = float(windows["at_risk_arr"].sum()) if seen else float("nan")
    share = f"{percent(risk / due)} of what is due" if seen else "no call is known"
    rows = [
        (f"Due in {near} months", soon["arr_due"].sum(), "money", count(soon["contracts"].sum(), "contract")),
        (f"Due in {far} months", ahead["arr_due"].sum(), "money", count(ahead["contracts"].sum(), "contract")),
        ("Called", called, "percent", f"of what is due in {near} months"),
        ("ARR at risk", risk, "money", share),
        ("Overdue", late["arr_due"].sum(), "money", count(late["contracts"].sum(), "contract")),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["label", "value", "kind", "note"])
    contracts = [part["contracts"].sum() for part in (soon, ahead, soon, windows, late)]
    return table.assign(
        how=["due_arr", "due_arr", "called", "at_risk_arr", "overdue_arr"], rows_behind=contracts
    )


def uncalled_sentence(
    base: pd.DataFrame, risk: pd.DataFrame | None = None, currency: str | None = None
) -> str:
    """What is due within three months without a call, and the largest cause of risk.

    ``base`` is a table of ``wa.renewal_base``, ``risk`` one of ``wa.risk`` by root cause.
    """
    if base.empty:
        return "Nothing comes up for renewal."
    soon = base[base["window"] == _SOON]
    silent = soon[soon["called_on"].isna()]
    when = "in the next three months"
    if base["called_on"].isna().all():
        said = f"No call is known on any renewal ahead: {_worth(base, currency)}"
    elif soon.empty:
        said = f"Nothing is due {when}"
    elif silent.empty:
        said = f"Every renewal due {when} has been called: {_worth(soon, currency)}"
    else:
        said = f"{_worth(silent, currency)} {'is' if len(silent) == 1 else 'are'} due {when} without a call"
    if risk is not None and len(risk):
        said += f"; {_largest(risk)}"
    return said + "."


def _worth(rows: pd.DataFrame, currency: str | None) -> str:
    return f"{count(len(rows), 'renewal')} worth {money(rows['arr'].sum(), currency)}"


def _largest(risk: pd.DataFrame) -> str:
    top = risk.iloc[0]
    if top["root_cause"] == NOT_SET:
        return f"for {percent(top['share'], 0)} of the ARR at risk nobody has stated a cause"
    return f"{percent(top['share'], 0)} of the ARR at risk is “{top['root_cause']}”"


def window_sentence(windows: pd.DataFrame, currency: str | None = None) -> str:
    """How much of what is due has been called, in the nearest and in the furthest window; what is overdue.

    ``windows`` is a table of ``wa.renewal_windows`` without ``by``.
    """
    due, late = windows[windows["arr_due"] > 0], windows[windows["window"] == "overdue"]
    ahead = due[due["window"] != "overdue"]
    overdue = float(late["arr_due"].sum())
    tail = f"{money(overdue, currency)} is overdue" if overdue else "nothing is overdue"
    if ahead.empty:
        return f"Nothing is due ahead; {tail}." if overdue else "Nothing comes up for renewal."
    called = ahead["called_arr"].sum() / ahead["arr_due"].sum()
    ends = ahead.iloc[sorted({0, len(ahead) - 1})]
    parts = [
        f"{percent(called_arr / arr_due, 0)} of what is due in {window_name(window)}"
        for window, called_arr, arr_due in zip(
            ends["window"], ends["called_arr"], ends["arr_due"], strict=True
        )
    ]
    share = f"{percent(called, 0)} of it has been called" + (f": {listed(parts)}" if len(ahead) > 1 else "")
    share = {0.0: "none of it has been called", 1.0: "all of it has been called"}.get(called, share)
    months = str(windows["window"].iloc[-1]).split("-")[1]
    total = money(ahead["arr_due"].sum(), currency)
    return f"{total} is due in the next {months} months, and {share}; {tail}."


def expected_sentence(
    expected: pd.DataFrame, currency: str | None = None, as_of: pd.Timestamp | None = None
) -> str:
    """What is expected to renew of what is due, and in which coming month least of it.

    ``expected`` is a table of ``wa.expected_renewals``; its months up to ``as_of`` hold what is overdue.
    """
    table = expected[expected["due_arr"] > 0]
    if table.empty:
        return "Nothing comes up for renewal, so nothing is expected to renew."
    due, renewed = float(table["due_arr"].sum()), float(table["expected_arr"].sum())
    said = f"{money(renewed, currency)} of {money(due)} due is expected to renew, {percent(renewed / due, 0)}"
    ahead = table if as_of is None else table[table["month"] > as_of]
    if len(ahead) > 1:
        most, least = extremes(ahead.assign(share=ahead["expected_arr"] / ahead["due_arr"]), "share")
    if len(ahead) > 1 and percent(most["share"], 0) != percent(least["share"], 0):
        said += (
            f"; least in {month(least['month'])}, {percent(least['share'], 0)} of {money(least['due_arr'])}"
        )
    return said + "."


def steps_sentence(base: pd.DataFrame, currency: str | None = None) -> str:
    """The step most often due, and how many renewals lack nothing. ``base`` is a table of ``wa.renewal_base``."""
    if base.empty:
        return "Nothing comes up for renewal, so there is nothing to do for one."
    steps = base["next_step"].dropna()
    if steps.empty:
        who = (
            "The one renewal ahead lacks" if len(base) == 1 else f"All {count(len(base))} renewals ahead lack"
        )
        return f"{who} nothing that the plays can ask for."
    first = steps.value_counts().index[0]
    rows = base[base["next_step"] == first]
    done = len(base) - len(steps)
    return (
        f"The step most often due is “{first}”, for {_worth(rows, currency)}; "
        f"{count(done)} of {count(len(base))} lack{'s' if done == 1 else ''} nothing that the plays can ask for."
    )


def risk_sentence(risk: pd.DataFrame, currency: str | None = None) -> str:
    """What is at risk, why, and what of it can be addressed. ``risk`` is a table of ``wa.risk`` by root cause."""
    if risk.empty:
        return "No call sees ARR at risk."
    total = float(risk["at_risk_arr"].sum())
    fixable, unsaid = (float(risk[name].sum()) / total for name in ("addressable_arr", "unstated_arr"))
    stated = "each with a cause" if not unsaid else f"{percent(unsaid, 0)} has no stated or known cause"
    return (
        f"{money(total, currency)} is at risk in {count(risk['renewals'].sum(), 'renewal')}; {_largest(risk)}. "
        f"{percent(fixable, 0)} of it can be addressed, {stated}."
    )


def risk_trend_sentence(trend: pd.DataFrame, currency: str | None = None) -> str:
    """How ARR at risk moved over the calls. ``trend`` is a table of ``wa.risk_trend``."""
    if trend.empty or not trend["at_risk_arr"].any():
        return "No call has seen ARR at risk in this time."
    first, last = trend.iloc[0], trend.iloc[-1]
    high, _ = extremes(trend, "at_risk_arr")
    then, now = (money(row["at_risk_arr"]) for row in (first, last))
    peak = f"; it was highest in {month(high['period_end'])}, at {money(high['at_risk_arr'])}"
    peak = "" if high["period_end"] in (first["period_end"], last["period_end"]) else peak
    if then == now:
        said = f"ARR at risk stands at {money(last['at_risk_arr'], currency)}, as in {month(first['period_end'])}"
    else:
        way = "rose" if last["at_risk_arr"] > first["at_risk_arr"] else "fell"
        said = f"ARR at risk {way} from {then} in {month(first['period_end'])} to {now} in {month(last['period_end'])}"
    return said + peak + "."


def priority_sentence(summary: pd.DataFrame, days: int = 60) -> str:
    """Who is not spoken to: key and high-potential accounts beside those at risk.

    ``summary`` is a table of ``wa.priority_summary``; ``days`` how long a talk lasts, by the plays. The first of what
    is known is said: a talk with a decision maker, a touch, a plan, an open expansion.

    >>> one = pd.DataFrame({"group": ["key", "at_risk"], "accounts": [21, 9], "decision_maker_share": [17/21, 6/9]})
    >>> priority_sentence(one)
    'Key accounts: 4 of 21 have had no conversation with a decision maker in 60 days; at-risk ones: 3 of 9.'
    """
    if summary.empty:
        return "No account is known to be key, of high potential, or at risk."
    order = ("decision_maker_share", "touch_share", "plan_share", "expansion_share")
    known = [name for name in order if name in summary and summary[name].notna().any()]
    names = {"key": "key accounts", "high_potential": "high-potential ones", "at_risk": "at-risk ones"}
    groups = [
        (names[group], int(size)) for group, size in zip(summary["group"], summary["accounts"], strict=True)
    ]
    if not known:
        parts = [f"{count(size)} {who}" for who, size in groups]
        return f"Of attention nothing is known: {listed(parts)}."
    asked = _ASKED[known[0]].format(days=days)
    parts = [
        f"{who}: {count(size - round(float(share) * size))} of {count(size)}"
        for (who, size), share in zip(groups, summary[known[0]], strict=True)
    ]
    first = f"{parts[0].replace(' ones', ' accounts')} have {'had ' if '{days}' in _ASKED[known[0]] else ''}{asked}"
    return capital("; ".join([first, *parts[1:]])) + "."


def renewed_sentence(
    total: pd.DataFrame,
    groups: pd.DataFrame | None = None,
    currency: str | None = None,
    when: str | None = None,
) -> str:
    """How much of what came due was renewed, and by which group most and least.

    ``total`` is a table of ``wa.renewal_rate`` without ``by``, ``groups`` one with it, of the same period; ``when``
    names it ("the last 12 months").
    """
    if total.empty or not total["due_arr"].any():
        return f"Nothing came up for renewal in {when or 'this time'}."
    row, within = total.iloc[0], f" in {when}" if when else ""
    said = (
        f"Of {money(row['due_arr'], currency)} that came due{within}, {percent(row['renewal_rate'])} was renewed, "
        f"{percent(row['net_renewal_rate'])} with growth; {percent(row['on_time_rate'])} was signed on time"
    )
    if row["open_arr"]:
        said += f", and {money(row['open_arr'])} is still open"
    known = groups.dropna(subset=["renewal_rate"]) if groups is not None else pd.DataFrame()
    if len(known) > 1:
        best, worst = extremes(known, "renewal_rate")
        by = str(known.columns[0])
        said += (
            f". {best[by]} renewed most ({percent(best['renewal_rate'], 0)}), "
            f"{worst[by]} least ({percent(worst['renewal_rate'], 0)})"
        )
    return said + "."


def gaps_sentence(gaps: pd.DataFrame) -> str:
    """What the page could not use. ``gaps`` is a table of ``wa.renewal_gaps``."""
    if gaps.empty:
        return "Nothing is missing: every column that this page can use is there."
    names = [
        str(table) if pd.isna(column) else f"{table}.{column}"
        for table, column in zip(gaps["table"], gaps["column"], strict=True)
    ]
    return (
        f"{capital(count(len(names), 'thing'))} {'is' if len(names) == 1 else 'are'} missing, and what hangs on "
        f"{'it' if len(names) == 1 else 'them'} stays empty: {listed(names)}."
    )
