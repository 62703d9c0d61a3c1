"""``keep`` through whole runs: old periods go with each new one, and the failed runs of their time."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from crowd import crowd
from workahead import cli

DEFINITION = """keep: 2
deliver: [{email: {to: ["{reader}"], addresses: {Zoe: zoe@example.com}}}]
"""
FINE = "from workahead import show\nif period == '2026-06' and who == 'Ana':\n    raise ValueError('no June')"


def test_the_newest_periods_stay_and_latest_and_the_index_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = crowd(tmp_path, [FINE, "show.finding(f'This is {period}.')"], csms=["Ana", "Bo"], more=DEFINITION)
    monkeypatch.chdir(root)
    for month, code in ((6, 1), (7, 0), (8, 0), (9, 0)):
        argv = ["workahead", "report", "crowd", "--period", f"2026-{month:02d}"]
        monkeypatch.setattr(sys, "argv", argv)
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr().err
        assert left.value.code == code, said  # that no mail can go to them is said, and no failure
        assert "no mail to Bo: no address in addresses" in said
        if month == 7:  # two periods, of which Ana's June has failed: nothing is old yet
            assert (root / "reports/published/crowd/ana/2026-06.failed/index.html").is_file()
    out = root / "reports" / "published"
    for reader in ("ana", "bo"):
        home = out / "crowd" / reader
        assert sorted(path.name for path in home.iterdir()) == ["2026-08", "2026-09", "latest"]
        assert "This is 2026-09." in (home / "latest" / "index.html").read_text(encoding="utf-8")
    index = (out / "index.html").read_text(encoding="utf-8")
    links = set(re.findall(r'href="([^"#]+)/index.html"', index))
    assert links == {f"crowd/{reader}/2026-0{month}" for reader in ("ana", "bo") for month in (8, 9)}
    assert "Failed" not in index
