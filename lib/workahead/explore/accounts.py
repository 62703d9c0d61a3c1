"""The accounts behind a part of a chart: a table that sorts, searches and exports."""

from __future__ import annotations

import base64
from typing import Any

import ipywidgets as widgets
import pandas as pd
from slugify import slugify

from workahead.explore.controls import heading
from workahead.show import columns
from workahead.show.shown import escaped
from workahead.sources.harmless import harmless
from workahead.words.numbers import count

NOBODY = "No account."
_LOOK = {
    "showIndex": False,
    "maxBytes": 0,
    "pageLength": 10,
    "lengthMenu": [10, 50, 500],
    "layout": {"topStart": "buttons", "topEnd": "search", "bottomStart": "info", "bottomEnd": "paging"},
    "buttons": ["copyHtml5"],
    "classes": "display compact",
    "style": "table-layout:auto;width:auto;margin:0",
}


class Accounts(widgets.VBox):
    """One table at a time, under its title; empty until something is chosen."""

    children: Any

    def __init__(self) -> None:
        self.title = widgets.HTML()
        self.table: Any = None
        super().__init__([self.title])
        self.add_class("wa-accounts")

    def show(self, title: str, rows: pd.DataFrame, unit: str = "account") -> None:
        """These rows, under this title with their number; the file holds them exactly, with all ids."""
        if rows.empty:
            self.title.value, self.children = NOBODY, (self.title,)
            return
        look, name = "color:var(--jp-content-link-color)", slugify(title) or "accounts"
        self.title.value = (
            f"<b>{escaped(title)}</b>: {count(len(rows), unit)} \N{MIDDLE DOT} "
            f'<a download="{name}.csv" style="{look}" href="{_file(rows)}">Save as CSV</a>'
        )
        with pd.option_context("display.float_format", "{:,.2f}".format):
            if self.table is None:
                from itables.widget import ITable

                self.table = ITable(_readable(rows), **_LOOK)
            else:
                self.table.update(_readable(rows))
        self.children = (self.title, self.table)

    def clear(self) -> None:
        """Nothing chosen."""
        self.title.value, self.children = "", (self.title,)


def _file(rows: pd.DataFrame) -> str:
    """The rows as a CSV that a link can hold; no text in it is taken for a formula."""
    plain = rows.apply(lambda column: column.map(harmless) if column.dtype.kind in "OT" else column)
    text = plain.to_csv(index=False, date_format="%Y-%m-%d")
    return f"data:text/csv;base64,{base64.b64encode(text.encode('utf-8-sig')).decode()}"


def _readable(rows: pd.DataFrame) -> pd.DataFrame:
    """Names first and without ids, headings and values in words, days without hours, shares in percent."""
    ids = [name for name in rows if str(name).endswith("_id") and "name" in rows]
    first = [name for name in ("name",) if name in rows]
    shown = rows[[*first, *(name for name in rows if name not in {*first, *ids})]].copy()
    headings = {name: heading(str(name)) for name in shown}
    for name in shown:
        kind = columns.kind(str(name), shown[name])
        if pd.api.types.is_datetime64_any_dtype(shown[name]):
            shown[name] = shown[name].dt.strftime("%Y-%m-%d").fillna("")
        elif kind == columns.PERCENT:
            shown[name], headings[name] = shown[name] * 100, f"{headings[name]} (%)"
        elif kind == columns.TEXT:
            said = [harmless(columns.said(str(name), value)) for value in shown[name].tolist()]
            shown[name] = pd.Series(said, index=shown.index, dtype="object")
    return shown.rename(columns=headings)
