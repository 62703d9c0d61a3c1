"""The words of the sample, from words.yml: names of companies and people, subjects, phrases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from numpy.random import Generator

Option = TypeVar("Option")
WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("words.yml").read_text(encoding="utf-8"))


def pick(options: Sequence[Option], u: float) -> Option:
    """One of several, by a number between 0 and 1."""
    return options[int(u * len(options))]


def company_names(rng: Generator, regions: list[str]) -> list[str]:
    """One name an account, all different; the first are those that break naive readers."""
    first, second = WORDS["first"], WORDS["second"]
    base = len(first) * len(second)
    order = rng.permutation(base)
    legal = rng.random(len(regions))
    names = []
    for i, region in enumerate(regions):
        x, y = divmod(int(order[i % base]), len(second))
        again = f" {i // base + 1}" if i >= base else ""
        names.append(f"{first[x]} {second[y]}{again} {pick(WORDS['legal'][region], legal[i])}")
    odd = WORDS["odd"]
    return [*odd[: len(names)], *names[len(odd) :]]
