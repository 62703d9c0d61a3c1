"""A report's definition, ``reports/NAME.yml``: which notebook, with which parameters, under which title."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workahead.errors import ConfigError, UnknownName, did_you_mean

FOLDER = Path("reports")


class Report(BaseModel):
    """What ``reports/NAME.yml`` may hold; ``name`` is the file's own name.

    >>> Report(name="monthly", title="Monthly review", notebook="notebooks/monthly_review.ipynb").parameters
    {}
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(exclude=True)
    title: str = Field(min_length=1, description="the report's name for people, on the index")
    notebook: Path = Field(description="the notebook, counted from the project's root")
    description: str = Field("", description="one sentence for the index")
    ahead: bool = Field(False, description="whether the period may lie ahead of the data")
    parameters: dict[str, Any] = Field(
        default_factory=dict, description="values for the notebook's annotated parameters"
    )


def read(name: str, root: Path) -> Report:
    """The definition ``root/reports/name.yml``.

    Raises UnknownName with the list of what there is, ConfigError with every fault of the file.
    """
    known = names(root)
    if name not in known:
        if not known:
            raise ConfigError(f"there is no report definition in {FOLDER}/: add {FOLDER}/{_slug(name)}.yml")
        raise UnknownName("report", name, known)
    path = FOLDER / f"{name}.yml"
    try:
        held = yaml.safe_load((root / path).read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not readable as YAML: {error}") from error
    if not isinstance(held, dict):
        raise ConfigError(f"{path} must hold lines such as 'title: ...' and 'notebook: ...'")
    try:
        report = Report(**{**{str(key): value for key, value in held.items()}, "name": name})
    except ValidationError as error:
        raise ConfigError(f"{path}:\n" + "\n".join(_fault(fault) for fault in error.errors())) from error
    if not (root / report.notebook).is_file():
        there = sorted(str(p.relative_to(root)) for p in (root / "notebooks").glob("*.ipynb"))
        hint = did_you_mean(str(report.notebook), there)
        raise ConfigError(f"{path}: there is no notebook {report.notebook}.{hint}")
    return report


def names(root: Path) -> list[str]:
    """The reports that are defined."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.yml") if path.stem == _slug(path.stem))


def _slug(name: str) -> str:
    """Names become folders: letters, digits, - and _ only."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "report"


def _fault(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"]) or "the file"
    if fault["type"] == "extra_forbidden":
        known = [field for field in Report.model_fields if field != "name"]
        return f"  {where}: not a key of a report.{did_you_mean(where, known)} There are: {', '.join(known)}"
    if fault["type"] == "missing":
        return f"  {where}: missing"
    return f"  {where}: {fault['msg']} (got {fault['input']!r})"
