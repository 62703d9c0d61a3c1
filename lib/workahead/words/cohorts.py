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


def cohort_group_sentence(total: pd.DataFrame, by: str, measure: str = "net", freq: str = "month") -> str:
    """Which group's cohorts hold most after a year (or at the greatest age that two have reached), and which least.

    ``total`` is a table of ``wa.cohort_total`` with this ``by``, ``measure`` and ``freq``.

    >>> total = pd.DataFrame({"segment": ["SMB", "Large"], "age": 1, "rate": [0.8, 1.1]})
    >>> cohort_group_sentence(total, "segment", "net", "year")
    'After 1 year, cohorts of Large hold 110.0% of their first ARR, growth included, those of SMB 80.0%.'
    """
    known = total.dropna(subset=["rate"])
    reached = known.groupby("age")[by].nunique()
    ages = [age for age in reached.index[reached >= 2] if 0 < age <= _YEAR[freq]]
    if not ages:
        return "Fewer than two groups have a full period behind them: nothing to compare yet."
    best, worst = extremes(known[known["age"] == max(ages)], "rate")
    return (
        f"After {count(max(ages), freq)}, cohorts of {best[by]} hold {percent(best['rate'])} {_KEPT[measure]}, "
        f"those of {worst[by]} {percent(worst['rate'])}."
    )


def survival_sentence(
    table: pd.DataFrame,
    difference: pd.DataFrame | None = None,
    by: str | None = None,
    measure: str = "logos",
) -> str:
    """How long customers stay in each group, and whether groups differ by more than chance would make them.

    ``table`` and ``difference`` are those of ``wa.survival`` and ``wa.survival_difference`` of this ``by``; without it,
    how long all stay. The test is always one of customers.

    >>> survival_sentence(pd.DataFrame({"age_months": [0, 12], "at_risk": [20, 12], "survival": [1.0, 0.9]}))
    'After 12 months, 90.0% of customers are still there.'
    """
    if table.empty:
        return "No customer has been seen for a month yet."
    known = table[table["at_risk"] >= FEWEST]
    what = "" if measure == "logos" else "the first ARR of "
    if by is None or difference is None:
        return _stays(known, what)
    year = known[known["age_months"] == min(12, int(known["age_months"].max()))] if len(known) else known
    row = difference.iloc[0]
    if len(year) < 2 or row["p_value"] != row["p_value"]:
        return f"There is one group with at least {FEWEST} customers: nothing to compare."
    best, worst = extremes(year, "survival")
    halves = "".join(
        f"Half of {what}{name} {'has' if what else 'have'} left by month {age}. "
        for name, age in _medians(known, by).items()
    )
    chance = percent(row["p_value"], 0) if row["p_value"] >= 0.01 else "less than 1%"
    verdict = (
        "so the groups probably do differ; this does not say why"
        if row["p_value"] < 0.05
        else "so this may well be chance"
    )
    return (
        f"After {count(int(best['age_months']), 'month')}, {percent(best['survival'])} of {what}{best[by]} "
        f"{'is' if what else 'are'} still there and {percent(worst['survival'])} of {what}{worst[by]}. {halves}"
        f"{'By customers, groups' if what else 'Groups'} that are alike would differ as much in {chance} of cases "
        f"(log-rank test), {verdict}."
    )


def _stays(known: pd.DataFrame, what: str) -> str:
    """All customers together, after one year and three (or at the greatest age)."""
    if known.empty or known["age_months"].max() == 0:
        return f"Fewer than {FEWEST} customers have been seen for a month."
    years = known[known["age_months"].isin([12, 36])]
    years = years if len(years) else known.tail(1)
    first, *later = [
        (count(int(age), "month"), percent(share))
        for age, share in zip(years["age_months"], years["survival"], strict=True)
    ]
    said = f"After {first[0]}, {first[1]} of {what}customers {'is' if what else 'are'} still there"
    said += "".join(f", and after {age} {share}" for age, share in later)
    halved = known[known["survival"] <= 0.5]["age_months"]
    return (
        f"{said}; half {'has' if what else 'have'} left by month {halved.min()}."
        if len(halved)
        else f"{said}."
    )


def _medians(known: pd.DataFrame, by: str) -> dict[str, int]:
    """The age at which half of a group has left, where it has."""
    halved = known[known["survival"] <= 0.5]
    return {str(name): int(age) for name, age in halved.groupby(by)["age_months"].min().items()}
