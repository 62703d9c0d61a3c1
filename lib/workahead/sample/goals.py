"""Quarterly targets of the team and of each CSM."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workahead.sample import days
from workahead.sample.parameters import Parameters
from workahead.sample.population import Population
from workahead.sample.records import Contract
from workahead.sample.world import usd

NRR, GRR = 1.06, 0.90
CSQL, EXPANSION = 0.0375, 0.025
"""CSQL pipeline and won expansion of a quarter, as shares of the ARR at its start."""


def targets(p: Parameters, people: Population, contracts: list[Contract]) -> pd.DataFrame:
    """One row a quarter, person and metric: period, scope, who, metric, target (fraction, or USD)."""
    first, end = days.quarter(days.number(p.start))[0], days.number(p.end)
    start = np.array([c.start for c in contracts])
    until = np.array([c.served_until if c.served_until is not None else end + 10**4 for c in contracts])
    arr = np.array([usd(c.arr, people.currency[c.account]) for c in contracts])
    rows: list[tuple[str, str, str | None, str, float]] = []
    while first <= end:
        opening = first - 1 if first > days.number(p.start) else days.number(p.start)
        held: dict[str, float] = {c.name: 0.0 for c in p.csms}
        for i in np.nonzero((start <= opening) & (until >= opening))[0].tolist():
            held[people.csm_at(contracts[i].account, first) or ""] += float(arr[i])
        label = days.quarter_label(first)
        for scope, who, book in [
            ("team", None, sum(held.values())),
            *(("csm", k, v) for k, v in sorted(held.items())),
        ]:
            if book <= 0:
                continue
            rows.append((label, scope, who, "nrr", NRR))
            rows.append((label, scope, who, "grr", GRR))
            rows.append((label, scope, who, "csql_arr", float(round(book * CSQL / 1000) * 1000)))
            rows.append((label, scope, who, "expansion_arr", float(round(book * EXPANSION / 1000) * 1000)))
        first = days.add_months(first, 3)
    return pd.DataFrame(rows, columns=["period", "scope", "who", "metric", "target"])
