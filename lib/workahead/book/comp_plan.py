"""A compensation plan: at most three metrics, what each weighs, and what it pays for which result (plan.yml)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import numpy as np
import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from workahead.book.periods import MONTHS, Freq, Period, bin_number, first_day, last_day
from workahead.book.periods import period as period_of
from workahead.errors import UnknownName, did_you_mean

if TYPE_CHECKING:
    from workahead.book.book import Book

PayMetric = Literal["nrr", "grr", "renewal_rate", "forecast_accuracy", "expansion_arr", "csql_arr"]
Scope = Literal["individual", "team"]
AMOUNTS = ("expansion_arr", "csql_arr")
MOST_METRICS = 3
DIGITS = 9
"""Attainments are compared to so many digits: 0.72 / 0.9 is the 80% that it is written as."""
Place = tuple[str | int, ...]


def fraction(value: object) -> object:
    """``80%`` as 0.8; a number as it is."""
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            return round(float(value.strip()[:-1]) / 100, 12)
        except ValueError:
            raise ValueError(f"{value!r} is no percentage; write it as 80%") from None
    return value


def _from_targets(value: object) -> object:
    return None if isinstance(value, str) and value.strip() == "targets" else fraction(value)


Share = Annotated[float, BeforeValidator(fraction), Field(ge=0, le=10, allow_inf_nan=False)]
Amount = Annotated[float, BeforeValidator(fraction), Field(gt=0, allow_inf_nan=False)]
Money = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Point(_Strict):
    """One corner of a payout curve."""

    at: Annotated[float, BeforeValidator(fraction), Field(ge=0, allow_inf_nan=False)] = Field(
        description="attainment, or the metric's own value"
    )
    pays: Share = Field(description="share of the target pay")


class Metric(_Strict):
    """What one metric weighs, what it is measured against, and what it pays."""

    metric: PayMetric = Field(description="what is measured: " + ", ".join(get_args(PayMetric)))
    weight: Annotated[float, BeforeValidator(fraction), Field(gt=0, le=1)] = Field(
        description="share of the target pay that hangs on it"
    )
    scope: Scope = Field("individual", description="individual: the person's own book; team: the whole book")
    target: Annotated[Amount | None, BeforeValidator(_from_targets)] = Field(
        None, description="a rate, an amount, or `targets`: from the table of targets"
    )
    threshold: Share | None = Field(None, description="attainment below which nothing is paid")
    pays_at_threshold: Share | None = Field(None, description="what it pays there; left out: the threshold")
    points: tuple[Point, ...] = Field((), description="the payout curve in pieces, instead of a threshold")
    points_in: Literal["attainment", "value"] = Field(
        "attainment", description="what `at` is: attainment, or the metric's own value"
    )
    accelerator: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        0, description="points of pay for each point of attainment beyond the last corner"
    )
    cap: Share | None = Field(None, description="the most it pays; left out: what the last corner pays")
    months: int | None = Field(
        None, ge=1, le=60, description="measured over so many months; left out: 12 for nrr and grr"
    )

    @property
    def by_value(self) -> bool:
        """Whether the corners are values of the metric itself."""
        return self.points_in == "value"

    @property
    def stated_target(self) -> float:
        """The target that the plan states itself; NaN where it comes from the table of targets."""
        if self.by_value:
            return next(point.at for point in self.points if point.pays == 1)
        return math.nan if self.target is None else self.target

    @property
    def corners(self) -> tuple[Point, ...]:
        """The payout curve: nothing before the first corner, straight lines between, level after the last."""
        begin = self.threshold or 0.0
        pays = begin if self.pays_at_threshold is None else self.pays_at_threshold
        corners = self.points or (Point(at=begin, pays=pays), Point(at=1, pays=1))
        last = corners[-1]
        if self.accelerator and self.cap is not None and self.cap > last.pays:
            further = (self.cap - last.pays) / self.accelerator
            further *= self.stated_target if self.by_value else 1
            corners = (*corners, Point(at=last.at + further, pays=self.cap))
        return corners

    def rate(self, actual: float, target: float) -> float:
        """The share of the target pay for a result; NaN where there is none, or no target.

        >>> Metric(metric="nrr", weight=1, points_in="value",
        ...        points=[{"at": "100%", "pays": 0}, {"at": "115%", "pays": 1}]).rate(1.075, 1.15)
        0.5
        """
        attained = actual if self.by_value else actual / target if target else math.nan
        if math.isnan(attained):
            return math.nan
        at, pays = np.array([(round(p.at, DIGITS), p.pays) for p in self.corners]).T
        attained = round(attained, DIGITS)
        return 0.0 if attained < at[0] else round(float(np.interp(attained, at, pays)), DIGITS)


class Person(_Strict):
    """Who is paid by the plan: by role or by name, and since when."""

    who: str = Field(min_length=1, description="the name as the accounts' csm")
    role: str | None = Field(None, description="one of `roles`: its target pay")
    target_pay: Money | None = Field(None, description="pay for one period at target; goes before the role's")
    joined: dt.date | None = Field(None, description="first day on the plan")
    left: dt.date | None = Field(None, description="last day on the plan")

    def days(self, period: Period) -> int:
        """How many days of the period the person was on the plan."""
        first, last = period.first_day, period.end
        if self.joined is not None:
            first = max(first, pd.Timestamp(self.joined))
        if self.left is not None:
            last = min(last, pd.Timestamp(self.left))
        return max((last - first).days + 1, 0)


class CompPlan(_Strict):
    """A compensation plan that fits on one slide. Raises pydantic's ValidationError with every fault at once.

    >>> plan = CompPlan(metrics=[{"metric": "nrr", "weight": "60%"}, {"metric": "csql_arr", "weight": "40%"}],
    ...                 people=[{"who": "Ana", "target_pay": 5000}])
    >>> plan.period, plan.metrics[1].weight, plan.pay(plan.people[0])
    ('quarter', 0.4, 5000.0)
    """

    name: str = Field("Compensation plan", min_length=1, description="what the plan is called")
    period: Freq = Field("quarter", description="what it pays by: month, quarter or year (fiscal)")
    metrics: tuple[Metric, ...] = Field(min_length=1, description="one to three")
    roles: dict[str, Money] = Field(default_factory=dict, description="target pay for one period, by role")
    people: tuple[Person, ...] = Field(min_length=1, description="who is paid by it")

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, given: Any, handler: Any) -> Any:
        """The faults of each field and those of the plan as a whole, together."""
        found: list[InitErrorDetails] = []
        made = None
        try:
            made = handler(given)
        except ValidationError as error:
            found = [_detail(one["type"], one["msg"], one["loc"], one["input"]) for one in error.errors()]
        if isinstance(given, Mapping):
            found += [_detail("plan", said, place, None) for place, said in contradictions(given)]
        if found:
            raise ValidationError.from_exception_data(cls.__name__, found)
        return made

    def pay(self, person: Person) -> float:
        """A person's target pay for one period, in reporting currency."""
        return self.roles[str(person.role)] if person.target_pay is None else person.target_pay

    def only(self, *who: str) -> CompPlan:
        """The plan with these people alone: nothing of the others can then reach a page. No names: everybody."""
        known = [person.who for person in self.people]
        for name in who:
            if name not in known:
                raise UnknownName("person of the plan", name, known)
        kept = tuple(person for person in self.people if not who or person.who in who)
        return self.model_copy(update={"people": kept})

    def weighted(self, *weights: float) -> CompPlan:
        """The plan with other weights, in the order of its metrics: what a change does, before it is announced."""
        metrics = [
            {**metric.model_dump(), "weight": weight}
            for metric, weight in zip(self.metrics, weights, strict=True)
        ]
        return CompPlan.model_validate({**self.model_dump(), "metrics": metrics})

    def during(self, period: str, book: Book) -> Period:
        """The plan's period (whole, even where it is still running) in which a named period of the book ends."""
        named = period_of(period, book, ahead=True)
        start = book.definitions.fiscal_year_start
        number = bin_number(min(named.end, max(book.as_of, named.first_day)), self.period, start)
        first, last = first_day(number, self.period, start), last_day(number, self.period, start)
        return Period(first - pd.Timedelta(days=1), last, f"{first:%Y-%m-%d} to {last:%Y-%m-%d}")

    def is_period(self, start: pd.Timestamp, end: pd.Timestamp, book: Book) -> bool:
        """Whether two closing days make one period that the plan pays by."""
        begins = book.definitions.fiscal_year_start
        number = bin_number(end, self.period, begins)
        whole = first_day(number, self.period, begins), last_day(number, self.period, begins)
        return (start + pd.Timedelta(days=1), end) == whole

    @property
    def period_months(self) -> int:
        """How many months the plan's period has."""
        return MONTHS[self.period]


def _detail(kind: str, said: str, place: Sequence[str | int], given: object) -> InitErrorDetails:
    error = PydanticCustomError(kind, "{said}", {"said": said})
    return {"type": error, "loc": tuple(place), "input": given}


def contradictions(given: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """What is wrong with a plan as a whole, each with its place; a single field's own faults are pydantic's."""
    metrics = [one for one in _listed(given.get("metrics")) if isinstance(one, Mapping)]
    weights = [_number(one.get("weight")) for one in metrics]
    if len(metrics) > MOST_METRICS:
        least = min((w for w in weights if w is not None), default=None)
        small = "" if least is None else f"; the least of these moves {least:.0%} of pay"
        yield (
            ("metrics",),
            f"{len(metrics)} metrics, and a plan has at most three: with more, nobody can say what to do "
            f"next to earn more{small}. Keep the three that matter, show the others on the scoreboard",
        )
    total = sum(w for w in weights if w is not None)
    if metrics and None not in weights and round(total, DIGITS) != 1:
        parts = " + ".join(_percent(w) for w in weights)
        yield ("metrics",), f"the weights add up to {_percent(total)}, not to 100%: {parts}"
    seen: set[tuple[Any, Any]] = set()
    for n, one in enumerate(metrics):
        key = (one.get("metric"), one.get("scope", "individual"))
        if key in seen:
            yield ("metrics", n, "metric"), f"{key[0]} ({key[1]}) stands twice: make one of them"
        seen.add(key)
        for name, said in _curve_faults(one):
            yield ("metrics", n, name), said
    roles = given.get("roles") or {}
    roles = list(roles) if isinstance(roles, Mapping) else []
    names: set[Any] = set()
    for n, one in enumerate(_listed(given.get("people"))):
        if isinstance(one, Mapping):
            for name, said in _person_faults(one, roles, names):
                yield ("people", n, name), said
            names.add(one.get("who"))


def _person_faults(one: Mapping[str, Any], roles: list[Any], names: set[Any]) -> Iterator[tuple[str, str]]:
    role = one.get("role")
    if one.get("who") in names:
        yield "who", f"{one.get('who')!r} stands twice: one line a person"
    if role is not None and role not in roles:
        yield (
            "role",
            f"{role!r} is none of the roles.{did_you_mean(str(role), roles)} There are: {_names(roles)}",
        )
    elif role is None and one.get("target_pay") is None:
        yield "who", f"{one.get('who')!r} has neither a role nor a target_pay: write one of them"
    joined, left = (_date(one.get(name)) for name in ("joined", "left"))
    if joined and left and joined > left:
        yield "left", f"left on {left}, before joining on {joined}"


def _curve_faults(one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What does not go together in one metric."""
    points = [
        (_number(p.get("at")), _number(p.get("pays")))
        for p in _listed(one.get("points"))
        if isinstance(p, Mapping)
    ]
    ats, pays = [at for at, _ in points if at is not None], [pay for _, pay in points if pay is not None]
    by_value, target = one.get("points_in") == "value", one.get("target")
    threshold, pays_there, cap = (_number(one.get(n)) for n in ("threshold", "pays_at_threshold", "cap"))
    accelerator = _number(one.get("accelerator")) or 0
    if points and one.get("threshold") is not None:
        yield "threshold", "the first of the points is the threshold: leave one of the two out"
    if pays_there is not None and (threshold is None or pays_there > 1):
        yield "pays_at_threshold", "it needs a threshold, and pays at most 100% there"
    if threshold is not None and threshold >= 1:
        yield "threshold", f"{_percent(threshold)} is not below the target: write less than 100%"
    if any(b <= a for a, b in pairwise(ats)):
        yield "points", "the points must stand in rising order of `at`"
    if any(b < a for a, b in pairwise(pays)):
        yield "points", "a better result must never pay less: let `pays` rise, or stay"
    if by_value and 1.0 not in pays:
        yield "points", "points of the metric's own value need one that pays 100%: it is the target"
    if by_value and target is not None:
        yield "target", "the point that pays 100% is the target: leave this out"
    if accelerator and cap is None:
        yield "accelerator", "an accelerator needs a cap: say the most that it may pay"
    last = (pays[-1] if pays else None) if points else 1.0
    if cap is not None and last is not None and cap < last:
        yield "cap", f"a cap of {_percent(cap)} is below the {_percent(last)} that the curve reaches"
    if cap is not None and last is not None and cap > last and not accelerator:
        yield (
            "cap",
            f"the curve ends at {_percent(last)}: a cap of {_percent(cap)} needs an accelerator or a point",
        )
    value, amount = _number(target), one.get("metric") in AMOUNTS
    if amount and isinstance(target, str) and target.strip().endswith("%"):
        yield "target", f"{one['metric']} is an amount: write it in the reporting currency, not as {target}"
    elif not amount and value is not None and value > 5:
        yield "target", f"{target} is {value:,.0%}: write a rate as 105% or 1.05"


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _number(value: Any) -> float | None:
    """A number that may be a percentage, where it is one; what it is otherwise, pydantic says."""
    try:
        found = float(fraction(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def _date(value: Any) -> dt.date | None:
    try:
        return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
    except ValueError:
        return None


def _percent(value: float | None) -> str:
    return "?" if value is None else f"{round(value * 100, 2):g}%"


def _names(known: list[Any]) -> str:
    return ", ".join(map(str, known)) or "none, write them under roles:"
