"""The line of Python and the report command that a panel offers."""

import shlex

import pandas as pd
import pytest
import yaml
from workahead.explore.view import Call, Report, filtered


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ({}, "book"),
        ({"csm": ["Ana"]}, 'book.where(csm=["Ana"])'),
        ({"Account Owner": ['A "B" C']}, 'book.where(**{"Account Owner": ["A \\"B\\" C"]})'),
        ({"name": ["O'Neil\n\\"]}, 'book.where(name=["O\'Neil\\n\\\\"])'),
    ],
)
def test_a_filter_is_python_that_reads_as_itself(where: dict[str, list[str]], line: str):
    class Book:
        def where(self, **given: list[str]) -> dict[str, list[str]]:
            return given

    assert filtered(where) == line
    assert where == {} or eval(filtered(where), {"book": Book()}) == where


def test_arguments_are_written_as_python_takes_them():
    call = Call(
        "nrr_plan",
        {
            "target": 1.1,
            "end": pd.Timestamp("2026-12-31"),
            "edges": (0, 3),
            "by": None,
            "one": {"grain": "parent"},
        },
    )
    assert (
        call.line({})
        == 'wa.nrr_plan(book, target=1.1, end="2026-12-31", edges=(0, 3), by=None, one={"grain": "parent"})'
    )


def test_a_command_survives_the_shell_and_yaml():
    where = {"name": ['It\'s $HOME; `x` "q"'], "csm": ["Ana", "Bo"]}
    words = shlex.split(Report("retention", {"by": "segment", "months": 6}).command(where))
    assert words[:3] == ["workahead", "report", "retention"]
    given = dict(word.split("=", 1) for word in words[4::2])
    assert given["by"] == "segment"
    assert given["months"] == "6"
    assert yaml.safe_load(given["where"]) == where
