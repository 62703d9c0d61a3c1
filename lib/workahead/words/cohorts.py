"""Cohorts in sentences."""

from __future__ import annotations

import pandas as pd

from workahead.words.dates import cohort as cohort_name
from workahead.words.grammar import extremes
from workahead.words.numbers import count, percent

_KEPT = {
    "net": "of their first ARR, growth included",
    "gross": "of their first ARR, growth left out",
    "logos": "of their customers",
}
FEWEST = 10
"""Customers at risk below which survival is neither drawn nor spoken of: what the last few do is not a rate."""
_YEAR = {"month": 12, "quarter": 4, "year": 1}


def cohort_sentence(
    cohorts: pd.DataFrame, total: pd.DataFrame, measure: str = "net", freq: str = "month"
) -> str:
    """What cohorts keep after a year (or at the greatest age reached), and which keeps most and least.

    ``cohorts`` and ``total`` are the tables of ``wa.cohorts`` and ``wa.cohort_total`` of this measure and
    frequency.
    """
    done = cohorts[cohorts["complete"].astype(bool)]
    if done.empty or total.empty:
        return "No cohort has a full period behind it yet."
    oldest = int(total["age"].max())
    if oldest == 0:
        return f"Every cohort is in its first {freq}: there is nothing to compare yet."
    age = min(_YEAR[freq], oldest)
    row = total[total["age"] == age].iloc[0]
    text = f"After {count(age, freq)}, cohorts hold {percent(row['rate'])} {_KEPT[measure]}"
    later = 3 * _YEAR[freq]
    if later <= oldest:
        text += (
            f", and after {count(later, freq)} {percent(total.loc[total['age'] == later, 'rate'].iloc[0])}"
        )
    there = done[(done["age"] == age) & done["rate"].notna()]
    if len(there) < 2:
        return f"{text} ({count(len(there), 'cohort')} so far)."
    best, worst = extremes(there, "rate")
    if percent(best["rate"]) == percent(worst["rate"]):
        return f"{text}; all {count(len(there), 'cohort')} alike."
    return (
        f"{text}. Of {count(len(there), 'cohort')} at {count(age, freq)}, "
        f"{cohort_name(best['cohort'], freq)} kept most ({percent(best['rate'])}), "
        f"{cohort_name(worst['cohort'], freq)} least ({percent(worst['rate'])})."
    )


def survival_sentence(table: pd.DataFrame, difference: pd.DataFrame, by: str) -> str:
    """How long customers stay in each group, and whether groups differ by more than chance would make them.

    ``table`` and ``difference`` are those of ``wa.survival`` and ``wa.survival_difference`` of this ``by``.
    """
    if table.empty:
        return "No customer has been seen for a month yet."
    known = table[table["at_risk"] >= FEWEST]
    year = known[known["age_months"] == min(12, int(known["age_months"].max()))] if len(known) else known
    row = difference.iloc[0]
    if len(year) < 2 or row["p_value"] != row["p_value"]:
        return f"There is one group with at least {FEWEST} customers: nothing to compare."
    best, worst = extremes(year, "survival")
    halves = "".join(
        f"Half of {name} have left by month {age}. " for name, age in _medians(known, by).items()
    )
    chance = percent(row["p_value"], 0) if row["p_value"] >= 0.01 else "less than 1%"
    verdict = (
        "so the groups probably do differ; this does not say why"
        if row["p_value"] < 0.05
        else "so this may well be chance"
    )
    return (
        f"After {count(int(best['age_months']), 'month')}, {percent(best['survival'])} of {best[by]} are still there "
        f"and {percent(worst['survival'])} of {worst[by]}. {halves}"
        f"Groups that are alike would differ as much in {chance} of cases (log-rank test), {verdict}."
    )


def _medians(known: pd.DataFrame, by: str) -> dict[str, int]:
    """The age at which half of a group has left, where it has."""
    halved = known[known["survival"] <= 0.5]
    return {str(name): int(age) for name, age in halved.groupby(by)["age_months"].min().items()}
