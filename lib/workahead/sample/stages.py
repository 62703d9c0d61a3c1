"""The way of an opportunity through its stages."""

from __future__ import annotations

from numpy.random import Generator

from workahead.sample.parameters import Parameters
from workahead.sample.records import Opportunity

WON, LOST = "Closed Won", "Closed Lost"
SALES = ("S1", "S2", "S3", "S4", "S5")
RENEWAL = ("Renewal Open", "Renewal Proposal")
_REACHED = (0.12, 0.30, 0.50, 0.75)
"""When S2 to S5 are entered, as a share of the way from creation to close."""


def walk(p: Parameters, o: Opportunity, last_day: int, rng: Generator) -> list[tuple[str, int]]:
    """Stages and the days they were entered, up to the last day."""
    if o.type == "renewal":
        return _renewal(o, last_day, rng)
    span = o.close - o.created
    won = o.outcome == "won"
    path = [("S1", o.created)]
    if o.accepted:
        # a lost one stops somewhere
        depth = 4 if o.outcome != "lost" else 1 + int(rng.random() * 4)
        for stage, share in zip(SALES[1 : depth + 1], _REACHED, strict=False):
            path.append((stage, o.created + max(int(span * (share + 0.08 * rng.random())), len(path))))
        if rng.random() < p.step_back:
            back = path[1][1] + 1 + int(rng.random() * max(span * 0.08, 1))
            if len(path) == 2 or back + 1 < path[2][1]:
                path.insert(2, ("S1", back))
                again = back + 1 + int(rng.random() * 6)
                if (len(path) > 3 and again < path[3][1]) and rng.random() < 0.6:
                    path.insert(3, ("S2", again))
        elif won and rng.random() < p.skips_s2:
            path.pop(1)
    path = [(stage, min(day, o.close)) for stage, day in path if day <= last_day]
    if o.outcome != "open":
        path.append((WON if won else LOST, o.close))
    return path


def _renewal(o: Opportunity, last_day: int, rng: Generator) -> list[tuple[str, int]]:
    path = [(RENEWAL[0], o.created)]
    proposal = o.created + int((o.close - o.created) * (0.4 + 0.3 * rng.random()))
    if proposal <= min(last_day, o.close) and (o.outcome != "lost" or rng.random() < 0.7):
        path.append((RENEWAL[1], proposal))
    if o.outcome != "open":
        path.append((WON if o.outcome == "won" else LOST, o.close))
    return path
