"""Published benchmarks: those that are shipped, and the project's own in benchmarks.yml, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from workahead.book.definitions import Strict
from workahead.sources.checked import checked
from workahead.sources.places import Place

FILE = "benchmarks.yml"
Metric = Literal["nrr", "grr"]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Fits(Strict):
    """Which books a benchmark may stand beside: those that are like the companies it was taken from."""

    arr_from: float | None = Field(None, ge=0, description="ARR of the book, at least")
    arr_to: float | None = Field(None, gt=0, description="ARR of the book, less than")
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$", description="of these two")
    where: dict[str, Annotated[tuple[str, ...], BeforeValidator(_listed)]] = Field(
        default_factory=dict, description="the part of a book that it is about; left out: whole books alone"
    )
    months: int = Field(12, ge=1, description="the window of retention")

    @model_validator(mode="after")
    def _some_book(self) -> Fits:
        if self.arr_from is not None and self.arr_to is not None and self.arr_from >= self.arr_to:
            raise ValueError("no ARR fits: arr_to must be larger than arr_from")
        return self


class Benchmark(Strict):
    """One published number, as a fraction: of whom, by whom, when, and where to read it."""

    metric: Metric
    value: float = Field(gt=0, le=3, description="a fraction: 1.01 for 101%")
    about: bool = Field(False, description="whether the source gives it roughly")
    cut: str = Field(min_length=1, description="of which companies, and of which year")
    source: str = Field(min_length=1)
    year: int = Field(ge=1990, le=2100, description="of publication")
    link: str = Field(pattern=r"^https?://\S+$")
    fits: Fits = Field(default_factory=lambda: Fits.model_validate({}))


class Benchmarks(Strict):
    """What benchmarks.yml may say."""

    benchmarks: tuple[Benchmark, ...]


def project_benchmarks(folder: Path) -> tuple[Benchmark, ...]:
    """Those that are shipped, then those of the project in this folder. ConfigError names every fault with its line."""
    own = folder / FILE
    return (*_shipped(), *(_read(own) if own.is_file() else ()))


def filed_benchmarks(manifest: Mapping[str, Any]) -> tuple[Benchmark, ...]:
    """What was known when a snapshot was filed; the shipped ones where it does not say."""
    filed = manifest.get("benchmarks")
    return _shipped() if filed is None else tuple(Benchmark.model_validate(one) for one in filed)


@cache
def _shipped() -> tuple[Benchmark, ...]:
    return _read(Path(__file__).with_name(FILE))


def _read(path: Path) -> tuple[Benchmark, ...]:
    return checked(path, Benchmarks, "Leave it out and the shipped ones hold.", _said).benchmarks


def _said(place: Place, error: Any) -> str | None:
    """Faults that need words of this file's own."""
    if place[-1] == "value" and error["type"] == "less_than_equal":
        return f"a fraction, 1.01 for 101% (it says {error['input']!r})"
    if place[-1] == "link" and error["type"] == "string_pattern_mismatch":
        return f"an address such as https://example.com/report (it says {error['input']!r})"
    return None
