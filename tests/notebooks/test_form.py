"""The committed notebooks are short, tell a story, hold no logic and no output, and say what their parameters mean."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    found = nbformat.read(request.param, as_version=4)
    nbformat.validate(found)
    return found


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_four_are_there():
    assert {path.stem for path in NOTEBOOKS} >= {"data_check", "retention", "cohorts", "monthly_review"}


def test_no_outputs_and_no_traces_of_a_run(notebook):
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code(notebook))
    assert notebook.metadata.kernelspec.name == "python3"


def test_cells_have_names_that_stay(notebook):
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert all("-" in one and one == one.lower() for one in ids)


def test_short_and_without_logic(notebook):
    cells = code(notebook)
    assert len(cells) <= 15
    for cell in cells:
        assert len(cell.source.splitlines()) <= 15
        logic = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try)
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, logic)]


def test_begins_with_prose_then_one_parameters_cell(notebook):
    first, second = notebook.cells[:2]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    assert tagged == [second]


def test_every_parameter_says_its_type_and_its_meaning(notebook):
    lines = notebook.cells[1].source.splitlines()
    for line, node in zip(lines, ast.parse(notebook.cells[1].source).body, strict=True):
        assert isinstance(node, ast.AnnAssign), line
        assert "  # " in line, line
