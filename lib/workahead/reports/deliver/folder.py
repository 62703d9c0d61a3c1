"""A page's folder into another folder or an object store: readers find the old page or the new one, never a half."""

from __future__ import annotations

import posixpath
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from workahead.reports import publish
from workahead.reports.deliver.outcome import NotNow, Refused, harmless
from workahead.reports.deliver.record import FILE
from workahead.reports.page.links import elsewhere

PACKAGES = {
    "s3": "'workahead[s3]'",
    **dict.fromkeys(("gs", "gcs"), "gcsfs"),
    **dict.fromkeys(("az", "abfs"), "adlfs"),
}
"""What the stores need that are not in the lock, by their URL's scheme."""
_SHARED = re.compile(r'<script[^>]* src="([^"]+)"')


def copy(place: Path, run: str, where: PurePosixPath, url: str, root: Path) -> None:
    """Copy ``place`` to ``url``/``where``. Doing it again changes nothing. Raises Refused or NotNow.

    On a file system the folder is renamed into its place. An object store knows no renaming: there the files go beside
    it, to a prefix of their run, and then, last, an index.html that leads to them.
    """
    import fsspec
    from fsspec.implementations.local import LocalFileSystem

    try:
        system, base = fsspec.core.url_to_fs(url if "://" in url else str((root / url).resolve()))
        if isinstance(system, LocalFileSystem):
            _renamed(place, Path(base), where)
        else:
            _uploaded(place, run, system, base.rstrip("/"), where)
    except Refused:
        raise
    except ImportError as error:
        scheme = url.partition("://")[0]
        what = PACKAGES.get(scheme)
        raise Refused(f"{scheme}:// needs {f'pip install {what}' if what else harmless(error)}") from None
    except (FileNotFoundError, PermissionError, NotADirectoryError, ValueError) as error:
        raise Refused(harmless(f"{type(error).__name__}: {error}")) from None
    except Exception as error:  # each store has errors of its own; copying again does no harm
        keyless = type(error).__name__ in ("NoCredentialsError", "PartialCredentialsError")
        raise (Refused if keyless else NotNow)(harmless(f"{type(error).__name__}: {error}")) from None


def _renamed(place: Path, base: Path, where: PurePosixPath) -> None:
    final = base / where
    if final.resolve() == place.resolve():
        raise Refused("this is the folder where the pages are published")
    with publish.building(final) as beside:
        for name, path in _files(place).items():
            target = Path(posixpath.normpath((base / where.parent / beside.name / name).as_posix()))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        page = _page(place, lambda link: (final / link).resolve().is_file())
        (beside / "index.html").write_text(page, encoding="utf-8")
    if not final.name.endswith(publish.FAILED):
        publish.point_latest(final.parent)


def _uploaded(place: Path, run: str, system: Any, base: str, where: PurePosixPath) -> None:
    home, own = f"{base}/{where.parent}", f"{where.name}.{run[:8]}"
    page = _page(place, lambda link: bool(system.exists(posixpath.normpath(f"{home}/{own}/{link}"))))
    with tempfile.TemporaryDirectory(prefix="workahead-") as desk:
        leads = Path(desk) / "index.html"  # a file, for its name tells the store its type
        leads.write_text(page, encoding="utf-8")
        for name, path in {**_files(place), "index.html": leads}.items():
            system.put_file(str(path), posixpath.normpath(f"{home}/{own}/{name}"))
        leads.write_text(publish.REDIRECT.format(own), encoding="utf-8")
        newest = publish.newest(place.parent) == place.name
        for name in (where.name, publish.LATEST) if newest else (where.name,):
            system.put_file(str(leads), f"{home}/{name}/index.html")


def _page(place: Path, there: Callable[[str], bool]) -> str:
    """The page for that place: no link on it leads to a page that is not delivered there too."""
    return elsewhere((place / "index.html").read_text(encoding="utf-8"), there)


def _files(place: Path) -> dict[str, Path]:
    """What readers get, by its path from the page, the page last: its folder without the record of who else got it,
    and the script that it shares with other pages."""
    page = place / "index.html"
    shared = {name: place / name for name in _SHARED.findall(page.read_text(encoding="utf-8"))}
    own = {
        path.relative_to(place).as_posix(): path
        for path in sorted(place.rglob("*"))
        if path.is_file() and path.name != FILE and not path.name.startswith(".") and path != page
    }
    return {**shared, **own, "index.html": page}
