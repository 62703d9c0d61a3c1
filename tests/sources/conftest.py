"""A folder with small exports and a workbench.yml over them, read into canonical tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from workahead.sources.config import read_workbench
from workahead.sources.exports import Loaded, read_exports


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of the folder: text as it is (dedented), or bytes."""

    def write_file(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            content if isinstance(content, bytes) else dedent(content).lstrip("\n").encode(encoding)
        )
        return path

    return write_file


@pytest.fixture
def read(tmp_path: Path, write: Callable[..., Path]) -> Callable[[str], Loaded]:
    """The canonical tables of a workbench.yml, given as text."""

    def read_all(workbench: str) -> Loaded:
        return read_exports(read_workbench(write("workbench.yml", workbench)))

    return read_all
