"""Annotated parameters as a schema: types read right, texts parsed by them, faults named all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from workahead.errors import ConfigError
from workahead.reports.request.parameters import Parameter, _types, check, inspect, parse

ROOT = Path(__file__).parents[3]

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
        ('names=["\\ud83d\\ude00", "a\\u0085"]', ["\U0001f600", "a\x85"]),
    ],
)
def test_texts_become_values_of_the_declared_type(setting: str, value: Any) -> None:
    (found,) = parse([setting], KNOWN, "x.ipynb").values()
    assert found == value
    assert type(found) is type(value)


def test_a_what_if_of_the_forecast_is_read() -> None:
    known = inspect(ROOT / "notebooks" / "forecast.ipynb")
    given = ['probabilities={"commit": 0.9}', 'saved=["A1", "A2"]', "close_rate=0.3"]
    found = parse(given, known, "forecast.ipynb")
    assert found == {"probabilities": {"commit": 0.9}, "saved": ["A1", "A2"], "close_rate": 0.3}
    assert parse(["probabilities=None"], known, "forecast.ipynb") == {"probabilities": None}
    with pytest.raises(ConfigError, match=r"probabilities = '0\.9' is not of type dict or None"):
        parse(["probabilities=0.9"], known, "forecast.ipynb")


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


def notebook(path: Path, code: str) -> Path:
    cell = nbformat.v4.new_code_cell(code, metadata={"tags": ["parameters"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("other = 1"), cell]), path)
    return path


def test_every_line_of_the_parameters_cell_is_read(tmp_path: Path) -> None:
    code = (
        "# what it is about\n"
        'by: str = "segment"  # the column, "#1" among them\n'
        "goal: float | None = None  # a share; None: the targets' own\n"
        'where: dict = {}  # for instance {"name": "a=b"}\n'
        'names: list = [\n    "Ana",\n    "Bo",\n]  # whose\n'
        'kind: "str | None" = "x = y"\n'
        "months = 12\n"
    )
    found = inspect(notebook(tmp_path / "x.ipynb", code))
    assert {name: (one.types, one.help) for name, one in found.items()} == {
        "by": (("str",), 'the column, "#1" among them'),
        "goal": (("float", "None"), "a share; None: the targets' own"),
        "where": (("dict",), 'for instance {"name": "a=b"}'),
        "names": (("list",), "whose"),
        "kind": (("str", "None"), ""),
        "months": (("int",), ""),
    }
    assert [one.default_value() for one in found.values()] == [
        "segment",
        None,
        {},
        ["Ana", "Bo"],
        "x = y",
        12,
    ]
    assert parse(["goal=0.15", "kind=None"], found, "x.ipynb") == {"goal": 0.15, "kind": None}


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_parameter_of_our_notebooks_can_be_set(path: Path) -> None:
    """papermill puts what is given after the tagged cell: its names are what that cell makes."""
    cells = nbformat.read(path, as_version=4).cells
    [cell] = [one for one in cells if "parameters" in one.metadata.get("tags", [])]
    made: dict[str, Any] = {}
    exec(cell.source, made)
    found = inspect(path)
    assert list(found) == [name for name in made if not name.startswith("__")]
    assert all(one.help and one.types for one in found.values())
    check({name: one.default_value() for name, one in found.items()}, found, path.name)


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 3}', '{"worksheets": []}', "\x00"])
def test_what_is_no_notebook_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"x\.ipynb is not a notebook that can be read"):
        inspect(tmp_path / "x.ipynb")


def test_a_cell_that_is_no_python_is_refused(tmp_path: Path) -> None:
    for code in ("by: str =", "names = [", "  by = 1\n by = 2"):
        with pytest.raises(ConfigError, match=r"is not a notebook that can be read"):
            inspect(notebook(tmp_path / "x.ipynb", code))
    (tmp_path / "none.ipynb").write_text('{"cells": [], "nbformat": 4}', encoding="utf-8")
    assert inspect(tmp_path / "none.ipynb") == {}
