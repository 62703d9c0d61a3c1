"""A CSM's own book in figures and sentences: what it is worth, what comes due, what to do first."""

from __future__ import annotations

import math

import pandas as pd

from workahead.words.dates import day, month
from workahead.words.grammar import listed, moved
from workahead.words.numbers import count, money, spelled

SOON = ("overdue", "0-3", "3-6")
"""The windows of ``wa.renewal_base`` that make six months."""


def own_title(who: str | None) -> str:
    """The page's title: whose book it is, where it is one person's.

    >>> own_title("Ana Ferreira"), own_title("Zoë Martens"), own_title(None)
    ("Ana Ferreira's book", "Zoë Martens' book", 'My book')
    """
    if who is None:
        return "My book"
    return f"{who}' book" if who.endswith("s") else f"{who}'s book"


def own_figures(figures: pd.DataFrame, base: pd.DataFrame, trend: pd.DataFrame) -> pd.DataFrame:
    """The cards of a CSM's page: label, value, change, kind, good, note, how, rows_behind, rows.

    ``figures`` is a table of ``words.key_figures``, ``base`` one of ``wa.renewal_base``; ``trend`` is the row of a
    ``wa.risk_trend`` over six months that the change of what is due and at risk is against.
    """
    soon = base[base["window"].isin(SOON)]
    due, risk = float(soon["arr"].sum()), float(soon["at_risk_arr"].sum())
    before = trend.iloc[-1] if len(trend) else pd.Series({"due_arr": math.nan, "at_risk_arr": math.nan})
    since = f"since {month(before['period_end'], short=True).split()[0]}" if len(trend) else ""
    steps, red = base["next_step"].notna().sum(), (soon["at_risk_arr"] > 0).sum()
    renewals = count(len(soon), "renewal")
    kept = figures[figures["label"].isin(["ARR", "NRR", "GRR"])]
    rows = [
        ("Due in 6 months", due, due - before["due_arr"], "money", None,
         f"{since}; {renewals}" if since else renewals, "due_arr", len(soon)),
        ("Of it at risk", risk, risk - before["at_risk_arr"], "money", "down", since or None, "at_risk_arr", red),
        ("Next steps", steps, None, "count", None, f"for {count(len(base), 'renewal')} ahead", None, None),
    ]  # fmt: skip
    more = pd.DataFrame(
        rows, columns=["label", "value", "change", "kind", "good", "note", "how", "rows_behind"]
    )
    more["rows"] = "next-steps"
    return pd.concat([kept, more.astype({"value": "float64", "change": "float64"})], ignore_index=True)


def own_sentence(figures: pd.DataFrame, base: pd.DataFrame, currency: str | None = None) -> str:
    """How NRR and GRR moved, what is due in six months, and which renewals come first.

    >>> figures = pd.DataFrame({"label": ["ARR", "NRR", "GRR"], "value": [1e6, 0.98, 0.91], "change": [0, -0.01, 0.0]})
    >>> base = pd.DataFrame({"window": ["overdue", "0-3"], "name": ["Acme", "Beta"], "account_id": ["A", "B"],
    ...     "arr": [50e3, 70e3], "at_risk_arr": [0.0, 20e3], "next_step": ["Settle it", "Call"],
    ...     "renewal_date": pd.to_datetime(["2026-10-20", "2026-12-01"])})
    >>> for sentence in own_sentence(figures, base).split(". "): print(sentence)
    NRR fell 1.0 points to 98.0%, GRR held at 91.0%
    120.0k comes due in six months in two renewals, 20.0k of it at risk
    First: Acme (50.0k, overdue) and Beta (70.0k, due 1 December 2026).
    """
    rates = figures[figures["label"].isin(["NRR", "GRR"]) & figures["value"].notna()]
    parts = [
        moved(name, value, value - change)
        for name, value, change in rates[["label", "value", "change"]].itertuples(index=False)
    ]
    said = [", ".join(parts) or "There is no retention to show: no customer had ARR twelve months before"]
    soon = base[base["window"].isin(SOON)]
    if soon.empty:
        return f"{said[0]}. Nothing comes due in six months."
    risk = float(soon["at_risk_arr"].sum())
    at_risk = f"{money(risk)} of it at risk" if risk else "none of it called at risk"
    renewals = "one renewal" if len(soon) == 1 else f"{spelled(len(soon))} renewals"
    said.append(f"{money(soon['arr'].sum(), currency)} comes due in six months in {renewals}, {at_risk}")
    # as the worklist has them: what is overdue, then the nearest window, in each the largest
    first = soon[soon["next_step"].notna()]  # its own windows: rows of others would fill a table of none
    first = (
        first.assign(place=first["window"].map(SOON.index))
        .sort_values(["place", "arr"], ascending=[True, False], kind="stable")
        .head(3)
    )
    if len(first):
        said.append(f"First: {listed([_first(row) for _, row in first.iterrows()])}")
    return ". ".join(said) + "."


def _first(row: pd.Series) -> str:
    named = isinstance(row["name"], str) and row["name"].strip()
    when = "overdue" if row["window"] == "overdue" else f"due {day(row['renewal_date'])}"
    return f"{row['name'] if named else row['account_id']} ({money(row['arr'])}, {when})"
