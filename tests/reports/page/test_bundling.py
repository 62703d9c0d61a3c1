"""Building the small plotly.js: what it says where it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from workahead.errors import ConfigError
from workahead.reports.page.bundling import build


def test_without_npm_it_says_what_is_missing_and_that_pages_work_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ConfigError, match=r"needs npm, which comes with Node.*pages are about 2 MB, and work"
    ):
        build(tmp_path)
    assert list(tmp_path.iterdir()) == []
