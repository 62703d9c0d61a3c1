"""A table on a page: folded, its exact values as CSV beside the page."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from slugify import slugify

from workahead.show import columns
from workahead.show.how import how_html
from workahead.show.shown import Shown, escaped
from workahead.words.numbers import MINUS, count

SHOWN_ROWS = 100


def table(
    df: pd.DataFrame,
    title: str,
    name: str | None = None,
    labels: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
    *,
    folded: bool = True,
    rows: int = SHOWN_ROWS,
    account: str | None = None,
    how: str | None = None,
) -> Shown:
    """The table behind a chart, folded under its title; all of it goes to ``name``.csv beside the page.

    ``labels`` are headings by column; ``kinds`` are text, money, percent, count, number, date or month.
    Both are known for the library's own tables. The page shows the first ``rows``, and says so.

    ``account`` is the column that holds the account's id: the first other text of the row links to that account's
    review, where one is published, and the id itself goes to the CSV alone. ``how`` is the metric whose definition
    is folded away below the table (``words.computed``).

    >>> table(pd.DataFrame({"segment": ["SMB"], "nrr": [0.953]}), "NRR by segment")
    NRR by segment (1 row)
    """
    flat = df if isinstance(df.index, pd.RangeIndex) else df.reset_index()
    flat = flat.rename(columns=str)
    slug = slugify(name or title) or "table"
    kind = {column: columns.kind(column, flat[column], kinds) for column in flat.columns}
    heads = {column: columns.label(column, labels) for column in flat.columns}
    size = count(len(flat), "row")
    only = '<span class="wa-on-page">; they alone are sorted and copied</span>'
    more = f"<span>The first {count(rows)} of {size} are shown{only}.</span> " if len(flat) > rows else ""
    html = (
        f'<details class="wa-table"{"" if folded else " open"}><summary>{escaped(title)} '
        f'<span class="wa-size">{size}</span></summary>'
        f'<div class="wa-scroll" id="table-{slug}" tabindex="0" role="region" aria-label="{escaped(title)}">'
        f"{_set(flat.head(rows), heads, kind, account)}</div>"
        f'<p class="wa-note wa-tools">{more}<span class="wa-csv">All values: '
        f'<a href="csv/{slug}.csv" download>{slug}.csv</a></span></p>{how_html(how, about=title)}</details>'
    )
    data = {
        "title": title,
        "name": slug,
        "labels": heads,
        "kinds": kind,
        "columns": list(flat.columns),
        "rows": [[_json(value) for value in row] for row in flat.itertuples(index=False, name=None)],
    }
    return Shown("table", html, f"{title} ({size})", data)


def _set(df: pd.DataFrame, heads: Mapping[str, str], kinds: Mapping[str, str], account: str | None) -> str:
    """The table's own HTML: only what the page's style, its script and a screen reader need."""
    if df.empty:
        return '<p class="wa-note">No rows.</p>'
    # amounts are all alike: one column may be the sum of others
    cents = max((_decimals(df[column]) for column, one in kinds.items() if one == columns.MONEY), default=0)
    kinds = {column: columns.TEXT if column == account else one for column, one in kinds.items()}
    cells = {column: _cells(df[column], column, one, cents) for column, one in kinds.items()}
    if account in kinds:
        # the page knows which of these accounts have a page, and takes away the others' links
        linked = next((c for c, one in kinds.items() if one == columns.TEXT and c != account), account)
        ids = cells[account] if linked == account else cells.pop(account)
        names = (name.strip() or own or "not given" for name, own in zip(cells[linked], ids, strict=True))
        cells[linked] = [f'<a data-account="{own}">{name}</a>' for name, own in zip(names, ids, strict=True)]
    # the first column names the row, for screen readers too
    first = next(iter(cells))
    naming = first if kinds[first] == columns.TEXT and len(cells) > 1 else None
    if naming:
        cells[naming] = [cell or "not given" for cell in cells[naming]]
    sides = {c: f'class="gt_{"left" if kinds[c] == columns.TEXT else "right"}"' for c in cells}
    tags = {c: f'th scope="row" {side}' if c == naming else f"td {side}" for c, side in sides.items()}
    typed = {c: "" if kinds[c] == columns.TEXT else f' data-kind="{kinds[c]}"' for c in cells}
    head = "".join(f'<th scope="col" {sides[c]}{typed[c]}>{escaped(heads[c])}</th>' for c in cells)
    pieces = ([f"<{tag}>{cell}</{tag[:2]}>" for cell in cells[c]] for c, tag in tags.items())
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*pieces, strict=True))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(values: pd.Series, name: str, kind: str, cents: int) -> list[str]:
    """A column as it is printed, escaped."""
    if kind == columns.TEXT:
        return [escaped(columns.said(name, value)) for value in values.tolist()]
    decimals = _decimals(values) if kind == columns.NUMBER else _DECIMALS.get(kind, cents)

    def one(value: Any) -> str:
        if kind in (columns.DATE, columns.MONTH):
            return f"{pd.Timestamp(value):{'%Y-%m-%d' if kind == columns.DATE else '%b %Y'}}"
        return f"{_number(value * 100, decimals)}%" if kind == columns.PERCENT else _number(value, decimals)

    return ["n/a" if missing else one(value) for value, missing in zip(values, values.isna(), strict=True)]


_DECIMALS = {columns.COUNT: 0, columns.PERCENT: 1}


def _number(value: float, decimals: int) -> str:
    """With thousands apart, a minus sign instead of a hyphen, and none before zero."""
    text = f"{value:,.{decimals}f}"
    return text.lstrip("-") if not text.strip("-0.") else text.replace("-", MINUS)


def _decimals(values: pd.Series) -> int:
    """Cents where the column has any: sums in a table must add up as printed."""
    numbers = pd.to_numeric(values, errors="coerce").dropna()
    return 0 if (numbers.round(2) % 1 == 0).all() else 2


def _json(value: Any) -> Any:
    """A cell as JSON holds it: dates in ISO form, numbers as numbers, nothing for missing."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()[:10]
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.item() if hasattr(value, "item") else str(value)
