"""What a compensation plan pays, and what it would pay and cost with other weights."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd
import traitlets

from workahead import charts, words
from workahead.book.book import Book
from workahead.book.comp_plan import CompPlan, Metric
from workahead.book.periods import bin_number, last_day, shift_months
from workahead.book.plan_faults import AMOUNTS
from workahead.errors import ConfigError, UnknownName, WorkaheadError
from workahead.explore.controls import choice, percentage, slider
from workahead.explore.filters import values_of
from workahead.explore.panel import Panel
from workahead.explore.view import Call, Point, Report, View, Written
from workahead.metrics.retention.movements import movement_detail
from workahead.sources.comp_plan import FILE
from workahead.sources.comp_plan import comp_plan as read
from workahead.words.comp_plan import metric_name
from workahead.words.dates import span

LEAST = 1
"""Percent: a metric that weighs nothing is none of the plan's."""
PERIODS = 4
YEAR = 12
SHOWN = {"Pay by person": "people", "Cost by scenario": "cost"}


def comp_plan(book: Book, plan: CompPlan | Path | str = FILE, period: str | None = None) -> Panel:
    """What a compensation plan (or its file) pays each person for a period, and costs under each scenario: as it is
    written, and with other weights, targets or accelerators. Behind each person are the accounts that moved in the
    twelve months to its end.

    ``period`` is where the slider stands at first: the last whole period of the plan, unless one is named. The lines
    are ``wa.payouts``'s and ``wa.plan_cost``'s. All is of the whole book: pay does not depend on a view.
    """
    try:
        pays = plan if isinstance(plan, CompPlan) else read(plan)
        days = _periods(book, pays, period)
    except WorkaheadError as refused:
        return Panel(book, "The compensation plan", partial(_refused, refused), {})
    text = "plan" if isinstance(plan, CompPlan) else f"wa.comp_plan({str(plan)!r})".replace("'", '"')
    file = None if isinstance(plan, CompPlan) else Path(plan)
    settings = {
        "show": choice("Show", SHOWN, "people"),
        "end": days,
        "weights": Weights(pays),
        "terms": Terms(pays),
    }
    panel = Panel(book, pays.name, partial(_view, pays, text, file), settings)
    panel.filters.layout.display = "none"
    return panel


class Weights(widgets.Box):
    """``value``: what each metric weighs, in the plan's order. There is a slider for each but the last, which gets what
    they leave; where that would be nothing, the others give way.
    """

    value: Any = traitlets.Tuple()

    def __init__(self, plan: CompPlan) -> None:
        self._names = [
            metric_name(one.metric) + (", team" if one.scope == "team" else "") for one in plan.metrics
        ]
        weights, most = [one.weight for one in plan.metrics], 1 - LEAST / 100 * (len(plan.metrics) - 1)
        self._sliders = [
            percentage(f"Weight of {name}", weight, LEAST / 100, most)
            for name, weight in zip(self._names[:-1], weights[:-1], strict=True)
        ]
        self._left, self._still = widgets.Label(), False
        super().__init__([*self._sliders, self._left], layout={"flex_flow": "row wrap"})
        self.observe(self._put, "value")
        self.value = tuple(weights)
        for place, control in enumerate(self._sliders):
            control.observe(partial(self._moved, place), "value")

    def _moved(self, place: int, _: Any) -> None:
        if self._still:
            return
        shares = [round(control.value * 100) for control in self._sliders]
        over = sum(shares) - (100 - LEAST)
        for other in reversed([n for n in range(len(shares)) if n != place]):
            give = min(max(over, 0), shares[other] - LEAST)
            shares[other] -= give
            over -= give
        self.value = tuple(share / 100 for share in (*shares, 100 - sum(shares)))

    @traitlets.validate("value")  # type: ignore[untyped-decorator]
    def _whole(self, proposal: Any) -> tuple[float, ...]:
        weights = tuple(float(one) for one in proposal["value"])
        if len(weights) != len(self._names) or min(weights) <= 0 or round(sum(weights), 6) != 1:
            said = ", ".join(self._names)
            raise ConfigError(f"weights={weights}: write a share for each of {said}, together 1")
        return weights

    def _put(self, change: Any) -> None:
        self._still = True
        for control, weight in zip(self._sliders, change["new"], strict=False):
            control.value = weight
        self._left.value = f"{self._names[-1]} gets what is left: {words.percent(change['new'][-1], 0)}"
        self._still = False


class Terms(widgets.Box):
    """``value``: the terms that are changed, by metric (with its scope, where it stands for both): the target of a rate
    that states one, and an accelerator.
    """

    value: Any = traitlets.Dict()

    def __init__(self, plan: CompPlan) -> None:
        self._still, self._sliders = False, dict[tuple[str, str], tuple[Any, float]]()
        for key, one in named(plan).items():
            name = metric_name(one.metric) + (", team" if one.scope == "team" else "")
            if one.target is not None and one.metric not in AMOUNTS:
                control = percentage(f"Target of {name}", one.target, one.target / 2, one.target * 1.5)
                self._sliders[key, "target"] = control, one.target
            if one.accelerator:
                control = percentage(f"Accelerator of {name}", one.accelerator, 0.1, 2 * one.accelerator, 0.1)
                control.readout_format = ".1f"
                self._sliders[key, "accelerator"] = control, one.accelerator
        super().__init__([control for control, _ in self._sliders.values()], layout={"flex_flow": "row wrap"})
        for control, _ in self._sliders.values():
            control.observe(self._moved, "value")
        self.observe(self._put, "value")

    def _moved(self, _: Any) -> None:
        if self._still:
            return
        changed: dict[str, dict[str, float]] = {}
        for (key, term), (control, written) in self._sliders.items():
            if abs(control.value - written) > 1e-9:
                changed.setdefault(key, {})[term] = round(control.value, 4)
        self.value = changed

    def _put(self, change: Any) -> None:
        terms = {(key, term): value for key, held in change["new"].items() for term, value in held.items()}
        for key, term in terms:
            if (key, term) not in self._sliders:
                raise UnknownName(
                    "term of the plan", f"{key}: {term}", [": ".join(one) for one in self._sliders]
                )
        self._still = True
        for place, (control, written) in self._sliders.items():
            control.value = terms.get(place, written)
        self._still = False


def named(plan: CompPlan) -> dict[str, Metric]:
    """The plan's metrics by name, with their scope where one stands for both."""
    names = [one.metric for one in plan.metrics]
    return {
        f"{one.metric}_{one.scope}" if names.count(one.metric) > 1 else str(one.metric): one
        for one in plan.metrics
    }


def _periods(book: Book, plan: CompPlan, period: str | None) -> widgets.SelectionSlider:
    """The plan's last periods, and the one under way."""
    year = book.definitions.fiscal_year_start
    running = bin_number(book.as_of + pd.Timedelta(days=1), plan.period, year)
    ends = [last_day(n, plan.period, year) for n in range(running - PERIODS, running + 1)]
    wanted = ends[-2] if period is None else plan.during(period, book).end
    named = {span(_start(plan, end), end, short=True): end for end in sorted({*ends, wanted})}
    return slider("Period", named, wanted)


def _start(plan: CompPlan, end: pd.Timestamp) -> pd.Timestamp:
    """The closing day before a period of the plan."""
    return shift_months(end, -{"month": 1, "quarter": 3, "year": YEAR}[plan.period])


def _refused(error: WorkaheadError, book: Book) -> View:
    raise error


def _view(
    plan: CompPlan,
    text: str,
    file: Path | None,
    book: Book,
    show: str,
    end: pd.Timestamp,
    weights: tuple[float, ...],
    terms: Mapping[str, Mapping[str, Any]],
) -> View:
    start, weighed, written = _start(plan, end), plan, text
    if weights != tuple(one.weight for one in plan.metrics):
        weighed, written = plan.weighted(*weights), f"{text}.weighted({', '.join(map(str, weights))})"
    for key, changes in terms.items():
        one = named(plan)[key]
        scope = [] if key == one.metric else [one.scope]
        weighed = weighed.revised(one.metric, *scope, **changes)
        said = [f'"{name}"' for name in (one.metric, *scope)] + [f"{n}={v}" for n, v in changes.items()]
        written += f".revised({', '.join(said)})"
    changed = written != text
    during = {"start": start, "end": end}
    given = {"plan": Written(weighed, written), **during}
    paid = Call("payouts", given)
    table = paid.table(book)
    before = Call("payouts", {"plan": plan, **during}).table(book) if changed else table
    finding = f"{span(start, end)}: {words.pay_what_if_sentence(table, before, book.currency)}"
    if show == "cost":
        call = Call("plan_cost", {**given, "by": "metric"})
        cost = call.table(book)
        why = "A page shows a reader the cost of their own pay alone; the notebook comp_plan shows it all."
        return View(call, cost, charts.plan_cost(cost, book.currency), finding, unreported=why)
    figure = charts.pay_by_person(table, book.currency, before if changed else None)
    drawn = (figure.layout.meta or {}).get("groups", [])
    known = values_of(book, "csm") if "csm" in book.columns("accounts") else []
    parts = {str(who): str(who) for who in dict.fromkeys(table["who"]) if who in known}

    def picked(point: Point) -> Any:
        row = round(point.y) if point.y is not None else len(drawn)
        return drawn[row] if row < len(drawn) else None

    def accounts(who: str) -> pd.DataFrame:
        until = min(end, book.as_of)
        detail = movement_detail(book.where(csm=[who]), shift_months(until, -YEAR), until)
        detail = detail[detail["starting"] > 0]  # as in NRR
        return detail.sort_values("change", key=abs, ascending=False, kind="stable", ignore_index=True)

    report, why = _report(plan, file, end, book, changed)
    return View(paid, table, figure, finding, parts, picked, accounts, report, unreported=why)


def _report(
    plan: CompPlan, file: Path | None, end: pd.Timestamp, book: Book, changed: bool
) -> tuple[Report | None, str]:
    """The report with a page for each person; else why there is none."""
    if changed:
        return None, "Its pages hold the plan as it is written: what is only tried out is nobody's pay."
    if file is None:
        return None, f"Its pages are of a plan in a file, such as {FILE}."
    if plan.period != "quarter":
        return None, f"The report comp_plan is for a quarter, and this plan pays by the {plan.period}."
    given = {} if str(file) == FILE else {"plan": str(file.resolve() if file.is_file() else file)}
    return Report("comp_plan", {"period": plan.during(f"{end:%Y-%m}", book).label, **given}), ""
