"""No room on the disk: the run fails with its reason, and what readers have stays whole."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Done, workahead
from crowd import crowd

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs, or limits the size of files")
SMALL, LARGE = 20_000, 900_000
CELLS = ["print(f'stamp {stamp} ' + 'x' * ({large} if stamp > 1 else {small}))"]


def report(root: Path, out: Path, stamp: int, *more: str, limit: bool = False) -> Done:
    command = ["report", "crowd", "--set", f"stamp={stamp}", "--out", str(out), *more]
    # a file that would grow beyond the limit is refused, as on a full disk
    return workahead(root, *command, largest=400_000 if limit else None)


@pytest.fixture(params=["tmpfs", "limit"])
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A folder of one megabyte, or one in which no large file can be written."""
    out = tmp_path / "out"
    out.mkdir()
    if request.param == "limit":
        yield "limit", out
        return
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(out)], capture_output=True, text=True
    )
    if mount.returncode:
        pytest.skip(f"a tmpfs can't be mounted here: {mount.stderr.strip()}")
    yield "tmpfs", out
    subprocess.run(["umount", str(out)], check=True)


def test_the_last_good_pages_stay_and_resume_completes(small_disk: tuple[str, Path], tmp_path: Path) -> None:
    kind, out = small_disk
    cells = [one.replace("{large}", str(LARGE)).replace("{small}", str(SMALL)) for one in CELLS]
    root = crowd(tmp_path / "project", cells, csms=["Ana", "Bo"])
    good = report(root, out, 1)
    assert good.returncode == 0, good.stderr
    before = {path: path.read_bytes() for path in out.glob("crowd/*/2026-10/*") if path.is_file()}
    assert len(before) == 6

    full = report(root, out, 2, limit=kind == "limit")
    assert full.returncode == 1, full.stderr
    assert "Traceback" not in full.stderr
    said = " ".join(full.stderr.split())
    assert "No space left on device" in said or "File too large" in said
    assert {path: path.read_bytes() for path in before} == before
    for name in ("ana", "bo"):
        page = (out / "crowd" / name / "latest" / "index.html").read_text(encoding="utf-8")
        assert "stamp 1 x" in page
        assert page.rstrip().endswith("</html>")
    assert (out / "index.html").read_text(encoding="utf-8").rstrip().endswith("</html>")

    if kind == "tmpfs":
        subprocess.run(["mount", "-o", "remount,size=20m", str(out)], check=True)
    healed = report(root, out, 2, "--force")
    assert healed.returncode == 0, healed.stderr
    for name in ("ana", "bo"):
        run = json.loads((out / "crowd" / name / "latest" / "run.json").read_text(encoding="utf-8"))
        assert run["parameters"]["stamp"] == 2
    assert not [path for path in out.glob("crowd/**/.*") if path.is_dir()]
    assert not list(out.glob("crowd/*/*.failed"))
