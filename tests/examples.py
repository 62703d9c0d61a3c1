"""How many examples a costly property is tried on."""

from __future__ import annotations

import os


def examples(most: int) -> int:
    """So many; in CI, where time is short, half of them."""
    return max(2, most // 2) if os.environ.get("CI") else most
