"""nbval over a folder of notebooks, in a process of its own, with nothing of this project's pytest settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

NBVAL = [
    *("-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "nbval.ini", "--rootdir", "."),
    *("--nbval-current-env", "--nbval-cell-timeout=120"),
]


# What Workahead's own kernels do without, too: two seconds of each kernel (see workahead.reports.start).
LEAN = "import sys\nsys.modules.setdefault('rfc3987_syntax', None)\n"


def nbval(folder: Path, *how: str) -> subprocess.CompletedProcess[str]:
    (folder / "nbval.ini").write_text("[pytest]\n", encoding="utf-8")
    startup = folder.with_name("ipython") / "profile_default" / "startup" / "lean.py"
    startup.parent.mkdir(parents=True, exist_ok=True)
    startup.write_text(LEAN, encoding="utf-8")
    return subprocess.run(
        [sys.executable, *NBVAL, *how, "."],
        cwd=folder,
        env={
            **os.environ,
            "IPYTHONDIR": str(folder.with_name("ipython")),
            "PYTHONPATH": str(folder.with_name("notebooks")),  # modules of one's own lie there
        },
        capture_output=True,
        text=True,
        timeout=900,
    )
