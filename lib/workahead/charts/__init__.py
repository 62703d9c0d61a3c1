"""Tidy tables to Plotly figures. Pure: no file, no clock, and no arithmetic that a table could hold."""

from workahead.charts.benchmarks import Benchmark, benchmark, benchmarks
from workahead.charts.bridge import arr_bridge, movements_over_time
from workahead.charts.cohorts import cohort_curves, cohort_heatmap
from workahead.charts.movers import movers
from workahead.charts.retention import retention_by, retention_trend

__all__ = [
    "Benchmark",
    "arr_bridge",
    "benchmark",
    "benchmarks",
    "cohort_curves",
    "cohort_heatmap",
    "movements_over_time",
    "movers",
    "retention_by",
    "retention_trend",
]
