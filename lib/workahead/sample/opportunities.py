"""Opportunities: new business that was not won, and the way of each through its stages."""

from __future__ import annotations

import math

from numpy.random import Generator

from workahead.sample import days
from workahead.sample.parameters import Parameters, rounded
from workahead.sample.population import late_in_quarter
from workahead.sample.words import WORDS, pick
from workahead.sample.world import Opportunity, World

WON, LOST = "Closed Won", "Closed Lost"
SALES = ("S1", "S2", "S3", "S4", "S5")
RENEWAL = ("Renewal Open", "Renewal Proposal")
SOURCES = ("Inbound", "Outbound", "Partner", "Event")
_REACHED = (0.12, 0.30, 0.50, 0.75)
"""When S2 to S5 are entered, as a share of the way from creation to close."""


def lose_new_business(w: World) -> None:
    """Add the lost and the open new business: of accounts that never bought, and tries before the first deal."""
    p, people, rng = w.p, w.population, w.rng
    first = days.number(p.start) - 300
    for a in range(len(people.names)):
        customer = a < people.customers
        span = (people.first_close[a] - 150 if customer else w.end) - first
        if span < 30:
            continue
        years = (w.end - first) / 365
        tries = rng.poisson(
            p.early_tries * span / (w.end - first) * 2 if customer else p.prospect_tries * years / 5.8
        )
        for _ in range(int(tries)):
            created = first + int(rng.random() * span)
            accepted = rng.random() < p.new_accepted * 0.92  # the won are all accepted
            cycle = 30 + int(rng.gamma(2.2, 38)) if accepted else 8 + int(rng.random() * 45)
            close = late_in_quarter(p, created + cycle, rng.random()) if accepted else created + cycle
            close = close if close > created + 7 else close + 91
            segment = p.segments[people.segment[a]]
            amount = rounded(segment.arr * math.exp(segment.spread * float(rng.standard_normal())))
            sdr = rng.random() < 0.7
            filled = sum((rng.random() < 0.42) << bit for bit in range(5))
            o = Opportunity(
                account=a,
                type="new",
                source=pick(SOURCES, rng.random()),
                role="SDR" if sdr else "Account Executive",
                owner=people.manager[a],
                product=int(rng.random() * 3),
                created=created,
                close=close,
                outcome="lost" if close <= w.end else "open",
                amount=amount if accepted or rng.random() < 0.8 else None,
                accepted=accepted,
                filled=filled,
            )
            if o.outcome == "lost":
                o.loss_reason = pick(WORDS["sales_loss"], rng.random())
            w.opportunities.append(o)


def walk(p: Parameters, o: Opportunity, last_day: int, rng: Generator) -> list[tuple[str, int]]:
    """Stages and the days they were entered, up to the last day."""
    path = _renewal(o, last_day, rng) if o.type == "renewal" else _sale(p, o, last_day, rng)
    return path if o.outcome == "open" else [*path, (WON if o.outcome == "won" else LOST, o.close)]


def _renewal(o: Opportunity, last_day: int, rng: Generator) -> list[tuple[str, int]]:
    path = [(RENEWAL[0], o.created)]
    proposal = o.created + int((o.close - o.created) * (0.4 + 0.3 * rng.random()))
    if proposal <= min(last_day, o.close) and (o.outcome != "lost" or rng.random() < 0.7):
        path.append((RENEWAL[1], proposal))
    return path


def _sale(p: Parameters, o: Opportunity, last_day: int, rng: Generator) -> list[tuple[str, int]]:
    span = o.close - o.created
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
        elif o.outcome == "won" and rng.random() < p.skips_s2:
            path.pop(1)
    return [(stage, min(day, o.close)) for stage, day in path if day <= last_day]
