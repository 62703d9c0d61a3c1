"""New business that was not won: accounts that never bought, and tries before the first deal."""

from __future__ import annotations

import math

from workahead.sample import days, names
from workahead.sample.population import late_in_quarter
from workahead.sample.records import Opportunity
from workahead.sample.world import World, rounded


def lose_new_business(w: World) -> None:
    """Add the lost and the open new-business opportunities."""
    p, people, rng = w.p, w.population, w.rng
    first = days.number(p.start) - 300
    for a in range(len(people.names)):
        customer = a < people.customers
        last = people.first_close[a] - 150 if customer else w.end
        span = last - first
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
            outcome = "lost" if close <= w.end else "open"
            sdr = rng.random() < 0.7
            filled = sum((rng.random() < 0.42) << bit for bit in range(5))
            o = Opportunity(
                a,
                "new",
                ("Inbound", "Outbound", "Partner", "Event")[int(rng.random() * 4)],
                "SDR" if sdr else "Account Executive",
                people.manager[a],
                int(rng.random() * 3),
                created,
                close,
                outcome,
                amount if accepted or rng.random() < 0.8 else None,
                accepted,
                filled,
            )
            if outcome == "lost":
                o.loss_reason = names.SALES_LOSS[int(rng.random() * 5)]
            w.opportunities.append(o)
