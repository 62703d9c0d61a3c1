"""Start-up of the processes that a report needs: what is set and left out before anything is imported.

Kept free of imports that cost time: the kernel is started with it, before papermill is even loaded.
"""

from __future__ import annotations

import os
from pathlib import Path

from workahead.imports import leave_out_grammars


def lean() -> None:
    """Call before the first import of anything from Jupyter."""
    leave_out_grammars()
    # plotly chooses its renderer at import; with any other one a kernel's figures carry no data, or 5 MB each
    os.environ["PLOTLY_RENDERER"] = "plotly_mimetype"


def project_root(start: Path | None = None) -> Path:
    """The nearest folder upwards that has a workbench.yml, else the current one.

    As workahead.book.snapshot finds it, without importing pandas for it.
    """
    here = (start or Path.cwd()).resolve()
    return next((path for path in (here, *here.parents) if (path / "workbench.yml").is_file()), here)
