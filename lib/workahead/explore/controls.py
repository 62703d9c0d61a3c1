"""The controls of a panel, named as a reader knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd

from workahead.book.book import Book
from workahead.book.periods import month_ends
from workahead.show import columns
from workahead.words.dates import month

NATURAL = {"description_width": "initial"}


def heading(column: str) -> str:
    """A column as tables head it."""
    return columns.label(column)


def choice(name: str, options: Mapping[str, Any] | Sequence[Any], value: Any) -> widgets.Dropdown:
    """One of a few; a mapping gives each its wording."""
    pairs = list(options.items()) if isinstance(options, Mapping) else [(str(one), one) for one in options]
    return widgets.Dropdown(options=pairs, value=value, description=name, style=NATURAL)


def group(book: Book, value: str | None, columns: Iterable[str]) -> widgets.Dropdown:
    """A column to group by, or none of them."""
    names = list(dict.fromkeys([*columns, *([value] if value else [])]))
    book.by(value)
    return choice("Group by", {"nothing": "", **{heading(name): name for name in names}}, value or "")


def slider(
    name: str, options: Mapping[str, Any] | Sequence[Any], value: Any, width: str = "24em"
) -> widgets.SelectionSlider:
    """One of a row of values, by dragging or the arrow keys. The panel follows where it is let go."""
    pairs = list(options.items()) if isinstance(options, Mapping) else [(str(one), one) for one in options]
    return widgets.SelectionSlider(
        options=pairs,
        value=value,
        description=name,
        continuous_update=False,
        style=NATURAL,
        layout={"width": width},
    )


def percentage(
    name: str, value: float, low: float = 0.0, high: float = 1.0, step: float = 0.01
) -> widgets.FloatSlider:
    """A share between two bounds."""
    return widgets.FloatSlider(
        value=value, min=low, max=high, step=step, description=name, continuous_update=False, readout_format=".0%",
        style=NATURAL, layout={"width": "24em"},
    )  # fmt: skip


def closing_day(
    book: Book, value: Any = None, months: int = 36, name: str = "Up to"
) -> widgets.SelectionSlider:
    """One of the last month-ends, or the as-of date where that is none."""
    days = list(dict.fromkeys([*month_ends(book.as_of, months), book.as_of]))
    wanted = book.as_of if value is None else pd.Timestamp(value)
    days = sorted({*days, wanted})
    ends = set(month_ends(book.as_of, months))
    return slider(name, {month(day) if day in ends else f"{day:%Y-%m-%d}": day for day in days}, wanted)
