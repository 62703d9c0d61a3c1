"""The sample company: a seeded simulation, written as the exports of two CRMs."""

from __future__ import annotations

from pathlib import Path

from workahead.sample import hubspot, salesforce
from workahead.sample.company import Company, Truth
from workahead.sample.parameters import SEED, Parameters
from workahead.sample.simulation import simulate

__all__ = ["Company", "Parameters", "Truth", "simulate", "write"]


def write(folder: Path, seed: int = SEED, accounts: int = 600) -> None:
    """Simulate the company and write ``salesforce/`` and ``hubspot/`` into a folder, over what is there.

    The same seed and number of accounts give the same bytes, on any day.
    """
    company = simulate(Parameters(accounts=accounts), seed)
    salesforce.write(company, Path(folder) / "salesforce")
    hubspot.write(company, Path(folder) / "hubspot")
