"""Definitions side by side: a number under two settings of the rules, and the accounts that make the difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets
import narwhals as nw
import pandas as pd
import traitlets

from workahead import charts, words
from workahead.book import engines
from workahead.book.book import Book
from workahead.book.periods import Day, whole_period
from workahead.charts.definitions import SHOWN
from workahead.errors import UnknownName
from workahead.explore.controls import choice, closing_day, slider
from workahead.explore.panel import Panel
from workahead.explore.retention import WINDOWS
from workahead.explore.view import Call, Point, Report, View
from workahead.metrics.differences.definition_effects import (
    NUMBERS,
    Choice,
    definition_accounts,
    each_rule,
    settled,
)
from workahead.words.definitions import NUMBER_NAMES, RULE_NAMES, definition_name
from workahead.words.grammar import capital, listed
from workahead.words.numbers import percent

OTHER: Choice = {"basis": "bridge"}
"""What is held against the book's own definitions at first: the commonest quarrel."""
EVERY, UP, DOWN = "every", "up", "down"
CONTRACT = [
    "subscription_id",
    "product",
    "start_date",
    "end_date",
    "arr",
    "replaces",
    "status",
    "signed_date",
]


def definitions(
    book: Book,
    one: Choice | None = None,
    other: Choice | None = None,
    number: str = "nrr",
    months: int = 12,
    end: Day | None = None,
    where: Mapping[str, Any] | None = None,
) -> Panel:
    """A number of one period under two settings of the rules; behind it the accounts that add up to the difference.

    The arguments are where the controls stand at first: ``one`` and ``other`` rules and choices as in
    :func:`workahead.definitions_compared`, whose line it is. A rule that is left as it is, is the book's own.
    """
    if number not in NUMBERS:
        raise UnknownName("number", number, list(NUMBERS))
    settings = {
        "number": choice("Number", {capital(NUMBER_NAMES[name]): name for name in NUMBERS}, number),
        "months": slider("Months", sorted({*WINDOWS, months}), months, width="16em"),
        "end": closing_day(book, end),
        "one": Rules("The first", book, one or {}),
        "other": Rules("The second", book, OTHER if other is None else other),
    }
    return Panel(book, "Definitions side by side", _view, settings, where)


class Rules(widgets.VBox):
    """A setting of all rules. ``value``: what is chosen otherwise than the book's own definitions say."""

    value: Any = traitlets.Dict()

    def __init__(self, name: str, book: Book, given: Choice) -> None:
        own = settled(book, {})
        settled(book, given)
        offered = [*each_rule(book), *({rule: chosen} for rule, chosen in given.items())]
        self._choices: dict[str, dict[str, Any]] = {rule: {} for rule in RULE_NAMES if rule in own}
        for one in offered:
            self._choices |= {
                rule: {**self._choices[rule], _text(chosen): chosen} for rule, chosen in one.items()
            }
        self._controls = {
            rule: choice(
                RULE_NAMES[rule],
                {
                    f"as defined: {_words(rule, _text(own[rule]))}": "",
                    **{_words(rule, text): text for text in choices if text != _text(own[rule])},
                },
                "",
            )
            for rule, choices in self._choices.items()
        }
        super().__init__([widgets.HTML(f"<b>{name}</b>"), *self._controls.values()])
        self.observe(self._put, "value")
        self.value = {rule: chosen for rule, chosen in given.items() if chosen != own[rule]}
        for control in self._controls.values():
            control.style.description_width, control.layout.width = "8em", "24em"
            control.observe(self._choose, "value")

    def _choose(self, _: Any) -> None:
        held = {rule: control.value for rule, control in self._controls.items()}
        self.value = {rule: self._choices[rule][text] for rule, text in held.items() if text}

    def _put(self, change: Any) -> None:
        for rule, control in self._controls.items():
            text = _text(change["new"][rule]) if rule in change["new"] else ""
            control.value = text if text in [one for _, one in control.options] else ""


def _text(chosen: Any) -> str:
    return "never" if chosen is None else str(chosen)


def _words(rule: str, text: str) -> str:
    return definition_name(rule, text).partition(": ")[2]


def _view(book: Book, number: str, months: int, end: pd.Timestamp, one: Choice, other: Choice) -> View:
    until = {} if end == book.as_of else {"end": end}
    call = Call("definitions_compared", {**until, "months": months, "choices": [dict(one), dict(other)]})
    table = call.table(book)
    rows = definition_accounts(book, one, other, number, end, months)
    named = rows["name"].where(rows["name"].notna() & (rows["name"] != ""), rows["account_id"]).tolist()
    parts: dict[str, Any] = {"All accounts": EVERY} if len(rows) else {}
    for side, key, some in (("Higher", UP, rows["difference"] > 0), ("Lower", DOWN, rows["difference"] < 0)):
        if some.any() and not some.all():
            parts[f"{side} under the first"] = key
    parts |= {f"Contracts of {name}": (at, name) for at, name in zip(rows["account_id"], named, strict=True)}

    def picked(point: Point) -> Any:
        """The bars are the largest accounts; the last stands for those that have none."""
        at = int(point.y) - 1
        return (rows["account_id"].iloc[at], named[at]) if 0 <= at < min(len(rows), SHOWN) else EVERY

    def accounts(key: Any) -> pd.DataFrame:
        if key in (EVERY, UP, DOWN):
            sign = {UP: 1, DOWN: -1}.get(key)
            some = rows if sign is None else rows[rows["difference"] * sign > 0]
            return words.difference_rows(some).reset_index(drop=True)
        held = book.frame("subscriptions").filter(nw.col("account_id") == key[0])
        columns = [name for name in CONTRACT if name in book.columns("subscriptions")]
        return engines.pandas(held.select(*columns)).sort_values("start_date", ignore_index=True)

    finding = " ".join(filter(None, [words.difference_sentence(table, rows, number), _others(table, number)]))
    figure = charts.definition_accounts(table, rows, number)
    report = _report(book, number, months, end, one, other)
    return View(call, table, figure, finding, parts, picked, accounts, report, unit="row")


def _others(table: pd.DataFrame, number: str) -> str:
    """The other numbers under both."""
    first, second = (row for _, row in table.iterrows())
    said = [
        f"{name} {percent(first[column])} and {percent(second[column])}"
        for column, name in NUMBER_NAMES.items()
        if column != number and first[column] == first[column]
    ]
    return f"Beside it: {listed(said)}." if said else ""


def _report(
    book: Book, number: str, months: int, end: pd.Timestamp, one: Choice, other: Choice
) -> Report | None:
    """The page is of a quarter, as far as the data reach; alike, its two settings would be others."""
    quarter = whole_period(f"{end:%Y-%m}", book, "quarter")
    if min(quarter.end, book.as_of) != end or one == other:
        return None
    given = {
        "period": quarter.label,
        "number": number,
        "months": months,
        "one": dict(one),
        "other": dict(other),
    }
    return Report("definitions", given)
