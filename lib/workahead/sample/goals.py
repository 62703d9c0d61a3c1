"""Quarterly targets of the team and of each CSM."""

from __future__ import annotations

import pandas as pd

from workahead.sample import days
from workahead.sample.parameters import RATES, Parameters
from workahead.sample.population import Population
from workahead.sample.world import Contract

NRR, GRR = 1.06, 0.90
CSQL, EXPANSION = 0.0375, 0.025
"""CSQL pipeline and won expansion of a quarter, as shares of the ARR at its start."""


def targets(p: Parameters, people: Population, contracts: list[Contract]) -> pd.DataFrame:
    """One row a quarter, person and metric: period, scope, who, metric, target (fraction, or USD)."""
    start, end = days.number(p.start), days.number(p.end)
    first = days.quarter(start)[0]
    rows: list[tuple[str, str, str | None, str, float]] = []
    while first <= end:
        held: dict[str, float] = {c.name: 0.0 for c in p.csms}
        for c in contracts:
            if c.serves(max(first - 1, start)):
                csm = people.csm_at(c.account, first) or ""
                held[csm] += c.arr * RATES[people.currency[c.account]] / 100
        at = days.date(first)
        label = f"{at.year}-Q{(at.month - 1) // 3 + 1}"
        books = [("team", None, sum(held.values())), *(("csm", who, held[who]) for who in sorted(held))]
        for scope, who, book in books:
            if book <= 0:
                continue
            rows.append((label, scope, who, "nrr", NRR))
            rows.append((label, scope, who, "grr", GRR))
            rows.append((label, scope, who, "csql_arr", float(round(book * CSQL / 1000) * 1000)))
            rows.append((label, scope, who, "expansion_arr", float(round(book * EXPANSION / 1000) * 1000)))
        first = days.add_months(first, 3)
    return pd.DataFrame(rows, columns=["period", "scope", "who", "metric", "target"])
