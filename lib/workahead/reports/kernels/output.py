"""What a notebook may print: a report that floods its page ends with a reason, before it fills the memory."""

from __future__ import annotations

import threading

from ipykernel.iostream import OutStream

LIMIT = 4_000_000
"""Characters that a notebook may print in all. A page is meant to be 2 MB."""


class OutputLimit(RuntimeError):  # noqa: N818 - it is what people read
    """A notebook has printed too much."""


class LimitedStream(OutStream):
    """stdout or stderr of a kernel: what comes after the first ``LIMIT`` characters raises OutputLimit.

    From threads and subprocesses, which nobody could stop that way, it is cut, with a note.
    """

    _written = 0

    def write(self, string: str) -> int | None:  # type: ignore[override]  # as ipykernel has it
        """As ipykernel's, up to the limit."""
        room = LIMIT - self._written
        self._written += len(string)
        if len(string) <= room:
            return super().write(string)
        if room >= 0:
            super().write(f"{string[:room]}\n(cut here: more than {LIMIT:,} characters were printed)\n")
        if threading.current_thread() is threading.main_thread():
            raise OutputLimit(
                f"this notebook has printed more than {LIMIT:,} characters. A page is no log: print less, "
                "or show a table"
            )
        return len(string)
