"""Panels for JupyterLab: a metric, its chart and its accounts, with the settings as controls.

Each is one call in a notebook. Filters take any column; a click on the chart, or a choice from the list below it,
shows the accounts behind; the line of Python below does the same again in a cell of one's own.

>>> import pandas as pd
>>> import workahead as wa
>>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
...     "subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2024-01-01"], "end_date": [None],
...     "arr": [1200.0]}))
>>> panel = retention(book)
>>> panel.set(months=6)
>>> panel.line
'wa.retention_trend(book, months=6, periods=24)'
"""

from workahead.explore.cohorts import cohorts
from workahead.explore.comp_plan import comp_plan
from workahead.explore.definitions import definitions
from workahead.explore.forecast import forecast
from workahead.explore.plan import plan
from workahead.explore.renewals import renewals
from workahead.explore.retention import retention
from workahead.explore.survival import survival

__all__ = ["cohorts", "comp_plan", "definitions", "forecast", "plan", "renewals", "retention", "survival"]
