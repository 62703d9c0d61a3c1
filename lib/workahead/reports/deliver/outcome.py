"""How an attempt to deliver can end, other than well: what to do next hangs on which it was."""

from __future__ import annotations

from workahead.reports.masked import masked

_MOST = 300


class Refused(Exception):  # noqa: N818 - what the other side did
    """The other side will not have it: trying again changes nothing."""


class NotNow(Exception):  # noqa: N818
    """It was not taken, and may be in a while; ``after``: seconds that the other side asks to wait."""

    def __init__(self, text: str, after: float = 0) -> None:
        super().__init__(text)
        self.after = after


class Unanswered(Exception):  # noqa: N818
    """It was handed over and nothing came back: it may have arrived, so it is not sent again by itself."""


def harmless(text: object) -> str:
    """Words of another system in one line, without the secrets of the environment.

    >>> harmless(b"535 no such\\nuser")
    '535 no such user'
    """
    said = masked(text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text))
    return " ".join("".join(one if one.isprintable() else " " for one in said).split())[:_MOST]
