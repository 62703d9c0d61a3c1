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
