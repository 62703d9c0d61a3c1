"""A report's definition, ``reports/NAME.yml``: which notebook, for whom, for which period, when, and who gets it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from workahead.book.audience import Audience
from workahead.errors import ConfigError, UnknownName, did_you_mean
from workahead.reports.request.addressed import Delivery, Email, Folder, Webhook
from workahead.reports.request.recurring import Schedule
from workahead.sources.checked import plainly, read_yaml
from workahead.sources.places import Place, line_of, listing, repeated, where

FOLDER = Path("reports")
Kind = Literal["week", "month", "quarter", "year"]


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
    parameters: dict[str, Any] = Field(
        default_factory=dict, description="values for the notebook's annotated parameters"
    )
    fixed: dict[str, Any] = Field(
        default_factory=dict, description="values that --set can't change: what the report is"
    )
    period: Kind | None = Field(
        None, description="what it is for: week, month, quarter or year; left out: any, a month unless asked"
    )
    ahead: bool = Field(False, description="whether the period may lie ahead of the data")
    for_each: str | None = Field(
        None, min_length=1, description="one page for each value of this column of accounts or subscriptions"
    )
    audience: Audience | None = Field(
        None, description="where: whose rows its readers may see; hide: columns"
    )
    on_request: bool = Field(False, description="run for the readers named by --only alone")
    schedule: Schedule | None = Field(None, description="when it runs by itself")
    deliver: tuple[Delivery, ...] = Field((), description="who gets it: email, webhook, folder")
    keep: int | None = Field(None, ge=1, description="how many periods stay on disk; left out: all")
    timeout_minutes: float = Field(30, gt=0, le=1440, description="a run that takes longer is stopped")

    @field_validator("audience")
    @classmethod
    def _of_the_reader(cls, audience: Audience | None) -> Audience | None:
        if audience is not None and audience.who is not None:
            raise ValueError("who: it is the reader's own value, for_each gives it")
        return audience

    def audience_of(self, reader: str | None) -> Audience | None:
        """What one reader may see: the definition's own, and of that the rows of the reader. None: everything."""
        if self.audience is None and reader is None:
            return None
        own = self.audience or Audience()
        seen = dict(own.where)
        if self.for_each is not None and reader is not None:
            seen[self.for_each] = (reader,)
        people = seen.get(PERSON, ())
        return Audience(where=seen, hide=own.hide, who=people[0] if len(people) == 1 else None)


PERSON = "csm"
_PARTS: dict[str, type[BaseModel]] = {
    "audience": Audience,
    "schedule": Schedule,
    "email": Email,
    "webhook": Webhook,
    "folder": Folder,
    "deliver": Delivery,
}


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
    whole, held = read_yaml(root / path, "lines such as 'title: ...' and 'notebook: ...'", "")
    # text as it stands, so that the region NO is no False; but a notebook's parameters have types
    held = {**held, "name": name}
    faults, report = list(repeated(whole)), None
    for key in {"parameters", "fixed"} & set(held):
        try:
            held[key] = yaml.safe_load((root / path).read_text(encoding="utf-8-sig"))[key]
        except (yaml.YAMLError, ValueError) as error:  # 2026-13-45, say, which looks like a day
            faults.append((line_of(whole, (key,)), f"{key}: {error}"))
    try:
        report = Report(**held)
    except ValidationError as error:
        for one in error.errors():
            place: Place = tuple(part for part in one["loc"] if part != "[key]")
            faults.append((line_of(whole, place), where(place) + _said(place, one)))
    notebook = held.get("notebook")
    if isinstance(notebook, str) and not (root / notebook).is_file():
        there = sorted(str(p.relative_to(root)) for p in (root / "notebooks").glob("*.ipynb"))
        hint = did_you_mean(notebook, there)
        faults.append((line_of(whole, ("notebook",)), f"there is no notebook {notebook}.{hint}"))
    if faults or report is None:
        raise ConfigError(listing(path, faults))
    return report


def names(root: Path) -> list[str]:
    """The reports that are defined."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.yml") if path.stem == _slug(path.stem))


def _slug(name: str) -> str:
    """Names become folders: letters, digits, - and _ only."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "report"


def _said(place: Place, error: Any) -> str:
    """One of Pydantic's faults in our words."""
    given = error.get("input")
    if error["type"] == "extra_forbidden":
        inside = next((str(part) for part in reversed(place[:-1]) if str(part) in _PARTS), None)
        model = _PARTS[inside] if inside else Report
        known = [field for field in model.model_fields if field not in ("name", "who")]
        of = f"of {inside}" if inside else "of a report"
        hint = did_you_mean(str(place[-1]), known)
        return f"not a key {of}.{hint} There are: {', '.join(known)}"
    if error["type"] == "missing":
        return "missing"
    if error["type"] == "literal_error" and place[-1] == "period":
        kinds = list(get_args(Kind))
        return f"{given!r} is none of: {', '.join(kinds)}.{did_you_mean(str(given), kinds)}"
    if place[-1] == "url":  # it may hold a password
        return str(error["msg"]).removeprefix("Value error, ")
    return plainly(error)
