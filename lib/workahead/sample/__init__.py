"""The sample company: a seeded simulation, written as the exports of two CRMs."""

from __future__ import annotations

from workahead.sample.company import Company, Truth
from workahead.sample.export import write
from workahead.sample.parameters import Parameters
from workahead.sample.simulation import simulate

__all__ = ["Company", "Parameters", "Truth", "simulate", "write"]
