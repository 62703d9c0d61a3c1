"""The accounts behind a part of a chart: a table that sorts, searches and exports."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import pandas as pd

from workahead.explore.controls import heading
from workahead.show import columns
from workahead.show.shown import escaped
from workahead.sources.harmless import harmless
from workahead.words.numbers import count

NOBODY = "No account."


class Accounts(widgets.VBox):
    """One table at a time, under its title; empty until something is chosen."""

    children: Any

    def __init__(self) -> None:
        self.title = widgets.HTML()
        self.table: Any = None
        super().__init__([self.title])
        self.add_class("wa-accounts")

    def show(self, title: str, rows: pd.DataFrame, unit: str = "account") -> None:
        """These rows, under this title with their number."""
        self.title.value = f"<b>{escaped(title)}</b>: {count(len(rows), unit)}" if len(rows) else NOBODY
        if rows.empty:
            self.children = (self.title,)
            return
        if self.table is None:
            from itables.widget import ITable

            self.table = ITable(
                _readable(rows),
                showIndex=False,
                maxBytes=0,
                pageLength=10,
                lengthMenu=[10, 50, 500],
                layout={
                    "topStart": "buttons",
                    "topEnd": "search",
                    "bottomStart": "info",
                    "bottomEnd": "paging",
                },
                buttons=["copyHtml5", {"extend": "csvHtml5", "filename": "accounts"}],
                classes="display compact",
                style="table-layout:auto;width:auto;margin:0",
            )
        else:
            self.table.update(_readable(rows))
        self.children = (self.title, self.table)

    def clear(self) -> None:
        """Nothing chosen."""
        self.title.value, self.children = "", (self.title,)


def _readable(rows: pd.DataFrame) -> pd.DataFrame:
    """Headings in words; days without hours; no text that a spreadsheet would take for a formula."""
    shown = rows.copy()
    for column in shown:
        if pd.api.types.is_datetime64_any_dtype(shown[column]):
            shown[column] = shown[column].dt.strftime("%Y-%m-%d").fillna("")
        elif columns.kind(str(column), shown[column]) == columns.TEXT:
            shown[column] = shown[column].astype("object").where(shown[column].notna(), "").map(harmless)
    return shown.rename(columns=lambda name: heading(str(name)))
