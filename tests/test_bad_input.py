"""Bad input: one clear message (what, where, what to do), exit code 2, no traceback, earlier snapshots
untouched."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from workahead.book.load import load
from workahead.cli import main

ACCOUNTS = "Account ID,Account Name\nA,Alpha\n"
CONTRACTS = (
    "Contract ID,Account ID,Contract Start Date,Contract End Date,ARR\n1,A,2026-01-01,2026-12-31,1200\n"
)
WORKBENCH = """\
as_of: 2026-06-30
exports:
  accounts: {file: a.csv, kind: salesforce}
  subscriptions: {file: c.csv, kind: salesforce}
"""

CASES = {
    "a missing file": (
        {"c.csv": None},
        ["c.csv: there is no such file", "there are: a.csv", "correct `file:` in workbench.yml"],
    ),
    "a missing required column": (
        {"c.csv": CONTRACTS.replace(",ARR", ",Jahreswert")},
        ["c.csv does not hold what subscriptions needs", "no column for arr", "arr: <header>", "Jahreswert"],
    ),
    "an unknown mapping key": (
        {"workbench.yml": WORKBENCH.replace("kind: salesforce}\n", "kind: salesforce, colums: {name: Name}}\n", 1)},
        ["holds 1 fault", "line 3: exports.accounts.colums: unknown key 'colums'. Did you mean 'columns'?"],
    ),
    "an unknown mapped column": (
        {"workbench.yml": WORKBENCH.replace("c.csv, kind: salesforce", "c.csv, kind: salesforce, columns: {aar: ARR}")},
        ["line 4: exports.subscriptions.columns.aar: ", "subscriptions has no column 'aar'. Did you mean 'arr'?"],
    ),
    "an ambiguous date column": (
        {"c.csv": CONTRACTS.replace("2026-01-01", "3/4/2026")},
        ["c.csv, column 'Contract Start Date'", "'3/4/2026' may be day/month or month/day", "date_format: dd/mm/yyyy"],
    ),
    "an ambiguous amount": (
        {"c.csv": CONTRACTS.replace(",1200", ",1.200")},
        ["c.csv, column 'ARR'", "'1.200' may be a thousand", 'decimal: ","'],
    ),
    "a currency with no rate": (
        {"c.csv": CONTRACTS.replace(",1200", ",SEK 1200")},
        ["c.csv, column 'ARR'", "1 row is in SEK (1,200.00 SEK)", "rates:", "SEK: <rate>"],
    ),
    "an empty export": ({"c.csv": ""}, ["c.csv is empty (0 bytes)", "Export it again"]),
    "an export with a header alone": (
        {"c.csv": CONTRACTS.splitlines()[0]},
        ["c.csv holds a header (line 1) and no record", "may_be_empty: true"],
    ),
    "a broken XLSX": (
        {"c.xlsx": b"PK\x03\x04 half of it", "workbench.yml": WORKBENCH.replace("c.csv", "c.xlsx")},
        ["c.xlsx is no readable workbook", "Export it again, or save it as CSV"],
    ),
    "a web page instead of an export": (
        {"c.csv": "<!DOCTYPE html><html><body>Log in</body></html>"},
        ["c.csv holds a web page", "Export it again"],
    ),
    "no contracts at all": (
        {"workbench.yml": "\n".join(WORKBENCH.splitlines()[:3])},
        ["no export feeds the table subscriptions", "table: subscriptions"],
    ),
    "no workbench": ({"workbench.yml": None}, ["there is no file", "--workbench"]),
    "a quote that never closes": (
        {"c.csv": CONTRACTS + '2,"A,2026-01-01,,5\n' + "x" * 20_000_000},
        ["c.csv line 3", "never closed"],
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def workahead(monkeypatch, capsys):
    """Run a command in a folder, in this process: as `workahead ...` would."""

    def run(folder: Path, *arguments: str) -> Done:
        monkeypatch.chdir(folder)
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setattr(sys, "argv", ["workahead", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        return Done(int(left.value.code or 0), out, err)

    return run


def bytes_of(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A folder with a good load behind it."""
    folder = tmp_path_factory.mktemp("bad")
    restore(folder)
    load(folder / "workbench.yml")
    return folder


def restore(folder: Path) -> None:
    for name, text in {"a.csv": ACCOUNTS, "c.csv": CONTRACTS, "workbench.yml": WORKBENCH}.items():
        (folder / name).write_text(text)


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_one_clear_message_and_touches_nothing(loaded, workahead, case):
    files, said = CASES[case]
    restore(loaded)
    before = bytes_of(loaded / "data")
    for name, content in files.items():
        if content is None:
            (loaded / name).unlink()
        elif isinstance(content, bytes):
            (loaded / name).write_bytes(content)
        else:
            (loaded / name).write_text(content)
    done = workahead(loaded, "load")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stderr.startswith("workahead: ")
    told = " ".join(done.stderr.split())
    for part in said:
        assert part in told, done.stderr
    assert bytes_of(loaded / "data") == before


def test_check_before_any_load_says_what_to_run(tmp_path, workahead):
    restore(tmp_path)
    done = workahead(tmp_path, "check")
    assert (done.returncode, "workahead load" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_load_and_check_print_the_account(loaded, workahead):
    restore(loaded)
    done = workahead(loaded, "load", "--force", "--as-of", "2026-07-31")
    assert done.returncode == 0, done.stderr
    assert "c.csv → subscriptions" in done.stdout
    assert "1,200" in done.stdout
    assert "2026-07-31" in done.stdout
    shown = workahead(loaded, "check")
    assert shown.returncode == 0
    assert "no rows set aside" in shown.stdout


def test_the_shell_sees_exit_code_2(loaded):
    restore(loaded)
    (loaded / "c.csv").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "workahead.cli", "load"],
        cwd=loaded,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1] / "lib")},
    )
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "c.csv: there is no such file" in done.stderr
