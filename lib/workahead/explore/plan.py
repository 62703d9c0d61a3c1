"""What must close to hit the NRR target, and how that moves with the close rate and with the renewals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workahead import charts, words
from workahead.book.book import Book
from workahead.book.periods import Day, shift_months
from workahead.explore.controls import percentage
from workahead.explore.forecast import MONTHS
from workahead.explore.panel import Panel
from workahead.explore.view import Call, Point, View
from workahead.explore.what_ifs import (
    AS_IT_IS,
    SIMULATIONS,
    Probabilities,
    Saved,
    first,
    forecast_report,
    quarter_ends,
    stated,
    what_if_of,
)
from workahead.metrics.positions import described
from workahead.metrics.projection.expansion_booked import booked
from workahead.metrics.projection.expansion_pipeline import record
from workahead.metrics.projection.losses import projected_losses, whole_cents
from workahead.metrics.projection.nrr_plan import plan_deals
from workahead.metrics.retention.retention import retention
from workahead.metrics.targets import target as target_of

PARTS = {"Losses": "lost", "Booked": "booked", "Open, weighted": "weighted"}
"""The parts of the waterfall, from the top."""
_ACCOUNT = ["name", "csm", "starting", "booked", "lost_arr", "segment", "tier", "account_id", "customer_id"]


def plan(
    book: Book,
    target: float | None = None,
    end: Day | None = None,
    close_rate: float | None = None,
    probabilities: Mapping[str, float] | None = None,
    saved: Sequence[str] = (),
    where: Mapping[str, Any] | None = None,
) -> Panel:
    """What expansion must still close for NRR of the twelve months up to the end of a quarter ahead to reach a target:
    as things are, and with another close rate, other probabilities of renewal, or accounts counted as saved. Behind
    each step are its accounts or deals.

    The arguments are where the controls stand at first; without a ``target`` that of the book's targets for the
    quarter, else the last NRR. The line is ``wa.nrr_plan``'s.
    """
    ends = quarter_ends(book, end)
    wanted = _target(book, ends.value) if target is None else target
    settings = {
        "target": percentage("NRR target", wanted, min(0.8, wanted), max(1.4, wanted)),
        "end": ends,
        "close_rate": stated("Close rate", record(book._base).rate, close_rate),
        "probabilities": Probabilities(book, probabilities),
        "saved": Saved(book, saved),
    }
    return Panel(book, "What must close for the NRR target", _view, settings, where)


def _target(book: Book, end: pd.Timestamp) -> float:
    """The team's own for the quarter or its year; else the last NRR, in whole points."""
    last = retention(book)["nrr"].mean()
    for name in (f"{end.year}-Q{end.quarter}", f"{end.year}"):
        last = target_of(book, "nrr", name, otherwise=last)
    return 1.0 if last != last else round(float(last), 2)


def _view(
    book: Book,
    target: float,
    end: pd.Timestamp,
    close_rate: float | str,
    probabilities: Mapping[str, float],
    saved: Sequence[str],
) -> View:
    start = shift_months(end, -MONTHS)
    asked = {"target": round(target, 4), "start": start, "end": end, "simulations": SIMULATIONS}
    renewals = what_if_of(probabilities, saved)
    given = renewals if close_rate == AS_IT_IS else {"close_rate": close_rate, **renewals}
    call = Call("nrr_plan", {**asked, **given})
    table = call.table(book)
    finding = words.plan_sentence(table, book.currency, assumed=close_rate != AS_IT_IS)
    if given:
        before = Call("nrr_plan", asked).table(book)
        finding = f"{finding} {words.plan_what_if_sentence(before)}"

    def accounts(part: str) -> pd.DataFrame:
        if part == "lost":
            return first(projected_losses(book, start, end, simulations=SIMULATIONS, **renewals), _ACCOUNT)
        return _booked(book, start, end) if part == "booked" else _deals(book, start, end, close_rate)

    return View(
        call, table, charts.plan_waterfall(table, book.currency), finding, PARTS if len(table) else {}, _picked,
        accounts, forecast_report(end, given, target_nrr=round(target, 4)),
    )  # fmt: skip


def _picked(point: Point) -> str | None:
    """Which step a row of the waterfall is: the first is where it starts."""
    row = round(point.y)
    return list(PARTS.values())[row - 1] if 1 <= row <= len(PARTS) else None


def _booked(book: Book, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """The customers that have grown, most first; they add up to what is booked."""
    rows = booked(book, start, end)
    rows = described(rows[rows["booked"] > 0], book).sort_values("booked", ascending=False, kind="stable")
    amounts = {name: rows[name] / 100 for name in ("starting", "booked")}
    return first(rows.assign(**amounts), _ACCOUNT).reset_index(drop=True)


def _deals(book: Book, start: pd.Timestamp, end: pd.Timestamp, close_rate: float | str) -> pd.DataFrame:
    """The open expansion of those customers, most first; they add up to what is open, and what that is worth."""
    rows = plan_deals(book, start, end)[0]
    rows = rows[rows["open"] > 0].sort_values("open", ascending=False, kind="stable")
    worth = rows["weighted"].to_numpy(dtype="float64")
    if not isinstance(close_rate, str):
        worth = whole_cents(rows["open"].to_numpy(dtype="float64") * close_rate)
    rows = described(rows.assign(amount=rows["open"] / 100, expansion_weighted=worth / 100), book)
    rows = first(rows, ["name", "csm", "stage", "amount", "expansion_weighted", "close_date", "account_id",
                        "opportunity_id"])  # fmt: skip
    return rows.reset_index(drop=True)
