"""The renewals ahead, each with its probability: past renewals seen as the coming ones are seen now.

A renewal 120 days off is compared with past ones as they stood about 120 days before: the call on them by then, the
champion gone by then. So there is a model (:mod:`workahead.metrics.projection.model`) for each quarter of distance, and
one for what is overdue; a model learns of each past renewal from three moments inside its quarter, a third of it each.
Whatever was already decided at such a moment (signed, or closed as lost) says nothing about what is still open, and
is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workahead.book import engines
from workahead.book.once import once
from workahead.metrics.projection.model import Floats, Model, fit
from workahead.metrics.projection.signals import of_account, signals
from workahead.metrics.renewals.events import RENEWED, events

if TYPE_CHECKING:
    from workahead.book.book import Book

QUARTER, FURTHEST, OVERDUE = 91, 4, -1
"""Renewals a year off or more are seen alike: no call is made so early."""
VANTAGES = (15, 45, 76)
"""Days into a quarter of distance from which past renewals are seen."""
ENOUGH = 5_000
"""Past renewals that a model learns from: more would not make it surer, only slower."""
KEPT = ["open", "overdue"]
STEPS = 256
"""How finely the shares that renewals keep are told apart."""
RATIO_PRIOR = {1.0: 7.2, 0.75: 0.8}
"""A made-up record of eight renewals, one in ten of which keeps three quarters: for books without a past."""
SHRINK = 20.0
"""Renewals of a segment at which its own record weighs as much as the whole book's."""


@dataclass(frozen=True)
class Outlook:
    """Every open renewal of a book with what is thought of it, and what the simulation needs.

    ``open``: a row per contract, by band: subscription_id, account_id, product, due_arr, renewal_date, term (days),
    band, row (its place in its band's matrix), the signals, log_odds, spread (their standard deviation), gross_share
    (of its ARR, what it keeps where it renews, growth left out: mean), ratios (its row in ``ratios``).
    """

    open: pd.DataFrame
    every: pd.DataFrame
    models: dict[int, Model]
    matrices: dict[int, Floats]
    ratios: NDArray[np.float32]
    decided: pd.DataFrame  # the past renewals that it has learned from, with their segment


def outlook(book: Book) -> Outlook:
    """The outlook of the whole book, whatever its filters."""
    return _made(book._base)


@once
def _made(book: Book) -> Outlook:
    every = events(book).merge(_terms(book), on="subscription_id", how="left")
    late = book.definitions.late_renewal_days
    over = every["renewal_date"] + pd.Timedelta(days=late) <= book.as_of
    decided = every[over & ~every["outcome"].isin(KEPT)].reset_index(drop=True)
    decided = decided.assign(
        decided_on=_closed_on(book, decided), segment=of_account(book, decided, "segment")
    )
    waiting = every[every["outcome"].isin(KEPT)]
    ahead = (waiting["renewal_date"] - book.as_of).dt.days
    band = (ahead // QUARTER).clip(0, FURTHEST).mask(ahead <= 0, OVERDUE).astype("int64")
    waiting = waiting.assign(band=band, vantage=book.as_of, past=False)
    waiting = waiting.sort_values(["band", "subscription_id"], kind="stable")
    waiting["row"] = waiting.groupby("band").cumcount()
    bands = waiting["band"].unique().tolist()
    asked = pd.concat([waiting, *(_seen(decided, band, late) for band in bands)], ignore_index=True)
    known = signals(book, asked, every)
    models, matrices, odds = {}, {}, []
    for number in bands:
        past, now = (asked["band"].eq(number) & asked["past"].eq(seen) for seen in (True, False))
        happened = asked.loc[past, "outcome"].isin(RENEWED).to_numpy()
        weights = np.full(past.sum(), 1 / len(_leads(number, late)))
        models[number] = fit(known[past], happened, weights, bool(known["calls_known"].any()))
        matrices[number] = models[number].matrix(known[now])
        odds.append(np.column_stack(models[number].log_odds(matrices[number])))
    waiting, known = waiting.reset_index(drop=True), known.iloc[: len(waiting)]
    waiting[["log_odds", "spread"]] = np.concatenate(odds) if odds else np.zeros((0, 2))
    ratios, which = _ratios(decided, known["segment"])
    waiting["ratios"] = which
    waiting["gross_share"] = np.minimum(ratios, 1).mean(axis=1)[which]
    table = pd.concat([waiting, known.drop(columns="product")], axis=1)
    return Outlook(table, every, models, matrices, ratios.astype("float32"), decided)


def _leads(band: int, late_days: int) -> list[int]:
    """How many days before their renewal dates past renewals are seen, for those at a quarter of distance."""
    if band == OVERDUE:
        return [-round(late_days * share) for share in (1 / 6, 1 / 2, 5 / 6)]
    if band == FURTHEST:
        return [band * QUARTER + VANTAGES[1]]
    return [band * QUARTER + days for days in VANTAGES]


def _seen(decided: pd.DataFrame, band: int, late_days: int) -> pd.DataFrame:
    """The latest past renewals at their vantage days, without those already settled by then."""
    decided = decided.tail(ENOUGH)
    days = [pd.Timedelta(days=lead) for lead in _leads(band, late_days)]
    rows = pd.concat([decided.assign(vantage=decided["renewal_date"] - lead) for lead in days])
    return rows[~(rows["decided_on"] <= rows["vantage"])].assign(band=band, past=True)


def _terms(book: Book) -> pd.DataFrame:
    """subscription_id, term: days from a contract's first day to its last."""
    lines = engines.pandas(book.frame("subscriptions").select("subscription_id", "start_date", "end_date"))
    days = (pd.to_datetime(lines["end_date"]) - pd.to_datetime(lines["start_date"])).dt.days + 1
    return lines[["subscription_id"]].assign(term=days)


def _closed_on(book: Book, decided: pd.DataFrame) -> pd.Series:
    """When it was settled: signed, or its opportunity closed as lost; missing where no date tells."""
    settled = decided["signed_on"].where(decided["outcome"].isin(RENEWED))
    if {"renews", "close_date"} <= {*book.columns("opportunities")}:
        gone = nw.col("is_closed") & ~nw.col("is_won") & ~nw.col("renews").is_null()
        deals = engines.pandas(book.frame("opportunities").filter(gone).select("renews", "close_date"))
        deals = deals.assign(renews=deals["renews"].str.split(";")).explode("renews")
        closed = deals.assign(renews=deals["renews"].str.strip()).groupby("renews")["close_date"].min()
        lost_on = closed.reindex(decided["subscription_id"]).set_axis(decided.index)
        settled = settled.fillna(lost_on.where(decided["outcome"] == "lost"))
    return settled


def _ratios(decided: pd.DataFrame, wanted: pd.Series) -> tuple[Floats, NDArray[np.int64]]:
    """Of the ARR due, the share that renewals keep (with growth), as STEPS quantiles for each segment: its own record
    mixed with the whole book's, the more of its own the longer that is. And the row for each renewal.
    """
    kept = decided["outcome"].isin(RENEWED)
    shares = (decided["net_renewed_arr"] / decided["due_arr"])[kept]
    names = sorted(wanted.unique())
    tables = np.empty((len(names), STEPS))
    whole = np.concatenate([shares.to_numpy(), list(RATIO_PRIOR)])
    weight = np.concatenate([np.ones(len(shares)), list(RATIO_PRIOR.values())])
    for place, name in enumerate(names):
        own = (decided.loc[kept, "segment"] == name).to_numpy()
        trust = own.sum() / (own.sum() + SHRINK)
        mixed = (1 - trust) * weight / weight.sum()
        mixed[: len(own)] += trust * own / max(own.sum(), 1)
        tables[place] = _quantiles(whole, mixed)
    rows = pd.Index(names).get_indexer(wanted).astype("int64")
    return tables, rows


def _quantiles(values: Floats, weights: Floats) -> Floats:
    """STEPS quantiles of weighted values, at the middle of each step."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    places = np.searchsorted(reached, (np.arange(STEPS) + 0.5) / STEPS)
    return values[order][np.minimum(places, len(values) - 1)]
