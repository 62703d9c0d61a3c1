"""The process that runs a report's notebook: an ordinary IPython kernel that has its imports behind it."""

from __future__ import annotations

import contextlib
import importlib

from workahead.reports.start import lean

# What a report's notebook imports anyway. Done while the other process is still loading papermill.
IMPORTS = (
    "plotly.graph_objects",
    "workahead.book.snapshot",
    "workahead.metrics",
    "workahead.charts",
    "workahead.show",
    "great_tables",
)


def main() -> None:
    """Serve as the kernel of the connection file given on the command line (``-f``)."""
    lean()
    from ipykernel.kernelapp import IPKernelApp

    for name in IMPORTS:
        with contextlib.suppress(ImportError):  # the notebook will say which of its imports fails
            importlib.import_module(name)
    app = IPKernelApp.instance()
    app.initialize()
    app.start()


if __name__ == "__main__":
    main()
