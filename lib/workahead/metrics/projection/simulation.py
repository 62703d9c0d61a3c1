"""Many possible futures of the renewals ahead: in each the rates themselves are drawn, then every renewal by its rate.

Two sources make a range: the coin (a renewal of 85% is lost in 15 futures of 100) and the rates (nobody knows whether
it is 85%). In each future one set of coefficients holds for all renewals, so that what is wrong about a segment or a
caller is wrong about all of theirs at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workahead.metrics.projection.model import one_thread
from workahead.metrics.projection.outlook import STEPS, Outlook

Shares = NDArray[np.float32]
Rows = NDArray[np.intp]

MOST = np.float32(1e30)
"""The longest odds against a renewal that are told apart."""
AT_ONCE = 1_000_000
"""Contracts times futures at a time: what fits into a processor's cache is done several times as fast."""


def futures(
    outlook: Outlook, rows: pd.DataFrame, times: list[NDArray[np.int64]], simulations: int, seed: int
) -> Iterator[list[tuple[Rows | slice, Shares]]]:
    """In each of many futures, the share of its ARR that each contract has left.

    ``rows`` are some of the outlook's; ``times`` says, for each moment asked about, in their order, how often each
    contract comes due up to it (a monthly one twelve times in a year). Gives, some futures at a time and for each
    moment, the places of the contracts that have come due since the moment before, and an array (contract, future) of
    theirs: 0 where it is lost, else what the renewal keeps, with growth. Whoever has not come due has all.
    """
    random = np.random.default_rng(seed)
    at_once = max(1, min(simulations, AT_ONCE // max(len(rows), 1)))
    centre = np.asarray(rows["log_odds"] * np.sqrt(1 + np.pi * rows["spread"] ** 2 / 8), dtype="float32")
    ratios, line = outlook.ratios, rows["ratios"].to_numpy()
    modelled = np.ones(len(rows), dtype=bool)
    if "stated" in rows:
        centre, ratios, line, modelled = _as_stated(centre, ratios, line, rows)
    bands = []
    for band, model in outlook.models.items():
        chosen = np.flatnonzero((rows["band"].to_numpy() == band) & modelled)
        matrix = outlook.matrices[band][rows["row"].to_numpy()[chosen]].astype("float32")
        bands.append((chosen, matrix, model.root.astype("float32")))
    widest = max((root.shape[0] for _, _, root in bands), default=0)
    table = np.pad(ratios, ((0, 0), (0, 1))).ravel()  # one step more, for what is lost
    place = (line * (STEPS + 1)).astype("int32")[:, None]
    before = [np.zeros(len(rows), dtype="int64"), *times[:-1]]
    news = [places(now != then) for now, then in zip(times, before, strict=True)]
    for begin in range(0, simulations, at_once):
        count = min(at_once, simulations - begin)
        normals = random.standard_normal((widest, count), dtype="float32")
        odds = np.zeros((len(rows), count), dtype="float32")
        with one_thread():
            for chosen, matrix, root in bands:
                # the same normals for every band: what is wrong about a segment now is wrong about it later
                odds[chosen] = matrix @ (root @ normals[: root.shape[1]])
        odds += centre[:, None]  # so placed that the mean over the futures is the probability
        np.negative(odds, out=odds)
        against = np.exp(odds, out=odds)
        against += 1  # 1 / probability
        luck = random.random((len(rows), count), dtype="float32")
        yield [
            (due, _left(against[due], luck[due], often[due], table, place[due]))
            for due, often in zip(news, times, strict=True)
        ]


def _as_stated(
    centre: Shares, ratios: Shares, line: NDArray[np.int64], rows: pd.DataFrame
) -> tuple[Shares, Shares, NDArray[np.int64], NDArray[np.bool_]]:
    """Log-odds, shares kept and the row of them for each renewal where a what-if states some; and which are modelled.

    A stated rate is sure. Luck then takes the shares from the highest down, so that in every single future a higher
    rate keeps no less; what is saved keeps all, or what it grows to.
    """
    stated, modelled = rows["stated"].to_numpy(), rows["stated"].isna().to_numpy()
    kinds = np.select([modelled, rows["saved"].to_numpy(dtype=bool), stated > 0], [0, 1, 2], 3)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.where(modelled, centre, np.log(stated / (1 - stated)))
    centre = np.where(kinds == 3, np.inf, centre).astype(
        "float32"
    )  # never renewed: its shares are all nothing
    downward = ratios[:, ::-1]
    all_kinds = np.vstack([ratios, np.maximum(downward, 1), downward, np.zeros_like(ratios)])
    return centre, all_kinds, line + kinds * len(ratios), modelled


def places(chosen: NDArray[np.bool_]) -> Rows | slice:
    """Where these are; all of them as a slice, which costs no copy."""
    return slice(None) if chosen.all() else np.flatnonzero(chosen)


def _left(
    against: Shares, luck: Shares, often: NDArray[np.int64], table: Shares, place: NDArray[np.int32]
) -> Shares:
    """The shares left after coming due so often: the same luck, so that what is lost stays lost."""
    if often.max(initial=0) <= 1:
        once = against
    else:
        with np.errstate(over="ignore"):  # of what is next to impossible nothing is left
            once = np.minimum(against ** often[:, None].astype("float32"), MOST)
    # luck within the renewed is luck again: it says which step of the shares that renewals keep
    step = np.multiply(luck, once)
    step *= STEPS
    np.minimum(step, STEPS, out=step)
    at = step.astype("int32")
    at += place
    kept: Shares = table.take(at)
    return kept
