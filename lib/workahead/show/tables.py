"""A table on a page: set by great-tables, folded, its exact values as CSV beside the page."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw
import pandas as pd
from slugify import slugify

from workahead.show import columns
from workahead.show.how import how_html
from workahead.show.shown import Shown, escaped
from workahead.words.numbers import count

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
    """The table's own HTML. great-tables escapes cells and headings; its style stays behind."""
    if df.empty:
        return '<p class="wa-note">No rows.</p>'
    from great_tables import GT

    text, ids = df.copy(), []
    for column, one in kinds.items():
        if one == columns.TEXT:
            # great-tables reads nothing but text as text: lists, booleans and ids are written out first
            text[column] = [columns.said(column, value) for value in text[column].tolist()]
            text[column] = text[column].astype(object)
    if account in kinds:
        ids = list(text[account])
        named = next((c for c, one in kinds.items() if one == columns.TEXT and c != account), account)
        names = (_BARE.sub("", one.strip() or own) for one, own in zip(text[named], ids, strict=True))
        text[named] = [f"{_OPEN}{name or 'not given'}{_CLOSE}" for name in names]
        if named != account:
            text, kinds = text.drop(columns=account), {c: one for c, one in kinds.items() if c != account}
    first = next(iter(kinds))
    # the first column names the row, for screen readers too
    naming = first if kinds[first] == columns.TEXT and len(kinds) > 1 else None
    if naming:
        text[naming] = text[naming].replace("", "not given")
    gt = GT(
        nw.from_native(text).to_polars(), id="table", rowname_col=naming
    )  # pandas takes four times as long
    gt = gt.cols_label({column: heads[column] for column in kinds if column != naming})
    if naming:
        gt = gt.tab_stubhead(heads[naming])
    amounts = [column for column, one in kinds.items() if one == columns.MONEY]
    if amounts:  # all alike: one column may be the sum of others
        gt = gt.fmt_number(amounts, decimals=max(_decimals(df[column]) for column in amounts))
    for column, one in kinds.items():
        if one == columns.MONEY:
            continue
        if one == columns.PERCENT:
            gt = gt.fmt_percent([column], decimals=1)
        elif one == columns.COUNT:
            gt = gt.fmt_integer([column])
        elif one == columns.NUMBER:
            gt = gt.fmt_number([column], decimals=_decimals(df[column]))
        elif one == columns.DATE:
            gt = gt.fmt_date([column], date_style="iso")
        elif one == columns.MONTH:
            gt = gt.fmt(lambda day: "n/a" if pd.isna(day) else f"{day:%b %Y}", columns=[column])
    gt = gt.sub_missing(missing_text="n/a")
    for side, wanted in (("left", True), ("right", False)):
        there = [c for c, one in kinds.items() if (one == columns.TEXT) is wanted and c != naming]
        gt = gt.cols_align(side, there) if there else gt
    raw = str(gt.as_raw_html())
    head, mark, body = raw[raw.index("<thead>") : raw.rindex("</table>")].partition("</thead>")
    typed = iter(kinds.values())
    head = _TAG.sub(lambda tag: _lean_tag(tag, next(typed) if tag[1] == "th" else ""), head)
    return f"<table>{head}{mark}{_linked(_TAG.sub(_lean_tag, _BLANK.sub('', body)), ids)}</table>"


_TAG = re.compile(r"<(th|td|tr|tbody)\b[^>]*>")
_BLANK = re.compile(r"(?<=>)\s+(?=<)")
_OPEN, _CLOSE = "\ue000", "\ue001"  # around a name that is to be a link, until great-tables has escaped it
_BARE = re.compile(f"[{_OPEN}{_CLOSE}]")


def _linked(body: str, ids: Iterable[str]) -> str:
    """Names that lead to an account: the page knows which of them have a page, and takes away the others' marks."""
    held = iter(ids)  # each name of the table has its marks, so the order tells which is whose
    body = re.sub(_OPEN, lambda _: f'<a data-account="{escaped(next(held, ""))}">', body)
    return body.replace(_CLOSE, "</a>")


def _lean_tag(tag: re.Match[str], kind: str = "") -> str:
    """Only what the page's style, its script and a screen reader need: half the size, no id that two share."""
    scope = re.search(r'scope="(?:row|col)"', tag[0])
    side = re.search(r"gt_(?:left|right)\b", tag[0])
    typed = f'data-kind="{kind}"' if kind and kind != columns.TEXT else ""
    kept = [tag[1], scope[0] if scope else "", f'class="{side[0]}"' if side else "", typed]
    return f"<{' '.join(part for part in kept if part)}>"


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
