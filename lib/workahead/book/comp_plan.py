"""A compensation plan: at most three metrics, what each weighs, and what it pays for which result (plan.yml)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from workahead.book import engines
from workahead.book.definitions import Strict
from workahead.book.periods import Freq, Period, bin_number, first_day, last_day, whole_period
from workahead.book.plan_faults import DIGITS, contradictions, fraction
from workahead.errors import UnknownName

if TYPE_CHECKING:
    from workahead.book.audience import Audience
    from workahead.book.book import Book

PayMetric = Literal["nrr", "grr", "renewal_rate", "forecast_accuracy", "expansion_arr", "csql_arr"]
Scope = Literal["individual", "team"]


def _from_targets(value: object) -> object:
    return None if isinstance(value, str) and value.strip() == "targets" else fraction(value)


Share = Annotated[float, BeforeValidator(fraction), Field(ge=0, le=10, allow_inf_nan=False)]
Amount = Annotated[float, BeforeValidator(fraction), Field(gt=0, allow_inf_nan=False)]
Money = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Point(Strict):
    """One corner of a payout curve."""

    at: Annotated[float, BeforeValidator(fraction), Field(ge=0, allow_inf_nan=False)] = Field(
        description="attainment, or the metric's own value"
    )
    pays: Share = Field(description="share of the target pay")


class Metric(Strict):
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


class Person(Strict):
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


class CompPlan(Strict):
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

    def of(self, book: Book) -> CompPlan:
        """The plan with those alone who are the CSM of an account of this book; it may be nobody."""
        held: set[str] = set()
        if "csm" in book.columns("accounts"):
            held = set(engines.pandas(book.frame("accounts").select("csm").unique())["csm"].dropna())
        mine = self.model_copy(update={"people": tuple(one for one in self.people if one.who in held)})
        return mine.seen_by(book.audience)

    def seen_by(self, audience: Audience | None) -> CompPlan:
        """What a reader may see of it: people see their own pay alone, and that of no other role."""
        if audience is None:
            return self
        people = tuple(one for one in self.people if one.who == audience.who)
        own = {one.role for one in people}
        roles = {name: pay for name, pay in self.roles.items() if name in own}
        return self.model_copy(update={"people": people, "roles": roles})

    def weighted(self, *weights: float) -> CompPlan:
        """The plan with other weights, in the order of its metrics: what a change does, before it is announced."""
        return self._changed([{"weight": weight} for weight in weights])

    def revised(self, metric: PayMetric, scope: Scope | None = None, **changes: Any) -> CompPlan:
        """The plan with other terms of one metric: ``plan.revised("csql_arr", accelerator=2, cap="200%")``.

        Its ``scope`` tells apart a metric that stands for both. Raises UnknownName, pydantic's ValidationError.
        """
        chosen = [one.metric == metric and scope in (None, one.scope) for one in self.metrics]
        if not any(chosen):
            raise UnknownName("metric of the plan", metric, [one.metric for one in self.metrics])
        return self._changed([changes if is_it else {} for is_it in chosen])

    def _changed(self, changes: Sequence[Mapping[str, Any]]) -> CompPlan:
        metrics = [{**one.model_dump(), **change} for one, change in zip(self.metrics, changes, strict=True)]
        # checked without the people, of whom a reader's plan may have none
        given = {**self.model_dump(), "metrics": metrics, "people": [{"who": "-", "target_pay": 0}]}
        return CompPlan.model_validate(given).model_copy(update={"people": self.people})

    def during(self, period: str, book: Book) -> Period:
        """The plan's period (whole, even where it is still running) in which a named period of the book ends."""
        return whole_period(period, book, self.period)

    def is_period(self, start: pd.Timestamp, end: pd.Timestamp, book: Book) -> bool:
        """Whether two closing days make one period that the plan pays by."""
        begins = book.definitions.fiscal_year_start
        number = bin_number(end, self.period, begins)
        whole = first_day(number, self.period, begins), last_day(number, self.period, begins)
        return (start + pd.Timedelta(days=1), end) == whole


def _detail(kind: str, said: str, place: Sequence[str | int], given: object) -> InitErrorDetails:
    error = PydanticCustomError(kind, "{said}", {"said": said})
    return {"type": error, "loc": tuple(place), "input": given}
