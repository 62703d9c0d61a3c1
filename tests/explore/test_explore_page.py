"""What docs/explore.md says of panels is so."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import workahead as wa
from workahead import explore

PAGE = (Path(__file__).parents[2] / "docs" / "explore.md").read_text(encoding="utf-8")


def test_every_panel_stands_on_the_page() -> None:
    named = set(re.findall(r"^\| `explore\.(\w+)\(", PAGE, re.MULTILINE))
    assert named == set(explore.__all__)


def test_its_calls_are_taken_as_they_stand() -> None:
    called = []
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("wa.", "explore.")):
                home, name = ast.unparse(node.func).split(".", 1)
                if "." not in name:
                    function = getattr(wa if home == "wa" else explore, name)
                    inspect.signature(function).bind(*node.args, **{one.arg: one for one in node.keywords})
                    called.append(name)
    assert {"retention", "renewals", "definitions", "risk", "open_snapshot"} == set(called)
