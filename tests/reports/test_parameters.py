"""Annotated parameters as a schema: types read right, texts parsed by them, faults named all at once."""

from __future__ import annotations

from typing import Any

import pytest
from workahead.errors import ConfigError
from workahead.reports.parameters import Parameter, _types, check, parse

KNOWN = {
    "by": Parameter("by", ("str",), '"segment"', "the column"),
    "months": Parameter("months", ("int",), "12", ""),
    "share": Parameter("share", ("float",), "0.5", ""),
    "where": Parameter("where", ("dict",), "{}", ""),
    "open": Parameter("open", ("bool",), "False", ""),
    "csm": Parameter("csm", ("str", "None"), "None", ""),
    "names": Parameter("names", ("list",), "[]", ""),
}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("by=007", "007"),
        ("by=a=b", "a=b"),
        ("months=6", 6),
        ("share=1", 1.0),
        ("share=1e-2", 0.01),
        ("open=yes", True),
        ("open=False", False),
        ("csm=None", None),
        ("csm=Ana", "Ana"),
        ("where={segment: [Enterprise, SMB]}", {"segment": ["Enterprise", "SMB"]}),
        ('where={"segment": "SMB"}', {"segment": "SMB"}),
        ("names=[Ana, Bo]", ["Ana", "Bo"]),
    ],
)
def test_texts_become_values_of_the_declared_type(setting: str, value: Any) -> None:
    (found,) = parse([setting], KNOWN, "x.ipynb").values()
    assert found == value
    assert type(found) is type(value)


def test_all_faults_are_named_at_once_with_what_there_is() -> None:
    with pytest.raises(ConfigError) as refused:
        parse(["month=6", "months=6.5", "where=[1]", "open=maybe", "by"], KNOWN, "x.ipynb")
    said = str(refused.value)
    assert "unknown parameter 'month'. Did you mean 'months'?" in said
    assert "months = '6.5' is not of type int" in said
    assert "where = '[1]' is not of type dict" in said
    assert "open = 'maybe' is not of type bool" in said
    assert "'by': write it as name=value" in said
    assert '  by: str = "segment"  # the column' in said


def test_dates_in_a_filter_are_refused_because_notebooks_cannot_hold_them() -> None:
    with pytest.raises(ConfigError, match="where = "):
        parse(["where={start: 2026-01-01}"], KNOWN, "x.ipynb")


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("months", 6, True),
        ("months", True, False),
        ("months", "6", False),
        ("share", 1, True),
        ("csm", None, True),
        ("by", None, False),
        ("where", {"a": 1}, True),
    ],
)
def test_values_of_a_definition_are_checked_by_type(name: str, value: Any, fits: bool) -> None:
    if fits:
        check({name: value}, KNOWN, "x.ipynb")
    else:
        with pytest.raises(ConfigError, match=f"{name} = "):
            check({name: value}, KNOWN, "x.ipynb")


@pytest.mark.parametrize(
    ("annotation", "default", "types"),
    [
        ("str", '"a"', ("str",)),
        ("str | None", "None", ("str", "None")),
        ("Optional[str]", "None", ("str", "None")),
        ("dict[str, list[str]]", "{}", ("dict",)),
        ("None", "12", ("int",)),
        ("None", "load()", ()),
    ],
)
def test_annotations_are_read(annotation: str, default: str, types: tuple[str, ...]) -> None:
    assert _types(annotation, default) == types
