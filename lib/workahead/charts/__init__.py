"""Tidy tables to Plotly figures. Pure: no file, no clock, and no arithmetic that a table could hold."""

from workahead.charts.account import contract_timeline
from workahead.charts.accuracy import accuracy_by_horizon, accuracy_over_time, bias_by
from workahead.charts.attention import attention
from workahead.charts.backtest import backtest
from workahead.charts.bridge import arr_bridge, movements_over_time
from workahead.charts.calibration import calibration
from workahead.charts.close_rates import csql_close_rates, qualification
from workahead.charts.cohorts import cohort_curves, cohort_groups, cohort_heatmap
from workahead.charts.comp_plan import pay_by_person, payout_curve, plan_cost
from workahead.charts.csql import csql_cohorts, csql_goals, csql_steps
from workahead.charts.deciding import deciding_renewals
from workahead.charts.definitions import definition_accounts, definition_spread
from workahead.charts.engagement import coverage_by_tier, on_a_thread, touch_mix
from workahead.charts.forecast_changes import forecast_bridge, forecast_movers
from workahead.charts.movers import movers
from workahead.charts.pacing import booking_curve, lead_activities, quota_pace, weekly_plan
from workahead.charts.plan import plan_waterfall
from workahead.charts.projection import projection_by, projection_fan
from workahead.charts.renewal_calls import calls_over_time
from workahead.charts.renewals import renewal_calendar, renewal_rates, window_board
from workahead.charts.retention import retention_by, retention_trend
from workahead.charts.risk import risk_causes, risk_over_time
from workahead.charts.scoreboard import lead_measures, scoreboard, scoreboard_people, scoreboard_table
from workahead.charts.survival import survival_curves
from workahead.charts.window_grid import window_grid
from workahead.charts.worklists import coming_renewals, next_steps, open_deals, unattended, worklist

__all__ = [
    "accuracy_by_horizon",
    "accuracy_over_time",
    "arr_bridge",
    "attention",
    "backtest",
    "bias_by",
    "booking_curve",
    "calibration",
    "calls_over_time",
    "cohort_curves",
    "cohort_groups",
    "cohort_heatmap",
    "coming_renewals",
    "contract_timeline",
    "coverage_by_tier",
    "csql_close_rates",
    "csql_cohorts",
    "csql_goals",
    "csql_steps",
    "deciding_renewals",
    "definition_accounts",
    "definition_spread",
    "forecast_bridge",
    "forecast_movers",
    "lead_activities",
    "lead_measures",
    "movements_over_time",
    "movers",
    "next_steps",
    "on_a_thread",
    "open_deals",
    "pay_by_person",
    "payout_curve",
    "plan_cost",
    "plan_waterfall",
    "projection_by",
    "projection_fan",
    "qualification",
    "quota_pace",
    "renewal_calendar",
    "renewal_rates",
    "retention_by",
    "retention_trend",
    "risk_causes",
    "risk_over_time",
    "scoreboard",
    "scoreboard_people",
    "scoreboard_table",
    "survival_curves",
    "touch_mix",
    "unattended",
    "weekly_plan",
    "window_board",
    "window_grid",
    "worklist",
]
