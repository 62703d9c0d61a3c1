"""A rate over the runs as a line as small as a word."""

from __future__ import annotations

from collections.abc import Sequence

from workahead.show.shown import escaped
from workahead.words.numbers import count, percent

WIDTH, HEIGHT = 84, 18
_TOP = 2.0


def sparkline(name: str, values: Sequence[float | None]) -> str:
    """Inline SVG over values in order of time, with what it shows in words; nothing below two values.

    A value that is missing leaves a gap.

    >>> sparkline("NRR", [1.0, None]), "NRR over 2 pages: from 100.0% to 102.0%" in sparkline("NRR", [1.0, 1.02])
    ('', True)
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    room = HEIGHT - 2 * _TOP
    step = (WIDTH - 4) / (len(values) - 1)
    points = [
        None
        if value is None
        else (2 + i * step, _TOP + room * ((high - value) / (high - low) if high > low else 0.5))
        for i, value in enumerate(values)
    ]
    path, pen = "", "M"
    for point in points:
        if point:
            path += f"{pen}{point[0]:.1f} {point[1]:.1f}"
        pen = "L" if point else "M"
    x, y = [point for point in points if point][-1]
    said = (
        f"{name} over {count(len(known), 'page')}: from {percent(known[0])} to {percent(known[-1])}, "
        f"lowest {percent(low)}, highest {percent(high)}"
    )
    return (
        f'<svg class="wa-spark" role="img" aria-label="{escaped(said)}" width="{WIDTH}" height="{HEIGHT}">'
        f'<path d="{path}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2"/></svg>'
    )
