"""Two snapshots compared, as the terminal shows it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workahead.reports.diff import Differences
from workahead.words.dates import month
from workahead.words.numbers import count, money, percent
from workahead.words.restated import REASON_NAMES, months_sentence, reasons

SHOWN = 15


def show(found: Differences, console: Console) -> None:
    """What changed by table, the month-ends that read otherwise, and the accounts behind the newest of these."""
    old, new = found.old, found.new
    title = f"From {old.as_of:%Y-%m-%d} to {new.as_of:%Y-%m-%d} (ARR in {new.currency})"
    heads = ["table", "rows then", "now", "added", "removed", "changed", "ARR added", "removed", "changed"]
    counts, amounts = list(found.tables.columns[1:6]), list(found.tables.columns[6:])
    lines = [
        [row["table"], *[count(row[name]) for name in counts], *[_short(row[name]) for name in amounts]]
        for row in found.tables.to_dict("records")
    ]
    console.print(_table(title, heads, lines, texts=1))
    console.print(Text(months_sentence(found.months)))
    rates = found.months[["grr_difference", "nrr_difference"]].abs().max(axis=1)
    parts = found.months[["by_data", "by_definitions"]].ne(0).any(axis=1)
    _months(found.months[parts | (rates > 1e-12)], console)
    if len(found.accounts):
        _accounts(found.accounts[found.accounts["at"] == found.accounts["at"].max()], console)


def _months(differ: pd.DataFrame, console: Console) -> None:
    if differ.empty:
        return
    groups = list(differ.columns[: list(differ.columns).index("period_end")])
    parts = {"arr_then": "ARR then", "arr_now": "now", "arr_difference": "difference"}
    if differ["by_definitions"].any():
        parts |= {"by_data": "by data", "by_definitions": "by definitions"}
    heads = ["month-end", *groups, *parts.values(), "GRR then", "now", "NRR then", "now"]
    lines = [
        [
            month(row["period_end"], short=True),
            *[str(row[name]) for name in groups],
            *[_short(row[name]) for name in parts],
            *[percent(row[name]) for name in ("grr_then", "grr_now", "nrr_then", "nrr_now")],
        ]
        for row in differ.to_dict("records")
    ]
    console.print(_table("Month-ends that read otherwise", heads, lines, texts=1 + len(groups)))


def _accounts(rows: pd.DataFrame, console: Console) -> None:
    """The accounts of one day, the largest differences first."""
    when = month(rows["at"].iloc[0])
    heads = ["account", "reason", "then", "now", "difference", "detail"]
    lines = [
        [
            str(row["account_id"] if pd.isna(row["name"]) else row["name"]),
            REASON_NAMES[row["reason"]].lower(),
            *[_number(row[name]) for name in ("then", "now", "difference")],
            row["detail"],
        ]
        for row in rows.head(SHOWN).to_dict("records")
    ]
    console.print(_table(f"Why {when} reads otherwise: {reasons(rows)}", heads, lines, texts=2, last=True))
    if len(rows) > SHOWN:
        console.print(
            f"and {count(len(rows) - SHOWN, 'row')} more: --out FILE.csv or FILE.xlsx has all of them"
        )


def _table(
    title: str, heads: Sequence[str], lines: Sequence[Sequence[str]], texts: int, last: bool = False
) -> Table:
    """The first ``texts`` columns are text (with ``last``, the last one too), the others numbers."""
    table = Table(
        title=Text(title), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True
    )
    for place, head in enumerate(heads):
        number = place >= texts and not (last and place == len(heads) - 1)
        fixed = number or (place == 0 and not last)
        table.add_column(head, justify="right" if number else "left", overflow="fold", no_wrap=fixed)
    for line in lines:
        table.add_row(*[Text(cell) for cell in line])
    return table


def _short(value: float) -> str:
    return "" if pd.isna(value) else money(value)


def _number(value: float) -> str:
    return f"{value:,.0f}"
