"""What a compensation plan pays for: each person's and the team's results, as they stand and as they may turn out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.comp_plan import CompPlan, Metric
from workahead.book.periods import period as period_of
from workahead.book.periods import shift_months
from workahead.errors import MissingTable, PeriodError, did_you_mean
from workahead.metrics.forecast_accuracy import forecast_accuracy
from workahead.metrics.movements import movements
from workahead.metrics.positions import rate
from workahead.metrics.projection import project_retention
from workahead.metrics.renewal_rate import renewal_rate
from workahead.metrics.retention import retention
from workahead.metrics.targets import target
from workahead.metrics.upcoming import cents, with_columns

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
_CSQL = ["opportunity_id", "account_id", "stage", "amount", "created_date", "is_won", "source"]


def results(book: Book, plan: CompPlan, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """A row per metric and person of the plan: metric and person (their places in the plan), target, actual, why.

    ``actual`` is what the book knows at ``end``, or at its as-of date where that comes first. ``why`` says in words
    why an actual or a target is missing.
    """
    until = min(end, book.as_of)
    found = [
        _found(book, metric, lambda m: _measured(book, m, start, until), start) for metric in plan.metrics
    ]
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
    lacking = [name for name in _CSQL if name not in book.columns("opportunities")]
    if metric.metric == "csql_arr" and "opportunities" in book.tables and lacking:
        return {}, f"the opportunities have no column {', '.join(lacking)}"
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
    name, known = _period_name(book, start, end), _owners(book)
    rows = []
    for number, (metric, (actuals, why)) in enumerate(zip(plan.metrics, found, strict=True)):
        for place, person in enumerate(plan.people):
            own = metric.scope == "individual"
            actual, goal = actuals.get(person.who if own else TEAM, math.nan), metric.stated_target
            if math.isnan(goal) and name is not None:
                goal = target(book, metric.metric, name, person.who if own else None)
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


def _measured(book: Book, metric: Metric, start: pd.Timestamp, until: pd.Timestamp) -> Results:
    first, months = _span(metric, start, until)
    kind, by = metric.metric, _group(metric)
    if kind in ("nrr", "grr"):
        return _by(retention(book, until, months, by), kind, by)
    if kind == "renewal_rate":
        return _by(renewal_rate(book, first, until, by), kind, by)
    if kind == "forecast_accuracy":
        return _by(forecast_accuracy(book, start=first, end=until, by=by), "accuracy", by)
    if kind == "expansion_arr":
        return _by(movements(book, first, until, by=by), "expansion", by)
    return _accepted(book, first, until, by)


def _expected(book: Book, metric: Metric, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, Results]:
    """What the projection expects. CSQLs go on at the pace of the days so far; accuracy stays as it stands."""
    kind, by = metric.metric, _group(metric)
    if kind in UNPROJECTED:
        until = min(end, book.as_of)
        pace = (end - start) / (until - start) if kind == "csql_arr" else 1.0
        results = {who: value * pace for who, value in _measured(book, metric, start, until).items()}
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


def _accepted(book: Book, first: pd.Timestamp, until: pd.Timestamp, by: str | None) -> Results:
    """ARR of the CSQLs created in these days that sales accepted: ever in the accepted stage, or won."""
    book["opportunities"]  # MissingTable says what to add
    rows = book.frame("opportunities").filter(nw.col("source") == "csql").select(*_CSQL)
    table = engines.pandas(rows).astype({"opportunity_id": "str", "account_id": "str", "is_won": "bool"})
    table = table.assign(created_date=table["created_date"].astype("datetime64[us]"), subscription_id="")
    stage = book.definitions.accepted_stage
    accepted = table["is_won"] | table["stage"].eq(stage)
    if "stage_history" in book.tables:
        entered = book.frame("stage_history").filter(nw.col("stage") == stage).select("opportunity_id")
        accepted |= table["opportunity_id"].isin(engines.pandas(entered.unique())["opportunity_id"])
    inside = (table["created_date"] > first) & (table["created_date"] <= until)
    table = with_columns(table[accepted & inside], book, [] if by is None else [by])
    amounts = cents(table["amount"])
    if by is None:
        return {TEAM: float(amounts.sum()) / 100}
    sums = amounts.groupby(table[by]).sum() / 100
    return {**dict.fromkeys(_owners(book), 0.0), **{str(who): float(value) for who, value in sums.items()}}


def _owners(book: Book) -> set[str]:
    if OWNER not in book.columns("accounts"):
        return set()
    return set(engines.pandas(book.frame("accounts").select(OWNER).unique())[OWNER].dropna().astype("str"))


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
