"""Tables to sentences: computed, never typed. CRM text passes through as plain text; ``show`` escapes it."""

from workahead.words.checks import check_sentence, findings_sentence, kept_sentence
from workahead.words.cohorts import cohort_sentence
from workahead.words.dates import day, month, span
from workahead.words.movements import movement_sentence, movers_sentence, overdue_sentence
from workahead.words.numbers import count, exact, money, percent, points, spelled
from workahead.words.retention import basis_sentence, group_sentence, retention_sentence, trend_sentence

__all__ = [
    "basis_sentence",
    "check_sentence",
    "cohort_sentence",
    "count",
    "day",
    "exact",
    "findings_sentence",
    "group_sentence",
    "kept_sentence",
    "money",
    "month",
    "movement_sentence",
    "movers_sentence",
    "nrr_drivers",
    "overdue_sentence",
    "percent",
    "points",
    "retention_sentence",
    "span",
    "spelled",
    "trend_sentence",
]


def __getattr__(name: str) -> object:
    # fetched on use: it needs the metrics, and show needs only the numbers
    if name == "nrr_drivers":
        from workahead.words.drivers import nrr_drivers

        return nrr_drivers
    raise AttributeError(f"module 'workahead.words' has no attribute {name!r}")
