"""Schedules that are files: each begins with our mark, and only such files are replaced or removed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workahead.errors import ConfigError
from workahead.reports.publish import write_text
from workahead.reports.schedule.job import Job

MARK = "# workahead schedule: "


@dataclass(frozen=True)
class Files:
    """One kind of them: where they lie, what is written for a report, and what is done after."""

    folder: Callable[[Path], Path]
    named: Callable[[Path, str], Sequence[str]]  # (root, report or *): the files' names
    written: Callable[[Job], Sequence[str]]  # their texts, in the same order
    begun: Callable[[Path, Sequence[str]], list[str]]  # (folder, names of files): what there is to say
    ending: Callable[[Path, Sequence[str]], list[str]] = lambda *_: []

    def installed(self, root: Path) -> list[str]:
        """The reports whose files are there."""
        found = []
        for path in self.folder(root).glob(self.named(root, "*")[0]):
            first = _first_line(path)
            if first.startswith(MARK) and path.name == self.named(root, first.removeprefix(MARK))[0]:
                found.append(first.removeprefix(MARK))
        return sorted(found)

    def shown(self, root: Path, jobs: Sequence[Job]) -> list[tuple[str, str]]:
        """What would be written, and where."""
        folder = self.folder(root)
        return [
            (str(folder / name), f"{MARK}{job.name}\n{text}")
            for job in jobs
            for name, text in zip(self.named(root, job.name), self.written(job), strict=True)
        ]

    def install(self, root: Path, jobs: Sequence[Job], drop: Sequence[str] = ()) -> list[str]:
        """Write the files of these reports, remove those of others; what there is to say."""
        said = self.remove(root, drop) if drop else []
        files = [(Path(path), text) for path, text in self.shown(root, jobs)]
        _only_ours(path for path, _ in files)
        self.folder(root).mkdir(parents=True, exist_ok=True)
        for path, text in files:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                write_text(path, text)
        said += [f"written: {path}" for path, _ in files]
        return said + self.begun(self.folder(root), [path.name for path, _ in files])

    def remove(self, root: Path, names: Sequence[str]) -> list[str]:
        """Remove the files of these reports, and the folder where they were the last in it."""
        folder = self.folder(root)
        listed = [file for name in names for file in self.named(root, name) if (folder / file).is_file()]
        _only_ours(folder / file for file in listed)
        said = self.ending(folder, listed)
        for file in listed:
            (folder / file).unlink()
        return [f"removed: {folder / file}" for file in listed] + said


def mark_of(root: Path) -> str:
    """The project in a file's name: its folder, and eight characters that tell it from others so called."""
    from slugify import slugify

    return f"{slugify(root.name, max_length=30) or 'project'}-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}"


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as text:
        return text.readline(200).rstrip("\n")


def _only_ours(paths: Iterable[Path]) -> None:
    foreign = [str(path) for path in paths if path.is_file() and not _first_line(path).startswith(MARK)]
    if foreign:
        raise ConfigError(
            f"not written by workahead, so left alone: {', '.join(foreign)}. Move it away first"
        )
