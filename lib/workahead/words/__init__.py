"""Tables to sentences: computed, never typed. CRM text passes through as plain text; ``show`` escapes it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from workahead.words.account import (
    OUTCOME_NAMES,
    account_figures,
    account_sentence,
    chance_sentence,
    coming_sentence,
    contacts_sentence,
    deals_sentence,
    history_sentence,
    requests_sentence,
)
from workahead.words.accuracy import (
    accuracy_by_sentence,
    accuracy_figures,
    accuracy_sentence,
    answer_sentence,
    bias_sentence,
    calibration_sentence,
    change_sentence,
    horizon_sentence,
)
from workahead.words.backtest import backtest_sentence
from workahead.words.checks import check_sentence, findings_sentence, kept_sentence
from workahead.words.cohorts import cohort_group_sentence, cohort_sentence, survival_sentence
from workahead.words.comp_plan import (
    cost_sentence,
    metric_name,
    pay_plan_sentence,
    pay_statement,
    payout_curve_sentence,
    payout_sentence,
    plan_slide,
    scenario_name,
)
from workahead.words.csql import (
    close_rate_sentence,
    cohort_fate_sentence,
    csql_figures,
    csql_gaps_sentence,
    csql_group_sentence,
    csql_sentence,
    pipeline_sentence,
    qualification_sentence,
    reasons_sentence,
    stages_sentence,
)
from workahead.words.dates import day, month, span
from workahead.words.definitions import (
    definition_figures,
    definition_names,
    definitions_sentence,
    difference_rows,
    difference_sentence,
)
from workahead.words.engagement import (
    TIER_NAMES,
    coverage_sentence,
    engagement_figures,
    support_sentence,
    thread_sentence,
    touch_sentence,
)
from workahead.words.forecast import (
    ahead_sentence,
    deciding_sentence,
    forecast_figures,
    nothing_due,
    plan_group_sentence,
    plan_sentence,
    projection_gaps_sentence,
    projection_group_sentence,
    projection_sentence,
    target_sentence,
)
from workahead.words.movements import movement_sentence, movers_sentence, overdue_sentence
from workahead.words.numbers import count, exact, money, percent, points, spelled
from workahead.words.own_book import own_figures, own_sentence, own_title
from workahead.words.pacing import (
    booking_sentence,
    lead_sentence,
    needed_sentence,
    pace_figures,
    pace_sentence,
)
from workahead.words.renewals import (
    GROUP_NAMES,
    expected_sentence,
    gaps_sentence,
    priority_sentence,
    renewal_figures,
    renewed_sentence,
    risk_sentence,
    risk_trend_sentence,
    steps_sentence,
    uncalled_sentence,
    window_name,
    window_sentence,
)
from workahead.words.retention import basis_sentence, group_sentence, retention_sentence, trend_sentence
from workahead.words.scoreboard import (
    MEASURE_NAMES,
    gone_before_sentence,
    people_sentence,
    scoreboard_figures,
    scoreboard_sentence,
    unknown_sentence,
)
from workahead.words.unasked import unasked, unasked_sentence
from workahead.words.what_if import (
    assumed_rows,
    assumptions_sentence,
    pay_what_if_sentence,
    plan_what_if_sentence,
    what_if_sentence,
)

if TYPE_CHECKING:
    from workahead.words.figures import key_figures as key_figures

__all__ = [
    "GROUP_NAMES",
    "MEASURE_NAMES",
    "OUTCOME_NAMES",
    "TIER_NAMES",
    "account_figures",
    "account_sentence",
    "accuracy_by_sentence",
    "accuracy_figures",
    "accuracy_sentence",
    "ahead_sentence",
    "answer_sentence",
    "assumed_rows",
    "assumptions_sentence",
    "backtest_sentence",
    "basis_sentence",
    "bias_sentence",
    "booking_sentence",
    "calibration_sentence",
    "chance_sentence",
    "change_sentence",
    "check_sentence",
    "close_rate_sentence",
    "cohort_fate_sentence",
    "cohort_group_sentence",
    "cohort_sentence",
    "coming_sentence",
    "contacts_sentence",
    "cost_sentence",
    "count",
    "coverage_sentence",
    "csql_figures",
    "csql_gaps_sentence",
    "csql_group_sentence",
    "csql_sentence",
    "day",
    "deals_sentence",
    "deciding_sentence",
    "definition_figures",
    "definition_names",
    "definitions_sentence",
    "difference_rows",
    "difference_sentence",
    "engagement_figures",
    "exact",
    "expected_sentence",
    "findings_sentence",
    "forecast_figures",
    "gaps_sentence",
    "gone_before_sentence",
    "group_sentence",
    "history_sentence",
    "horizon_sentence",
    "kept_sentence",
    "key_figures",
    "lead_sentence",
    "metric_name",
    "money",
    "month",
    "movement_sentence",
    "movers_sentence",
    "needed_sentence",
    "nothing_due",
    "overdue_sentence",
    "own_figures",
    "own_sentence",
    "own_title",
    "pace_figures",
    "pace_sentence",
    "pay_plan_sentence",
    "pay_statement",
    "pay_what_if_sentence",
    "payout_curve_sentence",
    "payout_sentence",
    "people_sentence",
    "percent",
    "pipeline_sentence",
    "plan_group_sentence",
    "plan_sentence",
    "plan_slide",
    "plan_what_if_sentence",
    "points",
    "priority_sentence",
    "projection_gaps_sentence",
    "projection_group_sentence",
    "projection_sentence",
    "qualification_sentence",
    "reasons_sentence",
    "renewal_figures",
    "renewed_sentence",
    "requests_sentence",
    "retention_sentence",
    "risk_sentence",
    "risk_trend_sentence",
    "scenario_name",
    "scoreboard_figures",
    "scoreboard_sentence",
    "span",
    "spelled",
    "stages_sentence",
    "steps_sentence",
    "support_sentence",
    "survival_sentence",
    "target_sentence",
    "thread_sentence",
    "touch_sentence",
    "trend_sentence",
    "unasked",
    "unasked_sentence",
    "uncalled_sentence",
    "unknown_sentence",
    "what_if_sentence",
    "window_name",
    "window_sentence",
]


_WITH_METRICS = {"key_figures": "figures"}


def __getattr__(name: str) -> Any:
    # fetched on use: these need the metrics, and show needs only the numbers
    if name in _WITH_METRICS:
        return getattr(importlib.import_module(f"workahead.words.{_WITH_METRICS[name]}"), name)
    raise AttributeError(f"module 'workahead.words' has no attribute {name!r}")
