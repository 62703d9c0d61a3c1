"""Where in a YAML file a fault stands: its line, the path of keys to it, keys that stand twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

Place = tuple[str | int, ...]


def listing(path: Path, faults: list[tuple[int, str]]) -> str:
    """All faults of a file, a line each, in their order."""
    lines = [f"  line {line}: {text}" for line, text in sorted(faults)]
    return f"{path} holds {len(faults)} fault{'s' if len(faults) > 1 else ''}:\n" + "\n".join(lines)


def where(place: Place) -> str:
    """The path of keys, to stand before a sentence: ``exports[2].file: ``."""
    names = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place]
    return f"{''.join(names).lstrip('.')}: " if names else ""


def line_of(root: Any, place: Place) -> int:
    """The line of the file that a place stands on, as near as the file goes."""
    node, line = root, 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def repeated(node: Any) -> Iterator[tuple[int, str]]:
    """Keys that stand twice in one mapping: YAML would silently keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, f"the key {key.value!r} stands twice."
            seen.add(key.value)
            yield from repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from repeated(one)
