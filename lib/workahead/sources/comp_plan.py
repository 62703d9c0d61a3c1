"""Reading plan.yml: strictly, every fault named at once with its line and what was probably meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from workahead.book.audience import from_environment
from workahead.book.comp_plan import CompPlan, Metric, PayMetric, Person, Point, Scope
from workahead.book.snapshot import project_root
from workahead.errors import did_you_mean
from workahead.sources.checked import checked, plainly
from workahead.sources.places import Place

FILE = "plan.yml"
ABSENT = (
    "A compensation plan is a file such as plan.yml, beside workbench.yml; docs/compensation.md shows one"
)
_PARTS: dict[str, type[BaseModel]] = {"metrics": Metric, "people": Person}
_VALUES = {"metric": PayMetric, "scope": Scope}


def comp_plan(path: Path | str = FILE) -> CompPlan:
    """The compensation plan of a file, checked; a relative path is the project's.

    Where a report runs for one reader, it holds no pay but theirs. docs/compensation.md explains each key. Raises
    ConfigError, which names every fault with its line, and the word that was probably meant.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "plan.yml"
    >>> _ = file.write_text("metrics: [{metric: nrr, weight: 100%}]\\npeople: [{who: Ana, target_pay: 5000}]")
    >>> comp_plan(file).metrics[0].weight
    1.0
    """
    path = Path(path)
    if not path.is_absolute() and not path.is_file():
        path = project_root() / path
    return checked(path, CompPlan, ABSENT, _said).seen_by(from_environment())


def _said(place: Place, error: Any) -> str:
    """One of Pydantic's faults in our words."""
    given = error.get("input")
    if error["type"] == "extra_forbidden":
        part: type[BaseModel] = Point if "points" in place else _PARTS.get(str(place[0]), CompPlan)
        known = list(part.model_fields if len(place) > 1 else CompPlan.model_fields)
        return (
            f"unknown key {place[-1]!r}.{did_you_mean(str(place[-1]), known)} There are: {', '.join(known)}"
        )
    if error["type"] == "literal_error" and place[-1] in _VALUES:
        known = list(get_args(_VALUES[str(place[-1])]))
        return f"{given!r} is none of: {', '.join(known)}.{did_you_mean(str(given), known)}"
    return plainly(error)
