"""The lines that are measured: contracts as a CRM holds them, seeded, shuffled, written once.

About five lines an account: one to three products, each a chain of yearly contracts. Of the renewals 80% follow
without a gap, 10% are up to 30 days late, 4% come after a longer gap, 3% after a year or two (reactivations), 3% start
before the old contract ends, without a link to it. Three of ten renewals grow, one of eight shrinks; one of nine
contracts is not renewed; some renewals are signed but begin after the as-of date.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent / ".data"
SIZES = {"1m": 1_000_000, "10m": 10_000_000}
ENGINES = ("pandas", "polars", "duckdb")
AS_OF = "2026-10-31"
BEFORE = "2017-12-31"  # the day before the first contract may begin
TERMS = 9  # renewals of one chain at most, and one
_LETTERS = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
_CHECK = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)


def prepared(size: str) -> Path:
    """The folder of that size, made by a process of its own: what runs later would inherit its peak memory."""
    if not (HERE / size / "done").exists():
        subprocess.run([sys.executable, "-m", "bench.data", size], cwd=HERE.parent.parent, check=True)
    return HERE / size


def prepare(size: str) -> None:
    """Write the lines, and a snapshot for each engine over one and the same files."""
    folder = HERE / size
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines, accounts = _tables(SIZES[size])
    pq.write_table(lines, folder / "subscriptions.parquet")
    pq.write_table(accounts, folder / "accounts.parquet")
    for engine in ENGINES:
        _snapshot(folder, folder / engine, [lines.num_rows, accounts.num_rows])
    (folder / "done").touch()


def _snapshot(source: Path, place: Path, counts: list[int]) -> None:
    """A snapshot as ``workahead load`` files it, without a ledger."""
    from workahead.book.definitions import Definitions
    from workahead.book.snapshot import FORMAT, MANIFEST

    place.mkdir()
    tables = {}
    for table, rows in zip(("subscriptions", "accounts"), counts, strict=True):
        name = f"{table}.parquet"
        os.link(source / name, place / name)
        tables[table] = {"rows": rows, "file": name}
    manifest = {"format": FORMAT, "as_of": AS_OF, "currency": "USD", "company": None, "tables": tables}
    manifest["definitions"] = Definitions().model_dump()
    (place / MANIFEST).write_text(json.dumps(manifest))


def _tables(lines: int) -> tuple[pa.Table, pa.Table]:
    r = np.random.default_rng(20261031)
    accounts = int(lines * 0.25)  # more than enough: cut below
    chains = 1 + r.binomial(2, 0.25, accounts)
    account = np.repeat(np.arange(accounts), chains)
    product = np.arange(len(account)) - np.repeat(np.cumsum(chains) - chains, chains)
    today = int((np.datetime64(AS_OF) - np.datetime64(BEFORE)).astype(int))
    joined = r.integers(1, today - 30, accounts)[account]
    first = joined + np.where(product > 0, r.integers(0, 720, len(account)), 0)

    shape = (len(account), TERMS)
    kind = r.random(shape)
    gap = np.select(
        [kind < 0.80, kind < 0.90, kind < 0.94, kind < 0.97],
        [0, r.integers(1, 31, shape), r.integers(31, 150, shape), r.integers(365, 730, shape)],
        r.integers(-60, 0, shape),
    )
    gap[:, 0] = 0
    start = first[:, None] + np.cumsum(gap, axis=1) + 365 * np.arange(TERMS)
    renewed = r.random(shape) < 0.89
    renewed[:, 0] = True
    there = np.logical_and.accumulate(renewed & (start <= today + 45), axis=1)
    change = r.random(shape)
    growth = np.select(
        [change < 0.30, change < 0.42], [r.uniform(1.02, 1.6, shape), r.uniform(0.6, 0.98, shape)], 1.0
    )
    growth[:, 0] = np.exp(r.normal(9, 1, len(account))) / (1 + 2 * (product > 0))
    arr = np.round(np.cumprod(growth, axis=1), 2)[there][:lines]
    start = start[there][:lines]
    who = np.broadcast_to(account[:, None], shape)[there][:lines]
    what = np.broadcast_to(product[:, None], shape)[there][:lines]
    if len(start) < lines:
        raise RuntimeError(f"only {len(start)} lines came out, {lines} are wanted")

    shuffled = r.permutation(lines)
    of_account = salesforce_ids(b"0018d00000", r.permutation(who[-1] + 1))
    day0 = np.datetime64(BEFORE, "us")
    table = pa.table(
        {
            "subscription_id": salesforce_ids(b"8008d00000", r.permutation(lines)),
            "account_id": of_account.take(pa.array(who[shuffled])),
            "product": pa.array(["Core", "Plus", "Insights"]).take(pa.array(what[shuffled])),
            "start_date": pa.array(day0 + start[shuffled].astype("timedelta64[D]")),
            "end_date": pa.array(day0 + (start[shuffled] + 364).astype("timedelta64[D]")),
            "arr": pa.array(arr[shuffled]),
        }
    )
    segments = pa.array(["SMB", "Mid-Market", "Enterprise"]).take(pa.array(r.integers(0, 3, len(of_account))))
    return table, pa.table({"account_id": of_account, "name": of_account, "segment": segments})


def salesforce_ids(prefix: bytes, numbers: np.ndarray) -> pa.Array:
    """18-character ids: ten characters of an org, five of a sequence in base 62, three of a checksum."""
    raw = np.empty((len(numbers), 18), dtype=np.uint8)
    raw[:, :10] = np.frombuffer(prefix, dtype=np.uint8)
    for place in range(5):
        raw[:, 14 - place] = _LETTERS[(numbers // 62**place) % 62]
    for third in range(3):
        upper = (raw[:, 5 * third : 5 * third + 5] >= ord("A")) & (
            raw[:, 5 * third : 5 * third + 5] <= ord("Z")
        )
        raw[:, 15 + third] = _CHECK[upper @ (1 << np.arange(5))]
    offsets = pa.array(np.arange(0, 18 * (len(numbers) + 1), 18, dtype=np.int64))
    return pa.LargeStringArray.from_buffers(len(numbers), offsets.buffers()[1], pa.py_buffer(raw.tobytes()))


if __name__ == "__main__":
    prepare(sys.argv[1])
