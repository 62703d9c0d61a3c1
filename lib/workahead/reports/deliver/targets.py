"""Who gets what of a run: its definition's ``deliver``, worked out for one page and its reader."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workahead.errors import SnapshotError, some
from workahead.reports.deliver.record import Record
from workahead.reports.deliver.settings import is_address
from workahead.reports.publish import named
from workahead.reports.request.addressed import READER, Email, Folder, Webhook
from workahead.reports.request.definition import Report

Run = Mapping[str, Any]
NOBODY = "nobody"


@dataclass(frozen=True)
class Target:
    """One delivery that is due; ``fault``: why it cannot be made; ``name``: who it is for, where it is the page's own
    reader."""

    entry: Email | Webhook | Folder
    to: str
    fault: str | None = None
    name: str = ""

    @property
    def record(self) -> Record:
        """Its record before the first attempt."""
        return Record(type(self.entry).__name__.lower(), self.to, "failed", error=self.fault)


def targets(run: Run, report: Report, root: Path) -> list[Target]:
    """One target for each recipient, chat and folder; each but once."""
    found: dict[str, Target] = {}
    for entry in (delivery.target for delivery in report.deliver):
        if entry.when in ("always", run["status"]):
            for one in _of(entry, run, report, root):
                found.setdefault(one.record.key.casefold(), one)
    return list(found.values())


def _of(entry: Email | Webhook | Folder, run: Run, report: Report, root: Path) -> Iterator[Target]:
    if isinstance(entry, Webhook):
        missing = None if os.environ.get(entry.url_env) else f"{entry.url_env} is not set"
        yield Target(entry, entry.url_env, missing)
    elif isinstance(entry, Folder):
        yield Target(entry, entry.url)
    else:
        listed = os.environ.get(entry.to_env, "").split(",") if entry.to_env else []
        more = [text.strip() for text in listed if text.strip()]
        if entry.to_env and not more:
            yield Target(entry, f"{NOBODY} ({entry.to_env})", f"{entry.to_env} is not set")
        for text in [*entry.to, *more]:
            if text == READER:
                yield _to_reader(entry, run, report, root)
            else:
                yield Target(entry, text, None if is_address(text) else "mail cannot go to this address")


def _to_reader(entry: Email, run: Run, report: Report, root: Path) -> Target:
    """The page's own reader: by the definition's list, else by the accounts of the newest snapshot."""
    reader, name = run.get("reader"), named(run)
    if reader is None:
        return Target(entry, f"{NOBODY} ({READER})", "this page has no reader of its own")
    if reader in entry.addresses:
        found, where = [entry.addresses[reader]], "addresses"
    elif entry.address_column and report.for_each:
        found, where = _in_accounts(root, report.for_each, reader, entry.address_column)
    else:
        found, where = [], "addresses"
    if len(found) == 1 and is_address(found[0]):
        # the address beside an account is that of somebody who has it, not the account's own
        return Target(entry, found[0], name=name if name == reader else "")
    # two addresses may be those of two people, and the page is for one of them only
    why = f"more than one address in {where}: {some(found)}" if len(found) > 1 else f"no address in {where}"
    why = f"{found[0]!r} in {where} is no address" if len(found) == 1 else why
    return Target(entry, f"{NOBODY} ({reader})", f"no mail to {name}: {why}", name)


def _in_accounts(root: Path, column: str, reader: str, address: str) -> tuple[list[str], str]:
    import pandas as pd

    from workahead.book.snapshot import newest, snapshot_folder

    where = f"accounts.{address}"
    try:
        path = newest(snapshot_folder(root)) / "accounts.parquet"
        held = pd.read_parquet(path, columns=[column, address])
    except (SnapshotError, FileNotFoundError):
        return [], f"{where} (there is no snapshot)"
    except (ValueError, KeyError):  # pyarrow's ArrowInvalid is a ValueError
        return [], f"{where} (there is no such column)"
    texts = held[address][held[column].astype("str") == reader].dropna().astype(str).str.strip()
    return sorted(set(texts[texts != ""])), where
