"""Targets, by the days that their period names and by name."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import workahead as wa
from contracts import contracts

GOALS = pd.DataFrame(
    [
        ("2026", "team", None, "nrr", 1.07),
        ("2026-Q4", "team", None, "NRR ", 1.06),
        ("2026-Q4", "csm", "Ana", "nrr", 1.1),
        ("2026-Q4", "csm", None, "nrr", 9.9),  # whose, nobody knows
        ("2026Q3", None, None, "nrr", 1.05),
        ("next year", "team", None, "nrr", 2.0),
    ],
    columns=["period", "scope", "who", "metric", "target"],
)


def held(**more: Any) -> wa.Book:
    rows = contracts(("S1", "A", "2025-01-01", None, 1200))
    return wa.Book.from_frames("2026-06-30", rows, targets=GOALS, **more)


def test_a_period_is_met_by_its_days_however_it_is_written() -> None:
    assert wa.target(held(), "nrr", "2026-Q4") == 1.06
    assert wa.target(held(), "nrr", "2026-Q3") == 1.05
    assert wa.target(held(), "nrr", "FY2026") == 1.07
    assert math.isnan(wa.target(held(), "nrr", "2026-10"))
    assert math.isnan(wa.target(held(), "nrr", "some day"))


def test_of_a_person_or_of_the_team() -> None:
    assert wa.target(held(), "nrr", "2026-Q4", who="Ana") == 1.1
    assert math.isnan(wa.target(held(), "nrr", "2026-Q4", who="Bo"))


def test_without_a_period_the_one_that_ends_last() -> None:
    assert wa.target(held(), "nrr") in (1.06, 1.07)
    later = GOALS.assign(period=GOALS["period"].replace({"2026": "2027"}))
    rows = contracts(("S1", "A", "2025-01-01", None, 1200))
    assert wa.target(wa.Book.from_frames("2026-06-30", rows, targets=later), "nrr") == 1.07


def test_without_targets_the_answer_that_was_given() -> None:
    rows = contracts(("S1", "A", "2025-01-01", None, 1200))
    assert wa.target(wa.Book.from_frames("2026-06-30", rows), "nrr", "2026", otherwise=1.02) == 1.02
