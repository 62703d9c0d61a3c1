"""Panels without a browser."""

from __future__ import annotations

import pandas as pd
import workahead as wa
from workahead.explore.panel import Panel


def behind(panel: Panel, part: str) -> pd.DataFrame:
    """The rows behind a part, as the table below the chart holds them."""
    panel.behind.value = dict(panel.behind.options)[part]
    rows: pd.DataFrame = panel.accounts.table.df
    return rows


def assert_line_repeats(panel: Panel, book: wa.Book) -> None:
    """The line of Python gives the panel's table."""
    assert panel.message == ""
    pd.testing.assert_frame_equal(panel.table, eval(panel.line, {"wa": wa, "book": book}))
