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

from workahead.metrics.renewal_outlook import STEPS, Outlook

Shares = NDArray[np.float32]

AT_ONCE = 8_000_000
"""Contracts times futures that are held in memory at a time."""


def futures(
    outlook: Outlook, rows: pd.DataFrame, times: list[NDArray[np.int64]], simulations: int, seed: int
) -> Iterator[list[Shares]]:
    """In each of many futures, the share of its ARR that each contract has left.

    ``rows`` are some of the outlook's; ``times`` says, for each moment asked about, how often each contract comes due
    up to it (a monthly one twelve times in a year). Gives, some futures at a time, an array (contract, future) for
    each moment: 1 where it has not come due, 0 where it is lost, else what the renewal keeps, with growth.
    """
    random = np.random.default_rng(seed)
    at_once = max(1, min(simulations, AT_ONCE // max(len(rows), 1)))
    places = {band: np.flatnonzero(rows["band"].to_numpy() == band) for band in outlook.models}
    centre = np.asarray(rows["log_odds"] * np.sqrt(1 + np.pi * rows["spread"] ** 2 / 8), dtype="float32")
    matrices = {
        band: outlook.matrices[band][rows["row"].to_numpy()[chosen]].astype("float32")
        for band, chosen in places.items()
    }
    widest = max((model.covariance.shape[0] for model in outlook.models.values()), default=0)
    ratios, which = outlook.ratios, rows["ratios"].to_numpy()[:, None]
    for begin in range(0, simulations, at_once):
        count = min(at_once, simulations - begin)
        normals = random.standard_normal((widest, count))
        chance = np.empty((len(rows), count), dtype="float32")
        for band, chosen in places.items():
            model = outlook.models[band]
            # the same normals for every band: what is wrong about a segment now is wrong about it later
            moved = model.draws(normals[: len(model.coefficients)]) - model.coefficients[:, None]
            chance[chosen] = matrices[band] @ moved.astype("float32")
        chance += centre[:, None]  # so placed that the mean over the futures is the probability
        np.negative(chance, out=chance)
        np.exp(chance, out=chance)
        chance += 1
        np.reciprocal(chance, out=chance)
        luck = random.random((len(rows), count), dtype="float32")
        yield [_left(chance, luck, often, ratios, which) for often in times]


def _left(
    chance: Shares, luck: Shares, often: NDArray[np.int64], ratios: Shares, which: NDArray[np.int64]
) -> Shares:
    """The shares left after coming due so often: the same luck, so that what is lost stays lost."""
    once = chance if often.max(initial=0) <= 1 else chance ** often[:, None].astype("float32")
    # luck within the renewed is luck again
    place = np.minimum(luck / np.maximum(once, 1e-9) * STEPS, STEPS).astype("int16")
    kept: Shares = ratios[which, np.minimum(place, STEPS - 1)]
    kept[place >= STEPS] = 0
    kept[often == 0] = 1
    return kept
