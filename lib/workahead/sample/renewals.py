"""When a renewal starts and is signed, and for how much."""

from __future__ import annotations

from numpy.random import Generator

from workahead.sample.hazards import Signals, chance
from workahead.sample.parameters import Parameters
from workahead.sample.world import rounded


def timing(p: Parameters, end: int, rng: Generator) -> tuple[int, int]:
    """First day of the renewal of a contract that ends on a day, and the day it is signed."""
    u, v = rng.random(), rng.random()
    if u < p.early:
        start = end + 1 - 15 - int(v * 60)
        return start, start - 1 - int(rng.random() * 6)
    if u < p.early + p.late:
        start = end + 2 + int(v * 27)
        return start, start - int(rng.random() * 3)
    if u < p.early + p.late + p.very_late:
        start = end + 36 + int(v * 45)
        return start, start - int(rng.random() * 3)
    return end + 1, end - min(int(rng.gamma(2.0, 11)), 70)


def renewed_arr(p: Parameters, before: int, s: Signals, rng: Generator) -> int:
    """ARR of the renewal: less, the same, with the uplift, or grown."""
    down = p.downgrade - 0.6 * s.engagement + (0.5 if s.trouble else 0) + 0.08 * max(s.uplift - 5, 0)
    u, v, w = rng.random(), rng.random(), rng.random()
    if u < chance(down):
        return rounded(before * (0.55 + 0.37 * v))
    factor = 1 + (s.uplift / 100 if w < p.uplift_accepted else 0)
    if v < p.grows:
        factor += 0.04 + 0.20 * rng.random()
    return rounded(before * factor) if factor > 1 else before
