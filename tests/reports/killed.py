"""A run of a report in a process of its own, forked from one that has the imports done: for tests that kill it.

``python killed.py ROOT``, then a line of JSON for each run on standard input (out, stamp, resume); answers with the
process id, then, when the run has ended, with its wait status.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from workahead.reports.start import lean


def main(root: Path) -> None:
    lean()
    import workahead.reports.deliver  # noqa: F401
    from workahead.reports import exporter, many, printed  # noqa: F401
    from workahead.reports.edition import Request
    from workahead.reports.warm import kernels

    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
            request = Request("crowd", root, settings=[f"stamp={asked['stamp']}"], out=Path(asked["out"]))
            with kernels(root) as ready:
                failed = printed.run_and_print(ready, request, [], asked["resume"], False, 2, False)
            os._exit(failed)
        print(json.dumps({"pid": child}), flush=True)
        print(json.dumps({"ended": os.waitpid(child, 0)[1]}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
