"""The exports: the same bytes every time, small, with the quirks that docs/sample.md names."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from workahead.sample import Parameters, simulate, write
from workahead.sources.ids import to_18

DATA = Path(__file__).parents[2] / "data" / "sample"
FORMS = ("salesforce", "hubspot")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        f"{p.parent.name}/{p.name}": p.read_bytes()
        for form in FORMS
        for p in sorted((folder / form).iterdir())
    }


def test_the_committed_exports_are_what_the_command_writes(tmp_path):
    write(tmp_path)
    written, committed = bytes_of(tmp_path), bytes_of(DATA)
    assert list(written) == list(committed)
    assert [name for name in written if written[name] != committed[name]] == []


def test_a_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        write(tmp_path / name, seed=seed, accounts=30)
    a, b, c = (bytes_of(tmp_path / name) for name in "abc")
    assert a == b
    assert all(a[name] != c[name] for name in a)


def test_all_files_together_are_under_15_mb():
    assert sum(p.stat().st_size for form in FORMS for p in (DATA / form).iterdir()) < 15_000_000


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("salesforce/accounts.csv", b'"Account ID"'),
        ("salesforce/renewal_calls.csv", b"\xef\xbb\xbf"),
        ("salesforce/contacts.csv", b"\xff\xfe"),
        ("hubspot/deals.csv", b"\xef\xbb\xbfRecord ID"),
        ("hubspot/companies.csv", b"\xef\xbb\xbfRecord ID"),
    ],
)
def test_files_start_as_their_encoding_does(name, start):
    assert (DATA / name).read_bytes().startswith(start)


def test_opportunities_are_cp1252_and_not_utf8():
    data = (DATA / "salesforce" / "opportunities.csv").read_bytes()
    assert "Zoë Martens" in data.decode("cp1252") or "José Almeida" in data.decode("cp1252")
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")


def test_salesforce_reports_quote_every_field_and_end_with_a_footer():
    lines = (DATA / "salesforce" / "contracts.csv").read_text(encoding="utf-8").splitlines()
    assert all(line.startswith('"') and line.endswith('"') for line in lines if line)
    assert lines[-6:-4] == [f'"Grand Totals ({len(lines) - 9:,} records)"', '"Contracts with ARR"']
    assert "Confidential Information - Do Not Distribute" in lines[-3]


def test_the_targets_workbook_has_title_and_filter_rows_and_numbers():
    sheet = openpyxl.load_workbook(DATA / "salesforce" / "targets.xlsx")["Targets"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][1] == "Targets by quarter"
    assert rows[3] == (None, "Period", "Scope", "Who", "Metric", "Target")
    assert rows[4] == (None, "2021-Q4", "Team", None, "NRR", 1.06)


def test_names_that_break_naive_readers_are_there(exported):
    names = {row["Account Name"] for row in exported["salesforce/accounts.csv"]}
    assert {"Null & Sons", "=Plus Media", "Müller & Söhne Logistik"} <= names
    assert names == names | {row["Company name"] for row in exported["hubspot/companies.csv"]}
    people = {row["Full Name"] for row in exported["hubspot/contacts.csv"]}
    assert {"None Adeyemi", "Null"} <= people
    assert "NA" in {row["Country Code"] for row in exported["hubspot/companies.csv"]}


def test_ids_of_15_and_18_characters_are_the_same_records(exported):
    long = {row["Account ID"] for row in exported["salesforce/accounts.csv"]}
    short = {row["Account ID"] for row in exported["salesforce/contracts.csv"]}
    assert {len(x) for x in long} == {18}
    assert {len(x) for x in short} == {15}
    assert len({to_18(x) for x in short} - long) == 1  # the orphan
    contracts = {to_18(row["Contract ID"]) for row in exported["salesforce/contracts.csv"]}
    assert {row["Contract: Contract ID"] for row in exported["salesforce/renewal_calls.csv"]} <= contracts


def test_some_ids_differ_by_case_alone(exported):
    short = {row["Contract ID"] for row in exported["salesforce/contracts.csv"]}
    assert len({x.lower() for x in short}) < len(short)


def test_the_planted_faults_are_there(exported):
    contracts = exported["salesforce/contracts.csv"]
    assert sum(row["Contract ID"] == "" for row in contracts) == 1
    iso = [row for row in exported["hubspot/deals.csv"] if row["Subscription End Date"]]
    assert sum(row["Subscription End Date"] < row["Subscription Start Date"] for row in iso) == 1
    ids = [row["Opportunity ID"] for row in exported["salesforce/opportunities.csv"]]
    assert len(ids) > len(set(ids))
    history = exported["salesforce/opportunity_history.csv"]
    assert sum(row["From Stage"] == row["To Stage"] for row in history) > 100
    assert any(";" in row["Replaces Contract"] for row in contracts)
    assert any(";" in row["Associated Company IDs"] for row in exported["hubspot/deals.csv"])
    assert any(row["Master Record ID"] for row in exported["salesforce/accounts.csv"])
    calls = exported["salesforce/renewal_calls.csv"]
    assert any(row["Change vs. Due"].startswith("(") for row in calls)
    assert all(re.fullmatch(r"USD [\d,]+\.\d\d", row["Forecast ARR"]) for row in calls)
    assert any(row["Close Date"].endswith("23:40") for row in exported["hubspot/deals.csv"])


def test_a_second_header_of_the_same_name_is_there():
    first = (DATA / "hubspot" / "companies.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert first.split(",").count("Industry") == 2


def test_parameters_move_the_end_and_the_size():
    import datetime as dt

    company = simulate(Parameters(accounts=25, end=dt.date(2024, 6, 30), years=3), seed=2)
    assert company.parameters.start == dt.date(2021, 7, 1)
    for table, column in (
        ("activities", "date"),
        ("subscriptions", "signed_date"),
        ("forecast_calls", "called_on"),
    ):
        assert company.tables[table][column].max().date() <= dt.date(2024, 6, 30)
    assert (company.accounts["type"] != "Prospect").sum() + len(company.truth.mergers) == 25
