"""Workahead: a Jupyter workbench for net revenue retention.

``import workahead as wa`` is light: every name below is fetched when it is first used, so that neither Plotly nor
any engine is imported before it is needed.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "Book": "workahead.book.book",
    "Definitions": "workahead.book.definitions",
    "open_snapshot": "workahead.book.snapshot",
    "load": "workahead.book.load",
    "Period": "workahead.book.periods",
    "period": "workahead.book.periods",
    "whole_period": "workahead.book.periods",
    "arr": "workahead.metrics.retention.arr",
    "benchmarks": "workahead.metrics.benchmarks",
    "movements": "workahead.metrics.retention.movements",
    "movement_detail": "workahead.metrics.retention.movements",
    "touches": "workahead.metrics.engagement.touches",
    "support_requests": "workahead.metrics.engagement.touches",
    "coverage": "workahead.metrics.engagement.coverage",
    "coverage_summary": "workahead.metrics.engagement.coverage",
    "scoreboard": "workahead.metrics.engagement.scoreboard",
    "lead_measures": "workahead.metrics.engagement.lead_measures",
    "retention": "workahead.metrics.retention.retention",
    "retention_trend": "workahead.metrics.retention.retention",
    "nrr_drivers": "workahead.metrics.retention.drivers",
    "restated": "workahead.metrics.differences.restated",
    "restated_accounts": "workahead.metrics.differences.restated",
    "table_changes": "workahead.metrics.differences.table_changes",
    "nrr_plan": "workahead.metrics.projection.nrr_plan",
    "own_csm": "workahead.metrics.targets",
    "target": "workahead.metrics.targets",
    "team_target": "workahead.metrics.goals",
    "csql_funnel": "workahead.metrics.expansion.csql",
    "csql_reasons": "workahead.metrics.expansion.qualification",
    "csql_stages": "workahead.metrics.expansion.qualification",
    "account": "workahead.metrics.account.account",
    "account_name": "workahead.metrics.account.account",
    "account_timeline": "workahead.metrics.account.timeline",
    "arr_steps": "workahead.metrics.account.timeline",
    "account_contacts": "workahead.metrics.account.contacts",
    "account_support": "workahead.metrics.account.contacts",
    "renewal_calls": "workahead.metrics.renewals.calls",
    "open_opportunities": "workahead.metrics.expansion.open_opportunities",
    "csql_gaps": "workahead.metrics.expansion.qualification",
    "qualification": "workahead.metrics.expansion.qualification",
    "booking_curve": "workahead.metrics.expansion.bookings",
    "quota_pace": "workahead.metrics.expansion.quota_pace",
    "lead_activities": "workahead.metrics.engagement.lead_activities",
    "renewal_rate": "workahead.metrics.renewals.rate",
    "forecast_accuracy": "workahead.metrics.accuracy.forecast_accuracy",
    "accuracy_by_horizon": "workahead.metrics.accuracy.forecast_accuracy",
    "call_calibration": "workahead.metrics.accuracy.call_calibration",
    "answer_record": "workahead.metrics.accuracy.call_calibration",
    "forecast_changes": "workahead.metrics.accuracy.forecast_changes",
    "cohorts": "workahead.metrics.retention.cohorts",
    "cohort_total": "workahead.metrics.retention.cohorts",
    "cohort_accounts": "workahead.metrics.retention.cohorts",
    "definitions_compared": "workahead.metrics.differences.definition_effects",
    "definitions_apart": "workahead.metrics.differences.definition_effects",
    "definition_accounts": "workahead.metrics.differences.definition_effects",
    "survival": "workahead.metrics.retention.survival",
    "survival_difference": "workahead.metrics.retention.survival",
    "lost_customers": "workahead.metrics.retention.survival",
    "priority_accounts": "workahead.metrics.engagement.priority",
    "priority_summary": "workahead.metrics.engagement.priority",
    "renewal_base": "workahead.metrics.renewals.base",
    "renewal_gaps": "workahead.metrics.renewals.gaps",
    "renewal_windows": "workahead.metrics.renewals.windows",
    "risk": "workahead.metrics.renewals.risk",
    "risk_trend": "workahead.metrics.renewals.risk_trend",
    "project_retention": "workahead.metrics.projection.projection",
    "projection_path": "workahead.metrics.projection.projection",
    "renewal_probabilities": "workahead.metrics.projection.probabilities",
    "expected_renewals": "workahead.metrics.projection.probabilities",
    "projection_gaps": "workahead.metrics.projection.gaps",
    "backtest": "workahead.metrics.projection.backtest",
    "CompPlan": "workahead.book.comp_plan",
    "comp_plan": "workahead.sources.comp_plan",
    "payouts": "workahead.metrics.pay.payouts",
    "payout_curve": "workahead.metrics.pay.payouts",
    "plan_cost": "workahead.metrics.pay.plan_cost",
    "known": "workahead.book.known",
    "Plays": "workahead.book.plays",
    "WorkaheadError": "workahead.errors",
    "ConfigError": "workahead.errors",
    "DataError": "workahead.errors",
    "MissingTable": "workahead.errors",
    "PeriodError": "workahead.errors",
    "SnapshotError": "workahead.errors",
    "SourceError": "workahead.errors",
    "UnknownName": "workahead.errors",
}
_PARTS = ("charts", "show", "words")

__all__ = [*_HOME, *_PARTS]

if TYPE_CHECKING:
    from workahead import charts as charts
    from workahead import show as show
    from workahead import words as words
    from workahead.book.book import Book as Book
    from workahead.book.comp_plan import CompPlan as CompPlan
    from workahead.book.definitions import Definitions as Definitions
    from workahead.book.known import known as known
    from workahead.book.load import load as load
    from workahead.book.periods import Period as Period
    from workahead.book.periods import period as period
    from workahead.book.periods import whole_period as whole_period
    from workahead.book.plays import Plays as Plays
    from workahead.book.snapshot import open_snapshot as open_snapshot
    from workahead.errors import ConfigError as ConfigError
    from workahead.errors import DataError as DataError
    from workahead.errors import MissingTable as MissingTable
    from workahead.errors import PeriodError as PeriodError
    from workahead.errors import SnapshotError as SnapshotError
    from workahead.errors import SourceError as SourceError
    from workahead.errors import UnknownName as UnknownName
    from workahead.errors import WorkaheadError as WorkaheadError
    from workahead.metrics.account.account import account as account
    from workahead.metrics.account.account import account_name as account_name
    from workahead.metrics.account.contacts import account_contacts as account_contacts
    from workahead.metrics.account.contacts import account_support as account_support
    from workahead.metrics.account.timeline import account_timeline as account_timeline
    from workahead.metrics.account.timeline import arr_steps as arr_steps
    from workahead.metrics.accuracy.call_calibration import answer_record as answer_record
    from workahead.metrics.accuracy.call_calibration import call_calibration as call_calibration
    from workahead.metrics.accuracy.forecast_accuracy import accuracy_by_horizon as accuracy_by_horizon
    from workahead.metrics.accuracy.forecast_accuracy import forecast_accuracy as forecast_accuracy
    from workahead.metrics.accuracy.forecast_changes import forecast_changes as forecast_changes
    from workahead.metrics.benchmarks import benchmarks as benchmarks
    from workahead.metrics.differences.definition_effects import definition_accounts as definition_accounts
    from workahead.metrics.differences.definition_effects import definitions_apart as definitions_apart
    from workahead.metrics.differences.definition_effects import definitions_compared as definitions_compared
    from workahead.metrics.differences.restated import restated as restated
    from workahead.metrics.differences.restated import restated_accounts as restated_accounts
    from workahead.metrics.differences.table_changes import table_changes as table_changes
    from workahead.metrics.engagement.coverage import coverage as coverage
    from workahead.metrics.engagement.coverage import coverage_summary as coverage_summary
    from workahead.metrics.engagement.lead_activities import lead_activities as lead_activities
    from workahead.metrics.engagement.lead_measures import lead_measures as lead_measures
    from workahead.metrics.engagement.priority import priority_accounts as priority_accounts
    from workahead.metrics.engagement.priority import priority_summary as priority_summary
    from workahead.metrics.engagement.scoreboard import scoreboard as scoreboard
    from workahead.metrics.engagement.touches import support_requests as support_requests
    from workahead.metrics.engagement.touches import touches as touches
    from workahead.metrics.expansion.bookings import booking_curve as booking_curve
    from workahead.metrics.expansion.csql import csql_funnel as csql_funnel
    from workahead.metrics.expansion.open_opportunities import open_opportunities as open_opportunities
    from workahead.metrics.expansion.qualification import csql_gaps as csql_gaps
    from workahead.metrics.expansion.qualification import csql_reasons as csql_reasons
    from workahead.metrics.expansion.qualification import csql_stages as csql_stages
    from workahead.metrics.expansion.qualification import qualification as qualification
    from workahead.metrics.expansion.quota_pace import quota_pace as quota_pace
    from workahead.metrics.goals import team_target as team_target
    from workahead.metrics.pay.payouts import payout_curve as payout_curve
    from workahead.metrics.pay.payouts import payouts as payouts
    from workahead.metrics.pay.plan_cost import plan_cost as plan_cost
    from workahead.metrics.projection.backtest import backtest as backtest
    from workahead.metrics.projection.gaps import projection_gaps as projection_gaps
    from workahead.metrics.projection.nrr_plan import nrr_plan as nrr_plan
    from workahead.metrics.projection.probabilities import expected_renewals as expected_renewals
    from workahead.metrics.projection.probabilities import renewal_probabilities as renewal_probabilities
    from workahead.metrics.projection.projection import project_retention as project_retention
    from workahead.metrics.projection.projection import projection_path as projection_path
    from workahead.metrics.renewals.base import renewal_base as renewal_base
    from workahead.metrics.renewals.calls import renewal_calls as renewal_calls
    from workahead.metrics.renewals.gaps import renewal_gaps as renewal_gaps
    from workahead.metrics.renewals.rate import renewal_rate as renewal_rate
    from workahead.metrics.renewals.risk import risk as risk
    from workahead.metrics.renewals.risk_trend import risk_trend as risk_trend
    from workahead.metrics.renewals.windows import renewal_windows as renewal_windows
    from workahead.metrics.retention.arr import arr as arr
    from workahead.metrics.retention.cohorts import cohort_accounts as cohort_accounts
    from workahead.metrics.retention.cohorts import cohort_total as cohort_total
    from workahead.metrics.retention.cohorts import cohorts as cohorts
    from workahead.metrics.retention.drivers import nrr_drivers as nrr_drivers
    from workahead.metrics.retention.movements import movement_detail as movement_detail
    from workahead.metrics.retention.movements import movements as movements
    from workahead.metrics.retention.retention import retention as retention
    from workahead.metrics.retention.retention import retention_trend as retention_trend
    from workahead.metrics.retention.survival import lost_customers as lost_customers
    from workahead.metrics.retention.survival import survival as survival
    from workahead.metrics.retention.survival import survival_difference as survival_difference
    from workahead.metrics.targets import own_csm as own_csm
    from workahead.metrics.targets import target as target
    from workahead.sources.comp_plan import comp_plan as comp_plan


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(importlib.import_module(_HOME[name]), name)
    elif name in _PARTS:
        value = importlib.import_module(f"workahead.{name}")
    else:
        raise AttributeError(f"module 'workahead' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
