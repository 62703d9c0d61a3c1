"""What a compensation plan pays for: each person's and the team's results, as they stand and as they may turn out."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from workahead.book import engines
from workahead.book.comp_plan import CompPlan, Metric, PayMetric
from workahead.book.once import once
from workahead.book.periods import period as period_of
from workahead.book.periods import shift_months
from workahead.book.plan_faults import AMOUNTS
from workahead.errors import MissingTable, PeriodError, did_you_mean
from workahead.metrics.accuracy.forecast_accuracy import forecast_accuracy
from workahead.metrics.expansion.csql import csql_funnel
from workahead.metrics.goals import target_between
from workahead.metrics.positions import rate
from workahead.metrics.projection.projection import project_retention
from workahead.metrics.renewals.rate import renewal_rate
from workahead.metrics.retention.movements import movements
from workahead.metrics.retention.retention import retention
from workahead.metrics.targets import target

if TYPE_CHECKING:
    from collections.abc import Callable

    from workahead.book.book import Book

YEAR = 12
OWNER = "csm"
TEAM = ""
T = TypeVar("T")
Results = dict[str, float]
"""By person, or under TEAM."""
CASES = {"projected_low": "_low", "projected": "", "projected_high": "_high"}
UNPROJECTED = ("csql_arr", "forecast_accuracy")


def results(book: Book, plan: CompPlan, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """A row per metric and person of the plan: metric and person (their places in the plan), target, actual, why.

    ``actual`` is what the book knows at ``end``, or at its as-of date where that comes first. ``why`` says in words
    why an actual or a target is missing.
    """
    until, who = min(end, book.as_of), _people(book, plan)
    found = []
    for metric in plan.metrics:
        whose = who if metric.scope == "individual" else ()
        found.append(_found(book, metric, partial(_of, book, start=start, until=until, who=whose), start))
    return _table(book, plan, start, end, found)


def expected(book: Book, plan: CompPlan, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """The same for a period that is not over, as it is expected to end: by each of the CASES."""
    found = []
    for metric in plan.metrics:
        begun = start if metric.metric in UNPROJECTED else None
        cases, why = _found(book, metric, lambda m: _expected(book, m, start, end), begun)
        found.append({case: (cases.get(case, {}), why) for case in CASES})
    return {case: _table(book, plan, start, end, [one[case] for one in found]) for case in CASES}


def _found(
    book: Book, metric: Metric, measure: Callable[[Metric], dict[str, T]], start: pd.Timestamp | None
) -> tuple[dict[str, T], str]:
    """What is measured, and why there is nothing; from ``start``, where it must have begun."""
    if metric.scope == "individual" and OWNER not in book.columns("accounts"):
        return {}, f"the accounts have no column {OWNER}"
    if start is not None and start >= book.as_of:
        return {}, "the period has not begun"
    sourced = {"opportunity_id", "source"} & set(book.columns("opportunities"))
    if metric.metric == "csql_arr" and sourced == {"opportunity_id"}:
        return {}, "the opportunities have no column source"
    try:
        return measure(metric), ""
    except MissingTable as missing:
        return {}, f"it needs the table {missing.table}, which the book does not have"


def _table(
    book: Book,
    plan: CompPlan,
    start: pd.Timestamp,
    end: pd.Timestamp,
    found: list[tuple[Results, str]],
) -> pd.DataFrame:
    known = _owners(book)
    rows = []
    for number, (metric, (actuals, why)) in enumerate(zip(plan.metrics, found, strict=True)):
        stated = not math.isnan(metric.stated_target)
        goals = {} if stated else _goals(book, metric.metric, _group(metric), start, end)
        for place, person in enumerate(plan.people):
            own = metric.scope == "individual"
            actual, goal = actuals.get(person.who if own else TEAM, math.nan), metric.stated_target
            if math.isnan(goal):
                goal = goals.get(person.who if own else TEAM, math.nan)
            reason = why
            if not reason and own and person.who not in known:
                reason = f"no account of the book has this CSM.{did_you_mean(person.who, sorted(known))}"
            elif not reason and math.isnan(actual):
                reason = "nothing to measure in this period"
            elif not reason and math.isnan(goal):
                reason = "the book has no target for it in this period"
            rows.append((number, place, goal, actual, reason))
    return pd.DataFrame(rows, columns=["metric", "person", "target", "actual", "why"])


def _span(metric: Metric, start: pd.Timestamp, end: pd.Timestamp) -> tuple[pd.Timestamp, int]:
    """The day it is measured from, and how many months that is."""
    months = metric.months or (YEAR if metric.metric in ("nrr", "grr") else 0)
    return (shift_months(end, -months) if months else start), months


def _of(
    book: Book, metric: Metric, start: pd.Timestamp, until: pd.Timestamp, who: tuple[str, ...] = ()
) -> Results:
    first, months = _span(metric, start, until)
    return _measured(book, metric.metric, _group(metric), first, until, months, who)


@once
def _measured(
    book: Book,
    kind: PayMetric,
    by: str | None,
    first: pd.Timestamp,
    until: pd.Timestamp,
    months: int,
    who: tuple[str, ...],
) -> Results:
    """What is measured does not hang on what it weighs or pays: a plan can be tried again and again."""
    book = book.where(csm=list(who)) if who else book
    if kind in ("nrr", "grr"):
        return _by(retention(book, until, months, by), kind, by)
    if kind == "renewal_rate":
        return _by(renewal_rate(book, first, until, by), kind, by)
    if kind == "forecast_accuracy":
        return _by(forecast_accuracy(book, start=first, end=until, by=by), "accuracy", by)
    if kind == "expansion_arr":
        return _by(movements(book, first, until, by=by), "expansion", by)
    return _by(csql_funnel(book, first, until, by), "accepted_arr", by)


def _expected(book: Book, metric: Metric, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, Results]:
    """What the projection expects. CSQLs go on at the pace of the days so far; accuracy stays as it stands."""
    kind, by = metric.metric, _group(metric)
    if kind in UNPROJECTED:
        until = min(end, book.as_of)
        pace = (end - start) / (until - start) if kind == "csql_arr" else 1.0
        results = {who: value * pace for who, value in _of(book, metric, start, until).items()}
        return dict.fromkeys(CASES, results)
    table = project_retention(book, _span(metric, start, end)[0], end, by)
    found = {}
    for case, which in CASES.items():
        grr, nrr = table[f"grr{which}"], table[f"nrr{which}"]
        if kind == "renewal_rate":  # what is lost more or less in this case was due
            kept = table["expected_renewed_arr"] + (grr - table["grr"]).fillna(0) * table["starting_arr"]
            value = rate(kept, table["due_arr"]).clip(0, 1)
        elif kind == "expansion_arr":  # NRR less GRR, of the same customers
            value = ((nrr - grr).clip(lower=0) * table["starting_arr"]).round(2)
        else:
            value = nrr if kind == "nrr" else grr
        found[case] = _by(table.assign(value=value), "value", by)
    return found


def _group(metric: Metric) -> str | None:
    return OWNER if metric.scope == "individual" else None


def _by(table: pd.DataFrame, column: str, by: str | None) -> Results:
    names = [TEAM] * len(table) if by is None else table[by]
    return {str(who): float(value) for who, value in zip(names, table[column], strict=True)}


def _people(book: Book, plan: CompPlan) -> tuple[str, ...]:
    """The plan's people among the CSMs: one person's page need not work out all accounts. None, for all of them, where
    a customer is no account: part of it may be another's.
    """
    known = _owners(book)
    who = tuple(person.who for person in plan.people if person.who in known)
    return () if book.definitions.grain != "account" or len(who) == len(known) else who


@once
def _owners(book: Book) -> set[str]:
    if OWNER not in book.columns("accounts"):
        return set()
    return set(engines.pandas(book.frame("accounts").select(OWNER).unique())[OWNER].dropna().astype("str"))


@once
def _goals(book: Book, kind: PayMetric, by: str | None, start: pd.Timestamp, end: pd.Timestamp) -> Results:
    """The table's targets: of an amount by the days; of a rate those of just this period."""
    if kind in AMOUNTS:
        amounts = target_between(book, kind, start, end, by)
        return {TEAM if by is None else str(who): float(value) for who, value in amounts.items()}
    name = _period_name(book, start, end)
    if name is None:
        return {}
    return {who: target(book, kind, name, who or None) for who in ({TEAM} if by is None else _owners(book))}


def _period_name(book: Book, start: pd.Timestamp, end: pd.Timestamp) -> str | None:
    """What the book's targets call the days between two closing days; None where they have none for them."""
    if "targets" not in book.tables:
        return None
    for name in engines.pandas(book.frame("targets").select("period").unique())["period"]:
        try:
            days = period_of(name, book, ahead=True)
        except PeriodError:
            continue
        if (days.start, days.end) == (start, end):
            return str(name)
    return None
