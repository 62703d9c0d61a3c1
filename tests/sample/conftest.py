"""The sample company, simulated once for all these tests."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from workahead.sample import Company, simulate

DATA = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="session")
def company() -> Company:
    return simulate()


@pytest.fixture(scope="session")
def exported() -> dict[str, list[dict[str, str]]]:
    """The committed CSV exports as rows of text, read with nothing of the library."""
    encodings = {"opportunities.csv": "cp1252", "salesforce/contacts.csv": "utf-16"}
    found = {}
    for path in sorted(DATA.glob("*/*.csv")):
        name = f"{path.parent.name}/{path.name}"
        encoding = encodings.get(path.name, encodings.get(name, "utf-8-sig"))
        delimiter = {"salesforce/contacts.csv": "\t", "hubspot/targets.csv": ";"}.get(name, ",")
        text = path.read_bytes().decode(encoding)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        header = next(rows)
        # footer lines have one cell
        found[name] = [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)]
    return found
