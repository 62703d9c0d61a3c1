"""The what-ifs of renewals as controls: a slider for each category of call, and the accounts counted as saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd
import traitlets

from workahead.book.book import Book
from workahead.book.periods import bin_number, last_day
from workahead.book.quick import quick
from workahead.errors import UnknownName
from workahead.explore.controls import heading, slider
from workahead.explore.filters import Values
from workahead.explore.view import Report
from workahead.metrics.projection.outlook import outlook
from workahead.metrics.projection.probabilities import renewal_probabilities
from workahead.metrics.projection.what_if import UNCALLED, usual_chances
from workahead.words.dates import month
from workahead.words.numbers import percent

AS_IT_IS = ""
"""What a slider holds that states nothing."""
SIMULATIONS = 4_000
"""Futures of a panel: enough for a tenth of a point, and soon drawn."""
QUARTERS = 4
STEPS = [n / 100 for n in range(101)]


def quarter_ends(book: Book, value: Any = None) -> widgets.SelectionSlider:
    """One of the next ends of a (fiscal) quarter."""
    year = book.definitions.fiscal_year_start
    number = bin_number(book.as_of + pd.Timedelta(days=1), "quarter", year)
    ends = [last_day(number + ahead, "quarter", year) for ahead in range(QUARTERS)]
    wanted = ends[0] if value is None else pd.Timestamp(value)
    return slider("Up to", {month(day): day for day in sorted({*ends, wanted})}, wanted)


def stated(
    name: str, usual: float, value: float | str | None = None, steps: Sequence[float] = STEPS
) -> widgets.SelectionSlider:
    """A share from 0 to 100%, or what it is as things are, which stands in its place between them."""
    given: float | str = AS_IT_IS if value is None or value == AS_IT_IS else float(value)
    known = "as it is" if usual != usual else f"as it is, {percent(usual, 0)}"
    shares = sorted({*steps, *([given] if isinstance(given, float) else [])})
    options: dict[str, Any] = {percent(one, 0): one for one in shares if one < usual}
    options[known] = AS_IT_IS
    options |= {percent(one, 0): one for one in shares if not one < usual}
    return slider(name, options, given)


class Probabilities(widgets.Box):
    """``value``: the probabilities that are stated, by category of call; the others are as forecast."""

    value: Any = traitlets.Dict()

    def __init__(self, book: Book, given: Mapping[str, float] | None = None) -> None:
        given, made = dict(given or {}), outlook(quick(book))
        self._sliders = {
            name: stated(called(name), usual, given.get(name))
            for name, usual in usual_chances(made.open).items()
            if usual == usual or name in given
        }
        super().__init__([*self._sliders.values()], layout={"flex_flow": "row wrap"})
        self.observe(self._put, "value")
        self.value = given
        for control in self._sliders.values():
            control.observe(self._moved, "value")

    def _moved(self, _: Any) -> None:
        held = {name: control.value for name, control in self._sliders.items()}
        self.value = {name: value for name, value in held.items() if value != AS_IT_IS}

    def _put(self, change: Any) -> None:
        for name in change["new"]:
            if name not in self._sliders:
                raise UnknownName("category of a call", name, list(self._sliders))
        for name, control in self._sliders.items():
            control.value = change["new"].get(name, AS_IT_IS)


class Saved(Values):
    """``value``: the ids of the accounts that are counted as saved. Offered are those with a renewal ahead, most at
    stake first.
    """

    children: Any
    value: Any = traitlets.List()

    def __init__(self, book: Book, given: Sequence[str] = ()) -> None:
        due = renewal_probabilities(quick(book))
        exposed = due.assign(at_stake=due["due_arr"] * (1 - due["probability"]))
        rows = exposed.groupby("account_id", as_index=False).agg(
            name=("name", "first"), at_stake=("at_stake", "sum")
        )
        rows = rows.sort_values("at_stake", ascending=False, kind="stable")
        named = rows["name"].fillna(rows["account_id"]).astype("str")
        twice = named.duplicated(keep=False)
        named = named.mask(twice, named + " (" + rows["account_id"].astype("str") + ")")
        self._ids = dict(zip(named, rows["account_id"].astype("str"), strict=True))
        super().__init__("Counted as saved", list(self._ids), self._chose, lambda _: None)
        self.children = self.children[:-1]  # it is no filter that could be removed
        self.observe(self._put, "value")
        self.value = list(given)

    def _chose(self) -> None:
        self.value = [self._ids[name] for name in self.chosen]

    def _put(self, change: Any) -> None:
        names = {account: name for name, account in self._ids.items()}
        for account in change["new"]:
            if account not in names:
                raise UnknownName("account with a renewal ahead", account, list(names))
        if [names[account] for account in change["new"]] != self.chosen:
            self.put([names[account] for account in change["new"]])


def renewals_if(book: Book, start: pd.Timestamp, end: pd.Timestamp, given: Mapping[str, Any]) -> pd.DataFrame:
    """The open renewals of a period, most ARR at stake first; under a what-if with the probability as forecast, too."""
    table = renewal_probabilities(book, start, end, **given)
    table = table.assign(category=table["category"].fillna(UNCALLED))
    if given:
        before = renewal_probabilities(book, start, end)["probability"]
        table = table.assign(as_forecast=before.round(4))
    order = (table["due_arr"] - table["expected_arr"]).sort_values(ascending=False, kind="stable").index
    table = table.assign(probability=table["probability"].round(4)).loc[order].reset_index(drop=True)
    return first(table, ["name", "csm", "renewal_date", "due_arr", "category", "as_forecast", "probability",
                         "expected_arr", "because", "product", "account_id", "subscription_id"])  # fmt: skip


def first(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """These columns, as far as the table has anything in them."""
    return table[[name for name in columns if name in table]].dropna(axis="columns", how="all")


def what_if_of(probabilities: Mapping[str, float], saved: Sequence[str]) -> dict[str, Any]:
    """The arguments of a metric for what is set; none where nothing is."""
    given: dict[str, Any] = {"probabilities": dict(probabilities)} if probabilities else {}
    return given | ({"saved": list(saved)} if saved else {})


def forecast_report(end: pd.Timestamp, given: Mapping[str, Any], **asked: Any) -> Report:
    """The forecast's page; under a what-if a page of another report, from the same futures as the panel."""
    asked = {"period": f"{end:%Y-%m}", **asked, **given}
    return Report("what_if", {**asked, "simulations": SIMULATIONS}) if given else Report("forecast", asked)


def called(category: str) -> str:
    """A category of call as a reader names it."""
    return "Not called" if category == UNCALLED else heading(category).replace("At risk", "Called at risk")
