"""What a process leaves out of its imports because it costs seconds and nobody uses it."""

from __future__ import annotations

import sys


def leave_out_grammars() -> None:
    """Call before the first import of anything from Jupyter, or the first figure.

    jupyter-events asks for ``jsonschema[format-nongpl]``, so importing jsonschema compiles the grammars of
    rfc3987_syntax for about two seconds in every process. Nothing in Jupyter uses that format, and jsonschema
    does without the package where it is absent: so it looks absent
    (https://github.com/jupyter-server/jupyter_server/issues/1559).
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
