"""Plays: what each renewal needs at its stage, as the team writes it down in plays.yml."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from workahead.book.definitions import Strict

OVERDUE = "overdue"

Need = Literal["settled", "called", "decision_maker", "answered", "planned", "cause_stated"]

NEEDS: dict[Need, str] = {
    "settled": "signed, or closed as lost: an overdue renewal is neither",
    "called": "a forecast call has been made, or is not due yet",
    "decision_maker": "a decision maker was spoken to (call or meeting) in the last decision_maker_days",
    "answered": "there is an answer to 'would you renew today?'",
    "planned": "the account has a plan, updated in the last plan_days",
    "cause_stated": "ARR at risk, where there is any, has a root cause",
}
"""What a play may ask for (`must`), and when that holds."""

Measure = Literal["csqls", "calls_on_time", "decision_makers", "asked", "at_risk_worked"]

GOALS: dict[Measure, float] = {
    "csqls": 0.5,
    "calls_on_time": 0.9,
    "decision_makers": 2.0,
    "asked": 2.0,
    "at_risk_worked": 0.9,
}
"""The measures of the scoreboard, and their goals a week where plays.yml says none."""

SHARES: tuple[Measure, ...] = ("calls_on_time", "at_risk_worked")
"""The measures that are shares; the others are counts, with a goal for each person."""


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _nothing(value: Any) -> Any:
    return None if isinstance(value, str) and value.strip().lower() in ("", "~", "null") else value


def _window(value: Any) -> Any:
    """``overdue``, or months to renewal as ``3-6``: from three, up to and without six."""
    if not isinstance(value, str) or value == OVERDUE:
        return value
    match = re.fullmatch(r"(\d{1,3})-(\d{1,3})", value.strip())
    if match is None:
        raise ValueError(f"{value!r} is no window; write overdue, or months to renewal as 3-6")
    if int(match[1]) >= int(match[2]):
        raise ValueError(f"{value!r} is an empty window: the second number must be larger")
    return value.strip()


class Play(Strict):
    """One line of the plays: for whom, what must be true, and what to do where it is not."""

    window: Annotated[str, BeforeValidator(_window)] = Field(
        description="months to renewal, half-open, as 3-6; or overdue"
    )
    segment: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        (), description="one segment or several; left out: all"
    )
    tier: Annotated[tuple[Literal["key", "high_potential", "standard"], ...], BeforeValidator(_listed)] = (
        Field((), description="one tier or several; left out: all")
    )
    must: Need = Field(description="what must be true: " + ", ".join(NEEDS))
    next_step: str = Field(min_length=1, description="what to do where it is not")

    @property
    def months(self) -> tuple[int, int] | None:
        """From and up to (without) so many months to renewal; None for what is overdue."""
        if self.window == OVERDUE:
            return None
        first, last = self.window.split("-")
        return int(first), int(last)


class Plays(Strict):
    """What the team does ahead of a renewal; the first play of the list whose condition fails is the next step.

    >>> default_plays().call_months("Enterprise"), default_plays().call_months("SMB")
    (6, 3)
    """

    call_due_months: int = Field(
        3, ge=0, le=60, description="a forecast call is due so long before the renewal"
    )
    call_due_by_segment: dict[str, Annotated[int, Field(ge=0, le=60)]] = Field(
        default_factory=dict, description="other lengths, by segment"
    )
    decision_maker_days: int = Field(60, ge=0, description="how long a talk with a decision maker lasts")
    plan_days: int = Field(365, ge=0, description="how long an account plan stays current")
    plays: tuple[Play, ...] = Field(description="in order of weight")
    root_causes: dict[str, Annotated[bool | None, BeforeValidator(_nothing)]] = Field(
        description="each cause, and whether something can be done about it; blank: can't be said"
    )
    scoreboard: dict[Measure, Annotated[float, Field(gt=0)]] = Field(
        default_factory=lambda: dict(GOALS),
        min_length=1,
        description="the lead measures that the team chose, each with its goal a week",
    )

    @field_validator("scoreboard")
    @classmethod
    def _shares(cls, goals: dict[Measure, float]) -> dict[Measure, float]:
        large = [f"{name} ({goals[name]:g})" for name in SHARES if goals.get(name, 0) > 1]
        if large:
            raise ValueError(f"a share's goal is at most 1, 0.9 for 90%: {', '.join(large)}")
        return goals

    def call_months(self, segment: object) -> int:
        """How many months before its renewal date a call is due."""
        return self.call_due_by_segment.get(str(segment), self.call_due_months)


@cache
def default_plays() -> Plays:
    """The plays for a project that has no plays.yml."""
    from pathlib import Path

    from workahead.sources.plays import read_plays

    return read_plays(Path(__file__).with_name("plays.yml"))
