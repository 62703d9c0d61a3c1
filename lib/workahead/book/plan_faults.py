"""What is wrong with a compensation plan as a whole: more than each of its fields can know."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from workahead.errors import did_you_mean

AMOUNTS = ("expansion_arr", "csql_arr")
MOST_METRICS = 3
DIGITS = 9
"""Attainments are compared to so many digits: 0.72 / 0.9 is the 80% that it is written as."""
Place = tuple[str | int, ...]


def fraction(value: object) -> object:
    """``80%`` as 0.8; a number as it is."""
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            return round(float(value.strip()[:-1]) / 100, 12)
        except ValueError:
            raise ValueError(f"{value!r} is no percentage; write it as 80%") from None
    return value


def contradictions(given: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """What is wrong with a plan as a whole, each with its place; a single field's own faults are pydantic's."""
    metrics = [one for one in _listed(given.get("metrics")) if isinstance(one, Mapping)]
    weights = [_number(one.get("weight")) for one in metrics]
    if len(metrics) > MOST_METRICS:
        least = min((w for w in weights if w is not None), default=None)
        small = "" if least is None else f"; the least of these moves {least:.0%} of pay"
        yield (
            ("metrics",),
            f"{len(metrics)} metrics, and a plan has at most three: with more, nobody can say what to do "
            f"next to earn more{small}. Keep the three that matter, show the others on the scoreboard",
        )
    total = sum(w for w in weights if w is not None)
    if metrics and None not in weights and round(total, DIGITS) != 1:
        parts = " + ".join(_percent(w) for w in weights)
        yield ("metrics",), f"the weights add up to {_percent(total)}, not to 100%: {parts}"
    seen: set[tuple[Any, Any]] = set()
    for n, one in enumerate(metrics):
        key = (one.get("metric"), one.get("scope", "individual"))
        if key in seen:
            yield ("metrics", n, "metric"), f"{key[0]} ({key[1]}) stands twice: make one of them"
        seen.add(key)
        for name, said in _curve_faults(one):
            yield ("metrics", n, name), said
    roles = given.get("roles") or {}
    roles = list(roles) if isinstance(roles, Mapping) else []
    names: set[Any] = set()
    for n, one in enumerate(_listed(given.get("people"))):
        if isinstance(one, Mapping):
            for name, said in _person_faults(one, roles, names):
                yield ("people", n, name), said
            names.add(one.get("who"))


def _person_faults(one: Mapping[str, Any], roles: list[Any], names: set[Any]) -> Iterator[tuple[str, str]]:
    role = one.get("role")
    if one.get("who") in names:
        yield "who", f"{one.get('who')!r} stands twice: one line a person"
    if role is not None and role not in roles:
        yield (
            "role",
            f"{role!r} is none of the roles.{did_you_mean(str(role), roles)} There are: {_names(roles)}",
        )
    elif role is None and one.get("target_pay") is None:
        yield "who", f"{one.get('who')!r} has neither a role nor a target_pay: write one of them"
    joined, left = (_date(one.get(name)) for name in ("joined", "left"))
    if joined and left and joined > left:
        yield "left", f"left on {left}, before joining on {joined}"


def _curve_faults(one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What does not go together in one metric."""
    points = [
        (_number(p.get("at")), _number(p.get("pays")))
        for p in _listed(one.get("points"))
        if isinstance(p, Mapping)
    ]
    ats, pays = [at for at, _ in points if at is not None], [pay for _, pay in points if pay is not None]
    by_value, target = one.get("points_in") == "value", one.get("target")
    threshold, pays_there, cap = (_number(one.get(n)) for n in ("threshold", "pays_at_threshold", "cap"))
    accelerator = _number(one.get("accelerator")) or 0
    if points and one.get("threshold") is not None:
        yield "threshold", "the first of the points is the threshold: leave one of the two out"
    if pays_there is not None and (threshold is None or pays_there > 1):
        yield "pays_at_threshold", "it needs a threshold, and pays at most 100% there"
    if threshold is not None and threshold >= 1:
        yield "threshold", f"{_percent(threshold)} is not below the target: write less than 100%"
    if any(b <= a for a, b in pairwise(ats)):
        yield "points", "the points must stand in rising order of `at`"
    if any(b < a for a, b in pairwise(pays)):
        yield "points", "a better result must never pay less: let `pays` rise, or stay"
    if by_value and 1.0 not in pays:
        yield "points", "points of the metric's own value need one that pays 100%: it is the target"
    if by_value and target is not None:
        yield "target", "the point that pays 100% is the target: leave this out"
    if accelerator and cap is None:
        yield "accelerator", "an accelerator needs a cap: say the most that it may pay"
    last = (pays[-1] if pays else None) if points else 1.0
    if cap is not None and last is not None and cap < last:
        yield "cap", f"a cap of {_percent(cap)} is below the {_percent(last)} that the curve reaches"
    if cap is not None and last is not None and cap > last and not accelerator:
        yield (
            "cap",
            f"the curve ends at {_percent(last)}: a cap of {_percent(cap)} needs an accelerator or a point",
        )
    value, amount = _number(target), one.get("metric") in AMOUNTS
    if amount and isinstance(target, str) and target.strip().endswith("%"):
        yield "target", f"{one['metric']} is an amount: write it in the reporting currency, not as {target}"
    elif not amount and value is not None and value > 5:
        yield "target", f"{target} is {value:,.0%}: write a rate as 105% or 1.05"


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _number(value: Any) -> float | None:
    """A number that may be a percentage, where it is one; what it is otherwise, pydantic says."""
    try:
        found = float(fraction(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def _date(value: Any) -> dt.date | None:
    try:
        return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
    except ValueError:
        return None


def _percent(value: float | None) -> str:
    return "?" if value is None else f"{round(value * 100, 2):g}%"


def _names(known: list[Any]) -> str:
    return ", ".join(map(str, known)) or "none, write them under roles:"
