"""Start-up of the processes that a report needs: what is set and left out before anything is imported.

Kept free of imports that cost time: the kernel is started with it, before papermill is even loaded.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def lean() -> None:
    """Call before the first import of anything from Jupyter.

    jupyter-events asks for ``jsonschema[format-nongpl]``, so importing jsonschema compiles the grammars of
    rfc3987_syntax for about two seconds in every process. Nothing in Jupyter uses that format, and jsonschema
    does without the package where it is absent: so it looks absent
    (https://github.com/jupyter-server/jupyter_server/issues/1559).
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    # plotly chooses its renderer at import; with any other one a kernel's figures carry no data, or 5 MB each
    os.environ["PLOTLY_RENDERER"] = "plotly_mimetype"


def project_root(start: Path | None = None) -> Path:
    """The nearest folder upwards that has a workbench.yml, else the current one.

    As workahead.book.snapshot finds it, without importing pandas for it.
    """
    here = (start or Path.cwd()).resolve()
    return next((path for path in (here, *here.parents) if (path / "workbench.yml").is_file()), here)
