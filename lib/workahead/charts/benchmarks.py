"""Published benchmarks, each with its source and year: a line to hold a number against, never a target."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from workahead.errors import UnknownName
from workahead.words.numbers import percent


@dataclass(frozen=True)
class Benchmark:
    """One published number: which metric, its value as a fraction, of whom, by whom, and when."""

    name: str
    metric: str
    value: float
    cut: str
    source: str
    year: int
    about: bool = False

    @property
    def credit(self) -> str:
        """The number with its source and year.

        >>> benchmark("nrr_median").credit
        'NRR 101%: median of private B2B SaaS, fiscal 2024 (Benchmarkit, 2025)'
        """
        about = "about " if self.about else ""
        return (
            f"{self.metric.upper()} {about}{percent(self.value, 0)}: {self.cut} ({self.source}, {self.year})"
        )


@cache
def benchmarks() -> tuple[Benchmark, ...]:
    """All that are shipped, from benchmarks.yml beside this file."""
    text = files(__package__).joinpath("benchmarks.yml").read_text(encoding="utf-8")
    return tuple(Benchmark(**entry) for entry in yaml.safe_load(text))


def benchmark(name: str) -> Benchmark:
    """One by its name; an unknown name is answered with those there are."""
    for one in benchmarks():
        if one.name == name:
            return one
    raise UnknownName("benchmark", name, [one.name for one in benchmarks()])
