"""What a compensation plan pays each person, for which result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from workahead.book.comp_plan import CompPlan, Metric
from workahead.book.periods import Day, Period, day
from workahead.errors import PeriodError, UnknownName
from workahead.metrics.pay.results import results

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = [
    "who", "metric", "weight", "target", "actual", "attainment", "payout_rate", "payout", "scope", "target_pay",
    "days", "period_days", "why",
]  # fmt: skip
CURVE = ["metric", "scope", "attainment", "value", "payout_rate"]


def payouts(book: Book, plan: CompPlan, start: Day, end: Day) -> pd.DataFrame:
    """What the plan pays for the period between two closing days: a row per person and metric, in the plan's order.

    | column | meaning |
    |---|---|
    | who, metric, scope | the person; what is measured, of the own book (individual) or the whole (team) |
    | weight, target_pay | share of pay that hangs on it, and that in money: for the days on the plan, at target |
    | target, actual | the metric's own value: a rate (1.06 is 106%) or an amount |
    | attainment | actual / target |
    | payout_rate | what the payout curve says for it, as a share of target_pay |
    | payout | target_pay x payout_rate |
    | days, period_days | days on the plan, of the period's |
    | why | why nothing can be said, where actual or target is missing: then so are attainment, rate and payout |

    nrr and grr run over 12 months up to ``end``, all others over the period, unless the metric has ``months``. All are
    of the whole book, whatever it is filtered by: pay does not depend on a view. A period that is still running counts
    as it stands at the as-of date. Raises PeriodError where the days are not one of the plan's periods.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [900.0, 100.0],
    ...     "start_date": ["2024-01-01", "2024-01-01"], "end_date": [None, "2025-06-30"]}))
    >>> plan = wa.CompPlan(metrics=[{"metric": "grr", "weight": 1, "scope": "team", "target": "90%"}],
    ...                    people=[{"who": "Ana", "target_pay": 5000, "joined": "2025-11-16"}])
    >>> payouts(book, plan, "2025-09-30", "2025-12-31")[["actual", "attainment", "payout_rate", "payout"]]
       actual  attainment  payout_rate  payout
    0     0.9         1.0          1.0  2500.0
    """
    period = pay_period(book, plan, start, end)
    plan = plan.seen_by(book.audience)
    return paid(plan, results(book._base, plan, period.start, period.end), period)


def pay_period(book: Book, plan: CompPlan, start: Day, end: Day) -> Period:
    """Two closing days as one of the plan's periods, or PeriodError."""
    first, last = day(start), day(end)
    if not plan.is_period(first, last, book):
        raise PeriodError(
            f"{plan.name} pays by {plan.period}: the days after {first:%Y-%m-%d} up to {last:%Y-%m-%d} are not one. "
            "plan.during(period, book) gives the days of a period by its name, such as 2026-Q3"
        )
    return Period(first, last, f"{last:%Y-%m-%d}")


def paid(plan: CompPlan, found: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The table of :func:`payouts` from the results."""
    whole = (period.end - period.start).days
    rows = []
    columns = (found[name].tolist() for name in ("metric", "person", "target", "actual", "why"))
    for number, place, goal, actual, why in zip(*columns, strict=True):
        person, metric = plan.people[place], plan.metrics[number]
        days = person.days(period)
        # cents by what stands before: the parts of a person add up to the whole
        before = sum(one.weight for one in plan.metrics[:number])
        upto = [round(plan.pay(person) * days / whole * part, 2) for part in (before, before + metric.weight)]
        pay = round(upto[1] - upto[0], 2)
        share = metric.rate(actual, goal)
        attainment = actual / goal if goal else math.nan
        rows.append(
            (person.who, metric.metric, metric.weight, goal, actual, attainment, share,
             round(pay * share, 2), metric.scope, pay, days, whole, why)
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=COLUMNS)
    order = found["person"].to_numpy().argsort(kind="stable")
    return table.iloc[order].reset_index(drop=True)


def metric_of(plan: CompPlan, metric: str, scope: str | None = None) -> Metric:
    """A metric of the plan by its name (and scope, where it stands for both)."""
    found = [one for one in plan.metrics if one.metric == metric and scope in (None, one.scope)]
    if not found:
        raise UnknownName("metric of the plan", metric, [one.metric for one in plan.metrics])
    return found[0]


def payout_curve(plan: CompPlan, metric: str, scope: str | None = None) -> pd.DataFrame:
    """The corners of a metric's payout curve, to be joined by straight lines.

    | column | meaning |
    |---|---|
    | metric, scope | what is paid for |
    | attainment | actual / target; missing where the corners are values and the plan states no target |
    | value | the metric's own value there; missing where the target comes from the table of targets |
    | payout_rate | share of the target pay |

    The first row lies before the first corner, the last beyond the last; where pay jumps, two rows stand at one
    attainment. Raises UnknownName.

    >>> plan = CompPlan(metrics=[{"metric": "nrr", "weight": 1, "threshold": "80%", "target": "110%"}],
    ...                 people=[{"who": "Ana", "target_pay": 1}])
    >>> payout_curve(plan, "nrr")[["attainment", "value", "payout_rate"]].round(2)
       attainment  value  payout_rate
    0        0.75   0.82          0.0
    1        0.80   0.88          0.0
    2        0.80   0.88          0.8
    3        1.00   1.10          1.0
    4        1.05   1.16          1.0
    """
    one = metric_of(plan, metric, scope)
    at = [point.at for point in one.corners]
    pays = [point.pays for point in one.corners]
    margin = (at[-1] - at[0]) / 4 if len(at) > 1 else at[0] / 4
    first = [max(at[0] - margin, 0.0)] if at[0] > 0 else []
    at, pays = [*first, at[0], *at, at[-1] + margin], [*[0.0] * len(first), 0.0, *pays, pays[-1]]
    where, goal = pd.Series(at, dtype="float64"), one.stated_target
    attainment, value = (where / goal, where) if one.by_value else (where, where * goal)
    table = pd.DataFrame({"attainment": attainment, "value": value, "payout_rate": pays})
    return table.assign(metric=metric, scope=one.scope).drop_duplicates(ignore_index=True)[CURVE]
